//! Files attached to records: add, save, remove.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use satchel::attach::attach;
use satchel_core::{Command, Kind};

use super::{
    arguments::{find, find_all},
    edit::{execute, print_id, report},
    output,
    place::Place,
};

#[derive(Subcommand)]
pub enum AttachmentTask {
    /// Attach a file to an opportunity or contact; prints the attachment's id
    Add {
        /// The opportunity or contact
        id: String,
        file: PathBuf,
    },
    /// Write an attached file
    Save {
        attachment: String,
        /// Where to; its own name if not given
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Take an attached file off its record
    Remove { attachment: String },
}

impl AttachmentTask {
    pub fn run(self, place: &Place) -> Result<()> {
        let workspace = place.open()?;
        match self {
            AttachmentTask::Add { id, file } => {
                let on = find(&workspace, &id)?;
                print_id(place, attach(&workspace, on, &file)?.0)
            }
            AttachmentTask::Save { attachment, output } => {
                let id = find_all(&workspace, &[attachment], Kind::Attachment)?[0];
                let attachment = workspace.records().attachment(id).map(|(_, a)| a.clone());
                let attachment = attachment.ok_or_else(|| anyhow!("attachment {id} was removed"))?;
                let path = output.unwrap_or_else(|| attachment.file_name().into());
                let bytes = workspace.file(attachment.hash)?;
                fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))?;
                output::message(format_args!("saved {} bytes as {}", attachment.size, path.display()));
                Ok(())
            }
            AttachmentTask::Remove { attachment } => {
                let id = find_all(&workspace, &[attachment], Kind::Attachment)?[0];
                report(place, &execute(&workspace, Command::Detach { id })?)
            }
        }
    }
}
