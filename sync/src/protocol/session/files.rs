//! Fetching attached files, once the records are level: one part at a time is asked for, so that a peer never has more
//! than one on its way and an interrupted file goes on where it stopped.

use std::{
    collections::{BTreeSet, VecDeque},
    mem,
};

use satchel_core::{Error, FileHash, FilePart};

use crate::protocol::{
    bounded::Block,
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
    /// Asked for and not answered yet.
    asked: Option<FileHash>,
    /// What came for it; nothing if the peer does not have it.
    answer: Option<Option<Part>>,
    /// Not to be had from this peer, as far as known.
    absent: BTreeSet<FileHash>,
    requests: VecDeque<(FileHash, u64)>,
    /// The peer asked for them in vain and is told when they are here.
    owed: BTreeSet<FileHash>,
    said_done: bool,
    heard_done: bool,
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
        match frame {
            Frame::WantFile(hash, offset) => {
                if self.requests.len() == MAX_REQUESTS {
                    return Err("more requests for files than agreed");
                }
                self.heard_done = false;
                self.requests.push_back((hash, offset));
            }
            Frame::FilePart(part) if self.asked == Some(part.hash) && self.answer.is_none() => {
                self.answer = Some(Some(part));
            }
            Frame::NoFile(hash) if self.asked == Some(hash) && self.answer.is_none() => self.answer = Some(None),
            Frame::FileHere(hash) => _ = self.absent.remove(&hash),
            Frame::FilesDone => self.heard_done = true,
            _ => return Err("a frame out of turn"),
        }
        Ok(())
    }

    /// Keeps what came, answers what was asked, and asks for the next part once the records are `level`.
    pub fn carry_on(&mut self, replica: &impl Replica, level: bool, frames: &mut Vec<Frame>) -> Result<(), Error> {
        if let (Some(answer), Some(hash)) = (self.answer.take(), self.asked) {
            self.asked = None;
            let kept = match answer {
                Some(part) => replica.take_file_part(hash, part.offset, &part.bytes.0),
                None => Ok(FilePart::Wrong),
            };
            match kept {
                Ok(FilePart::More(_) | FilePart::Whole) => {}
                // Not had or not honest, or no record names it any more: others may do better.
                Ok(FilePart::Wrong) | Err(Error::Refused(_)) => _ = self.absent.insert(hash),
                Err(error) => return Err(error),
            }
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
            match replica.files_wanted().into_iter().find(|hash| !self.absent.contains(hash)) {
                Some(hash) => {
                    self.asked = Some(hash);
                    self.said_done = false;
                    frames.push(Frame::WantFile(hash, replica.file_begun(hash)));
                }
                None if !mem::replace(&mut self.said_done, true) => frames.push(Frame::FilesDone),
                None => {}
            }
        }
        Ok(())
    }
}
