//! Merge rules: whatever a team does, in whatever order, grouping and repetition commits arrive, all devices end equal.
//!
//! Deterministic; PROPTEST_CASES and PROPTEST_RNG_SEED widen the search.

use std::collections::BTreeSet;

use crate::common::{Desk, own};
use chrono::TimeDelta;
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed},
};
use satchel_core::{
    Command, CommitId, DocId, Kind, Money, Percent, Record, Value,
    commit::Vector,
    query::{Asker, Query, board::board},
    record::{ActivityType, Opportunity},
    workspace::{Conflict, Outcome},
};

const DEVICES: usize = 4;
const FIELDS: [&str; 5] = ["city", "phone", "description", "expected_revenue", "probability"];

#[derive(Clone, Debug)]
enum Deed {
    Create {
        name: u8,
    },
    Set {
        record: u8,
        field: usize,
        value: u8,
        stale: bool,
    },
    Tags {
        record: u8,
        set: u8,
    },
    Move {
        record: u8,
        stage: u8,
    },
    /// A stage is removed or merged while cards move into it elsewhere.
    Replace {
        stage: u8,
        into: u8,
        merge: bool,
    },
    Arrange {
        stage: u8,
        before: u8,
    },
    Assign {
        record: u8,
        user: u8,
    },
    Won {
        record: u8,
    },
    Lost {
        record: u8,
        reason: u8,
    },
    Restore {
        record: u8,
    },
    Trash {
        record: u8,
    },
    Plan {
        record: u8,
        days: u8,
    },
    Done {
        activity: u8,
    },
    Cancel {
        activity: u8,
    },
    Note {
        record: u8,
    },
    Both {
        record: u8,
        other: u8,
        value: u8,
    },
    Import {
        rows: u8,
        value: u8,
    },
    Resolve {
        conflict: u8,
        choice: usize,
    },
    Undo,
    Redo,
    /// The clock of this device jumps, either way.
    Clock {
        hours: i16,
    },
}

#[derive(Clone, Debug)]
enum Step {
    Do(usize, Deed),
    /// Commits travel: some are lost, some come twice, out of order, in groups.
    Give {
        from: usize,
        to: usize,
        order: u64,
        keep: u8,
        again: bool,
        group: usize,
    },
}

fn deed() -> impl Strategy<Value = Deed> {
    let r = || any::<u8>();
    prop_oneof![
        3 => r().prop_map(|name| Deed::Create { name }),
        8 => (r(), 0..FIELDS.len(), 0..4u8, any::<bool>())
            .prop_map(|(record, field, value, stale)| Deed::Set { record, field, value, stale }),
        2 => (r(), 0..8u8).prop_map(|(record, set)| Deed::Tags { record, set }),
        3 => (r(), r()).prop_map(|(record, stage)| Deed::Move { record, stage }),
        2 => (r(), r(), any::<bool>()).prop_map(|(stage, into, merge)| Deed::Replace { stage, into, merge }),
        1 => (r(), r()).prop_map(|(stage, before)| Deed::Arrange { stage, before }),
        1 => (r(), r()).prop_map(|(record, user)| Deed::Assign { record, user }),
        2 => r().prop_map(|record| Deed::Won { record }),
        2 => (r(), r()).prop_map(|(record, reason)| Deed::Lost { record, reason }),
        1 => r().prop_map(|record| Deed::Restore { record }),
        1 => r().prop_map(|record| Deed::Trash { record }),
        2 => (r(), 0..30u8).prop_map(|(record, days)| Deed::Plan { record, days }),
        1 => r().prop_map(|activity| Deed::Done { activity }),
        1 => r().prop_map(|activity| Deed::Cancel { activity }),
        1 => r().prop_map(|record| Deed::Note { record }),
        2 => (r(), r(), 0..4u8).prop_map(|(record, other, value)| Deed::Both { record, other, value }),
        2 => (1..4u8, 0..4u8).prop_map(|(rows, value)| Deed::Import { rows, value }),
        2 => (r(), 0..3usize).prop_map(|(conflict, choice)| Deed::Resolve { conflict, choice }),
        3 => Just(Deed::Undo),
        2 => Just(Deed::Redo),
        1 => (-5000..5000i16).prop_map(|hours| Deed::Clock { hours }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let travel = (0..DEVICES, 0..DEVICES, any::<u64>(), any::<u8>(), any::<bool>(), 1..5usize)
        .prop_map(|(from, to, order, keep, again, group)| Step::Give { from, to, order, keep, again, group });
    prop_oneof![5 => (0..DEVICES, deed()).prop_map(|(at, deed)| Step::Do(at, deed)), 2 => travel]
}

fn config() -> Config {
    let mut config = Config::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 48;
    }
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2026);
    }
    config.failure_persistence = None;
    config
}

