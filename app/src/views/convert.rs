//! The dialog that makes opportunities of leads: whose they become, who gets them, and what they may be already.

use eframe::egui::{ScrollArea, Ui, vec2};
use satchel_core::{
    Command, DocId, Kind,
    command::Customer,
    customer_of,
    query::duplicates::{self, Duplicate},
    record::Opportunity,
};
use tr::tr;

use super::{alike, form::words, format};
use crate::{
    design::{palette, size, type_scale},
    shell::{Action, Context},
    widgets::{
        Button,
        dialog::{buttons, dialog},
        in_place::{Draft, InPlace},
        option,
        picker::{self, Picked, Picker},
    },
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    Find,
    Other,
    Create,
    Keep,
}

pub struct ConvertDialog {
    ids: Vec<DocId>,
    choice: Option<Choice>,
    other: Option<DocId>,
    draft: Option<Draft>,
    list: Option<picker::Open<DocId>>,
    /// Salespeople, in the order they were chosen.
    users: Vec<DocId>,
    merge: bool,
    /// Worked out once: the customer there seems to be, and what the lead looks like.
    known: Option<(Option<DocId>, Vec<Duplicate>)>,
}

impl ConvertDialog {
    pub fn new(ids: Vec<DocId>) -> ConvertDialog {
        ConvertDialog {
            ids,
            choice: None,
            other: None,
            draft: None,
            list: None,
            users: Vec::new(),
            merge: false,
            known: None,
        }
    }

