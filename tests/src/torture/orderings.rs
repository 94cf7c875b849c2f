//! A team of four, one of whom is removed while all go on writing: whatever order their commits come in, one state.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use satchel_core::{DocId, Kind, Value, members::Role};

use super::{
    Chance,
    team::{Desk, give, meet},
};

pub fn run(seed: u64) -> Result<u64> {
    let mut chance = Chance::new(seed);
    let ann = Desk::found("Acme", 1)?;
    let mut desks = vec![ann];
    for (number, name) in [(2, "Bob Road"), (3, "Cal Ford"), (4, "Dee Moor")] {
        let role = if chance.below(3) == 0 { Role::Manager } else { Role::Salesperson };
        let desk = desks[0].admit(role, name, number)?;
        desks.push(desk);
    }
    let mut deals = Vec::new();
    for desk in &desks {
        deals.push(desk.add(Kind::Opportunity, "Deal")?);
    }
    for desk in &desks[1..] {
        meet(&desks[0], desk)?;
    }
    for desk in &desks[1..] {
        give(&desks[0], desk)?;
    }
    // Bob is removed by Ann, who has all he wrote so far. What he writes from now on is late.
    desks[0].ws.remove_device(desks[1].ws.device())?;
    let mut late: BTreeSet<DocId> = BTreeSet::new();
    for turn in 0..8 + chance.below(10) {
        let at = chance.below(4);
        let is_late = at == 1;
        match chance.below(4) {
            // Who has heard of the removal is not given late ones by Bob himself: they come from the others.
            0 => {
                let (from, to) = (chance.below(4), chance.below(4));
                if from != to && from != 0 && to != 1 {
                    give(&desks[from], &desks[to])?;
                }
            }
            1 => {
                let id = desks[at].add(Kind::Opportunity, &format!("By {at} in {turn}"));
                if let (Ok(id), true) = (id, is_late) {
                    late.insert(id);
                }
            }
            _ => {
                let known: Vec<DocId> = desks[at].ws.records().opportunities.keys().copied().collect();
                if let Some(id) = chance.pick(&known) {
                    let field = ["city", "street", "zip"][chance.below(3)];
                    let text = if is_late { format!("late {turn}") } else { format!("{at} {turn}") };
                    // Refused once the device has heard of its removal.
                    _ = desks[at].set(*id, field, Value::from(text.as_str()));
                }
            }
        }
    }
    let readers =
        [desks[0].admit_unmet(Role::Salesperson, "Joe Vale", 7)?, desks[0].admit_unmet(Role::Guest, "Kim Lane", 8)?];
    let mut all: Vec<Vec<u8>> = Vec::new();
    for desk in &desks {
        for commit in desk.log()? {
            if !all.contains(&commit) {
                all.push(commit);
            }
        }
    }
    for reader in &readers {
        let mut mixed = all.clone();
        chance.shuffle(&mut mixed);
        let size = mixed.len().div_ceil(1 + chance.below(6));
        for piece in mixed.chunks(size) {
            let accepted = reader.ws.accept(piece.to_vec())?;
            ensure!(accepted.refused.is_empty(), "refused: {:?}", accepted.refused);
        }
        ensure!(reader.ws.accept(all.clone())?.waiting == 0, "something waits");
    }
    for desk in &desks {
        desk.ws.accept(all.clone())?;
    }
    let reference = &readers[0];
    let (digest, asides) = (reference.digest()?, aside(reference)?);
    for desk in desks.iter().chain(&readers) {
        ensure!(desk.digest()? == digest, "the digests differ");
        ensure!(aside(desk)? == asides, "other commits have no effect");
        ensure!(*desk.ws.members() == *reference.ws.members(), "the members differ");
        ensure!(late.iter().all(|id| !desk.has(*id)), "a late record is there");
        let ids: Vec<DocId> = desk.ws.records().opportunities.keys().copied().collect();
        for id in ids {
            for field in ["city", "street", "zip"] {
                ensure!(!desk.text(id, field).starts_with("late"), "a late edit is accepted");
            }
        }
    }
    let problems = reference.ws.check()?.problems;
    ensure!(problems.is_empty(), "{problems:?}");
    Ok(all.len() as u64)
}

fn aside(desk: &Desk) -> Result<BTreeSet<(String, String)>> {
    Ok(desk.ws.set_aside()?.into_iter().map(|s| (s.commit.to_string(), s.reason.to_string())).collect())
}