/// What a person was told is saved: a commit and a document it changed.
type Acknowledged = Vec<(CommitId, DocId)>;

fn pick<T: Clone>(all: &[T], at: u8) -> Option<T> {
    (!all.is_empty()).then(|| all[usize::from(at) % all.len()].clone())
}

fn opportunities(desk: &Desk) -> Vec<DocId> {
    desk.ws.records().opportunities.keys().copied().collect()
}

fn value(field: &str, value: u8) -> Value {
    match field {
        "expected_revenue" => Money(i64::from(value) * 100).into(),
        "probability" if value == 0 => Value::Null,
        "probability" => Percent::whole(i32::from(value) * 20).into(),
        "description" => "the quick brown fox jumps".split(' ').skip(value.into()).collect::<Vec<_>>().join(" ").into(),
        _ => format!("v{value}").into(),
    }
}

/// The command a deed means on this device now; nothing if there is nothing to do it to.
fn command(desk: &Desk, deed: &Deed, before: &dyn Fn(DocId) -> Option<satchel_core::command::Seen>) -> Option<Command> {
    let all = opportunities(desk);
    let records = desk.ws.records();
    let activities: Vec<DocId> =
        records.opportunities.values().flat_map(|o| &o.activities).filter(|a| a.done.is_none()).map(|a| a.id).collect();
    let stages: Vec<DocId> = records.stages.keys().copied().collect();
    let reasons: Vec<DocId> = records.lost_reasons.keys().copied().collect();
    let users: Vec<DocId> = records.users.keys().copied().collect();
    drop(records);
    Some(match deed {
        Deed::Create { name } => Command::Create {
            id: desk.ws.new_id(Kind::Opportunity),
            fields: own(&[("name", format!("Deal {name}").into()), ("description", "the quick brown fox".into())]),
        },
        Deed::Set { record, field, value: v, stale } => {
            let (id, name) = (pick(&all, *record)?, FIELDS[*field]);
            Command::Set { id, fields: own(&[(name, value(name, *v))]), seen: if *stale { before(id) } else { None } }
        }
        Deed::Tags { record, set } => {
            let tags: Vec<DocId> = (0..3).filter(|bit| set >> bit & 1 == 1).map(|bit| tag(desk, bit)).collect();
            Command::Set { id: pick(&all, *record)?, fields: own(&[("tags", Value::Refs(tags))]), seen: None }
        }
        Deed::Move { record, stage } => {
            Command::MoveToStage { ids: vec![pick(&all, *record)?], stage: pick(&stages, *stage)? }
        }
        Deed::Replace { stage, into, merge } => {
            let (id, into) = (pick(&stages, *stage)?, pick(&stages, *into)?);
            match merge {
                true => Command::MergeStages { ids: vec![id], into },
                false => Command::RemoveStage { id, into: Some(into).filter(|i| *i != id) },
            }
        }
        Deed::Arrange { stage, before } => {
            Command::ArrangeStage { id: pick(&stages, *stage)?, before: pick(&stages, *before) }
        }
        Deed::Assign { record, user } => {
            Command::Assign { ids: vec![pick(&all, *record)?], users: vec![pick(&users, *user)?] }
        }
        Deed::Won { record } => Command::MarkWon { ids: vec![pick(&all, *record)?] },
        Deed::Lost { record, reason } => Command::MarkLost {
            ids: vec![pick(&all, *record)?],
            reason: pick(&reasons, *reason),
            note: if reason % 2 == 0 { "it was too much".into() } else { String::new() },
        },
        Deed::Restore { record } => Command::Restore { ids: vec![pick(&all, *record)?] },
        Deed::Trash { record } => Command::Trash { ids: vec![pick(&all, *record)?] },
        Deed::Plan { record, days } => Command::AddActivity {
            on: pick(&all, *record)?,
            id: desk.ws.new_id(Kind::Activity),
            kind: ActivityType::CALL,
            summary: format!("in {days}"),
            note: String::new(),
            date_deadline: desk.ws.environment().today() + TimeDelta::days((*days).into()),
            user: None,
        },
        Deed::Done { activity } => Command::ActivityDone { id: pick(&activities, *activity)?, feedback: "well".into() },
        Deed::Cancel { activity } => Command::ActivityCancel { id: pick(&activities, *activity)? },
        Deed::Note { record } => {
            Command::AddNote { on: pick(&all, *record)?, id: desk.ws.new_id(Kind::Note), text: "a note".into() }
        }
        Deed::Both { record, other, value: v } => {
            let set = |id, field: &str| Command::Set { id, fields: own(&[(field, value(field, *v))]), seen: None };
            let commands = vec![set(pick(&all, *record)?, "city"), set(pick(&all, *other)?, "phone")];
            Command::Together { label: "Two at once".into(), commands }
        }
        Deed::Resolve { conflict, choice } => {
            let Conflict { id, field, .. } = pick(&desk.ws.conflicts(None).expect("conflicts"), *conflict)?;
            Command::Resolve { id, field, choice: *choice }
        }
        Deed::Import { .. } | Deed::Undo | Deed::Redo | Deed::Clock { .. } => return None,
    })
}

