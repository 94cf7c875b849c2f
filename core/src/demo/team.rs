//! A year of a team that sells solar roofs, batteries and charging points.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::{
    dice::Dice,
    words::{
        CITIES, COMPANY_FIRST, COMPANY_LAST, FIRST, JOBS, LAST, NOTES, PLACES, PRODUCTS, SALESPEOPLE, SOURCES, STREETS,
        TAGS, TO_DO,
    },
};
use crate::{
    Command, Records,
    command::{Fields, SaleStep},
    id::{DocId, Kind, WorkspaceId},
    value::{Money, Percent, Value},
};

const COMPANIES: usize = 60;
const OPPORTUNITIES: usize = 400;

/// What the sample is made from, and the commands so far.
pub(super) struct Sample {
    workspace: WorkspaceId,
    pub(super) now: DateTime<Utc>,
    pub(super) today: NaiveDate,
    pub(super) dice: Dice,
    /// Open stages in their order, and the won one.
    open: Vec<DocId>,
    won: Option<DocId>,
    reasons: Vec<DocId>,
    /// Salespeople with their teams.
    pub(super) people: Vec<(DocId, DocId)>,
    /// Companies with their people: name and e-mail address.
    pub(super) companies: Vec<(DocId, Vec<(String, String)>)>,
    tags: Vec<DocId>,
    pub(super) products: Vec<DocId>,
    /// What was there before the year began, or is as it is now.
    commands: Vec<Command>,
    /// The year has begun.
    has_begun: bool,
    /// What happened in the year, and when.
    story: Vec<(DateTime<Utc>, Command)>,
    user: DocId,
    /// One that has no letterhead yet.
    pub(super) company: Option<DocId>,
}

/// The year before today, in the order in which it happened.
pub(super) struct Story {
    /// From before the year.
    pub before: Vec<Command>,
    /// A week each, with the moment by which it had happened.
    pub weeks: Vec<(DateTime<Utc>, Vec<Command>)>,
}

pub(super) fn field(name: &str, value: impl Into<Value>) -> (String, Value) {
    (name.to_owned(), value.into())
}

impl Sample {
    pub fn new(workspace: WorkspaceId, user: DocId, records: &Records, now: DateTime<Utc>, today: NaiveDate) -> Sample {
        let stages = records.stages_of(None);
        let mut sample = Sample {
            workspace,
            now,
            today,
            dice: Dice::new(20_260_101),
            open: stages.iter().filter(|s| !s.is_won).map(|s| s.id).collect(),
            won: stages.iter().find(|s| s.is_won).map(|s| s.id),
            reasons: records.lost_reasons.keys().copied().collect(),
            people: Vec::new(),
            companies: Vec::new(),
            tags: Vec::new(),
            products: Vec::new(),
            commands: Vec::new(),
            user,
            story: Vec::new(),
            has_begun: false,
            company: records.company.as_ref().filter(|c| c.address.is_empty()).map(|c| c.id),
        };
        sample.team(user);
        sample.settings();
        sample.customers();
        sample.has_begun = true;
        (0..OPPORTUNITIES).for_each(|n| sample.opportunity(n));
        sample
    }

    /// What was before first, then week by week what happened.
    pub fn story(mut self) -> Story {
        let now = self.now;
        // Of one moment in the order in which it was told.
        self.story.sort_by_key(|(at, _)| *at);
        let mut weeks: Vec<(DateTime<Utc>, Vec<Command>)> = Vec::new();
        for (at, command) in self.story {
            let weeks_ago = (now - at).num_days().max(0) / 7;
            let end = now - TimeDelta::days(7 * weeks_ago);
            match weeks.last_mut() {
                Some((until, commands)) if *until == end => commands.push(command),
                _ => weeks.push((end, vec![command])),
            }
        }
        Story { before: self.commands, weeks }
    }

    /// Something that happened.
    pub(super) fn tell(&mut self, at: DateTime<Utc>, command: Command) {
        self.story.push((at.min(self.now), command));
    }

