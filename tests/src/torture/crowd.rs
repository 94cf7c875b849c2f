//! Two hundred devices that stay connected with eight others at most, chosen as the product chooses, over the real protocol. Their
//! replicas are logs without records ([`Logs`]): what commits mean is tried with fewer. A commit of such a log names all that its author
//! had seen, 10 KB here, where one of a workspace takes half a kilobyte.
//!
//! What holds: an edit reaches everybody within a few rounds (a round is the way from one device to the next); nobody has more than
//! eight connections; a hello between two who hold the same takes 1 KB at most, between others 20 KB.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use satchel_core::{DeviceId, WorkspaceId};
use satchel_sync::protocol::{
    ENOUGH, MAX_LIVE, Moment, Replica, Session, Terms, in_turn,
    simulation::{Line, Logs},
};

use super::Chance;

const DEVICES: usize = 200;
const ROUNDS: u64 = 12;

/// Returns how many rounds the edit took.
pub fn run(seed: u64) -> Result<u64> {
    let mut chance = Chance::new(seed);
    let key = |chance: &mut Chance| DeviceId(std::array::from_fn(|_| chance.number() as u8));
    let workspace = WorkspaceId(std::array::from_fn(|_| chance.number() as u8));
    let founder = Logs::found(workspace, key(&mut chance));
    let mut crowd: Vec<Logs> = (1..DEVICES).map(|_| founder.admit_device(key(&mut chance))).collect();
    crowd.push(founder);
    // Everybody has written something, so that there are as many logs as devices.
    let last = DEVICES - 1;
    for one in &crowd[..last] {
        one.write(b"before".to_vec());
    }
    for _ in 0..2 {
        for one in &crowd[..last] {
            let mut line = Line::connect(one, &crowd[last]);
            line.run(usize::MAX);
        }
    }
    let mut line = Line::connect(&crowd[0], &crowd[1]);
    let level = line.run(usize::MAX);
    ensure!(level <= 1_024, "a hello between equals takes {level} bytes");

    let links = connect(&crowd, &mut chance);
    let mut degrees = vec![0; DEVICES];
    links.iter().for_each(|(a, b)| (degrees[*a] += 1, degrees[*b] += 1).0);
    ensure!(degrees.iter().all(|d| *d <= MAX_LIVE), "somebody has more than {MAX_LIVE} connections");

    let now = Moment::ZERO;
    let terms = Terms { live: true, instance: 0 };
    let mut sessions: Vec<[Session; 2]> = links
        .iter()
        .map(|(a, b)| {
            let dialling = Session::dial(&crowd[*a], crowd[*b].device(), terms, now);
            [dialling, Session::answer(crowd[*a].device(), terms, now)]
        })
        .collect();
    while round(&crowd, &links, &mut sessions) > 0 {}
    let author = chance.below(DEVICES);
    let before = crowd[author].len();
    crowd[author].write(vec![7; 300]);
    let (mut rounds, mut bytes) = (0, 0);
    while crowd.iter().any(|one| one.len() == before) {
        rounds += 1;
        ensure!(rounds <= ROUNDS, "after {ROUNDS} rounds the edit is not everywhere");
        bytes += round(&crowd, &links, &mut sessions);
    }
    // One that was away says what it holds.
    crowd[author].write(Vec::new());
    let mut away = Session::dial(&crowd[author], crowd[(author + 1) % DEVICES].device(), terms, now);
    let mut there = Session::answer(crowd[author].device(), terms, now);
    there.receive(&crowd[(author + 1) % DEVICES], &away.take_output(), now);
    let hello = there.take_output();
    away.receive(&crowd[author], &hello, now);
    ensure!(hello.len() <= 20 << 10, "a hello takes {} bytes", hello.len());
    println!("crowd {seed}: {rounds} rounds, {} KB in all, hello {level} and {} bytes", bytes >> 10, hello.len());
    Ok(rounds)
}

/// Everybody dials in their own order, a few at a time, until they have enough or have tried all.
fn connect(crowd: &[Logs], chance: &mut Chance) -> Vec<(usize, usize)> {
    let places: BTreeMap<DeviceId, usize> = crowd.iter().enumerate().map(|(at, one)| (one.device(), at)).collect();
    let mut tries: Vec<std::vec::IntoIter<DeviceId>> = crowd
        .iter()
        .map(|one| in_turn(one.device(), places.keys().copied().filter(|d| *d != one.device())).into_iter())
        .collect();
    let (mut links, mut live) = (Vec::new(), vec![0; crowd.len()]);
    let mut order: Vec<usize> = (0..crowd.len()).collect();
    for _ in 0..crowd.len() {
        chance.shuffle(&mut order);
        for one in &order {
            let Some(other) = (live[*one] < ENOUGH).then(|| tries[*one].next()).flatten() else { continue };
            let other = places[&other];
            if live[other] < MAX_LIVE && !links.contains(&(*one, other)) && !links.contains(&(other, *one)) {
                links.push((*one, other));
                (live[*one], live[other]) = (live[*one] + 1, live[other] + 1);
            }
        }
    }
    links
}

/// All that is said is heard, once. Gives the bytes.
fn round(crowd: &[Logs], links: &[(usize, usize)], sessions: &mut [[Session; 2]]) -> u64 {
    for ((a, b), [dialling, answering]) in links.iter().zip(sessions.iter_mut()) {
        dialling.changed(&crowd[*a]);
        answering.changed(&crowd[*b]);
    }
    let said: Vec<[Vec<u8>; 2]> = sessions.iter_mut().map(|[a, b]| [a.take_output(), b.take_output()]).collect();
    let mut bytes = 0;
    for (((a, b), [dialling, answering]), [from_a, from_b]) in links.iter().zip(sessions.iter_mut()).zip(&said) {
        answering.receive(&crowd[*b], from_a, Moment::ZERO);
        dialling.receive(&crowd[*a], from_b, Moment::ZERO);
        bytes += (from_a.len() + from_b.len()) as u64;
    }
    bytes
}
