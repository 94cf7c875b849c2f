use satchel_core::Message;

/// What can go wrong between devices. Every message is one clear line.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workspace itself failed or refused.
    #[error(transparent)]
    Core(#[from] satchel_core::Error),
    /// The other device said no, with its reason.
    #[error("{0}")]
    Refused(Message),
    /// Nobody answered; says who was tried and what to do.
    #[error("{0}")]
    Unreachable(Message),
    /// The network could not be used at all.
    #[error("{0}")]
    Network(Message),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// What is told of it.
    pub fn message(&self) -> Message {
        match self {
            Error::Core(error) => error.message(),
            Error::Refused(message) | Error::Unreachable(message) | Error::Network(message) => message.clone(),
        }
    }
}
