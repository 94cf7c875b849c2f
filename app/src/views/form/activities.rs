//! What is to be done on a record: rows to tick off, snooze or cancel, and the line that schedules the next one.

use std::collections::HashMap;

use chrono::{Days, NaiveDate, Weekday};
use eframe::egui::{
    CornerRadius, CursorIcon, Id, Key, Popup, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};
use satchel_core::{
    Command, DocId, Kind, Record, Records, Value,
    record::{Activity, ActivityState, ActivityType},
};
use tr::tr;

use super::{chronicle::inner, words};
use crate::{
    design::{Palette, icons, palette, radius, size, type_scale},
    shell::{Context, UiCommand},
    views::{board::face::activity_icon, format, reading},
    widgets::{
        Button, Input, Row, avatar,
        button::icon_button_at,
        in_place::{Draft, InPlace, select_all},
        menu,
        picker::{self, Picked, Picker},
        row_button::{self, Face},
    },
};

#[derive(Default)]
pub struct Activities {
    record: Option<DocId>,
    begun: Begun,
    /// What was begun on other records waits there.
    elsewhere: HashMap<DocId, Begun>,
}

/// What is being typed on one record.
#[derive(Default)]
struct Begun {
    editor: Option<Editor>,
    /// The activity that is being ticked off, and what it came to.
    finishing: Option<Finishing>,
}

impl Begun {
    fn unsaved(&self, on: &str) -> impl Iterator<Item = String> {
        let typed = |text: &str| !text.trim().is_empty();
        let editor = self.editor.as_ref().filter(|e| typed(&e.summary));
        let editor =
            editor.map(|e| tr!("The activity ‘{activity}’ on {on} is not saved yet", activity = e.summary.trim(), on));
        let finishing = self.finishing.as_ref().filter(|f| typed(&f.feedback));
        let finishing = finishing
            .map(|f| tr!("What came of it, on {on}: ‘{feedback}’ is not saved yet", on, feedback = f.feedback.trim()));
        editor.into_iter().chain(finishing)
    }
}

struct Finishing {
    id: DocId,
    feedback: String,
    fresh: bool,
}

/// A new activity, or changes to one.
struct Editor {
    id: Option<DocId>,
    kind: DocId,
    summary: String,
    deadline: String,
    user: Option<DocId>,
    user_draft: Option<Draft>,
    user_list: Option<picker::Open<DocId>>,
    error: Option<String>,
    fresh: bool,
}

