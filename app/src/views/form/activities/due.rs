//! When an activity is due, and what is told about it beside its name.

use chrono::NaiveDate;
use eframe::egui::Color32;
use satchel_core::{
    Records,
    record::{Activity, ActivityState},
};
use tr::tr;

use crate::{design::Palette, views::format};

/// `Today`, `Mon 16 Nov`, `2 d late`
pub fn words(activity: &Activity, today: NaiveDate) -> String {
    match (today - activity.date_deadline).num_days() {
        late @ 1.. => tr!("{} d late", late),
        _ => format::near_day(activity.date_deadline, today),
    }
}

pub fn color(palette: &Palette, state: Option<ActivityState>) -> Color32 {
    match state {
        Some(ActivityState::Overdue) => palette.late.text,
        Some(ActivityState::Today) => palette.due.text,
        Some(ActivityState::Planned) => palette.ok.text,
        None => palette.text3,
    }
}

/// Its type, where the name does not say it, and the first line of its note.
pub fn detail(records: &Records, activity: &Activity) -> String {
    let mut parts = Vec::new();
    if !activity.summary.is_empty() {
        parts.push(format::activity_type(records.activity_type(activity.kind)));
    }
    if !activity.note.is_empty() {
        parts.push(activity.note.lines().next().unwrap_or_default().to_owned());
    }
    parts.join(" · ")
}
