//! The bar over the calendar: which days, how they are drawn, and what can be done with the whole.

use eframe::egui::{
    Align, CursorIcon, Layout, Popup, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, accesskit::Role,
    pos2, vec2,
};
use tr::tr;

use super::{
    CalendarView,
    span::{Mode, week_number},
};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::{Action, Context},
    views::search,
    widgets::{Button, Input, Line, icon_button, key_cap, line, line::focus_ring, line::line_center, menu},
};

impl CalendarView {
    pub fn top_bar(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let area = ui.max_rect();
        ui.painter().hline(area.x_range(), area.bottom() - 0.5, Stroke::new(1.0, p.line));
        let inner = Rect::from_min_max(
            pos2(area.left() + size::VIEW_MARGIN, area.top()),
            pos2(area.right() - size::VIEW_MARGIN, area.bottom() - 1.0),
        );
        let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 8.0;
        if right.add(Button::primary(&tr!("New meeting")).icon(icons::ADD).keys("N")).clicked() {
            self.begin_anywhere(cx);
        }
        let exchange = right.add(Button::new(&tr!("Import, export")).trailing(icons::EXPAND_MORE));
        self.exchange(&exchange, cx);
        let room = right.min_rect().left() - 12.0 - inner.left();
        let place = Rect::from_min_size(
            pos2(inner.left(), inner.center().y - size::SEARCH / 2.0),
            vec2(room.min(size::SEARCH_MAX - 140.0), size::SEARCH),
        );
        let mut left = ui.new_child(UiBuilder::new().max_rect(place));
        let (name, hint) = (tr!("Search the calendar"), tr!("Search meetings, people, places"));
        let has_words = !self.words.is_empty();
        let field = Input::new(&mut self.words, &name).hint(&hint).icon(icons::SEARCH).id(search::field());
        let response = field.height(size::SEARCH).reserve(28.0).show(&mut left);
        if has_words {
            let at = Rect::from_center_size(pos2(place.right() - 18.0, place.center().y), vec2(24.0, 24.0));
            let id = ui.scope_id().with("clear the calendar's search");
            if crate::widgets::button::icon_button_at(ui, at, id, icons::CLOSE, &tr!("Clear search"), 16.0).clicked() {
                self.words.clear();
            }
        } else if !response.has_focus() {
            key_cap::paint(ui.painter(), pos2(place.right() - 28.0, place.center().y), "/", p, None);
        }
    }

    fn exchange(&mut self, button: &eframe::egui::Response, cx: &mut Context) {
        Popup::menu(button).gap(4.0).width(290.0).show(|ui| {
            if menu::item(ui, Some(icons::UPLOAD), &tr!("Import calendar…"), None).clicked() {
                cx.actions.push(Action::Import(Vec::new()));
            }
            if menu::item(ui, Some(icons::DOWNLOAD), &tr!("Export my calendar…"), None).clicked() {
                self.files.export_all(cx);
            }
            if menu::item(ui, Some(icons::LINK), &tr!("Subscription file…"), None).clicked() {
                self.files.open_subscription(cx);
            }
        });
    }

    pub(super) fn view_bar(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let (_, bar) = ui.allocate_space(vec2(ui.available_width(), size::VIEW_BAR));
        // Nothing between the bar and what lies under it.
        ui.add_space(-ui.spacing().item_spacing.y);
        let inner = bar.shrink2(vec2(size::VIEW_MARGIN, 0.0));
        let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 8.0;
        if let Some(mode) = switch(&mut right, self.mode) {
            self.turn_to(cx, mode);
        }
        right.add_space(10.0);
        let (next, previous) = match self.mode {
            Mode::Month => (tr!("Next month"), tr!("Previous month")),
            Mode::Day => (tr!("Next day"), tr!("Previous day")),
            Mode::Week | Mode::Agenda => (tr!("Next week"), tr!("Previous week")),
        };
        right.scope(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            if icon_button(ui, icons::RIGHT, &next).clicked() {
                self.step(cx, 1);
            }
            if ui.add(Button::new(&tr!("Today")).keys("T")).clicked() {
                self.go_to_today(cx);
            }
            if icon_button(ui, icons::LEFT, &previous).clicked() {
                self.step(cx, -1);
            }
        });
        let day = self.day(cx);
        let title = self.mode.title(day);
        let room = right.min_rect().left() - inner.left() - 12.0;
        let end = line(ui.painter(), inner.left_center(), room, Line::new(&title, type_scale::TITLE, p.text)).right();
        let week = if self.mode == Mode::Month { String::new() } else { week_number(day) };
        let at = pos2(end + 10.0, inner.center().y);
        let left = inner.left() + room - at.x;
        line(ui.painter(), at, left, Line::new(&week, type_scale::SECONDARY, p.text3));
        let place = Rect::from_min_size(inner.min, vec2(room.max(0.0), inner.height()));
        let response = ui.interact(place, ui.scope_id().with("days in sight"), Sense::hover());
        let words = tr!("Calendar, {}", title);
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    }
}

/// How the calendar is drawn, as one row of words.
fn switch(ui: &mut Ui, now: Mode) -> Option<Mode> {
    let p = palette(ui);
    let words = Mode::ALL.map(|mode| mode.label());
    let wide =
        words.each_ref().map(|w| Line::new(w, type_scale::VALUE, p.text).layout(ui.painter(), 200.0).size().x + 22.0);
    let (rect, _) = ui.allocate_exact_size(vec2(wide.iter().sum(), size::CONTROL), Sense::hover());
    ui.painter().rect(rect, radius::CONTROL, p.card, Stroke::new(1.0, p.line2), StrokeKind::Inside);
    let mut clicked = None;
    let mut x = rect.left();
    for (at, mode) in Mode::ALL.into_iter().enumerate() {
        let cell = Rect::from_min_size(pos2(x, rect.top()), vec2(wide[at], rect.height()));
        x += wide[at];
        let response = ui.interact(cell, ui.scope_id().with(("calendar by", mode.name())), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, mode == now, &words[at]));
        let painter = ui.painter();
        if mode == now {
            painter.rect(cell, radius::CONTROL, p.asoft, Stroke::new(1.0, p.accent), StrokeKind::Inside);
        } else if response.hovered() {
            painter.rect_filled(cell.shrink(1.0), radius::CONTROL, p.hover);
        }
        if at > 0 && mode != now && Mode::ALL[at - 1] != now {
            painter.vline(cell.left(), cell.y_range().shrink(1.0), Stroke::new(1.0, p.line));
        }
        let color = if mode == now { p.accent } else { p.text2 };
        line_center(painter, cell.center(), cell.width(), Line::new(&words[at], type_scale::VALUE, color));
        if response.has_focus() {
            focus_ring(painter, cell, radius::CONTROL, p);
        }
        let keys = format!("{} ({})", words[at], mode.key().symbol_or_name());
        if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(keys).clicked() {
            clicked = Some(mode);
        }
    }
    clicked.filter(|mode| *mode != now)
}
