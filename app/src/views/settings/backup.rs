//! The dialog that writes everything into one file.

use std::{io::BufWriter, path::Path};

use eframe::egui::{Id, Ui};
use tr::tr;

use crate::{
    design::{palette, type_scale},
    locale::said,
    shell::{Action, Context, Say},
    views::saving::{Saving, downloads, entered},
    widgets::{Button, dialog},
};

pub struct BackupDialog {
    file: Saving,
}

impl BackupDialog {
    /// `MavenTech 2026-11-12.satchel-backup` where people look for what a program gave them.
    pub fn new(cx: &Context) -> BackupDialog {
        let name = cx.records.company.as_ref().map(|c| c.name.replace(['/', '\\', ':'], " ")).unwrap_or_default();
        BackupDialog { file: Saving::new(&downloads().join(format!("{name} {}.satchel-backup", cx.today))) }
    }

    pub fn unsaved(&self, cx: &mut Context) {
        self.file.unsaved(cx);
    }

    /// True once it is written or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if let Some(path) = self.file.turn() {
            cx.actions.push(Action::Say(Say::Done(tr!("The backup is in {}", path.display()))));
            return true;
        }
        let p = palette(ui);
        let ((write, cancel), escaped) = dialog::dialog(ui.ctx(), "backup", 520.0, &tr!("Back up"), |ui| {
            let says = tr!(
                "Records, history and attached files in one file. It holds this device’s key as well: keep it as safe as \
                 the laptop. It is put back from the first start, or with `satchel backup restore`."
            );
            ui.label(type_scale::BODY.text(says).color(p.text2));
            ui.add_space(2.0);
            let response = self.file.field(ui, Id::unique("backup path"));
            self.file.chooser(ui, cx);
            let entered = entered(ui, &response);
            dialog::buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let write = ui.add(Button::primary(&tr!("Back up")).enabled(!self.file.is_writing())).clicked();
                (write || entered, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if write {
            let path = self.file.path();
            match path.parent().is_some_and(Path::is_dir) {
                true => self.file.stream(cx, path, |workspace, file| {
                    workspace.back_up(BufWriter::new(file)).map(|_| ()).map_err(|why| said(&why.message()))
                }),
                false => {
                    let folder = path.parent().unwrap_or(&path);
                    self.file.refuse(tr!("There is no folder {}", folder.display()));
                }
            }
        }
        (cancel || escaped) && !self.file.is_writing()
    }
}
