use redb::{Database, ReadableDatabase, ReadableTableMetadata, TableDefinition, backends::InMemoryBackend};

use super::*;
use crate::environment::fixed::{FixedClock, environment};

const TABLE: TableDefinition<u64, &[u8]> = TableDefinition::new("table");

/// A medium whose bytes the test can reach.
#[derive(Clone, Debug, Default)]
struct Shared(Arc<InMemoryBackend>);

impl StorageBackend for Shared {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }
}

impl Shared {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; self.len().unwrap() as usize];
        self.read(0, &mut bytes).unwrap();
        bytes
    }

    fn of(bytes: &[u8]) -> Shared {
        let shared = Shared::default();
        shared.set_len(bytes.len() as u64).unwrap();
        shared.write(0, bytes).unwrap();
        shared
    }
}

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text).at_cost(crate::Cost::FOR_TESTS)
}

fn device(seed: u64) -> Environment {
    environment(&FixedClock::at(Default::default()), seed)
}

fn insert(db: &Database, key: u64) {
    let write = db.begin_write().unwrap();
    write.open_table(TABLE).unwrap().insert(key, vec![key as u8; 9000].as_slice()).unwrap();
    write.commit().unwrap();
}

fn held(sealed: Sealed) -> Result<u64, String> {
    let db = crate::panics::caught(|| Database::builder().create_with_backend(sealed));
    let db = db.map_err(|_| "panic")?.map_err(|e| e.to_string())?;
    let read = db.begin_read().map_err(|e| e.to_string())?;
    let table = read.open_table(TABLE).map_err(|e| e.to_string())?;
    for key in 0..table.len().map_err(|e| e.to_string())? {
        let value = table.get(key).map_err(|e| e.to_string())?.ok_or("gap")?;
        if value.value() != vec![key as u8; 9000] {
            return Err("wrong value".into());
        }
    }
    table.len().map_err(|e| e.to_string())
}

fn filled(count: u64) -> Shared {
    let medium = Shared::default();
    let sealed = Sealed::create(Box::new(medium.clone()), &phrase("correct horse"), &device(1)).unwrap();
    let db = Database::builder().create_with_backend(sealed).unwrap();
    (0..count).for_each(|key| insert(&db, key));
    drop(db);
    medium
}

fn open(medium: &Shared, text: &str) -> Result<Sealed> {
    Sealed::open(Box::new(medium.clone()), &phrase(text), &device(2))
}

#[test]
fn what_is_written_is_read_with_the_passphrase_alone() {
    let medium = filled(20);
    assert!(Sealed::is_at(&medium).unwrap());
    assert_eq!(held(open(&medium, "correct horse").unwrap()), Ok(20));
    assert!(matches!(open(&medium, "incorrect horse"), Err(Error::WrongPassphrase)));
    let bytes = medium.bytes();
    assert!(!bytes.windows(64).any(|w| w.iter().all(|b| *b == w[0] && *b != 0)), "nothing lies there in the open");
    assert!(!bytes.windows(4).any(|w| w == b"redb"));
}

#[test]
fn either_lock_and_either_header_is_enough() {
    let bytes = filled(20).bytes();
    for at in [LOCKS[0], LOCKS[1], HEADERS[0], HEADERS[1]] {
        let mut bytes = bytes.clone();
        bytes[at as usize + 60] ^= 4;
        let medium = Shared::of(&bytes);
        let sealed = open(&medium, "correct horse").unwrap();
        let db = Database::builder().create_with_backend(sealed).unwrap();
        insert(&db, 20);
        drop(db);
        assert_eq!(held(open(&medium, "correct horse").unwrap()), Ok(21));
        let locks = medium.bytes();
        assert!(locks[..LOCK] == locks[4096..4096 + LOCK], "the lock is whole again");
    }
    let mut both = bytes;
    both[60] ^= 1;
    both[4096 + 60] ^= 1;
    assert!(matches!(open(&Shared::of(&both), "correct horse"), Err(Error::Damaged(_))));
}

#[test]
fn a_sector_in_another_ones_place_does_not_open() {
    let mut bytes = filled(20).bytes();
    let place = |number: u64| place(number) as usize..place(number) as usize + SEALED;
    // Two sectors that both hold something.
    let full: Vec<u64> =
        (1..30).filter(|n| bytes[place(*n)].iter().any(|b| *b != 0)).filter(|n| n % 2 == 1).take(2).collect();
    let moved = bytes[place(full[0])].to_vec();
    bytes[place(full[1])].copy_from_slice(&moved);
    let sealed = open(&Shared::of(&bytes), "correct horse").unwrap();
    let mut out = vec![1; SECTOR];
    sealed.read(full[1] * SECTOR as u64, &mut out).unwrap();
    assert_eq!((out, sealed.lost()), (vec![0; SECTOR], 1));
    sealed.read(full[0] * SECTOR as u64, &mut vec![0; SECTOR]).unwrap();
    assert_eq!(sealed.lost(), 0);
}