    /// True once it is answered or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let title = match self.ids.as_slice() {
            [id] => tr!("Convert {} to an opportunity", cx.records.name(*id)),
            ids => {
                let count = format::thousands(ids.len() as u64);
                tr!(
                    "Convert {count} lead to opportunities" | "Convert {count} leads to opportunities" % ids.len(),
                    count
                )
            }
        };
        if self.known.is_none() {
            self.known = Some(match self.ids.as_slice() {
                [id] => (customer_of(cx.records, *id), mergeable(cx, *id)),
                _ => (None, Vec::new()),
            });
        }
        let ((convert, cancel), closed) = dialog(ui.ctx(), "convert", 460.0, &title, |ui| self.fields(ui, cx));
        if convert {
            let ids = self.ids.clone();
            let customer = match self.choice() {
                Choice::Find => Customer::Find,
                Choice::Create => Customer::Create,
                Choice::Keep => Customer::Keep,
                Choice::Other => match self.other {
                    Some(other) => Customer::Existing(other),
                    None => {
                        self.draft = Some(Draft { text: String::new(), error: Some(tr!("Choose a customer")) });
                        return false;
                    }
                },
            };
            cx.execute(Command::Convert { ids: ids.clone(), customer, users: self.users.clone() });
            let like = self.known.as_ref().map(|(_, like)| like.as_slice()).unwrap_or_default();
            if self.merge {
                let all = ids.into_iter().chain(like.iter().take(4).map(|d| d.id)).collect();
                cx.actions.push(Action::AskMerge(all));
            }
        }
        convert || cancel || closed
    }

    fn choice(&self) -> Choice {
        self.choice.unwrap_or(Choice::Find)
    }

    fn fields(&mut self, ui: &mut Ui, cx: &mut Context) -> (bool, bool) {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 6.0;
        ui.label(type_scale::CARD_TITLE.text(tr!("Customer")));
        for (choice, text, why) in self.choices(cx) {
            if option::show(ui, self.choice() == choice, &text, &why).clicked() {
                self.choice = Some(choice);
            }
            if choice == Choice::Other && self.choice() == Choice::Other {
                self.other_field(ui, cx);
            }
        }
        if self.ids.len() > 1 {
            self.salespeople(ui, cx);
        }
        let like = self.known.as_ref().map(|(_, like)| like.clone()).unwrap_or_default();
        if let Some(first) = like.first() {
            ui.add_space(4.0);
            ui.label(type_scale::CARD_TITLE.text(tr!("It may be here already")));
            let names: Vec<&str> = like.iter().take(4).map(|d| cx.records.name(d.id)).collect();
            let title = tr!("Merge with {}", names.join(", "));
            let why = tr!("{}: you see them side by side first", format::capital(&alike::words(first)));
            if option::show(ui, self.merge, &title, &why).clicked() {
                self.merge = !self.merge;
            }
        }
        let (mut convert, mut cancel) = (false, false);
        buttons(ui, |ui| {
            convert = ui.add(Button::primary(&tr!("Convert"))).clicked();
            cancel = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
            if self.ids.len() > 1 {
                let note = tr!("Archived, won and lost ones are left out.");
                ui.label(type_scale::SECONDARY.text(note).color(p.text3));
            }
        });
        (convert, cancel)
    }

    /// What can be chosen, with a word of why.
    fn choices(&self, cx: &Context) -> Vec<(Choice, String, String)> {
        let one = match self.ids.as_slice() {
            [id] => cx.records.opportunities.get(id),
            _ => None,
        };
        let Some(lead) = one else {
            return vec![
                (
                    Choice::Find,
                    tr!("Find or create each"),
                    tr!("By e-mail or name; else new, if there is a contact or an e-mail"),
                ),
                (Choice::Keep, tr!("No new customers"), tr!("Each keeps the one it has")),
            ];
        };
        let found = self.known.as_ref().and_then(|(found, _)| *found);
        let mut all = Vec::new();
        match found {
            Some(found) => {
                let theirs = lead.partner == Some(found);
                let why = if theirs { tr!("Its customer already") } else { tr!("Has the same e-mail or name") };
                all.push((Choice::Find, tr!("Link to {}", cx.records.name(found)), why));
            }
            None if lead.contact_name.trim().is_empty() && lead.email_from.trim().is_empty() => {
                all.push((Choice::Find, tr!("No customer"), tr!("It names no contact and no e-mail")));
            }
            None => all.push((Choice::Find, tr!("Create {}", named(lead)), tr!("Nobody here has its e-mail or name"))),
        }
        all.push((Choice::Other, tr!("Another customer"), tr!("One that is in the contacts")));
        let names = named(lead);
        if found.is_some() && !names.is_empty() {
            all.push((Choice::Create, tr!("Create {}", names), tr!("A new one, although there is one like it")));
        }
        if found.is_some() && lead.partner.is_none() || found.is_none() && !names.is_empty() {
            all.push((Choice::Keep, tr!("No customer"), tr!("Its own names and addresses stay on it")));
        }
        all
    }

    fn other_field(&mut self, ui: &mut Ui, cx: &mut Context) {
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), size::CONTROL));
        let name = self.other.map_or("", |id| cx.records.name(id)).to_owned();
        let id = eframe::egui::Id::unique("customer of the lead");
        let (label, what) = (tr!("Customer"), tr!("contact"));
        let text = InPlace { boxed: true, hint: &label, ..InPlace::new(id, &label, &name) };
        let picker = Picker { text, create: None, what: &what };
        let records = cx.records;
        let picked = picker
            .show(ui, rect, &mut self.draft, &mut self.list, |query| words::suggestions(records, Kind::Contact, query));
        match picked {
            Picked::Item(contact) => self.other = Some(contact),
            Picked::Cleared => self.other = None,
            _ => {}
        }
        if let Some(error) = self.draft.as_ref().and_then(|d| d.error.as_ref()) {
            ui.label(type_scale::SECONDARY.text(error).color(palette(ui).late.text));
        }
    }

    fn salespeople(&mut self, ui: &mut Ui, cx: &Context) {
        let p = palette(ui);
        ui.add_space(4.0);
        ui.label(type_scale::CARD_TITLE.text(tr!("Salespeople, in turn")));
        let mut users: Vec<(DocId, &str)> = cx
            .records
            .users
            .values()
            .filter(|u| !u.meta.deleted && !u.meta.archived)
            .map(|u| (u.id, u.name.as_str()))
            .collect();
        users.sort_by_key(|(_, name)| name.to_lowercase());
        ScrollArea::vertical().id_salt("salespeople").max_height(180.0).auto_shrink([false, true]).show(ui, |ui| {
            for (id, name) in users {
                let place = self.users.iter().position(|u| *u == id);
                let text = place.map_or_else(|| name.to_owned(), |at| format!("{}. {name}", at + 1));
                if option::short(ui, place.is_some(), &text).clicked() {
                    match place {
                        Some(at) => _ = self.users.remove(at),
                        None => self.users.push(id),
                    }
                }
            }
        });
        if self.users.is_empty() {
            ui.label(type_scale::SECONDARY.text(tr!("Nobody chosen: each keeps its own.")).color(p.text3));
        }
    }
}

/// Leads and opportunities that may be the same, but for those of one customer.
fn mergeable(cx: &Context, id: DocId) -> Vec<Duplicate> {
    let customer_only = |d: &Duplicate| d.alike == [duplicates::Likeness::Customer];
    duplicates::of(cx.records, id).into_iter().filter(|d| !customer_only(d)).collect()
}

/// What a lead says of a customer: `New Ltd and Eve Adams`.
fn named(lead: &Opportunity) -> String {
    let person = if lead.contact_name.trim().is_empty() && lead.partner_name.trim().is_empty() {
        lead.email_from.trim()
    } else {
        lead.contact_name.trim()
    };
    match (lead.partner_name.trim(), person) {
        (company, "") => company.to_owned(),
        ("", person) => person.to_owned(),
        (company, person) => tr!("{} and {}", company, person),
    }
}
