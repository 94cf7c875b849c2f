//! A search box that holds chips: each takes part of what is shown away. Typing opens a list of what the words may mean.

use eframe::egui::{
    CursorIcon, EventFilter, FontSelection, Frame, Id, Key, Margin, Modifiers, Popup, PopupCloseBehavior, Rect,
    RectAlign, Response, RichText, ScrollArea, Sense, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, WidgetInfo,
    accesskit::Role, pos2, vec2,
};
use tr::tr;

use super::{
    button::icon_button_at,
    key_cap,
    line::{Line, focus_ring, line},
    row::Row,
};
use crate::{
    design::{Icon, icons, palette, radius, size, type_scale},
    locale,
};

/// One chip: alternatives, told apart by `or`.
#[derive(Clone, Debug)]
pub struct Chip {
    pub icon: Icon,
    pub labels: Vec<String>,
    /// Between the labels.
    pub between: &'static str,
}

impl Chip {
    fn words(&self) -> String {
        self.labels.join(&format!(" {} ", locale::text(self.between)))
    }
}

/// One row of the list: `Search` **Acme** `in Customer`.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The heading it stands under.
    pub section: &'static str,
    pub icon: Icon,
    pub before: String,
    pub strong: String,
    pub after: String,
}

impl Offer {
    /// The row as one sentence.
    fn words(&self) -> String {
        let parts = [&self.before, &self.strong, &self.after];
        parts.into_iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// What a person did with the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    Nothing,
    /// Took away the chip at this place.
    Removed(usize),
    /// Chose the offer at this place.
    Chosen(usize),
}

/// What lies open under the bar.
#[derive(Default)]
pub struct FacetBar {
    at: usize,
    /// The text the choice was made for: typing goes back to the first row.
    text: String,
    list: Option<Rect>,
    moved: bool,
}

const CHIP: f32 = 24.0;
const CHIP_MOST: f32 = 230.0;
/// So much is kept for typing.
const TEXT_LEAST: f32 = 70.0;
const ROW: f32 = 30.0;
const HEADING: f32 = 26.0;

impl FacetBar {
    /// Draws the bar into a rectangle. `id` is the text field's, `keys` the shortcut that leads there.
    #[allow(clippy::too_many_arguments, reason = "a bar is made of these")]
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        id: Id,
        text: &mut String,
        hint: &str,
        keys: &str,
        chips: &[Chip],
        offers: &[Offer],
    ) -> Did {
        let p = palette(ui);
        let mut did = Did::Nothing;
        let had_focus = ui.memory(|m| m.has_focus(id));
        if self.text != *text {
            (self.at, self.moved) = (0, false);
            self.text.clone_from(text);
        }
        if had_focus {
            did = self.keys(ui, id, text, chips.len(), offers.len());
        }
        ui.painter().rect(rect, radius::CONTROL, p.card, Stroke::new(1.0, p.ctl), StrokeKind::Inside);
        icons::paint(ui.painter(), icons::SEARCH, pos2(rect.left() + 18.0, rect.center().y), size::ICON, p.text2);
        let mut x = rect.left() + 34.0;
        let last = rect.right() - TEXT_LEAST - 22.0;
        for (at, chip) in chips.iter().enumerate() {
            let rest = chips.len() - at;
            // The last chips share one that says how many they are.
            let room = last - x - if rest > 1 { 44.0 } else { 0.0 };
            let width = chip_width(ui, chip).min(CHIP_MOST);
            if width > room && at > 0 {
                x = more(ui, pos2(x, rect.center().y), &chips[at..]);
                break;
            }
            let place =
                Rect::from_min_size(pos2(x, rect.center().y - CHIP / 2.0), vec2(width.min(room.max(60.0)), CHIP));
            if chip_at(ui, place, id.with(("chip", at)), chip) {
                did = Did::Removed(at);
            }
            x = place.right() + 6.0;
        }
        let room = Rect::from_min_max(pos2(x + 2.0, rect.top()), pos2(rect.right() - 34.0, rect.bottom()));
        let response = field(ui, room, id, text, &if chips.is_empty() { hint.to_owned() } else { tr!("Search…") });
        if response.has_focus() {
            focus_ring(ui.painter(), rect, radius::CONTROL, p);
        }
        let end = pos2(rect.right() - 8.0, rect.center().y);
        if !text.is_empty() {
            let area = Rect::from_center_size(end - vec2(10.0, 0.0), vec2(22.0, 22.0));
            let clear = icon_button_at(
                ui,
                area,
                id.with("clear"),
                icons::CLOSE,
                &tr!("Empty the search box"),
                size::ICON_SMALL,
            );
            if clear.clicked() {
                text.clear();
            }
        } else if !response.has_focus() {
            let width = key_cap::width(ui.painter(), keys);
            key_cap::paint(ui.painter(), end - vec2(width, 0.0), keys, p, None);
        }
        let pressed_on_list = self.list.is_some_and(|list| {
            ui.input(|i| {
                i.pointer.interact_pos().is_some_and(|at| list.contains(at))
                    && (i.pointer.any_down() || i.pointer.any_released())
            })
        });
        self.list = None;
        if (response.has_focus() || pressed_on_list) && !text.trim().is_empty() && !offers.is_empty() {
            let clicked = self.offers(ui, rect, id, offers);
            if let Some(at) = clicked {
                did = Did::Chosen(at);
                response.request_focus();
            }
        }
        did
    }

