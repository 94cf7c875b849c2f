//! Left of the calendar: a month to choose days from, whose calendar it is, and what of it is shown.

use chrono::NaiveDate;
use eframe::egui::{
    CursorIcon, Id, Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::{
    DocId,
    query::agenda::{Source, colour_of},
};
use tr::tr;

use super::{CalendarView, span::Mode};
use crate::{
    design::{Icon, icons, palette, radius, size, type_scale},
    shell::Context,
    widgets::{
        Line, line,
        line::focus_ring,
        link,
        month::{Month, month_in},
    },
};

pub const WIDTH: f32 = 212.0;
/// A narrower page has no room for it.
pub const HIDDEN_BELOW: f32 = 760.0;
const ROW: f32 = 28.0;

#[derive(Default)]
pub struct Side {
    /// The month to choose from.
    pub month: Option<NaiveDate>,
}

impl CalendarView {
    pub(super) fn side(&mut self, ui: &mut Ui, cx: &mut Context, area: Rect) {
        let inner = Rect::from_min_max(
            pos2(area.left() + size::VIEW_MARGIN - 4.0, area.top()),
            pos2(area.right() - 12.0, area.bottom()),
        );
        let mut child = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("calendar side"));
        ScrollArea::vertical().id_salt("calendar side").auto_shrink(false).show(&mut child, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let day = self.day(cx);
            let (from, to) = self.mode.span(day);
            let band = (self.mode != Mode::Month).then_some((from, super::span::later(to, -1)));
            let cell = (inner.width() / 7.0).min(26.0);
            let look = Month { chosen: None, today: cx.today, cell, band };
            let cursor = self.side.month.get_or_insert(day);
            if let Some(picked) = month_in(ui, cursor, look) {
                self.go_to(picked);
            }
            ui.add_space(14.0);
            self.people(ui, cx);
            ui.add_space(14.0);
            self.kinds(ui, cx);
            ui.add_space(12.0);
        });
    }

    fn people(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let mut users: Vec<_> = cx.records.users.values().filter(|u| !u.meta.deleted && !u.meta.archived).collect();
        users.sort_by_key(|user| (user.id != cx.user, user.name.to_lowercase(), user.id));
        let others: Vec<DocId> = users.iter().map(|user| user.id).filter(|id| *id != cx.user).collect();
        let alone = !others.is_empty() && others.iter().all(|id| self.filter.without.contains(id));
        let words = if alone { tr!("Everybody") } else { tr!("Only me") };
        let aside = (!others.is_empty()).then_some(words.as_str());
        if head(ui, &tr!("People"), aside) {
            self.filter.without.clear();
            if !alone {
                self.filter.without.extend(others);
            }
            self.filter.keep(cx);
        }
        for user in users {
            let ink = p.person(colour_of(cx.records, user.id) as u64).0;
            let on = !self.filter.without.contains(&user.id);
            let you = (user.id == cx.user).then(|| tr!("beside one’s own name" => "you"));
            let row = Tick { name: &user.name, aside: you.as_deref(), icon: None, ink, on };
            if row.show(ui, Id::unique(("calendar of", user.id))) {
                match on {
                    true => _ = self.filter.without.insert(user.id),
                    false => _ = self.filter.without.remove(&user.id),
                }
                self.filter.keep(cx);
            }
        }
    }

    fn kinds(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        head(ui, &tr!("Show"), None);
        for source in Source::all(cx.records) {
            let (name, icon): (String, Icon) = match source {
                Source::Meetings => (tr!("Meetings"), icons::GROUPS),
                Source::Activities => (tr!("Activities"), icons::TODO),
                Source::Calls => (tr!("Phone calls"), icons::CALL),
                Source::Closings => (tr!("Expected closings"), icons::CLOSING),
                Source::Events(kind) => (cx.records.name(kind).to_owned(), icons::OWN_KIND),
            };
            let on = !self.filter.hidden.contains(&source);
            let row = Tick { name: &name, aside: None, icon: Some(icon), ink: p.text2, on };
            if row.show(ui, Id::unique(("in the calendar", &name))) {
                match on {
                    true => _ = self.filter.hidden.insert(source),
                    false => _ = self.filter.hidden.remove(&source),
                }
                self.filter.keep(cx);
            }
        }
    }
}

/// A title, and at the right something to click.
fn head(ui: &mut Ui, title: &str, aside: Option<&str>) -> bool {
    let p = palette(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW));
    line(ui.painter(), rect.left_center() + vec2(4.0, 0.0), 120.0, Line::new(title, type_scale::CARD_TITLE, p.text));
    let Some(aside) = aside else { return false };
    let layout = eframe::egui::Layout::right_to_left(eframe::egui::Align::Center);
    let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
    link(&mut right, None, aside).clicked()
}

/// A box to tick in a colour of its own.
struct Tick<'a> {
    name: &'a str,
    aside: Option<&'a str>,
    icon: Option<Icon>,
    ink: eframe::egui::Color32,
    on: bool,
}

impl Tick<'_> {
    /// True when it is clicked.
    fn show(self, ui: &mut Ui, id: Id) -> bool {
        let p = palette(ui);
        let (_, rect) = ui.allocate_space(vec2(ui.available_width(), ROW));
        let response = ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, self.on, self.name));
        let painter = ui.painter();
        if response.hovered() {
            painter.rect_filled(rect, radius::CHIP, p.hover);
        }
        let side = Rect::from_center_size(pos2(rect.left() + 12.0, rect.center().y), vec2(16.0, 16.0));
        if self.on {
            painter.rect_filled(side, radius::MARK, self.ink);
            icons::paint(painter, icons::CHECK, side.center(), 14.0, p.card);
        } else {
            painter.rect(side, radius::MARK, p.card, Stroke::new(1.0, p.ctl), StrokeKind::Inside);
        }
        let mut x = rect.left() + 28.0;
        let ink = if self.on { p.text } else { p.text3 };
        if let Some(icon) = self.icon {
            icons::paint(painter, icon, pos2(x + 8.0, rect.center().y), size::ICON_MEDIUM, p.text2);
            x += 24.0;
        }
        let name = Line::new(self.name, type_scale::BODY, ink);
        let end = line(painter, pos2(x, rect.center().y), rect.right() - x - 4.0, name).right();
        if let Some(aside) = self.aside {
            let at = pos2(end + 8.0, rect.center().y);
            line(painter, at, rect.right() - at.x, Line::new(aside, type_scale::SECONDARY, p.text3));
        }
        if response.has_focus() {
            focus_ring(painter, rect, radius::CHIP, p);
        }
        response.on_hover_cursor(CursorIcon::PointingHand).clicked()
    }
}
