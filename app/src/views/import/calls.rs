//! What is read as a list of calls: its name, and what the operators say.

use eframe::egui::{Ui, vec2};
use satchel_core::{Command, DocId, Kind, Value, Workspace, WorkspaceId, exchange::Draft, query::fold};
use tr::tr;

use crate::{
    design::{palette, type_scale},
    locale,
    widgets::{Input, switch},
};

/// The list that the rows become calls of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallTarget {
    pub name: String,
    pub script: String,
}

/// The switch, and what is asked while it is on. `files` is what the list is called until somebody says otherwise.
pub fn show(ui: &mut Ui, target: &mut Option<CallTarget>, files: &str) {
    let p = palette(ui);
    ui.spacing_mut().item_spacing = vec2(8.0, 6.0);
    ui.horizontal(|ui| {
        let says = tr!("Make a call list of the people in these files");
        if switch::show(ui, target.is_some(), &says).clicked() {
            *target = match target {
                Some(_) => None,
                None => Some(CallTarget { name: files.to_owned(), script: String::new() }),
            };
        }
        ui.label(type_scale::BODY.text(says).color(p.text));
    });
    let Some(target) = target else { return };
    let (name, script) = (tr!("Name of the call list"), tr!("What the operators say"));
    let missing = target.name.trim().is_empty();
    Input::new(&mut target.name, &name).hint(&name).width(420.0).wrong(missing).show(ui);
    let hint = tr!("Script: steps parted by empty lines");
    Input::new(&mut target.script, &script).hint(&hint).rows(3).show(ui);
}

/// So high it is.
pub fn height(target: Option<&CallTarget>) -> f32 {
    match target {
        Some(_) => 152.0,
        None => 34.0,
    }
}

impl CallTarget {
    /// Two devices that make a list of this name make one.
    fn id(&self, workspace: WorkspaceId) -> DocId {
        DocId::derived(workspace, "name", Kind::CallList, &self.name.trim().to_lowercase())
    }

    /// The draft with its rows as calls of the list.
    pub fn draft(&self, mut draft: Draft, workspace: &Workspace) -> Draft {
        draft.call(self.found(workspace).unwrap_or_else(|| self.id(workspace.id())));
        draft
    }

    fn found(&self, workspace: &Workspace) -> Option<DocId> {
        let records = workspace.records();
        let name = fold(self.name.trim());
        let live = records.call_lists.values().filter(|list| !list.meta.deleted);
        live.filter(|list| fold(list.name.trim()) == name).map(|list| list.id).min()
    }

    /// Makes the list, or gives an existing one the script where one is written.
    pub fn prepare(&self, workspace: &Workspace) -> Result<(), String> {
        let script = ("script".to_owned(), Value::Text(self.script.clone()));
        let command = match self.found(workspace) {
            Some(_) if self.script.trim().is_empty() => return Ok(()),
            Some(id) => Command::Set { id, fields: vec![script], seen: None },
            None => {
                let name = ("name".to_owned(), self.name.trim().into());
                Command::Create { id: self.id(workspace.id()), fields: vec![name, script] }
            }
        };
        workspace.execute(command).map(|_| ()).map_err(|e| locale::said(&e.message()))
    }
}
