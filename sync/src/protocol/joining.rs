//! The side that asks to be admitted, before it has a replica.

use satchel_core::members::{JoinRequest, Welcome};

use super::{
    frame::{BadFrame, Frame, Frames, MAX_STRANGERS_FRAME, VERSION},
    refusal::{Ending, Refusal},
};

/// Asks to be admitted, on a connection to a member. Once welcomed, the new replica greets the same peer on the same
/// connection by [`Session::dial`](super::Session::dial).
pub struct Joining {
    out: Vec<u8>,
    frames: Frames,
}

impl Joining {
    pub fn new(request: &JoinRequest) -> Joining {
        let mut out = Vec::new();
        // A request is far shorter than a frame may be.
        let _ = Frame::Join(request.clone()).write(&mut out);
        Joining { out, frames: Frames::default() }
    }

    pub fn take_output(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Takes bytes from the peer; nothing while the answer is not complete.
    pub fn receive(&mut self, bytes: &[u8]) -> Option<Result<Welcome, Ending>> {
        self.frames.push(bytes);
        Some(match self.frames.next(MAX_STRANGERS_FRAME) {
            Ok(None) => return None,
            Ok(Some(Frame::Welcome(welcome))) => Ok(welcome),
            Ok(Some(Frame::Refused(refusal))) => Err(Ending::Refused(refusal)),
            Ok(Some(_)) => Err(Ending::Fault("a frame out of turn".into())),
            Err(BadFrame::Version(_)) => Err(Ending::Refusing(Refusal::Version(VERSION))),
            Err(BadFrame::TooLong(_) | BadFrame::Garbled) => Err(Ending::Fault("a garbled frame".into())),
        })
    }
}