fn tag(desk: &Desk, bit: u8) -> DocId {
    DocId::derived(desk.ws.id(), "test", Kind::Tag, &bit.to_string())
}

fn rows(desk: &Desk, rows: u8, value: u8) -> Vec<Command> {
    let row = |n: u8| Command::ImportRow {
        id: DocId::derived(desk.ws.id(), "test", Kind::Opportunity, &n.to_string()),
        source: "test".into(),
        fields: own(&[
            ("name", format!("Row {n}").into()),
            ("city", format!("v{value}").into()),
            ("description", format!("imported {value}").into()),
        ]),
    };
    (0..rows).map(row).collect()
}

/// Does it; a refusal by a rule is as good as anything else, a damage is not.
fn carry_out(desk: &Desk, deed: &Deed, before: &Seen, acknowledged: &mut Acknowledged) {
    let fine = |error: satchel_core::Error| match error {
        satchel_core::Error::Refused(_) => {}
        other => panic!("{deed:?}: {other}"),
    };
    match deed {
        Deed::Undo | Deed::Redo => {
            let done = if matches!(deed, Deed::Undo) { desk.ws.undo() } else { desk.ws.redo() };
            done.map(|_| ()).unwrap_or_else(fine);
        }
        Deed::Import { rows: n, value } => {
            let outcome = desk.ws.execute_batch("Import", rows(desk, *n, *value), false, &mut |_, _| {});
            outcome.map(|_| ()).unwrap_or_else(fine);
        }
        Deed::Clock { hours } => desk.clock.advance(TimeDelta::hours((*hours).into())),
        deed => {
            let Some(command) =
                command(desk, deed, &|id| before.iter().find(|(i, _)| *i == id).map(|(_, s)| s.clone()))
            else {
                return;
            };
            match desk.ws.execute(command) {
                Ok(Outcome { commit: Some(commit), docs, .. }) => {
                    acknowledged.extend(docs.into_iter().take(1).map(|d| (commit, d)));
                }
                Ok(_) => {}
                Err(error) => fine(error),
            }
        }
    }
}

/// Versions of forms that a person opened a while ago.
type Seen = Vec<(DocId, satchel_core::command::Seen)>;

fn open_forms(desk: &Desk) -> Seen {
    opportunities(desk).into_iter().map(|id| (id, desk.ws.records().seen(id).expect("a version"))).collect()
}

fn travel(from: &Desk, to: &Desk, order: u64, keep: u8, again: bool, group: usize) {
    let known = if again { Vector::default() } else { (*to.ws.vector()).clone() };
    let (mut commits, _) = from.ws.commits_beyond(&known, 0, usize::MAX).expect("read");
    let mut random = order;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below.max(1)
    };
    for at in (1..commits.len()).rev() {
        if !keep.is_multiple_of(3) {
            commits.swap(at, next(at + 1));
        }
    }
    commits.retain(|_| next(256) <= usize::from(keep));
    for group in commits.chunks(group) {
        let accepted = to.ws.accept(group.to_vec()).expect("accepted");
        assert_eq!(accepted.refused, Vec::<String>::new());
    }
}

fn converge(desks: &[Desk]) {
    while desks.windows(2).any(|w| w[0].ws.vector() != w[1].ws.vector()) {
        for from in desks {
            for to in desks {
                let (commits, _) = from.ws.commits_beyond(&to.ws.vector(), 0, usize::MAX).expect("read");
                assert_eq!(to.ws.accept(commits).expect("accepted").refused, Vec::<String>::new());
            }
        }
    }
}

/// All records as every device is to see them: without what each counts for itself.
fn records(desk: &Desk) -> Vec<Record> {
    let records = desk.ws.records();
    let ids = records.opportunities.keys().chain(records.contacts.keys()).chain(records.stages.keys());
    let ids = ids.chain(records.users.keys()).chain(records.tags.keys()).chain(records.lost_reasons.keys());
    let ids: Vec<DocId> = ids.copied().chain(records.company.iter().map(|c| c.id)).collect();
    let mut all: Vec<Record> = ids.into_iter().filter_map(|id| records.get(id)).collect();
    for record in &mut all {
        record.meta_mut().arrival = 0;
        record.meta_mut().arrived_from = None;
    }
    all
}

