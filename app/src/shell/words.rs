//! What a command did, in words: `Marked won: MG Advanced ×6`.

use satchel_core::{
    Command, DocId, Records, Value,
    command::{CallStep, Fields},
};

use crate::design::{Icon, icons};

/// The name is shown in bold.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub verb: String,
    pub name: String,
    /// More to be told, behind the name.
    pub more: String,
    pub icon: Option<Icon>,
}

impl Words {
    /// What a toast says after a command, in the records as they were before it.
    pub fn of(command: &Command, records: &Records) -> Words {
        let named = |ids: &[DocId], one: &str| match ids {
            [id] => Words { verb: one.to_owned(), name: records.name(*id).to_owned(), ..Words::default() },
            ids => Words { verb: one.to_owned(), name: format!("{} records", ids.len()), ..Words::default() },
        };
        let text = |fields: &Fields| {
            fields.iter().find_map(|(name, value)| match value {
                Value::Text(text) if name == "name" => Some(text.clone()),
                _ => None,
            })
        };
        match command {
            Command::Create { fields, .. } => {
                Words { verb: "Created".to_owned(), name: text(fields).unwrap_or_default(), ..Words::default() }
            }
            Command::Set { id, fields, .. } => {
                let label = match fields.as_slice() {
                    [(name, _)] => records.field(id.kind(), name).map(|f| f.label),
                    _ => None,
                };
                named(&[*id], &label.map_or("Changed".to_owned(), |l| format!("{l} changed")))
            }
            Command::MoveToStage { ids, stage } if records.stages.get(stage).is_some_and(|s| s.is_won) => {
                Words { icon: Some(icons::WON), ..named(ids, "Marked won") }
            }
            Command::MoveToStage { ids, stage } => named(ids, &format!("Moved to {}", records.name(*stage))),
            Command::ArrangeStage { id, .. } => named(&[*id], "Stage moved"),
            Command::MergeStages { into, .. } => named(&[*into], "Stages merged into"),
            Command::RemoveStage { id, .. } => named(&[*id], "Stage removed"),
            Command::JoinTeam { team, .. } => named(&[*team], "Joined"),
            Command::Assign { ids, users } if users.is_empty() => named(ids, "Unassigned"),
            Command::Assign { ids, users } => match users.as_slice() {
                [user] => named(ids, &format!("Assigned to {}", records.name(*user))),
                _ => named(ids, "Assigned in turn"),
            },
            Command::AssignByRules { .. } => Words { verb: "Assigned by rules".to_owned(), ..Words::default() },
            Command::MarkWon { ids } => Words { icon: Some(icons::WON), ..named(ids, "Marked won") },
            Command::MarkLost { ids, .. } => named(ids, "Marked lost"),
            Command::Restore { ids } => named(ids, "Restored"),
            Command::Trash { ids } => named(ids, "Moved to the trash"),
            Command::AddActivity { on, kind, .. } => {
                named(&[*on], &format!("{} scheduled", records.activity_type(*kind).name))
            }
            Command::ApplyPlan { plan, on, .. } => named(on, &format!("{} planned", records.name(*plan))),
            Command::Reschedule { ids, .. } => match ids.as_slice() {
                [id] => inner(records, *id, "Activity rescheduled"),
                many => Words { verb: format!("{} activities rescheduled", many.len()), ..Words::default() },
            },
            Command::SetOccurrence { meeting, .. } => named(&[*meeting], "Changed"),
            Command::CancelOccurrence { meeting, .. } => named(&[*meeting], "Cancelled"),
            Command::Call { id, step } => named(
                &[*id],
                match step {
                    CallStep::Called { .. } => "Called",
                    CallStep::NotCalled { .. } => "Not called",
                    CallStep::Cancel => "Call cancelled",
                    CallStep::Reopen => "Call reopened",
                },
            ),
            Command::CallAgain { id, .. } => named(&[*id], "Call scheduled"),
            Command::CallToOpportunity { id, .. } => named(&[*id], "Converted to opportunity"),
            Command::AddNote { on, .. } => named(&[*on], "Note added"),
            Command::SetActivity { id, .. } => inner(records, *id, "Activity changed"),
            Command::ActivityDone { id, .. } => inner(records, *id, "Activity done"),
            Command::ActivityCancel { id } => inner(records, *id, "Activity cancelled"),
            Command::Attach { name, .. } => {
                Words { verb: "Attached".to_owned(), name: name.clone(), ..Words::default() }
            }
            Command::Detach { id } => inner(records, *id, "Attachment removed"),
            Command::OrderConfirmed { id, .. } => named(&[*id], "Order confirmed"),
            Command::Resolve { id, .. } => named(&[*id], "Decided"),
            Command::ImportRow { id, .. } => named(&[*id], "Imported"),
            Command::Together { commands, .. } if matches!(commands.last(), Some(Command::Create { .. })) => {
                commands.last().map(|c| Words::of(c, records)).unwrap_or_default()
            }
            Command::Together { label, .. } => Words { verb: label.clone(), ..Words::default() },
            Command::Convert { ids, .. } => named(ids, "Converted to opportunity"),
            Command::Merge { ids, .. } => named(ids, "Merged"),
            Command::RestoreVersion { id, .. } => named(&[*id], "Restored an earlier version of"),
        }
    }
}

fn inner(records: &Records, id: DocId, verb: &str) -> Words {
    let name = records.holder(id).map(|holder| records.name(holder)).unwrap_or_default();
    Words { verb: verb.to_owned(), name: name.to_owned(), ..Words::default() }
}