    /// Fields that were changed.
    pub(super) fn change(&mut self, at: DateTime<Utc>, id: DocId, fields: Fields) {
        self.tell(at, Command::Set { id, fields, seen: None });
    }

    pub(super) fn id(&self, kind: Kind, name: &str) -> DocId {
        DocId::derived(self.workspace, "sample", kind, name)
    }

    pub(super) fn create(&mut self, id: DocId, fields: Fields) {
        let command = Command::Create { id, fields };
        match self.has_begun {
            true => self.tell(self.now, command),
            false => self.commands.push(command),
        }
    }

    /// Two teams of four; the workspace's user leads the first.
    fn team(&mut self, user: DocId) {
        let mut members = vec![user];
        for name in SALESPEOPLE {
            let id = DocId::derived(self.workspace, "user", Kind::User, &name.to_lowercase());
            if id == user {
                continue;
            }
            let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
            self.create(id, vec![field("name", name), field("email", email)]);
            members.push(id);
        }
        for (color, (team, members)) in
            [("Direct sales", &members[..4]), ("Partners", &members[4..])].into_iter().enumerate()
        {
            let id = self.id(Kind::Team, team);
            let fields = vec![field("name", team), field("leader", members[0]), field("color", color as i64)];
            self.create(id, fields);
            for member in members {
                self.people.push((*member, id));
                let fields = vec![field("team", id)];
                self.commands.push(Command::Set { id: *member, fields, seen: None });
            }
        }
    }

    fn settings(&mut self) {
        for stage in self.open.clone().into_iter().skip(1) {
            let fields = vec![field("rotting_days", 30i64)];
            self.commands.push(Command::Set { id: stage, fields, seen: None });
        }
        for (name, color) in TAGS {
            let id = self.id(Kind::Tag, name);
            self.create(id, vec![field("name", name), field("color", color)]);
            self.tags.push(id);
        }
        for (name, reference, category, price, cost) in PRODUCTS {
            let id = self.id(Kind::Product, reference);
            let fields = vec![
                field("name", name),
                field("reference", reference),
                field("category", category),
                field("list_price", Money(price * 100)),
                field("tax", Percent::whole(20)),
                field("cost", Money(cost * 100)),
            ];
            self.create(id, fields);
            self.products.push(id);
        }
    }

    fn customers(&mut self) {
        for n in 0..COMPANIES {
            let first = COMPANY_FIRST[n % COMPANY_FIRST.len()];
            let (last, industry) = COMPANY_LAST[(n * 7 + n / COMPANY_FIRST.len()) % COMPANY_LAST.len()];
            let name = format!("{first} {last}");
            let domain = format!("{}.example", name.to_lowercase().replace(' ', ""));
            let (city, zip, country) = *self.dice.pick(&CITIES);
            let street = format!("{} {}", self.dice.between(1, 140), self.dice.pick(&STREETS));
            let (user, _) = *self.dice.pick(&self.people);
            let made = self.now - TimeDelta::days(self.dice.between(370, 1500));
            let id = self.id(Kind::Contact, &name);
            let fields = vec![
                field("name", name.as_str()),
                field("is_company", true),
                field("phone", format!("+44 20 7946 {:04}", n * 11)),
                field("email", format!("office@{domain}")),
                field("website", domain.as_str()),
                field("street", street.as_str()),
                field("zip", zip),
                field("city", city),
                field("country", country),
                field("industry", industry),
                field("employees", self.dice.between(8, 900)),
                field("user", user),
                field("create_date", made),
            ];
            self.create(id, fields);
            let mut people = Vec::new();
            for p in 0..=self.dice.below(3) {
                let person =
                    format!("{} {}", FIRST[(n * 5 + p * 11) % FIRST.len()], LAST[(n * 3 + p * 13) % LAST.len()]);
                let email = format!("{}@{domain}", person.to_lowercase().replace([' ', '’'], "."));
                let fields = vec![
                    field("name", person.as_str()),
                    field("parent", id),
                    field("function", *self.dice.pick(&JOBS)),
                    field("email", email.as_str()),
                    field("mobile", format!("+44 7700 9{:05}", n * 37 + p * 401)),
                    field("create_date", made),
                ];
                self.create(self.id(Kind::Contact, &format!("{name}: {person}")), fields);
                people.push((person, email));
            }
            self.companies.push((id, people));
        }
    }

