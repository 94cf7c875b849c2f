//! Filters, groups and favourites, side by side under the search bar.

use eframe::egui::{
    CursorIcon, Key, Modifiers, Popup, PopupCloseBehavior, Rect, RectAlign, Response, ScrollArea, Sense, Stroke, Ui,
    WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::{
    Value,
    query::{GroupBy, Listing, MOST_GROUPS, Term, fields, ready},
    record::FieldType,
};
use tr::tr;

use super::{How, custom::CustomFilter, favourites::Save};
use crate::{
    design::{Icon, icons, palette, radius, size, type_scale},
    locale::text,
    shell::{Context, UiCommand},
    views::format,
    widgets::{Line, Row, line, line::focus_ring},
};

#[derive(Default)]
pub struct Panel {
    open: bool,
    /// Shown for the first time: a click that opened it must not close it.
    fresh: bool,
    /// Whether a list lay open over the panel in the last frame.
    covered: bool,
    /// The ready filters whose periods are shown.
    unfolded: Option<&'static str>,
    custom: Option<CustomFilter>,
    custom_group: bool,
    save: Save,
}

const COLUMN: f32 = 236.0;
const ROW: f32 = 28.0;

impl Panel {
    pub fn toggle(&mut self) {
        self.open = !self.open;
        self.fresh = self.open;
    }

    pub fn close(&mut self) {
        self.open = false;
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, anchor: Rect, how: &How) {
        if !self.open {
            self.custom = None;
            self.custom_group = false;
            return;
        }
        let p = palette(ui);
        let screen = ui.ctx().content_rect();
        let shown = Popup::new(ui.scope_id().with("panel"), ui.ctx().clone(), anchor, ui.layer_id())
            .align(RectAlign::BOTTOM_START)
            .gap(4.0)
            .close_behavior(PopupCloseBehavior::IgnoreClicks)
            .accessible_name(tr!("Filters, groups and favourites"))
            .open(true)
            .show(|ui| {
                ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
                let height = (screen.bottom() - anchor.bottom() - 40.0).min(640.0);
                let columns = ui.horizontal_top(|ui| {
                    let foot = if self.custom.is_some() { 190.0 } else { 40.0 };
                    column(ui, height, |ui| {
                        body(ui, "filters", height - foot, |ui| self.filters(ui, cx));
                        self.custom_filter(ui, cx);
                    });
                    let first = rule(ui);
                    column(ui, height, |ui| {
                        body(ui, "groups", height - 68.0, |ui| self.groups(ui, cx));
                        self.custom_groups(ui, cx);
                    });
                    let second = rule(ui);
                    column(ui, height, |ui| body(ui, "favourites", height, |ui| self.save.show(ui, cx, how)));
                    [first, second]
                });
                for x in columns.inner {
                    ui.painter().vline(x, columns.response.rect.y_range(), Stroke::new(1.0, p.line));
                }
            });
        UiCommand::cover(ui.ctx());
        let inside = shown.map(|s| s.response.rect.expand(2.0));
        // A list that lies open over the panel has the keys and clicks; those that close it too.
        let covered = std::mem::replace(&mut self.covered, Popup::is_any_open(ui.ctx())) || self.covered;
        let escaped = !covered && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        let clicked_elsewhere = ui.input(|i| {
            i.pointer.any_click()
                && i.pointer.interact_pos().zip(inside).is_some_and(|(at, inside)| !inside.contains(at))
        });
        if escaped || clicked_elsewhere && !self.fresh && !covered {
            self.open = false;
        }
        self.fresh = false;
    }

    fn filters(&mut self, ui: &mut Ui, cx: &mut Context) {
        let listing = cx.page.listing();
        heading(ui, icons::FILTER, &tr!("Filters"));
        for (at, filters) in ready::filters(listing).into_iter().enumerate() {
            // Periods of a date fold into one row.
            if filters.terms.len() > 6 {
                let open = self.unfolded == Some(filters.about);
                if fold(ui, &text(filters.about), open).clicked() {
                    self.unfolded = (!open).then_some(filters.about);
                }
                if !open {
                    continue;
                }
            } else if at > 0 {
                between(ui);
            }
            for term in filters.terms {
                if choice(ui, &text(&term.label), cx.query.has(&term), self.unfolded == Some(filters.about)).clicked() {
                    cx.query.toggle(filters.about, term);
                }
            }
        }
        if listing == Listing::Activities {
            types(ui, cx);
        }
    }

    fn custom_filter(&mut self, ui: &mut Ui, cx: &mut Context) {
        between(ui);
        match &mut self.custom {
            None => {
                if action(ui, icons::ADD, &tr!("Add custom filter…")).clicked() {
                    self.custom = Some(CustomFilter::default());
                }
            }
            Some(custom) => {
                if custom.show(ui, cx) {
                    self.custom = None;
                }
            }
        }
    }

    fn groups(&mut self, ui: &mut Ui, cx: &mut Context) {
        let listing = cx.page.listing();
        heading(ui, icons::LAYERS, &tr!("Group by"));
        if self.custom_group {
            for (label, name) in other_fields(cx, listing) {
                if named_choice(ui, &tr!("Group by {}", label), &label, false, false).clicked() {
                    cx.query.toggle_group(&name);
                    self.custom_group = false;
                }
            }
            return;
        }
        for (label, group) in ready::groups(listing) {
            group_row(ui, cx, &text(label), group);
        }
        // Those chosen from the list of all fields.
        let known = ready::groups(listing);
        let others: Vec<String> =
            cx.query.group_by.iter().filter(|g| !known.iter().any(|(_, k)| is_of(g, k))).cloned().collect();
        for group in others {
            let label = super::group_label(cx, listing, &group);
            group_row(ui, cx, &label, &group);
        }
    }

    fn custom_groups(&mut self, ui: &mut Ui, cx: &mut Context) {
        between(ui);
        let (icon, words) = match self.custom_group {
            true => (icons::ARROW_BACK, tr!("Usual groups")),
            false => (icons::ADD, tr!("Add custom group")),
        };
        if action(ui, icon, &words).clicked() {
            self.custom_group = !self.custom_group;
        }
        if cx.query.group_by.len() >= MOST_GROUPS {
            note(ui, &tr!("Three levels are the most."));
        }
    }
}

/// The types of activities that people have set up.
fn types(ui: &mut Ui, cx: &mut Context) {
    let Ok(by) = GroupBy::parse(cx.records, Listing::Activities, "type") else { return };
    between(ui);
    for kind in cx.records.activity_types_in_order() {
        let term = Term::new(&kind.name, by.filter(&Value::from(kind.name.as_str())));
        if choice(ui, &format::activity_type(kind), cx.query.has(&term), false).clicked() {
            cx.query.toggle("Type", term);
        }
    }
}

/// A quiet sentence.
pub(super) fn note(ui: &mut Ui, words: &str) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(COLUMN, ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    let at = pos2(rect.left() + 10.0, rect.center().y);
    line(ui.painter(), at, COLUMN - 20.0, Line::new(words, type_scale::SECONDARY, p.text3));
}

/// A field or a group of the same field by another period.
fn is_of(group: &str, known: &str) -> bool {
    group.split(':').next() == known.split(':').next()
}

/// One field to group by; of dates, the chosen one offers its periods.
fn group_row(ui: &mut Ui, cx: &mut Context, label: &str, group: &str) {
    let chosen = cx.query.group_by.iter().position(|g| is_of(g, group));
    if named_choice(ui, &tr!("Group by {}", label), label, chosen.is_some(), false).clicked() {
        match chosen {
            Some(at) => _ = cx.query.group_by.remove(at),
            None => cx.query.toggle_group(group),
        }
        return;
    }
    let (Some(at), Some((field, _))) = (chosen, group.split_once(':')) else { return };
    for period in ["day", "week", "month", "quarter", "year"] {
        let with_period = format!("{field}:{period}");
        let said = text(period);
        let name = tr!("{field} by {period}", field = label, period = said);
        if named_choice(ui, &name, &said, cx.query.group_by[at] == with_period, true).clicked() {
            cx.query.group_by[at] = with_period;
        }
    }
}

/// The fields that can be grouped by and are not ready, by label.
pub(super) fn other_fields(cx: &Context, listing: Listing) -> Vec<(String, String)> {
    let known = ready::groups(listing);
    let fits = |ty| !matches!(ty, FieldType::LongText | FieldType::Money);
    let mut others: Vec<(String, String)> = fields(cx.records, listing)
        .into_iter()
        .filter(|f| fits(f.ty) && f.name != "id" && !known.iter().any(|(_, k)| is_of(k, &f.name)))
        .map(|f| {
            let is_date = matches!(f.ty, FieldType::Date | FieldType::Time);
            (text(&f.label), format!("{}{}", f.name, if is_date { ":month" } else { "" }))
        })
        .collect();
    others.sort();
    others
}

fn column(ui: &mut Ui, height: f32, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui(vec2(COLUMN, height), |ui| {
        ui.vertical(|ui| {
            ui.set_width(COLUMN);
            ui.spacing_mut().item_spacing.y = 0.0;
            add(ui);
            ui.add_space(4.0);
        });
    });
}

/// What of a column is scrolled when there is too much of it.
fn body(ui: &mut Ui, id: &str, height: f32, add: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical().id_salt(id).max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        ui.set_width(COLUMN);
        add(ui);
    });
}

