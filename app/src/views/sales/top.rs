//! The top bar over a quotation or an invoice: where one is, whether it is saved, what can be done.

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, pos2, vec2};
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    locale,
    shell::{Action, Context, Page, UiCommand},
    widgets::{Button, icon_button, row::cut},
};

/// `actions` draws the buttons from the right.
pub fn bar(
    ui: &mut Ui,
    cx: &mut Context,
    list: (Page, UiCommand),
    title: &str,
    status: (&str, bool),
    actions: impl FnOnce(&mut Ui, &mut Context),
) {
    let p = palette(ui);
    let bar = ui.available_rect_before_wrap();
    ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, (1.0, p.line));
    let inner = bar.shrink2(vec2(size::VIEW_MARGIN, 0.0));
    let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    actions(&mut right, cx);
    let color = if status.1 { p.text3 } else { p.late.text };
    right.add_space(4.0);
    right.label(type_scale::SECONDARY.text(locale::text(status.0)).color(color));
    right.spacing_mut().item_spacing.x = 4.0;
    right.label(icons::text(if status.1 { icons::CHECK } else { icons::ERROR }, 14.0).color(color));

    let left = Rect::from_min_max(inner.min, pos2(right.min_rect().left() - 12.0, inner.bottom()));
    let mut left = ui.new_child(UiBuilder::new().max_rect(left).layout(Layout::left_to_right(Align::Center)));
    left.spacing_mut().item_spacing.x = 6.0;
    if icon_button(&mut left, icons::ARROW_BACK, &tr!("Back")).clicked() {
        cx.actions.push(Action::Back);
    }
    let words = list.1.words();
    let name = tr!("Back to: {}", words);
    if left.add(Button::ghost(&words).name(&name).small()).clicked() {
        cx.open(list.0);
    }
    left.label(icons::text(icons::RIGHT, 16.0).color(p.text3));
    let title = cut(left.painter(), title, type_scale::CARD_TITLE, p.text, left.available_width());
    left.label(title);
}

/// A label and words beside it, in a row of a form; words that lead somewhere are a link. True once they were clicked.
pub fn fact(ui: &mut Ui, label: &str, value: &str, leads: bool) -> bool {
    use eframe::egui::{CursorIcon, Role, Sense, Stroke, WidgetInfo};

    use crate::{
        views::form::{LABEL, ROW},
        widgets::{Row, line::focus_ring},
    };
    let p = palette(ui);
    let sense = if leads { Sense::click() } else { Sense::hover() };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    Row::new(ui, Rect::from_min_size(rect.min, vec2(LABEL - 8.0, ROW))).text(label, type_scale::BODY, p.text3);
    let place = Rect::from_min_max(pos2(rect.left() + LABEL, rect.top()), rect.max);
    let (style, color) = if leads { (type_scale::VALUE, p.accent) } else { (type_scale::BODY, p.text) };
    let words = Row::new(ui, place).text(value, style, color);
    let response = ui.interact(words, ui.scope_id().with(("fact", label)), sense);
    let role = if leads { Role::Link } else { Role::Label };
    response.widget_info(|| WidgetInfo::labeled(role, true, format!("{label}: {value}")));
    if !leads {
        return false;
    }
    if response.hovered() {
        ui.painter().hline(words.x_range(), words.bottom(), Stroke::new(1.0, p.accent));
    }
    if response.has_focus() {
        focus_ring(ui.painter(), words.expand2(vec2(3.0, 1.0)), 4, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

/// A line over the page that says how things are, and why something cannot be done.
pub fn banner(ui: &mut Ui, icon: crate::design::Icon, tone: crate::design::tokens::Tone, words: &str) {
    use eframe::egui::{Frame, Margin, Role, Sense, WidgetInfo};

    use crate::{design::radius, widgets::row::wrapped};
    let margin = Margin::symmetric(12, 9);
    Frame::new().fill(tone.soft).corner_radius(radius::CARD).inner_margin(margin).show(ui, |ui| {
        let p = palette(ui);
        let wide = ui.available_width();
        let galley = wrapped(ui.painter(), words, type_scale::BODY, p.text, wide - 28.0);
        let (rect, response) = ui.allocate_exact_size(vec2(wide, galley.size().y.max(18.0)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
        icons::paint(ui.painter(), icon, pos2(rect.left() + 8.0, rect.top() + 9.0), 16.0, tone.text);
        ui.painter().galley(rect.min + vec2(28.0, 0.0), galley, p.text);
    });
}
