//! What a command did, in words: `Marked won: MG Advanced ×6`.

use satchel_core::{
    Command, DocId, Message, Records, Value,
    command::{CallStep, Fields, SaleStep},
    workspace::label,
};
use tr::tr;

use crate::{
    design::{Icon, icons},
    locale::{self, Locale, said, text},
    views::format,
};

/// The name is shown in bold.
#[derive(Clone, Debug, Default)]
pub struct Words {
    pub verb: String,
    pub name: String,
    /// More to be told, behind the name.
    pub more: String,
    /// What many commands are called in the history: in English, for it is kept for all.
    pub label: String,
    pub icon: Option<Icon>,
    /// An opportunity for which a quotation is offered with it: one that was won in the guided set of stages (spec §1).
    pub quote: Option<DocId>,
    /// It stays done: undo is not offered.
    pub stays: bool,
}

impl Words {
    /// What a toast says after a command, in the records as they were before it.
    pub fn of(command: &Command, records: &Records) -> Words {
        let named = |ids: &[DocId], one: &str| match ids {
            [id] => Words { verb: one.to_owned(), name: records.name(*id).to_owned(), ..Words::default() },
            ids => Words { verb: one.to_owned(), name: many(ids.len()), ..Words::default() },
        };
        let title = |fields: &Fields| {
            fields.iter().find_map(|(name, value)| match value {
                Value::Text(text) if name == "name" => Some(text.clone()),
                _ => None,
            })
        };
        match command {
            Command::Create { fields, .. } => {
                Words { verb: tr!("Created"), name: title(fields).unwrap_or_default(), ..Words::default() }
            }
            Command::Set { id, fields, .. } => {
                let label = match fields.as_slice() {
                    [(name, _)] => records.field(id.kind(), name).map(|f| f.label),
                    _ => None,
                };
                named(&[*id], &label.map_or_else(|| tr!("Changed"), |l| tr!("{} changed", text(l))))
            }
            Command::MoveToStage { ids, stage } if records.stages.get(stage).is_some_and(|s| s.is_won) => {
                won(records, ids, named(ids, &tr!("Marked won")))
            }
            Command::MoveToStage { ids, stage } => named(ids, &tr!("Moved to {}", records.name(*stage))),
            Command::ArrangeStage { id, .. } => named(&[*id], &tr!("Stage moved")),
            Command::MergeStages { into, .. } => named(&[*into], &tr!("Stages merged into")),
            Command::RemoveStage { id, .. } => named(&[*id], &tr!("Stage removed")),
            Command::JoinTeam { team, .. } => named(&[*team], &tr!("Joined")),
            Command::Assign { ids, users } if users.is_empty() => named(ids, &tr!("Unassigned")),
            Command::Assign { ids, users } => match users.as_slice() {
                [user] => named(ids, &tr!("Assigned to {}", records.name(*user))),
                _ => named(ids, &tr!("Assigned in turn")),
            },
            Command::AssignByRules { .. } => Words { verb: tr!("Assigned by rules"), ..Words::default() },
            Command::MarkWon { ids } => won(records, ids, named(ids, &tr!("Marked won"))),
            Command::MarkLost { ids, .. } => named(ids, &tr!("Marked lost")),
            Command::Restore { ids } => named(ids, &tr!("Restored")),
            Command::Trash { ids } => named(ids, &tr!("Moved to the trash")),
            Command::AddActivity { on, kind, .. } => {
                named(&[*on], &tr!("{} scheduled", format::activity_type(records.activity_type(*kind))))
            }
            Command::ApplyPlan { plan, on, .. } => named(on, &tr!("{} planned", records.name(*plan))),
            Command::Reschedule { ids, .. } => match ids.as_slice() {
                [id] => inner(records, *id, &tr!("Activity rescheduled")),
                several => Words {
                    verb: tr!("{n} activity rescheduled" | "{n} activities rescheduled" % several.len()),
                    ..Words::default()
                },
            },
            Command::SetOccurrence { meeting, .. } => named(&[*meeting], &tr!("Changed")),
            Command::CancelOccurrence { meeting, .. } => named(&[*meeting], &tr!("Cancelled")),
            Command::Call { id, step } => named(
                &[*id],
                &match step {
                    CallStep::Called { .. } => tr!("Called"),
                    CallStep::NotCalled { .. } => tr!("Not called"),
                    CallStep::Cancel => tr!("Call cancelled"),
                    CallStep::Reopen => tr!("Call reopened"),
                },
            ),
            Command::CallAgain { id, .. } => named(&[*id], &tr!("Call scheduled")),
            Command::CallToOpportunity { id, .. } => named(&[*id], &tr!("Converted to opportunity")),
            Command::AddNote { on, .. } => named(&[*on], &tr!("Note added")),
            Command::SetActivity { id, .. } => inner(records, *id, &tr!("Activity changed")),
            Command::ActivityDone { id, .. } => inner(records, *id, &tr!("Activity done")),
            Command::ActivityCancel { id } => inner(records, *id, &tr!("Activity cancelled")),
            Command::Attach { name, .. } => Words { verb: tr!("Attached"), name: name.clone(), ..Words::default() },
            Command::Detach { id } => inner(records, *id, &tr!("Attachment removed")),
            Command::OrderConfirmed { id, .. } => named(&[*id], &tr!("Order confirmed")),
            Command::Sale(step) => match step {
                SaleStep::Quote { id, .. } => named(&[*id], &tr!("Quotation created")),
                SaleStep::Send { id } => named(&[*id], &tr!("Quotation sent")),
                SaleStep::Confirm { id } => named(&[*id], &tr!("Order confirmed")),
                SaleStep::Cancel { id } => named(&[*id], &tr!("Quotation cancelled")),
                SaleStep::Invoice { id, .. } => named(&[*id], &tr!("Invoice created")),
                SaleStep::Post { .. } => Words { verb: tr!("Posted"), stays: true, ..Words::default() },
                SaleStep::Pay { id, .. } => named(&[*id], &tr!("Payment registered")),
                SaleStep::Refund { new, .. } => named(&[*new], &tr!("Refund created")),
            },
            Command::SetPrice { product, .. } => named(&[*product], &tr!("Price set for")),
            Command::SetTarget { whom, .. } => named(&[*whom], &tr!("Target set for")),
            Command::Resolve { id, .. } => named(&[*id], &tr!("Decided")),
            Command::ImportRow { id, .. } => named(&[*id], &tr!("Imported")),
            Command::Together { commands, .. } if matches!(commands.last(), Some(Command::Create { .. })) => {
                commands.last().map(|c| Words::of(c, records)).unwrap_or_default()
            }
            Command::Together { label, .. } => Words { verb: of_history(label), ..Words::default() },
            Command::Convert { ids, .. } => named(ids, &tr!("Converted to opportunity")),
            Command::Merge { ids, .. } => named(ids, &tr!("Merged")),
            Command::RestoreVersion { id, .. } => named(&[*id], &tr!("Restored an earlier version of")),
        }
    }
}

