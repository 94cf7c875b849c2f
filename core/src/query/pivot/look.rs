//! How a pivot is looked at: what a favourite keeps beside its question.

use serde::{Deserialize, Serialize};

use super::Layout;
use crate::error::Result;

/// Plain data; what a newer version adds is passed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Look {
    pub layout: Layout,
    pub graph: Graph,
    /// Bars of several series side by side instead of on top of each other.
    pub apart: bool,
}

/// What is drawn of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Graph {
    #[default]
    Bar,
    Line,
    Pie,
    /// The pivot itself.
    Table,
}

impl Look {
    /// As JSON, the form a favourite stores.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads [`Look::to_text`].
    pub fn from_text(text: &str) -> Result<Look> {
        serde_json::from_str(text)
            .map_err(|e| refused!("Report: not one that Satchel wrote ({why})", why = e.to_string()))
    }
}
