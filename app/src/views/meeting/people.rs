//! Who takes part: colleagues and contacts, and what a meeting is about.

use eframe::egui::{Align2, Id, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::{DocId, Kind, Records};
use tr::tr;

use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::Context,
    views::{form::words, format},
    widgets::{
        Line, avatar,
        in_place::{Draft, InPlace},
        line,
        line::focus_ring,
        picker::{self, Picked, Picker, Suggestion},
    },
};

/// People, each in a chip that can be taken off.
#[derive(Default)]
pub struct People {
    pub users: Vec<DocId>,
    pub contacts: Vec<DocId>,
    draft: Option<Draft>,
    list: Option<picker::Open<DocId>>,
}

const CHIP: f32 = 26.0;

impl People {
    pub fn new(users: Vec<DocId>, contacts: Vec<DocId>) -> People {
        People { users, contacts, ..People::default() }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &Context) {
        let records = cx.records;
        let mut gone = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
            for id in self.users.iter().chain(&self.contacts) {
                if person(ui, records, *id, *id == cx.user) {
                    gone = Some(*id);
                }
            }
        });
        if let Some(gone) = gone {
            self.users.retain(|id| *id != gone);
            self.contacts.retain(|id| *id != gone);
        }
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), size::CONTROL));
        let (name, hint, what) = (tr!("Add people"), tr!("Add colleagues and contacts"), tr!("person"));
        let text = InPlace { boxed: true, hint: &hint, ..InPlace::new(Id::unique("meeting's people"), &name, "") };
        let picker = Picker { text, create: None, what: &what };
        let there: Vec<DocId> = self.users.iter().chain(&self.contacts).copied().collect();
        let picked = picker.show(ui, rect, &mut self.draft, &mut self.list, |query| {
            let both =
                [Kind::User, Kind::Contact].into_iter().flat_map(|kind| words::suggestions(records, kind, query));
            let free = both.filter(|found| !there.contains(&found.key));
            free.map(|found| detailed(records, found)).collect()
        });
        if let Picked::Item(id) = picked {
            match id.kind() {
                Kind::User => self.users.push(id),
                _ => self.contacts.push(id),
            }
        }
        if let Some(why) = self.draft.as_ref().and_then(|draft| draft.error.as_ref()) {
            ui.label(type_scale::SECONDARY.text(why).color(palette(ui).late.text));
        }
    }
}

fn detailed(records: &Records, found: Suggestion<DocId>) -> Suggestion<DocId> {
    let email = match found.key.kind() {
        Kind::User => records.users.get(&found.key).map(|u| u.email.clone()),
        _ => records.contacts.get(&found.key).map(|c| c.email.clone()),
    };
    let email = email.unwrap_or_default();
    let parts = [found.detail.as_str(), email.as_str()];
    let detail = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ");
    Suggestion { detail, ..found }
}

/// A chip with a person. True when it is to be taken off.
fn person(ui: &mut Ui, records: &Records, id: DocId, is_me: bool) -> bool {
    let p = palette(ui);
    let name = records.name(id);
    let shown = if is_me { tr!("{} (you)", name) } else { name.to_owned() };
    let text = Line::new(&shown, type_scale::BODY, p.text);
    let wide = text.layout(ui.painter(), 220.0).size().x + 62.0;
    let (rect, _) = ui.allocate_exact_size(vec2(wide, CHIP), Sense::hover());
    let painter = ui.painter();
    painter.rect(rect, CHIP / 2.0, p.card, Stroke::new(1.0, p.line2), StrokeKind::Inside);
    let disc = pos2(rect.left() + 14.0, rect.center().y);
    match id.kind() {
        Kind::User => avatar::paint(painter, disc, 18.0, &format::initials(name), format::person_number(id), p),
        _ => _ = icons::paint(painter, icons::PERSON, disc, size::ICON_MEDIUM, p.text3),
    }
    line(painter, pos2(rect.left() + 28.0, rect.center().y), wide - 58.0, text);
    let cross = Rect::from_center_size(pos2(rect.right() - 16.0, rect.center().y), vec2(20.0, 20.0));
    let response = ui.interact(cross, Id::unique(("off the meeting", id)), Sense::click());
    let says = tr!("Take {} off", name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &says));
    if response.hovered() {
        ui.painter().rect_filled(cross, radius::CHIP, p.hover);
    }
    let ink = if response.hovered() { p.text } else { p.text3 };
    ui.painter().text(
        cross.center(),
        Align2::CENTER_CENTER,
        icons::CLOSE.codepoint,
        icons::font(icons::CLOSE, 14.0),
        ink,
    );
    if response.has_focus() {
        focus_ring(ui.painter(), cross, radius::CHIP, p);
    }
    response.on_hover_cursor(eframe::egui::CursorIcon::PointingHand).clicked()
}

/// One record that a meeting is about.
#[derive(Default)]
pub struct Link {
    pub id: Option<DocId>,
    draft: Option<Draft>,
    list: Option<picker::Open<DocId>>,
}

impl Link {
    pub fn new(id: Option<DocId>) -> Link {
        Link { id, ..Link::default() }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &Context, kind: Kind, name: &str, what: &str, width: f32) {
        let records = cx.records;
        let (_, rect) = ui.allocate_space(vec2(width, size::CONTROL));
        let shown = self.id.map(|id| records.name(id).to_owned()).unwrap_or_default();
        let text =
            InPlace { boxed: true, hint: name, ..InPlace::new(Id::unique(("meeting is about", kind)), name, &shown) };
        let picker = Picker { text, create: None, what };
        match picker.show(ui, rect, &mut self.draft, &mut self.list, |query| words::suggestions(records, kind, query)) {
            Picked::Item(id) => self.id = Some(id),
            Picked::Cleared => self.id = None,
            _ => {}
        }
    }

    pub fn error(&self) -> Option<&str> {
        self.draft.as_ref().and_then(|draft| draft.error.as_deref())
    }
}
