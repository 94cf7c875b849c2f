//! The reminders in the window: a quiet card at the lower right, which stays until it is answered.

use eframe::egui::{
    Align, Align2, Area, Frame, Id, Layout, Margin, Order, Rect, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, vec2,
};
use tr::tr;

use super::{Due, Reminders, SNOOZE};
use crate::{
    design::{icons, palette, radius, shadow, size, type_scale},
    shell::{
        context::{Action, Context},
        engine::Task,
    },
    views::meeting::MeetingAsk,
    widgets::{Button, Row, button::icon_button_at},
};

const WIDTH: f32 = 340.0;
const HEIGHT: f32 = 86.0;
/// So many are shown at once.
const MOST: usize = 3;

enum Answer {
    Open,
    Snooze,
    Dismiss,
}

impl Reminders {
    /// Draws what is due. Returns what is to be kept.
    pub fn show(&mut self, ui: &Ui, cx: &mut Context) -> Option<Task> {
        if self.shown.is_empty() {
            return None;
        }
        let p = palette(ui);
        let mut answer = None;
        // Above where toasts come.
        let at = vec2(-size::VIEW_MARGIN, -20.0 - size::TOAST - 12.0);
        let area = Area::new(Id::unique("reminders")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, at);
        area.show(ui.ctx(), |ui| {
            let frame = Frame::new().fill(p.card).stroke(Stroke::new(1.0, p.line2)).corner_radius(radius::CARD);
            frame.shadow(shadow::lifted(p)).inner_margin(Margin::ZERO).show(ui, |ui| {
                ui.set_width(WIDTH);
                ui.spacing_mut().item_spacing.y = 0.0;
                for (at, due) in self.shown.iter().take(MOST).enumerate() {
                    if at > 0 {
                        let y = ui.cursor().top();
                        ui.painter().hline(ui.max_rect().x_range(), y, Stroke::new(1.0, p.line));
                    }
                    answer = one(ui, cx, due).map(|answer| (at, answer)).or(answer.take());
                }
                let more = self.shown.len().saturating_sub(MOST);
                if more > 0 {
                    let (rect, _) = ui.allocate_exact_size(vec2(WIDTH, 28.0), Sense::hover());
                    let words = tr!("{n} more reminder" | "{n} more reminders" % more);
                    Row::new(ui, rect.shrink2(vec2(42.0, 0.0))).text(&words, type_scale::SECONDARY, p.text3);
                }
            });
        });
        let (at, answer) = answer?;
        let due = self.shown.remove(at);
        match answer {
            Answer::Open => cx.actions.push(Action::Meeting(MeetingAsk::Open { id: due.id, of: due.of })),
            Answer::Snooze => self.kept.snoozed.push((cx.now + SNOOZE, due)),
            Answer::Dismiss => {}
        }
        Some(self.keep())
    }
}

fn one(ui: &mut Ui, cx: &Context, due: &Due) -> Option<Answer> {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, HEIGHT), Sense::hover());
    let line = due.line(cx.environment);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, tr!("Reminder: {meeting}, {when}", meeting = due.title, when = line))
    });
    let id = Id::unique(("reminder", due.id, due.of));
    let inner = rect.shrink2(vec2(14.0, 10.0));
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), 20.0));
    let mut row = Row::new(ui, head);
    row.icon(icons::ALARM, size::ICON, p.accent);
    let cross = row.place_right(vec2(22.0, 22.0));
    row.gap_right(6.0);
    row.gap(10.0).text(&due.title, type_scale::CARD_TITLE, p.text);
    let second = Rect::from_min_size(head.min + vec2(28.0, 19.0), vec2(head.width() - 28.0, 18.0));
    Row::new(ui, second).text(&line, type_scale::SECONDARY, p.text2);
    let close = icon_button_at(ui, cross, id.with("close"), icons::CLOSE, &tr!("Dismiss: {}", due.title), 16.0);
    let buttons = Rect::from_min_max(inner.min + vec2(28.0, 42.0), inner.max);
    let builder = UiBuilder::new().max_rect(buttons).layout(Layout::left_to_right(Align::Center));
    let mut ui = ui.new_child(builder.id_salt(id));
    ui.spacing_mut().item_spacing.x = 6.0;
    let (open, snooze) = (tr!("command" => "Open"), tr!("In 5 minutes"));
    let open = ui.add(Button::new(&open).name(&tr!("Open the meeting {}", due.title)).small()).clicked();
    let name = tr!("Remind again in 5 minutes: {}", due.title);
    let snooze = ui.add(Button::ghost(&snooze).name(&name).icon(icons::SNOOZE).small()).clicked();
    match () {
        _ if open => Some(Answer::Open),
        _ if snooze => Some(Answer::Snooze),
        _ if close.clicked() => Some(Answer::Dismiss),
        _ => None,
    }
}
