//! One line: an activity with what can be done with it, or a meeting or call of today.

use eframe::egui::{CursorIcon, Id, Popup, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use satchel_core::{
    Command, DocId, Money, Records,
    query::agenda::{Entry, Source, Times},
    record::Activity,
};
use tr::tr;

use super::TodoView;
use crate::{
    design::{Icon, Palette, icons, palette, radius, type_scale},
    locale,
    shell::{Action, Context, Hand, Page},
    views::{
        board::face::activity_icon,
        form::activities::{due, finish::Finishing},
        format,
        meeting::MeetingAsk,
    },
    widgets::{
        Row, avatar, check,
        line::focus_ring,
        row_button::{self, Face},
    },
};

/// Where the name of an activity begins.
pub const TITLE: f32 = 188.0;
const AMOUNT: f32 = 96.0;
/// What stands at the right: amount and person.
const END: f32 = 12.0 + 22.0 + 24.0 + AMOUNT;

impl TodoView {
    pub(super) fn activity(&mut self, ui: &mut Ui, cx: &mut Context, at: usize, id: DocId, rect: Rect, here: bool) {
        let records = cx.records;
        let Some((on, activity)) = records.activity(id) else { return };
        let p = palette(ui);
        let name = format::activity(records, activity);
        let record = about(records, on);
        let of = tr!("{activity}, {record}", activity = name, record = records.name(on));
        let key = Id::unique(("to-do", id, at));
        let response = ui.interact(rect, key, Sense::click());
        let due = due_words(cx, activity);
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, format!("{of}, {due}")));
        let selected = self.selected.contains(&id);
        let ids = ["done", "finish", "snooze", "cancel", "check"].map(|part| key.with(part));
        let menu = ids[2].with("menu");
        let pointed = ui.rect_contains_pointer(rect);
        let focused = response.has_focus() || ids.iter().any(|id| ui.memory(|m| m.has_focus(*id)));
        let active = pointed || focused || Popup::is_id_open(ui.ctx(), menu);
        if selected || pointed {
            ui.painter().rect_filled(rect, 0, if selected { p.asoft } else { p.hover });
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, p.line));
        let y = rect.center().y;

        let place = Rect::from_center_size(pos2(rect.left() + 20.0, y), vec2(24.0, 24.0));
        if !self.done && (active || selected || !self.selected.is_empty()) {
            let state = if selected { check::State::On } else { check::State::Off };
            if check::show_at(ui, place, ids[4], state, &tr!("Select {}", of), Sense::click()).clicked() {
                self.select(at, id, ui.input(|i| i.modifiers.shift));
            }
        }
        let color = due::color(p, activity.state(cx.today));
        let circle = Rect::from_center_size(pos2(rect.left() + 48.0, y), vec2(18.0, 18.0));
        if activity.done.is_some() {
            icons::paint(ui.painter(), icons::CHECK_CIRCLE_FILLED, circle.center(), 18.0, p.ok.text);
        } else {
            let done = ui.interact(circle.expand(4.0), ids[0], Sense::click());
            done.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, false, tr!("Done: {}", of)));
            let hot = done.hovered() || done.has_focus();
            let mark = if done.hovered() { icons::CHECK_CIRCLE } else { icons::RADIO_OFF };
            icons::paint(ui.painter(), mark, circle.center(), 18.0, if hot { p.accent } else { p.text3 });
            if done.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                self.tick(id);
            }
        }
        let mut cell = Row::new(
            ui,
            Rect::from_min_max(pos2(rect.left() + 68.0, rect.top()), pos2(rect.left() + 156.0, rect.bottom())),
        );
        cell.text(&due, type_scale::SECONDARY.medium(), if activity.done.is_some() { p.text2 } else { color });
        let icon = pos2(rect.left() + 170.0, y);
        icons::paint(
            ui.painter(),
            activity_icon(records, activity.kind),
            icon,
            16.0,
            if activity.done.is_some() { p.text2 } else { color },
        );

        let mut right = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)));
        person(ui, &mut right, cx, activity.done_by.filter(|_| activity.done.is_some()).or(activity.user), p);
        right.gap_right(12.0);
        let cell = right.place_right(vec2(AMOUNT, 18.0));
        Row::new(ui, cell).text_right(&record.amount, type_scale::BODY, p.text2);
        right.gap_right(12.0);
        let mut to = None;
        if activity.done.is_none() {
            let cancel = right.place_right(vec2(24.0, 24.0));
            let face = Face { icon: icons::CLOSE, text: "", edge: false };
            if row_button::show(ui, cancel, ids[3], active, face, &tr!("Cancel: {}", of)).clicked() {
                cx.execute(Command::ActivityCancel { id });
            }
            let text = tr!("Snooze");
            let snooze = right.place_right(vec2(row_button::width(ui, &text), 24.0));
            let face = Face { icon: icons::SNOOZE, text: &text, edge: false };
            let snooze = row_button::show(ui, snooze, ids[2], active, face, &tr!("Snooze: {}", of));
            to = self.snooze.menu(&snooze, menu, cx.today);
            right.gap_right(4.0);
            let text = tr!("activity" => "Done");
            let finish = right.place_right(vec2(row_button::width(ui, &text), 24.0));
            let face = Face { icon: icons::CHECK, text: &text, edge: true };
            if row_button::show(ui, finish, ids[1], active, face, &tr!("Mark done: {}", of)).clicked() {
                self.tick(id);
            }
            right.gap_right(8.0);
        }
        let end = if active { right.right() } else { rect.right() - END };
        self.words(ui, cx, activity, &name, &record, rect, end);

        if here {
            response.request_focus();
            ui.scroll_to_rect(rect, None);
        }
        if response.has_focus() {
            focus_ring(ui.painter(), rect.shrink(1.0), radius::CHIP, p);
        }
        // Where the cursor is going on from is not where it stands.
        if focused && (here || !self.moving) {
            self.cursor = at;
            self.at = Some(id);
            *cx.hand = Hand::one(on);
            if activity.done.is_none() {
                to = self.keys(ui, cx, id, menu).or(to);
            }
            self.arrows(ui, key);
        }
        if let Some(date_deadline) = to {
            cx.execute(Command::Reschedule { ids: vec![id], date_deadline });
            self.follow = true;
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            let modifiers = ui.input(|i| i.modifiers);
            match (modifiers.shift || modifiers.command) && !self.done {
                true => self.select(at, id, modifiers.shift),
                false => {
                    (self.cursor, self.at) = (at, Some(id));
                    cx.open(Page::of(on));
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments)]
    fn words(&self, ui: &Ui, cx: &Context, activity: &Activity, name: &str, record: &About, rect: Rect, right: f32) {
        let p = palette(ui);
        let left = rect.left() + TITLE;
        let end = rect.right() - END;
        // Buttons come and go; what stands under each other stays there.
        let split = left + (end - left) * 0.42;
        let mut row = Row::new(ui, Rect::from_min_max(pos2(left, rect.top()), pos2(split.min(right), rect.bottom())));
        let color = if activity.done.is_some() { p.text2 } else { p.text };
        row.text(name, type_scale::VALUE, color);
        let detail = due::detail(cx.records, activity);
        row.gap(10.0).text(&detail, type_scale::SECONDARY, p.text3);
        let place = Rect::from_min_max(pos2(split + 12.0, rect.top()), pos2(right, rect.bottom()));
        let mut row = Row::new(ui, place);
        row.text(&record.title, type_scale::BODY, p.text2);
        if activity.done.is_some() {
            row.gap(10.0).text(&activity.feedback, type_scale::SECONDARY, p.text3);
        }
    }

    pub(super) fn event(&mut self, ui: &mut Ui, cx: &mut Context, at: usize, entry: &Entry, rect: Rect, here: bool) {
        let p = palette(ui);
        let key = Id::unique(("to-do event", entry.id, entry.of, at));
        let response = ui.interact(rect, key, Sense::click());
        let times = match entry.times {
            Times::Days { .. } => tr!("All day"),
            Times::Hours(moments) => format::clock(moments.start, cx.environment),
        };
        let over = matches!(entry.times, Times::Hours(moments) if moments.stop <= cx.now);
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, format!("{}, {times}", entry.title)));
        if response.hovered() {
            ui.painter().rect_filled(rect, 0, p.hover);
        }
        ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, p.line));
        let color = if over { p.text3 } else { p.text };
        let cell = Rect::from_min_max(pos2(rect.left() + 68.0, rect.top()), pos2(rect.left() + 156.0, rect.bottom()));
        Row::new(ui, cell).text(&times, type_scale::SECONDARY.medium(), color);
        icons::paint(ui.painter(), event_icon(entry.source), pos2(rect.left() + 170.0, rect.center().y), 16.0, color);
        let mut right = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)));
        person(ui, &mut right, cx, entry.person, p);
        let left = rect.left() + TITLE;
        let end = rect.right() - END;
        let split = left + (end - left) * 0.42;
        let mut row = Row::new(ui, Rect::from_min_max(pos2(left, rect.top()), pos2(split, rect.bottom())));
        row.text(&entry.title, type_scale::VALUE, color);
        row.gap(10.0).text(&entry.location, type_scale::SECONDARY, p.text3);
        let title = entry.record.map(|on| about(cx.records, on).title).unwrap_or_default();
        let place = Rect::from_min_max(pos2(split + 12.0, rect.top()), pos2(end, rect.bottom()));
        Row::new(ui, place).text(&title, type_scale::BODY, p.text2);
        if here {
            response.request_focus();
            ui.scroll_to_rect(rect, None);
        }
        if response.has_focus() {
            focus_ring(ui.painter(), rect.shrink(1.0), radius::CHIP, p);
            if here || !self.moving {
                (self.cursor, self.at) = (at, None);
                self.arrows(ui, key);
            }
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            match entry.source {
                Source::Calls => cx.actions.push(Action::show(entry.id)),
                _ => cx.actions.push(Action::Meeting(MeetingAsk::Open { id: entry.id, of: entry.of })),
            }
        }
    }

    /// Asks what came of it, or no longer.
    pub(super) fn tick(&mut self, id: DocId) {
        self.finishing = match self.finishing.take() {
            Some(open) if open.id == id => None,
            _ => Some(Finishing::new(id)),
        };
    }

    /// Selects one, or all from the last one that was.
    pub(super) fn select(&mut self, at: usize, id: DocId, range: bool) {
        match (range, self.anchor) {
            (true, Some(anchor)) => {
                let lines = &self.shown.lines[anchor.min(at)..=anchor.max(at).min(self.shown.lines.len() - 1)];
                self.selected.extend(lines.iter().filter_map(|line| match line {
                    super::Line::Activity(id) => Some(*id),
                    _ => None,
                }));
            }
            _ => {
                if !self.selected.remove(&id) {
                    self.selected.insert(id);
                }
                self.anchor = Some(at);
            }
        }
    }
}

