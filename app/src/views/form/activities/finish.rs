//! Saying that an activity is done: what came of it, and what is suggested next.

use eframe::egui::{Align, Id, Key, Layout, Rect, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    Command, DocId, Kind, Records,
    record::{Activity, NextActivity},
};
use tr::tr;

use crate::{
    design::{icons, palette, radius, type_scale},
    shell::Context,
    views::{board::face::activity_icon, format},
    widgets::{Button, Input, Row, button::icon_button_at},
};

/// The activity that is being ticked off, and what it came to.
pub struct Finishing {
    pub id: DocId,
    pub feedback: String,
    fresh: bool,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    /// It is not done yet.
    Open,
}

impl Finishing {
    pub fn new(id: DocId) -> Finishing {
        Finishing { id, feedback: String::new(), fresh: true }
    }

    /// What is typed and not saved; `on` is the record.
    pub fn unsaved(&self, on: &str) -> Option<String> {
        let feedback = self.feedback.trim();
        let says = || tr!("What came of it, on {on}: ‘{feedback}’ is not saved yet", on, feedback);
        (!feedback.is_empty()).then(says)
    }

    /// A line that asks what came of it.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect) -> Option<End> {
        let builder = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Min));
        let mut child = ui.new_child(builder.id_salt(("finishing", self.id)));
        let id = Id::unique(("feedback", self.id));
        let (name, hint) = (tr!("Feedback"), tr!("What came of it? (Enter marks it done)"));
        let input = Input::new(&mut self.feedback, &name).hint(&hint).id(id);
        let response = input.width((child.available_width() - 170.0).min(560.0)).show(&mut child);
        if std::mem::take(&mut self.fresh) {
            response.request_focus();
        }
        child.add_space(8.0);
        let enter = response.lost_focus() && child.input(|i| i.key_pressed(Key::Enter));
        let escape = response.lost_focus() && child.input(|i| i.key_pressed(Key::Escape));
        let done = child.add(Button::primary(&tr!("Mark done")).icon(icons::CHECK)).clicked() || enter;
        let place = Rect::from_min_size(child.cursor().min, vec2(30.0, 30.0));
        let closed = icon_button_at(&mut child, place, id.with("close"), icons::CLOSE, &tr!("Not done yet"), 16.0);
        match (done, escape || closed.clicked()) {
            (true, _) => Some(End::Done),
            (_, true) => Some(End::Open),
            _ => None,
        }
    }

    pub fn command(&self) -> Command {
        Command::ActivityDone { id: self.id, feedback: self.feedback.trim().to_owned() }
    }
}

/// What the type of an activity that was done suggests to plan next.
pub struct Suggested {
    pub on: DocId,
    done: DocId,
    next: NextActivity,
    user: Option<DocId>,
}

/// What a person says to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Plan,
    No,
}

impl Suggested {
    pub const HEIGHT: f32 = 42.0;

    /// Nothing where nothing is suggested, or the next one is planned by itself.
    pub fn after(cx: &Context, on: DocId, done: &Activity) -> Option<Suggested> {
        let next = cx.records.next_activity(done, cx.today).filter(|next| !next.is_triggered)?;
        Some(Suggested { on, done: done.id, next, user: done.user })
    }

    /// Whether the activity is done, so that it is time to ask.
    pub fn is_due(&self, records: &Records) -> bool {
        records.activity(self.done).is_some_and(|(_, activity)| activity.done.is_some())
    }

    pub fn command(&self, cx: &Context) -> Command {
        Command::AddActivity {
            on: self.on,
            id: cx.new_id(Kind::Activity),
            kind: self.next.kind,
            summary: self.next.summary.clone(),
            note: String::new(),
            date_deadline: self.next.date_deadline,
            user: self.user,
        }
    }

    /// A line that offers it; `of` is told where the line does not stand on the record's own page.
    pub fn show(&self, ui: &mut Ui, cx: &Context, rect: Rect, of: bool) -> Option<Answer> {
        let p = palette(ui);
        ui.painter().rect_filled(rect, radius::CONTROL, p.asoft);
        let kind = format::activity_type(cx.records.activity_type(self.next.kind));
        let name = if self.next.summary.is_empty() { &kind } else { &self.next.summary };
        let day = format::near_day(self.next.date_deadline, cx.today);
        let says = tr!("Next: {activity}, {day}", activity = name, day);
        let label = ui.interact(rect, Id::unique(("suggested", self.done)), Sense::hover());
        label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
        let inner = rect.shrink2(vec2(12.0, 6.0));
        let builder = UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center));
        let mut right = ui.new_child(builder.id_salt("suggested"));
        right.spacing_mut().item_spacing.x = 6.0;
        let no = right.add(Button::ghost(&tr!("Not now")).name(&tr!("Plan nothing next")).small()).clicked();
        let plan = right.add(Button::primary(&tr!("Plan it")).name(&tr!("Plan next: {}", name)).small()).clicked();
        let end = right.min_rect().left() - 12.0;
        let mut row = Row::new(ui, Rect::from_min_max(inner.min, pos2(end, inner.bottom())));
        row.icon(activity_icon(cx.records, self.next.kind), 16.0, p.accent);
        row.gap(10.0).text(&says, type_scale::VALUE, p.text);
        let detail = if of { cx.records.name(self.on) } else { "" };
        row.gap(10.0).text(detail, type_scale::SECONDARY, p.text2);
        match (plan, no) {
            (true, _) => Some(Answer::Plan),
            (_, true) => Some(Answer::No),
            _ => None,
        }
    }
}
