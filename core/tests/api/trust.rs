//! Who may do what, and what becomes of what a removed or demoted device wrote: the same on every device, in whatever order
//! commits arrive.

use chrono::TimeDelta;
use proptest::prelude::*;
use satchel_core::{Command, DocId, Kind, Money, Value, Workspace, command::SaleStep, members::Role, record::Measure};

use crate::common::{Desk, give, meet, noon, own};

fn create(desk: &Desk, kind: Kind, name: &str) -> satchel_core::Result<DocId> {
    let id = desk.ws.new_id(kind);
    desk.ws.execute(Command::Create { id, fields: own(&[("name", name.into())]) }).map(|_| id)
}

fn refusal(desk: &Desk, command: Command) -> String {
    let before = desk.digest();
    let refusal = desk.ws.execute(command).expect_err("refused").to_string();
    assert_eq!(before, desk.digest());
    refusal
}

fn has(desk: &Desk, id: DocId) -> bool {
    desk.ws.records().get(id).is_some()
}

/// Everything is as the log says, also when it is made again.
fn sound(desk: &Desk) {
    assert_eq!(desk.ws.check().unwrap().problems, Vec::<String>::new());
    let before = (desk.digest(), reasons(&desk.ws), desk.ws.members());
    desk.ws.rebuild().unwrap();
    assert_eq!(before, (desk.digest(), reasons(&desk.ws), desk.ws.members()));
    assert_eq!(desk.ws.check().unwrap().problems, Vec::<String>::new());
}

/// Which commits have no effect, and why.
fn reasons(ws: &Workspace) -> std::collections::BTreeMap<String, String> {
    ws.set_aside().unwrap().into_iter().map(|s| (s.commit.to_string(), s.reason.to_string())).collect()
}

// Rights

#[test]
fn what_a_role_may_not_write_is_refused_in_words_before_it_is_written() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let gus = ann.admit_as(Role::Guest, "Gus Glen", 3);
    let stage = bob.ws.new_id(Kind::Stage);
    let new = |id, name: &str| Command::Create { id, fields: own(&[("name", name.into())]) };
    let said = refusal(&bob, new(stage, "Mine"));
    assert!(
        said.contains("a salesperson may not change how the company is set up") && said.contains("manager"),
        "{said}"
    );
    let team = create(&ann, Kind::Team, "North").unwrap();
    meet(&ann, &bob);
    let said = refusal(&bob, Command::JoinTeam { team, users: vec![bob.ws.user()] });
    assert!(said.contains("who is in which team"), "{said}");
    bob.set(bob.ws.user(), &[("phone", "+3212345678".into())]);
    let said = refusal(&bob, Command::Set { id: ann.ws.user(), fields: own(&[("phone", "1".into())]), seen: None });
    assert!(said.contains("other people"), "{said}");
    let said = refusal(&gus, new(gus.ws.new_id(Kind::Contact), "Guest's"));
    assert!(said.contains("a guest may not write this"), "{said}");
    gus.set(gus.ws.user(), &[("email", "gus@glen.com".into())]);
    create(&gus, Kind::Favourite, "What I look at").unwrap();
    create(&bob, Kind::Contact, "Customer").unwrap();
    create(&bob, Kind::Tag, "Hot").unwrap();
    ann.ws.set_role(bob.ws.user(), Role::Manager).unwrap();
    meet(&ann, &bob);
    bob.run(new(stage, "Mine"));
    meet(&ann, &bob);
    meet(&ann, &gus);
    give(&ann, &bob);
    for desk in [&ann, &bob, &gus] {
        assert_eq!(desk.digest(), ann.digest());
        assert!(has(desk, stage));
        sound(desk);
    }
}

