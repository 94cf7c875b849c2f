//! What stands in the calendar (spec §4): events, series of them, and occurrences that were changed alone.

use chrono::{NaiveDateTime, TimeDelta};

use super::Records;
use crate::{
    id::{DocId, Kind, WorkspaceId},
    value::{Value, When},
};

record!(
    /// A kind of event that a workspace adds: a technical intervention, a staff request.
    EventKind {
        name: Text = "Kind of event",
        icon: Text = "Icon",
        color: Int = "Colour",
        sequence: Int = "Sequence",
    }
);

record!(
    /// An event. One that recurs is a series; a record with a `series` of its own is what was changed in one of its occurrences,
    /// or in one and all that follow, and says nothing of what it leaves as it is.
    Meeting {
        name: Text = "Meeting",
        /// When it is; of a series, when it is first.
        when: When = "When",
        users: Refs(Kind::User) = "Colleagues",
        contacts: Refs(Kind::Contact) = "Guests",
        location: Text = "Location",
        opportunity: Ref(Kind::Opportunity) = "Opportunity",
        partner: Ref(Kind::Contact) = "Customer",
        /// Who called it.
        user: Ref(Kind::User) = "Organiser",
        r#type: Ref(Kind::EventKind) = "Kind",
        /// How long before, in minutes: `15, 1440`.
        reminders: Text = "Reminders",
        /// [`Recurrence`](crate::calendar::Recurrence): lines of RFC 5545, times as the wall clock of `when` shows them.
        recurrence: Text = "Recurrence",
        /// The series of which this changes an occurrence.
        series: Ref(Kind::Meeting) = "Series",
        /// Which one: so many seconds on the wall clock after the first. It stays the same when the series is moved.
        offset: Number = "Seconds after the first",
        /// This and all that follow: from here on it is a series of its own.
        following: Bool = "And those that follow",
        cancelled: Bool = "Cancelled",
        /// By which other calendars know it.
        uid: Text = "Calendar identifier",
        description: LongText = "Description",
    }
);

/// What an edit of one occurrence of a series is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    #[default]
    This,
    Following,
    All,
}

impl Meeting {
    /// The id under which an occurrence is changed: one, whichever device does it first.
    pub fn occurrence_id(workspace: WorkspaceId, series: DocId, offset: i64, following: bool) -> DocId {
        let source = if following { "following" } else { "occurrence" };
        DocId::derived(workspace, source, Kind::Meeting, &format!("{series}:{offset}"))
    }

    /// The minutes before it at which people want to be reminded.
    pub fn reminder_minutes(&self) -> Vec<i64> {
        minutes(&self.reminders).unwrap_or_default()
    }

    /// Whether it is neither in the trash nor archived nor cancelled.
    pub fn is_live(&self) -> bool {
        !self.meta.deleted && !self.meta.archived && !self.cancelled
    }

    /// Whether somebody is in it: who called it or is invited. One without either is of who wrote it down.
    pub fn is_of(&self, user: DocId) -> bool {
        self.users.contains(&user) || self.person() == Some(user)
    }

    /// Whose colour it has: who called it, else who wrote it down.
    pub fn person(&self) -> Option<DocId> {
        self.user.or(self.meta.create_user)
    }

    /// The occurrence of this series at so many seconds after the first, as the series says.
    pub fn at(&self, offset: i64) -> Option<When> {
        let when = self.when?;
        let by = TimeDelta::try_seconds(offset)?;
        let start: NaiveDateTime = when.start().checked_add_signed(by)?;
        when.starting(start)
    }

    /// This occurrence as it is once these changes are laid over it.
    pub fn with(&self, change: &Meeting) -> Meeting {
        fn text(own: &mut String, change: &str) {
            if !change.is_empty() {
                *own = change.to_owned();
            }
        }
        let mut all = self.clone();
        text(&mut all.name, &change.name);
        text(&mut all.location, &change.location);
        text(&mut all.reminders, &change.reminders);
        text(&mut all.description, &change.description);
        for (own, change) in [(&mut all.users, &change.users), (&mut all.contacts, &change.contacts)] {
            if !change.is_empty() {
                own.clone_from(change);
            }
        }
        all.when = change.when.or(all.when);
        all.opportunity = change.opportunity.or(all.opportunity);
        all.partner = change.partner.or(all.partner);
        all.user = change.user.or(all.user);
        all.r#type = change.r#type.or(all.r#type);
        all.cancelled |= change.cancelled;
        all
    }
}

/// Reads `15, 1440`; nothing for what is no list of minutes, at most four weeks each and ten of them.
pub(crate) fn minutes(text: &str) -> Option<Vec<i64>> {
    let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
    let mut all: Vec<i64> =
        parts.map(|p| p.parse().ok().filter(|m| (0..=40_320).contains(m))).collect::<Option<_>>()?;
    all.sort_unstable();
    all.dedup();
    (all.len() <= 10).then_some(all)
}

impl Records {
    /// What a meeting that is called from an opportunity begins with (spec §4): its name, its customer, and who calls it.
    pub fn meeting_about(&self, opportunity: DocId, user: DocId) -> Vec<(String, Value)> {
        let Some(about) = self.opportunities.get(&opportunity) else { return Vec::new() };
        let mut fields: Vec<(String, Value)> = vec![
            ("name".to_owned(), about.name.as_str().into()),
            ("opportunity".to_owned(), opportunity.into()),
            ("user".to_owned(), user.into()),
            ("users".to_owned(), Value::Refs(vec![user])),
        ];
        if let Some(customer) = about.partner {
            fields.push(("partner".to_owned(), customer.into()));
            fields.push(("contacts".to_owned(), Value::Refs(vec![customer])));
        }
        fields
    }

    /// Live kinds of events that the workspace adds, in their order (sequence, name).
    pub fn event_kinds_in_order(&self) -> Vec<&EventKind> {
        let mut live: Vec<&EventKind> =
            self.event_kinds.values().filter(|k| !k.meta.deleted && !k.meta.archived).collect();
        live.sort_by_key(|k| (k.sequence, k.name.as_str(), k.id));
        live
    }
}
