//! One activity on a form: ticked off, put off, changed or cancelled.

use eframe::egui::{
    CornerRadius, CursorIcon, Id, Key, Popup, Rect, Role, Sense, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use satchel_core::{Command, record::Activity};
use tr::tr;

use super::{Activities, due, editor::Editor, finish::Finishing, snooze};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::{Context, UiCommand},
    views::{board::face::activity_icon, format},
    widgets::{
        Row, avatar,
        row_button::{self, Face},
    },
};

impl Activities {
    pub(super) fn row(&mut self, ui: &mut Ui, cx: &mut Context, activity: &Activity) {
        let palette = palette(ui);
        let id = Id::unique(("activity", activity.id));
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::ACTIVITY_ROW), Sense::hover());
        let name = format::activity(cx.records, activity);
        let ids = ["done", "snooze", "cancel", "edit", "finish"].map(|part| id.with(part));
        let menu = ids[1].with("menu");
        let active = ui.rect_contains_pointer(rect)
            || ids.iter().any(|id| ui.memory(|m| m.has_focus(*id)))
            || Popup::is_id_open(ui.ctx(), menu);
        let color = due::color(palette, activity.state(cx.today));
        let mut line = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)));

        let circle = line.place(vec2(18.0, 18.0));
        let done = ui.interact(circle.expand(4.0), ids[0], Sense::click());
        done.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, false, tr!("Done: {}", name)));
        let mark = if done.hovered() { icons::CHECK_CIRCLE } else { icons::RADIO_OFF };
        let ink = if done.hovered() || done.has_focus() { palette.accent } else { palette.text3 };
        icons::paint(ui.painter(), mark, circle.center(), 18.0, ink);
        line.gap(10.0).icon(activity_icon(cx.records, activity.kind), 16.0, color);
        line.gap(10.0);

        let disc = line.place_right(vec2(22.0, 22.0));
        if let Some(user) = activity.user {
            let initials = format::initials(cx.records.name(user));
            avatar::paint(ui.painter(), disc.center(), 22.0, &initials, format::person_number(user), palette);
        } else {
            avatar::paint_nobody(ui.painter(), disc.center(), 22.0, palette);
        }
        line.gap_right(10.0);
        line.text_right(&due::words(activity, cx.today), type_scale::SECONDARY.medium(), color);
        line.gap_right(10.0);

        // Always there for the keyboard and for people who do not see it; painted on the row in hand.
        let cancel = line.place_right(vec2(24.0, 24.0));
        let face = Face { icon: icons::CLOSE, text: "", edge: false };
        let cancel = row_button::show(ui, cancel, ids[2], active, face, &tr!("Cancel: {}", name));
        let text = tr!("Snooze");
        let snooze = line.place_right(vec2(row_button::width(ui, &text), 24.0));
        let face = Face { icon: icons::SNOOZE, text: &text, edge: false };
        let snooze = row_button::show(ui, snooze, ids[1], active, face, &tr!("Snooze: {}", name));
        line.gap_right(4.0);
        let text = tr!("activity" => "Done");
        let finish = line.place_right(vec2(row_button::width(ui, &text), 24.0));
        let face = Face { icon: icons::CHECK, text: &text, edge: true };
        let finish = row_button::show(ui, finish, ids[4], active, face, &tr!("Mark done: {}", name));
        line.gap_right(8.0);
        let text =
            Rect::from_min_max(pos2(line.left() - 4.0, rect.top() + 4.0), pos2(line.right(), rect.bottom() - 4.0));
        let edit = ui.interact(text, ids[3], Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        edit.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Change: {}", name)));
        if edit.has_focus() {
            ui.painter().rect_stroke(text, CornerRadius::same(radius::CHIP), (2.0, palette.aline), StrokeKind::Inside);
        }
        line.text(&name, type_scale::VALUE, palette.text);
        let detail = due::detail(cx.records, activity);
        line.gap(10.0).text(&detail, type_scale::SECONDARY, palette.text3);

        let mut to = self.snooze.menu(&snooze, menu, cx.today);
        let mut ticked = done.clicked() || finish.clicked();
        if active {
            match snooze::pressed(ui, cx.today) {
                Some(snooze::Wish::To(day)) => to = Some(day),
                Some(snooze::Wish::Ask) => self.snooze.open(ui, menu),
                None => ticked |= UiCommand::key_pressed(ui.ctx(), Key::D),
            }
        }
        if ticked {
            self.begun.finishing = match self.begun.finishing.take() {
                Some(open) if open.id == activity.id => None,
                _ => Some(Finishing::new(activity.id)),
            };
        }
        if cancel.clicked() {
            cx.execute(Command::ActivityCancel { id: activity.id });
        }
        if edit.clicked() {
            self.begun.editor = Some(Editor::of(activity));
        }
        if let Some(date_deadline) = to {
            cx.execute(Command::Reschedule { ids: vec![activity.id], date_deadline });
        }
        self.feedback(ui, cx, activity);
    }
}
