//! Accepting commits from a peer: shape, size and signature first, in parallel; then causes and membership, in order; then
//! the documents, on scratch copies, saved and read back before anything is kept.

use std::{collections::HashMap, sync::Arc};

use rayon::prelude::*;

use super::{Accepted, SPACE, Workspace, Writer, members::stamped, stamp::Stamp};
use crate::{
    commit::{self, Body, Change, Intent, Opened},
    document::{self, Document},
    error::{Error, Result},
    id::{CommitId, DeviceId, DocId, Epoch, Kind},
    members::{Members, Operation, Stamped, replay, workspace_id},
    record::{self, FieldType},
    store::{Batch, Place, StoredDoc},
};

/// What waits for its causes, at most.
const WAITING_BYTES: usize = 16 << 20;
const MAX_TEXT: usize = 65_536;

impl Workspace {
    /// Takes commits from a peer: verified, applied and durable when this returns.
    pub fn accept(&self, commits: Vec<Vec<u8>>) -> Result<Accepted> {
        let mut report = Accepted::default();
        let mut candidates = Vec::with_capacity(commits.len());
        for examined in commits.into_par_iter().map(|bytes| self.examine(bytes)).collect::<Vec<_>>() {
            match examined {
                Ok(opened) => candidates.push(opened),
                Err(reason) => report.refused.push(reason.to_string()),
            }
        }
        let mut writer = self.writer();
        self.take(&mut writer, candidates, &mut report)?;
        loop {
            let front = writer.front.arrival;
            let vector = self.vector();
            let next: Vec<_> =
                writer.waiting.keys().filter(|(d, e, s)| *s <= vector.get(*d, *e) + 1).copied().collect();
            let retried: Vec<Opened> = next.iter().filter_map(|k| writer.waiting.remove(k)).collect();
            writer.waiting_bytes -= retried.iter().map(|c| c.bytes.len()).sum::<usize>().min(writer.waiting_bytes);
            let mut again = Accepted::default();
            self.take(&mut writer, retried, &mut again)?;
            report.applied += again.applied;
            report.refused.append(&mut again.refused);
            if writer.front.arrival == front {
                break;
            }
        }
        report.waiting = writer.waiting.len();
        Ok(report)
    }

    /// What can be said of a commit from its bytes alone.
    fn examine(&self, bytes: Vec<u8>) -> Result<Opened, String> {
        let opened = crate::panics::caught(|| commit::open(bytes, false))
            .map_err(|_| "a commit cannot be read".to_owned())?
            .map_err(|e| e.to_string())?;
        let body = &opened.body;
        if body.workspace != self.id() {
            return Err("a commit of another workspace".to_owned());
        }
        if body.space != SPACE {
            return Err("a commit of a space that is not shared with this device".to_owned());
        }
        if body.user.kind() != Kind::User {
            return Err("a commit by nobody".to_owned());
        }
        let actor = document::actor(body.device, body.epoch);
        let mut operations = 0;
        for change in &body.changes {
            if record::fields(change.doc.kind()).is_empty() {
                return Err(format!("{:?} is not a document of its own", change.doc));
            }
            match &change.change {
                Change::Automerge(bytes) => {
                    operations += document::check_change(bytes, &actor).map_err(str::to_owned)?;
                }
                Change::Seed { key, text } => {
                    let long = record::field(change.doc.kind(), key).is_some_and(|f| f.ty == FieldType::LongText);
                    if !long || text.is_empty() || text.len() > MAX_TEXT {
                        return Err(format!("‘{key}’ is no long text, or too long"));
                    }
                    operations += text.len() as u64;
                }
            }
            if operations > document::MAX_COMMIT_OPERATIONS {
                return Err("a commit makes too many operations".to_owned());
            }
        }
        Ok(opened)
    }

