use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::{
    Activity, ActivityPlan, ActivityState, ActivityTypes, Attachment, Call, CallList, Company, Contact, CustomField,
    EventKind, Favourite, FieldDef, Invoice, LostReason, Meeting, Meta, Opportunity, OrderLine, PlanStep, Price,
    PriceList, Product, Quotation, Record, RevenueLine, Series, Stage, Tag, Target, Team, User, WonStatus,
    merges::Merges, stage,
};
use crate::{
    command::Seen,
    id::{DocId, FileHash, Kind},
    query::{
        Alike, Index,
        duplicates::{self, Probe, keys},
    },
    value::{Money, Percent},
};

/// All records of the workspace in memory, by kind, in the order of their ids (creation, for those not derived).
/// Records in the trash are here too; who lists them filters on `meta.deleted`.
#[derive(Clone, Debug, Default)]
pub struct Records {
    pub company: Option<Company>,
    pub opportunities: BTreeMap<DocId, Opportunity>,
    pub contacts: BTreeMap<DocId, Contact>,
    pub stages: BTreeMap<DocId, Stage>,
    pub teams: BTreeMap<DocId, Team>,
    pub users: BTreeMap<DocId, User>,
    pub products: BTreeMap<DocId, Product>,
    pub tags: BTreeMap<DocId, Tag>,
    pub lost_reasons: BTreeMap<DocId, LostReason>,
    pub custom_fields: BTreeMap<DocId, CustomField>,
    pub favourites: BTreeMap<DocId, Favourite>,
    pub activity_types: ActivityTypes,
    pub activity_plans: BTreeMap<DocId, ActivityPlan>,
    pub plan_steps: BTreeMap<DocId, PlanStep>,
    pub meetings: BTreeMap<DocId, Meeting>,
    pub event_kinds: BTreeMap<DocId, EventKind>,
    pub calls: BTreeMap<DocId, Call>,
    pub call_lists: BTreeMap<DocId, CallList>,
    pub targets: BTreeMap<DocId, Target>,
    pub quotations: BTreeMap<DocId, Quotation>,
    pub order_lines: BTreeMap<DocId, OrderLine>,
    pub invoices: BTreeMap<DocId, Invoice>,
    pub revenue_lines: BTreeMap<DocId, RevenueLine>,
    pub series: BTreeMap<DocId, Series>,
    pub price_lists: BTreeMap<DocId, PriceList>,
    pub prices: BTreeMap<DocId, Price>,
    /// Kept in step as the index is.
    disputed: BTreeSet<DocId>,
    /// The lines of each quotation, those in the trash too.
    lines: HashMap<DocId, BTreeSet<DocId>>,
    /// Which document holds an activity or a note.
    pub(super) holders: HashMap<DocId, DocId>,
    /// The files that records name or once named, with their sizes.
    pub(super) files: BTreeMap<FileHash, u64>,
    pub(super) merges: Merges,
    /// Kept in step by [`Records::insert`], the one way in.
    pub(crate) index: Index,
    /// Kept in step as the index is.
    pub(crate) alike: Alike,
    /// Counts up with every change; views are keyed by it.
    pub revision: u64,
}

/// Carries something out with the kinds of records that have a map of their own: all but the company.
macro_rules! with_maps {
    ($carry_out:ident) => {
        $carry_out! {
            Opportunity opportunities, Contact contacts, Stage stages, Team teams, User users, Product products, Tag tags,
            LostReason lost_reasons, CustomField custom_fields, Favourite favourites, ActivityType activity_types,
            ActivityPlan activity_plans, PlanStep plan_steps, Meeting meetings, EventKind event_kinds, Call calls,
            CallList call_lists, Target targets,
            Quotation quotations, OrderLine order_lines, Invoice invoices, RevenueLine revenue_lines,
            Series series, PriceList price_lists, Price prices
        }
    };
}

