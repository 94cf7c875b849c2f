//! Creating records and editing their fields.

use chrono::{DateTime, Utc};

use super::{
    call, custom,
    draft::Draft,
    meeting, price, sale, stages,
    standing::{self, Asked},
    targets, teams, validate,
};
use crate::{
    command::{Fields, Seen},
    error::{Error, Result},
    id::{DocId, Kind},
    message::Message,
    record::{FieldDef, FieldType, Record, WonStatus},
    value::{Percent, Value},
};

/// The fields of a command, checked and told apart by where they are kept.
#[derive(Default)]
pub(super) struct Given {
    stored: Vec<(FieldDef, Value)>,
    standing: Asked,
    archived: Option<bool>,
    create_date: Option<DateTime<Utc>>,
}

impl From<Asked> for Given {
    fn from(standing: Asked) -> Given {
        Given { standing, ..Given::default() }
    }
}

impl Given {
    pub(super) fn has(&self, name: &str) -> bool {
        self.stored.iter().any(|(f, _)| f.name == name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.stored.iter().rev().find(|(f, _)| f.name == name).map(|(_, v)| v)
    }

    fn reference(&self, name: &str) -> Option<DocId> {
        match self.get(name) {
            Some(Value::Ref(id)) => Some(*id),
            _ => None,
        }
    }

    /// Checks each field; the first that does not hold refuses all.
    pub fn checked(draft: &Draft, doc: DocId, fields: &Fields) -> Result<Given> {
        let known = draft.fields(doc.kind());
        let mut given = Given::default();
        for (name, value) in fields {
            match (name.as_str(), value) {
                ("archived", Value::Bool(archived)) => given.archived = Some(*archived),
                ("active", Value::Bool(active)) => {
                    given.archived = Some(!active);
                    given.standing.active = *active;
                }
                ("merged_into", _) if doc.kind() == Kind::Stage => {
                    return Err(refused!("Merged into: stages are merged or removed, not edited"));
                }
                ("archived" | "active", _) => return Err(mistyped(name, message!("true or false"), value)),
                ("create_date", value) => match validate::fitted(FieldType::Time, value).as_ref() {
                    Value::Time(time) => given.create_date = Some(*time),
                    Value::Null => {}
                    _ => return Err(mistyped("Created on", message!("a moment"), value)),
                },
                _ => match known.iter().find(|f| f.name == name) {
                    Some(field) => given.stored.push((*field, validate::check(draft, doc, field, value)?)),
                    None if doc.kind() == Kind::Opportunity && given.standing.take(draft, name, value)? => {}
                    None => return Err(unknown_field(doc.kind(), name, &known)),
                },
            }
        }
        Ok(given)
    }
}

pub(super) fn mistyped(label: &str, wanted: Message, value: &Value) -> Error {
    refused!(
        "{label}: takes {wanted}, not {given}",
        label = Message::from(label.to_owned()),
        wanted,
        given = validate::given(value)
    )
}

fn unknown_field(kind: Kind, name: &str, known: &[FieldDef]) -> Error {
    let mut names: Vec<&str> = known.iter().map(|f| f.name).collect();
    if kind == Kind::Opportunity {
        names.extend(standing::FIELDS);
    }
    names.push("archived");
    refused!("{kind} has no field ‘{name}’: it has {names}", kind = kind.a(), name, names = names.join(", "))
}

pub(super) fn create(draft: &mut Draft, id: DocId, fields: &Fields) -> Result<String> {
    let word = id.kind().singular().replace('_', " ");
    if id.kind() == Kind::Company {
        return Err(refused!("a workspace has one company: change its fields instead"));
    }
    if draft.exists(id) {
        if draft.edit_even_trashed(id)?.meta().deleted {
            return Err(refused!("‘{name}’ is in the trash: restore it there", name = draft.name(id)));
        }
        return Err(refused!("there is {kind} {id} already", kind = id.kind().a(), id));
    }
    draft.begin(id)?;
    let given = Given::checked(draft, id, fields)?;
    if id.kind() == Kind::Quotation && !given.has("name") {
        let number = sale::number(draft, Kind::Quotation)?;
        draft.write_field(id, "name", number);
    } else if id.kind() == Kind::Invoice {
        return Err(refused!("an invoice is made from a sales order: invoice that"));
    } else if !given.has("name") {
        return Err(refused!("{kind} needs a name", kind = id.kind().a()));
    }
    draft.write_field(id, "create_date", given.create_date.unwrap_or(draft.context.now));
    draft.write_field(id, "create_user", draft.context.user);
    if id.kind() == Kind::Stage {
        stage_defaults(draft, id, &given);
    }
    if id.kind() == Kind::Opportunity && given.get("type").is_none_or(Value::is_null) {
        let team = given.reference("team").or_else(|| draft.user(given.reference("user")?)?.team);
        draft.write_field(id, "type", if teams::has_leads_only(draft, team) { "lead" } else { "opportunity" });
    }
    if id.kind() == Kind::Team && !given.has("use_opportunities") {
        draft.write_field(id, "use_opportunities", true);
    }
    if id.kind() == Kind::CustomField {
        custom::complete(draft, id, &given)?;
    }
    write_stored(draft, id, &given, false)?;
    if id.kind() == Kind::Favourite {
        super::favourite::complete(draft, id)?;
    }
    if id.kind() == Kind::CustomField {
        custom::holds(draft, id, None)?;
    }
    match id.kind() {
        Kind::Meeting => meeting::complete(draft, id)?,
        Kind::Call => call::complete(draft, id),
        Kind::Quotation => sale::complete(draft, id)?,
        Kind::OrderLine => sale::line(draft, id, &given)?,
        _ => {}
    }
    if id.kind() == Kind::Opportunity {
        let standing = standing::first(draft, id, &given.standing)?;
        draft.write(id, super::Write::Standing(standing));
    }
    if given.archived == Some(true) {
        draft.write_field(id, "archived", true);
    }
    Ok(format!("Create {word}"))
}

/// A new stage comes before the first won one unless it says where; a won one stands at 100 %.
fn stage_defaults(draft: &mut Draft, id: DocId, given: &Given) {
    let is_won = given.get("is_won") == Some(&Value::Bool(true));
    if !given.has("sequence") {
        let others = draft.stages_of(None).into_iter().filter(|s| s.id != id);
        let (won, open): (Vec<_>, Vec<_>) = others.partition(|s| s.is_won);
        let last_open = open.iter().map(|s| s.sequence).max().unwrap_or(0);
        let first_won = won.iter().map(|s| s.sequence).filter(|s| *s > last_open).min();
        let sequence = match first_won {
            _ if is_won => won.iter().map(|s| s.sequence).max().unwrap_or(0).max(last_open).saturating_add(10),
            Some(won) => last_open + ((won - last_open) / 2).clamp(1, 10),
            None => last_open.saturating_add(10),
        };
        draft.write_field(id, "sequence", sequence);
    }
    if is_won && !given.has("probability") {
        draft.write_field(id, "probability", Percent::HUNDRED);
    }
}

pub(super) fn set(draft: &mut Draft, id: DocId, fields: &Fields, seen: Option<&Seen>) -> Result<String> {
    if id.kind() == Kind::Activity {
        return super::activity::set(draft, id, fields);
    }
    draft.edit(id)?;
    if id.kind() == Kind::Target {
        targets::may_set(draft, fields)?;
    }
    sale::may_set(draft, id, fields)?;
    let given = Given::checked(draft, id, fields)?;
    let label = label(draft, id, &given);
    if let Some(seen) = seen {
        draft.based_on(id, seen);
    }
    write(draft, id, &given, seen.is_some())?;
    if id.kind() == Kind::OrderLine && given.has("product") {
        price::of_product(draft, id, &given)?;
    }
    if ["use_leads", "use_opportunities"].iter().any(|name| given.has(name)) {
        teams::has_work(draft, id)?;
    }
    Ok(label)
}

/// Writes what differs; with `always` also what does not, for an edit of a version that is not the current one.
pub(super) fn write(draft: &mut Draft, id: DocId, given: &Given, always: bool) -> Result<()> {
    if id.kind() == Kind::Company
        && let Some(currency) = given.get("currency")
        && draft.edit(id)?.get("currency").as_ref() != Some(currency)
    {
        return Err(refused!("Currency: it is chosen once, when the workspace is founded"));
    }
    if id.kind() == Kind::Stage
        && let Some(Value::Bool(is_won)) = given.get("is_won")
    {
        stages::keeps_outcome(draft, id, *is_won)?;
    }
    let (team, custom) = match draft.edit_even_trashed(id)? {
        Record::User(user) => (user.team, None),
        Record::CustomField(field) => (None, Some(field.clone())),
        _ => (None, None),
    };
    write_stored(draft, id, given, always)?;
    if id.kind() == Kind::Favourite {
        super::favourite::settle(draft, id)?;
    }
    if custom.is_some() {
        custom::holds(draft, id, custom.as_ref())?;
    }
    if id.kind() == Kind::User {
        teams::moved(draft, id, team);
    }
    if id.kind() == Kind::Meeting {
        meeting::holds(draft, id)?;
    }
    let mut archived = given.archived;
    if id.kind() == Kind::Opportunity {
        let before = draft.edit_opportunity(id)?.standing.clone();
        if let Some(standing) = standing::after(draft, id, &given.standing)? {
            if archived.is_none() && standing.wakes(&before) {
                archived = Some(false);
            }
            draft.decide_standing(id, standing, always)?;
        }
    }
    archived.map_or(Ok(()), |archived| draft.decide_flag(id, "archived", archived))
}

/// The stored fields; with a salesperson come their team and the time of the assignment (spec §1 Dates, §2).
fn write_stored(draft: &mut Draft, id: DocId, given: &Given, always: bool) -> Result<()> {
    let user_before = draft.edit(id)?.get("user");
    for (field, value) in &given.stored {
        draft.decide(id, field, value, always)?;
    }
    if id.kind() != Kind::Opportunity || !given.has("user") || draft.edit(id)?.get("user") == user_before {
        return Ok(());
    }
    let user = given.reference("user");
    if !given.has("date_open") {
        let now = draft.context.now;
        draft.write_field(id, "date_open", user.map(|_| now));
    }
    let team = user.and_then(|u| draft.user(u)).and_then(|u| u.team).filter(|t| draft.is_live(*t));
    if let Some(team) = team
        && !given.has("team")
        && draft.edit_opportunity(id)?.team != Some(team)
    {
        draft.write_field(id, "team", team);
    }
    Ok(())
}

/// The label of an edit, as a person would say what it does.
fn label(draft: &Draft, id: DocId, given: &Given) -> String {
    let asked = &given.standing;
    match (given.stored.as_slice(), asked.count(), given.archived) {
        ([], _, _) if asked.won_status == Some(WonStatus::Won) => "Mark won".to_owned(),
        ([], _, _) if asked.won_status == Some(WonStatus::Lost) => "Mark lost".to_owned(),
        ([], _, _) if asked.won_status == Some(WonStatus::Pending) && asked.stage.is_none() => "Restore".to_owned(),
        ([], 1, None) if asked.stage.is_some() => {
            asked.stage.map_or_else(String::new, |s| format!("Move to {}", draft.name(s)))
        }
        ([], 1, None) => format!("Change {}", asked.only_label()),
        ([], 0, Some(true)) => "Archive".to_owned(),
        ([], _, Some(false)) => "Restore".to_owned(),
        ([(field, Value::Ref(user))], 0, None) if field.name == "user" && id.kind() == Kind::Opportunity => {
            format!("Assign to {}", draft.name(*user))
        }
        ([(field, Value::Null)], 0, None) if field.name == "user" && id.kind() == Kind::Opportunity => {
            "Unassign".to_owned()
        }
        ([(field, _)], 0, None) => format!("Change {}", field.label),
        (stored, others, archived) => {
            format!("Change {} fields", stored.len() + others + usize::from(archived.is_some()))
        }
    }
}

/// Whether a record is here and in the trash.
pub(super) fn is_trashed(draft: &mut Draft, id: DocId) -> bool {
    draft.edit_even_trashed(id).is_ok_and(|r: &Record| r.meta().deleted)
}