fn team() -> Vec<Desk> {
    let ann = Desk::ann();
    for bit in 0..3 {
        let fields = own(&[("name", format!("Tag {bit}").into())]);
        ann.run(Command::Create { id: tag(&ann, bit), fields });
    }
    ann.add(&[("name", "The first".into()), ("description", "the quick brown fox".into())]);
    let bob = ann.admit("Bob Road", 2);
    let cal = ann.admit("Cal Ford", 3);
    let dee = ann.admit("Dee Hill", 4);
    let desks = vec![ann, bob, cal, dee];
    converge(&desks);
    desks
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn all_devices_end_equal_whatever_happened(steps in prop::collection::vec(step(), 1..60)) {
        let desks = team();
        let mut forms: Vec<Seen> = desks.iter().map(open_forms).collect();
        let mut acknowledged = Acknowledged::new();
        for (number, step) in steps.iter().enumerate() {
            match step {
                Step::Do(at, deed) => carry_out(&desks[*at], deed, &forms[*at], &mut acknowledged),
                Step::Give { from, to, order, keep, again, group } => {
                    travel(&desks[*from], &desks[*to], *order, *keep, *again, *group);
                }
            }
            if number % 7 == 0 {
                let at = number / 7 % DEVICES;
                forms[at] = open_forms(&desks[at]);
            }
        }
        let own_logs: Vec<_> = desks.iter().map(|d| d.ws.vector()).collect();
        converge(&desks);
        let (first, others) = desks.split_first().expect("a team");
        let expected = records(first);
        let conflicts = first.ws.conflicts(None).expect("conflicts");
        for desk in others {
            prop_assert_eq!(first.digest(), desk.digest());
            for (ours, theirs) in expected.iter().zip(records(desk)) {
                prop_assert_eq!(ours, &theirs);
            }
            prop_assert_eq!(expected.len(), records(desk).len());
            prop_assert_eq!(&conflicts, &desk.ws.conflicts(None).expect("conflicts"));
        }
        for desk in &desks {
            prop_assert_eq!(desk.ws.accept(Vec::new()).expect("accepted").waiting, 0);
            prop_assert_eq!(desk.ws.check().expect("checked").problems, Vec::<String>::new());
        }
        // Nobody loses a card, whatever became of its stage.
        {
            let records = first.ws.records();
            let on_board = |o: &&Opportunity| !o.meta.deleted && !o.meta.archived;
            let live = records.opportunities.values().filter(on_board).count();
            let asker = Asker::from(first.ws.environment().today());
            let view = board(&records, &Query::default(), &asker).expect("a board");
            prop_assert_eq!(view.columns.iter().map(|c| c.cards.len()).sum::<usize>(), live);
        }
        // Nothing that anybody was told is saved has been lost.
        for log in own_logs {
            for ((device, epoch), seq) in &log.0 {
                prop_assert!(first.ws.vector().get(*device, *epoch) >= *seq);
            }
        }
        let docs: BTreeSet<DocId> = acknowledged.iter().map(|(_, doc)| *doc).collect();
        let told: BTreeSet<CommitId> =
            docs.iter().flat_map(|d| others[0].ws.history(*d).expect("a history")).map(|e| e.commit).collect();
        for (commit, _) in &acknowledged {
            prop_assert!(told.contains(commit));
        }
        // The records are what the log makes.
        let desk = &desks[steps.len() % DEVICES];
        let (before, digest) = (desk.ws.records().clone(), desk.digest());
        desk.ws.rebuild().expect("rebuilt");
        prop_assert_eq!(digest, desk.digest());
        prop_assert_eq!(&before.opportunities, &desk.ws.records().opportunities);
        prop_assert_eq!(&before.users, &desk.ws.records().users);
        prop_assert_eq!(&conflicts, &desk.ws.conflicts(None).expect("conflicts"));
    }
}

#[test]
fn commits_that_come_before_their_causes_wait_for_them() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    let id = ann.add(&[("name", "GTX Pro".into())]);
    for n in 0..5 {
        ann.set(id, &[("city", format!("City {n}").into())]);
    }
    let (mut commits, _) = ann.ws.commits_beyond(&bob.ws.vector(), 0, usize::MAX).expect("read");
    commits.reverse();
    let last = commits.pop().expect("a commit");
    for (n, commit) in commits.iter().enumerate() {
        let accepted = bob.ws.accept(vec![commit.clone()]).expect("accepted");
        assert_eq!((accepted.applied, accepted.waiting), (0, n + 1));
    }
    let accepted = bob.ws.accept(vec![last]).expect("accepted");
    assert_eq!((accepted.applied, accepted.waiting), (commits.len() + 1, 0));
    assert_eq!(ann.digest(), bob.digest());
    assert_eq!(bob.text(id, "city"), "City 4");
}