/// Room for the line between two columns; where it is drawn.
fn rule(ui: &mut Ui) -> f32 {
    ui.allocate_exact_size(vec2(9.0, 1.0), Sense::hover()).0.center().x
}

fn between(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(COLUMN, 9.0), Sense::hover());
    ui.painter().hline(rect.x_range().shrink(8.0), rect.center().y, Stroke::new(1.0, palette(ui).line));
}

pub(super) fn heading(ui: &mut Ui, icon: Icon, text: &str) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(COLUMN, 34.0), Sense::hover());
    let mut row = Row::new(ui, rect.shrink2(vec2(10.0, 0.0)));
    row.icon(icon, size::ICON_MEDIUM, p.accent);
    row.gap(8.0).text(text, type_scale::CARD_TITLE, p.text);
}

/// A row with a tick when it is chosen.
pub(super) fn choice(ui: &mut Ui, text: &str, chosen: bool, indented: bool) -> Response {
    named_choice(ui, text, text, chosen, indented)
}

/// As [`choice`], with another name for people who do not see the column it stands in.
fn named_choice(ui: &mut Ui, name: &str, text: &str, chosen: bool, indented: bool) -> Response {
    let p = palette(ui);
    let (rect, response) = row(ui, name, Role::MenuItemCheckBox, Some(chosen));
    let left = rect.left() + if indented { 44.0 } else { 32.0 };
    if chosen {
        icons::paint(ui.painter(), icons::CHECK, pos2(left - 14.0, rect.center().y), size::ICON_MEDIUM, p.accent);
    }
    let ty = if chosen { type_scale::VALUE } else { type_scale::BODY };
    line(ui.painter(), pos2(left, rect.center().y), rect.right() - left - 8.0, Line::new(text, ty, p.text));
    response
}

