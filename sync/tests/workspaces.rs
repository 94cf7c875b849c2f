//! The protocol between real workspaces, in memory: any order of meetings, cut anywhere, ends in equal digests.

#![allow(clippy::unwrap_used)]

#[path = "workspaces/calls.rs"]
mod calls;
#[path = "workspaces/files.rs"]
mod files;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use satchel_core::{
    Command, DocId, Kind, Storage, Value, Workspace,
    environment::fixed,
    members::Role,
    workspace::{DeviceKey, Founding, StageSet},
};
use satchel_sync::protocol::{Ending, Happening, Joining, Refusal, Session, Terms, simulation::Line};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

fn found() -> Workspace {
    let environment = fixed::environment(&fixed::FixedClock::at(now()), 1);
    let founding = Founding {
        name: "Acme".into(),
        user: "Ann Field".into(),
        device_name: "Ann's".into(),
        currency: "USD".into(),
        stages: StageSet::Standard,
    };
    Workspace::found(Storage::Memory, environment, founding).unwrap()
}

/// Joins by the protocol, up to the welcome: the records have not come yet.
fn admitted(inviter: &Workspace, name: &str, seed: u64) -> Workspace {
    admitted_as(Role::Salesperson, inviter, name, seed)
}

fn admitted_as(role: Role, inviter: &Workspace, name: &str, seed: u64) -> Workspace {
    let environment = fixed::environment(&fixed::FixedClock::at(now()), seed);
    let key = DeviceKey::generate(&environment);
    let ticket = inviter.invite(role, None, now() + TimeDelta::days(7)).unwrap();
    let mut joining = Joining::new(&ticket.request(key.device(), "laptop", Some(name)));
    let mut answering = Session::answer(key.device(), Terms::default(), Duration::ZERO);
    answering.receive(inviter, &joining.take_output(), Duration::ZERO);
    let welcome = joining.receive(&answering.take_output()).unwrap().unwrap();
    Workspace::join(Storage::Memory, environment, key, "laptop", &welcome).unwrap()
}

/// Ann, and three she admitted, the last of which has received nothing yet.
fn team() -> Vec<Workspace> {
    let ann = found();
    let others: Vec<Workspace> = [("Bob Road", 2), ("Cid Lake", 3), ("Dee Moor", 4)]
        .into_iter()
        .map(|(name, seed)| admitted(&ann, name, seed))
        .collect();
    meet(&others[0], &ann, usize::MAX);
    meet(&others[1], &ann, usize::MAX);
    std::iter::once(ann).chain(others).collect()
}

fn meet(a: &Workspace, b: &Workspace, limit: usize) -> Vec<Ending> {
    let mut line = Line::connect(a, b);
    line.run(limit);
    let (a, b) = line.cut();
    let ending = |h: Happening| match h {
        Happening::Ended(ending) => Some(ending),
        _ => None,
    };
    a.happenings.into_iter().chain(b.happenings).filter_map(ending).collect()
}

fn digest(workspace: &Workspace) -> [u8; 32] {
    workspace.status().unwrap().digest
}

fn rename(workspace: &Workspace, id: DocId, name: String) {
    let seen = Some(workspace.records().seen(id).unwrap());
    let fields = vec![("name".to_owned(), Value::from(name.as_str()))];
    workspace.execute(Command::Set { id, fields, seen }).unwrap();
}

fn create(workspace: &Workspace, name: String) -> DocId {
    let id = workspace.new_id(Kind::Contact);
    let fields = vec![("name".to_owned(), Value::from(name.as_str()))];
    workspace.execute(Command::Create { id, fields }).unwrap();
    id
}

#[test]
fn a_removed_device_learns_of_its_removal_only() {
    let [ann, bob, _, _] = team().try_into().ok().unwrap();
    ann.remove_device(bob.device()).unwrap();
    create(&ann, "Secret".into());
    let before = digest(&bob);
    assert_eq!(meet(&bob, &ann, usize::MAX)[0], Ending::Refused(Refusal::Removed));
    assert_eq!(digest(&bob), before);
}