#[test]
fn salespeople_post_invoices_unless_the_company_says_no() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let deal = bob.add(&[("name", "Deal".into())]);
    let ordered = |bob: &Desk| {
        let [quotation, invoice] = [Kind::Quotation, Kind::Invoice].map(|kind| bob.ws.new_id(kind));
        bob.run(Command::Sale(SaleStep::Quote { opportunity: deal, id: quotation }));
        let line = bob.ws.new_id(Kind::OrderLine);
        let fields = own(&[
            ("name", "Mast".into()),
            ("order", Value::Ref(quotation)),
            ("quantity", Value::Int(1)),
            ("price", Money(100).into()),
        ]);
        bob.run(Command::Create { id: line, fields });
        bob.run(Command::Sale(SaleStep::Confirm { id: quotation }));
        bob.run(Command::Sale(SaleStep::Invoice { order: quotation, id: invoice }));
        invoice
    };
    let (first, second) = (ordered(&bob), ordered(&bob));
    bob.run(Command::Sale(SaleStep::Post { id: first }));
    assert!(bob.ws.let_salespeople_post(false).is_err());
    ann.ws.let_salespeople_post(false).unwrap();
    meet(&ann, &bob);
    let said = refusal(&bob, Command::Sale(SaleStep::Post { id: second }));
    assert!(said.contains("may not post or refund invoices"), "{said}");
    ann.run(Command::Sale(SaleStep::Post { id: second }));
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    sound(&bob);
}

// Cuts

/// Ann, Bob and Cal, all of one state; Bob is removed by Ann while he goes on writing, and Cal meets Bob before hearing of it.
fn cut() -> (Desk, Desk, Desk, DocId, DocId) {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let cal = ann.admit("Cal Ford", 3);
    let deal = bob.add(&[("name", "Before".into())]);
    for desk in [&bob, &cal] {
        meet(&ann, desk);
    }
    ann.ws.remove_device(bob.ws.device()).unwrap();
    bob.set(deal, &[("name", "After".into())]);
    let late = bob.add(&[("name", "Late".into())]);
    (ann, bob, cal, deal, late)
}

#[test]
fn what_a_removed_device_wrote_later_is_kept_aside_whichever_came_first() {
    let (ann, bob, cal, deal, late) = cut();
    // Cal gets the late ones first, Ann has the removal first.
    give(&bob, &cal);
    assert_eq!((cal.text(deal, "name"), has(&cal, late)), ("After".into(), true));
    let (commits, _) = bob.ws.commits_beyond(&ann.ws.vector(), 0, usize::MAX).unwrap();
    let accepted = ann.ws.accept(commits).unwrap();
    assert_eq!((accepted.applied, accepted.aside.len(), accepted.refused.len()), (2, 2, 0));
    assert!(accepted.aside[0].contains("removed device"), "{:?}", accepted.aside);
    meet(&ann, &cal);
    // Bob learns of it from Cal: his own device agrees, and says so.
    give(&cal, &bob);
    assert!(bob.ws.is_removed() && bob.ws.status().unwrap().removed);
    for desk in [&ann, &bob, &cal] {
        assert_eq!((desk.text(deal, "name"), has(desk, late)), ("Before".into(), false));
        assert_eq!(desk.digest(), ann.digest());
        assert_eq!(desk.ws.vector(), ann.ws.vector());
        assert_eq!(reasons(&desk.ws), reasons(&ann.ws));
        assert_eq!(desk.ws.status().unwrap().asides, 2);
        let history = desk.ws.history(deal).unwrap();
        assert!(history[0].aside.as_ref().is_some_and(|a| a.to_string().contains("after the last change")));
        assert!(history[0].changes.is_empty());
        sound(desk);
    }
}

#[test]
fn what_others_built_on_it_falls_and_is_offered_again() {
    let (ann, bob, cal, deal, late) = cut();
    give(&bob, &cal);
    // On what Bob wrote late: these fall. Beside it: stays.
    cal.set(late, &[("city", "Ghent".into())]);
    cal.set(deal, &[("city", "Bruges".into())]);
    let other = cal.add(&[("name", "Cal's own".into())]);
    meet(&ann, &cal);
    for desk in [&ann, &cal] {
        assert_eq!((desk.text(deal, "name"), desk.text(deal, "city")), ("Before".into(), String::new()));
        assert!(!has(desk, late) && has(desk, other));
        sound(desk);
    }
    let offered: Vec<_> = cal.ws.set_aside().unwrap().into_iter().filter(|s| s.is_offered).collect();
    assert_eq!(offered.len(), 2);
    assert!(ann.ws.set_aside().unwrap().iter().all(|s| !s.is_offered), "they are Cal's");
    assert!(ann.ws.again(offered[0].commit).is_err());
    for one in offered.iter().rev() {
        cal.ws.again(one.commit).unwrap();
        assert!(cal.ws.again(one.commit).is_err(), "once");
    }
    assert!(cal.ws.set_aside().unwrap().iter().all(|s| !s.is_offered));
    meet(&ann, &cal);
    for desk in [&ann, &cal] {
        assert_eq!((desk.text(deal, "name"), desk.text(deal, "city")), ("Before".into(), "Bruges".into()));
        assert_eq!(desk.digest(), ann.digest());
        sound(desk);
    }
    cal.set(deal, &[("city", "Namur".into())]);
    cal.ws.undo().unwrap();
    meet(&ann, &cal);
    assert_eq!((ann.text(deal, "city"), ann.digest()), ("Bruges".into(), cal.digest()));
}

