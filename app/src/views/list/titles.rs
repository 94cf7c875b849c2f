//! The heads of the columns: sorted by a click, moved, hidden and grouped by from their menu.

use eframe::egui::{CursorIcon, Id, Rect, Sense, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2};
use tr::tr;

use super::{
    ListView,
    chooser::Chooser,
    columns,
    draw::{self, Places},
};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::Context,
    widgets::{Line as Text, button::icon_button_at, check, line, line::focus_ring, line_right, menu},
};

impl ListView {
    pub(super) fn head(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect, places: &Places) {
        let p = palette(ui);
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, p.line));
        let all = !self.arranged.ids.is_empty() && self.selection.len() == self.arranged.ids.len();
        let place = Rect::from_center_size(pos2(rect.left() + 22.0, rect.center().y), vec2(24.0, 24.0));
        let some = if all {
            check::State::On
        } else if self.selection.is_empty() {
            check::State::Off
        } else {
            check::State::Some
        };
        if check::show_at(ui, place, Id::unique(("list all", self.listing)), some, &tr!("Select all"), Sense::click())
            .clicked()
        {
            let ids = if self.selection.is_empty() { self.arranged.ids.clone() } else { Vec::new() };
            self.selection.clear();
            self.selection.toggle_all(&ids);
        }
        for at in 0..self.columns.len() {
            let cell = self.place(places, at, rect);
            // Nothing of a head is seen beyond the button for columns.
            let clip = if at == 0 { rect } else { Self::scrolled(places, rect).with_max_x(rect.right() - draw::AFTER) };
            if cell.intersects(clip) {
                let mut child = ui.new_child(UiBuilder::new().max_rect(cell).id_salt(("head", at)));
                child.set_clip_rect(clip.intersect(ui.clip_rect()));
                self.title(&mut child, cx, at, cell, places);
                self.edge(&mut child, cx, at, cell, places);
            }
        }
        let square = Rect::from_center_size(pos2(rect.right() - 18.0, rect.center().y), vec2(26.0, 26.0));
        ui.painter().rect_filled(square, radius::CHIP, p.card);
        let id = Id::unique(("columns", self.listing));
        if icon_button_at(ui, square, id, icons::COLUMNS, &tr!("Choose columns"), size::ICON_MEDIUM).clicked() {
            self.chooser = Some(Chooser::default());
        }
    }

    fn title(&mut self, ui: &mut Ui, cx: &mut Context, at: usize, cell: Rect, places: &Places) {
        let p = palette(ui);
        let column = self.columns[at].clone();
        let name = &*column.field.name;
        let response = ui.interact(cell, Id::unique(("title", self.listing, name)), Sense::click());
        let sorted = self.sorted(cx).filter(|(by, _)| by == name).map(|(_, down)| down);
        let signed = |down: bool| format!("{}{name}", if down { "-" } else { "" });
        let label = crate::locale::text(&column.field.label);
        let words = match sorted {
            None => tr!("Sort by {}", label),
            Some(true) => tr!("Sort by {}, sorted down", label),
            Some(false) => tr!("Sort by {}, sorted up", label),
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &words));
        let color = if response.hovered() || response.has_focus() || sorted.is_some() { p.text } else { p.text2 };
        let arrow = sorted.map(|down| if down { icons::ARROW_DOWN } else { icons::ARROW_UP });
        let room = cell.width() - if arrow.is_some() { 18.0 } else { 0.0 };
        let text = Text::new(&column.title, type_scale::SECONDARY.medium(), color);
        let y = cell.center().y;
        if column.right {
            let end = cell.right() - if arrow.is_some() { 16.0 } else { 0.0 };
            line_right(ui.painter(), pos2(end, y), room, text);
            arrow.map(|icon| icons::paint(ui.painter(), icon, pos2(cell.right() - 6.0, y), size::ICON_SMALL, p.accent));
        } else {
            let end = line(ui.painter(), pos2(cell.left(), y), room, text).right();
            arrow.map(|icon| icons::paint(ui.painter(), icon, pos2(end + 10.0, y), size::ICON_SMALL, p.accent));
        }
        if response.has_focus() {
            focus_ring(ui.painter(), cell.expand2(vec2(4.0, -5.0)), radius::CHIP, p);
            self.width_keys(ui, cx, at, response.id, places);
        }
        if response.clicked() {
            // Figures are looked at from the largest.
            let down = sorted.map_or(column.right, |down| !down);
            self.sort_by(cx, signed(down));
        }
        let listing = self.listing;
        let response = response.on_hover_cursor(CursorIcon::PointingHand);
        response.context_menu(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            if menu::item(ui, Some(icons::ARROW_UP), &tr!("Sort up"), None).clicked() {
                self.sort_by(cx, signed(false));
            }
            if menu::item(ui, Some(icons::ARROW_DOWN), &tr!("Sort down"), None).clicked() {
                self.sort_by(cx, signed(true));
            }
            if sorted.is_some() && menu::item(ui, Some(icons::CLOSE), &tr!("Do not sort"), None).clicked() {
                self.sort_by(cx, String::new());
            }
            let grouped = cx.query.group_by.iter().position(|g| g.split(':').next() == Some(name));
            let words = if grouped.is_some() { tr!("Do not group by it") } else { tr!("Group by it") };
            if at > 0 && menu::item(ui, Some(icons::GROUP_BY), &words, None).clicked() {
                let group = grouped.map_or_else(|| name.to_owned(), |at| cx.query.group_by[at].clone());
                cx.query.toggle_group(&group);
            }
            if menu::item(ui, Some(icons::COLUMNS), &tr!("Fit the width"), None).clicked() {
                self.fit(ui, cx, at);
            }
            if self.chosen.has_width(name) && menu::item(ui, None, &tr!("The usual width"), None).clicked() {
                self.chosen.set_width(name, None);
                self.columns[at] = columns::column(listing, &column.field);
                self.keep(cx);
            }
            if at > 0 {
                for (icon, words, by) in [(icons::LEFT, tr!("Move left"), -1), (icons::RIGHT, tr!("Move right"), 1)] {
                    if menu::item(ui, Some(icon), &words, None).clicked() {
                        self.chosen.shift(listing, name, by);
                        self.keep(cx);
                    }
                }
                if menu::item(ui, Some(icons::VISIBILITY), &tr!("Hide the column"), None).clicked() {
                    self.chosen.toggle(listing, name);
                    self.keep(cx);
                }
            }
        });
    }
}
