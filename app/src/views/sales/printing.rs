//! A quotation or an invoice written as a PDF: where to, and whether it is shown then.

use eframe::egui::{Id, Ui};
use satchel_core::DocId;
use tr::tr;

use crate::{
    design::{palette, type_scale},
    locale,
    paper::{self, Paper},
    shell::{Action, Context, Pending, Say},
    views::saving::{Saving, downloads, entered},
    widgets::{Button, dialog},
};

pub struct Printing {
    id: DocId,
    file: Saving,
    opening: Option<Pending<Result<(), String>>>,
    /// It is shown in the system's program once it is written.
    show: bool,
}

impl Printing {
    pub fn new(cx: &Context, id: DocId) -> Option<Printing> {
        let name = Paper::of(cx.records, id, cx.environment, None)?.file_name();
        Some(Printing { id, file: Saving::new(&downloads().join(name)), opening: None, show: false })
    }

    /// A file that is being written.
    pub fn unsaved(&self, cx: &mut Context) {
        self.file.unsaved(cx);
    }

    /// True once it is written or given up.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if let Some(path) = self.file.turn() {
            let words = tr!("{what} written to {path}", what = cx.records.name(self.id), path = path.display());
            cx.actions.push(Action::Say(Say::Done(words)));
            if self.show {
                self.opening = Some(cx.background(move |_, _| open::that_detached(path).map_err(|e| e.to_string())));
            }
            return true;
        }
        let p = palette(ui);
        let (answer, escaped) = dialog::dialog(ui.ctx(), "print", 520.0, &tr!("Print as PDF"), |ui| {
            let says = tr!("With logo and company data as the settings have them.");
            ui.label(type_scale::BODY.text(says).color(p.text2));
            ui.add_space(2.0);
            let response = self.file.field(ui, Id::unique("printed file"));
            ui.horizontal(|ui| self.file.chooser(ui, cx));
            let entered = entered(ui, &response);
            dialog::buttons(ui, |ui| {
                let idle = !self.file.is_writing();
                let show = ui.add(Button::primary(&tr!("Save and show")).enabled(idle)).clicked();
                let save = ui.add(Button::new(&tr!("Save")).enabled(idle)).clicked() || entered;
                (show, save, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if answer.0 || answer.1 {
            self.show = answer.0;
            self.write(cx);
        }
        (answer.2 || escaped) && !self.file.is_writing()
    }

    fn write(&mut self, cx: &mut Context) {
        let mut path = self.file.path();
        if path.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("pdf")) {
            path.as_mut_os_string().push(".pdf");
        }
        let (id, spoken) = (self.id, locale::current());
        self.file.write(cx, path, move |workspace| {
            // The language is the window's, whichever thread writes.
            locale::speak(spoken);
            let logo = paper::logo(workspace);
            let paper = Paper::of(&workspace.records(), id, workspace.environment(), logo);
            paper::pdf(&paper.ok_or_else(|| tr!("It is not here any more"))?)
        });
    }
}
