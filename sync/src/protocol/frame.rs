//! What travels: frames, each `length (u32, little endian, of what follows) · version · postcard`.

use satchel_core::{
    FileHash,
    commit::Vector,
    members::{JoinRequest, Welcome},
};
use serde::{Deserialize, Serialize};

use super::{
    bounded::{Block, Commits},
    refusal::Refusal,
};

/// The protocol's version, the first byte of every frame.
pub const VERSION: u8 = 2;
/// The longest frame from a member.
pub const MAX_FRAME: usize = 4 << 20;
/// The longest frame from a device that has not proved to be a member.
pub const MAX_STRANGERS_FRAME: usize = 1 << 20;

/// Length and version.
const HEAD: usize = 5;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Frame {
    /// No, and why. The last frame of a session.
    Refused(Refusal),
    /// All done. The last frame of a session.
    Bye,
    /// From a device that holds a ticket, before its hello.
    Join(JoinRequest),
    Welcome(Welcome),
    Hello(Hello),
    /// The sender's admission, for a peer that has not heard of it.
    Proof(Vec<Vec<u8>>),
    /// All the sender holds.
    Have(Vector),
    Chunk(Chunk),
    Ack(Ack),
    /// What the sender holds, to be sent everything beyond it again, since causes were missing.
    Want(Vector),
    /// The next part of an attached file, from a byte on.
    WantFile(FileHash, u64),
    FilePart(Part),
    /// The sender lacks the file asked for.
    NoFile(FileHash),
    /// The sender has a file now that it was asked for before.
    FileHere(FileHash),
    /// The sender wants no files of the receiver, for now.
    FilesDone,
    /// Of the moment, such as who has a call in hand: passed over by who does not understand it, and sent only to who says that
    /// it listens ([`Terms::listens`]).
    Fleeting(Block),
}

/// Part of an attached file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub hash: FileHash,
    pub offset: u64,
    pub bytes: Block,
}

/// The first frame of each side. Both tags can only be computed by who knows the workspace's id, and are bound to the two
/// devices, so a stranger learns nothing from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hello {
    pub workspace: [u8; 32],
    /// Of everything the sender holds.
    pub state: [u8; 32],
    /// The sender does not know the receiver as a member and asks for its proof.
    pub prove: bool,
    pub terms: Terms,
}

/// What a side says of itself when it connects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// It would stay connected.
    pub live: bool,
    /// Another number at every start, so that a peer that started anew is told from one that connects twice.
    pub instance: u64,
}

/// The upper half of the instance of who listens to what is of the moment: hellos of this version have no other place to say so
/// that older programs pass over.
const LISTENS: u64 = 0x5a7c_4e11;

impl Terms {
    /// Of a side that listens; `start` is another number at every start.
    pub fn listening(live: bool, start: u32) -> Terms {
        Terms { live, instance: LISTENS << 32 | u64::from(start) }
    }

    pub fn listens(self) -> bool {
        self.instance >> 32 == LISTENS
    }
}

/// Commits in the sender's arrival order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Chunk {
    /// What the sender holds, as far as it changed since it last said so.
    pub have: Vector,
    pub commits: Commits,
    /// More chunks follow without being asked for.
    pub more: bool,
}

/// Chunks with commits are applied and durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Ack {
    pub chunks: u32,
    /// What the sender holds, as far as it changed since it last said so.
    pub have: Vector,
}

/// Bytes that are no frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum BadFrame {
    TooLong(usize),
    Version(u8),
    Garbled,
}

impl Frame {
    /// Appends the frame's bytes.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), BadFrame> {
        let start = out.len();
        out.extend_from_slice(&[0; 4]);
        out.push(VERSION);
        let mut written = postcard::to_extend(self, std::mem::take(out)).map_err(|_| BadFrame::Garbled)?;
        let length = written.len() - start - 4;
        let fits = length <= MAX_FRAME;
        if fits {
            written[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
        } else {
            written.truncate(start);
        }
        *out = written;
        if fits { Ok(()) } else { Err(BadFrame::TooLong(length)) }
    }
}

/// Cuts a stream of bytes into frames. Holds at most one unfinished frame besides what it was last given.
#[derive(Default)]
pub(crate) struct Frames {
    buffer: Vec<u8>,
    read: usize,
}