impl Activities {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        self.turn_to(record.id());
        let mut open: Vec<&Activity> = inner(record).0.iter().filter(|a| a.done.is_none()).collect();
        open.sort_by_key(|a| (a.date_deadline, a.id));
        self.head(ui, cx, record, open.len());
        ui.add_space(-4.0);
        if open.is_empty() && self.begun.editor.is_none() {
            let text = tr!("Nothing planned: schedule the next step.");
            ui.label(type_scale::BODY.text(text).color(palette(ui).text3));
            return;
        }
        let palette = palette(ui);
        let top = ui.cursor().min;
        let behind = ui.painter().add(eframe::egui::Shape::Noop);
        let width = ui.available_width();
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, activity) in open.iter().enumerate() {
                if at > 0 {
                    let y = ui.cursor().top();
                    ui.painter().hline(top.x + 1.0..=top.x + width - 1.0, y, (1.0, palette.line));
                }
                match &self.begun.editor {
                    Some(editor) if editor.id == Some(activity.id) => self.edit(ui, cx, record),
                    _ => self.row(ui, cx, activity),
                }
            }
            if self.begun.editor.as_ref().is_some_and(|e| e.id.is_none()) {
                if !open.is_empty() {
                    let y = ui.cursor().top();
                    ui.painter().hline(top.x + 1.0..=top.x + width - 1.0, y, (1.0, palette.line));
                }
                self.edit(ui, cx, record);
            }
        });
        let frame = Rect::from_min_max(top, pos2(top.x + width, ui.min_rect().bottom()));
        let shape = eframe::egui::epaint::RectShape::new(
            frame,
            CornerRadius::same(radius::CARD),
            palette.card,
            Stroke::new(1.0, palette.line),
            StrokeKind::Inside,
        );
        ui.painter().set(behind, shape);
    }

    /// What is typed and not added, for who asks before it is lost.
    pub fn unsaved(&self, cx: &mut Context) {
        let here = self.record.map(|id| (id, &self.begun));
        for (id, begun) in self.elsewhere.iter().map(|(id, begun)| (*id, begun)).chain(here) {
            cx.unsaved.extend(begun.unsaved(cx.records.name(id)));
        }
    }

    fn turn_to(&mut self, id: DocId) {
        if self.record == Some(id) {
            return;
        }
        let left = std::mem::replace(&mut self.begun, self.elsewhere.remove(&id).unwrap_or_default());
        let before = self.record.replace(id).filter(|_| left.editor.is_some() || left.finishing.is_some());
        self.elsewhere.extend(before.map(|before| (before, left)));
    }

    fn head(&mut self, ui: &mut Ui, cx: &Context, record: &Record, count: usize) {
        let palette = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut row = Row::new(ui, rect);
        row.text(&tr!("Next activities"), type_scale::TITLE, palette.text);
        if count > 0 {
            row.gap(8.0).text(&count.to_string(), type_scale::BODY, palette.text3);
        }
        let mut right = ui.new_child(
            UiBuilder::new().max_rect(rect).layout(eframe::egui::Layout::right_to_left(eframe::egui::Align::Center)),
        );
        let clicked = right.add(Button::ghost(&tr!("Schedule")).icon(icons::ADD).keys("A").small()).clicked();
        if clicked || UiCommand::Schedule.pressed(ui.ctx()) {
            let user = match record {
                Record::Opportunity(o) => o.user,
                Record::Contact(c) => c.user,
                _ => None,
            };
            self.begun.editor = Some(Editor::new(None, user.or(Some(cx.user)), format::full_day(cx.today)));
        }
    }

    fn row(&mut self, ui: &mut Ui, cx: &mut Context, activity: &Activity) {
        let palette = palette(ui);
        let id = Id::unique(("activity", activity.id));
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), size::ACTIVITY_ROW), Sense::hover());
        let name = cx.records.activity_name(activity).to_owned();
        let ids = ["done", "snooze", "cancel", "edit", "finish"].map(|part| id.with(part));
        let active = ui.rect_contains_pointer(rect)
            || ids.iter().any(|id| ui.memory(|m| m.has_focus(*id)))
            || Popup::is_id_open(ui.ctx(), ids[1].with("menu"));
        let color = state_color(palette, activity.state(cx.today));
        let mut line = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)));

        let circle = line.place(vec2(18.0, 18.0));
        let done = ui.interact(circle.expand(4.0), ids[0], Sense::click());
        done.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, false, tr!("Done: {}", name)));
        let mark = if done.hovered() { icons::CHECK_CIRCLE } else { icons::RADIO_OFF };
        let ink = if done.hovered() || done.has_focus() { palette.accent } else { palette.text3 };
        icons::paint(ui.painter(), mark, circle.center(), 18.0, ink);
        line.gap(10.0).icon(activity_icon(cx.records, activity.kind), 16.0, color);
        line.gap(10.0);

        if let Some(user) = activity.user {
            let disc = line.place_right(vec2(22.0, 22.0));
            let initials = format::initials(cx.records.name(user));
            avatar::paint(ui.painter(), disc.center(), 22.0, &initials, format::person_number(user), palette);
        } else {
            let disc = line.place_right(vec2(22.0, 22.0));
            avatar::paint_nobody(ui.painter(), disc.center(), 22.0, palette);
        }
        line.gap_right(10.0);
        line.text_right(&due(activity, cx.today), type_scale::SECONDARY.medium(), color);
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
        line.text(cx.records.activity_name(activity), type_scale::VALUE, palette.text);
        let detail = detail(cx.records, activity);
        line.gap(10.0).text(&detail, type_scale::SECONDARY, palette.text3);

        if done.clicked() || finish.clicked() {
            self.begun.finishing = match self.begun.finishing.take() {
                Some(open) if open.id == activity.id => None,
                _ => Some(Finishing { id: activity.id, feedback: String::new(), fresh: true }),
            };
        }
        if cancel.clicked() {
            cx.execute(Command::ActivityCancel { id: activity.id });
        }
        if edit.clicked() {
            let mut editor = Editor::new(Some(activity.id), activity.user, format::full_day(activity.date_deadline));
            editor.kind = activity.kind;
            editor.summary = activity.summary.clone();
            self.begun.editor = Some(editor);
        }
        let to = snooze_menu(&snooze, ids[1].with("menu"), cx.today);
        if let Some(day) = to {
            let fields = vec![("date_deadline".to_owned(), Value::Date(day))];
            cx.execute(Command::SetActivity { id: activity.id, fields });
        }
        self.feedback(ui, cx, activity);
    }

    /// What came of it, asked under the row.
    fn feedback(&mut self, ui: &mut Ui, cx: &mut Context, activity: &Activity) {
        let Some(finishing) = self.begun.finishing.as_mut().filter(|f| f.id == activity.id) else { return };
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 38.0), Sense::hover());
        let inner = rect.shrink2(vec2(12.0, 0.0));
        let mut child = ui.new_child(
            UiBuilder::new()
                .max_rect(Rect::from_min_max(pos2(inner.left() + 54.0, inner.top() - 2.0), inner.max))
                .layout(eframe::egui::Layout::left_to_right(eframe::egui::Align::Min)),
        );
        let id = Id::unique(("feedback", activity.id));
        let response = Input::new(&mut finishing.feedback, &tr!("Feedback"))
            .hint(&tr!("What came of it? (Enter marks it done)"))
            .id(id)
            .width(child.available_width() - 170.0)
            .show(&mut child);
        if std::mem::take(&mut finishing.fresh) {
            response.request_focus();
        }
        child.add_space(8.0);
        let enter = response.lost_focus() && child.input(|i| i.key_pressed(Key::Enter));
        let escape = response.lost_focus() && child.input(|i| i.key_pressed(Key::Escape));
        let done = child.add(Button::primary(&tr!("Mark done")).icon(icons::CHECK)).clicked() || enter;
        if done {
            let feedback = finishing.feedback.trim().to_owned();
            cx.execute(Command::ActivityDone { id: activity.id, feedback });
        }
        let place = Rect::from_min_size(child.cursor().min, vec2(30.0, 30.0));
        let closed = icon_button_at(&mut child, place, id.with("close"), icons::CLOSE, &tr!("Not done yet"), 16.0);
        if done || escape || closed.clicked() {
            self.begun.finishing = None;
        }
    }

    fn edit(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        let Some(editor) = &mut self.begun.editor else { return };
        let mut outcome = None;
        eframe::egui::Frame::new().inner_margin(eframe::egui::Margin::symmetric(12, 10)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
            outcome = editor.show(ui, cx);
        });
        match outcome {
            Some(true) => match reading::day(&editor.deadline, cx.today) {
                Ok(Some(day)) => {
                    cx.execute(editor.command(cx, record.id(), day));
                    self.begun.editor = None;
                }
                Ok(None) => editor.error = Some(tr!("An activity needs a day: today, 2026-11-13, monday")),
                Err(reason) => editor.error = Some(reason),
            },
            Some(false) => self.begun.editor = None,
            None => {}
        }
    }
}

