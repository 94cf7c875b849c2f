//! The sync protocol without I/O: bytes and the clock in, bytes and happenings out.
//!
//! Each side of a connection is a [`Session`] over its [`Replica`]. What they say to each other:
//!
//! 1. **Hello**, both: tags of the workspace and of all that is held, bound to the two devices so that they tell a
//!    stranger nothing. Who is not known as a member, or was removed, is asked for the proof of its admission, which has to
//!    hold as long as the session goes on. Who is no member is refused; a removed device is told of its removal; neither is
//!    told anything else. If both hold the same, this was all: one round trip and some 150 bytes.
//! 2. **Have**, both: how far every log is held.
//! 3. **Chunks** of what the other lacks, in the sender's own arrival order, so that causes come before effects, whoever
//!    wrote them. Each is acknowledged once it is durable; a window bounds what is on its way. Chunks and
//!    acknowledgements carry what their sender holds, so nothing is echoed. A session that breaks off anywhere is resumed by
//!    the next one's vectors.
//! 4. Then the session stays open, and new commits are passed on at once. Should effects outrun their causes all the same,
//!    **Want** has the peer begin anew from what is held.
//!
//! Meanwhile colleagues at the phone tell each other which call they have in hand ([`Calling`]); nothing of that is kept.
//!
//! A device that holds a ticket asks to **join** first ([`Joining`]).
//!
//! Two devices in one process:
//!
//! ```
//! use satchel_core::{DeviceId, WorkspaceId};
//! use satchel_sync::protocol::{Replica, Session, Terms, simulation::Logs};
//! use std::time::Duration;
//!
//! let ann = Logs::found(WorkspaceId([1; 16]), DeviceId([1; 32]));
//! let bob = ann.admit_device(DeviceId([2; 32]));
//! ann.write(b"Ann's work".to_vec());
//! bob.write(b"Bob's work".to_vec());
//!
//! let now = Duration::ZERO;
//! let mut dialling = Session::dial(&bob, ann.device(), Terms::default(), now);
//! let mut answering = Session::answer(bob.device(), Terms::default(), now);
//! loop {
//!     let (to_ann, to_bob) = (dialling.take_output(), answering.take_output());
//!     if to_ann.is_empty() && to_bob.is_empty() {
//!         break;
//!     }
//!     answering.receive(&ann, &to_ann, now);
//!     dialling.receive(&bob, &to_bob, now);
//! }
//! assert!(dialling.up_to_date() && answering.up_to_date());
//! assert_eq!(ann.vector(), bob.vector());
//! ```

mod bounded;
mod calling;
mod choosing;
mod claims;
mod frame;
mod joining;
mod refusal;
mod replica;
mod session;
pub mod simulation;

pub use calling::{ARRIVAL, ASKING_PATIENCE, BEAT, Calling, Hand, LAPSE, Taken};
pub use choosing::{ENOUGH, MAX_LIVE, in_turn};
pub use claims::Claims;
pub use frame::{MAX_FRAME, MAX_STRANGERS_FRAME, Terms, VERSION};
pub use joining::Joining;
pub use refusal::{Ending, Refusal};
pub use replica::{Batch, Replica, Standing};
pub use session::{GREETING_PATIENCE, Happening, Moment, PATIENCE, Session, Traffic};