impl Frames {
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.read);
        self.read = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame of at most `limit` bytes; its length is judged before the rest of it is waited for.
    pub fn next(&mut self, limit: usize) -> Result<Option<Frame>, BadFrame> {
        let rest = &self.buffer[self.read..];
        let Some(head) = rest.first_chunk::<HEAD>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        if head[4] != VERSION {
            return Err(BadFrame::Version(head[4]));
        }
        if length > limit {
            return Err(BadFrame::TooLong(length));
        }
        if length == 0 {
            return Err(BadFrame::Garbled);
        }
        let Some(body) = rest.get(HEAD..4 + length) else {
            return Ok(None);
        };
        let (frame, left) = postcard::take_from_bytes(body).map_err(|_| BadFrame::Garbled)?;
        if !left.is_empty() {
            return Err(BadFrame::Garbled);
        }
        self.read += 4 + length;
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use satchel_core::{DeviceId, Epoch};

    use super::*;

    fn chunk(commits: usize) -> Frame {
        Frame::Chunk(Chunk { have: Vector::default(), commits: Commits(vec![vec![7; 100]; commits]), more: true })
    }

    /// Version 2's frames, as they were first sent: a program that writes or reads them otherwise is of another version.
    const RELEASED: [(&str, &str); 6] = [
        (
            "hello",
            "460000000204030303030303030303030303030303030303030303030303030303030303030304040404040404040404040404040404040404040404040404040404040404040101e807",
        ),
        (
            "have",
            "35000000020601010101010101010101010101010101010101010101010101010101010101010102020202020202020202020202020202ac02",
        ),
        ("chunk", "0c000000020700020307070702080801"),
        (
            "ack",
            "3600000002080501010101010101010101010101010101010101010101010101010101010101010102020202020202020202020202020202ac02",
        ),
        ("removed", "03000000020001"),
        ("bye", "020000000201"),
    ];

    #[test]
    fn frames_of_the_released_version_are_written_and_read_as_they_were() {
        let vector = Vector([((DeviceId([1; 32]), Epoch([2; 16])), 300)].into());
        let hello =
            Hello { workspace: [3; 32], state: [4; 32], prove: true, terms: Terms { live: true, instance: 1_000 } };
        let frames = [
            Frame::Hello(hello),
            Frame::Have(vector.clone()),
            Frame::Chunk(Chunk { have: Vector::default(), commits: Commits(vec![vec![7; 3], vec![8; 2]]), more: true }),
            Frame::Ack(Ack { chunks: 5, have: vector }),
            Frame::Refused(Refusal::Removed),
            Frame::Bye,
        ];
        for (frame, (name, released)) in frames.into_iter().zip(RELEASED) {
            let mut bytes = Vec::new();
            frame.write(&mut bytes).unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hex, released, "{name}");
            let mut reader = Frames::default();
            reader.push(&bytes);
            assert_eq!(reader.next(MAX_FRAME).unwrap(), Some(frame), "{name}");
        }
    }

    #[test]
    fn frames_survive_being_cut_anywhere() {
        let frames = [Frame::Bye, chunk(3), Frame::Refused(Refusal::Removed), chunk(0)];
        let mut bytes = Vec::new();
        for frame in &frames {
            frame.write(&mut bytes).unwrap();
        }
        for size in [1, 2, 5, 7, 64, 1000] {
            let (mut reader, mut seen) = (Frames::default(), Vec::new());
            for piece in bytes.chunks(size) {
                reader.push(piece);
                while let Some(frame) = reader.next(MAX_FRAME).unwrap() {
                    seen.push(frame);
                }
            }
            assert_eq!(seen, frames);
        }
    }

    #[test]
    fn a_long_frame_is_refused_by_its_head() {
        let mut reader = Frames::default();
        reader.push(&[0xff, 0xff, 0xff, 0xff, VERSION]);
        assert_eq!(reader.next(MAX_FRAME), Err(BadFrame::TooLong(u32::MAX as usize)));
        assert!(matches!(chunk(50_000).write(&mut Vec::new()), Err(BadFrame::TooLong(_))));
    }

    #[test]
    fn too_many_commits_in_one_chunk_are_garbled() {
        let mut bytes = Vec::new();
        let empty = Chunk { have: Vector::default(), commits: Commits(vec![Vec::new(); 100_000]), more: false };
        Frame::Chunk(empty).write(&mut bytes).unwrap();
        let mut reader = Frames::default();
        reader.push(&bytes);
        assert_eq!(reader.next(MAX_FRAME), Err(BadFrame::Garbled));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600), kind in 0u8..18) {
            let mut framed = ((bytes.len() + 2) as u32).to_le_bytes().to_vec();
            framed.extend([VERSION, kind]);
            framed.extend(&bytes);
            for input in [bytes, framed] {
                let mut reader = Frames::default();
                reader.push(&input);
                while let Ok(Some(_)) = reader.next(MAX_FRAME) {}
            }
        }
    }
}
