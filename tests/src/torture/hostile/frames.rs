//! What a peer says: a whole conversation with bytes changed, added, left out.

use std::time::Duration;

use anyhow::{Result, ensure};
use satchel_sync::protocol::{Session, Terms, simulation::Line};

use super::device::Attacked;

/// What Ann says to Bob who dials her.
pub fn seeds(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    Ok(vec![conversation(attacked).1])
}

/// What Ann says to Bob whom she dials.
pub fn answers(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    let mut line = Line::connect(&attacked.ann.ws, &attacked.bob);
    line.run(usize::MAX);
    let (ann, _) = line.cut();
    Ok(vec![ann.said])
}

/// What both say, Bob first. Bob takes up what Ann has.
fn conversation(attacked: &Attacked) -> (Vec<u8>, Vec<u8>) {
    let mut line = Line::connect(&attacked.bob, &attacked.ann.ws);
    line.run(usize::MAX);
    let (bob, ann) = line.cut();
    (bob.said, ann.said)
}

pub fn offer(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    attacked.before(0)?;
    let session = Session::dial(&attacked.bob, attacked.ann.ws.device(), Terms::default(), Duration::ZERO);
    hear(attacked, session, bytes)
}

pub fn offer_answer(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    attacked.before(0)?;
    let session = Session::answer(attacked.ann.ws.device(), Terms::default(), Duration::ZERO);
    hear(attacked, session, bytes)
}

fn hear(attacked: &mut Attacked, mut session: Session, bytes: &[u8]) -> Result<()> {
    let mut now = Duration::ZERO;
    // As it comes from a network: in pieces.
    for piece in bytes.chunks(1 + bytes.len() / 3) {
        session.receive(&attacked.bob, piece, now);
        session.take_output();
        now += Duration::from_secs(1);
        session.tick(now);
    }
    while session.next_happening().is_some() {}
    session.lost();
    ensure!(attacked.is_of_ann(), "Bob holds what Ann never wrote");
    let waits = attacked.bob.accept(Vec::new())?.waiting > 0;
    if waits || !attacked.is_as_before()? {
        attacked.holds()?;
        // What came was Ann's, and the rest of it is welcome.
        let rest = attacked.ann.ws.commits_beyond(&attacked.bob.vector(), 0, usize::MAX)?.0;
        let accepted = attacked.bob.accept(rest)?;
        ensure!(accepted.refused.is_empty(), "the honest rest is refused: {accepted:?}");
        ensure!(attacked.bob.status()?.digest == attacked.ann.digest()?, "Bob and Ann differ after it");
        attacked.reset(0)?;
    }
    Ok(())
}