#[test]
fn the_passphrase_changes_and_the_sectors_stay() {
    let medium = filled(5);
    let before = medium.bytes();
    let sealed = open(&medium, "correct horse").unwrap();
    assert!(matches!(sealed.change(&phrase("wrong"), &phrase("battery staple")), Err(Error::WrongPassphrase)));
    sealed.change(&phrase("correct horse"), &phrase("battery staple")).unwrap();
    let after = medium.bytes();
    assert!(before[LOCK + 4096..] == after[LOCK + 4096..] && before[..LOCK] != after[..LOCK]);
    assert!(matches!(open(&medium, "correct horse"), Err(Error::WrongPassphrase)));
    assert_eq!(held(open(&medium, "battery staple").unwrap()), Ok(5));
    // As a crash between the two would have left it, torn or not.
    for (first, expected) in [(&before[..LOCK], "battery staple"), (&before[..LOCK / 2], "battery staple")] {
        let mut bytes = after.clone();
        bytes[..first.len()].copy_from_slice(first);
        assert_eq!(held(open(&Shared::of(&bytes), expected).unwrap()), Ok(5));
    }
    let mut bytes = before.clone();
    bytes[4096..4096 + LOCK / 2].copy_from_slice(&after[4096..4096 + LOCK / 2]);
    assert_eq!(held(open(&Shared::of(&bytes), "correct horse").unwrap()), Ok(5));
}

/// A medium that writes down what is done to it.
#[derive(Clone, Debug, Default)]
struct Journal(Shared, Arc<Mutex<Vec<Step>>>);

#[derive(Clone, Debug)]
enum Step {
    Write(u64, Vec<u8>),
    SetLen(u64),
    Sync,
}

impl Journal {
    fn note(&self, step: Step) {
        self.1.lock().unwrap().push(step);
    }
}

impl StorageBackend for Journal {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.note(Step::SetLen(len));
        self.0.set_len(len)
    }
    fn sync_data(&self) -> io::Result<()> {
        self.note(Step::Sync);
        Ok(())
    }
    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.note(Step::Write(offset, data.to_vec()));
        self.0.write(offset, data)
    }
}

/// What a power cut may leave after these steps: of what was not synced some is there, some is not, some is torn.
fn after_power_cut(steps: &[Step], seed: u64) -> Shared {
    let synced = steps.iter().rposition(|step| matches!(step, Step::Sync)).unwrap_or(0);
    let medium = Shared::default();
    for (number, step) in steps.iter().enumerate() {
        let dice = blake3::hash(&[seed.to_le_bytes(), (number as u64).to_le_bytes()].concat());
        let luck = if number < synced { 0 } else { dice.as_bytes()[0] % 3 };
        match step {
            Step::Write(at, data) => {
                let data = match luck {
                    0 => data.as_slice(),
                    1 => &data[..data.len() / 512 / 2 * 512],
                    _ => &[],
                };
                let end = *at + data.len() as u64;
                if medium.len().unwrap() < end {
                    medium.set_len(end).unwrap();
                }
                medium.write(*at, data).unwrap();
            }
            Step::SetLen(len) => medium.set_len(*len).unwrap(),
            Step::Sync => {}
        }
    }
    medium
}

#[test]
fn a_power_cut_loses_nothing_that_was_acknowledged() {
    let journal = Journal::default();
    let sealed = Sealed::create(Box::new(journal.clone()), &phrase("correct horse"), &device(1)).unwrap();
    let db = Database::builder().create_with_backend(sealed).unwrap();
    let steps = || journal.1.lock().unwrap().len();
    let mut acknowledged = Vec::new();
    for key in 0..5 {
        insert(&db, key);
        acknowledged.push(steps());
    }
    drop(db);
    let all = journal.1.lock().unwrap().clone();
    let mut tried = 0;
    for cut in acknowledged[0]..=all.len() {
        let due = acknowledged.iter().filter(|at| **at <= cut).count() as u64;
        let medium = after_power_cut(&all[..cut], cut as u64);
        let held = held(open(&medium, "correct horse").unwrap());
        assert!(held.as_ref().is_ok_and(|held| *held >= due), "cut at {cut}: {held:?}, not {due}");
        tried += 1;
    }
    assert!(tried > 30);
}

#[test]
fn letters_count_however_the_keyboard_writes_them() {
    assert_eq!(Passphrase::new("caf\u{e9} olé"), Passphrase::new("cafe\u{301} olé"));
    assert!(Passphrase::new("kürzer").chosen().is_err() && Passphrase::new("lang genug").chosen().is_ok());
    assert_eq!(format!("{:?}", Passphrase::new("secret words")), "Passphrase(…)");
}
