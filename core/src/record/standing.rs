use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{id::DocId, value::Percent};

/// Where an opportunity stands: one register, so that concurrent won and lost is one conflict and never a mixture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Standing {
    pub stage: Option<DocId>,
    #[serde(default)]
    pub outcome: Outcome,
    /// The probability a person set; else the stage's default holds.
    #[serde(default)]
    pub probability: Option<Percent>,
    /// Since when it is in this stage.
    #[serde(default, with = "crate::value::brief")]
    pub since: Option<DateTime<Utc>>,
    /// When it was won or lost.
    #[serde(default, with = "crate::value::brief")]
    pub closed: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    #[default]
    Open,
    Won,
    Lost {
        reason: Option<DocId>,
    },
}

impl Standing {
    /// Equal for a person: the times at which two devices did the same thing are no conflict.
    pub fn agrees(&self, other: &Standing) -> bool {
        self.stage == other.stage && self.outcome == other.outcome && self.probability == other.probability
    }

    pub fn is_lost(&self) -> bool {
        matches!(self.outcome, Outcome::Lost { .. })
    }

    pub fn lost_reason(&self) -> Option<DocId> {
        match self.outcome {
            Outcome::Lost { reason } => reason,
            _ => None,
        }
    }
}

/// Derived: won in a won stage (even if archived), lost when marked lost, else pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WonStatus {
    Pending,
    Won,
    Lost,
}

impl WonStatus {
    pub fn label(self) -> &'static str {
        match self {
            WonStatus::Pending => "pending",
            WonStatus::Won => "won",
            WonStatus::Lost => "lost",
        }
    }
}
