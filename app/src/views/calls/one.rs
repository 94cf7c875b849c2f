//! The one call in hand: the number biggest, three answers, what was tried, when to try again, notes, what comes after.

use chrono::{DateTime, Utc};
use eframe::egui::{Id, Key, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::{Command, DocId, Kind, Value, command::CallStep, phone, record::Call};
use satchel_sync::protocol::Hand as InHand;
use tr::tr;

use super::{
    CallAsk,
    again::{self, Again},
    faces, script,
};
use crate::{
    design::{icons, palette, radius, tokens::Palette, type_scale},
    shell::{Action, Context, Page, Pending, Reply, UiCommand},
    views::{format, meeting::MeetingAsk, photo::Photo},
    widgets::{Button, Input, Line, Row, avatar, chip, key_cap, line, line_right, stars},
};

/// What is being done with a call.
pub struct One {
    pub call: DocId,
    /// When it was handed out, and when it was dialled.
    since: DateTime<Utc>,
    dialled: Option<DateTime<Utc>>,
    /// How many steps of the script are done.
    pub steps: usize,
    notes: String,
    /// The notes of the record, as they were last looked at.
    notes_then: String,
    /// Which suggestion is chosen, if a person chose.
    again: Option<usize>,
    /// The answer that was given, while it is carried out.
    answering: Option<Reply>,
    error: Option<String>,
    tries: Tries,
    photo: Photo,
}

/// The attempts, read from the history.
#[derive(Default)]
struct Tries {
    /// The commit that last touched the call when they were read.
    key: Option<u64>,
    loading: Option<(u64, Pending<Vec<Try>>)>,
    all: Vec<Try>,
}

struct Try {
    at: DateTime<Utc>,
    user: DocId,
    name: String,
}

/// What becomes of the hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    Stay,
    /// The next call, please.
    Next,
}

const GAP: f32 = 16.0;

impl One {
    pub fn new(cx: &Context, call: &Call) -> One {
        One {
            call: call.id,
            since: cx.now,
            dialled: None,
            steps: 0,
            notes: call.description.clone(),
            notes_then: call.description.clone(),
            again: None,
            answering: None,
            error: None,
            tries: Tries::default(),
            photo: Photo::default(),
        }
    }