#[test]
fn a_device_that_was_removed_and_invited_again_is_let_in_by_who_has_heard_of_its_removal_only() {
    let [ann, bob, cid, _] = team().try_into().ok().unwrap();
    ann.remove_device(bob.device()).unwrap();
    assert!(meet(&cid, &ann, usize::MAX).is_empty());
    assert_eq!(meet(&bob, &cid, usize::MAX)[0], Ending::Refused(Refusal::Removed));
    let ticket = ann.invite(Role::Salesperson, Some("Bob Road"), now() + TimeDelta::days(7)).unwrap();
    bob.readmitted(&ann.admit(&bob.ask_again(&ticket).unwrap()).unwrap()).unwrap();
    // He has not met Ann since: neither of the two holds his second admission.
    let late = create(&cid, "Late".into());
    assert!(meet(&bob, &cid, usize::MAX).is_empty());
    assert!(bob.records().contacts.contains_key(&late));
    meet(&bob, &ann, usize::MAX);
    assert!(meet(&cid, &bob, usize::MAX).is_empty());
    assert_eq!(digest(&cid), digest(&ann));
}

#[test]
fn a_session_ends_with_the_proof_that_it_rests_on() {
    let ann = found();
    let max = admitted_as(Role::Manager, &ann, "Max Hill", 2);
    let cid = admitted(&ann, "Cid Lake", 3);
    meet(&max, &ann, usize::MAX);
    meet(&cid, &ann, usize::MAX);
    ann.remove_device(max.device()).unwrap();
    // Neither Max nor Cid has heard of it: Eve's admission does not hold.
    let eve = admitted(&max, "Eve Gray", 4);
    let mut line = Line::connect(&eve, &cid);
    line.run(usize::MAX);
    let before = create(&cid, "Before".into());
    line.changed();
    line.run(usize::MAX);
    assert!(eve.records().contacts.contains_key(&before), "as far as Cid knew she was a member");
    meet(&cid, &ann, usize::MAX);
    let secret = create(&cid, "Secret".into());
    line.changed();
    line.run(usize::MAX);
    let (hers, his) = line.cut();
    assert!(!eve.records().contacts.contains_key(&secret));
    let ended = Happening::Ended(Ending::Refused(Refusal::Stranger));
    assert!(hers.happenings.contains(&ended) && !his.up_to_date, "{hers:?}");
}

#[test]
fn a_new_device_may_get_everything_from_another_than_the_inviter() {
    let [ann, bob, _, dee] = team().try_into().ok().unwrap();
    // Bob has heard of Dee's admission from Ann; Dee has heard of nobody.
    create(&bob, "From Bob".into());
    assert!(meet(&dee, &bob, usize::MAX).is_empty());
    assert_eq!(digest(&dee), digest(&bob));
    assert!(meet(&dee, &ann, usize::MAX).is_empty());
    assert_eq!(digest(&dee), digest(&ann));
}

#[derive(Clone, Debug)]
enum Step {
    Create(usize),
    /// Renames a contact that this device knows.
    Rename(usize, prop::sample::Index),
    /// Meet, cut after so many bytes if at all.
    Meet(usize, usize, Option<usize>),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = || 0..4usize;
    let step = prop_oneof![
        1 => (0..3usize).prop_map(Step::Create),
        2 => (0..3usize, any::<prop::sample::Index>()).prop_map(|(who, which)| Step::Rename(who, which)),
        3 => (one(), one(), proptest::option::of(0usize..6000)).prop_map(|(a, b, cut)| Step::Meet(a, b, cut)),
    ];
    proptest::collection::vec(step, 0..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_meetings_cut_anywhere_end_in_equal_digests(steps in steps()) {
        let team = team();
        for (n, step) in steps.into_iter().enumerate() {
            match step {
                Step::Create(who) => _ = create(&team[who], format!("Contact {n}")),
                Step::Rename(who, which) => {
                    let known: Vec<DocId> = team[who].records().contacts.keys().copied().collect();
                    if !known.is_empty() {
                        rename(&team[who], *which.get(&known), format!("Renamed {n}"));
                    }
                }
                Step::Meet(a, b, cut) if a != b => {
                    let endings = meet(&team[a], &team[b], cut.unwrap_or(usize::MAX));
                    prop_assert!(endings.is_empty(), "{:?}", endings);
                }
                Step::Meet(..) => {}
            }
        }
        for (a, b) in [(0, 1), (1, 2), (2, 3), (3, 2), (2, 1), (1, 0), (0, 3)] {
            let endings = meet(&team[a], &team[b], usize::MAX);
            prop_assert!(endings.is_empty(), "{:?}", endings);
        }
        for workspace in &team {
            prop_assert_eq!(digest(workspace), digest(&team[0]));
            prop_assert!(workspace.check().unwrap().problems.is_empty());
        }
    }
}
