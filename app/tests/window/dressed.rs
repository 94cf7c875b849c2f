//! One opportunity with all that a form can show: fields, activities, notes, and edits at several times.

use chrono::{NaiveDate, TimeZone, Utc};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Value, Workspace, environment::fixed::FixedClock, record::ActivityType,
};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

/// The opportunity of the look's picture.
pub fn seoul(workspace: &Workspace) -> DocId {
    workspace.records().opportunities.values().find(|o| o.name.contains("Seoul")).unwrap().id
}

pub fn dress(workspace: &Workspace, clock: &FixedClock, id: DocId) {
    let run = |command| workspace.execute(command).unwrap();
    let set = |fields: Vec<(&str, Value)>| Command::Set {
        id,
        fields: fields.into_iter().map(|(n, v)| (n.to_owned(), v)).collect(),
        seen: None,
    };
    let at = |h: u32, m: u32| clock.set(Utc.with_ymd_and_hms(2026, 11, 12, h, m, 0).unwrap());
    let named = |kind: Kind, name: &str| {
        let id = workspace.new_id(kind);
        run(Command::Create { id, fields: vec![("name".into(), name.into())] });
        id
    };
    at(9, 5);
    let team = named(Kind::Team, "West");
    named(Kind::User, "Celia Rouche");
    let hayden = named(Kind::User, "Hayden Neloms");
    let description = "Two GTK 500 racks for the new line in Seoul, installation before New Year. Budget is approved up \
                       to $55,000. Purchasing wants one price with delivery; the lab manager decides.";
    run(set(vec![
        ("contact_name", "Ji-woo Park".into()),
        ("function", "Head of IT".into()),
        ("email_from", "j.park@hottechi.example".into()),
        ("phone", "+82 2 555 0142".into()),
        ("street", "14 Teheran-ro".into()),
        ("city", "Seoul".into()),
        ("team", team.into()),
        ("source", "Referral".into()),
        ("referred", "Kan-code".into()),
        ("campaign", "GTK launch".into()),
        ("recurring_revenue", Money(180_000).into()),
        ("recurring_plan", "Yearly".into()),
        ("description", description.into()),
    ]));
    at(9, 11);
    run(set(vec![("probability", Percent::whole(75).into())]));
    at(9, 12);
    run(set(vec![("date_deadline", day(19).into())]));
    let text = "Stock in Busan is fine for two GTK 500, I checked with the warehouse.".to_owned();
    run(Command::AddNote { on: id, id: workspace.new_id(Kind::Note), text });
    let activity = |kind, summary: &str, due: u32, user| {
        let activity = workspace.new_id(Kind::Activity);
        let (summary, note, date_deadline) = (summary.to_owned(), String::new(), day(due));
        run(Command::AddActivity { on: id, id: activity, kind, summary, note, date_deadline, user: Some(user) });
        activity
    };
    let call = activity(ActivityType::CALL, "with Ji-woo Park", 12, workspace.user());
    let feedback = "Wants both racks before New Year. Asked for one price with installation.".to_owned();
    run(Command::ActivityDone { id: call, feedback });
    activity(ActivityType::TODO, "Prepare quotation Q-26-0418", 11, workspace.user());
    activity(ActivityType::CALL, "Call purchasing about delivery", 16, hayden);
    at(10, 24);
}

/// A colleague's device that joined the workspace and holds all of it.
pub fn colleague(workspace: &Workspace, clock: &std::sync::Arc<FixedClock>) -> Workspace {
    use satchel_core::{Storage, environment::fixed::environment, members::Role, workspace::DeviceKey};
    let expires = workspace.environment().now() + chrono::TimeDelta::days(1);
    let ticket = workspace.invite(Role::Salesperson, Some("Celia Rouche"), expires).unwrap();
    let theirs = environment(clock, 99);
    let key = DeviceKey::generate(&theirs);
    let request = ticket.request(key.device(), "phone", None);
    let welcome = workspace.admit(&request).unwrap();
    let other = Workspace::join(Storage::Memory, theirs, key, "phone", &welcome).unwrap();
    carry(workspace, &other);
    other
}

/// Brings what one device holds to another.
pub fn carry(from: &Workspace, to: &Workspace) {
    let mut at = 0;
    loop {
        let (commits, next) = from.commits_beyond(&to.vector(), at, 1 << 20).unwrap();
        let accepted = to.accept(commits).unwrap();
        assert!(accepted.refused.is_empty(), "{:?}", accepted.refused);
        match next {
            Some(next) => at = next,
            None => return,
        }
    }
}

/// Two devices that are apart give fields of one record different values; then they meet.
pub fn disagree(workspace: &Workspace, clock: &std::sync::Arc<FixedClock>, id: DocId) -> Workspace {
    let other = colleague(workspace, clock);
    let set = |workspace: &Workspace, field: &str, value: Value| {
        let seen = Some(workspace.records().seen(id).unwrap());
        workspace.execute(Command::Set { id, fields: vec![(field.into(), value)], seen }).unwrap();
    };
    let at = |h: u32, m: u32| clock.set(Utc.with_ymd_and_hms(2026, 11, 12, h, m, 0).unwrap());
    at(9, 12);
    set(workspace, "date_deadline", day(13).into());
    at(9, 40);
    set(&other, "date_deadline", day(20).into());
    set(&other, "expected_revenue", Money(4_800_000).into());
    at(9, 45);
    set(workspace, "expected_revenue", Money(5_200_000).into());
    at(10, 21);
    carry(&other, workspace);
    carry(workspace, &other);
    at(10, 24);
    other
}
