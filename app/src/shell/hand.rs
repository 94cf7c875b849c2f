//! The records in hand, and what can be done with them: with one as one command, with many as one batch, so that one undo
//! takes it back.

use std::rc::Rc;

use chrono::NaiveDate;
use satchel_core::{Command, DocId, Kind, Records, Value};
use tr::tr;

use super::{
    context::{Action, Context},
    words::{self, Words},
};
use crate::{
    design::icons,
    views::{form::activities::plans, format},
};

/// What a command of the keyboard or the palette is done with.
#[derive(Clone, Debug, Default)]
pub struct Hand {
    pub ids: Rc<[DocId]>,
    /// Chosen one by one, rather than the one focused or open.
    pub selected: bool,
}

impl Hand {
    pub fn one(id: DocId) -> Hand {
        Hand { ids: Rc::from([id]), selected: false }
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// `GTX Pro rollout`, `the 2 selected`
    pub fn words(&self, records: &Records) -> String {
        match &*self.ids {
            [id] if !self.selected => records.name(*id).to_owned(),
            ids => tr!("the {} selected", format::thousands(ids.len() as u64)),
        }
    }
}

/// Something done with records.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Won,
    Restore,
    Archive,
    Trash,
    Stage(DocId),
    /// To the next stage of its team.
    MoveOn,
    Assign(Option<DocId>),
    Tag(DocId),
    Untag(DocId),
    /// A tag that is made with it.
    NewTag(String),
    /// The mark on the card: 0 none, 1 to 7.
    Colour(i64),
    Schedule(DocId, NaiveDate),
    /// A plan, from today on.
    Plan(DocId),
    /// The day of the expected closing.
    Closing(Option<NaiveDate>),
}

impl Deed {
    /// What carries it out; nothing where it would change nothing.
    pub fn action(&self, cx: &Context, ids: &[DocId]) -> Option<Action> {
        let mut first = Vec::new();
        let deed = match self {
            Deed::NewTag(name) => {
                let tag = cx.new_id(Kind::Tag);
                let color = cx.records.tags.len() as i64 % 7;
                let fields = vec![("name".to_owned(), name.as_str().into()), ("color".to_owned(), color.into())];
                first.push(Command::Create { id: tag, fields });
                Deed::Tag(tag)
            }
            deed => deed.clone(),
        };
        let mut commands: Vec<Command> = ids.iter().filter_map(|id| deed.command(cx, *id)).collect();
        if commands.is_empty() {
            return None;
        }
        if let [_] = *ids {
            let command = commands.pop()?;
            return Some(match first.is_empty() {
                true => Action::Execute(command),
                false => {
                    let label = words::kept(|| Words::of(&command, cx.records).verb);
                    let commands = first.into_iter().chain([command]).collect();
                    Action::Execute(Command::Together { label, commands })
                }
            });
        }
        let label = words::kept(|| self.verb(cx.records));
        let words = Words { verb: self.verb(cx.records), name: words::many(commands.len()), label, ..Words::default() };
        let words = if *self == Deed::Won { Words { icon: Some(icons::WON), ..words } } else { words };
        first.append(&mut commands);
        Some(Action::Many(words, first))
    }

    fn verb(&self, records: &Records) -> String {
        match self {
            Deed::Won => tr!("Marked won"),
            Deed::Restore => tr!("Restored"),
            Deed::Archive => tr!("Archived"),
            Deed::Trash => tr!("Moved to the trash"),
            Deed::Stage(stage) => tr!("Moved to {}", records.name(*stage)),
            Deed::MoveOn => tr!("Moved on"),
            Deed::Assign(Some(user)) => tr!("Assigned to {}", records.name(*user)),
            Deed::Assign(None) => tr!("Unassigned"),
            Deed::Tag(tag) => tr!("Tagged {}", records.name(*tag)),
            Deed::NewTag(name) => tr!("Tagged {}", name),
            Deed::Untag(tag) => tr!("Tag {} removed", records.name(*tag)),
            Deed::Colour(_) => tr!("Colour changed"),
            Deed::Schedule(kind, _) => tr!("{} scheduled", format::activity_type(records.activity_type(*kind))),
            Deed::Plan(plan) => tr!("{} planned", records.name(*plan)),
            Deed::Closing(_) => tr!("Expected closing changed"),
        }
    }

    fn command(&self, cx: &Context, id: DocId) -> Option<Command> {
        let records = cx.records;
        let set = |name: &str, value: Value| Command::Set { id, fields: vec![(name.to_owned(), value)], seen: None };
        let tags = || match id.kind() {
            Kind::Opportunity => records.opportunities.get(&id).map(|o| o.tags.clone()),
            _ => records.contacts.get(&id).map(|c| c.tags.clone()),
        };
        Some(match self {
            Deed::Won => Command::MarkWon { ids: vec![id] },
            Deed::Restore => Command::Restore { ids: vec![id] },
            Deed::Archive => set("archived", Value::Bool(true)),
            Deed::Trash => Command::Trash { ids: vec![id] },
            Deed::Stage(stage) => Command::MoveToStage { ids: vec![id], stage: *stage },
            Deed::MoveOn => Command::MoveToStage { ids: vec![id], stage: next_stage(records, id)? },
            Deed::Assign(user) => set("user", Value::from(*user)),
            Deed::Tag(tag) => {
                let mut tags = tags()?;
                if tags.contains(tag) {
                    return None;
                }
                tags.push(*tag);
                set("tags", Value::Refs(tags))
            }
            Deed::Untag(tag) => {
                let mut tags = tags()?;
                if !tags.contains(tag) {
                    return None;
                }
                tags.retain(|t| t != tag);
                set("tags", Value::Refs(tags))
            }
            Deed::NewTag(_) => return None,
            Deed::Colour(colour) => set("color", Value::Int(*colour)),
            Deed::Schedule(kind, day) => Command::AddActivity {
                on: id,
                id: cx.new_id(Kind::Activity),
                kind: *kind,
                summary: String::new(),
                note: String::new(),
                date_deadline: *day,
                user: Some(cx.user),
            },
            Deed::Plan(plan) => {
                let user = match id.kind() {
                    Kind::Opportunity => records.opportunities.get(&id)?.user,
                    _ => records.contacts.get(&id)?.user,
                };
                plans::apply(cx, *plan, vec![id], user)
            }
            Deed::Closing(day) => {
                if records.opportunities.get(&id)?.date_deadline == *day {
                    return None;
                }
                set("date_deadline", Value::from(*day))
            }
        })
    }
}

/// The stage after the one an opportunity is in, of those its team sees.
fn next_stage(records: &Records, id: DocId) -> Option<DocId> {
    let opportunity = records.opportunities.get(&id)?;
    let stages = records.stages_of(opportunity.team);
    let now = records.stage(opportunity)?.id;
    let at = stages.iter().position(|s| s.id == now)?;
    stages.get(at + 1).map(|s| s.id)
}
