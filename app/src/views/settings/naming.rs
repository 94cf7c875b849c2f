//! A stage named from the board: an existing one anew, or a new one beside it.

use eframe::egui::{Key, Ui};
use satchel_core::{Command, DocId, Kind, Value};
use tr::tr;

use super::parts;
use crate::{
    design::{palette, type_scale},
    shell::Context,
    widgets::{
        Button, Input,
        dialog::{buttons, dialog},
        in_place,
    },
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    Rename(DocId),
    /// A new stage behind this one.
    After(DocId),
}

pub struct NameStage {
    naming: Naming,
    text: String,
    fresh: bool,
    wrong: bool,
}

impl NameStage {
    pub fn new(naming: Naming, records: &satchel_core::Records) -> NameStage {
        let text = match naming {
            Naming::Rename(id) => records.name(id).to_owned(),
            Naming::After(_) => String::new(),
        };
        NameStage { naming, text, fresh: true, wrong: false }
    }

    /// True once it is answered or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let (title, words) = match self.naming {
            Naming::Rename(_) => (tr!("Rename stage"), tr!("Rename")),
            Naming::After(_) => (tr!("New stage"), tr!("Add stage")),
        };
        let ((mut done, cancel), closed) = dialog(ui.ctx(), "name a stage", 360.0, &title, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            let input = Input::new(&mut self.text, &tr!("Stage name")).hint(&tr!("Name")).wrong(self.wrong).show(ui);
            if std::mem::take(&mut self.fresh) {
                input.request_focus();
                in_place::select_all(&input, &self.text);
            }
            self.wrong &= !input.changed();
            if self.wrong {
                ui.label(type_scale::SECONDARY.text(tr!("A stage needs a name")).color(palette(ui).late.text));
            }
            let enter = input.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let done = ui.add(Button::primary(&words)).clicked();
                (done || enter, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        let name = self.text.trim().to_owned();
        if done && name.is_empty() {
            (self.wrong, self.fresh, done) = (true, true, false);
        }
        if done {
            match self.naming {
                Naming::Rename(id) => {
                    cx.execute(Command::Set { id, fields: vec![("name".to_owned(), Value::Text(name))], seen: None });
                }
                Naming::After(id) => {
                    let stages = cx.records.stages_of(None);
                    let next = stages.iter().position(|s| s.id == id).and_then(|at| stages.get(at + 1)).map(|s| s.id);
                    let teams = cx.records.stages.get(&id).map(|s| s.teams.clone()).unwrap_or_default();
                    let label = format!("Create stage {name}");
                    let (new, create) = parts::make(cx, Kind::Stage, name, vec![("teams", Value::Refs(teams))]);
                    let arrange = Command::ArrangeStage { id: new, before: next };
                    cx.execute(Command::Together { label, commands: vec![create, arrange] });
                }
            }
        }
        done || cancel || closed
    }
}