#[test]
fn a_demotion_takes_what_was_written_later_without_the_right_and_nothing_else() {
    let ann = Desk::ann();
    let bob = ann.admit_manager("Bob Road", 2);
    let cal = ann.admit("Cal Ford", 3);
    meet(&ann, &bob);
    ann.ws.set_role(bob.ws.user(), Role::Salesperson).unwrap();
    let stage = create(&bob, Kind::Stage, "Too late").unwrap();
    let deal = bob.add(&[("name", "Still fine".into())]);
    give(&bob, &cal);
    assert!(has(&cal, stage));
    meet(&ann, &cal);
    meet(&ann, &bob);
    for desk in [&ann, &bob, &cal] {
        assert!(!has(desk, stage) && has(desk, deal));
        assert_eq!(desk.digest(), ann.digest());
        sound(desk);
    }
    assert!(create(&bob, Kind::Stage, "No").is_err());
}

#[test]
fn a_device_removed_by_mistake_is_invited_again_and_gives_its_work_again() {
    let (ann, bob, cal, deal, late) = cut();
    give(&ann, &bob);
    assert!(bob.ws.execute(Command::Trash { ids: vec![deal] }).is_err());
    let ticket = ann.ws.invite(Role::Salesperson, None, noon() + TimeDelta::days(7)).unwrap();
    let welcome = ann.ws.admit(&bob.ws.ask_again(&ticket).unwrap()).unwrap();
    bob.ws.readmitted(&welcome).unwrap();
    // Somebody who has not heard of either knows Bob still; who has heard of the removal only is shown the proof.
    cal.ws.recognise(bob.ws.device(), &bob.ws.proof().unwrap()).unwrap();
    meet(&ann, &bob);
    assert!(!bob.ws.is_removed());
    let offered: Vec<_> = bob.ws.set_aside().unwrap().into_iter().filter(|s| s.is_offered).collect();
    assert_eq!(offered.len(), 2);
    for one in offered.iter().rev() {
        bob.ws.again(one.commit).unwrap();
    }
    bob.set(late, &[("city", "Ghent".into())]);
    meet(&ann, &bob);
    meet(&ann, &cal);
    for desk in [&ann, &bob, &cal] {
        assert_eq!((desk.text(deal, "name"), desk.text(late, "city")), ("After".into(), "Ghent".into()));
        assert_eq!(desk.digest(), ann.digest());
        sound(desk);
    }
}

#[test]
fn who_takes_the_name_of_somebody_without_a_laptop_gets_no_more_than_the_ticket_says() {
    let ann = Desk::ann();
    let pat = ann.admit_as(Role::Owner, "Pat Lee", 2);
    meet(&ann, &pat);
    ann.ws.remove_device(pat.ws.device()).unwrap();
    let role = |user| ann.ws.members().roles[&user];
    assert_eq!(role(pat.ws.user()), Role::Owner);
    let eve = ann.admit_unmet("Pat Lee", 3);
    assert_eq!((eve.ws.user(), role(eve.ws.user())), (pat.ws.user(), Role::Salesperson));
    // An owner says who it is: then it is that person.
    ann.ws.remove_device(eve.ws.device()).unwrap();
    ann.ws.set_role(pat.ws.user(), Role::Manager).unwrap();
    let ticket = ann.ws.invite(Role::Salesperson, Some("Pat Lee"), noon() + TimeDelta::days(7)).unwrap();
    ann.ws.admit(&pat.ws.ask_again(&ticket).unwrap()).unwrap();
    assert_eq!(role(pat.ws.user()), Role::Manager);
}

