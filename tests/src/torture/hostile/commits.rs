//! Commits with bytes that nobody signed.

use anyhow::{Result, ensure};

use super::device::Attacked;

pub fn seeds(attacked: &Attacked) -> Result<Vec<Vec<u8>>> {
    Ok(attacked.commits.clone())
}

/// Every changed byte is noticed: only the very commits that Ann signed are taken.
pub fn offer(attacked: &mut Attacked, bytes: &[u8]) -> Result<()> {
    attacked.before(attacked.commits.len() / 2)?;
    let accepted = attacked.bob.accept(vec![bytes.to_vec()])?;
    if accepted.applied == 0 && accepted.waiting == 0 {
        ensure!(attacked.is_as_before()?, "refused, and the digest changed");
        return Ok(());
    }
    ensure!(attacked.commits.iter().any(|commit| commit == bytes), "bytes that nobody signed are taken: {accepted:?}");
    attacked.reset(attacked.at)
}
