//! Attached files between devices: after the records, from one colleague at a time, and on from where they stopped.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use satchel_core::{
    DeviceId, Epoch, FileHash, FilePart, Result, Workspace, WorkspaceId,
    commit::Vector,
    members::{JoinRequest, Welcome},
    workspace::Accepted,
};
use satchel_sync::protocol::{
    Batch, Claims, PATIENCE, Replica, Session, Standing, Terms,
    simulation::{Line, Logs},
};

use super::{create, meet, team};

/// A contact with a file of so many bytes attached.
fn attach(workspace: &Workspace, size: u32) -> FileHash {
    let contact = create(workspace, format!("With {size} bytes"));
    let bytes: Vec<u8> = (0..size).flat_map(|n| n.to_le_bytes()).take(size as usize).collect();
    workspace.attach(contact, "plan.bin", &bytes).unwrap();
    FileHash::of(&bytes)
}

#[test]
fn attached_files_follow_the_records() {
    let [ann, bob, _, _] = team().try_into().ok().unwrap();
    let files = [attach(&ann, 700_000), attach(&ann, 0), attach(&bob, 11)];
    let mut line = Line::connect(&bob, &ann);
    line.run(usize::MAX);
    let (side, other) = line.cut();
    assert!(side.up_to_date && other.up_to_date);
    for hash in files {
        assert_eq!(ann.file(hash).unwrap(), bob.file(hash).unwrap());
    }
    // With nothing new it is one round trip still.
    let mut line = Line::connect(&bob, &ann);
    line.run(usize::MAX);
    let (side, _) = line.cut();
    assert!(side.up_to_date);
    assert_eq!(side.traffic.round_trips, 1);
    assert!(side.traffic.bytes < 1_024, "{} bytes", side.traffic.bytes);
}

#[test]
fn a_file_cut_off_goes_on_where_it_stopped() {
    let [ann, bob, _, _] = team().try_into().ok().unwrap();
    let hash = attach(&ann, 1_500_000);
    let mut carried = 0;
    for _ in 0..30 {
        if bob.has_file(hash) {
            break;
        }
        let mut line = Line::connect(&bob, &ann);
        carried += line.run(290_000);
        line.cut();
    }
    assert_eq!(bob.file(hash).unwrap(), ann.file(hash).unwrap());
    assert!(carried < 1_900_000, "{carried} bytes for 1,500,000: parts came twice");
}

#[test]
fn a_file_comes_by_way_of_a_third_device_as_soon_as_that_has_it() {
    let [ann, bob, cid, _] = team().try_into().ok().unwrap();
    let hash = attach(&ann, 300_000);
    // Bob gets the records alone: cut before the file.
    let (commits, _) = ann.commits_beyond(&bob.vector(), 0, usize::MAX).unwrap();
    bob.accept(commits).unwrap();
    let mut line = Line::connect(&cid, &bob);
    line.run(usize::MAX);
    assert!(!cid.has_file(hash));
    meet(&ann, &bob, usize::MAX);
    assert!(bob.has_file(hash));
    line.changed();
    line.run(usize::MAX);
    let (side, _) = line.cut();
    assert!(side.up_to_date);
    assert_eq!(cid.file(hash).unwrap(), ann.file(hash).unwrap());
}

/// The records of one device, without the files they name.
fn records_only(from: &Workspace, to: &Workspace) {
    let (commits, _) = from.commits_beyond(&to.vector(), 0, usize::MAX).unwrap();
    to.accept(commits).unwrap();
}

#[test]
fn two_colleagues_are_not_asked_for_one_file_at_once() {
    let [ann, bob, cid, _] = team().try_into().ok().unwrap();
    let hash = attach(&ann, 1_500_000);
    meet(&ann, &bob, usize::MAX);
    records_only(&ann, &cid);
    let claims = Claims::default();
    let mut from_ann = Line::connect(&cid, &ann).sharing(&claims);
    from_ann.run(600_000);
    let begun = cid.file_begun(hash);
    assert!(begun > 200_000 && !cid.has_file(hash));
    let mut from_bob = Line::connect(&cid, &bob).sharing(&claims);
    assert!(from_bob.run(usize::MAX) < 2_000, "nothing of what Ann is sending");
    // Ann's device goes: Bob's goes on where she stopped.
    let (side, _) = from_ann.cut();
    assert!(!side.up_to_date);
    from_bob.changed();
    assert!(from_bob.run(usize::MAX) < 1_500_000 - begun as usize + 2_000);
    let (side, other) = from_bob.cut();
    assert!(side.up_to_date && other.up_to_date);
    assert_eq!(cid.file(hash).unwrap(), ann.file(hash).unwrap());
}