    fn take(&self, writer: &mut Writer, candidates: Vec<Opened>, report: &mut Accepted) -> Result<()> {
        let mut admission = Admission::new(self)?;
        for opened in candidates {
            match admission.judge(self, &opened)? {
                Verdict::Ready => admission.admit(opened),
                Verdict::Known => report.known += 1,
                Verdict::Waits => wait(writer, opened),
                Verdict::Refused(reason) => report.refused.push(reason.to_string()),
            }
        }
        let ready = std::mem::take(&mut admission.ready);
        if ready.is_empty() {
            return Ok(());
        }
        match self.apply_documents(&ready) {
            Ok(documents) => self.keep(writer, ready, documents, report),
            Err(Error::Refused(_)) if ready.len() > 1 => {
                // One of them does not fit its document: it is in one half or the other.
                let mut first = ready;
                let second = first.split_off(first.len() / 2);
                self.take(writer, first, report)?;
                self.take(writer, second, report)
            }
            Err(Error::Refused(reason)) => {
                report.refused.push(reason.to_string());
                Ok(())
            }
            Err(other) => Err(other),
        }
    }

    /// Applies changes to scratch copies, document by document on all cores: applied, saved, read back, projected.
    fn apply_documents(&self, ready: &[Opened]) -> Result<Vec<StoredDoc>> {
        let mut order: Vec<DocId> = Vec::new();
        let mut by_doc: HashMap<DocId, Vec<Change>> = HashMap::new();
        for change in ready.iter().flat_map(|opened| &opened.body.changes) {
            let changes = by_doc.entry(change.doc).or_insert_with(|| {
                order.push(change.doc);
                Vec::new()
            });
            changes.push(change.change.clone());
        }
        order
            .par_iter()
            .map(|id| {
                let mut scratch = self.document(*id)?;
                let refused = |e: document::DocumentError| Error::refused(format!("{id:?}: {e}"));
                scratch.apply(&by_doc[id]).map_err(refused)?;
                let saved = scratch.save_guarded().map_err(refused)?;
                let read_back = Document::load(*id, &saved).map_err(refused)?;
                if read_back.heads() != scratch.heads() {
                    return Err(Error::refused(format!("{id:?}: it does not read back as it was written")));
                }
                let record = read_back.project_guarded().map_err(refused)?;
                Ok(StoredDoc { id: *id, saved, heads: read_back.heads(), record })
            })
            .collect()
    }

    fn keep(
        &self,
        writer: &mut Writer,
        ready: Vec<Opened>,
        mut documents: Vec<StoredDoc>,
        report: &mut Accepted,
    ) -> Result<()> {
        let mut front = writer.front.clone();
        let own = self.device();
        let mut stamps: HashMap<DocId, Stamp> = HashMap::new();
        let mut commits = Vec::with_capacity(ready.len());
        for opened in ready {
            let body = &opened.body;
            front.arrival += 1;
            front.lamport = front.lamport.max(body.lamport);
            front.tips.retain(|t| !body.parents.contains(t));
            front.tips.push(opened.id);
            if body.device == own && body.epoch.0 == front.epoch && body.seq > front.seq {
                // This device's own log goes on beyond what it held: its store was put back. It goes on under a new epoch.
                front.epoch = self.inner.environment.random();
                front.seq = 0;
                front.own = None;
            }
            let stamp = Stamp::of(body, front.arrival);
            for change in &body.changes {
                stamps.entry(change.doc).and_modify(|s| *s = s.and(stamp)).or_insert(stamp);
            }
            commits.push((front.arrival, opened));
        }
        let records = self.records();
        for document in &mut documents {
            if let Some(stamp) = stamps.get(&document.id) {
                let stamp = records.meta(document.id).map_or(*stamp, |before| Stamp::read(before).and(*stamp));
                stamp.put(document.record.meta_mut());
            }
        }
        drop(records);
        let received = self.inner.environment.now().timestamp_millis();
        let batch = Batch {
            space: SPACE,
            commits: &commits,
            documents: &documents,
            front: &front,
            received,
            own_user: self.user(),
        };
        self.inner.store.commit(&batch)?;
        writer.front = front;
        report.applied += commits.len();
        self.publish(documents.into_iter().map(|d| d.record).collect(), &commits, true);
        Ok(())
    }
}

