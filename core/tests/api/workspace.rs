//! A workspace through its public API: commands, history, undo, conflicts, rebuilding.

use crate::common::{Desk, meet, own};
use satchel_core::{
    Command, Kind, Money, Percent, Storage, Value, Workspace,
    environment::fixed::environment,
    record::{ActivityType, WonStatus},
    workspace::{RowOutcome, ZONE},
};

#[test]
fn a_command_is_carried_out_and_told_in_the_history() {
    let ann = Desk::ann();
    let id = ann.add(&[("name", "GTX Pro".into()), ("expected_revenue", Money(100_000).into())]);
    ann.set(id, &[("probability", Percent::whole(60).into())]);
    let records = ann.ws.records();
    let deal = &records.opportunities[&id];
    assert_eq!(records.prorated_revenue(deal), Money(60_000));
    assert_eq!(records.stage(deal).map(|s| s.name.as_str()), Some("New"));
    drop(records);
    let history = ann.ws.history(id).expect("history");
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].user_name, "Ann Field");
    assert_eq!(history[0].device_name, "laptop");
    let change = &history[0].changes[0];
    assert_eq!(
        (change.field.as_str(), &change.old, &change.new),
        ("probability", &Value::Percent(Percent::whole(10)), &Value::Percent(Percent::whole(60)))
    );
    assert!(history[1].changes.iter().any(|c| c.field == "name" && c.new == "GTX Pro".into() && c.old.is_null()));
}

#[test]
fn undo_and_redo_put_back_and_forth() {
    let ann = Desk::ann();
    let id = ann.add(&[("name", "GTX Pro".into())]);
    ann.set(id, &[("name", "GTX Pro, 4 sites".into()), ("description", "Long words".into())]);
    ann.set(id, &[("description", "Long better words".into())]);
    ann.run(Command::MarkWon { ids: vec![id] });
    let won = |d: &Desk| d.ws.records().won_status(&d.ws.records().opportunities[&id]);
    assert_eq!(won(&ann), WonStatus::Won);
    ann.ws.undo().expect("undone");
    assert_eq!(won(&ann), WonStatus::Pending);
    ann.ws.undo().expect("undone");
    assert_eq!(ann.text(id, "description"), "Long words");
    ann.ws.undo().expect("undone");
    assert_eq!((ann.text(id, "name"), ann.text(id, "description")), ("GTX Pro".into(), String::new()));
    ann.ws.redo().expect("redone");
    assert_eq!(ann.text(id, "description"), "Long words");
    ann.ws.undo().expect("undone");
    ann.ws.undo().expect("the creation");
    assert!(ann.ws.records().opportunities[&id].meta.deleted);
    ann.ws.redo().expect("redone");
    assert!(!ann.ws.records().opportunities[&id].meta.deleted);
}

#[test]
fn undo_leaves_alone_what_a_colleague_changed_since() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into())]);
    ann.set(id, &[("phone", "1".into()), ("city", "Ghent".into())]);
    meet(&ann, &bob);
    bob.set(id, &[("phone", "2".into())]);
    meet(&ann, &bob);
    let refusal = ann.ws.undo().expect_err("whole per record or not at all").to_string();
    assert!(refusal.contains("changed it since"), "{refusal}");
    assert_eq!((ann.text(id, "phone"), ann.text(id, "city")), ("2".into(), "Ghent".into()));
}

#[test]
fn different_fields_both_hold_and_one_field_keeps_both_values() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into()), ("description", "The beginning.".into())]);
    meet(&ann, &bob);
    ann.set(id, &[("phone", "1".into()), ("city", "Ghent".into()), ("description", "Ann: The beginning.".into())]);
    bob.set(id, &[("phone", "2".into()), ("street", "Main".into()), ("description", "The beginning. Bob".into())]);
    meet(&ann, &bob);
    assert_eq!(ann.digest(), bob.digest());
    for desk in [&ann, &bob] {
        assert_eq!((desk.text(id, "city"), desk.text(id, "street")), ("Ghent".into(), "Main".into()));
        assert_eq!(desk.text(id, "description"), "Ann: The beginning. Bob");
        let conflicts = desk.ws.conflicts(None).expect("conflicts");
        assert_eq!(conflicts.len(), 1);
        assert_eq!(conflicts[0].field, "phone");
        let mut people = vec![conflicts[0].value.user_name.clone(), conflicts[0].others[0].user_name.clone()];
        people.sort();
        assert_eq!(people, ["Ann Field", "Bob Road"]);
    }
    assert_eq!(ann.text(id, "phone"), bob.text(id, "phone"));
    let other = ann.ws.conflicts(Some(id)).expect("conflicts")[0].others[0].text.clone();
    ann.run(Command::Resolve { id, field: "phone".into(), choice: 1 });
    meet(&ann, &bob);
    assert_eq!(bob.text(id, "phone"), other);
    assert!(bob.ws.conflicts(None).expect("conflicts").is_empty());
    assert_eq!(ann.digest(), bob.digest());
}