macro_rules! by_kind {
    ($($kind:ident $map:ident),*) => {
        impl Records {
            fn put(&mut self, record: Record) {
                let id = record.id();
                if let Record::OrderLine(line) = &record {
                    self.note_line(line);
                }
                match record {
                    Record::Company(r) => self.company = Some(r),
                    $(Record::$kind(r) => _ = self.$map.insert(id, r),)*
                }
            }

            fn shown(&self, id: DocId) -> Option<Record> {
                match id.kind() {
                    Kind::Company => self.company.clone().filter(|c| c.id == id).map(Record::Company),
                    $(Kind::$kind => self.$map.get(&id).cloned().map(Record::$kind),)*
                    _ => None,
                }
            }

            fn shown_meta(&self, id: DocId) -> Option<&Meta> {
                match id.kind() {
                    Kind::Company => self.company.as_ref().filter(|c| c.id == id).map(|r| &r.meta),
                    $(Kind::$kind => self.$map.get(&id).map(|r| &r.meta),)*
                    _ => None,
                }
            }

            fn shown_metas(&self) -> impl Iterator<Item = (DocId, &Meta)> {
                self.company.iter().map(|r| (r.id, &r.meta))$(.chain(self.$map.values().map(|r| (r.id, &r.meta))))*
            }

            fn shown_name(&self, id: DocId) -> Option<&String> {
                match id.kind() {
                    Kind::Company => self.company.as_ref().map(|r| &r.name),
                    $(Kind::$kind => self.$map.get(&id).map(|r| &r.name),)*
                    _ => None,
                }
            }

            /// The ids of all records of a kind, those in the trash too; none of kinds that lie inside others.
            pub fn ids(&self, kind: Kind) -> Box<dyn Iterator<Item = DocId> + '_> {
                match kind {
                    Kind::Company => Box::new(self.company.iter().map(|r| r.id)),
                    $(Kind::$kind => Box::new(self.$map.keys().copied()),)*
                    _ => Box::new(std::iter::empty()),
                }
            }

            /// Live records by name, for kinds that have names.
            pub fn live_names(&self, kind: Kind) -> Vec<(DocId, &str)> {
                let mut all: Vec<(DocId, &str)> = match kind {
                    $(Kind::$kind => {
                        self.$map.values().filter(|r| !r.meta.deleted).map(|r| (r.id, r.name.as_str())).collect()
                    })*
                    _ => Vec::new(),
                };
                // A stage that was removed or merged is kept too, and gone.
                all.retain(|(id, _)| self.stages.get(id).is_none_or(|stage| !self.is_gone(stage)));
                all
            }
        }
    };
}

with_maps!(by_kind);

fn is_disputed(meta: &Meta) -> bool {
    !meta.conflicts.is_empty() && !meta.deleted
}

/// How many records there are of each kind, without the trash.
pub type Counts = BTreeMap<&'static str, usize>;

impl Records {
    /// All records of a workspace at once, as they are when it is opened: by all cores, and laid down in order, which takes
    /// half the room of records that come one by one.
    pub fn of(mut records: Vec<Record>) -> Records {
        let mut all = Records::default();
        let of_merge = |r: &Record| r.meta().merged.as_ref().map(|merged| [r.id(), merged.into]);
        let merging: HashSet<DocId> = records.iter().filter_map(of_merge).flatten().collect();
        // Those that are shown otherwise than they are written come one by one, when all others are there.
        let is_shown_otherwise = |r: &mut Record| merging.contains(&r.id()) || r.refers_to().0 == Some(r.id());
        let merged: Vec<Record> = records.extract_if(.., is_shown_otherwise).collect();
        records.iter().for_each(|record| all.note_inner(record));
        all.disputed = records.iter().filter(|r| is_disputed(r.meta())).map(Record::id).collect();
        all.revision = records.len() as u64;
        (all.index, all.alike) = rayon::join(|| Index::of(&records), || Alike::among(&records));
        let count = |kind: Kind| records.iter().filter(|r| r.id().kind() == kind).count();
        let mut opportunities = Vec::with_capacity(count(Kind::Opportunity));
        let mut contacts = Vec::with_capacity(count(Kind::Contact));
        for record in records {
            match record {
                Record::Opportunity(o) => opportunities.push((o.id, o)),
                Record::Contact(c) => contacts.push((c.id, c)),
                other => all.put(other),
            }
        }
        all.opportunities = opportunities.into_iter().collect();
        all.contacts = contacts.into_iter().collect();
        all.insert_all(merged);
        all
    }

    /// To be told before the line is replaced.
    fn note_line(&mut self, line: &OrderLine) {
        let before = self.order_lines.get(&line.id).and_then(|known| known.order);
        if let Some(lines) = before.and_then(|order| self.lines.get_mut(&order)) {
            lines.remove(&line.id);
        }
        if let Some(order) = line.order {
            self.lines.entry(order).or_default().insert(line.id);
        }
    }

    /// The lines of a quotation, in the order of their ids, those in the trash too.
    pub(super) fn all_lines_of(&self, order: DocId) -> impl Iterator<Item = &OrderLine> {
        self.lines.get(&order).into_iter().flatten().filter_map(|line| self.order_lines.get(line))
    }

