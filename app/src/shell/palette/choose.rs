//! What can be chosen for records by typing: a person, a stage, a tag, an activity and its day.

use chrono::{Days, NaiveDate, Weekday};
use satchel_core::{
    DocId, Kind,
    record::{ActivityPlan, ActivityType},
};
use tr::tr;

use super::{
    entries::{Entry, What},
    matching::Matching,
};
use crate::{
    design::icons,
    locale::text,
    shell::{Context, Deed},
    views::{board::face::activity_icon, form::activities::plans, format, reading},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    Assign,
    Stage,
    Tag,
    Colour,
    Schedule,
    Plan,
}

impl Choose {
    /// What the field asks.
    pub fn question(self) -> String {
        match self {
            Choose::Assign => tr!("Assign to whom?"),
            Choose::Stage => tr!("Move to which stage?"),
            Choose::Tag => tr!("Which tag?"),
            Choose::Colour => tr!("Which colour?"),
            Choose::Plan => tr!("Which plan?"),
            Choose::Schedule => tr!("Which activity, and when? call tomorrow, meeting 20 Nov"),
        }
    }
}

/// What there is to choose from, the best match first.
pub fn entries(choose: Choose, cx: &Context, ids: &[DocId], query: &str) -> Vec<Entry> {
    let mut options = match choose {
        Choose::Assign => people(cx, ids),
        Choose::Stage => stages(cx, ids),
        Choose::Tag => tags(cx, ids),
        Choose::Colour => colours(cx, ids),
        Choose::Schedule => activities(cx, query),
        Choose::Plan => plans(cx),
    };
    let mut matching = Matching::new(query);
    if !query.trim().is_empty() {
        let mut scored: Vec<(u32, Entry)> = options
            .into_iter()
            .filter_map(|entry| {
                let (score, title) = matching.of(&entry.title.text)?;
                Some((score, Entry { title, ..entry }))
            })
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        options = scored.into_iter().map(|(_, entry)| entry).collect();
    }
    let name = query.trim();
    let exists = options.iter().any(|o| o.title.text.to_lowercase() == name.to_lowercase());
    if choose == Choose::Tag && !name.is_empty() && !exists {
        let what = What::Do(Deed::NewTag(name.to_owned()));
        options.push(Entry::new(icons::ADD, &tr!("Create the tag ‘{name}’", name), what));
    }
    options
}

/// Whether all records have it.
fn all(ids: &[DocId], has: impl Fn(&DocId) -> bool) -> bool {
    !ids.is_empty() && ids.iter().all(has)
}

fn people(cx: &Context, ids: &[DocId]) -> Vec<Entry> {
    let live = cx.records.users.values().filter(|u| !u.meta.deleted && !u.meta.archived);
    let mut people: Vec<(DocId, &str, Option<DocId>)> = live.map(|u| (u.id, u.name.as_str(), u.team)).collect();
    people.sort_by_key(|(id, name, _)| (*id != cx.user, name.to_lowercase()));
    let now = |id: &DocId| match id.kind() {
        Kind::Opportunity => cx.records.opportunities.get(id).and_then(|o| o.user),
        _ => cx.records.contacts.get(id).and_then(|c| c.user),
    };
    let person = |(id, name, team): (DocId, &str, Option<DocId>)| {
        let what = What::Do(Deed::Assign(Some(id)));
        let team = team.map_or("", |t| cx.records.name(t));
        let detail = match (id == cx.user, team) {
            (true, "") => tr!("You"),
            (true, team) => tr!("You · {team}", team),
            (false, team) => team.to_owned(),
        };
        Entry { checked: all(ids, |i| now(i) == Some(id)), ..Entry::new(icons::PERSON, name, what).detail(detail) }
    };
    let nobody = Entry {
        checked: all(ids, |i| now(i).is_none()),
        ..Entry::new(icons::RADIO_OFF, &tr!("Nobody"), What::Do(Deed::Assign(None)))
    };
    people.into_iter().map(person).chain([nobody]).collect()
}

fn stages(cx: &Context, ids: &[DocId]) -> Vec<Entry> {
    let opportunity = |id: &DocId| cx.records.opportunities.get(id);
    let team = ids.first().and_then(opportunity).and_then(|o| o.team);
    let team = team.filter(|t| all(ids, |id| opportunity(id).is_some_and(|o| o.team == Some(*t))));
    let stage = |stage: &satchel_core::record::Stage| {
        let icon = if stage.is_won { icons::WON } else { icons::RIGHT };
        let percent = if stage.is_won { "100 %".to_owned() } else { format!("{} %", stage.probability) };
        Entry {
            checked: all(ids, |id| opportunity(id).and_then(|o| cx.records.stage(o)).is_some_and(|s| s.id == stage.id)),
            ..Entry::new(icon, &stage.name, What::Do(Deed::Stage(stage.id))).detail(percent)
        }
    };
    cx.records.stages_of(team).into_iter().map(stage).collect()
}