    fn keys(&mut self, ui: &Ui, id: Id, text: &mut String, chips: usize, offers: usize) -> Did {
        // Escape empties the box first and leaves it then.
        if ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            match text.is_empty() {
                true => ui.memory_mut(|m| m.surrender_focus(id)),
                false => text.clear(),
            }
        }
        let down = ui.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown));
        let up = ui.input_mut(|i| i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp));
        if offers > 0 && (down > 0 || up > 0) {
            self.at = (self.at + down + offers - up % offers) % offers;
            self.moved = true;
        }
        if offers > 0 && !text.trim().is_empty() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter)) {
            return Did::Chosen(self.at.min(offers - 1));
        }
        if text.is_empty() && chips > 0 && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Backspace)) {
            return Did::Removed(chips - 1);
        }
        Did::Nothing
    }

    fn offers(&mut self, ui: &Ui, anchor: Rect, id: Id, offers: &[Offer]) -> Option<usize> {
        let p = palette(ui);
        let width = anchor.width().clamp(420.0, 640.0);
        let mut clicked = None;
        let shown = Popup::new(id.with("offers"), ui.ctx().clone(), anchor, ui.layer_id())
            .align(RectAlign::BOTTOM_START)
            .gap(4.0)
            .width(width)
            .close_behavior(PopupCloseBehavior::IgnoreClicks)
            .accessible_name(tr!("What the words may mean"))
            .open(true)
            .show(|ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = 0.0;
                ScrollArea::vertical().max_height(560.0).show(ui, |ui| {
                    let mut section = "";
                    for (at, offer) in offers.iter().enumerate() {
                        if offer.section != section {
                            section = offer.section;
                            heading(ui, &locale::text(section));
                        }
                        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
                        let chosen = at == self.at;
                        let words = offer.words();
                        response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &words));
                        if chosen || response.hovered() {
                            let fill = if chosen { p.asoft } else { p.hover };
                            ui.painter().rect_filled(rect, radius::CONTROL, fill);
                        }
                        if chosen && self.moved {
                            response.scroll_to_me(None);
                        }
                        let mut row = Row::new(ui, rect.shrink2(vec2(10.0, 0.0)));
                        row.icon(offer.icon, size::ICON_MEDIUM, if chosen { p.accent } else { p.text2 });
                        row.gap(10.0);
                        if !offer.before.is_empty() {
                            row.text(&offer.before, type_scale::BODY, p.text2);
                            row.gap(5.0);
                        }
                        row.text(&offer.strong, type_scale::VALUE, p.text);
                        row.gap(if offer.before.is_empty() { 10.0 } else { 5.0 });
                        row.text(
                            &offer.after,
                            type_scale::SECONDARY,
                            if offer.before.is_empty() { p.text3 } else { p.text2 },
                        );
                        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                            clicked = Some(at);
                        }
                    }
                });
            });
        self.list = shown.map(|s| s.response.rect);
        clicked
    }
}

