//! Colleagues at their phones, in memory: no two who are connected are handed the same call (spec §5).

#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, time::Duration};

use satchel_core::{DeviceId, DocId, Kind, WorkspaceId, query::calls::arbiter};
use satchel_sync::protocol::{
    ARRIVAL, ASKING_PATIENCE, BEAT, Calling, Hand, LAPSE, Replica,
    simulation::{Line, Logs},
};

const WORKSPACE: WorkspaceId = WorkspaceId([9; 16]);

fn device(number: usize) -> DeviceId {
    DeviceId([number as u8 + 1; 32])
}

fn call(number: u8) -> DocId {
    DocId::derived(WORKSPACE, "test", Kind::Call, &number.to_string())
}

/// A team, and the lines between some of them.
struct Office<'a> {
    logs: &'a [Logs],
    phones: Vec<Calling>,
    lines: BTreeMap<(usize, usize), Line<'a, Logs, Logs>>,
    now: Duration,
}

/// Everybody knows everybody.
fn team(size: usize) -> Vec<Logs> {
    let founder = Logs::found(WORKSPACE, device(0));
    let others: Vec<Logs> = (1..size).map(|n| founder.admit_device(device(n))).collect();
    let all: Vec<Logs> = std::iter::once(founder).chain(others).collect();
    for one in &all[1..] {
        Line::connect(&all[0], one).run(usize::MAX);
    }
    all
}

fn phone(logs: &Logs) -> Calling {
    Calling::new(logs.device(), logs.user(logs.device()), 1000, || {})
}

