//! Closing the window: what is typed in a field is saved first; what cannot be saved is asked about.

use eframe::egui::{Ui, ViewportCommand};
use tr::tr;

use super::context::Context;
use crate::{
    design::{palette, type_scale},
    widgets::{Button, dialog},
};

#[derive(Default)]
pub struct Closing {
    step: Step,
}

#[derive(Default, PartialEq)]
enum Step {
    #[default]
    Open,
    /// The field has lost the focus and saves itself; so many frames are waited.
    Saving(u8),
    /// Something cannot be saved: shall it be lost?
    Asking,
    Agreed,
}

impl Closing {
    /// After the views of a frame, which have said what is not saved.
    pub fn show(&mut self, ui: &Ui, cx: &Context) {
        let ctx = ui.ctx();
        if ctx.input(|i| i.viewport().close_requested()) && self.step != Step::Agreed {
            let typing = ctx.text_edit_focused();
            if typing || !cx.unsaved.is_empty() {
                ctx.send_viewport_cmd(ViewportCommand::CancelClose);
                ctx.memory_mut(|m| m.focused().into_iter().for_each(|id| m.surrender_focus(id)));
                self.step = Step::Saving(2);
                ctx.request_repaint();
            }
            return;
        }
        match self.step {
            Step::Open | Step::Agreed => {}
            Step::Saving(0) if cx.unsaved.is_empty() => self.close(ctx),
            Step::Saving(0) => self.step = Step::Asking,
            Step::Saving(frames) => {
                self.step = Step::Saving(frames - 1);
                ctx.request_repaint();
            }
            // What was waited for is done.
            Step::Asking if cx.unsaved.is_empty() => self.close(ctx),
            Step::Asking => self.ask(ui, cx),
        }
    }

    fn ask(&mut self, ui: &Ui, cx: &Context) {
        let p = palette(ui);
        let (answer, escaped) = dialog::dialog(ui.ctx(), "closing", 420.0, &tr!("Not everything is saved"), |ui| {
            for what in cx.unsaved.iter() {
                ui.label(type_scale::BODY.text(what).color(p.text2));
            }
            dialog::buttons(ui, |ui| {
                let stay = ui.add(Button::primary(&tr!("Stay"))).clicked();
                let close = ui.add(Button::danger(&tr!("Close and lose it"))).clicked();
                (stay, close)
            })
        });
        match answer {
            (true, _) => self.step = Step::Open,
            (_, true) => self.close(ui.ctx()),
            _ if escaped => self.step = Step::Open,
            _ => {}
        }
    }

    fn close(&mut self, ctx: &eframe::egui::Context) {
        self.step = Step::Agreed;
        ctx.send_viewport_cmd(ViewportCommand::Close);
    }
}