impl Editor {
    fn new(id: Option<DocId>, user: Option<DocId>, deadline: String) -> Editor {
        Editor {
            id,
            kind: ActivityType::TODO,
            summary: String::new(),
            deadline,
            user,
            user_draft: None,
            user_list: None,
            error: None,
            fresh: true,
        }
    }

    /// True when it is to be saved, false when it is given up.
    fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> Option<bool> {
        let palette = palette(ui);
        let mut outcome = None;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let records = cx.records;
            for (kind, name) in records.activity_types_in_order().into_iter().map(|t| (t.id, &t.name)) {
                let icon = activity_icon(records, kind);
                let button = Button::ghost(name).icon(icon).small().selected(self.kind == kind);
                if ui.add(button).clicked() {
                    self.kind = kind;
                }
            }
        });
        ui.horizontal(|ui| {
            let id = Id::unique(("activity editor", self.id));
            let room = ui.available_width();
            let summary = Input::new(&mut self.summary, &tr!("Summary"))
                .hint(&tr!("What is to be done"))
                .id(id)
                .width(room - 150.0 - 170.0 - 16.0)
                .show(ui);
            if std::mem::take(&mut self.fresh) {
                summary.request_focus();
            }
            ui.add_space(8.0);
            let day = Input::new(&mut self.deadline, &tr!("Due day"))
                .icon(icons::CALENDAR)
                .width(150.0)
                .wrong(self.error.is_some())
                .show(ui);
            if day.changed() {
                self.error = None;
            }
            if day.gained_focus() && !day.clicked() {
                select_all(&day, &self.deadline);
            }
            ui.add_space(8.0);
            let (_, rect) = ui.allocate_space(vec2(170.0, size::CONTROL));
            let name = self.user.map_or("", |u| cx.records.name(u)).to_owned();
            let (nobody, assigned, what) = (tr!("Nobody"), tr!("Assigned to"), tr!("person"));
            let picker = Picker {
                text: InPlace { boxed: true, hint: &nobody, ..InPlace::new(id.with("user"), &assigned, &name) },
                create: None,
                what: &what,
            };
            let records = cx.records;
            let picked = picker.show(ui, rect, &mut self.user_draft, &mut self.user_list, |query| {
                words::suggestions(records, Kind::User, query)
            });
            match picked {
                Picked::Item(user) => self.user = Some(user),
                Picked::Cleared => self.user = None,
                _ => {}
            }
            let enter = (summary.lost_focus() || day.lost_focus()) && ui.input(|i| i.key_pressed(Key::Enter));
            let escape = (summary.lost_focus() || day.lost_focus()) && ui.input(|i| i.key_pressed(Key::Escape));
            if enter {
                outcome = Some(true);
            } else if escape {
                outcome = Some(false);
            }
        });
        ui.horizontal(|ui| {
            let save = if self.id.is_some() { tr!("Save activity") } else { tr!("Add activity") };
            if ui.add(Button::primary(&save).small()).clicked() {
                outcome = Some(true);
            }
            if ui.add(Button::ghost(&tr!("Close")).small().name(&tr!("Close without adding"))).clicked() {
                outcome = Some(false);
            }
            if let Some(error) = self.error.as_ref().or(self.user_draft.as_ref().and_then(|d| d.error.as_ref())) {
                ui.label(type_scale::SECONDARY.text(error).color(palette.late.text));
            }
        });
        outcome
    }

    fn command(&self, cx: &Context, on: DocId, date_deadline: NaiveDate) -> Command {
        let summary = self.summary.trim().to_owned();
        match self.id {
            None => Command::AddActivity {
                on,
                id: cx.new_id(Kind::Activity),
                kind: self.kind,
                summary,
                note: String::new(),
                date_deadline,
                user: self.user,
            },
            Some(id) => Command::SetActivity {
                id,
                fields: vec![
                    ("kind".to_owned(), Value::from(self.kind)),
                    ("summary".to_owned(), Value::Text(summary)),
                    ("date_deadline".to_owned(), Value::Date(date_deadline)),
                    ("user".to_owned(), Value::from(self.user)),
                ],
            },
        }
    }
}

