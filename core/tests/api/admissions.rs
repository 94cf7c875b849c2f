//! The proof of an admission, to who has not heard of it and to who asked for it.

use chrono::TimeDelta;
use satchel_core::{
    Storage, Workspace,
    environment::fixed::{FixedClock, environment},
    members::{Role, Ticket, Welcome},
    workspace::{DeviceKey, Founding, StageSet},
};

use crate::common::{Desk, meet, noon};

/// Another workspace, which Eve founds.
fn elsewhere() -> Desk {
    let clock = FixedClock::at(noon());
    let founding = Founding {
        name: "Eve's".into(),
        user: "Eve".into(),
        device_name: "laptop".into(),
        currency: "USD".into(),
        stages: StageSet::Standard,
    };
    let ws = Workspace::found(Storage::Memory, environment(&clock, 7), founding).unwrap();
    Desk { clock, ws }
}

#[test]
fn an_admission_is_proved_to_who_knows_nothing_however_its_givers_came_to_their_roles() {
    // Max was raised by Olga, whom Ann admitted.
    let ann = Desk::ann();
    let olga = ann.admit_as(Role::Owner, "Olga Reed", 2);
    let max = ann.admit("Max Hill", 3);
    meet(&ann, &olga);
    olga.ws.set_role(max.ws.user(), Role::Manager).unwrap();
    meet(&olga, &max);
    max.admit_unmet("Bob Road", 4);

    // Ann lost her laptop: Olga took her out and let her come back with a new one.
    olga.ws.remove_user(ann.ws.user()).unwrap();
    let again = olga.admit_as(Role::Owner, "Ann Field", 5);
    again.admit_unmet("Cal Ford", 6);

    // And lowered her; Max, whom that makes the higher, gets her another laptop, by his ticket or by hers.
    meet(&olga, &max);
    olga.ws.set_role(again.ws.user(), Role::Manager).unwrap();
    meet(&olga, &again);
    let ticket = again.ws.invite(Role::Salesperson, Some("Ann Field"), noon() + TimeDelta::days(7)).unwrap();
    meet(&again, &max);
    let joins = |ticket: &Ticket, seed| {
        let key = DeviceKey::generate(&environment(&max.clock, seed));
        let request = ticket.request(key.device(), "notebook", None);
        let welcome = max.ws.admit(&request).unwrap();
        assert!(welcome.answers(&request).is_ok());
        assert_eq!(welcome.user, again.ws.user());
    };
    joins(&ticket, 7);
    olga.ws.set_role(again.ws.user(), Role::Salesperson).unwrap();
    meet(&olga, &max);
    joins(&max.ws.invite(Role::Salesperson, Some("Ann Field"), noon() + TimeDelta::days(7)).unwrap(), 8);
}

#[test]
fn whom_somebody_admits_who_was_lowered_meanwhile_is_no_member_also_once_they_are_raised_again() {
    let ann = Desk::ann();
    let max = ann.admit_manager("Max Hill", 2);
    meet(&ann, &max);
    ann.ws.set_role(max.ws.user(), Role::Salesperson).unwrap();
    let eve = max.admit_unmet("Eve Gray", 3);
    ann.ws.set_role(max.ws.user(), Role::Manager).unwrap();
    for _ in 0..2 {
        meet(&ann, &max);
    }
    for desk in [&ann, &max] {
        assert!(!desk.ws.members().is_member(eve.ws.device()));
        assert_eq!(desk.ws.members().roles[&max.ws.user()], Role::Manager);
    }
}

#[test]
fn an_answer_admits_whom_its_proof_admits_to_the_workspace_and_by_the_ticket_that_were_named() {
    let (ann, eve) = (Desk::ann(), elsewhere());
    let key = DeviceKey::generate(ann.ws.environment());
    let asked = |desk: &Desk, name| {
        let ticket = desk.ws.invite(Role::Salesperson, None, noon() + TimeDelta::days(7)).unwrap();
        ticket.request(key.device(), "notebook", Some(name))
    };
    let (request, hers) = (asked(&ann, "Bob Road"), asked(&eve, "Bob Road"));
    let theirs = eve.ws.admit(&hers).unwrap();
    assert!(theirs.answers(&hers).is_ok() && theirs.answers(&request).is_err(), "another workspace");
    let as_ours = Welcome { workspace: ann.ws.id(), ..theirs };
    assert!(as_ours.answers(&request).is_err(), "a proof of another workspace");
    let other = asked(&ann, "Cal Ford");
    let welcome = ann.ws.admit(&request).unwrap();
    assert!(welcome.answers(&request).is_ok() && welcome.answers(&other).is_err(), "by another ticket");
    let bare = Welcome { proof: vec![], ..welcome.clone() };
    let another = Welcome { user: ann.ws.user(), ..welcome.clone() };
    for wrong in [&as_ours, &bare, &another] {
        assert!(wrong.answers(&request).is_err());
        let join = Workspace::join(Storage::Memory, ann.ws.environment().clone(), key.clone(), "notebook", wrong);
        assert!(join.is_err(), "nothing is founded");
    }
    Workspace::join(Storage::Memory, ann.ws.environment().clone(), key, "notebook", &welcome).unwrap();
}
