//! The phone calls of a record on its form: those to be made first, then the latest.

use eframe::egui::{
    Align, CornerRadius, CursorIcon, Layout, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
    accesskit::Role, vec2,
};
use satchel_core::{DocId, phone, query::calls, record::Call};
use tr::tr;

use crate::{
    design::{icons, palette, radius, type_scale},
    shell::{Action, Context},
    views::{calls::CallAsk, format},
    widgets::{Button, Row},
};

const ROW: f32 = 34.0;
/// So many are shown until all are asked for.
const FEW: usize = 5;

#[derive(Default)]
pub struct Calls {
    key: Option<(DocId, u64)>,
    ids: Vec<DocId>,
    all: bool,
}

impl Calls {
    /// The section of one opportunity or contact; `number` is what there is to dial.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, on: DocId, number: &str) {
        self.find(cx, on);
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut row = Row::new(ui, rect);
        row.text(&tr!("Calls"), type_scale::TITLE, p.text);
        if !self.ids.is_empty() {
            row.gap(8.0).text(&self.ids.len().to_string(), type_scale::BODY, p.text3);
        }
        let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 4.0;
        if right.add(Button::ghost(&tr!("Log call")).icon(icons::CALL).small()).clicked() {
            cx.actions.push(Action::Call(CallAsk::Log { about: Some(on) }));
        }
        if right.add(Button::ghost(&tr!("Schedule call")).icon(icons::SCHEDULE).small()).clicked() {
            cx.actions.push(Action::Call(CallAsk::Schedule { about: Some(on) }));
        }
        if !number.is_empty() {
            let shown = phone::readable(number);
            let name = tr!("Dial {}", shown);
            if right.add(Button::ghost(&shown).name(&name).icon(icons::IN_TALK).small()).clicked() {
                cx.actions.push(Action::Dial(number.to_owned()));
            }
        }
        ui.add_space(-4.0);
        let shown = if self.all { self.ids.len() } else { self.ids.len().min(FEW) };
        if shown == 0 {
            return;
        }
        let (frame, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW * shown as f32), Sense::hover());
        let corner = CornerRadius::same(radius::CARD);
        ui.painter().rect(frame, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        for (at, id) in self.ids.iter().take(shown).enumerate() {
            let Some(call) = cx.records.calls.get(id) else { continue };
            let rect = Rect::from_min_size(frame.min + vec2(0.0, at as f32 * ROW), vec2(frame.width(), ROW));
            let (about, when) = (says(call), when(cx, call));
            let response = ui.interact(rect, ui.scope_id().with(("call", *id)), Sense::click());
            response.widget_info(|| {
                WidgetInfo::labeled(Role::Button, true, tr!("Call: {}", format!("{}, {about}, {when}", call.name)))
            });
            if response.hovered() || response.has_focus() {
                ui.painter().rect_filled(rect.shrink(1.0), corner, p.hover);
            }
            if at > 0 {
                ui.painter().hline(rect.left() + 1.0..=rect.right() - 1.0, rect.top(), (1.0, p.line));
            }
            let mut row = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)));
            let icon = if call.direction == "incoming" { icons::CALL_IN } else { icons::CALL_MADE };
            row.icon(icon, 16.0, if call.is_to_be_made() { p.accent } else { p.text3 });
            row.gap(10.0);
            row.text_right(&when, type_scale::SECONDARY, p.text2);
            row.gap_right(16.0);
            let who = call.done_by.or(call.user).map_or("", |user| cx.records.name(user));
            row.text_right(who, type_scale::SECONDARY, p.text3);
            row.gap_right(16.0);
            row.text(&call.name, type_scale::VALUE, p.text);
            row.gap(10.0).text(&about, type_scale::SECONDARY, p.text2);
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                cx.actions.push(Action::Call(CallAsk::Open(*id)));
            }
        }
        if self.ids.len() > shown {
            ui.add_space(-8.0);
            if ui.add(Button::ghost(&tr!("Show {} more", self.ids.len() - shown)).small()).clicked() {
                self.all = true;
            }
        }
    }

    fn find(&mut self, cx: &Context, on: DocId) {
        let key = Some((on, cx.records.revision));
        if self.key == key {
            return;
        }
        if self.key.is_none_or(|(before, _)| before != on) {
            self.all = false;
        }
        self.key = key;
        let mut found = calls::of_record(cx.records, on);
        // The first to be made stands first, what was made after, the latest first.
        found.sort_by_key(|call| (!call.is_to_be_made(), if call.is_to_be_made() { call.date } else { None }));
        self.ids = found.into_iter().map(|call| call.id).collect();
    }
}

fn says(call: &Call) -> String {
    match call.state.as_str() {
        Call::CALLED if call.minutes() > 0 => tr!("{} min", call.minutes()),
        Call::CALLED => tr!("Called"),
        Call::NOT_CALLED => tr!("Not called"),
        Call::CANCELLED => tr!("call" => "Cancelled"),
        _ => tr!("To call"),
    }
}

fn when(cx: &Context, call: &Call) -> String {
    call.date.map_or_else(String::new, |at| format::moment(at, cx.environment))
}