/// A row that shows and hides those under it.
fn fold(ui: &mut Ui, text: &str, open: bool) -> Response {
    between(ui);
    let p = palette(ui);
    let icon = if open { icons::EXPAND_LESS } else { icons::EXPAND_MORE };
    let (rect, response) = row(ui, text, Role::MenuItem, Some(open));
    icons::paint(ui.painter(), icon, pos2(rect.left() + 18.0, rect.center().y), size::ICON_MEDIUM, p.text2);
    let at = pos2(rect.left() + 32.0, rect.center().y);
    line(ui.painter(), at, rect.width() - 40.0, Line::new(text, type_scale::BODY, p.text));
    response
}

pub(super) fn action(ui: &mut Ui, icon: Icon, text: &str) -> Response {
    let p = palette(ui);
    let (rect, response) = row(ui, text, Role::Button, None);
    icons::paint(ui.painter(), icon, pos2(rect.left() + 18.0, rect.center().y), size::ICON_MEDIUM, p.accent);
    let at = pos2(rect.left() + 32.0, rect.center().y);
    line(ui.painter(), at, rect.width() - 40.0, Line::new(text, type_scale::VALUE, p.accent));
    response
}

fn row(ui: &mut Ui, name: &str, role: Role, selected: Option<bool>) -> (Rect, Response) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(COLUMN, ROW), Sense::click());
    response.widget_info(|| match selected {
        Some(selected) => WidgetInfo::selected(role, true, selected, name),
        None => WidgetInfo::labeled(role, true, name),
    });
    if response.hovered() {
        ui.painter().rect_filled(rect, radius::CONTROL, p.hover);
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect.shrink(1.0), radius::CONTROL, p);
    }
    (rect, response.on_hover_cursor(CursorIcon::PointingHand))
}
