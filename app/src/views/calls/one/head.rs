//! Whom the call in hand is with: their name, what they are, the number to dial and the time it takes.

use eframe::egui::{Key, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::{Command, Value, phone, record::Call};
use tr::tr;

use super::{
    super::{faces, script},
    One,
};
use crate::{
    design::{icons, palette, radius, tokens::Palette, type_scale},
    shell::{Context, Page, UiCommand},
    views::format,
    widgets::{Line, Row, avatar, chip, key_cap, line, line_right, stars},
};

impl One {
    pub(super) fn head(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call, place: &str) {
        let p = palette(ui);
        let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let (state, tone, _) = faces::state(call, ui);
        let way = if call.direction == "incoming" { tr!("Incoming") } else { tr!("Outgoing") };
        let says = format!("{way} · {}", state.to_lowercase());
        let mark = chip::mark(ui.painter(), bar.left_center(), None, &says, tone);
        ui.interact(mark, ui.scope_id().with("state"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
        let at = Rect::from_min_size(pos2(mark.right() + 8.0, bar.top()), vec2(stars::WIDTH, 24.0));
        let mut priority = call.priority.clamp(0, 3);
        let before = priority;
        let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(at));
        stars::edit(&mut child, &mut priority, &tr!("Priority"));
        if priority != before {
            let fields = vec![("priority".to_owned(), Value::Int(priority))];
            cx.execute(Command::Set { id: call.id, fields, seen: None });
        }
        line_right(ui.painter(), bar.right_center(), 200.0, Line::new(place, type_scale::SECONDARY, p.text2));
        ui.add_space(10.0);

        let (who, _) = ui.allocate_exact_size(vec2(ui.available_width(), 48.0), Sense::hover());
        let number = format::person_number(call.partner.unwrap_or(call.id));
        let center = pos2(who.left() + 17.0, who.center().y);
        let photo = call.partner.is_some_and(|id| self.photo.show(ui, cx, cx.records.head(id), center, 34.0));
        if !photo {
            avatar::paint(ui.painter(), center, 34.0, &format::initials(&call.name), number, p);
        }
        let left = who.left() + 46.0;
        let name = Line::new(&call.name, type_scale::RECORD_TITLE, p.text);
        let name_rect = line(ui.painter(), pos2(left, who.top() + 14.0), who.right() - left, name);
        ui.interact(name_rect, ui.scope_id().with("name"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, tr!("Call {}", call.name)));
        let under = Rect::from_min_max(pos2(left, who.top() + 29.0), pos2(who.right(), who.bottom()));
        about(ui, cx, call, under, p);
    }

    pub(super) fn number(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call) {
        let p = palette(ui);
        let (card, _) = ui.allocate_exact_size(vec2(ui.available_width(), 92.0), Sense::hover());
        ui.painter().rect(card, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        let inner = card.shrink2(vec2(20.0, 12.0));
        let since = self.dialled.unwrap_or(self.since);
        let seconds = (cx.now - since).num_seconds();
        let told = script::timer(seconds);
        let caption = if self.dialled.is_some() { tr!("since the call started") } else { tr!("since it is in hand") };
        let timer = Line::new(&told, type_scale::FIGURE, p.text);
        let time = line_right(ui.painter(), pos2(inner.right(), inner.top() + 24.0), 200.0, timer);
        let said = Line::new(&caption, type_scale::SECONDARY, p.text2);
        let under = line_right(ui.painter(), pos2(inner.right(), inner.bottom() - 10.0), 220.0, said);
        ui.interact(time, ui.scope_id().with("timer"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{told} {caption}")));

        let (main, other) = match call.phone.is_empty() {
            false => (call.phone.as_str(), call.mobile.as_str()),
            true => (call.mobile.as_str(), ""),
        };
        let room = under.left().min(time.left()) - inner.left() - 12.0;
        if main.is_empty() {
            let none = tr!("No number");
            line(
                ui.painter(),
                pos2(inner.left(), inner.top() + 24.0),
                room,
                Line::new(&none, type_scale::NUMBER, p.text3),
            );
            return;
        }
        let shown = phone::readable(main);
        let wide = Line::new(&shown, type_scale::NUMBER, p.text).layout(ui.painter(), f32::INFINITY).size().x;
        let style = if wide > room { type_scale::FIGURE } else { type_scale::NUMBER };
        let at = Rect::from_min_size(inner.min, vec2(wide.min(room), 46.0));
        let id = ui.scope_id().with("dial");
        let pressed = UiCommand::key_pressed(ui.ctx(), Key::D);
        let name = tr!("Dial {}", shown);
        if faces::line_button(ui, at, id, &name, |ui, rect| {
            line(ui.painter(), rect.left_center(), rect.width() + 1.0, Line::new(&shown, style, p.text));
        }) || pressed
        {
            self.dial(cx, main);
        }
        let low =
            Rect::from_min_max(pos2(inner.left(), inner.bottom() - 19.0), pos2(inner.left() + room, inner.bottom()));
        let mut row = Row::new(ui, low);
        row.icon(icons::CALL, 14.0, p.text3);
        row.gap(4.0).text(&tr!("Dial"), type_scale::SECONDARY, p.text2);
        row.gap(6.0);
        let cap = pos2(row.left(), row.middle());
        let cap = key_cap::paint(ui.painter(), cap, "D", p, None);
        if !other.is_empty() {
            let other_shown = phone::readable(other);
            let says = tr!("or {}", other_shown);
            let rect = Rect::from_min_max(pos2(cap.right() + 14.0, low.top()), low.max);
            let width = Line::new(&says, type_scale::SECONDARY, p.text2).layout(ui.painter(), rect.width()).size().x;
            let rect = Rect::from_min_size(rect.min, vec2(width, rect.height()));
            let id = ui.scope_id().with("dial the other");
            if faces::line_button(ui, rect, id, &tr!("Dial {}", other_shown), |ui, rect| {
                line(
                    ui.painter(),
                    rect.left_center(),
                    rect.width() + 1.0,
                    Line::new(&says, type_scale::SECONDARY, p.accent),
                );
            }) {
                self.dial(cx, other);
            }
        }
    }
}

/// Whom the call is for: their job, their company, the deal it is about.
fn about(ui: &mut Ui, cx: &mut Context, call: &Call, rect: Rect, p: &Palette) {
    let records = cx.records;
    let mut x = rect.left();
    let contact = call.partner.and_then(|id| records.contacts.get(&records.head(id)));
    let mut parts: Vec<(String, Option<Page>)> = Vec::new();
    if let Some(contact) = contact {
        parts.extend((!contact.function.is_empty()).then(|| (contact.function.clone(), None)));
        let company = contact.parent.map(|id| records.head(id));
        let (name, id) = match company {
            Some(company) => (records.name(company), company),
            None => (contact.name.as_str(), contact.id),
        };
        parts.push((name.to_owned(), Some(Page::Contact(id))));
        let place = if contact.city.is_empty() { &contact.country } else { &contact.city };
        parts.extend((!place.is_empty()).then(|| (place.clone(), None)));
    }
    if let Some(deal) = call.opportunity.filter(|id| records.opportunities.contains_key(id)) {
        parts.push((records.name(deal).to_owned(), Some(Page::Opportunity(deal))));
    }
    for (at, (text, page)) in parts.into_iter().enumerate() {
        if at > 0 {
            x = line(ui.painter(), pos2(x, rect.center().y), 20.0, Line::new(" · ", type_scale::BODY, p.text3)).right();
        }
        let color = if page.is_some() { p.accent } else { p.text2 };
        let room = (rect.right() - x).max(0.0);
        let width = Line::new(&text, type_scale::BODY, color).layout(ui.painter(), room).size().x;
        let place = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        let paint = |ui: &Ui, rect: Rect| {
            line(ui.painter(), rect.left_center(), rect.width() + 1.0, Line::new(&text, type_scale::BODY, color));
        };
        match page {
            Some(page) => {
                let id = ui.scope_id().with(("about", at));
                if faces::line_button(ui, place, id, &tr!("Open {}", text), paint) {
                    cx.open(page);
                }
            }
            None => paint(ui, place),
        }
        x += width;
    }
}
