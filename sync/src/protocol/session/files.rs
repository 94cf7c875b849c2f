//! Fetching attached files, once the records are level: one part at a time is asked for, so that a peer never has more
//! than one on its way and an interrupted file goes on where it stopped.

use std::{
    collections::{BTreeSet, VecDeque},
    mem,
};

use satchel_core::{Error, FileHash, FilePart};

use super::{Moment, PATIENCE};
use crate::protocol::{
    bounded::Block,
    claims::{Claim, Claims},
    frame::{Frame, Part},
    replica::Replica,
};

/// Bytes of a file in one frame.
const PART: u64 = 256 << 10;
/// Requests of a peer that may wait for their answer: an honest one asks for one part at a time.
const MAX_REQUESTS: usize = 4;
/// Files that a peer is told of when they come.
const MAX_OWED: usize = 4_096;

#[derive(Default)]
pub(super) struct Files {
    /// The file that is being fetched. None while its claim was given up for want of an answer.
    fetching: Option<Fetching>,
    /// Asked for and not answered yet.
    asked: Option<Asked>,
    /// What came for it; nothing if the peer does not have it.
    answer: Option<Option<Part>>,
    /// The peer does not have them and will tell when it does.
    awaited: BTreeSet<FileHash>,
    /// The peer does not have them either, and had no more room to remember that they were asked for.
    unawaited: BTreeSet<FileHash>,
    /// What the peer sent of them was wrong, or did not come.
    wrong: BTreeSet<FileHash>,
    requests: VecDeque<(FileHash, u64)>,
    /// The peer asked for them in vain and is told when they are here.
    owed: BTreeSet<FileHash>,
    said_done: bool,
    heard_done: bool,
}

struct Fetching {
    claim: Claim,
    /// Some of it was here before this peer was asked: what comes of it need not be this peer's fault.
    resumed: bool,
}

struct Asked {
    hash: FileHash,
    offset: u64,
    /// When the clock was first looked at since.
    since: Option<Moment>,
}

impl Files {
    /// Neither side wants anything of the other.
    pub fn settled(&self) -> bool {
        self.asked.is_none() && self.said_done && self.heard_done
    }

    /// The peer owes an answer.
    pub fn is_owed(&self) -> bool {
        self.asked.is_some()
    }

    pub fn take(&mut self, frame: Frame) -> Result<(), &'static str> {
        let is_asked = |hash| self.answer.is_none() && self.asked.as_ref().is_some_and(|asked| asked.hash == hash);
        match frame {
            Frame::WantFile(hash, offset) => {
                if self.requests.len() == MAX_REQUESTS {
                    return Err("more requests for files than agreed");
                }
                self.heard_done = false;
                self.requests.push_back((hash, offset));
            }
            Frame::FilePart(part) if is_asked(part.hash) => self.answer = Some(Some(part)),
            Frame::NoFile(hash) if is_asked(hash) => self.answer = Some(None),
            Frame::FileHere(hash) => _ = self.awaited.remove(&hash) || self.unawaited.remove(&hash),
            Frame::FilesDone => self.heard_done = true,
            _ => return Err("a frame out of turn"),
        }
        Ok(())
    }

    /// Lets others fetch what this peer does not get on with, though it may be sending other things.
    pub fn tick(&mut self, now: Moment) {
        if let Some(asked) = &mut self.asked
            && now.saturating_sub(*asked.since.get_or_insert(now)) > PATIENCE
            && let Some(fetching) = self.fetching.take()
        {
            self.wrong.insert(fetching.claim.hash);
        }
    }

    /// Keeps what came, answers what was asked, and asks for the next part once the records are `level`.
    pub fn carry_on(
        &mut self,
        replica: &impl Replica,
        level: bool,
        claims: &Claims,
        frames: &mut Vec<Frame>,
    ) -> Result<(), Error> {
        if let Some(answer) = self.answer.take()
            && let Some(asked) = self.asked.take()
        {
            self.keep(replica, &asked, answer)?;
        }
        for (hash, offset) in mem::take(&mut self.requests) {
            frames.push(match replica.file_part(hash, offset, PART)? {
                Some(bytes) => Frame::FilePart(Part { hash, offset, bytes: Block(bytes) }),
                None => {
                    if self.owed.len() < MAX_OWED {
                        self.owed.insert(hash);
                    }
                    Frame::NoFile(hash)
                }
            });
        }
        let here: Vec<FileHash> = self.owed.iter().copied().filter(|hash| replica.has_file(*hash)).collect();
        for hash in here {
            self.owed.remove(&hash);
            frames.push(Frame::FileHere(hash));
        }
        if level && self.asked.is_none() {
            self.ask(replica, claims, frames);
        }
        Ok(())
    }

    /// Keeps a part, and the claim as long as the file gets on.
    fn keep(&mut self, replica: &impl Replica, asked: &Asked, answer: Option<Part>) -> Result<(), Error> {
        // Given up for being late: the parts of another session may be on their way.
        let Some(fetching) = self.fetching.take() else { return Ok(()) };
        let hash = asked.hash;
        let Some(part) = answer else {
            let has_room = self.awaited.len() < MAX_OWED;
            if has_room { &mut self.awaited } else { &mut self.unawaited }.insert(hash);
            return Ok(());
        };
        self.unawaited.remove(&hash);
        match replica.take_file_part(hash, part.offset, &part.bytes.0) {
            Ok(FilePart::More(begun)) if begun > asked.offset => self.fetching = Some(fetching),
            // What was here before may have been the fault: once more from the beginning.
            Ok(FilePart::Wrong) if fetching.resumed && replica.file_begun(hash) == 0 => {
                self.fetching = Some(Fetching { resumed: false, ..fetching });
            }
            Ok(FilePart::Whole) => {}
            // Not honest, or no record names it any more: others may do better.
            Ok(FilePart::More(_) | FilePart::Wrong) | Err(Error::Refused(_)) => _ = self.wrong.insert(hash),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Goes on with the file being fetched, or begins with one that the peer may have and no other session fetches.
    fn ask(&mut self, replica: &impl Replica, claims: &Claims, frames: &mut Vec<Frame>) {
        let mut elsewhere = false;
        if self.fetching.is_none() {
            for hash in replica.files_wanted().into_iter().filter(|hash| self.may_have(*hash)) {
                if let Some(claim) = claims.take(hash) {
                    let resumed = replica.file_begun(hash) > 0;
                    self.fetching = Some(Fetching { claim, resumed });
                    break;
                }
                elsewhere = true;
            }
        }
        match &self.fetching {
            Some(Fetching { claim, .. }) => {
                let (hash, offset) = (claim.hash, replica.file_begun(claim.hash));
                self.asked = Some(Asked { hash, offset, since: None });
                self.said_done = false;
                frames.push(Frame::WantFile(hash, offset));
            }
            // What another session fetches may be wanted of this peer yet.
            None if elsewhere => self.said_done = false,
            None if !mem::replace(&mut self.said_done, true) => frames.push(Frame::FilesDone),
            None => {}
        }
    }

    fn may_have(&self, hash: FileHash) -> bool {
        let is_known = self.awaited.contains(&hash) || self.wrong.contains(&hash);
        // The peer has room to remember again: worth asking once more.
        !is_known && (self.awaited.len() < MAX_OWED || !self.unawaited.contains(&hash))
    }
}
