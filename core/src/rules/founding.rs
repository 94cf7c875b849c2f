//! What a workspace starts with: the company, its founder, the starting stages and lost reasons (spec §1).

use super::{Context, Edit, Write, validate::MOST_TEXT};
use crate::{
    error::Result,
    id::{DocId, Kind, WorkspaceId},
    record::User,
    value::{Percent, Value},
    workspace::{Founding, StageSet},
};

/// Where the ids of what every workspace starts with come from.
const SATCHEL: &str = "satchel";

const STANDARD: [(&str, i32); 4] = [("New", 10), ("Qualified", 30), ("Proposition", 70), ("Won", 100)];

const GUIDED: [(&str, i32); 5] =
    [("New", 10), ("First Activity", 20), ("Follow up", 40), ("Quotation", 70), ("Won", 100)];

const LOST_REASONS: [&str; 3] = ["Too expensive", "We don't have people/skills", "Not enough stock"];

/// The workspace's one company document.
pub(crate) fn company_id(workspace: WorkspaceId) -> DocId {
    DocId::derived(workspace, SATCHEL, Kind::Company, "company")
}

/// A starting stage.
pub(crate) fn stage_id(workspace: WorkspaceId, name: &str) -> DocId {
    DocId::derived(workspace, SATCHEL, Kind::Stage, name)
}

/// The user with this name: one, whether imported as a salesperson or invited as a member.
pub(crate) fn user_id(workspace: WorkspaceId, name: &str) -> DocId {
    User::id_of(workspace, name)
}

/// The edits that found a workspace. The context's user is the founder's [`user_id`].
pub(crate) fn founding(context: &Context, founding: &Founding) -> Result<Vec<Edit>> {
    let workspace = context.workspace;
    for (what, name) in [(message!("the company"), &founding.name), (message!("the user"), &founding.user)] {
        if name.trim().is_empty() {
            return Err(refused!("{what} needs a name", what));
        }
        if name.len() > MOST_TEXT {
            return Err(refused!("the name of {what} is too long: {most} bytes is the most", what, most = MOST_TEXT));
        }
    }
    let currency = founding.currency.trim().to_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        let given = &founding.currency;
        return Err(refused!("‘{given}’ is not a currency: three letters of ISO 4217, such as USD or EUR", given));
    }
    let new = |doc: DocId, name: &str, fields: Vec<(&'static str, Value)>| {
        let mut writes = vec![
            Write::Field("create_date", context.now.into()),
            Write::Field("create_user", context.user.into()),
            Write::Field("name", name.into()),
        ];
        writes.extend(fields.into_iter().map(|(field, value)| Write::Field(field, value)));
        Edit { doc, writes, seen: None }
    };
    let (set, stages): (_, &[(&str, i32)]) = match founding.stages {
        StageSet::Standard => ("standard", &STANDARD),
        StageSet::Guided => ("guided", &GUIDED),
    };
    let company = vec![("currency", Value::Text(currency)), ("stages", set.into())];
    let mut edits = vec![
        new(company_id(workspace), founding.name.trim(), company),
        new(user_id(workspace, &founding.user), founding.user.trim(), Vec::new()),
    ];
    for (at, (name, probability)) in stages.iter().enumerate() {
        let is_won = *probability == 100;
        // The won stage stands far off, so that more stages fit before it.
        let sequence = if is_won { 100 } else { 10 * (at as i64 + 1) };
        let mut fields =
            vec![("sequence", Value::Int(sequence)), ("probability", Value::Percent(Percent::whole(*probability)))];
        if is_won {
            fields.push(("is_won", Value::Bool(true)));
        }
        edits.push(new(stage_id(workspace, name), name, fields));
    }
    for name in LOST_REASONS {
        edits.push(new(DocId::derived(workspace, SATCHEL, Kind::LostReason, name), name, Vec::new()));
    }
    Ok(edits)
}