#[test]
fn concurrent_won_and_lost_is_one_conflict_and_never_a_mixture() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into())]);
    meet(&ann, &bob);
    ann.run(Command::MarkWon { ids: vec![id] });
    bob.run(Command::MarkLost { ids: vec![id], reason: None, note: String::new() });
    meet(&ann, &bob);
    let shown = |d: &Desk| d.ws.records().won_status(&d.ws.records().opportunities[&id]);
    assert_eq!(shown(&ann), shown(&bob));
    let conflicts = ann.ws.conflicts(Some(id)).expect("conflicts");
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].field, "standing");
    let mut texts = vec![conflicts[0].value.text.clone(), conflicts[0].others[0].text.clone()];
    texts.sort();
    assert_eq!(texts, ["Lost", "Won"]);
}

#[test]
fn equal_concurrent_edits_are_no_conflict() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into())]);
    meet(&ann, &bob);
    bob.clock.advance(chrono::TimeDelta::hours(1));
    for desk in [&ann, &bob] {
        desk.set(id, &[("city", "Ghent".into())]);
        desk.run(Command::MoveToStage { ids: vec![id], stage: desk.stage("Qualified") });
    }
    meet(&ann, &bob);
    assert!(ann.ws.conflicts(None).expect("conflicts").is_empty());
    assert_eq!(ann.digest(), bob.digest());
}

/// What a colleague did is durable a moment before it is shown; who edits what is shown in that moment has not seen it.
#[test]
fn a_form_opened_while_a_colleagues_edit_is_not_shown_yet_keeps_both_values() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into()), ("city", "Ghent".into())]);
    meet(&ann, &bob);
    bob.set(id, &[("city", "Bruges".into())]);
    let commits = bob.ws.commits_beyond(&ann.ws.vector(), 0, usize::MAX).expect("commits").0;
    let all = bob.ws.vector();
    let seen = std::thread::scope(|scope| {
        let records = ann.ws.records();
        let accepted = scope.spawn(|| ann.ws.accept(commits));
        while ann.ws.vector() != all {
            std::thread::yield_now();
        }
        assert_eq!(records.opportunities[&id].city, "Ghent");
        let seen = records.seen(id);
        drop(records);
        accepted.join().expect("no panic").expect("accepted");
        seen
    });
    ann.run(Command::Set { id, fields: own(&[("city", "Antwerp".into())]), seen });
    let conflicts = ann.ws.conflicts(Some(id)).expect("conflicts");
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
}

#[test]
fn a_form_opened_before_a_colleagues_edit_keeps_both_values() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into()), ("city", "Ghent".into())]);
    meet(&ann, &bob);
    let seen = ann.ws.records().seen(id).expect("a version");
    bob.set(id, &[("city", "Bruges".into())]);
    meet(&ann, &bob);
    let fields = own(&[("city", "Antwerp".into()), ("phone", "1".into())]);
    ann.run(Command::Set { id, fields, seen: Some(seen) });
    meet(&ann, &bob);
    let conflicts = bob.ws.conflicts(Some(id)).expect("conflicts");
    assert_eq!(conflicts.len(), 1);
    let mut texts = vec![conflicts[0].value.text.clone(), conflicts[0].others[0].text.clone()];
    texts.sort();
    assert_eq!(texts, ["Antwerp", "Bruges"]);
    assert_eq!(bob.text(id, "phone"), "1");
    assert_eq!(ann.digest(), bob.digest());
    // The device that wrote beside an older version goes on as before.
    ann.set(id, &[("zip", "9000".into())]);
    meet(&ann, &bob);
    assert_eq!(bob.text(id, "zip"), "9000");
    assert_eq!(ann.digest(), bob.digest());
}

