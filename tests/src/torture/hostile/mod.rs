//! Bytes from outside that nobody's honest program made: whatever they are, the process goes on, and nothing is changed that
//! their author could not have changed by honest means. The fuzz targets offer what they find to the same surfaces.

mod changes;
mod columns;
mod commits;
mod device;
mod documents;
mod explosions;
mod files;
mod frames;
mod growth;
mod logs;
mod mutation;

use std::{cell::RefCell, fs, path::Path};

use anyhow::{Context, Result};

use self::device::Attacked;
use super::Chance;

pub use self::mutation::mutate;

/// Where bytes come in.
pub struct Surface {
    pub name: &'static str,
    /// Honest bytes to begin with.
    pub seeds: fn(&Attacked) -> Result<Vec<Vec<u8>>>,
    /// Takes bytes; says what does not hold.
    pub offer: fn(&mut Attacked, &[u8]) -> Result<()>,
}

pub const SURFACES: &[Surface] = &[
    Surface { name: "frames", seeds: frames::seeds, offer: frames::offer },
    Surface { name: "frames-answered", seeds: frames::answers, offer: frames::offer_answer },
    Surface { name: "commits", seeds: commits::seeds, offer: commits::offer },
    Surface { name: "changes", seeds: changes::seeds, offer: changes::offer },
    Surface { name: "tickets", seeds: files::tickets, offer: files::offer_ticket },
    Surface { name: "csv", seeds: |it| files::seeds(it, "csv"), offer: |it, bytes| files::offer(it, "a.csv", bytes) },
    Surface {
        name: "xlsx",
        seeds: |it| files::seeds(it, "xlsx"),
        offer: |it, bytes| files::offer(it, "a.xlsx", bytes),
    },
    Surface { name: "vcard", seeds: |it| files::seeds(it, "vcf"), offer: |it, bytes| files::offer(it, "a.vcf", bytes) },
    Surface { name: "ics", seeds: |it| files::seeds(it, "ics"), offer: |it, bytes| files::offer(it, "a.ics", bytes) },
    Surface { name: "backups", seeds: files::backups, offer: files::offer_backup },
    Surface { name: "eml", seeds: |it| files::seeds(it, "eml"), offer: |it, bytes| files::offer(it, "a.eml", bytes) },
    Surface { name: "documents", seeds: documents::seeds, offer: documents::offer },
    Surface { name: "columns", seeds: columns::seeds, offer: columns::offer },
    Surface { name: "histories", seeds: documents::seeds, offer: documents::offer_apart },
];

/// How many mutations one seed tries of its surface.
const TRIES: u64 = 100;
/// Seeds were numbered when there were so many surfaces: they go on meaning what they meant.
const NUMBERED: u64 = 10;
/// How many mutations every seed tries of each surface that came later.
const LATER: u64 = 10;

thread_local! {
    /// The device under attack and what is honest of each surface, kept from seed to seed: what changes it makes it anew.
    static SCENE: RefCell<Option<Scene>> = const { RefCell::new(None) };
}

struct Scene {
    attacked: Attacked,
    honest: Vec<Vec<Vec<u8>>>,
}

impl Scene {
    fn new() -> Result<Scene> {
        let honest = SURFACES.iter().map(|surface| (surface.seeds)(&Attacked::new()?)).collect::<Result<_>>()?;
        Ok(Scene { attacked: Attacked::new()?, honest })
    }

    fn attack(&mut self, at: usize, tries: u64, chance: &mut Chance) -> Result<u64> {
        let (surface, honest) = (&SURFACES[at], &self.honest[at]);
        for number in 0..tries {
            let (Some(from), Some(donor)) = (chance.pick(honest), chance.pick(honest)) else { return Ok(number) };
            let bytes = mutate(from, donor, chance);
            let held = (surface.offer)(&mut self.attacked, &bytes);
            held.with_context(|| format!("{}, number {number}, {} bytes", surface.name, bytes.len()))?;
        }
        Ok(tries)
    }
}

/// One surface, a hundred mutations of what is honest there; ten of each of the later ones.
pub fn run(seed: u64) -> Result<u64> {
    SCENE.with_borrow_mut(|scene| {
        let scene = match scene {
            Some(scene) => scene,
            None => scene.insert(Scene::new()?),
        };
        let mut chance = Chance::new(seed);
        let mut tried = scene.attack((seed % NUMBERED) as usize, TRIES, &mut chance)?;
        for later in NUMBERED as usize..SURFACES.len() {
            tried += scene.attack(later, LATER, &mut chance)?;
        }
        scene.attacked.holds()?;
        Ok(tried)
    })
}

/// Writes what is honest of each surface into a folder of its own, for a fuzzer to begin with. Says how many files.
pub fn write_seeds(folder: &Path) -> Result<usize> {
    let mut count = 0;
    for surface in SURFACES {
        let folder = folder.join(surface.name);
        fs::create_dir_all(&folder)?;
        for (number, bytes) in (surface.seeds)(&Attacked::new()?)?.iter().enumerate() {
            fs::write(folder.join(format!("{number:04}")), bytes)?;
            count += 1;
        }
    }
    Ok(count)
}

/// For a fuzz target: one surface, one input. Panics where something does not hold.
pub fn fuzz(name: &str, bytes: &[u8]) {
    thread_local! {
        static ATTACKED: RefCell<Option<Attacked>> = const { RefCell::new(None) };
    }
    ATTACKED.with_borrow_mut(|attacked| {
        let surface = SURFACES.iter().find(|s| s.name == name).expect("a surface");
        let attacked = attacked.get_or_insert_with(|| Attacked::new().expect("a team"));
        if let Err(error) = (surface.offer)(attacked, bytes) {
            panic!("{name}: {error:#}");
        }
    });
}

pub use self::explosions::{COUNT as EXPLOSIONS, run as explode};
