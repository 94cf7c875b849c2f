//! An earlier version of a record, given to it again.

use super::{Context, Plan, Write, draft::Draft};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::{Record, Records, Standing, custom},
    value::Value,
};

/// What it takes to give a record the values it had `then`. Activities and notes stay: they are what happened.
pub(crate) fn plan_version(records: &Records, context: &Context, id: DocId, then: &Record) -> Result<Plan> {
    let mut draft = Draft::new(records, *context);
    let now = draft.edit(id)?.clone();
    for field in records.fields(id.kind()) {
        let wanted = then.get(field.name).unwrap_or(Value::Null);
        if now.get(field.name).unwrap_or(Value::Null) == wanted
            || id.kind() == Kind::Company && field.name == "currency"
        {
            continue;
        }
        match still_there(&draft, wanted) {
            Ok(wanted) if now.get(field.name).unwrap_or(Value::Null) != wanted => {
                draft.write_stored(id, &field, wanted);
                draft.settle(id, &custom::key_of(&field));
            }
            Ok(_) => {}
            Err(gone) => draft.notice(format!("{} stays as it is: {gone} is no longer there", field.label)),
        }
    }
    if let (Record::Opportunity(then), Record::Opportunity(now)) = (then, &now)
        && !then.standing.agrees(&now.standing)
    {
        let stage = then.standing.stage;
        if stage.is_none_or(|s| draft.stage(s).is_some_and(|s| !s.meta.deleted && !s.meta.archived)) {
            let since = if stage == now.standing.stage { now.standing.since } else { Some(context.now) };
            draft.write(id, Write::Standing(Standing { since, ..then.standing.clone() }));
            draft.settle(id, "standing");
        } else {
            draft.notice("Stage stays as it is: the one of then is no longer there".to_owned());
        }
    }
    if then.meta().archived != now.meta().archived {
        draft.write_field(id, "archived", then.meta().archived);
    }
    Ok(draft.finish("Restore version".to_owned()))
}

/// References as they can be written today; or the name of what is gone.
fn still_there(draft: &Draft, value: Value) -> Result<Value, String> {
    let live = |id: &DocId| draft.records().meta(*id).is_some_and(|meta| !meta.deleted);
    match value {
        Value::Ref(id) if !live(&id) => Err(format!("‘{}’", draft.name(id))),
        Value::Ref(id) => Ok(Value::Ref(draft.head(id))),
        Value::Refs(ids) => Ok(Value::Refs(ids.into_iter().filter(live).map(|id| draft.head(id)).collect())),
        other => Ok(other),
    }
}