fn won(records: &Records, ids: &[DocId], words: Words) -> Words {
    let is_guided = records.company.as_ref().is_some_and(|company| company.stages == "guided");
    let is_quoted = |id: &DocId| records.quotations.values().any(|q| q.opportunity == Some(*id) && !q.meta.deleted);
    let quote = match ids {
        [id] if is_guided && !is_quoted(id) => Some(*id),
        _ => None,
    };
    Words { icon: Some(icons::WON), quote, ..words }
}

fn inner(records: &Records, id: DocId, verb: &str) -> Words {
    let name = records.holder(id).map(|holder| records.name(holder)).unwrap_or_default();
    Words { verb: verb.to_owned(), name: name.to_owned(), ..Words::default() }
}

/// `3 records`
pub fn many(count: usize) -> String {
    tr!("{count} record" | "{count} records" % count, count = format::thousands(count as u64))
}

/// Says something in English, whatever the window speaks: what is kept is the same for all.
pub fn kept(say: impl FnOnce() -> String) -> String {
    let spoken = locale::current();
    locale::speak(Locale::default());
    let said = say();
    locale::speak(spoken);
    said
}

/// What the history calls a deed, which it keeps in English.
pub fn of_history(label: &str) -> String {
    said(&label::read(label))
}

/// What core tells beside what was done; nothing for what the window offers where it was done: the next activity that is
/// suggested.
pub fn notice(told: &Message) -> Option<String> {
    (!told.shape().starts_with("Next could be: ")).then(|| said(told))
}