    fn opportunity(&mut self, n: usize) {
        let (company, people) = self.dice.pick(&self.companies).clone();
        let (contact, email) = self.dice.pick(&people).clone();
        let (user, team) = *self.dice.pick(&self.people);
        let product = self.dice.below(PRODUCTS.len());
        let (name, _, _, price, _) = PRODUCTS[product];
        let count = match price {
            ..10_000 => self.dice.between(2, 24),
            10_000..70_000 => self.dice.between(1, 4),
            _ => 1,
        };
        let revenue = Money(price * 100 * count * self.dice.between(88, 100) / 100 / 5_000 * 5_000);
        let age = self.dice.between(0, 364);
        let made = self.now - TimeDelta::days(age) - TimeDelta::minutes(self.dice.between(0, 500));
        let cycle = self.dice.between(12, 120);
        let is_closed = age > cycle + 5 && !self.dice.percent(12);
        let priority = [0, 0, 0, 1, 1, 2, 3][self.dice.below(7)];
        let amount = if count > 1 { format!("{count} × ") } else { String::new() };
        let id = self.id(Kind::Opportunity, &n.to_string());
        let mut fields = vec![
            field("name", format!("{amount}{name} for {}", self.dice.pick(&PLACES))),
            field("type", "opportunity"),
            field("partner", company),
            field("contact_name", contact),
            field("email_from", email),
            field("user", user),
            field("team", team),
            field("product", self.products[product]),
            field("expected_revenue", revenue),
            field("priority", priority),
            field("source", *self.dice.pick(&SOURCES)),
            field("create_date", made),
        ];
        if name == "Service contract" {
            fields.push(field("recurring_revenue", revenue));
            fields.push(field("recurring_plan", "Yearly"));
        }
        if self.dice.percent(45) {
            let mut tags = vec![*self.dice.pick(&self.tags), *self.dice.pick(&self.tags)];
            tags.truncate(1 + self.dice.below(2));
            tags.sort();
            tags.dedup();
            fields.push(field("tags", Value::Refs(tags)));
        }
        let end = if is_closed { made + TimeDelta::days(cycle) } else { self.now };
        let closes = is_closed.then(|| self.closing(end));
        let was = self.begin(id, fields, made, end, revenue);
        match closes {
            Some((is_won, closing)) => {
                let reach = if is_won { self.open.len() } else { 1 + self.dice.below(self.open.len()) };
                self.advance(id, made, end, reach.saturating_sub(1));
                self.change(end, id, closing);
                if is_won {
                    self.sell(id, n, end, (product, count, revenue));
                } else if self.dice.percent(40) {
                    let order = self.offer(id, n, made + (end - made) / 2, (product, count, revenue));
                    self.tell(end, Command::Sale(SaleStep::Cancel { id: order }));
                }
            }
            None => self.leave_open(id, (user, age, made), (product, count, revenue), n),
        }
        if user == self.user {
            self.work(id, n, made, end);
        }
        if let Some(at) = was {
            self.change(at, id, vec![field("expected_revenue", revenue)]);
        }
        if self.dice.percent(20) {
            let note = self.id(Kind::Note, &n.to_string());
            let text = (*self.dice.pick(&NOTES)).to_owned();
            self.tell(made + (end - made) / 3, Command::AddNote { on: id, id: note, text });
        }
    }