#[test]
fn of_two_who_remove_each_other_one_stays_the_same_everywhere() {
    for second in [Role::Manager, Role::Owner] {
        let ann = Desk::ann();
        let bob = ann.admit_as(second, "Bob Road", 2);
        let cal = ann.admit("Cal Ford", 3);
        meet(&ann, &bob);
        ann.ws.remove_user(bob.ws.user()).unwrap();
        let tried = bob.ws.remove_user(ann.ws.user());
        assert_eq!(tried.is_ok(), second == Role::Owner);
        // What the one who goes grants meanwhile is void: Eve never was here.
        let eve = bob.admit_unmet("Eve Gray", 9);
        meet(&bob, &eve);
        let wish = eve.add(&[("name", "Eve's".into())]);
        meet(&bob, &eve);
        let mine = ann.add(&[("name", "Ann's".into())]);
        give(&bob, &cal);
        give(&ann, &cal);
        give(&cal, &ann);
        give(&cal, &bob);
        for desk in [&ann, &bob, &cal] {
            let members = desk.ws.members();
            assert!(members.is_member(ann.ws.device()) && !members.is_member(bob.ws.device()));
            assert!(!members.is_member(eve.ws.device()));
            assert!(has(desk, mine) && !has(desk, wish));
            assert_eq!((desk.digest(), &*members), (ann.digest(), &*ann.ws.members()));
            sound(desk);
        }
    }
}

#[test]
fn a_safety_number_is_the_same_on_both_and_no_others() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let cal = ann.admit("Cal Ford", 3);
    let number = ann.ws.safety_number(bob.ws.device());
    assert_eq!(number, bob.ws.safety_number(ann.ws.device()));
    assert_ne!(number, ann.ws.safety_number(cal.ws.device()));
    assert_eq!(number.split(' ').map(str::len).collect::<Vec<_>>(), [5; 6]);
}

// Any order

/// Commits of several devices, given to a new one in some order that the numbers choose; causes may come after effects.
fn shuffled(mut commits: Vec<Vec<u8>>, mut chance: u64) -> Vec<Vec<u8>> {
    for at in (1..commits.len()).rev() {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        commits.swap(at, (chance >> 33) as usize % (at + 1));
    }
    commits
}

fn all_of(desks: &[&Desk]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    for desk in desks {
        for commit in desk.ws.commits_beyond(&Default::default(), 0, usize::MAX).unwrap().0 {
            if !all.contains(&commit) {
                all.push(commit);
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn commits_of_a_removed_device_and_three_others_make_one_state_in_any_order(chance in any::<u64>(), pieces in 1usize..6) {
        let (ann, bob, cal, deal, late) = cut();
        give(&bob, &cal);
        cal.set(late, &[("city", "Ghent".into())]);
        cal.set(deal, &[("priority", Value::Int(2))]);
        let dee = ann.admit("Dee Moor", 4);
        dee.set(deal, &[("zip", "9000".into())]);
        ann.ws.set_role(dee.ws.user(), Role::Manager).unwrap();
        meet(&ann, &dee);
        create(&dee, Kind::Stage, "Dee's").unwrap();
        let whom = dee.ws.user();
        dee.run(Command::SetTarget { whom, month: noon().date_naive(), measure: Measure::Won, target: Value::Money(Money(5)) });
        ann.ws.set_role(whom, Role::Guest).unwrap();
        bob.set(deal, &[("street", "Main".into())]);
        let (one, other) = (ann.admit_unmet("Joe Vale", 7), ann.admit_unmet("Kim Lane", 8));
        let all = all_of(&[&ann, &bob, &cal, &dee]);
        one.ws.accept(all.clone()).unwrap();
        let mixed = shuffled(all.clone(), chance);
        for piece in mixed.chunks(mixed.len().div_ceil(pieces)) {
            let accepted = other.ws.accept(piece.to_vec()).unwrap();
            prop_assert_eq!(accepted.refused, Vec::<String>::new());
        }
        // What was let go while its causes were missing.
        other.ws.accept(all).unwrap();
        prop_assert_eq!(one.digest(), other.digest());
        prop_assert_eq!(reasons(&one.ws), reasons(&other.ws));
        prop_assert_eq!(one.ws.members(), other.ws.members());
        prop_assert!(!has(&one, late));
        prop_assert_eq!(one.text(deal, "name"), "Before");
        prop_assert_eq!(one.text(deal, "zip"), "9000");
        sound(&other);
    }
}