#[test]
fn who_does_not_get_on_with_a_file_leaves_it_to_others() {
    let [ann, bob, cid, _] = team().try_into().ok().unwrap();
    let hash = attach(&ann, 700_000);
    meet(&ann, &bob, usize::MAX);
    records_only(&ann, &cid);
    let freed = std::sync::Arc::new(AtomicUsize::new(0));
    let count = freed.clone();
    let claims = Claims::new(move || _ = count.fetch_add(1, Ordering::Relaxed));
    // Ann's device answers all but the request for the file.
    let mut dialling = Session::dial(&cid, ann.device(), Terms::default(), Duration::ZERO).sharing(claims.clone());
    let mut answering = Session::answer(cid.device(), Terms::default(), Duration::ZERO);
    answering.receive(&ann, &dialling.take_output(), Duration::ZERO);
    dialling.receive(&cid, &answering.take_output(), Duration::ZERO);
    assert!(!dialling.take_output().is_empty());
    let mut from_bob = Line::connect(&cid, &bob).sharing(&claims);
    from_bob.run(usize::MAX);
    assert_eq!((freed.load(Ordering::Relaxed), cid.file_begun(hash)), (0, 0));
    dialling.tick(Duration::ZERO);
    dialling.tick(PATIENCE + Duration::from_secs(1));
    assert_eq!(freed.load(Ordering::Relaxed), 1);
    from_bob.changed();
    from_bob.run(usize::MAX);
    assert!(cid.has_file(hash));
}

#[test]
fn what_was_here_already_is_not_held_against_who_sends_the_rest() {
    let [ann, bob, _, _] = team().try_into().ok().unwrap();
    let hash = attach(&ann, 700_000);
    records_only(&ann, &bob);
    bob.take_file_part(hash, 0, &[7; 10_000]).unwrap();
    assert_eq!(meet(&bob, &ann, usize::MAX), []);
    assert_eq!(bob.file(hash).unwrap(), ann.file(hash).unwrap());
}

/// Logs, and files that are wanted or here.
struct Shelf {
    logs: Logs,
    files: Mutex<BTreeMap<FileHash, bool>>,
}

impl Shelf {
    fn of(logs: Logs, files: u32, here: bool) -> Shelf {
        let all = (0..files).map(|n| (FileHash::of(&n.to_le_bytes()), here)).collect();
        Shelf { logs, files: Mutex::new(all) }
    }

    fn here(&self) -> usize {
        self.files.lock().unwrap().values().filter(|here| **here).count()
    }
}

impl Replica for Shelf {
    fn workspace(&self) -> WorkspaceId {
        self.logs.workspace()
    }

    fn device(&self) -> DeviceId {
        self.logs.device()
    }

    fn vector(&self) -> Vector {
        self.logs.vector()
    }

    fn holds(&self, device: DeviceId, epoch: Epoch) -> bool {
        self.logs.holds(device, epoch)
    }

    fn commits_beyond(&self, peer: &Vector, from: u64, max_bytes: usize) -> Result<Batch> {
        self.logs.commits_beyond(peer, from, max_bytes)
    }

    fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        self.logs.accept(commits)
    }

    fn standing(&self, device: DeviceId) -> Standing {
        self.logs.standing(device)
    }

    fn proof(&self) -> Result<Vec<Vec<u8>>> {
        self.logs.proof()
    }

    fn recognise(&self, device: DeviceId, proof: &[Vec<u8>]) -> Result<()> {
        self.logs.recognise(device, proof)
    }

    fn admit(&self, request: &JoinRequest) -> Result<Welcome> {
        self.logs.admit(request)
    }

    fn has_file(&self, hash: FileHash) -> bool {
        self.files.lock().unwrap().get(&hash) == Some(&true)
    }

    fn files_wanted(&self) -> Vec<FileHash> {
        self.files.lock().unwrap().iter().filter(|(_, here)| !**here).map(|(hash, _)| *hash).collect()
    }

    fn file_part(&self, hash: FileHash, _: u64, _: u64) -> Result<Option<Vec<u8>>> {
        Ok(self.has_file(hash).then(|| vec![1]))
    }

    fn take_file_part(&self, hash: FileHash, _: u64, _: &[u8]) -> Result<FilePart> {
        self.files.lock().unwrap().insert(hash, true);
        Ok(FilePart::Whole)
    }
}

#[test]
fn more_files_than_a_colleague_remembers_to_owe_come_all_the_same() {
    const FILES: u32 = 4_400;
    let logs = Logs::found(WorkspaceId([9; 16]), DeviceId([1; 32]));
    let ann = Shelf::of(logs.admit_device(DeviceId([2; 32])), FILES, false);
    let bob = Shelf::of(logs, 0, true);
    let mut line = Line::connect(&ann, &bob);
    line.run(usize::MAX);
    assert_eq!(ann.here(), 0);
    *bob.files.lock().unwrap() = (0..FILES).map(|n| (FileHash::of(&n.to_le_bytes()), true)).collect();
    line.changed();
    line.run(usize::MAX);
    assert_eq!(ann.here(), FILES as usize);
}