#[test]
fn a_device_writes_once_it_knows_its_admission_and_no_longer_once_removed() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    assert!(ann.ws.undo().is_err(), "membership is not undone");
    let carl = ann.admit_unmet("Carl Hill", 3);
    let id = ann.add(&[("name", "GTX Pro".into())]);
    let note = || Command::AddNote { on: id, id: carl.ws.new_id(Kind::Note), text: "hello".into() };
    let refusal = carl.ws.execute(note()).expect_err("nothing received yet").to_string();
    assert!(refusal.contains("not received the workspace"), "{refusal}");
    meet(&bob, &ann);
    // Bob has heard of Carl from Ann; Carl meets Bob before he ever met Ann.
    bob.ws.recognise(carl.ws.device(), &carl.ws.proof().expect("a proof")).expect("recognised");
    meet(&bob, &carl);
    carl.run(note());
    meet(&carl, &bob);
    meet(&bob, &ann);
    assert_eq!(ann.digest(), carl.digest());
    ann.ws.remove_device(bob.ws.device()).expect("removed");
    meet(&ann, &bob);
    let refusal = bob.ws.execute(note()).expect_err("removed").to_string();
    assert!(refusal.contains("was removed"), "{refusal}");
    assert!(ann.ws.recognise(bob.ws.device(), &bob.ws.proof().expect("a proof")).is_err());
}

#[test]
fn activities_and_notes_lie_inside_and_merge_one_by_one() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let on = ann.add(&[("name", "GTX Pro".into())]);
    meet(&ann, &bob);
    for (desk, summary) in [(&ann, "Offer"), (&bob, "Call back")] {
        desk.run(Command::AddActivity {
            on,
            id: desk.ws.new_id(Kind::Activity),
            kind: ActivityType::CALL,
            summary: summary.into(),
            note: String::new(),
            date_deadline: desk.ws.environment().today(),
            user: None,
        });
        desk.run(Command::AddNote { on, id: desk.ws.new_id(Kind::Note), text: format!("about {summary}") });
    }
    meet(&ann, &bob);
    for desk in [&ann, &bob] {
        let records = desk.ws.records();
        assert_eq!(records.opportunities[&on].activities.len(), 2);
        assert_eq!(records.opportunities[&on].notes.len(), 2);
    }
    let id = ann.ws.records().opportunities[&on].activities[0].id;
    ann.run(Command::ActivityDone { id, feedback: "went well".into() });
    let history = ann.ws.history(on).expect("history");
    assert!(history[0].changes.iter().any(|c| c.new == "done: went well".into()), "{:?}", history[0]);
}

#[test]
fn a_batch_is_imported_three_ways_and_taken_back_whole() {
    let ann = Desk::ann();
    let ids: Vec<_> =
        (0..20).map(|n| satchel_core::DocId::derived(ann.ws.id(), "test", Kind::Opportunity, &n.to_string())).collect();
    let rows = |city: &str| -> Vec<Command> {
        ids.iter()
            .enumerate()
            .map(|(n, id)| Command::ImportRow {
                id: *id,
                source: "test".into(),
                fields: own(&[
                    ("name", format!("Deal {n}").into()),
                    ("city", city.into()),
                    ("description", "imported".into()),
                ]),
            })
            .collect()
    };
    let quiet = &mut |_, _| {};
    let first = ann.ws.execute_batch("Import test.csv", rows("Ghent"), false, quiet).expect("imported");
    assert!(first.results.iter().all(|r| matches!(r, RowOutcome::Created(_))));
    let again = ann.ws.execute_batch("Import test.csv", rows("Ghent"), false, quiet).expect("imported");
    assert!(again.results.iter().all(|r| matches!(r, RowOutcome::Unchanged(_))));
    assert_eq!(again.commits, 0);
    // Work done since is not reverted by a file that says the same as before.
    ann.set(ids[3], &[("name", "A better name".into())]);
    let changed = ann.ws.execute_batch("Import test.csv", rows("Bruges"), false, quiet).expect("imported");
    assert!(changed.results.iter().all(|r| matches!(r, RowOutcome::Updated(_))));
    assert_eq!((ann.text(ids[3], "name"), ann.text(ids[3], "city")), ("A better name".into(), "Bruges".into()));
    ann.ws.undo_batch(changed.batch).expect("taken back");
    assert_eq!(ann.text(ids[3], "city"), "Ghent");
    let outcome = ann.ws.undo_batch(first.batch).expect("taken back");
    assert_eq!((outcome.docs.len(), outcome.kept.len()), (19, 1));
    assert_eq!(ann.ws.records().counts()["opportunities"], 1);
    let back = ann.ws.execute_batch("Import test.csv", rows("Ghent"), false, quiet).expect("imported");
    assert_eq!(back.results.iter().filter(|r| matches!(r, RowOutcome::Created(_))).count(), 19);
    assert_eq!(ann.ws.records().counts()["opportunities"], 20);
    ann.run(Command::Trash { ids: vec![ids[5]] });
    let again = ann.ws.execute_batch("Import test.csv", rows("Ghent"), false, quiet).expect("imported");
    assert!(
        matches!(again.results[5], RowOutcome::Unchanged(_)),
        "what a person threw away stays away: {:?}",
        again.results[5]
    );
}

