//! Asks why opportunities were lost.

use eframe::egui::{Align, Frame, Id, Key, Layout, Margin, Modal, Modifiers, Stroke};
use satchel_core::{Command, DocId};
use tr::tr;

use super::{
    context::{Action, Context},
    words::{self, Words},
};
use crate::{
    design::{palette, radius, shadow, type_scale},
    views::format,
    widgets::{Button, Input, option},
};

pub struct LostDialog {
    ids: Vec<DocId>,
    reason: Option<DocId>,
    note: String,
}

impl LostDialog {
    pub fn new(ids: Vec<DocId>) -> LostDialog {
        LostDialog { ids, reason: None, note: String::new() }
    }

    /// True once it is answered or closed.
    pub fn show(&mut self, ui: &mut eframe::egui::Ui, cx: &mut Context) -> bool {
        let p = palette(ui);
        let frame = Frame::new()
            .fill(p.card)
            .stroke(Stroke::new(1.0, p.line2))
            .corner_radius(radius::COLUMN)
            .shadow(shadow::popup(p))
            .inner_margin(Margin::symmetric(20, 16));
        let title = match self.ids.as_slice() {
            [id] => tr!("Mark lost: {}", cx.records.name(*id)),
            ids => tr!(
                "Mark {count} opportunity lost" | "Mark {count} opportunities lost" % ids.len(),
                count = format::thousands(ids.len() as u64)
            ),
        };
        let mut reasons: Vec<(DocId, &str)> = cx
            .records
            .lost_reasons
            .values()
            .filter(|r| !r.meta.deleted && !r.meta.archived)
            .map(|r| (r.id, r.name.as_str()))
            .collect();
        reasons.sort_by_key(|(_, name)| name.to_lowercase());
        let mut confirmed = false;
        let mut closed = false;
        let modal = Modal::new(Id::unique("lost")).frame(frame).backdrop_color(p.scrim).show(ui.ctx(), |ui| {
            ui.set_width(400.0);
            ui.label(type_scale::TITLE.text(title));
            ui.label(
                type_scale::BODY.text(tr!("Why was it lost? It keeps its stage and can be restored.")).color(p.text2),
            );
            ui.add_space(4.0);
            ui.spacing_mut().item_spacing.y = 6.0;
            for (id, name) in &reasons {
                if option::short(ui, self.reason == Some(*id), name).clicked() {
                    self.reason = if self.reason == Some(*id) { None } else { Some(*id) };
                }
            }
            ui.add_space(4.0);
            let (name, hint) = (tr!("Closing note"), tr!("Closing note, kept in the history"));
            Input::new(&mut self.note, &name).hint(&hint).rows(3).show(ui);
            ui.add_space(6.0);
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                confirmed |= ui.add(Button::primary(&tr!("Mark lost"))).clicked();
                closed |= ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
            });
        });
        let typing = ui.ctx().text_edit_focused();
        confirmed |= !typing && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        if confirmed {
            let (reason, note) = (self.reason, self.note.trim().to_owned());
            let lost = |id: &DocId| Command::MarkLost { ids: vec![*id], reason, note: note.clone() };
            match self.ids.as_slice() {
                [id] => cx.execute(lost(id)),
                ids => {
                    let name = words::many(ids.len());
                    let label = words::kept(|| tr!("Marked lost"));
                    let words = Words { verb: tr!("Marked lost"), name, label, ..Words::default() };
                    cx.actions.push(Action::Many(words, ids.iter().map(lost).collect()));
                }
            }
        }
        confirmed || closed || modal.should_close()
    }
}
