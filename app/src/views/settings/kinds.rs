//! What types of activities, steps of plans and kinds of events have in common: a picture, a delay, a type to choose.

use std::collections::HashMap;

use eframe::egui::{CursorIcon, Id, Key, Popup, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, vec2};
use satchel_core::{Command, DocId, Record, Value, query::Period, record::Delay};
use tr::tr;

use super::parts;
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::Context,
    views::{
        board::face::{ICONS, activity_icon, icon_named},
        format, reading,
    },
    widgets::{Button, Input, menu},
};

pub fn set(cx: &mut Context, id: DocId, field: &str, value: impl Into<Value>) {
    cx.execute(Command::Set { id, fields: vec![(field.to_owned(), value.into())], seen: None });
}

/// The pictures there are; a click takes one.
pub fn icon(ui: &mut Ui, cx: &mut Context, record: &Record) {
    let now = match record.get("icon") {
        Some(Value::Text(icon)) => icon,
        _ => String::new(),
    };
    let mut wanted = None;
    parts::labelled(ui, &tr!("Icon"), |ui| {
        for name in ICONS {
            let p = palette(ui);
            let (rect, response) = ui.allocate_exact_size(vec2(26.0, 24.0), Sense::click());
            let on = icon_named(name).codepoint == icon_named(&now).codepoint;
            let words = icon_words(name);
            response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &words));
            if on || response.hovered() {
                ui.painter().rect_filled(rect, radius::CHIP, if on { p.asoft } else { p.hover });
            }
            if response.has_focus() {
                ui.painter().rect_stroke(
                    rect,
                    radius::CHIP,
                    Stroke::new(1.5, p.accent),
                    eframe::egui::StrokeKind::Inside,
                );
            }
            let color = if on { p.accent } else { p.text2 };
            icons::paint(ui.painter(), icon_named(name), rect.center(), 16.0, color);
            if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(words).clicked() && !on {
                wanted = Some(name);
            }
        }
    });
    if let Some(name) = wanted {
        set(cx, record.id(), "icon", name);
    }
}

fn icon_words(name: &str) -> String {
    match name {
        "mail" => tr!("icon" => "Letter"),
        "call" => tr!("icon" => "Telephone"),
        "meeting" => tr!("icon" => "Several people"),
        "calendar" => tr!("icon" => "Calendar"),
        "note" => tr!("icon" => "Note"),
        "upload" => tr!("icon" => "Arrow upwards"),
        "person" => tr!("icon" => "Person"),
        "star" => tr!("icon" => "Star"),
        _ => tr!("icon" => "Tick"),
    }
}

/// `after 5 days`; nothing for none.
pub fn delay_words(delay: &str) -> Option<String> {
    let delay = Delay::parse(delay).filter(|delay| delay.count > 0)?;
    Some(match delay.unit {
        Period::Week => tr!("after {n} week" | "after {n} weeks" % delay.count),
        Period::Month => tr!("after {n} month" | "after {n} months" % delay.count),
        _ => tr!("after {n} day" | "after {n} days" % delay.count),
    })
}

/// A delay as a number and a unit; what is typed and is no number stays with its reason.
#[derive(Default)]
pub struct Delays(HashMap<DocId, Typed>);

struct Typed {
    text: String,
    error: Option<String>,
}

impl Delays {
    pub fn unsaved(&self, cx: &mut Context) {
        let wrong = self.0.values().filter(|typed| typed.error.is_some());
        cx.unsaved.extend(wrong.map(|typed| tr!("‘{}’ is not saved yet", typed.text)));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, id: DocId, delay: &str) {
        let now = Delay::parse(delay).unwrap_or_default();
        let mut wanted = None;
        let mut error = None;
        parts::labelled(ui, &tr!("Due after"), |ui| {
            let mut text = self.0.get(&id).map_or_else(|| now.count.to_string(), |typed| typed.text.clone());
            let wrong = self.0.get(&id).is_some_and(|typed| typed.error.is_some());
            let name = tr!("Due after");
            let (_, place) = ui.allocate_space(vec2(56.0, size::CONTROL_SMALL));
            let mut child = ui.new_child(UiBuilder::new().max_rect(place).id_salt("count"));
            let input = Input::new(&mut text, &name).height(size::CONTROL_SMALL).wrong(wrong);
            let input = input.id(Id::unique(("delay", id))).show(&mut child);
            if input.changed() {
                self.0.insert(id, Typed { text: text.clone(), error: None });
            }
            if input.lost_focus() && self.0.contains_key(&id) {
                let escaped = ui.input(|i| i.key_pressed(Key::Escape));
                match reading::number(&text) {
                    _ if escaped => _ = self.0.remove(&id),
                    Ok(count) => match u16::try_from(count.unwrap_or(0)).ok().filter(|count| *count <= 3_660) {
                        Some(count) => {
                            self.0.remove(&id);
                            wanted = Some(Delay { count, ..now });
                        }
                        None => {
                            let reason = Some(tr!("From 0 to 3660"));
                            self.0.insert(id, Typed { text, error: reason });
                        }
                    },
                    Err(reason) => _ = self.0.insert(id, Typed { text, error: Some(reason) }),
                }
            }
            for (unit, words) in
                [(Period::Day, tr!("Days")), (Period::Week, tr!("Weeks")), (Period::Month, tr!("Months"))]
            {
                if ui.add(Button::new(&words).small().selected(now.unit == unit)).clicked() {
                    wanted = Some(Delay { unit, ..now });
                }
            }
            error = self.0.get(&id).and_then(|typed| typed.error.clone());
        });
        if let Some(error) = error {
            ui.label(type_scale::SECONDARY.text(error).color(palette(ui).late.text));
        }
        if let Some(delay) = wanted.filter(|delay| *delay != now) {
            set(cx, id, "delay", delay.to_string());
        }
    }
}

/// A button with all types under it, and `none` where that is a choice. Returns the one chosen: nothing for none.
pub fn choose_type(
    ui: &mut Ui,
    cx: &Context,
    name: &str,
    now: Option<DocId>,
    none: Option<&str>,
) -> Option<Option<DocId>> {
    let records = cx.records;
    let words = match now {
        Some(id) => format::activity_type(records.activity_type(id)),
        None => none.unwrap_or_default().to_owned(),
    };
    let icon = now.map_or(icons::RADIO_OFF, |id| activity_icon(records, id));
    let button = Button::new(&words).small().icon(icon).trailing(icons::EXPAND_MORE).name(name);
    let button = ui.add(button);
    let mut chosen = None;
    Popup::menu(&button).gap(4.0).width(200.0).show(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
            if let Some(none) = none
                && menu::choice(ui, none, now.is_none()).clicked()
            {
                chosen = Some(None);
            }
            for kind in records.activity_types_in_order() {
                if menu::choice(ui, &format::activity_type(kind), now == Some(kind.id)).clicked() {
                    chosen = Some(Some(kind.id));
                }
            }
        });
    });
    chosen.filter(|chosen| *chosen != now)
}