    /// Puts a record in, replacing the one with its id.
    pub fn insert(&mut self, record: Record) {
        self.insert_all([record]);
    }

    /// Takes records out of which nothing is left. Rare, and as slow as reading all.
    pub(crate) fn forget(&mut self, gone: &[DocId]) {
        let mut ids: BTreeSet<DocId> = Kind::ALL.into_iter().flat_map(|kind| self.ids(kind)).collect();
        ids.extend(self.merges.own_ids());
        let left = ids.into_iter().filter(|id| !gone.contains(id)).filter_map(|id| self.own(id)).collect();
        let revision = self.revision;
        *self = Records::of(left);
        self.revision += revision;
    }

    pub(super) fn show(&mut self, record: Record) {
        let id = record.id();
        match is_disputed(record.meta()) {
            true => _ = self.disputed.insert(id),
            false => _ = self.disputed.remove(&id),
        }
        self.index.insert(&record);
        self.find_alike(id, keys(&Probe::of(&record), record.meta().deleted));
        self.put(record);
    }

    /// Duplicates of the record are looked for by these keys from now on. To be told before the record is replaced.
    fn find_alike(&mut self, id: DocId, now: Vec<u64>) {
        let before = match id.kind() {
            Kind::Opportunity => self.opportunities.get(&id).map(|o| keys(&duplicates::opportunity(o), o.meta.deleted)),
            Kind::Contact => self.contacts.get(&id).map(|c| keys(&duplicates::contact(c), c.meta.deleted)),
            _ => return,
        };
        self.alike.change(id, &before.unwrap_or_default(), &now);
    }

    /// Takes a record that is shown in another one out of sight.
    pub(super) fn hide(&mut self, id: DocId) {
        let is_shown = match id.kind() {
            Kind::Opportunity => self.opportunities.contains_key(&id),
            Kind::Contact => self.contacts.contains_key(&id),
            Kind::Tag => self.tags.contains_key(&id),
            _ => false,
        };
        let Some(mut gone) = self.get(id).filter(|_| is_shown) else { return };
        gone.meta_mut().deleted = true;
        self.index.insert(&gone);
        self.find_alike(id, Vec::new());
        self.disputed.remove(&id);
        self.opportunities.remove(&id);
        self.contacts.remove(&id);
        self.tags.remove(&id);
    }

    /// The record that its document alone makes: without what was merged into it, and with references as they were written.
    pub fn own(&self, id: DocId) -> Option<Record> {
        self.merges.own(id).cloned().or_else(|| self.get(id))
    }

    /// The record with this id, also from the trash. One that was merged into another is found by its id only.
    pub fn get(&self, id: DocId) -> Option<Record> {
        self.shown(id).or_else(|| self.merges.own(id).cloned())
    }

    /// What every record has, of the record with this id.
    pub fn meta(&self, id: DocId) -> Option<&Meta> {
        self.shown_meta(id).or_else(|| self.merges.own(id).map(Record::meta))
    }

    /// The heads of a record's document; none if there is no such record.
    pub(crate) fn heads(&self, id: DocId) -> &[[u8; 32]] {
        let own = self.merges.own(id).map(Record::meta).or_else(|| self.shown_meta(id));
        own.map_or(&[], |own| &own.heads)
    }

    /// All documents and their heads, in the order of their ids. What every workspace has, written or not, has none unless it is.
    pub(crate) fn all_heads(&self) -> Vec<(DocId, &[[u8; 32]])> {
        let own = self.merges.own_ids().filter_map(|id| Some((id, self.merges.own(id)?.meta())));
        let shown = self.shown_metas().filter(|(id, _)| self.merges.own(*id).is_none());
        let heads = own.chain(shown).map(|(id, meta)| (id, &*meta.heads));
        let mut all: Vec<_> = heads.filter(|(_, heads)| !heads.is_empty()).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }

    /// The version of a record's document that is shown, to be given back with an edit; nothing if there is no such record.
    pub fn seen(&self, id: DocId) -> Option<Seen> {
        let own = self.merges.own(id).map(Record::meta).or_else(|| self.shown_meta(id))?;
        Some(Seen(own.heads.clone()))
    }

    /// The name of a record, empty if it is not here (yet).
    pub fn name(&self, id: DocId) -> &str {
        match (self.shown_name(id), self.merges.own(id)) {
            (Some(name), _) => name,
            (None, Some(Record::Opportunity(o))) => &o.name,
            (None, Some(Record::Contact(c))) => &c.name,
            (None, Some(Record::Tag(t))) => &t.name,
            (None, _) => "",
        }
    }

