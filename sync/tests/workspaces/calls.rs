//! Calls that two operators made while they were apart, over the protocol (spec §5).

use satchel_core::{Command, Kind, Value, command::CallStep, query::calls};

use super::{digest, meet, now, team};

#[test]
fn attempts_add_up_and_a_double_has_one_owner_everywhere() {
    let devices = team();
    let [ann, bob, cid] = [&devices[0], &devices[1], &devices[2]];
    let (list, id) = (ann.new_id(Kind::CallList), ann.new_id(Kind::Call));
    let fields = |name: &str| vec![("name".to_owned(), Value::from(name))];
    ann.execute(Command::Create { id: list, fields: fields("Autumn") }).unwrap();
    let of_list = [("list".to_owned(), Value::Ref(list)), ("phone".to_owned(), "+32485001122".into())];
    ann.execute(Command::Create { id, fields: fields("Dana").into_iter().chain(of_list).collect() }).unwrap();
    for device in [bob, cid] {
        meet(device, ann, usize::MAX);
    }
    for device in [ann, bob, cid, cid] {
        let step = CallStep::NotCalled { attempt: device.new_id(Kind::Attempt), again: Some(now()) };
        device.execute(Command::Call { id, step }).unwrap();
    }
    for device in [bob, cid] {
        device.execute(Command::Call { id, step: CallStep::Called { minutes: Some(3) } }).unwrap();
    }
    for (a, b) in [(bob, cid), (cid, ann), (ann, bob)] {
        meet(a, b, usize::MAX);
    }
    let owner = ann.records().calls[&id].done_by;
    assert!([Some(bob.user()), Some(cid.user())].contains(&owner));
    for device in [ann, bob, cid] {
        let records = device.records();
        let call = &records.calls[&id];
        assert_eq!((call.attempts(), call.minutes(), call.done_by), (4, 3, owner));
        assert_eq!(calls::doubles(&records, list).len(), 1, "shown rather than hidden");
        assert_eq!(digest(device), digest(ann));
    }
}