    /// Notes that are typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        if self.notes != self.notes_then {
            cx.unsaved.push(tr!("Notes on the call ‘{}’ are not saved yet", cx.records.name(self.call)));
        }
    }

    /// Saves the notes as they are.
    fn keep_notes(&mut self, cx: &mut Context) {
        if self.notes != self.notes_then {
            self.notes_then.clone_from(&self.notes);
            let fields = vec![("description".to_owned(), Value::Text(self.notes.clone()))];
            cx.execute(Command::Set { id: self.call, fields, seen: None });
        }
    }

    fn answer(&mut self, cx: &mut Context, step: CallStep) {
        self.keep_notes(cx);
        let reply = Reply::default();
        self.answering = Some(reply.clone());
        self.error = None;
        cx.actions.push(Action::ExecuteFor(Command::Call { id: self.call, step }, reply));
    }

    fn dial(&mut self, cx: &mut Context, number: &str) {
        self.dialled = Some(cx.now);
        cx.actions.push(Action::Dial(number.to_owned()));
    }

    /// Draws the call into the middle of the page.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call, place: &str) -> Onward {
        if let Some(outcome) = self.answering.as_ref().and_then(Reply::take) {
            self.answering = None;
            match outcome {
                Ok(()) => return Onward::Next,
                Err(why) => self.error = Some(why),
            }
        }
        // What a colleague wrote meanwhile, unless something is being typed here.
        if self.notes == self.notes_then && call.description != self.notes_then {
            self.notes.clone_from(&call.description);
            self.notes_then.clone_from(&call.description);
        }
        self.tries.find(cx, call);
        ui.ctx().request_repaint_after(std::time::Duration::from_secs(1));
        let mut onward = Onward::Stay;
        ui.spacing_mut().item_spacing.y = 0.0;
        self.head(ui, cx, call, place);
        ui.add_space(GAP);
        self.number(ui, cx, call);
        ui.add_space(GAP);
        onward = if self.answers(ui, cx, call) { Onward::Next } else { onward };
        self.says(ui, cx, call, &mut onward);
        ui.add_space(GAP);
        self.boxes(ui, cx, call);
        ui.add_space(GAP);
        self.notes(ui, cx);
        ui.add_space(GAP);
        after(ui, cx, call);
        ui.add_space(GAP);
        onward
    }

    fn head(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call, place: &str) {
        let p = palette(ui);
        let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let (state, tone, _) = faces::state(call, ui);
        let way = if call.direction == "incoming" { tr!("Incoming") } else { tr!("Outgoing") };
        let says = format!("{way} · {}", state.to_lowercase());
        let mark = chip::mark(ui.painter(), bar.left_center(), None, &says, tone);
        ui.interact(mark, ui.scope_id().with("state"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
        let at = Rect::from_min_size(pos2(mark.right() + 8.0, bar.top()), vec2(stars::WIDTH, 24.0));
        let mut priority = call.priority.clamp(0, 3);
        let before = priority;
        let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(at));
        stars::edit(&mut child, &mut priority, &tr!("Priority"));
        if priority != before {
            let fields = vec![("priority".to_owned(), Value::Int(priority))];
            cx.execute(Command::Set { id: call.id, fields, seen: None });
        }
        line_right(ui.painter(), bar.right_center(), 200.0, Line::new(place, type_scale::SECONDARY, p.text2));
        ui.add_space(10.0);

        let (who, _) = ui.allocate_exact_size(vec2(ui.available_width(), 48.0), Sense::hover());
        let number = format::person_number(call.partner.unwrap_or(call.id));
        let center = pos2(who.left() + 17.0, who.center().y);
        let photo = call.partner.is_some_and(|id| self.photo.show(ui, cx, cx.records.head(id), center, 34.0));
        if !photo {
            avatar::paint(ui.painter(), center, 34.0, &format::initials(&call.name), number, p);
        }
        let left = who.left() + 46.0;
        let name = Line::new(&call.name, type_scale::RECORD_TITLE, p.text);
        let name_rect = line(ui.painter(), pos2(left, who.top() + 14.0), who.right() - left, name);
        ui.interact(name_rect, ui.scope_id().with("name"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, tr!("Call {}", call.name)));
        let under = Rect::from_min_max(pos2(left, who.top() + 29.0), pos2(who.right(), who.bottom()));
        about(ui, cx, call, under, p);
    }

    fn number(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call) {
        let p = palette(ui);
        let (card, _) = ui.allocate_exact_size(vec2(ui.available_width(), 92.0), Sense::hover());
        ui.painter().rect(card, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        let inner = card.shrink2(vec2(20.0, 12.0));
        let since = self.dialled.unwrap_or(self.since);
        let seconds = (cx.now - since).num_seconds();
        let told = script::timer(seconds);
        let caption = if self.dialled.is_some() { tr!("since the call started") } else { tr!("since it is in hand") };
        let timer = Line::new(&told, type_scale::FIGURE, p.text);
        let time = line_right(ui.painter(), pos2(inner.right(), inner.top() + 24.0), 200.0, timer);
        let said = Line::new(&caption, type_scale::SECONDARY, p.text2);
        let under = line_right(ui.painter(), pos2(inner.right(), inner.bottom() - 10.0), 220.0, said);
        ui.interact(time, ui.scope_id().with("timer"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{told} {caption}")));

        let (main, other) = match call.phone.is_empty() {
            false => (call.phone.as_str(), call.mobile.as_str()),
            true => (call.mobile.as_str(), ""),
        };
        let room = under.left().min(time.left()) - inner.left() - 12.0;
        if main.is_empty() {
            let none = tr!("No number");
            line(
                ui.painter(),
                pos2(inner.left(), inner.top() + 24.0),
                room,
                Line::new(&none, type_scale::NUMBER, p.text3),
            );
            return;
        }
        let shown = phone::readable(main);
        let wide = Line::new(&shown, type_scale::NUMBER, p.text).layout(ui.painter(), f32::INFINITY).size().x;
        let style = if wide > room { type_scale::FIGURE } else { type_scale::NUMBER };
        let at = Rect::from_min_size(inner.min, vec2(wide.min(room), 46.0));
        let id = ui.scope_id().with("dial");
        let pressed = UiCommand::key_pressed(ui.ctx(), Key::D);
        let name = tr!("Dial {}", shown);
        if faces::line_button(ui, at, id, &name, |ui, rect| {
            line(ui.painter(), rect.left_center(), rect.width() + 1.0, Line::new(&shown, style, p.text));
        }) || pressed
        {
            self.dial(cx, main);
        }
        let low =
            Rect::from_min_max(pos2(inner.left(), inner.bottom() - 19.0), pos2(inner.left() + room, inner.bottom()));
        let mut row = Row::new(ui, low);
        row.icon(icons::CALL, 14.0, p.text3);
        row.gap(4.0).text(&tr!("Dial"), type_scale::SECONDARY, p.text2);
        row.gap(6.0);
        let cap = pos2(row.left(), row.middle());
        let cap = key_cap::paint(ui.painter(), cap, "D", p, None);
        if !other.is_empty() {
            let other_shown = phone::readable(other);
            let says = tr!("or {}", other_shown);
            let rect = Rect::from_min_max(pos2(cap.right() + 14.0, low.top()), low.max);
            let width = Line::new(&says, type_scale::SECONDARY, p.text2).layout(ui.painter(), rect.width()).size().x;
            let rect = Rect::from_min_size(rect.min, vec2(width, rect.height()));
            let id = ui.scope_id().with("dial the other");
            if faces::line_button(ui, rect, id, &tr!("Dial {}", other_shown), |ui, rect| {
                line(
                    ui.painter(),
                    rect.left_center(),
                    rect.width() + 1.0,
                    Line::new(&says, type_scale::SECONDARY, p.accent),
                );
            }) {
                self.dial(cx, other);
            }
        }
    }

    /// Whether the next call is wanted, as this one is answered already.
    fn answers(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call) -> bool {
        let p = palette(ui);
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), 64.0), Sense::hover());
        if !call.is_to_be_made() && self.answering.is_none() {
            let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(area));
            let next = tr!("Next call");
            return child.add(Button::primary(&next).large().trailing(icons::OPEN)).clicked();
        }
        let gap = 12.0;
        let wide = (area.width() - 2.0 * gap) * 0.38;
        let rest = (area.width() - wide - 2.0 * gap) / 2.0;
        let cell = |from: f32, width: f32| {
            Rect::from_min_size(pos2(area.left() + from, area.top()), vec2(width, area.height()))
        };
        let (called, not_called, cancel) = (tr!("Called"), tr!("Not called"), tr!("Cancel"));
        let white = if p.dark { p.bg } else { p.onaccent };
        let faces = [
            (cell(0.0, wide), Key::Num1, icons::CHECK, &called, "1", Some(p.ok.text), white, false),
            (cell(wide + gap, rest), Key::Num2, icons::MISSED, &not_called, "2", None, p.due.text, false),
            (
                cell(wide + rest + 2.0 * gap, rest),
                Key::Num3,
                icons::CLOSE,
                &cancel,
                "3",
                None,
                p.text2,
                call.is_tried_too_often(),
            ),
        ];
        let busy = self.answering.is_some();
        let mut given = None;
        ui.add_enabled_ui(!busy, |ui| {
            for (at, (rect, key, icon, text, cap, fill, ink, urged)) in faces.into_iter().enumerate() {
                let answer = faces::Answer { icon, text, key: cap, fill, ink, urged };
                let pressed = !busy && UiCommand::key_pressed(ui.ctx(), key);
                if faces::answer(ui, rect, &answer) || pressed {
                    given = Some(at);
                }
            }
        });
        match given {
            Some(0) => {
                let since = self.dialled.unwrap_or(self.since);
                let minutes = script::minutes((cx.now - since).num_seconds()).max(1);
                self.answer(cx, CallStep::Called { minutes: Some(minutes) });
            }
            Some(1) => {
                let again = self.chosen(cx, call).at.map(|wall| cx.environment.zone().moment(wall));
                let attempt = cx.new_id(Kind::Attempt);
                self.answer(cx, CallStep::NotCalled { attempt, again });
            }
            Some(_) => self.answer(cx, CallStep::Cancel),
            None => {}
        }
        false
    }

    fn suggested(&self, cx: &Context, call: &Call) -> (Vec<Again>, usize) {
        let (all, suggested) = again::suggestions(cx.local(cx.now), call.attempts());
        let chosen = self.again.filter(|at| *at < all.len()).unwrap_or(suggested);
        (all, chosen)
    }

    fn chosen(&self, cx: &Context, call: &Call) -> Again {
        let (mut all, chosen) = self.suggested(cx, call);
        all.swap_remove(chosen)
    }

    /// What is worth knowing before anything is answered.
    fn says(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call, onward: &mut Onward) {
        let p = palette(ui);
        if let Some(error) = &self.error {
            notice(ui, icons::ERROR, error, p.late.text);
        }
        if let InHand::Lost(lost, by) = cx.phone.hand()
            && lost == call.id
        {
            let who = cx.phone.taken().iter().find(|taken| taken.device == by).map(|taken| taken.user);
            let name = who.map_or_else(|| tr!("A colleague"), |user| cx.records.name(user).to_owned());
            notice(ui, icons::CONFLICT, &tr!("{} took this call while you were apart, and has it.", name), p.two.text);
            if ui.add(Button::new(&tr!("Next call")).small().trailing(icons::OPEN)).clicked() {
                *onward = Onward::Next;
            }
        }
        if call.is_double() {
            let owner = call.done_by.map_or("", |user| cx.records.name(user));
            let says = match owner {
                "" => tr!("Two people decided differently about this call while they were apart."),
                owner => tr!("Called twice while two of you were apart: it counts for {}.", owner),
            };
            notice(ui, icons::CONFLICT, &says, p.two.text);
        }
        if call.is_tried_too_often() {
            let says = tr!("Tried {n} times without an answer: better cancel it.", n = call.attempts());
            notice(ui, icons::INFO, &says, p.late.text);
        }
    }

    fn boxes(&mut self, ui: &mut Ui, cx: &mut Context, call: &Call) {
        let p = palette(ui);
        let half = (ui.available_width() - 12.0) / 2.0;
        // Where the suggestions do not fit side by side they stand in two rows.
        let height = if half < 384.0 { 112.0 } else { 88.0 };
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let left = Rect::from_min_size(area.min, vec2(half, area.height()));
        let right = Rect::from_min_size(pos2(left.right() + 12.0, area.top()), left.size());
        for rect in [left, right] {
            ui.painter().rect(rect, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
        }
        let inner = left.shrink2(vec2(16.0, 12.0));
        let title = |rect: Rect| Rect::from_min_size(rect.min, vec2(rect.width(), 20.0));
        let head = title(inner);
        let attempts = tr!("Attempts");
        line(ui.painter(), head.left_center(), half, Line::new(&attempts, type_scale::CARD_TITLE, p.text));
        faces::cells(ui, head.right_center(), call.attempts(), if half < 240.0 { 18.0 } else { 26.0 });
        let count = tr!("{n} attempt" | "{n} attempts" % call.attempts());
        ui.interact(head, ui.scope_id().with("attempts"), Sense::hover())
            .widget_info(|| WidgetInfo::labeled(Role::Label, true, &count));
        let mut y = head.bottom() + 12.0;
        if call.attempts() == 0 {
            let none = tr!("Not tried yet.");
            line(ui.painter(), pos2(inner.left(), y), inner.width(), Line::new(&none, type_scale::SECONDARY, p.text3));
        }
        for tried in self.tries.all.iter().rev().take(2) {
            let day = cx.day(cx.environment.day(tried.at));
            let who = if tried.user == cx.user { tr!("you") } else { tried.name.clone() };
            let says = tr!("{day} {time}, no answer, {who}", day, time = format::clock(tried.at, cx.environment), who);
            let rect = line(
                ui.painter(),
                pos2(inner.left(), y),
                inner.width(),
                Line::new(&says, type_scale::SECONDARY, p.text2),
            );
            ui.interact(rect, ui.scope_id().with(("tried", y as i64)), Sense::hover())
                .widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
            y += 16.0;
        }

        let inner = right.shrink2(vec2(16.0, 12.0));
        let head = title(inner);
        let (title, hint) = (tr!("If not called"), tr!("suggested"));
        line(ui.painter(), head.left_center(), half, Line::new(&title, type_scale::CARD_TITLE, p.text));
        line_right(ui.painter(), head.right_center(), 90.0, Line::new(&hint, type_scale::SECONDARY, p.text3));
        let (all, chosen) = self.suggested(cx, call);
        let row = Rect::from_min_max(pos2(inner.left(), head.bottom() + 8.0), inner.max);
        let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(row));
        child.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(6.0, 6.0);
            ui.spacing_mut().interact_size.y = 24.0;
            for (at, again) in all.iter().enumerate() {
                let name = match again.at {
                    Some(_) => tr!("If not called, try again: {}", again.says),
                    None => tr!("If not called, do not try again"),
                };
                let button = Button::new(&again.says).name(&name).small().selected(at == chosen);
                if ui.add(button).clicked() {
                    self.again = Some(at);
                }
            }
        });
    }

    fn notes(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let (title, hint) = (tr!("Notes"), tr!("Kept when you leave the field or answer"));
        line(ui.painter(), head.left_center(), 200.0, Line::new(&title, type_scale::CARD_TITLE, p.text));
        line_right(ui.painter(), head.right_center(), 320.0, Line::new(&hint, type_scale::SECONDARY, p.text3));
        let id = Id::unique(("notes of the call", self.call));
        let name = tr!("Notes on this call");
        let rows = faces::rows(&self.notes, 5);
        let typed = Input::new(&mut self.notes, &name).id(id).rows(rows).show(ui);
        if typed.lost_focus() {
            self.keep_notes(cx);
        }
        if UiCommand::key_pressed(ui.ctx(), Key::N) {
            typed.request_focus();
        }
    }
}

