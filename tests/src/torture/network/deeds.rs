//! What people do on their laptops, by chance.

use chrono::TimeDelta;
use satchel_core::{Command, DocId, Error, Kind, Workspace};

use super::super::Chance;

/// Does something. A refusal is an answer too.
pub fn deed(ws: &Workspace, chance: &mut Chance) -> Result<(), Error> {
    let known = |kind: Kind| ws.records().ids(kind).collect::<Vec<DocId>>();
    let opportunities = known(Kind::Opportunity);
    let one = chance.pick(&opportunities).copied();
    let word = format!("{:x}", chance.number() >> 48);
    let command = match (chance.below(22), one) {
        (0..=2, _) | (_, None) => {
            let kind = if chance.below(4) == 0 { Kind::Contact } else { Kind::Opportunity };
            Command::Create { id: ws.new_id(kind), fields: vec![("name".into(), word.as_str().into())] }
        }
        (3..=8, Some(id)) => {
            let field = ["city", "street", "zip", "name", "description"][chance.below(5)];
            // Sometimes a form that has been open since before the last things that arrived.
            let seen = if chance.below(3) == 0 { ws.records().seen(id) } else { None };
            Command::Set { id, fields: vec![(field.into(), word.as_str().into())], seen }
        }
        (9, Some(id)) => match chance.pick(&known(Kind::Stage)) {
            Some(stage) => Command::MoveToStage { ids: vec![id], stage: *stage },
            None => return Ok(()),
        },
        (10, Some(id)) => Command::MarkWon { ids: vec![id] },
        (11, Some(id)) => Command::MarkLost { ids: vec![id], reason: None, note: word },
        (12, Some(id)) => match chance.below(2) {
            0 => Command::Trash { ids: vec![id] },
            _ => Command::Restore { ids: vec![id] },
        },
        (13, Some(on)) => Command::AddActivity {
            on,
            id: ws.new_id(Kind::Activity),
            kind: chance.pick(&known(Kind::ActivityType)).copied().unwrap_or(on),
            summary: word,
            note: String::new(),
            date_deadline: ws.environment().today() + TimeDelta::days(chance.below(9) as i64),
            user: Some(ws.user()),
        },
        (14, Some(on)) => {
            let activity = ws.records().opportunities.get(&on).and_then(|o| o.activities.first().map(|a| a.id));
            match activity {
                Some(id) => Command::ActivityDone { id, feedback: word },
                None => Command::AddNote { on, id: ws.new_id(Kind::Note), text: word },
            }
        }
        (15, Some(id)) => {
            let other = opportunities[chance.below(opportunities.len())];
            Command::Merge { ids: vec![id, other], choices: Vec::new() }
        }
        (16 | 17, _) => return ws.undo().map(drop),
        (18, _) => return ws.redo().map(drop),
        (19, _) => {
            let create = |n: usize| Command::Create {
                id: ws.new_id(Kind::Contact),
                fields: vec![("name".into(), format!("{word} {n}").as_str().into())],
            };
            return ws.execute_batch("Import", (0..3).map(create).collect(), false, &mut |_, _| {}).map(drop);
        }
        _ => match ws.conflicts(None)?.first() {
            Some(conflict) => {
                Command::Resolve { id: conflict.id, field: conflict.field.clone(), choice: chance.below(2) }
            }
            None => return Ok(()),
        },
    };
    ws.execute(command).map(drop)
}
