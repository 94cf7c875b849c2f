//! Contacts: the list, and the form of one.

mod create;
mod list;
mod one;

use eframe::egui::Ui;
use satchel_core::DocId;

use crate::shell::Context;

#[derive(Default)]
pub struct ContactsView {
    list: list::List,
    one: one::One,
    create: Option<create::Create>,
}

impl ContactsView {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        if self.list.show(ui, cx) {
            self.create = Some(create::Create::new(None));
        }
        self.dialog(ui, cx);
    }

    /// What is typed and not saved, also while another page is shown.
    pub fn unsaved(&self, cx: &mut Context) {
        self.list.unsaved(cx);
        self.one.unsaved(cx);
        if let Some(create) = &self.create {
            create.unsaved(cx);
        }
    }

    /// Breadcrumb and buttons of one contact.
    pub fn top_bar(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        self.one.top_bar(id, ui, cx);
    }

    /// The form of one contact. The id may change from frame to frame.
    pub fn show_one(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        if let Some(company) = self.one.show(id, ui, cx) {
            self.create = Some(create::Create::new(Some(company)));
        }
        self.dialog(ui, cx);
    }

    fn dialog(&mut self, ui: &mut Ui, cx: &mut Context) {
        if let Some(create) = &mut self.create
            && create.show(ui, cx)
        {
            self.create = None;
        }
    }
}