/// Whom the call is for: their job, their company, the deal it is about.
fn about(ui: &mut Ui, cx: &mut Context, call: &Call, rect: Rect, p: &Palette) {
    let records = cx.records;
    let mut x = rect.left();
    let contact = call.partner.and_then(|id| records.contacts.get(&records.head(id)));
    let mut parts: Vec<(String, Option<Page>)> = Vec::new();
    if let Some(contact) = contact {
        parts.extend((!contact.function.is_empty()).then(|| (contact.function.clone(), None)));
        let company = contact.parent.map(|id| records.head(id));
        let (name, id) = match company {
            Some(company) => (records.name(company), company),
            None => (contact.name.as_str(), contact.id),
        };
        parts.push((name.to_owned(), Some(Page::Contact(id))));
        let place = if contact.city.is_empty() { &contact.country } else { &contact.city };
        parts.extend((!place.is_empty()).then(|| (place.clone(), None)));
    }
    if let Some(deal) = call.opportunity.filter(|id| records.opportunities.contains_key(id)) {
        parts.push((records.name(deal).to_owned(), Some(Page::Opportunity(deal))));
    }
    for (at, (text, page)) in parts.into_iter().enumerate() {
        if at > 0 {
            x = line(ui.painter(), pos2(x, rect.center().y), 20.0, Line::new(" · ", type_scale::BODY, p.text3)).right();
        }
        let color = if page.is_some() { p.accent } else { p.text2 };
        let room = (rect.right() - x).max(0.0);
        let width = Line::new(&text, type_scale::BODY, color).layout(ui.painter(), room).size().x;
        let place = Rect::from_min_size(pos2(x, rect.top()), vec2(width, rect.height()));
        let paint = |ui: &Ui, rect: Rect| {
            line(ui.painter(), rect.left_center(), rect.width() + 1.0, Line::new(&text, type_scale::BODY, color));
        };
        match page {
            Some(page) => {
                let id = ui.scope_id().with(("about", at));
                if faces::line_button(ui, place, id, &tr!("Open {}", text), paint) {
                    cx.open(page);
                }
            }
            None => paint(ui, place),
        }
        x += width;
    }
}

