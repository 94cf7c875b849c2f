//! A stream of sealed chunks: attached files, which grow as their parts come, and backups.
//!
//! Each chunk is its length (of the plain text, four bytes), nonce, cipher text and tag, and is bound to what it is of and to
//! where in it it lies. That the end is there is for others to know: an attached file by its hash, a backup by its directory.

use std::io::{self, Read, Seek, SeekFrom, Write};

use super::{NONCE, Sealer, TAG};

/// The longest plain text of a chunk.
const CHUNK: usize = 64 << 10;
const AROUND: usize = 4 + NONCE + TAG;

/// Seals and opens the chunks of one thing.
#[derive(Clone)]
pub(crate) struct Chunks {
    sealer: Sealer,
    of: Vec<u8>,
}

/// Where a chunk begins in the plain text and in the stream, and how long its plain text is.
#[derive(Clone, Copy)]
struct Piece {
    at: u64,
    place: u64,
    length: usize,
}

impl Chunks {
    pub fn of(sealer: &Sealer, what: &[u8]) -> Chunks {
        Chunks { sealer: sealer.clone(), of: what.to_vec() }
    }

    fn bound(&self, at: u64) -> Vec<u8> {
        [b"chunk".as_slice(), &at.to_le_bytes(), &self.of].concat()
    }

    /// Plain text from this place on, as chunks.
    pub fn seal(&self, at: u64, plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(plain.len() + plain.len().div_ceil(CHUNK) * AROUND);
        for (chunk, at) in plain.chunks(CHUNK).zip((at..).step_by(CHUNK)) {
            out.extend_from_slice(&(chunk.len() as u32).to_le_bytes());
            let begin = out.len();
            out.resize(begin + NONCE, 0);
            out.extend_from_slice(chunk);
            out.resize(begin + NONCE + chunk.len() + TAG, 0);
            self.sealer.seal(&self.bound(at), &mut out[begin..]);
        }
        out
    }

    /// The chunks that are whole by their lengths, and where they end.
    fn pieces(&self, stream: &mut (impl Read + Seek), begin: u64) -> io::Result<(Vec<Piece>, u64)> {
        let end = stream.seek(SeekFrom::End(0))?;
        let (mut pieces, mut at, mut place) = (Vec::new(), 0, begin);
        while place + AROUND as u64 <= end {
            stream.seek(SeekFrom::Start(place))?;
            let mut length = [0; 4];
            stream.read_exact(&mut length)?;
            let length = u32::from_le_bytes(length) as usize;
            let next = place + (AROUND + length) as u64;
            if length > CHUNK || next > end {
                break;
            }
            pieces.push(Piece { at, place, length });
            (at, place) = (at + length as u64, next);
        }
        Ok((pieces, place))
    }

    /// How long the plain text of the whole chunks is, and the stream up to their end.
    pub fn length(&self, stream: &mut (impl Read + Seek)) -> io::Result<(u64, u64)> {
        let (pieces, end) = self.pieces(stream, 0)?;
        Ok((pieces.last().map_or(0, |p| p.at + p.length as u64), end))
    }

    fn open(&self, stream: &mut (impl Read + Seek), piece: Piece) -> io::Result<Vec<u8>> {
        stream.seek(SeekFrom::Start(piece.place + 4))?;
        let mut room = vec![0; NONCE + piece.length + TAG];
        stream.read_exact(&mut room)?;
        let plain = self.sealer.open(&self.bound(piece.at), &mut room);
        plain.map(<[u8]>::to_vec).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is not what was sealed"))
    }
}

/// Seals what is written, a chunk at a time.
pub(crate) struct SealedWriter<W: Write> {
    to: W,
    chunks: Chunks,
    at: u64,
    held: Vec<u8>,
}

impl<W: Write> SealedWriter<W> {
    pub fn new(to: W, chunks: Chunks) -> SealedWriter<W> {
        SealedWriter { to, chunks, at: 0, held: Vec::new() }
    }

    fn put(&mut self, most: usize) -> io::Result<()> {
        let chunk: Vec<u8> = self.held.drain(..most.min(self.held.len())).collect();
        self.to.write_all(&self.chunks.seal(self.at, &chunk))?;
        self.at += chunk.len() as u64;
        Ok(())
    }

    /// To be called at the end.
    pub fn finish(mut self) -> io::Result<()> {
        self.put(CHUNK)?;
        self.to.flush()
    }
}

impl<W: Write> Write for SealedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(CHUNK);
        self.held.extend_from_slice(&bytes[..taken]);
        if self.held.len() >= CHUNK {
            self.put(CHUNK)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads the plain text anywhere.
pub(crate) struct SealedReader<R> {
    from: R,
    chunks: Chunks,
    pieces: Vec<Piece>,
    at: u64,
    /// The chunk read last.
    open: Option<(u64, Vec<u8>)>,
}

impl<R: Read + Seek> SealedReader<R> {
    /// The stream begins at an offset.
    pub fn new(mut from: R, begin: u64, chunks: Chunks) -> io::Result<SealedReader<R>> {
        let (pieces, _) = chunks.pieces(&mut from, begin)?;
        Ok(SealedReader { from, chunks, pieces, at: 0, open: None })
    }

    fn len(&self) -> u64 {
        self.pieces.last().map_or(0, |p| p.at + p.length as u64)
    }
}

impl<R: Read + Seek> Read for SealedReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.len() || out.is_empty() {
            return Ok(0);
        }
        let piece = self.pieces[self.pieces.partition_point(|p| p.at <= self.at) - 1];
        if self.open.as_ref().is_none_or(|(at, _)| *at != piece.at) {
            self.open = Some((piece.at, self.chunks.open(&mut self.from, piece)?));
        }
        let plain = self.open.as_ref().map_or(&[][..], |(at, plain)| &plain[(self.at - at) as usize..]);
        let taken = plain.len().min(out.len());
        out[..taken].copy_from_slice(&plain[..taken]);
        self.at += taken as u64;
        Ok(taken)
    }
}

impl<R: Read + Seek> Seek for SealedReader<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len().checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}