fn tags(cx: &Context, ids: &[DocId]) -> Vec<Entry> {
    let live = cx.records.tags.values().filter(|t| !t.meta.deleted && !t.meta.archived);
    let mut tags: Vec<(DocId, &str)> = live.map(|t| (t.id, t.name.as_str())).collect();
    tags.sort_by_key(|(_, name)| name.to_lowercase());
    let has = |id: &DocId, tag: DocId| match id.kind() {
        Kind::Opportunity => cx.records.opportunities.get(id).is_some_and(|o| o.tags.contains(&tag)),
        _ => cx.records.contacts.get(id).is_some_and(|c| c.tags.contains(&tag)),
    };
    let entry = |(tag, name)| {
        let checked = all(ids, |id| has(id, tag));
        let deed = if checked { Deed::Untag(tag) } else { Deed::Tag(tag) };
        let detail = if checked { tr!("Take it off") } else { String::new() };
        Entry { checked, ..Entry::new(icons::TAG, name, What::Do(deed)).detail(detail) }
    };
    tags.into_iter().map(entry).collect()
}

/// The colours of people and tags, for cards.
const COLOURS: [&str; 8] = ["None", "Blue", "Teal", "Rose", "Olive", "Ochre", "Slate", "Brick"];

fn colours(cx: &Context, ids: &[DocId]) -> Vec<Entry> {
    let has = |id: &DocId, colour| cx.records.opportunities.get(id).is_some_and(|o| o.color == colour);
    let entry = |(colour, name): (i64, &str)| Entry {
        checked: all(ids, |id| has(id, colour)),
        dot: u64::try_from(colour - 1).ok(),
        ..Entry::new(icons::RADIO_OFF, &text(name), What::Do(Deed::Colour(colour)))
    };
    (0..).zip(COLOURS).map(entry).collect()
}

/// Every kind on the usual days, and on the day that is typed.
fn activities(cx: &Context, query: &str) -> Vec<Entry> {
    let days: Vec<(String, NaiveDate)> = match typed_day(query, cx.today) {
        Some(day) => vec![(query.trim().split_once(' ').map_or("", |(_, day)| day).to_owned(), day)],
        None => vec![
            (tr!("today"), cx.today),
            (tr!("tomorrow"), cx.today + Days::new(1)),
            (tr!("next Monday"), reading::next_weekday(cx.today, Weekday::Mon)),
            (tr!("in a week"), cx.today + Days::new(7)),
        ],
    };
    let entry = |kind: DocId, words: &str, day: NaiveDate| {
        let title = format!("{} {words}", format::activity_type(cx.records.activity_type(kind)));
        Entry::new(activity_icon(cx.records, kind), &title, What::Do(Deed::Schedule(kind, day))).detail(cx.day(day))
    };
    let mut kinds: Vec<DocId> = cx.records.activity_types_in_order().into_iter().map(|t| t.id).collect();
    let usual = [ActivityType::CALL, ActivityType::MEETING, ActivityType::EMAIL, ActivityType::TODO];
    kinds.sort_by_key(|kind| usual.iter().position(|u| u == kind).unwrap_or(usual.len()));
    kinds.into_iter().flat_map(|kind| days.iter().map(move |(words, day)| entry(kind, words, *day))).collect()
}

fn plans(cx: &Context) -> Vec<Entry> {
    let entry = |(plan, steps): (&ActivityPlan, usize)| {
        let detail = tr!("{n} activity" | "{n} activities" % steps);
        Entry::new(icons::PLAN, &plan.name, What::Do(Deed::Plan(plan.id))).detail(detail)
    };
    plans::live(cx.records).into_iter().map(entry).collect()
}

/// The day behind the first word: `call 20 nov`.
fn typed_day(query: &str, today: NaiveDate) -> Option<NaiveDate> {
    let (_, day) = query.trim().split_once(' ')?;
    let usual = [tr!("today"), tr!("tomorrow")].iter().any(|d| d.starts_with(&day.trim().to_lowercase()));
    if usual { None } else { reading::day(day, today).ok().flatten() }
}
