//! What versions of the program are to each other: what an earlier one does not know it keeps and passes on, and what an earlier one
//! wrote a later one opens. The files in `tests/fixtures` are of every format that was ever released; none is ever made anew.

use std::{
    fs,
    io::{Cursor, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, atomic::Ordering},
};

use satchel_core::{
    Command, CommitId, DocId, Error, Kind, Money, Storage, Value, Workspace,
    commit::forge::{Change, HIDDEN, Intent, forge, later},
    environment::fixed::{FixedClock, environment},
    id::Epoch,
    members::Role,
};
use sha2::{Digest, Sha256};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::common::{
    Desk,
    disk::{Disk, Failure},
    give, meet, noon, own,
};

// Later versions

/// This program as it was before it knew a kind of documents.
struct Before(#[expect(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Before {
    fn knowing(kind: Kind) -> Before {
        static ONE: Mutex<()> = Mutex::new(());
        let guard = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        HIDDEN.store(kind as u8, Ordering::Relaxed);
        Before(guard)
    }

    /// It is updated.
    fn update(&self) {
        HIDDEN.store(0, Ordering::Relaxed);
    }
}

impl Drop for Before {
    fn drop(&mut self) {
        HIDDEN.store(0, Ordering::Relaxed);
    }
}

/// What `from` holds and `to` does not, in order.
fn lacking(from: &Desk, to: &Desk) -> Vec<Vec<u8>> {
    from.ws.commits_beyond(&to.ws.vector(), 0, usize::MAX).unwrap().0
}

fn tag(desk: &Desk, name: &str) -> DocId {
    let id = desk.ws.new_id(Kind::Tag);
    desk.run(Command::Create { id, fields: own(&[("name", name.into())]) });
    id
}

/// Bob's next commits as a later version would say the first of them; the others name it by its new hash.
fn said_later(ann: &Desk, bob: &Desk, alter: impl FnOnce(&mut satchel_core::commit::forge::Later)) -> Vec<Vec<u8>> {
    let key = bob.ws.device_key();
    let mut commits = lacking(bob, ann).into_iter();
    let (mut id, first) = later(&commits.next().unwrap(), &key, alter).unwrap();
    let mut said = vec![first];
    for commit in commits {
        let again = forge(&commit, &key, |body| body.parents = vec![id]).unwrap();
        id = hash_of(&again);
        said.push(again);
    }
    said
}

/// The id of a commit: the hash of its body, which stands first behind its length.
fn hash_of(commit: &[u8]) -> CommitId {
    let (mut length, mut at) = (0usize, 0);
    loop {
        let byte = commit[at];
        length |= usize::from(byte & 0x7f) << (7 * at);
        at += 1;
        if byte & 0x80 == 0 {
            return CommitId(*blake3::hash(&commit[at..at + length]).as_bytes());
        }
    }
}

fn accepted(desk: &Desk, commits: Vec<Vec<u8>>) -> usize {
    let accepted = desk.ws.accept(commits).unwrap();
    assert_eq!((accepted.refused, accepted.waiting), (Vec::<String>::new(), 0));
    accepted.applied
}

fn has(desk: &Desk, id: DocId) -> bool {
    desk.ws.records().get(id).is_some()
}

