//! A new activity, or changes to one. Summary and day come from its type until a person says otherwise.

use chrono::NaiveDate;
use eframe::egui::{Id, Key, Ui, vec2};
use satchel_core::{
    Command, DocId, Kind, Records, Value,
    record::{Activity, ActivityType},
};
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    shell::Context,
    views::{board::face::activity_icon, form::words, format, reading},
    widgets::{
        Button, Input,
        in_place::{Draft, InPlace, select_all},
        picker::{self, Picked, Picker},
    },
};

pub struct Editor {
    pub id: Option<DocId>,
    kind: DocId,
    summary: String,
    /// The summary that nobody typed: the type's, or the one there was.
    given: String,
    deadline: String,
    user: Option<DocId>,
    user_draft: Option<Draft>,
    user_list: Option<picker::Open<DocId>>,
    error: Option<String>,
    fresh: bool,
}

impl Editor {
    /// A To-Do to begin with.
    pub fn new(cx: &Context, user: Option<DocId>) -> Editor {
        let kinds = cx.records.activity_types_in_order();
        let kind = kinds.iter().find(|t| t.id == ActivityType::TODO).or(kinds.first());
        let kind = kind.map_or(ActivityType::TODO, |t| t.id);
        let (summary, deadline) = defaults(cx.records, kind, cx.today);
        Editor { given: summary.clone(), summary, deadline, ..Editor::blank(None, kind, user) }
    }

    pub fn of(activity: &Activity) -> Editor {
        Editor {
            summary: activity.summary.clone(),
            given: activity.summary.clone(),
            deadline: format::full_day(activity.date_deadline),
            ..Editor::blank(Some(activity.id), activity.kind, activity.user)
        }
    }

    fn blank(id: Option<DocId>, kind: DocId, user: Option<DocId>) -> Editor {
        Editor {
            id,
            kind,
            summary: String::new(),
            given: String::new(),
            deadline: String::new(),
            user,
            user_draft: None,
            user_list: None,
            error: None,
            fresh: true,
        }
    }

    /// What is typed and not saved; `on` is the record.
    pub fn unsaved(&self, on: &str) -> Option<String> {
        let activity = self.summary.trim();
        (!activity.is_empty() && self.summary != self.given)
            .then(|| tr!("The activity ‘{activity}’ on {on} is not saved yet", activity, on))
    }

    /// Another type: what the one before said is said by this one.
    fn turn_to(&mut self, records: &Records, kind: DocId, today: NaiveDate) {
        let (_, before) = defaults(records, self.kind, today);
        let (summary, deadline) = defaults(records, kind, today);
        if self.id.is_none() && (self.summary.trim().is_empty() || self.summary == self.given) {
            self.given.clone_from(&summary);
            self.summary = summary;
        }
        if self.id.is_none() && self.deadline == before {
            self.deadline = deadline;
        }
        self.kind = kind;
    }

    /// True when it is to be saved, false when it is given up.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> Option<bool> {
        let palette = palette(ui);
        let mut outcome = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 2.0);
            let records = cx.records;
            for (kind, name) in records.activity_types_in_order().into_iter().map(|t| (t.id, format::activity_type(t)))
            {
                let icon = activity_icon(records, kind);
                let button = Button::ghost(&name).icon(icon).small().selected(self.kind == kind);
                if ui.add(button).clicked() {
                    self.turn_to(records, kind, cx.today);
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

    /// What saves it; nothing, with the reason shown, where the day is none.
    pub fn command(&mut self, cx: &Context, on: DocId) -> Option<Command> {
        let date_deadline = match reading::day(&self.deadline, cx.today) {
            Ok(Some(day)) => day,
            Ok(None) => {
                self.error = Some(tr!("An activity needs a day: today, 2026-11-13, monday"));
                return None;
            }
            Err(reason) => {
                self.error = Some(reason);
                return None;
            }
        };
        let summary = self.summary.trim().to_owned();
        Some(match self.id {
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
        })
    }
}

/// Summary and day of a new activity of a type.
fn defaults(records: &Records, kind: DocId, today: NaiveDate) -> (String, String) {
    let r#type = records.activity_type(kind);
    (r#type.summary.clone(), format::full_day(r#type.deadline(today, None)))
}