    /// Records in which two devices disagree, without the trash.
    pub fn disputed(&self) -> &BTreeSet<DocId> {
        &self.disputed
    }

    /// The files that records have attached, with their sizes in bytes.
    pub fn files(&self) -> impl Iterator<Item = (FileHash, u64)> + '_ {
        self.files.iter().map(|(hash, size)| (*hash, *size))
    }

    /// In bytes; nothing for a file that no record has attached.
    pub fn file_size(&self, hash: FileHash) -> Option<u64> {
        self.files.get(&hash).copied()
    }

    /// An attached file and the record it is attached to.
    pub fn attachment(&self, id: DocId) -> Option<(DocId, &Attachment)> {
        let holder = self.head(self.holder(id)?);
        let attachments = match holder.kind() {
            Kind::Opportunity => &self.opportunities.get(&holder)?.attachments,
            Kind::Contact => &self.contacts.get(&holder)?.attachments,
            Kind::Company => &self.company.as_ref()?.attachments,
            _ => return None,
        };
        attachments.iter().find(|a| a.id == id).map(|a| (holder, a))
    }

    /// The document that holds an activity, a note or an attachment.
    pub fn holder(&self, inner: DocId) -> Option<DocId> {
        self.holders.get(&inner).copied()
    }

    /// An activity and the record that shows it.
    pub fn activity(&self, id: DocId) -> Option<(DocId, &Activity)> {
        let holder = self.head(self.holder(id)?);
        let activities = match holder.kind() {
            Kind::Opportunity => &self.opportunities.get(&holder)?.activities,
            Kind::Contact => &self.contacts.get(&holder)?.activities,
            _ => return None,
        };
        activities.iter().find(|a| a.id == id).map(|a| (holder, a))
    }

    /// Live stages a team sees, in their order (sequence, id). A team sees its own and the general ones; without a team, all.
    pub fn stages_of(&self, team: Option<DocId>) -> Vec<&Stage> {
        stage::sorted(self.stages.values(), team)
    }

    /// Which stages may take a stage's place: won ones that of a won one, others that of others. One that is merged shares
    /// its teams, one that is removed is served by those that its teams have.
    pub fn heirs(&self, id: DocId, merging: bool) -> Vec<&Stage> {
        let Some(stage) = self.stages.get(&id) else { return Vec::new() };
        let mut heirs = self.stages_of(None);
        heirs.retain(|s| s.id != id && s.is_won == stage.is_won && (merging || s.serves(stage)));
        heirs
    }

    /// The stage a new record of the team starts in: the lowest (sequence, id) unfolded stage that is not won.
    pub fn default_stage(&self, team: Option<DocId>) -> Option<&Stage> {
        stage::first(&self.stages_of(team))
    }

    /// The stage an opportunity stands in: where its own was merged or removed, the one that took its place.
    pub fn stage(&self, opportunity: &Opportunity) -> Option<&Stage> {
        opportunity.standing.stage.and_then(|s| self.stage_now(s))
    }

    /// The stage that a stage has become.
    pub fn stage_now(&self, id: DocId) -> Option<&Stage> {
        self.stages.get(&stage::now(id, |s| self.stages.get(&s)))
    }

    /// The stored fields of a kind and the custom ones that the workspace adds, in the order a form shows them.
    pub fn fields(&self, kind: Kind) -> Vec<FieldDef> {
        let mut all = super::fields(kind);
        all.extend(self.custom_fields_of(kind).into_iter().filter_map(CustomField::def));
        all
    }

    /// The field of a kind with this name, stored or custom.
    pub fn field(&self, kind: Kind, name: &str) -> Option<FieldDef> {
        match super::custom::is_custom(name) {
            true => self.custom_fields_of(kind).into_iter().find(|f| f.key == name).and_then(CustomField::def),
            false => super::field(kind, name),
        }
    }

    /// Live custom fields of a kind, in their order (sequence, name).
    pub fn custom_fields_of(&self, kind: Kind) -> Vec<&CustomField> {
        let live = |f: &&CustomField| !f.meta.deleted && !f.meta.archived && f.kind() == kind;
        let mut all: Vec<&CustomField> = self.custom_fields.values().filter(live).collect();
        all.sort_by_key(|f| (f.sequence, f.name.as_str(), f.id));
        all
    }

    /// Whether a stage is in the trash, or another one took its place.
    pub fn is_gone(&self, stage: &Stage) -> bool {
        stage.meta.deleted || stage::now(stage.id, |s| self.stages.get(&s)) != stage.id
    }

    pub fn won_status(&self, opportunity: &Opportunity) -> WonStatus {
        if opportunity.standing.is_lost() {
            WonStatus::Lost
        } else if self.stage(opportunity).is_some_and(|s| s.is_won) {
            WonStatus::Won
        } else {
            WonStatus::Pending
        }
    }

    /// The probability shown: 0 when lost, 100 when won, the manual one if a person set it, else the stage's default.
    pub fn probability(&self, opportunity: &Opportunity) -> Percent {
        match self.won_status(opportunity) {
            WonStatus::Lost => Percent::ZERO,
            WonStatus::Won => Percent::HUNDRED,
            WonStatus::Pending => opportunity
                .standing
                .probability
                .or_else(|| self.stage(opportunity).map(|s| s.probability))
                .unwrap_or_default(),
        }
    }

    /// Probable turnover: expected revenue × probability, rounded to whole minor units.
    pub fn prorated_revenue(&self, opportunity: &Opportunity) -> Money {
        opportunity.expected_revenue.share(self.probability(opportunity))
    }

    /// Monthly recurring revenue × probability.
    pub fn recurring_revenue_prorated(&self, opportunity: &Opportunity) -> Money {
        opportunity.recurring_revenue_monthly().share(self.probability(opportunity))
    }

    /// Shown without asking for archived records: not archived, not lost, not in the trash.
    pub fn is_active(&self, opportunity: &Opportunity) -> bool {
        !opportunity.meta.archived && !opportunity.meta.deleted && !opportunity.standing.is_lost()
    }

    /// The worst state of the record's open activities on the given day.
    pub fn activity_state(&self, activities: &[Activity], today: NaiveDate) -> Option<ActivityState> {
        activities.iter().filter_map(|a| a.state(today)).min()
    }

    /// Days an open opportunity has been in its stage, once they are more than the stage allows and nothing is planned
    /// for later (spec §1 Rotting).
    pub fn rotting_days(&self, opportunity: &Opportunity, today: NaiveDate) -> Option<i64> {
        let threshold = self.stage(opportunity).map_or(0, |s| s.rotting_days);
        let since = opportunity.standing.since.or(opportunity.meta.create_date)?;
        let days = (today - since.date_naive()).num_days();
        let is_planned = opportunity.activities.iter().any(|a| a.done.is_none() && a.date_deadline > today);
        let is_open = self.won_status(opportunity) == WonStatus::Pending;
        (threshold > 0 && days > threshold && is_open && !is_planned).then_some(days)
    }

    /// Records by kind (plural names), without the trash. Leads and activities are counted apart.
    pub fn counts(&self) -> Counts {
        let live_opportunities = || self.opportunities.values().filter(|o| !o.meta.deleted);
        let live_contacts = || self.contacts.values().filter(|c| !c.meta.deleted);
        let activities =
            live_opportunities().map(|o| o.activities.len()).chain(live_contacts().map(|c| c.activities.len())).sum();
        BTreeMap::from([
            ("opportunities", live_opportunities().filter(|o| !o.is_lead()).count()),
            ("leads", live_opportunities().filter(|o| o.is_lead()).count()),
            ("activities", activities),
            ("contacts", live_contacts().count()),
            ("stages", self.stages.values().filter(|r| !self.is_gone(r)).count()),
            ("teams", self.teams.values().filter(|r| !r.meta.deleted).count()),
            ("users", self.users.values().filter(|r| !r.meta.deleted).count()),
            ("products", self.products.values().filter(|r| !r.meta.deleted).count()),
            ("tags", self.tags.values().filter(|r| !r.meta.deleted).count()),
            ("lost_reasons", self.lost_reasons.values().filter(|r| !r.meta.deleted).count()),
            ("favourites", self.favourites.values().filter(|r| !r.meta.deleted).count()),
            ("custom_fields", self.custom_fields.values().filter(|r| !r.meta.deleted).count()),
            ("meetings", self.meetings.values().filter(|m| !m.meta.deleted && m.series.is_none()).count()),
            ("calls", self.calls.values().filter(|c| !c.meta.deleted).count()),
            ("call_lists", self.call_lists.values().filter(|l| !l.meta.deleted).count()),
            ("quotations", self.quotations.values().filter(|q| !q.meta.deleted).count()),
            ("invoices", self.invoices.values().filter(|i| !i.meta.deleted).count()),
            ("targets", self.targets.values().filter(|t| !t.meta.deleted).count()),
        ])
    }
}