enum Verdict {
    Ready,
    Known,
    Waits,
    Refused(String),
}

/// Which commits may be taken now, as the ones before them are.
struct Admission {
    vector: HashMap<(DeviceId, Epoch), u64>,
    /// Those admitted so far.
    places: HashMap<CommitId, Place>,
    members: Arc<Members>,
    stamped: Vec<Stamped>,
    workspace: crate::id::WorkspaceId,
    ready: Vec<Opened>,
}

impl Admission {
    fn new(workspace: &Workspace) -> Result<Admission> {
        Ok(Admission {
            vector: workspace.vector().0.iter().map(|(k, v)| (*k, *v)).collect(),
            places: HashMap::new(),
            members: workspace.members(),
            stamped: workspace.inner.store.member_commits(SPACE)?.iter().filter_map(stamped).collect(),
            workspace: workspace.id(),
            ready: Vec::new(),
        })
    }

    /// Where a commit stands in the graph, if it is held or admitted.
    fn place(&self, workspace: &Workspace, commit: CommitId) -> Result<Option<Place>> {
        match self.places.get(&commit) {
            Some(place) => Ok(Some(*place)),
            None => workspace.inner.store.place_of(SPACE, commit),
        }
    }

    fn judge(&self, workspace: &Workspace, opened: &Opened) -> Result<Verdict> {
        let body = &opened.body;
        let refused = |why: &str| Ok(Verdict::Refused(why.to_owned()));
        let held = self.vector.get(&(body.device, body.epoch)).copied().unwrap_or(0);
        if body.seq <= held {
            return match self.place(workspace, opened.id)? {
                Some(_) => Ok(Verdict::Known),
                None => refused("a device's log has forked: two commits carry one number"),
            };
        }
        if body.seq > held + 1 {
            return Ok(Verdict::Waits);
        }
        let mut lamport = 1;
        let mut own = None;
        for parent in &body.parents {
            let Some(place) = self.place(workspace, *parent)? else { return Ok(Verdict::Waits) };
            lamport = lamport.max(place.lamport.saturating_add(1));
            own = own.or(Some((place.device, place.epoch, place.seq)));
        }
        if body.lamport != lamport {
            return refused("a commit does not count itself right after its causes");
        }
        if held > 0 && own != Some((body.device, body.epoch, held)) {
            return refused("a commit does not name its author's previous one");
        }
        if let Intent::Members(operations) = &body.intent
            && let Some(Operation::Found { nonce, .. }) = operations.first()
        {
            return match workspace_id(body.device, *nonce) == self.workspace && self.members.devices.is_empty() {
                true => Ok(Verdict::Ready),
                false => refused("a second founding"),
            };
        }
        match self.members.devices.get(&body.device) {
            Some(device) if device.removed => refused("a commit of a device that was removed"),
            Some(device) if device.user != body.user => refused("a commit in another user's name"),
            Some(_) => Ok(Verdict::Ready),
            None => refused("a commit of a device that is not a member"),
        }
    }

    fn admit(&mut self, opened: Opened) {
        let body = &opened.body;
        self.vector.insert((body.device, body.epoch), body.seq);
        let Body { device, epoch, seq, lamport, .. } = *body;
        self.places.insert(opened.id, Place { device, epoch, seq, lamport, received: 0 });
        if let Some(stamped) = stamped(&opened) {
            self.stamped.push(stamped);
            self.members = Arc::new(replay(self.workspace, &self.stamped));
        }
        self.ready.push(opened);
    }
}

/// Keeps a commit until its causes arrive; what does not fit is let go and will be sent again.
fn wait(writer: &mut Writer, opened: Opened) {
    let size = opened.bytes.len();
    let key = (opened.body.device, opened.body.epoch, opened.body.seq);
    if writer.waiting_bytes + size <= WAITING_BYTES && !writer.waiting.contains_key(&key) {
        writer.waiting_bytes += size;
        writer.waiting.insert(key, opened);
    }
}