fn sound(ws: &Workspace) {
    assert_eq!(ws.check().unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_kind_that_is_not_known_is_kept_passed_on_and_there_after_an_update() {
    let before = Before::knowing(Kind::Tag);
    let ann = Desk::ann();
    let disk = Disk::new();
    let dan = ann.admit_on("Dan Hale", 5, disk.storage());
    let [bob, cal] = [ann.admit("Bob Road", 2), ann.admit("Cal Ford", 3)];
    for desk in [&dan, &bob, &cal] {
        meet(&ann, desk);
    }
    let hot = tag(&bob, "Hot");
    let deal = bob.add(&[("name", "Deal".into())]);
    let commits = said_later(&ann, &bob, |_| {});
    assert_eq!(accepted(&ann, commits.clone()), 2, "held, and what builds on it too");
    assert!(!has(&ann, hot) && has(&ann, deal));
    assert_eq!((ann.ws.newer().unwrap(), ann.ws.status().unwrap().asides), (1, 0));
    sound(&ann.ws);

    // It is the log's, so it goes on to others: who knows more has it at once.
    let passed = lacking(&ann, &cal);
    assert!(passed.contains(&commits[0]), "byte for byte");
    give(&ann, &dan);
    assert!(!has(&dan, hot) && dan.ws.newer().unwrap() == 1);
    before.update();
    give(&ann, &cal);
    assert!(has(&cal, hot) && cal.ws.newer().unwrap() == 0);
    assert_ne!(ann.digest(), cal.digest());

    // An update makes the records again, as their shape is another; so does who asks for it.
    ann.ws.rebuild().unwrap();
    assert!(has(&ann, hot) && ann.ws.newer().unwrap() == 0);
    sound(&ann.ws);
    assert_eq!(ann.digest(), cal.digest());
    ann.set(hot, &[("name", "Hotter".into())]);
    meet(&ann, &cal);
    assert_eq!((cal.text(hot, "name"), ann.digest()), ("Hotter".into(), cal.digest()));
    // Closed before the update and opened after it.
    drop(dan);
    let dan = Workspace::open(disk.storage(), environment(&FixedClock::at(noon()), 6)).unwrap();
    assert_eq!(dan.newer().unwrap(), 1, "nothing was asked for yet");
    dan.rebuild().unwrap();
    assert_eq!(dan.newer().unwrap(), 0);
    assert!(dan.records().get(hot).is_some());
    sound(&dan);
}

#[test]
fn a_reason_that_is_not_known_may_have_admitted_somebody() {
    let _before = Before::knowing(Kind::Price);
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    meet(&ann, &bob);
    let deal = bob.add(&[("name", "Deal".into())]);
    // Eve's device, of which Ann knows nothing.
    let eve = Desk::in_zone(chrono_tz::Asia::Tokyo).admit("Eve", 40);
    let template = lacking(&bob, &ann).remove(0);
    let stranger = |parent: CommitId, lamport: u64| {
        forge(&template, &eve.ws.device_key(), |body| {
            body.device = eve.ws.device();
            body.epoch = Epoch([9; 16]);
            (body.seq, body.parents, body.lamport) = (1, vec![parent], lamport);
            body.changes.clear();
        })
        .unwrap()
    };
    let commits = said_later(&ann, &bob, |later| later.intent = vec![77, 1, 2, 3]);
    let lamport = |commit: &[u8]| {
        let mut found = 0;
        forge(commit, &bob.ws.device_key(), |body| found = body.lamport).unwrap();
        found
    };
    let founding = ann.ws.commits_beyond(&Default::default(), 0, 1).unwrap().0.remove(0);
    let unknown = ann.ws.accept(vec![stranger(hash_of(&founding), lamport(&founding) + 1)]).unwrap();
    assert!(unknown.refused[0].contains("not a member"), "{unknown:?}");

    let id = hash_of(&commits[0]);
    let at = lamport(&template);
    assert_eq!(accepted(&ann, commits), 1);
    assert!(has(&ann, deal), "shown as far as it is understood");
    assert_eq!(ann.ws.newer().unwrap(), 1);
    // Whether Eve is a member is for a later version to say: until then she has no effect, and stops nobody's log.
    assert_eq!(accepted(&ann, vec![stranger(id, at + 1)]), 1);
    assert_eq!((ann.ws.status().unwrap().asides, ann.ws.newer().unwrap()), (1, 1));
    assert!(!ann.ws.members().is_member(eve.ws.device()));
    ann.ws.rebuild().unwrap();
    sound(&ann.ws);
    assert_eq!((ann.ws.status().unwrap().asides, ann.ws.newer().unwrap()), (1, 1));
    // In another's name nobody writes, whatever was admitted.
    let hers = bob.ws.device_key();
    bob.add(&[("name", "Other".into())]);
    let next = lacking(&bob, &ann).pop().unwrap();
    let other = forge(&next, &hers, |body| (body.parents, body.user) = (vec![id], ann.ws.user())).unwrap();
    let refused = ann.ws.accept(vec![other]).unwrap();
    assert!(refused.refused[0].contains("another user"), "{refused:?}");
}

#[test]
fn what_is_laid_out_otherwise_is_refused_and_an_update_named() {
    let ann = Desk::ann();
    let bob = ann.admit("Bob Road", 2);
    meet(&ann, &bob);
    bob.add(&[("name", "Deal".into())]);
    let before = ann.digest();
    let key = bob.ws.device_key();
    let commit = lacking(&bob, &ann).remove(0);
    let stranger = Desk::in_zone(chrono_tz::Asia::Tokyo).ws.device_key();
    let attempts = [
        (forge(&commit, &key, |body| body.version += 1).unwrap(), "newer version"),
        (later(&commit, &key, |later| later.mark = *b"nonsense").unwrap().1, "newer version"),
        (later(&commit, &stranger, |_| {}).unwrap().1, "signature"),
        (later(&commit, &key, |later| later.seq = 0).unwrap().1, "cannot be read"),
        (later(&commit, &key, |later| later.workspace.0[0] ^= 1).unwrap().1, "another workspace"),
    ];
    for (attempt, why) in attempts {
        let accepted = ann.ws.accept(vec![attempt]).unwrap();
        assert!(accepted.applied == 0 && accepted.refused[0].contains(why), "{why}: {accepted:?}");
    }
    assert_eq!((ann.digest(), ann.ws.newer().unwrap()), (before, 0));
    // A later version that says nothing new is understood whole.
    assert_eq!(accepted(&ann, vec![later(&commit, &key, |_| {}).unwrap().1]), 1);
    assert_eq!((ann.digest(), ann.ws.newer().unwrap()), (bob.digest(), 0));
}

/// A change with one of its keys called otherwise, as long, and its checksum made right.
fn renamed(change: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut bytes = change.to_vec();
    let at = bytes.windows(from.len()).position(|w| w == from).expect("the key");
    bytes[at..at + to.len()].copy_from_slice(to);
    let hash = Sha256::digest(&bytes[8..]);
    bytes[4..8].copy_from_slice(&hash[..4]);
    bytes
}

#[test]
fn a_field_that_is_not_known_is_kept_and_passed_on() {
    let ann = Desk::ann();
    let [bob, cal] = [ann.admit("Bob Road", 2), ann.admit("Cal Ford", 3)];
    let deal = bob.add(&[("name", "Deal".into())]);
    for desk in [&bob, &cal] {
        meet(&ann, desk);
    }
    bob.set(deal, &[("city", "Ghent".into())]);
    let key = bob.ws.device_key();
    let commit = forge(&lacking(&bob, &ann)[0], &key, |body| {
        for change in &mut body.changes {
            if let Change::Automerge(bytes) = &mut change.change {
                *bytes = renamed(bytes, b"city", b"cosy");
            }
        }
        assert_eq!(body.intent, Intent::Edit);
    });
    assert_eq!(accepted(&ann, vec![commit.unwrap()]), 1);
    assert_eq!((ann.text(deal, "name"), ann.text(deal, "city")), ("Deal".into(), String::new()));
    // Work goes on over it, and it goes on to others.
    ann.set(deal, &[("city", "Bruges".into())]);
    give(&ann, &cal);
    assert_eq!((cal.text(deal, "city"), cal.digest()), ("Bruges".into(), ann.digest()));
    ann.ws.rebuild().unwrap();
    assert_eq!(ann.digest(), cal.digest());
    sound(&ann.ws);
}

// Earlier versions

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// What the fixtures hold: Ann's device in a team of three, one of whom was removed while he went on writing.
fn furnish(folder: &Path) -> (Workspace, Desk) {
    let ann = Desk::ann();
    let ada = ann.ws.new_id(Kind::Contact);
    ann.run(Command::Create { id: ada, fields: own(&[("name", "Ada Byte".into()), ("city", "Ghent".into())]) });
    let deal = ann.add(&[
        ("name", "Difference engine".into()),
        ("partner", ada.into()),
        ("expected_revenue", Money(150_050).into()),
        ("description", "Brass, and a crank.".into()),
    ]);
    let device = ann.second(9, Storage::Folder(folder.to_owned()));
    let [bob, cal] = [ann.admit("Bob Road", 2), ann.admit("Cal Ford", 3)];
    tag(&bob, "Hot");
    meet(&ann, &bob);
    meet(&ann, &cal);
    bob.set(deal, &[("city", "Bruges".into())]);
    cal.set(deal, &[("city", "Ypres".into())]);
    meet(&ann, &bob);
    meet(&ann, &cal);
    ann.ws.remove_device(bob.ws.device()).unwrap();
    bob.set(deal, &[("phone", "+3212345678".into())]);
    give(&bob, &ann);
    let commits = ann.ws.commits_beyond(&device.vector(), 0, usize::MAX).unwrap().0;
    device.accept(commits).unwrap();
    device.set_setting("theme", b"dark").unwrap();
    (device, ann)
}

/// From format 2 on most of a long log is packed.
const EDITS: i64 = 300;

/// Makes the fixtures of this version's format of the store; that of a backup is the first one still.
#[test]
#[ignore = "writes the fixtures of a new format"]
fn write_fixtures() {
    let folder = tempfile::tempdir().unwrap();
    let (device, ann) = furnish(&folder.path().join("data"));
    let deal = *device.records().opportunities.keys().next().unwrap();
    for n in 1..=EDITS {
        let set =
            Command::Set { id: deal, fields: own(&[("expected_revenue", Money(150_050 + n % 2).into())]), seen: None };
        device.execute(set).unwrap();
    }
    ann.ws.accept(device.commits_beyond(&ann.ws.vector(), 0, usize::MAX).unwrap().0).unwrap();
    assert_eq!(device.status().unwrap().digest, ann.digest());
    drop(device);
    let mut zip = ZipWriter::new(fs::File::create(fixture("format-3.zip")).unwrap());
    zip.start_file("workspace.satchel", SimpleFileOptions::default()).unwrap();
    zip.write_all(&fs::read(folder.path().join("data/workspace.satchel")).unwrap()).unwrap();
    zip.finish().unwrap();
    let digest: String = ann.digest().iter().map(|byte| format!("{byte:02x}")).collect();
    fs::write(fixture("format-3.digest"), digest).unwrap();
}

/// Whether a workspace holds exactly what the fixtures do.
fn holds_all(ws: &Workspace, format: u32) {
    let digest: String = ws.status().unwrap().digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, fs::read_to_string(fixture(&format!("format-{format}.digest"))).unwrap());
    let (name, deal) = {
        let records = ws.records();
        let deal = records.opportunities.values().next().unwrap();
        assert_eq!((deal.name.as_str(), deal.expected_revenue), ("Difference engine", Money(150_050)));
        assert_eq!((deal.description.as_str(), deal.phone.as_str()), ("Brass, and a crank.", ""));
        assert_eq!(records.name(deal.partner.unwrap()), "Ada Byte");
        assert_eq!(records.tags.values().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["Hot"]);
        let users: Vec<&str> = records.users.values().map(|u| u.name.as_str()).collect();
        assert_eq!(users.len(), 3, "{users:?}");
        (records.company.as_ref().unwrap().name.clone(), deal.id)
    };
    assert_eq!(name, "Acme");
    let conflicts = ws.conflicts(Some(deal)).unwrap();
    assert_eq!(conflicts.iter().map(|c| c.field.as_str()).collect::<Vec<_>>(), ["city"]);
    let aside = ws.set_aside().unwrap();
    assert_eq!(aside.len(), 1);
    assert!(aside[0].reason.to_string().contains("removed device"), "{aside:?}");
    let roles: Vec<Role> = ws.members().roles.values().copied().collect();
    assert_eq!(roles.iter().filter(|role| **role == Role::Owner).count(), 1);
    assert_eq!(ws.members().devices.values().filter(|d| d.removed).count(), 1);
    assert_eq!(ws.setting("theme").as_deref(), Some(&b"dark"[..]));
    assert!(ws.history(deal).unwrap().len() >= 3);
    sound(ws);
}

fn store_of(format: u32) -> Vec<u8> {
    let mut zip = ZipArchive::new(fs::File::open(fixture(&format!("format-{format}.zip"))).unwrap()).unwrap();
    let mut file = Vec::new();
    zip.by_index(0).unwrap().read_to_end(&mut file).unwrap();
    file
}

fn opened(disk: &Disk) -> satchel_core::Result<Workspace> {
    Workspace::open(disk.storage(), environment(&FixedClock::at(noon()), 60))
}

#[test]
fn whatever_fails_while_a_store_is_made_into_this_format_it_opens_afterwards_with_all_that_was_in_it() {
    for format in [1, 2] {
        let whole = Disk::of(store_of(format));
        drop(opened(&whole).unwrap());
        let writes = whole.writes();
        assert!(writes > 10, "{writes}");
        for (turn, how) in (0..).zip([Failure::Broken, Failure::Full, Failure::Once]) {
            // Of a long log each write fails in one way, in turn: it takes its time to be opened.
            for after in (0..writes).filter(|after| format == 1 || after % 3 == turn) {
                let disk = Disk::of(store_of(format));
                disk.fail_after(after, how);
                if let Err(error) = opened(&disk) {
                    assert!(matches!(error, Error::Storage(_)), "{how:?} at {after}: {error:?}");
                }
                for left in [disk.copy(), disk.after_power_cut()] {
                    let left = opened(&left).unwrap_or_else(|e| panic!("{format}, {how:?} at {after}: {e}"));
                    holds_all(&left, format);
                }
            }
        }
    }
}

#[test]
fn an_older_store_that_is_refused_is_left_as_it_is() {
    for table in ["log", "arrivals"] {
        let disk = Disk::of(store_of(1));
        {
            let file = redb::Database::builder().create_with_backend(disk.clone()).unwrap();
            let write = file.begin_write().unwrap();
            assert!(write.delete_table(redb::TableDefinition::<&[u8], &[u8]>::new(table)).unwrap());
            write.commit().unwrap();
        }
        let before = disk.bytes();
        let refused = opened(&disk).err().expect("refused").to_string();
        assert!(refused.contains(&format!("tables are missing: {table}")), "{refused}");
        assert!(disk.bytes() == before, "left as it is");
    }
}

#[test]
fn a_store_of_every_format_opens_with_all_that_is_in_it() {
    for format in [1, 2, 3] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("workspace.satchel"), store_of(format)).unwrap();
        let open = || {
            let clock = FixedClock::at(noon());
            Workspace::open(Storage::Folder(folder.path().to_owned()), environment(&clock, 60)).unwrap()
        };
        holds_all(&open(), format);
        // From now on it is of this format: an older program is told so, and finds nothing of its own that is not kept up.
        {
            let read = redb::ReadOnlyDatabase::open(folder.path().join("workspace.satchel")).unwrap();
            let read = redb::ReadableDatabase::begin_read(&read).unwrap();
            assert!(read.list_tables().unwrap().all(|table| redb::TableHandle::name(&table) != "heads"));
            let meta = read.open_table(redb::TableDefinition::<&str, &[u8]>::new("meta")).unwrap();
            assert_eq!(meta.get("format").unwrap().unwrap().value().last(), Some(&3));
        }
        let ws = open();
        ws.rebuild().unwrap();
        holds_all(&ws, format);
        // Work goes on in it.
        let id = ws.new_id(Kind::Contact);
        ws.execute(Command::Create { id, fields: own(&[("name", Value::from("Next"))]) }).unwrap();
        drop(ws);
        assert!(open().records().contacts.contains_key(&id));
    }
}

#[test]
fn a_backup_of_every_form_is_put_back() {
    let bytes = fs::read(fixture("format-1.satchel-backup")).unwrap();
    let clock = FixedClock::at(noon());
    let about = Workspace::read_backup(Cursor::new(&bytes), None, &environment(&clock, 60)).unwrap();
    assert_eq!((about.satchel_backup, about.name.as_str()), (1, "Acme"));
    let ws = Workspace::restore_backup(Cursor::new(&bytes), Storage::Memory, environment(&clock, 61)).unwrap();
    holds_all(&ws, 1);
}