fn snooze_menu(button: &eframe::egui::Response, id: Id, today: NaiveDate) -> Option<NaiveDate> {
    let monday = reading::next_weekday(today, Weekday::Mon);
    let choices = [
        (tr!("Today"), today),
        (tr!("Tomorrow"), today + Days::new(1)),
        (tr!("Next Monday, {}", format::day(monday, today)), monday),
        (tr!("In two weeks"), today + Days::new(14)),
    ];
    let shown = Popup::menu(button).id(id).gap(4.0).width(200.0).show(|ui| {
        let mut chosen = None;
        for (text, day) in &choices {
            if menu::item(ui, None, text, None).clicked() {
                chosen = Some(*day);
            }
        }
        chosen
    });
    shown.and_then(|s| s.inner)
}

fn detail(records: &Records, activity: &Activity) -> String {
    let mut parts = Vec::new();
    if !activity.summary.is_empty() {
        parts.push(records.activity_type(activity.kind).name.as_str());
    }
    if !activity.note.is_empty() {
        parts.push(activity.note.lines().next().unwrap_or_default());
    }
    parts.join(" · ")
}

/// `Today`, `Mon 16 Nov`, `2 d late`
fn due(activity: &Activity, today: NaiveDate) -> String {
    match (today - activity.date_deadline).num_days() {
        late @ 1.. => tr!("{} d late", late),
        _ => format::near_day(activity.date_deadline, today),
    }
}

fn state_color(palette: &Palette, state: Option<ActivityState>) -> eframe::egui::Color32 {
    match state {
        Some(ActivityState::Overdue) => palette.late.text,
        Some(ActivityState::Today) => palette.due.text,
        Some(ActivityState::Planned) => palette.ok.text,
        None => palette.text3,
    }
}