    /// An opportunity as it came in: in the first stage, often with another amount and another day than it has now.
    /// Returns when its amount was settled.
    fn begin(
        &mut self,
        id: DocId,
        mut fields: Fields,
        made: DateTime<Utc>,
        end: DateTime<Utc>,
        revenue: Money,
    ) -> Option<DateTime<Utc>> {
        fields.extend(self.open.first().map(|stage| field("stage", *stage)));
        let later = self.dice.percent(45).then(|| {
            let first = Money(revenue.0 * self.dice.between(60, 130) / 100 / 10_000 * 10_000);
            fields
                .iter_mut()
                .filter(|(name, _)| name == "expected_revenue")
                .for_each(|(_, value)| *value = first.into());
            made + (end - made) / 5 * self.dice.between(1, 4) as i32
        });
        let guess = made.date_naive() + TimeDelta::days(self.dice.between(25, 100));
        fields.push(field("date_deadline", guess));
        self.tell(made, Command::Create { id, fields });
        later
    }

    /// What the person at this device did for a deal.
    fn work(&mut self, on: DocId, n: usize, made: DateTime<Utc>, end: DateTime<Utc>) {
        for part in 1..=2 {
            let at = made + (end - made) * part / 4;
            let id = self.id(Kind::Activity, &format!("{n} done {part}"));
            let (summary, kind) = *self.dice.pick(&TO_DO);
            let (summary, note, user) = (summary.to_owned(), String::new(), Some(self.user));
            let date_deadline = at.date_naive();
            self.tell(at, Command::AddActivity { on, id, kind, summary, note, date_deadline, user });
            self.tell(at, Command::ActivityDone { id, feedback: String::new() });
        }
    }

    /// From stage to stage, one after the other, up to the one it reached.
    fn advance(&mut self, id: DocId, made: DateTime<Utc>, end: DateTime<Utc>, reach: usize) {
        let reach = reach.min(self.open.len().saturating_sub(1));
        for step in 1..=reach {
            let at = made + (end - made) * step as i32 / (reach as i32 + 1);
            let stage = self.open[step];
            self.change(at, id, vec![field("stage", stage), field("date_last_stage_update", at)]);
        }
    }

    /// How a deal ends: whether it is won, and what is written then.
    fn closing(&mut self, closed: DateTime<Utc>) -> (bool, Fields) {
        let is_won = self.won.is_some() && self.dice.percent(58);
        let mut fields = Vec::new();
        if let Some(won) = self.won.filter(|_| is_won) {
            fields.push(field("stage", won));
            fields.push(field("won_status", "won"));
        } else {
            fields.push(field("won_status", "lost"));
            if !self.reasons.is_empty() && self.dice.percent(85) {
                let reason = *self.dice.pick(&self.reasons);
                fields.push(field("lost_reason", reason));
            }
        }
        fields.push(field("date_closed", closed));
        fields.push(field("date_deadline", closed.date_naive()));
        (is_won, fields)
    }

    /// The longer a deal runs, the further it has come. Most have something to do: some late, some today, most later.
    fn leave_open(
        &mut self,
        id: DocId,
        (user, age, made): (DocId, i64, DateTime<Utc>),
        deal: (usize, i64, Money),
        n: usize,
    ) {
        let reach = (age as usize / 25 + self.dice.below(2)).min(self.open.len().saturating_sub(1));
        let in_stage = TimeDelta::days(self.dice.between(0, age.min(30)));
        let last = (self.now - in_stage).max(made);
        self.advance(id, made, last, reach);
        let deadline = self.today + TimeDelta::days(self.dice.between(-12, 90));
        self.change(last, id, vec![field("date_deadline", deadline)]);
        if reach >= 2 && self.dice.percent(60) {
            self.offer(id, n, last, deal);
        }
        let days = match self.dice.below(100) {
            0..18 => -self.dice.between(1, 9),
            18..32 => 0,
            32..80 => self.dice.between(1, 21),
            _ => return,
        };
        let (summary, kind) = *self.dice.pick(&TO_DO);
        let activity = self.id(Kind::Activity, &id.to_string());
        let date_deadline =
            if days < 0 { self.today - Days::new(days.unsigned_abs()) } else { self.today + Days::new(days as u64) };
        let summary = summary.to_owned();
        let note = String::new();
        let user = Some(user);
        let at = self.now;
        self.tell(at, Command::AddActivity { on: id, id: activity, kind, summary, note, date_deadline, user });
    }
}
