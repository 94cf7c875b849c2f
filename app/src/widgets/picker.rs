//! One thing picked from many by typing: text edited in place with the matches under it.

use eframe::egui::{
    CornerRadius, Key, Modifiers, Popup, PopupCloseBehavior, Rect, RectAlign, Role, ScrollArea, Sense, Ui, WidgetInfo,
    vec2,
};
use tr::tr;

use super::{
    in_place::{Draft, Edit, InPlace},
    row::Row,
};
use crate::design::{icons, palette, radius, type_scale};

/// One match.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion<K> {
    pub key: K,
    pub title: String,
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Picked<K> {
    None,
    /// It got the focus.
    Began,
    Cleared,
    Item(K),
    /// A new one by this name.
    Create(String),
}

/// What lies open under the text.
pub struct Open<K> {
    query: Option<String>,
    items: Vec<Suggestion<K>>,
    at: usize,
    moved: bool,
    rect: Option<Rect>,
    /// Text that was left by pressing the pointer on the list.
    held: Option<String>,
}

impl<K> Default for Open<K> {
    fn default() -> Open<K> {
        Open { query: None, items: Vec::new(), at: 0, moved: false, rect: None, held: None }
    }
}

/// How the picker speaks.
pub struct Picker<'a> {
    pub text: InPlace<'a>,
    /// `Create customer`, where a new one may be made on the spot.
    pub create: Option<&'a str>,
    /// `customer`
    pub what: &'a str,
}

impl Picker<'_> {
    pub fn show<K: Clone>(
        self,
        ui: &mut Ui,
        rect: Rect,
        draft: &mut Option<Draft>,
        open: &mut Option<Open<K>>,
        suggest: impl FnOnce(&str) -> Vec<Suggestion<K>>,
    ) -> Picked<K> {
        let id = self.text.id;
        let start = self.text.start.to_owned();
        let (create, what) = (self.create, self.what);
        let mut step = 0i64;
        let mut enter = false;
        if ui.memory(|m| m.has_focus(id)) && open.is_some() {
            ui.input_mut(|i| {
                step += i.count_and_consume_key(Modifiers::NONE, Key::ArrowDown) as i64;
                step -= i.count_and_consume_key(Modifiers::NONE, Key::ArrowUp) as i64;
                enter = i.key_pressed(Key::Enter);
            });
        }
        let (edit, response) = self.text.show(ui, rect, draft);
        let over = open.as_ref().and_then(|o| o.rect).is_some_and(|list| {
            ui.input(|i| {
                i.pointer.interact_pos().is_some_and(|p| list.contains(p))
                    && (i.pointer.any_down() || i.pointer.any_released())
            })
        });
        if response.has_focus() {
            let list = open.get_or_insert_with(Open::default);
            let typed = draft.as_ref().map_or("", |d| d.text.as_str());
            let query = if typed == start { "" } else { typed };
            if list.query.as_deref() != Some(query) {
                list.items = suggest(query);
                list.query = Some(query.to_owned());
                list.at = 0;
                list.moved = false;
            }
        }

        let mut picked = match edit {
            Edit::Began => Picked::Began,
            _ => Picked::None,
        };
        let Some(list) = open else { return picked };
        let query = list.query.clone().unwrap_or_default();
        let exact = list.items.iter().position(|i| i.title.trim().eq_ignore_ascii_case(query.trim()));
        let can_create = create.filter(|_| exact.is_none() && !query.trim().is_empty());
        let count = list.items.len() + usize::from(can_create.is_some());
        if step != 0 && count > 0 {
            list.at = (list.at as i64 + step).rem_euclid(count as i64) as usize;
            list.moved = true;
        }

        let clicked = list_popup(ui, rect, id, list, can_create);
        let choose = |list: &Open<K>, at: usize| match list.items.get(at) {
            Some(item) => Picked::Item(item.key.clone()),
            None => Picked::Create(query.trim().to_owned()),
        };
        let left = match edit {
            Edit::Commit(text) if over && !enter => {
                list.held = Some(text);
                None
            }
            Edit::Commit(text) => Some(text),
            _ if !over => list.held.take(),
            _ => None,
        };
        if let Some(at) = clicked {
            picked = choose(list, at);
        } else if enter && list.moved && count > 0 {
            picked = choose(list, list.at);
        } else if let Some(text) = left {
            picked = if text.trim().is_empty() {
                Picked::Cleared
            } else if let Some(at) = exact {
                choose(list, at)
            } else if enter && count > 0 {
                choose(list, list.at)
            } else {
                if let Some(draft) = draft {
                    let text = text.trim();
                    draft.error = Some(match create {
                        Some(_) => {
                            tr!("There is no {what} ‘{text}’: choose one from the list, or create it", what, text)
                        }
                        None => tr!("There is no {what} ‘{text}’: choose one from the list", what, text),
                    });
                }
                Picked::None
            };
        }
        if matches!(picked, Picked::Item(_) | Picked::Create(_) | Picked::Cleared) {
            *draft = None;
            *open = None;
            response.surrender_focus();
        } else if !response.has_focus() && !over && list.held.is_none() {
            *open = None;
        }
        picked
    }
}

fn list_popup<K>(
    ui: &Ui,
    anchor: Rect,
    id: eframe::egui::Id,
    list: &mut Open<K>,
    create: Option<&str>,
) -> Option<usize> {
    let palette = palette(ui);
    let count = list.items.len() + usize::from(create.is_some());
    let width = anchor.width().clamp(260.0, 420.0);
    let query = list.query.clone().unwrap_or_default();
    let mut clicked = None;
    let shown = Popup::new(id.with("matches"), ui.ctx().clone(), anchor, ui.layer_id())
        .align(RectAlign::BOTTOM_START)
        .gap(4.0)
        .width(width)
        .close_behavior(PopupCloseBehavior::IgnoreClicks)
        .accessible_name(tr!("Matches"))
        .open(true)
        .show(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 0.0;
            if count == 0 {
                let (rect, _) = ui.allocate_exact_size(vec2(width, 30.0), Sense::hover());
                let text = if query.is_empty() { tr!("Nothing to choose from yet") } else { tr!("No match") };
                Row::new(ui, rect.shrink2(vec2(8.0, 0.0))).text(&text, type_scale::BODY, palette.text3);
            }
            ScrollArea::vertical().max_height(9.0 * 32.0).show_rows(ui, 32.0, count, |ui, rows| {
                for at in rows {
                    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 32.0), Sense::click());
                    let title = match list.items.get(at) {
                        Some(item) => item.title.clone(),
                        None => tr!("{create} ‘{name}’", create = create.unwrap_or_default(), name = query.trim()),
                    };
                    let chosen = at == list.at;
                    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, chosen, &title));
                    if chosen || response.hovered() {
                        let fill = if chosen { palette.asoft } else { palette.hover };
                        ui.painter().rect_filled(rect, CornerRadius::same(radius::CHIP), fill);
                    }
                    let mut line = Row::new(ui, rect.shrink2(vec2(8.0, 0.0)));
                    match list.items.get(at) {
                        Some(item) => {
                            line.text(&title, type_scale::VALUE, palette.text);
                            line.gap(8.0).text(&item.detail, type_scale::SECONDARY, palette.text3);
                        }
                        None => {
                            line.icon(icons::ADD, 16.0, palette.accent);
                            line.gap(6.0).text(&title, type_scale::VALUE, palette.accent);
                        }
                    }
                    if response.clicked() {
                        clicked = Some(at);
                    }
                }
            });
        });
    list.rect = shown.map(|s| s.response.rect);
    clicked
}