#[test]
fn of_what_a_batch_says_of_one_record_the_last_stands() {
    let ann = Desk::ann();
    let id = satchel_core::DocId::derived(ann.ws.id(), "test", Kind::Opportunity, "1");
    let tags = ["Fair", "Trade"].map(|name| {
        let id = ann.ws.new_id(Kind::Tag);
        ann.run(Command::Create { id, fields: own(&[("name", name.into())]) });
        Value::Refs(vec![id])
    });
    let row = |city: &str, tag: &Value, source: &str| Command::ImportRow {
        id,
        source: source.into(),
        fields: own(&[("name", "One".into()), ("city", city.into()), ("tags", tag.clone())]),
    };
    let (old, new) = (row("Ghent", &tags[0], "test"), row("Bruges", &tags[1], "test"));
    let other = row("Ghent", &tags[0], "other");
    let run = |rows: &[&Command]| {
        let rows = rows.iter().map(|row| (*row).clone()).collect();
        ann.ws.execute_batch("Import test.csv", rows, false, &mut |_, _| {}).expect("imported").commits
    };
    let is = |city: &str, tag: &Value| {
        assert_eq!(
            (ann.text(id, "city"), ann.ws.records().get(id).and_then(|r| r.get("tags"))),
            (city.into(), Some(tag.clone()))
        );
    };
    assert_eq!(run(&[&old]), 1);
    run(&[&new, &old]);
    is("Ghent", &tags[0]);
    assert_eq!(run(&[&new, &old]), 0);
    run(&[&old, &new]);
    is("Bruges", &tags[1]);
    // Of another source it is news, though that one's last row was another.
    run(&[&new, &other]);
    is("Ghent", &tags[0]);
}

#[test]
fn the_same_rows_imported_on_two_devices_make_one_set_of_records() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let row = |d: &Desk| Command::ImportRow {
        id: satchel_core::DocId::derived(d.ws.id(), "test", Kind::Contact, "x"),
        source: "test".into(),
        fields: own(&[("name", "Hottechi".into()), ("description", "A company.".into())]),
    };
    for desk in [&ann, &bob] {
        desk.clock.advance(chrono::TimeDelta::hours(desk.ws.device().0[0].into()));
        desk.ws.execute_batch("Import", vec![row(desk)], false, &mut |_, _| {}).expect("imported");
    }
    meet(&ann, &bob);
    assert_eq!(ann.ws.records().contacts.len(), 1);
    assert_eq!(ann.ws.records().contacts.values().next().map(|c| c.description.clone()), Some("A company.".into()));
    assert!(ann.ws.conflicts(None).expect("conflicts").is_empty());
    assert_eq!(ann.digest(), bob.digest());
}

#[test]
fn a_rebuild_makes_exactly_the_same_records() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    for n in 0..30 {
        let desk = if n % 3 == 0 { &bob } else { &ann };
        let id = desk.add(&[("name", format!("Deal {n}").into()), ("expected_revenue", Money(n * 100).into())]);
        desk.run(Command::MoveToStage { ids: vec![id], stage: desk.stage("Proposition") });
    }
    meet(&ann, &bob);
    let report = ann.ws.check().expect("checked");
    assert_eq!(report.problems, Vec::<String>::new());
    let (before, digest) = (ann.ws.records().clone(), ann.digest());
    ann.ws.rebuild().expect("rebuilt");
    let after = ann.ws.records().clone();
    assert_eq!(before.opportunities, after.opportunities);
    assert_eq!(before.stages, after.stages);
    assert_eq!(before.users, after.users);
    assert_eq!(before.company, after.company);
    assert_eq!(digest, ann.digest());
}

#[test]
fn the_zone_that_was_chosen_is_kept_on_the_device() {
    let folder = tempfile::tempdir().unwrap();
    let place = || Storage::Folder(folder.path().join("bob"));
    let bob = Desk::ann().admit_on("Bob Road", 2, place());
    let today = bob.ws.environment().today();
    bob.ws.set_setting(ZONE, b"Pacific/Kiritimati").expect("chosen");
    assert_eq!(bob.ws.environment().today(), today.succ_opt().unwrap(), "fourteen hours later");
    let afresh = environment(&bob.clock, 77);
    drop(bob);
    let bob = Workspace::open(place(), afresh).expect("opened");
    assert_eq!(bob.environment().zone().name().name(), "Pacific/Kiritimati");
    bob.set_setting(ZONE, b"").expect("given back");
    assert_eq!(bob.environment().today(), today);
    bob.set_setting(ZONE, b"Atlantis/Poseidonis").expect("a zone that nobody knows is as none");
    assert_eq!(bob.environment().today(), today);
}
