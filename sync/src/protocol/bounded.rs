//! Lists whose length is judged before they grow: four bytes on the wire must not become a hundred in memory.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, SeqAccess, Visitor},
    ser::SerializeSeq,
};

/// Commits in one frame, at most [`Commits::MAX`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Commits(pub Vec<Vec<u8>>);

impl Commits {
    /// A chunk of 256 KiB holds about 700 of the smallest honest commits.
    pub const MAX: usize = 1 << 14;
}

/// Bytes written as one block: serde would write and read a `Vec<u8>` one number at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Block(pub Vec<u8>);

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl Serialize for Commits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Piece<'a>(&'a [u8]);
        impl Serialize for Piece<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(self.0)
            }
        }
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for commit in &self.0 {
            list.serialize_element(&Piece(commit))?;
        }
        list.end()
    }
}

impl<'de> Deserialize<'de> for Commits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Commits, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Commits;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {} commits", Commits::MAX)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Commits, A::Error> {
                if list.size_hint().is_some_and(|n| n > Commits::MAX) {
                    return Err(de::Error::custom("too many commits"));
                }
                let mut commits = Vec::new();
                while let Some(Block(commit)) = list.next_element()? {
                    if commits.len() == Commits::MAX {
                        return Err(de::Error::custom("too many commits"));
                    }
                    commits.push(commit);
                }
                Ok(Commits(commits))
            }
        }
        deserializer.deserialize_seq(List)
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Block, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Block;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Block, E> {
                Ok(Block(bytes.to_vec()))
            }

            fn visit_byte_buf<E: de::Error>(self, bytes: Vec<u8>) -> Result<Block, E> {
                Ok(Block(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}