fn heading(ui: &mut Ui, text: &str) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEADING), Sense::hover());
    let at = pos2(rect.left() + 10.0, rect.bottom() - 10.0);
    line(ui.painter(), at, rect.width(), Line::new(text, type_scale::CAPTION, p.text3));
}

fn field(ui: &mut Ui, room: Rect, id: Id, text: &mut String, hint: &str) -> Response {
    let p = palette(ui);
    let ty = type_scale::BODY;
    let edit = TextEdit::singleline(text)
        .id(id)
        .frame(Frame::NONE.inner_margin(Margin::ZERO))
        .font(FontSelection::FontId(ty.font()))
        .text_color(p.text)
        .hint_text(RichText::new(hint).font(ty.font()).color(p.text3))
        .desired_width(room.width())
        .event_filter(EventFilter { vertical_arrows: true, horizontal_arrows: true, escape: true, tab: false })
        .align(eframe::egui::Align2::LEFT_CENTER)
        .min_size(room.size());
    ui.scope_builder(UiBuilder::new().max_rect(room), |ui| ui.add(edit)).inner.accessible_name(tr!("Search"))
}

fn chip_width(ui: &Ui, chip: &Chip) -> f32 {
    let p = palette(ui);
    let wide = |text: &str, ty| Line::new(text, ty, p.text).layout(ui.painter(), f32::INFINITY).size().x;
    let labels: f32 = chip.labels.iter().map(|l| wide(l, type_scale::SECONDARY.medium())).sum();
    let between = wide(&locale::text(chip.between), type_scale::SECONDARY) + 8.0;
    (27.0 + labels + between * (chip.labels.len().saturating_sub(1)) as f32 + 26.0).ceil()
}

/// Draws a chip; true when it is taken away.
fn chip_at(ui: &mut Ui, rect: Rect, id: Id, chip: &Chip) -> bool {
    let p = palette(ui);
    let words = chip.words();
    let whole = ui.interact(rect, id, Sense::hover());
    whole.widget_info(|| WidgetInfo::labeled(Role::Label, true, tr!("Filter: {}", words)));
    ui.painter().rect_filled(rect, radius::CHIP, p.asoft);
    let close = Rect::from_center_size(pos2(rect.right() - 13.0, rect.center().y), vec2(20.0, 20.0));
    let inner = Rect::from_min_max(rect.min + vec2(7.0, 0.0), pos2(close.left() - 1.0, rect.bottom()));
    let mut row = Row::new(ui, inner);
    row.icon(chip.icon, size::ICON_SMALL, p.accent);
    row.gap(6.0);
    for (at, label) in chip.labels.iter().enumerate() {
        if at > 0 {
            row.gap(4.0).text(&locale::text(chip.between), type_scale::SECONDARY, p.text2);
            row.gap(4.0);
        }
        row.text(label, type_scale::SECONDARY.medium(), p.text);
    }
    whole.on_hover_text(words.as_str());
    let name = tr!("Remove {}", words);
    icon_button_at(ui, close, id.with("remove"), icons::CLOSE, &name, size::ICON_SMALL).clicked()
}

/// `+2`, for chips that have no room. Returns where the next thing begins.
fn more(ui: &mut Ui, left_center: eframe::egui::Pos2, chips: &[Chip]) -> f32 {
    let p = palette(ui);
    let text = format!("+{}", chips.len());
    let rect = Rect::from_min_size(left_center - vec2(0.0, CHIP / 2.0), vec2(34.0, CHIP));
    let response = ui.interact(rect, ui.scope_id().with("more chips"), Sense::hover());
    let words = chips.iter().map(Chip::words).collect::<Vec<_>>().join("; ");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, tr!("And {}", words)));
    ui.painter().rect_filled(rect, radius::CHIP, p.asoft);
    super::line::line_center(
        ui.painter(),
        rect.center(),
        rect.width(),
        Line::new(&text, type_scale::SECONDARY.medium(), p.text),
    );
    response.on_hover_text(words);
    rect.right() + 6.0
}