/// The record that something is about, in words.
struct About {
    /// `Umbrella Corporation · GTX Pro rollout`
    title: String,
    amount: String,
}

fn about(records: &Records, on: DocId) -> About {
    let name = records.name(on).to_owned();
    let Some(opportunity) = records.opportunities.get(&on) else {
        let parent = records.contacts.get(&on).and_then(|c| c.parent).map_or("", |p| records.name(p));
        let title = if parent.is_empty() { name } else { format!("{parent} · {name}") };
        return About { title, amount: String::new() };
    };
    let customer = opportunity.partner.map_or(opportunity.partner_name.as_str(), |p| records.name(p));
    let title = if customer.is_empty() { name } else { format!("{customer} · {name}") };
    let amount = match opportunity.expected_revenue {
        Money(0) => String::new(),
        amount => format::money(amount, format::currency(records)),
    };
    About { title, amount }
}

/// When it is due, or when it was done.
fn due_words(cx: &Context, activity: &Activity) -> String {
    match activity.done {
        Some(at) => locale::short_day(cx.environment.day(at)),
        None => due::words(activity, cx.today),
    }
}

fn person(ui: &Ui, row: &mut Row, cx: &Context, user: Option<DocId>, p: &Palette) {
    let disc = row.place_right(vec2(22.0, 22.0)).center();
    match user {
        Some(user) => {
            let initials = format::initials(cx.records.name(user));
            avatar::paint(ui.painter(), disc, 22.0, &initials, format::person_number(user), p);
        }
        None => avatar::paint_nobody(ui.painter(), disc, 22.0, p),
    }
}

fn event_icon(source: Source) -> Icon {
    match source {
        Source::Calls => icons::CALL,
        Source::Meetings => icons::GROUPS,
        _ => icons::CALENDAR,
    }
}
