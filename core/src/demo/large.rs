//! Workspaces of any size, for measuring.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    dice::Dice,
    words::{COMPANY_FIRST, COMPANY_LAST, FIRST, LAST, NOTES, PLACES, PRODUCTS, SOURCES, TAGS, TO_DO},
};
use crate::{
    Command,
    command::Fields,
    id::{DocId, Kind, WorkspaceId},
    rules,
    value::{Money, Value},
};

const OPEN_STAGES: [&str; 3] = ["New", "Qualified", "Proposition"];

/// Commands that make a workspace of this many opportunities, a fifth as many contacts and half as many activities.
/// Teams, salespeople, products and tags come first, so that all may be given in one batch. Meant for a workspace founded
/// with the standard stages.
pub fn commands(workspace: WorkspaceId, opportunities: usize, seed: u64, today: NaiveDate) -> Vec<Command> {
    let mut large = Large {
        workspace,
        dice: Dice::new(seed),
        now: today.and_hms_opt(10, 0, 0).unwrap_or_default().and_utc(),
        users: Vec::new(),
        products: Vec::new(),
        tags: Vec::new(),
        contacts: Vec::new(),
        commands: Vec::with_capacity(opportunities * 17 / 10 + 100),
    };
    large.settings();
    (0..(opportunities / 5).max(1)).for_each(|n| large.contact(n));
    (0..opportunities).for_each(|n| large.opportunity(n, today));
    large.commands
}

struct Large {
    workspace: WorkspaceId,
    dice: Dice,
    now: DateTime<Utc>,
    /// With their teams.
    users: Vec<(DocId, DocId)>,
    products: Vec<DocId>,
    tags: Vec<DocId>,
    contacts: Vec<DocId>,
    commands: Vec<Command>,
}

fn field(name: &str, value: impl Into<Value>) -> (String, Value) {
    (name.to_owned(), value.into())
}

impl Large {
    fn make(&mut self, kind: Kind, external: &str, fields: Fields) -> DocId {
        let id = DocId::derived(self.workspace, "large sample", kind, external);
        self.commands.push(Command::Create { id, fields });
        id
    }

    fn settings(&mut self) {
        for team in 0..4 {
            let team = self.make(Kind::Team, &team.to_string(), vec![field("name", format!("Team {}", team + 1))]);
            for _ in 0..5 {
                let n = self.users.len();
                let name = format!("{} {}", FIRST[n], LAST[n]);
                let user = self.make(Kind::User, &name, vec![field("name", name.as_str()), field("team", team)]);
                self.users.push((user, team));
            }
        }
        for (name, reference, category, price, _) in PRODUCTS {
            let fields =
                vec![field("name", name), field("category", category), field("list_price", Money(price * 100))];
            let id = self.make(Kind::Product, reference, fields);
            self.products.push(id);
        }
        for (name, color) in TAGS {
            let id = self.make(Kind::Tag, name, vec![field("name", name), field("color", color)]);
            self.tags.push(id);
        }
    }

    fn contact(&mut self, n: usize) {
        let first = COMPANY_FIRST[n % COMPANY_FIRST.len()];
        let (last, industry) = *self.dice.pick(&COMPANY_LAST);
        let (user, _) = *self.dice.pick(&self.users);
        let fields = vec![
            field("name", format!("{} {first} {last}", self.dice.pick(&LAST))),
            field("is_company", true),
            field("email", format!("office{n}@{}.example", first.to_lowercase())),
            field("phone", format!("+44 20 {:08}", n)),
            field("industry", industry),
            field("city", format!("{first} upon Tyne")),
            field("country", "United Kingdom"),
            field("employees", self.dice.between(1, 5000)),
            field("user", user),
        ];
        let id = self.make(Kind::Contact, &n.to_string(), fields);
        self.contacts.push(id);
    }

    fn opportunity(&mut self, n: usize, today: NaiveDate) {
        let (user, team) = *self.dice.pick(&self.users);
        let product = self.dice.below(PRODUCTS.len());
        let (name, _, _, price, _) = PRODUCTS[product];
        let contact = format!("{} {}", self.dice.pick(&FIRST), self.dice.pick(&LAST));
        let age = self.dice.between(1, 700);
        let made = self.now - TimeDelta::days(age);
        let mut fields = vec![
            field("name", format!("{name}, {} {n}", self.dice.pick(&PLACES))),
            field("type", "opportunity"),
            field("partner", *self.dice.pick(&self.contacts)),
            field("contact_name", contact.as_str()),
            field("email_from", format!("{}@example.com", contact.to_lowercase().replace([' ', '’'], "."))),
            field("user", user),
            field("team", team),
            field("product", self.products[product]),
            field("priority", self.dice.between(0, 3)),
            field("expected_revenue", Money(price * self.dice.between(50, 300))),
            field("source", *self.dice.pick(&SOURCES)),
            field("create_date", made),
            field("date_deadline", today + TimeDelta::days(self.dice.between(-30, 120))),
        ];
        if self.dice.percent(30) {
            fields.push(field("tags", Value::Refs(vec![*self.dice.pick(&self.tags)])));
        }
        if self.dice.percent(15) {
            fields.push(field("description", *self.dice.pick(&NOTES)));
        }
        let outcome = self.dice.below(100);
        let stage = if outcome < 30 { "Won" } else { *self.dice.pick(&OPEN_STAGES) };
        fields.push(field("stage", rules::stage_id(self.workspace, stage)));
        if outcome < 45 {
            fields.push(field("won_status", if outcome < 30 { "won" } else { "lost" }));
            fields.push(field("date_closed", (made + TimeDelta::days(self.dice.between(5, 200))).min(self.now)));
        }
        let on = self.make(Kind::Opportunity, &n.to_string(), fields);
        if n.is_multiple_of(2) {
            let id = DocId::derived(self.workspace, "large sample", Kind::Activity, &n.to_string());
            let (summary, kind) = *self.dice.pick(&TO_DO);
            let date_deadline = today + TimeDelta::days(self.dice.between(-10, 40));
            let (summary, note) = (summary.to_owned(), String::new());
            self.commands.push(Command::AddActivity { on, id, kind, summary, note, date_deadline, user: Some(user) });
        }
    }
}
