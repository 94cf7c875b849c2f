//! The form of one contact: its fields, its opportunities and people, its activities and timeline.

mod related;

use std::collections::BTreeSet;

use eframe::egui::{Align, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use satchel_core::{Command, DocId, Record, Value, record::Contact};
use tr::tr;

use self::related::{ROWS, Related};
use crate::{
    design::{icons, palette, size, type_scale},
    locale,
    shell::{Action, Context, Page},
    views::{
        alike::Alike,
        form::{
            Form, activities::Activities, attachments::Attachments, calls::Calls, chronicle::Chronicle,
            columns::Columns, conflict, custom, def, next_meeting::NextMeeting, page, tags::TagPicker,
        },
        list::Export,
        photo::Photo,
    },
    widgets::{Button, Row, empty, icon_button, menu, row::cut},
};

#[derive(Default)]
pub struct One {
    form: Form,
    tags: TagPicker,
    meeting: NextMeeting,
    activities: Activities,
    attachments: Attachments,
    calls: Calls,
    chronicle: Chronicle,
    later: BTreeSet<(DocId, String)>,
    beside: bool,
    related: Related,
    most: usize,
    alike: Alike,
    photo: Photo,
    /// The contact being written to a file.
    card: Option<Export>,
}

impl One {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.form.unsaved(cx);
        self.chronicle.unsaved(cx);
        self.activities.unsaved(cx);
        self.card.iter().for_each(|card| card.unsaved(cx));
    }

    pub fn top_bar(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) {
        let palette = palette(ui);
        let records = cx.records;
        let bar = ui.available_rect_before_wrap();
        ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, (1.0, palette.line));
        let Some(contact) = records.contacts.get(&id) else { return };
        let inner = bar.shrink2(vec2(size::VIEW_MARGIN, 0.0));
        let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
        let hidden = contact.meta.archived || contact.meta.deleted;
        if hidden && right.add(Button::primary(&tr!("Restore")).icon(icons::RESTORE)).clicked() {
            cx.execute(Command::Restore { ids: vec![id] });
        }
        if !hidden {
            let more = icon_button(&mut right, icons::MORE, &tr!("More actions"));
            eframe::egui::Popup::menu(&more).gap(4.0).width(200.0).show(|ui| {
                if menu::item(ui, Some(icons::DOWNLOAD), &tr!("Save as address card…"), None).clicked() {
                    self.card = Some(Export::card(cx, id));
                }
                if menu::item(ui, None, &tr!("Archive"), None).clicked() {
                    let fields = vec![("archived".to_owned(), Value::Bool(true))];
                    cx.execute(Command::Set { id, fields, seen: None });
                }
                if menu::item(ui, Some(icons::DELETE), &tr!("Move to the trash"), None).clicked() {
                    cx.execute(Command::Trash { ids: vec![id] });
                    cx.actions.push(Action::Back);
                }
            });
        }
        let (status, fine) = self.form.status();
        let color = if fine { palette.text3 } else { palette.late.text };
        right.label(type_scale::SECONDARY.text(locale::text(status)).color(color));
        right.spacing_mut().item_spacing.x = 4.0;
        right.label(icons::text(if fine { icons::CHECK } else { icons::ERROR }, 14.0).color(color));

        let left = Rect::from_min_max(inner.min, pos2(right.min_rect().left() - 12.0, inner.bottom()));
        let mut left = ui.new_child(UiBuilder::new().max_rect(left).layout(Layout::left_to_right(Align::Center)));
        left.spacing_mut().item_spacing.x = 6.0;
        if icon_button(&mut left, icons::ARROW_BACK, &tr!("Back")).clicked() {
            cx.actions.push(Action::Back);
        }
        if left.add(Button::ghost(&tr!("Contacts")).name(&tr!("Back to the contacts")).small()).clicked() {
            cx.open(Page::Contacts);
        }
        left.label(icons::text(icons::RIGHT, 16.0).color(palette.text3));
        let room = left.available_width();
        let title = cut(left.painter(), &contact.name, type_scale::CARD_TITLE, palette.text, room);
        left.label(title);
    }

    /// Returns the company for which a new person is wanted.
    pub fn show(&mut self, id: DocId, ui: &mut Ui, cx: &mut Context) -> Option<DocId> {
        let records = cx.records;
        let Some(contact) = records.contacts.get(&id) else {
            let (title, back) = (tr!("This contact is not here"), tr!("Back to the contacts"));
            let gone = tr!("It may not have arrived from a colleague’s device yet.");
            if empty::show(ui, icons::CONTACTS, &title, &gone, &[&back]).is_some() {
                cx.open(Page::Contacts);
            }
            return None;
        };
        let record = Record::Contact(contact.clone());
        self.form.turn_to(id);
        self.chronicle.refresh(cx, &record);
        if self.related.find(cx, contact) {
            self.most = ROWS;
        }

        if self.card.as_mut().is_some_and(|card| card.show(ui, cx)) {
            self.card = None;
        }
        let area = ui.available_rect_before_wrap();
        let mut wanted = None;
        if ui.ctx().content_rect().width() >= page::TABBED_BELOW {
            let split = area.right() - size::TIMELINE;
            let left = Rect::from_min_max(area.min, pos2(split, area.bottom()));
            wanted = self.sheet(ui, cx, contact, &record, left);
            self.side(ui, cx, &record, Rect::from_min_max(pos2(split, area.top()), area.max));
        } else {
            let tabs = Rect::from_min_size(area.min, vec2(area.width(), 38.0));
            let (details, beside) = (tr!("Details"), tr!("Timeline and notes"));
            page::tabs(ui, tabs, &mut self.beside, &[(false, &details), (true, &beside)]);
            let body = Rect::from_min_max(pos2(area.left(), tabs.bottom()), area.max);
            match self.beside {
                true => self.side(ui, cx, &record, body),
                false => wanted = self.sheet(ui, cx, contact, &record, body),
            }
        }
        ui.advance_cursor_after_rect(area);
        wanted
    }

    fn side(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, rect: Rect) {
        let mut child = page::side(ui, rect);
        self.chronicle.show(&mut child, cx, record);
    }

    fn sheet(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        contact: &Contact,
        record: &Record,
        rect: Rect,
    ) -> Option<DocId> {
        let mut wanted = None;
        page::sheet(ui, rect, |ui| wanted = self.contents(ui, cx, contact, record));
        wanted
    }

    fn contents(&mut self, ui: &mut Ui, cx: &mut Context, contact: &Contact, record: &Record) -> Option<DocId> {
        self.title(ui, cx, contact, record);
        self.fields(ui, cx, contact, record);
        for found in self.chronicle.conflicts().to_vec() {
            let key = (found.id, found.field.clone());
            if !self.later.contains(&key) && conflict::panel(ui, cx, &found) {
                self.later.insert(key);
            }
        }
        let typed = self.form.typed(&["email", "email_other", "phone", "mobile", "phone_other"]);
        self.alike.panel(ui, cx, record, typed);
        self.opportunities(ui, cx, contact);
        let wanted = self.people(ui, cx, contact);
        self.activities.show(ui, cx, record);
        let numbers = [&contact.phone, &contact.mobile, &contact.phone_other];
        let number = numbers.into_iter().find(|number| !number.is_empty()).map_or("", String::as_str);
        self.calls.show(ui, cx, contact.id, number);
        self.attachments.show(ui, cx, record);
        let palette = palette(ui);
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
        Row::new(ui, head).text(&tr!("Notes"), type_scale::TITLE, palette.text);
        ui.add_space(-8.0);
        if let Some(def) = def(record.id().kind(), "description") {
            self.form.long_text(ui, cx, record, def, &tr!("Add what is worth knowing"));
        }
        wanted
    }

    fn title(&mut self, ui: &mut Ui, cx: &mut Context, contact: &Contact, record: &Record) {
        let palette = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
        let right = Rect::from_min_max(pos2(rect.left() + rect.width() * 0.55, rect.top()), rect.max);
        let tags_left = self.tags.show(ui, cx, &mut self.form, record, right);
        let left = self.meeting.show(ui, cx, contact.id, tags_left - 12.0, rect.center().y);
        let icon = if contact.is_company { icons::BUSINESS } else { icons::PERSON };
        let center = pos2(rect.left() + 13.0, rect.center().y);
        if !self.photo.show(ui, cx, contact.id, center, 28.0) {
            icons::paint(ui.painter(), icon, pos2(rect.left() + 11.0, rect.center().y), 22.0, palette.text2);
        }
        let field = Rect::from_min_max(pos2(rect.left() + 34.0, rect.top()), pos2(left - 16.0, rect.bottom()));
        if let Some(def) = def(record.id().kind(), "name") {
            self.form.styled(ui, cx, record, def, field, type_scale::RECORD_TITLE, &tr!("Name"));
        }
        self.form.error(ui, "name", rect.left());
    }

    fn fields(&mut self, ui: &mut Ui, cx: &mut Context, contact: &Contact, record: &Record) {
        let (left, right): (&[&'static str], &[&'static str]) = match contact.is_company {
            true => (
                &[
                    "email",
                    "phone",
                    "mobile",
                    "website",
                    "industry",
                    "employees",
                    "annual_revenue",
                    "year_founded",
                    "user",
                ],
                &["street", "street2", "zip", "city", "state", "country", "reference", "source", "is_company"],
            ),
            false => (
                &["parent", "function", "email", "email_other", "phone", "mobile", "phone_other", "website", "user"],
                &["street", "street2", "zip", "city", "state", "country", "birthday", "reference", "source"],
            ),
        };
        let mut columns = Columns::new(ui);
        for (half, fields) in [(&mut columns.left, left), (&mut columns.right, right)] {
            half.spacing_mut().item_spacing.y = 0.0;
            for field in fields {
                if self.form.row(half, cx, record, field) {
                    self.later.remove(&(contact.id, (*field).to_owned()));
                }
            }
        }
        columns.end(ui);
        if let Some(field) = custom::show(ui, cx, &mut self.form, record, None) {
            self.later.remove(&(contact.id, field));
        }
    }
}