fn notice(ui: &mut Ui, icon: crate::design::Icon, text: &str, color: eframe::egui::Color32) {
    ui.add_space(8.0);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let mut row = Row::new(ui, rect);
    row.icon(icon, 16.0, color);
    row.gap(8.0).text(text, type_scale::BODY, color);
}

/// What may follow a call.
fn after(ui: &mut Ui, cx: &mut Context, call: &Call) {
    let p = palette(ui);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let title = tr!("After this call");
    line(ui.painter(), head.left_center(), 300.0, Line::new(&title, type_scale::CARD_TITLE, p.text));
    let is_here = |id: &DocId| cx.records.opportunities.get(id).is_some_and(|o| !o.meta.deleted);
    let deal = call.opportunity.filter(is_here);
    let first = match deal {
        Some(deal) => (tr!("Open its opportunity"), cx.records.name(deal).to_owned()),
        None => (tr!("Make it an opportunity"), tr!("With this customer, the numbers and the notes")),
    };
    let rows = [
        (icons::TAG, first.0, first.1, Key::O, "O"),
        (icons::CALENDAR, tr!("Plan a meeting"), tr!("{} and you", call.name), Key::M, "M"),
        (icons::CALL, tr!("Schedule another call"), tr!("Copies customer, numbers and priority"), Key::R, "R"),
    ];
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0 * rows.len() as f32), Sense::hover());
    ui.painter().rect(area, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    for (at, (icon, title, detail, key, cap)) in rows.into_iter().enumerate() {
        let rect = Rect::from_min_size(area.min + vec2(0.0, 40.0 * at as f32), vec2(area.width(), 40.0));
        if at > 0 {
            ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
        }
        let inner = rect.shrink2(vec2(16.0, 2.0));
        let pressed = UiCommand::key_pressed(ui.ctx(), key);
        let clicked = faces::line_button(ui, inner, ui.scope_id().with(("after", at)), &title, |ui, rect| {
            let mut row = Row::new(ui, rect);
            row.icon(icon, 18.0, p.text2);
            row.gap(10.0).text(&title, type_scale::VALUE, p.text);
            let width = key_cap::width(ui.painter(), cap);
            let place = row.place_right(vec2(width, 20.0));
            key_cap::paint(ui.painter(), place.left_center(), cap, p, None);
            row.gap_right(8.0);
            row.gap(10.0).text(&detail, type_scale::SECONDARY, p.text2);
        });
        if !clicked && !pressed {
            continue;
        }
        match (at, deal) {
            (0, Some(deal)) => cx.open(Page::Opportunity(deal)),
            (0, None) => {
                let opportunity = cx.new_id(Kind::Opportunity);
                cx.execute(Command::CallToOpportunity { id: call.id, opportunity });
            }
            (1, _) => {
                let about = deal.or(call.partner);
                cx.actions.push(Action::Meeting(MeetingAsk::New { when: None, about }));
            }
            _ => cx.actions.push(Action::Call(CallAsk::Again(call.id))),
        }
    }
}

impl Tries {
    fn find(&mut self, cx: &mut Context, call: &Call) {
        if let Some((key, pending)) = self.loading.take() {
            match pending.take() {
                Some(all) => (self.key, self.all) = (Some(key), all),
                None => self.loading = Some((key, pending)),
            }
        }
        let key = call.meta.arrival;
        if self.key == Some(key) || self.loading.is_some() {
            return;
        }
        let id = call.id;
        let pending = cx.background(move |workspace, _| {
            let history = workspace.history(id).unwrap_or_default();
            let tried = history.into_iter().filter(|entry| entry.changes.iter().any(|c| c.field == "tried"));
            let mut all: Vec<Try> =
                tried.map(|entry| Try { at: entry.time, user: entry.user, name: entry.user_name }).collect();
            all.sort_by_key(|tried| tried.at);
            all
        });
        self.loading = Some((key, pending));
    }
}
