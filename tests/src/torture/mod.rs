//! Counts that anybody can reproduce: what is tried, how often, and what came of it. Every try follows from its seed alone.

mod attacks;
mod bounds;
mod canaries;
mod chance;
mod crowd;
mod faults;
mod flips;
mod forks;
pub mod hostile;
mod images;
mod kills;
mod laptop;
mod medium;
mod memberships;
mod network;
mod orderings;
mod script;
pub mod soak;
mod team;

use std::panic::{AssertUnwindSafe, catch_unwind};

use anyhow::{Context, Result, bail};

pub use self::{
    canaries::{WRITER, writer},
    chance::Chance,
    kills::{VICTIM, victim},
};

/// One thing that is tried.
pub struct Torture {
    pub name: &'static str,
    pub what: &'static str,
    /// Tries one seed; says in words what does not hold. Returns how many things were looked at.
    run: fn(u64) -> Result<u64>,
    /// How many seeds make sense, if not any number.
    most: u64,
    /// How many of them every run of the tests tries: a second or two.
    pub short: u64,
}

pub const ALL: &[Torture] = &[
    Torture {
        name: "orderings",
        what: "commits of a removed device and three others, in random order: equal state, no late edit accepted",
        run: orderings::run,
        most: u64::MAX,
        short: 6,
    },
    Torture {
        name: "memberships",
        what: "random membership histories, in random orders: equal members",
        run: memberships::run,
        most: u64::MAX,
        short: 300,
    },
    Torture {
        name: "network",
        what: "two to ten devices over a bad network, crashes, joins, removals: then one state, nobody stuck",
        run: network::run,
        most: u64::MAX,
        short: 6,
    },
    Torture {
        name: "crowd",
        what: "two hundred devices, eight connections each: an edit reaches all within twelve rounds, hellos are short",
        run: crowd::run,
        most: u64::MAX,
        short: 1,
    },
    Torture {
        name: "forks",
        what: "folders copied and put back, clocks ten years off: forks contained, written again, one state",
        run: forks::run,
        most: u64::MAX,
        short: 6,
    },
    Torture {
        name: "attacks",
        what: "scripted attacks, one a seed: all refused or without effect, digest unchanged, named in words",
        run: attacks::run,
        most: attacks::COUNT,
        short: attacks::COUNT,
    },
    Torture {
        name: "hostile",
        what: "bytes of every kind from outside, a hundred and forty mutations a seed: nothing dies, nothing is changed",
        run: hostile::run,
        most: u64::MAX,
        short: 10,
    },
    Torture {
        name: "explosions",
        what: "well-formed bytes made to grow, one a seed: refused in words or bounded; says time and memory",
        run: hostile::explode,
        most: hostile::EXPLOSIONS,
        short: 0,
    },
    Torture {
        name: "images",
        what: "crash images, about 150 a seed: unsynced writes lost, torn, out of order; nothing acknowledged is lost",
        run: images::run,
        most: u64::MAX,
        short: 1,
    },
    Torture {
        name: "images-sealed",
        what: "the same under a passphrase",
        run: images::run_sealed,
        most: u64::MAX,
        short: 0,
    },
    Torture {
        name: "faults",
        what: "a full, failing or read-only disk at every request of two commands, one of six ways a seed (600 seeds: 200 commands each)",
        run: faults::run,
        most: u64::MAX,
        short: 6,
    },
    Torture {
        name: "faults-sealed",
        what: "the same under a passphrase",
        run: faults::run_sealed,
        most: u64::MAX,
        short: 0,
    },
    Torture {
        name: "flips",
        what: "bits flipped and sectors spoilt in a closed store, 20 times a seed: noticed or harmless, never a wrong value",
        run: flips::run,
        most: u64::MAX,
        short: 1,
    },
    Torture {
        name: "flips-sealed",
        what: "the same under a passphrase",
        run: flips::run_sealed,
        most: u64::MAX,
        short: 0,
    },
    Torture {
        name: "kills",
        what: "processes killed at random moments, 25 a seed: no acknowledged edit lost, no half import",
        run: kills::run,
        most: u64::MAX,
        short: 1,
    },
    Torture {
        name: "kills-large",
        what: "the same at 10,000 records, 10 a seed; tells how long opening took at most",
        run: kills::large,
        most: u64::MAX,
        short: 0,
    },
    Torture {
        name: "canaries",
        what: "a thousand canaries written under a passphrase by a process that ends anyhow: none is found",
        run: canaries::run,
        most: u64::MAX,
        short: 1,
    },
];

/// Tries `seeds` seeds from `from` on; fails at the first that does not hold, naming it.
pub fn run(name: &str, from: u64, seeds: u64) -> Result<()> {
    let torture = ALL.iter().find(|t| t.name == name);
    let torture = torture.with_context(|| format!("there is no {name}: see `torture list`"))?;
    let seeds = seeds.min(torture.most);
    let begun = std::time::Instant::now();
    let mut seen = 0;
    for seed in from..from.saturating_add(seeds) {
        let tried = catch_unwind(AssertUnwindSafe(|| (torture.run)(seed)));
        seen += tried.unwrap_or_else(|_| bail!("a panic")).with_context(|| format!("{name}, seed {seed}"))?;
    }
    println!(
        "{name}: {seeds} seeds from {from}, {seen} looked at, all hold, in {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{ALL, forks, network, run, victim as be_victim};

    /// What `kills` starts and kills; nothing by itself.
    #[test]
    fn victim() {
        be_victim();
    }

    /// A short run of each; the long ones are the command's.
    #[test]
    fn all_hold_for_a_few_seeds() {
        for torture in ALL {
            run(torture.name, 0, torture.short).unwrap();
        }
    }

    /// What [`super::canaries`] starts; alone it does nothing.
    #[test]
    fn writer_of_canaries() {
        if std::env::var_os(super::WRITER).is_some() {
            super::writer().unwrap();
        }
    }

    #[test]
    fn forks_come_about_and_replay_exactly() {
        let mut forked = 0;
        for seed in 40..46 {
            let trace = forks::trace(seed).unwrap();
            forked += trace.forked;
            if seed == 40 {
                assert_eq!(forks::trace(seed).unwrap(), trace);
            }
        }
        assert!(forked > 5, "{forked}");
    }

    #[test]
    fn a_network_replays_exactly_and_nothing_is_spared() {
        let mut tally = BTreeMap::new();
        for seed in 300..310 {
            let trace = network::trace(seed).unwrap();
            if seed < 302 {
                assert_eq!(network::trace(seed).unwrap(), trace, "seed {seed}");
            }
            for (what, count) in trace.tally {
                *tally.entry(what).or_insert(0) += count;
            }
        }
        println!("{tally:?}");
        for what in ["lost power", "lost power while writing", "broken off", "let in", "told of removal", "handed over"]
        {
            assert!(tally.contains_key(what), "nobody {what}: {tally:?}");
        }
    }
}