impl<'a> Office<'a> {
    fn new(logs: &'a [Logs]) -> Office<'a> {
        let phones = logs.iter().map(phone).collect();
        Office { logs, phones, lines: BTreeMap::new(), now: Duration::from_secs(100) }
    }

    /// All see each other.
    fn full(logs: &'a [Logs]) -> Office<'a> {
        let mut office = Office::new(logs);
        for b in 0..logs.len() {
            (0..b).for_each(|a| office.connect(a, b));
        }
        office.talk();
        office
    }

    fn connect(&mut self, a: usize, b: usize) {
        let phones = [Some(&self.phones[a]), Some(&self.phones[b])];
        self.lines.insert((a, b), Line::calling(&self.logs[a], &self.logs[b], phones, self.now));
    }

    fn cut(&mut self, a: usize, b: usize) {
        drop(self.lines.remove(&(a, b)).unwrap().cut());
    }

    /// Passes on all there is to say.
    fn talk(&mut self) {
        loop {
            let mut carried = 0;
            for line in self.lines.values_mut() {
                line.changed();
                carried += line.run(usize::MAX);
            }
            if carried == 0 {
                return;
            }
        }
    }

    fn wait(&mut self, time: Duration) {
        self.now += time;
        self.phones.iter().for_each(|phone| phone.tick(self.now));
        self.lines.values_mut().for_each(|line| line.tick(self.now));
        self.talk();
    }

    fn sit_down(&mut self) {
        for phone in &self.phones {
            phone.ask([], self.now);
        }
        self.talk();
        self.wait(ARRIVAL);
    }

    fn ask(&self, who: usize, calls: &[u8]) {
        self.phones[who].ask(calls.iter().map(|n| call(*n)), self.now);
    }

    fn hands(&self) -> Vec<Hand> {
        self.phones.iter().map(Calling::hand).collect()
    }

    fn user(&self, who: usize) -> DocId {
        self.logs[0].user(device(who))
    }

    fn taken(&self, by: usize) -> Vec<(DocId, DeviceId)> {
        self.phones[by].taken(self.now).iter().map(|taken| (taken.call, taken.device)).collect()
    }

    /// Whom the arbiter names.
    fn winner(&self, number: u8, among: &[usize]) -> usize {
        let users: Vec<DocId> = among.iter().map(|who| self.user(*who)).collect();
        let winner = arbiter(call(number), &users).unwrap();
        among[users.iter().position(|user| *user == winner).unwrap()]
    }
}

#[test]
fn two_who_ask_at_once_get_one_call_each() {
    let logs = team(2);
    for number in 0..8 {
        let mut office = Office::full(&logs);
        office.sit_down();
        office.ask(0, &[number, 20]);
        office.ask(1, &[number, 20]);
        assert_eq!(office.hands(), [Hand::Asks(call(number)); 2], "nobody is handed it before all have answered");
        office.talk();
        let first = office.winner(number, &[0, 1]);
        let mut expected = [Hand::Holds(call(20)); 2];
        expected[first] = Hand::Holds(call(number));
        assert_eq!(office.hands(), expected);
        assert_eq!(office.taken(first), [(call(20), device(1 - first))]);
    }
}

#[test]
fn three_work_through_one_list_and_nobody_gets_what_another_has() {
    let logs = team(3);
    let mut office = Office::full(&logs);
    office.sit_down();
    let mut left: Vec<u8> = (0..30).collect();
    while !left.is_empty() {
        for who in 0..3 {
            office.ask(who, &left);
        }
        office.talk();
        let held: Vec<DocId> = office
            .hands()
            .into_iter()
            .filter_map(|hand| match hand {
                Hand::Holds(call) => Some(call),
                Hand::Empty => None,
                hand => panic!("{hand:?}"),
            })
            .collect();
        let different: std::collections::BTreeSet<&DocId> = held.iter().collect();
        assert_eq!((different.len(), held.len()), (left.len().min(3), left.len().min(3)));
        left.retain(|n| !held.contains(&call(*n)));
    }
    office.phones[0].give_back(office.now);
    office.talk();
    assert!(office.taken(1).iter().all(|(_, by)| *by != device(0)));
}

#[test]
fn what_one_has_is_free_again_when_it_is_given_back_or_its_holder_leaves() {
    let logs = team(2);
    let mut office = Office::full(&logs);
    office.sit_down();
    office.ask(0, &[1]);
    office.talk();
    office.ask(1, &[1]);
    office.talk();
    assert_eq!(office.hands(), [Hand::Holds(call(1)), Hand::Empty]);
    office.phones[0].leave(office.now);
    office.talk();
    assert!(office.taken(1).is_empty());
    office.ask(1, &[1]);
    office.talk();
    assert_eq!(office.hands(), [Hand::Empty, Hand::Holds(call(1))]);
}

#[test]
fn what_is_in_hand_lasts_while_its_holder_is_heard_and_lapses_after() {
    let logs = team(2);
    let mut office = Office::full(&logs);
    office.sit_down();
    office.ask(0, &[1]);
    office.talk();
    for _ in 0..10 {
        office.wait(BEAT);
    }
    assert_eq!(office.taken(1), [(call(1), device(0))], "said again and again");
    assert!(office.phones[1].taken(office.now)[0].since >= BEAT * 9);
    office.cut(0, 1);
    office.ask(1, &[1]);
    assert_eq!(office.phones[1].hand(), Hand::Empty, "a line that breaks off is no end of a call");
    office.wait(LAPSE);
    office.ask(1, &[1]);
    assert_eq!(office.phones[1].hand(), Hand::Holds(call(1)));
}

#[test]
fn apart_two_may_take_the_same_and_one_gives_way_when_they_meet() {
    let logs = team(2);
    for number in 0..6 {
        let mut office = Office::new(&logs);
        office.ask(0, &[number]);
        office.ask(1, &[number]);
        assert_eq!(office.hands(), [Hand::Holds(call(number)); 2], "nobody is there to ask");
        office.connect(0, 1);
        office.talk();
        let first = office.winner(number, &[0, 1]);
        let mut expected = [Hand::Lost(call(number), device(first)); 2];
        expected[first] = Hand::Holds(call(number));
        assert_eq!(office.hands(), expected);
        assert_eq!(office.taken(1 - first), [(call(number), device(first))]);
    }
}

#[test]
fn who_the_arbiter_would_name_may_leave_or_not_answer() {
    let logs = team(3);
    for number in 0..6 {
        let mut office = Office::full(&logs);
        office.sit_down();
        let first = office.winner(number, &[0, 1, 2]);
        let others: Vec<usize> = (0..3).filter(|who| *who != first).collect();
        (0..3).for_each(|who| office.ask(who, &[number]));
        // Before anybody has heard anything of it.
        let lines: Vec<(usize, usize)> =
            office.lines.keys().copied().filter(|(a, b)| [*a, *b].contains(&first)).collect();
        lines.into_iter().for_each(|(a, b)| office.cut(a, b));
        office.talk();
        let second = office.winner(number, &others);
        assert_eq!(office.phones[second].hand(), Hand::Holds(call(number)));
        assert_eq!(office.phones[others[0] + others[1] - second].hand(), Hand::Empty);
    }
    // One that is connected and says nothing is waited for, but not for ever.
    let mut office = Office::full(&logs);
    office.sit_down();
    office.cut(0, 1);
    office.ask(0, &[1]);
    for time in [Duration::from_secs(1), ASKING_PATIENCE] {
        assert_eq!(office.phones[0].hand(), Hand::Asks(call(1)));
        office.now += time;
        office.phones[0].tick(office.now);
    }
    assert_eq!(office.phones[0].hand(), Hand::Holds(call(1)));
}

#[test]
fn those_connected_through_others_are_asked_too() {
    let logs = team(4);
    let mut office = Office::new(&logs);
    (1..4).for_each(|b| office.connect(b - 1, b));
    office.talk();
    office.sit_down();
    for number in 0..6 {
        office.ask(0, &[number, number + 40]);
        office.ask(3, &[number, number + 40]);
        office.talk();
        let first = office.winner(number, &[0, 3]);
        assert_eq!(office.phones[first].hand(), Hand::Holds(call(number)));
        assert_eq!(office.phones[3 - first].hand(), Hand::Holds(call(number + 40)));
    }
}

#[test]
fn a_reconnect_finds_the_call_where_it_was() {
    let logs = team(2);
    let mut office = Office::full(&logs);
    office.sit_down();
    office.ask(0, &[1]);
    office.talk();
    office.cut(0, 1);
    office.wait(BEAT);
    office.connect(0, 1);
    office.talk();
    office.ask(1, &[1, 2]);
    office.talk();
    assert_eq!(office.hands(), [Hand::Holds(call(1)), Hand::Holds(call(2))]);
    // One starts anew and has forgotten what it had.
    office.cut(0, 1);
    office.phones[0] = Calling::new(device(0), office.user(0), 5000, || {});
    office.phones[0].ask([], office.now);
    office.connect(0, 1);
    office.talk();
    assert!(office.taken(1).is_empty());
    assert_eq!(office.taken(0), [(call(2), device(1))]);
}

#[test]
fn an_older_program_hears_nothing_of_it_and_stays_connected() {
    let logs = team(2);
    let mine = phone(&logs[0]);
    let mut line = Line::calling(&logs[0], &logs[1], [Some(&mine), None], Duration::ZERO);
    line.run(usize::MAX);
    mine.ask([call(1)], Duration::ZERO);
    assert_eq!(mine.hand(), Hand::Holds(call(1)), "nobody to wait for");
    line.changed();
    line.run(usize::MAX);
    logs[1].write(vec![1; 10]);
    line.changed();
    line.run(usize::MAX);
    let (a, b) = line.cut();
    assert!(a.up_to_date && b.up_to_date, "{:?} {:?}", a.happenings, b.happenings);
}

#[test]
fn it_costs_few_bytes_and_nothing_is_kept() {
    let logs = team(2);
    let before = logs[0].vector();
    let mut office = Office::full(&logs);
    office.sit_down();
    office.ask(0, &[1]);
    office.talk();
    let mut quiet = Office::full(&logs);
    quiet.wait(BEAT);
    let (a, b) = quiet.lines.remove(&(0, 1)).unwrap().cut();
    assert!(
        a.traffic.bytes < 400 && a.traffic.round_trips == 1,
        "who is away from the phone says nothing: {:?}",
        a.traffic
    );
    assert!(b.up_to_date);
    let (a, _) = office.lines.remove(&(0, 1)).unwrap().cut();
    assert!(a.traffic.bytes < 1500, "{:?}", a.traffic);
    assert_eq!((logs[0].vector(), logs[1].vector()), (before.clone(), before), "no commit came of it");
}
