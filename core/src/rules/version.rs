//! An earlier version of a record, given to it again.

use super::{Context, Plan, draft::Draft, sale, targets};
use crate::{
    error::Result,
    id::{DocId, Kind},
    message::Message,
    record::{Record, Records, Standing},
    value::Value,
};

/// What it takes to give a record the values it had `then`. Activities and notes stay: they are what happened.
pub(crate) fn plan_version(records: &Records, context: &Context, id: DocId, then: &Record) -> Result<Plan> {
    let mut draft = Draft::new(records, *context);
    let now = draft.edit(id)?.clone();
    sale::may_set(&mut draft, id, &Vec::new())?;
    if id.kind() == Kind::Target {
        targets::may_set(&draft, &Vec::new())?;
    }
    for field in records.fields(id.kind()) {
        let is_once = id.kind() == Kind::Company && field.name == "currency";
        if is_once || sale::is_stepped(id.kind(), field.name) {
            continue;
        }
        let wanted = then.get(field.name).unwrap_or(Value::Null);
        match still_there(&draft, wanted) {
            Ok(wanted) => draft.decide(id, &field, &wanted, false)?,
            Err(_) if now.get(field.name) == then.get(field.name) => {}
            Err(gone) => draft.notice(message!(
                "{field} stays as it is: ‘{gone}’ is no longer there",
                field = Message::from(field.label),
                gone
            )),
        }
    }
    if let (Record::Opportunity(then), Record::Opportunity(now)) = (then, &now) {
        let agrees = then.standing.agrees(&now.standing);
        let stage = then.standing.stage;
        if agrees {
            draft.decide_standing(id, now.standing.clone(), false)?;
        } else if stage.is_none_or(|s| draft.stage(s).is_some_and(|s| !s.meta.deleted && !s.meta.archived)) {
            let since = if stage == now.standing.stage { now.standing.since } else { Some(context.now) };
            draft.decide_standing(id, Standing { since, ..then.standing.clone() }, false)?;
        } else {
            draft.notice(message!("Stage stays as it is: the one of then is no longer there"));
        }
    }
    draft.decide_flag(id, "archived", then.meta().archived)?;
    Ok(draft.finish("Restore version".to_owned()))
}

/// References as they can be written today; or the name of what is gone.
fn still_there(draft: &Draft, value: Value) -> Result<Value, String> {
    let live = |id: &DocId| id.kind() == Kind::Attempt || draft.records().meta(*id).is_some_and(|meta| !meta.deleted);
    match value {
        Value::Ref(id) if !live(&id) => Err(draft.name(id)),
        Value::Ref(id) => Ok(Value::Ref(draft.head(id))),
        Value::Refs(ids) => Ok(Value::Refs(ids.into_iter().filter(live).map(|id| draft.head(id)).collect())),
        other => Ok(other),
    }
}
