/// What can go wrong between devices. Every message is one clear line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace itself failed or refused.
    #[error(transparent)]
    Core(#[from] satchel_core::Error),
    /// The other device said no, with its reason.
    #[error("{0}")]
    Refused(String),
    /// Nobody answered; says who was tried and what to do.
    #[error("{0}")]
    Unreachable(String),
    /// The network could not be used at all.
    #[error("{0}")]
    Network(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
