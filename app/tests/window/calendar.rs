//! The calendar as a person uses it: by pointer and by keys, alone and in series.

use std::sync::Arc;

use eframe::egui::{Key, Modifiers, Vec2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use satchel_core::{
    DocId, Workspace,
    environment::{Zone, fixed::FixedClock},
    query::agenda::{Agenda, Times},
};

use crate::{diary, scene, scene::Desk};

const SIZE: [f32; 2] = [1440.0, 900.0];

fn desk(workspace: Workspace, clock: Arc<FixedClock>) -> Desk {
    let mut desk = Desk::over(workspace, clock, SIZE);
    desk.click("Calendar");
    desk
}

/// An empty calendar with one colleague.
fn quiet() -> (Desk, DocId) {
    let clock = diary::clock();
    let (workspace, celia) = diary::quiet(&clock);
    (desk(workspace, clock), celia)
}

/// `12 10:00-11:00 Title`, of November, as the wall shows it; days as `12-13 Title`.
fn november(desk: &Desk) -> Vec<String> {
    let zone = Zone::named(diary::ZONE);
    let agenda = Agenda::new(scene::day(1), scene::day(30), zone.clone());
    let told = |entry: &satchel_core::query::agenda::Entry| match entry.times {
        Times::Hours(moments) => {
            let wall = |at| zone.wall(at);
            format!("{}-{} {}", wall(moments.start).format("%d %H:%M"), wall(moments.stop).format("%H:%M"), entry.title)
        }
        Times::Days { first, last } => format!("{}-{} {}", first.format("%d"), last.format("%d"), entry.title),
    };
    agenda.entries(&desk.workspace.records()).iter().map(told).collect()
}

/// From the middle of one thing by so much, in steps as a hand does it.
fn pull(desk: &mut Desk, name: &str, at: impl Fn(eframe::egui::Rect) -> eframe::egui::Pos2, by: Vec2) {
    let from = at(scene::place(&desk.harness, name));
    desk.harness.hover_at(from);
    desk.harness.run_steps(2);
    desk.harness.drag_at(from);
    desk.harness.run_steps(2);
    for share in [0.3, 0.7, 1.0, 1.0] {
        desk.harness.hover_at(from + by * share);
        desk.harness.run_steps(2);
    }
    desk.harness.drop_at(from + by);
    desk.harness.run_steps(8);
}

/// Types over all that stands in a field.
fn retype(desk: &mut Desk, name: &str, text: &str) {
    desk.focus(name);
    desk.keys(Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label(name).type_text(text);
    desk.harness.run_steps(4);
}

const HOUR: f32 = 62.0;

#[test]
fn a_slot_is_clicked_and_a_meeting_stands_there() {
    let (mut desk, _) = quiet();
    desk.click("New meeting, Fri 13 Nov 2026, 13:00");
    assert!(desk.is_there("Repeat: Does not repeat"), "the form is open");
    desk.harness.get_by_label("Title").type_text("Offer");
    desk.harness.run_steps(4);
    desk.click("Save");
    assert_eq!(november(&desk), ["13 13:00-14:00 Offer"]);
    assert!(desk.is_there("Offer, Fri 13 Nov 2026, 13:00 – 14:00, Vicki Laflamme"));
    let records = desk.workspace.records();
    let meeting = records.meetings.values().next().unwrap();
    assert_eq!((meeting.users.clone(), meeting.reminders.as_str()), (vec![desk.workspace.user()], "15"));
}

#[test]
fn dragging_over_hours_gives_that_duration() {
    let (mut desk, _) = quiet();
    pull(
        &mut desk,
        "New meeting, Fri 13 Nov 2026, 13:00",
        |r| r.left_top() + vec2(30.0, 3.0),
        vec2(4.0, 1.5 * HOUR - 6.0),
    );
    desk.harness.get_by_label("Title").type_text("Workshop");
    desk.harness.run_steps(4);
    desk.keys(Modifiers::COMMAND, Key::Enter);
    assert_eq!(november(&desk), ["13 13:00-14:30 Workshop"]);
}

#[test]
fn what_stands_there_is_moved_made_longer_and_put_back() {
    let (mut desk, _) = quiet();
    diary::meeting(&desk.workspace, "Visit", "2026-11-11T09:00/2026-11-11T10:00", &[]);
    desk.harness.run_steps(4);
    let name = "Visit, Wed 11 Nov 2026, 09:00 – 10:00, Vicki Laflamme";
    let column = scene::place(&desk.harness, "New meeting, Thu 12 Nov 2026, 09:00").left()
        - scene::place(&desk.harness, "New meeting, Wed 11 Nov 2026, 09:00").left();
    pull(&mut desk, name, |r| r.center(), vec2(column, 1.25 * HOUR));
    assert_eq!(november(&desk), ["12 10:15-11:15 Visit"]);
    let name = "Visit, Thu 12 Nov 2026, 10:15 – 11:15, Vicki Laflamme";
    pull(&mut desk, name, |r| r.center_bottom() - vec2(0.0, 3.0), vec2(0.0, HOUR / 2.0));
    assert_eq!(november(&desk), ["12 10:15-11:45 Visit"]);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(november(&desk), ["12 10:15-11:15 Visit"]);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(november(&desk), ["11 09:00-10:00 Visit"]);
}

#[test]
fn all_of_it_by_keyboard() {
    let (mut desk, _) = quiet();
    diary::meeting(&desk.workspace, "Visit", "2026-11-12T11:00/2026-11-12T12:00", &[]);
    desk.harness.run_steps(4);
    desk.key(Key::ArrowDown);
    assert!(desk.is_there("Selected: Thu 12 Nov 2026, 10:00 – 10:30"), "the arrows begin at now");
    desk.key(Key::ArrowDown);
    desk.key(Key::ArrowDown);
    desk.keys(Modifiers::ALT, Key::ArrowRight);
    desk.keys(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(november(&desk), ["13 11:15-12:15 Visit"]);
    desk.keys(Modifiers::SHIFT, Key::ArrowDown);
    desk.keys(Modifiers::SHIFT, Key::ArrowDown);
    assert_eq!(november(&desk), ["13 11:15-12:45 Visit"]);
    desk.key(Key::Enter);
    assert!(desk.is_there("Cancel meeting"), "Enter opens it");
    desk.key(Key::Escape);
    assert!(!desk.is_there("Cancel meeting"));
    desk.key(Key::ArrowDown);
    desk.keys(Modifiers::SHIFT, Key::ArrowDown);
    assert!(desk.is_there("Selected: Fri 13 Nov 2026, 13:00 – 14:00"));
    desk.key(Key::N);
    desk.harness.get_by_label("Title").type_text("After it");
    desk.harness.run_steps(4);
    desk.keys(Modifiers::COMMAND, Key::Enter);
    assert_eq!(november(&desk), ["13 11:15-12:45 Visit", "13 13:00-14:00 After it"]);
    desk.focus("Visit, Fri 13 Nov 2026, 11:15 – 12:45, Vicki Laflamme");
    desk.key(Key::Delete);
    assert_eq!(november(&desk), ["13 13:00-14:00 After it"]);
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(november(&desk).len(), 2);
}

/// A weekly one on Mondays at nine, from 2 November.
fn weekly(desk: &mut Desk) {
    let rule = ("recurrence", "RRULE:FREQ=WEEKLY;BYDAY=MO".into());
    diary::meeting(&desk.workspace, "Kick-off", "2026-11-02T09:00/2026-11-02T10:00", &[rule]);
    desk.harness.run_steps(4);
}

const SECOND: &str = "Kick-off, Mon 9 Nov 2026, 09:00 – 10:00, Vicki Laflamme";

#[test]
fn of_a_series_it_is_asked_which_are_meant() {
    let (mut desk, _) = quiet();
    weekly(&mut desk);
    pull(&mut desk, SECOND, |r| r.center(), vec2(0.0, HOUR));
    assert!(desk.is_there("Which ones are meant?"));
    desk.click("This one");
    let mondays = |times: [&str; 4]| times.map(|t| format!("{t} Kick-off"));
    assert_eq!(november(&desk), mondays(["02 09:00-10:00", "09 10:00-11:00", "16 09:00-10:00", "23 09:00-10:00"]));
    desk.keys(Modifiers::COMMAND, Key::Z);
    desk.focus(SECOND);
    desk.keys(Modifiers::ALT, Key::ArrowDown);
    desk.key(Key::Num2);
    assert_eq!(november(&desk), mondays(["02 09:00-10:00", "09 09:15-10:15", "16 09:15-10:15", "23 09:15-10:15"]));
    desk.keys(Modifiers::COMMAND, Key::Z);
    desk.focus(SECOND);
    desk.keys(Modifiers::SHIFT, Key::ArrowDown);
    desk.key(Key::Num3);
    assert_eq!(november(&desk), mondays(["02 09:00-10:15", "09 09:00-10:15", "16 09:00-10:15", "23 09:00-10:15"]));
    desk.keys(Modifiers::COMMAND, Key::Z);
    desk.focus(SECOND);
    desk.key(Key::Delete);
    desk.click("This one");
    assert_eq!(november(&desk).len(), 3);
    assert!(!desk.is_there(SECOND));
    desk.keys(Modifiers::COMMAND, Key::Z);
    assert_eq!(november(&desk).len(), 4);
}

#[test]
fn a_series_is_edited_in_its_form() {
    let (mut desk, _) = quiet();
    weekly(&mut desk);
    desk.click(SECOND);
    assert!(desk.is_there("Repeat: Every week"));
    retype(&mut desk, "Title", "Standing");
    desk.click("Save");
    desk.click("This and those that follow");
    assert_eq!(november(&desk)[..2], ["02 09:00-10:00 Kick-off", "09 09:00-10:00 Standing"]);
    assert!(!desk.is_there("Cancel meeting"), "saved and closed");
    desk.click("Standing, Mon 9 Nov 2026, 09:00 – 10:00, Vicki Laflamme");
    desk.click("So many times");
    retype(&mut desk, "How many times", "2");
    desk.click("Save");
    assert!(!desk.is_there("This one"), "one occurrence has no rule");
    desk.click("This and those that follow");
    assert_eq!(november(&desk).len(), 3);
}

#[test]
fn what_cannot_be_is_refused_in_place_and_nothing_typed_is_lost() {
    let (mut desk, _) = quiet();
    desk.click("New meeting, Fri 13 Nov 2026, 13:00");
    desk.type_over("Title", "Backwards");
    desk.fill("End time", "12:00");
    assert!(desk.is_there("It ends before it begins"));
    desk.click("Save");
    assert!(november(&desk).is_empty());
    desk.fill("End time", "noonish");
    assert!(desk.is_there("‘noonish’ is no time: write it as 14:30"));
    desk.key(Key::Escape);
    assert!(desk.is_there("Discard what is typed?"), "it is asked first");
    desk.click("Keep editing");
    assert!(!desk.close().contains(&eframe::egui::ViewportCommand::Close));
    assert!(desk.is_there("The meeting ‘Backwards’ is not saved yet"));
    desk.click("Stay");
    desk.fill("Start time", "15");
    desk.fill("End time", "4:30 pm");
    desk.click("Save");
    assert_eq!(november(&desk), ["13 15:00-16:30 Backwards"]);
    desk.click("Backwards, Fri 13 Nov 2026, 15:00 – 16:30, Vicki Laflamme");
    desk.fill("Start time", "9");
    desk.click("Save");
    assert_eq!(november(&desk), ["13 09:00-10:30 Backwards"], "a start that is moved takes the end along");
}

#[test]
fn whole_days_are_clicked_stretched_and_moved() {
    let (mut desk, _) = quiet();
    desk.click("New all-day meeting, Tue 10 Nov 2026");
    desk.type_over("Title", "Fair");
    desk.click("Save");
    assert_eq!(november(&desk), ["10-10 Fair"]);
    let wide = scene::place(&desk.harness, "New all-day meeting, Tue 10 Nov 2026").width();
    let bar = "Fair, Tue 10 Nov 2026, all day, Vicki Laflamme";
    pull(&mut desk, bar, |r| r.right_center() - vec2(3.0, 0.0), vec2(wide, 0.0));
    assert_eq!(november(&desk), ["10-11 Fair"]);
    let bar = "Fair, Tue 10 Nov 2026 – Wed 11 Nov 2026, Vicki Laflamme";
    pull(&mut desk, bar, |r| r.center(), vec2(wide, 0.0));
    assert_eq!(november(&desk), ["11-12 Fair"]);
    desk.key(Key::M);
    let day = scene::place(&desk.harness, "New meeting, Wed 18 Nov 2026");
    let bar = "Fair, Wed 11 Nov 2026 – Thu 12 Nov 2026, Vicki Laflamme";
    pull(&mut desk, bar, |r| r.left_center() + vec2(40.0, 0.0), vec2(0.0, day.height()));
    assert_eq!(november(&desk), ["18-19 Fair"], "a week later, in the month");
    desk.focus("Fair, Wed 18 Nov 2026 – Thu 19 Nov 2026, Vicki Laflamme");
    desk.keys(Modifiers::ALT, Key::ArrowLeft);
    desk.keys(Modifiers::SHIFT, Key::ArrowLeft);
    assert_eq!(november(&desk), ["17-17 Fair"]);
}

#[test]
fn people_and_kinds_are_switched() {
    let clock = diary::clock();
    let mut desk = desk(diary::busy(&clock), clock);
    let (fair, mine, closing) = ("Fair stand, Tue", "Konex order, Tue", "Condax, expected closing, Tue");
    let shows = |desk: &Desk| [fair, mine, closing].map(|name| desk.is_there(name));
    assert_eq!(shows(&desk), [true, true, true]);
    desk.click("Hayden Neloms");
    assert_eq!(shows(&desk), [false, true, true]);
    desk.click("Expected closings");
    assert_eq!(shows(&desk), [false, true, false]);
    desk.click("Meetings");
    assert_eq!(shows(&desk), [false, false, false]);
    desk.click("Only me");
    desk.click("Meetings");
    desk.click("Expected closings");
    assert_eq!(shows(&desk), [false, true, true]);
    desk.click("Everybody");
    assert_eq!(shows(&desk), [true, true, true]);
    desk.type_over("Search the calendar", "konex");
    assert_eq!(shows(&desk), [false, true, false]);
}

#[test]
fn activities_and_closings_are_moved_and_open_their_record() {
    let clock = diary::clock();
    let mut desk = desk(diary::busy(&clock), clock);
    desk.focus("Rantouch, expected closing, Wed 11 Nov 2026, all day, Vicki Laflamme");
    desk.keys(Modifiers::ALT, Key::ArrowRight);
    desk.focus("Send the offer, activity, Thu 12 Nov 2026, all day, Vicki Laflamme");
    desk.keys(Modifiers::ALT, Key::ArrowRight);
    let told = november(&desk);
    assert!(told.contains(&"12-12 Rantouch".into()) && told.contains(&"13-13 Send the offer".into()), "{told:?}");
    desk.click("Send the offer, activity, Fri 13 Nov 2026, all day, Vicki Laflamme");
    desk.harness.run_steps(4);
    assert!(desk.is_there("Done: Send the offer"), "the opportunity is open");
}

#[test]
fn clocks_that_change_and_clocks_elsewhere() {
    let (mut desk, _) = quiet();
    let rule = ("recurrence", "RRULE:FREQ=WEEKLY".into());
    diary::meeting(&desk.workspace, "Here", "2026-10-23T10:00/2026-10-23T11:00", std::slice::from_ref(&rule));
    diary::meeting(&desk.workspace, "Seoul", "2026-10-23T17:00/2026-10-23T18:00 Asia/Seoul", &[rule]);
    desk.harness.run_steps(4);
    assert!(desk.is_there("Here, Fri 13 Nov 2026, 10:00 – 11:00"));
    assert!(desk.is_there("Seoul, Fri 13 Nov 2026, 09:00 – 10:00"));
    for _ in 0..3 {
        desk.key(Key::PageUp);
    }
    assert!(desk.is_there("Here, Fri 23 Oct 2026, 10:00 – 11:00"), "summer time, the same on the wall");
    assert!(desk.is_there("Seoul, Fri 23 Oct 2026, 10:00 – 11:00"), "there they have none");
    desk.harness.get_by_label_contains("Seoul, Fri 23 Oct").click();
    desk.harness.run_steps(8);
    assert!(desk.is_there("Time zone: Seoul"), "it says whose clock is meant");
    assert!(desk.is_there("here Fri 23 Oct, 10:00"));
}

#[test]
fn the_region_begins_weeks_and_counts_hours() {
    use satchel::locale::{Language, Locale, Region, speak};
    let (mut desk, _) = quiet();
    speak(Locale { region: Region::UnitedStates, ..Locale::default() });
    desk.harness.run_steps(4);
    assert!(desk.is_there("Calendar, November 8 – 14, 2026"));
    assert!(desk.is_there("New meeting, Thu Nov 12 2026, 1:00 PM"));
    speak(Locale { language: Language::German, region: Region::Germany });
    desk.harness.run_steps(4);
    assert!(desk.is_there("Kalender, 9. – 15. November 2026"));
    desk.click("Neuer Termin, Do 12. Nov 2026, 13:00");
    assert!(desk.is_there("Wiederholung: Keine Wiederholung"));
    speak(Locale::default());
}

#[test]
fn the_calendar_goes_out_and_comes_in_as_a_file() {
    let (mut desk, celia) = quiet();
    let folder = tempfile::tempdir().unwrap();
    weekly(&mut desk);
    diary::meeting(&desk.workspace, "Not mine", "2026-11-12T09:00/2026-11-12T10:00", &[("user", celia.into())]);
    desk.click("Import, export");
    desk.click("Subscription file…");
    let kept = folder.path().join("mine.ics");
    retype(&mut desk, "File", &kept.display().to_string());
    desk.click("Switch on");
    desk.harness.run_steps(6);
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    assert!(read(&kept).contains("SUMMARY:Kick-off") && !read(&kept).contains("Not mine"));
    diary::meeting(&desk.workspace, "Later on", "2026-11-12T15:00/2026-11-12T16:00", &[]);
    desk.harness.run_steps(6);
    assert!(read(&kept).contains("SUMMARY:Later on"), "written anew");
    desk.click("Import, export");
    desk.click("Export my calendar…");
    retype(&mut desk, "File", &folder.path().join("out.txt").display().to_string());
    desk.click("Export");
    assert!(desk.is_there("A calendar is written as .ics"));
    retype(&mut desk, "File", &folder.path().join("mine.ics").display().to_string());
    desk.click("Export");
    desk.harness.run_steps(6);
    assert_eq!(read(&folder.path().join("mine 2.ics")), read(&kept), "beside what is there");

    let clock = diary::clock();
    let (other, _) = diary::quiet(&clock);
    let mut other = super::calendar::desk(other, clock);
    let file: eframe::egui::DroppedFileHandle = Arc::new(crate::forms::Dropped(folder.path().join("mine 2.ics")));
    other.harness.input_mut().dropped_files.push(file);
    other.harness.run_steps(8);
    other.click("Run import");
    other.click("Calendar");
    assert!(other.is_there(SECOND.split(", Vicki").next().unwrap()), "the series came with it");
    assert_eq!(november(&other).len(), 5);
}

#[test]
fn one_meeting_goes_out_with_who_takes_part() {
    let (mut desk, celia) = quiet();
    let folder = tempfile::tempdir().unwrap();
    let with = ("users", satchel_core::Value::Refs(vec![desk.workspace.user(), celia]));
    diary::meeting(&desk.workspace, "Offer", "2026-11-12T14:00/2026-11-12T15:00", &[with]);
    diary::meeting(&desk.workspace, "Another", "2026-11-12T16:00/2026-11-12T17:00", &[]);
    desk.harness.run_steps(4);
    desk.harness.get_by_label_contains("Offer, Thu 12 Nov 2026").click_secondary();
    desk.harness.run_steps(4);
    desk.click("Export this meeting…");
    let file = folder.path().join("offer.ics");
    retype(&mut desk, "File", &file.display().to_string());
    desk.click("Export");
    desk.harness.run_steps(6);
    let told = std::fs::read_to_string(&file).unwrap();
    assert!(told.contains("SUMMARY:Offer") && !told.contains("Another"), "{told}");
    assert!(told.contains("Celia Rouche") && told.matches("ATTENDEE").count() == 2, "{told}");
}

#[test]
fn a_call_is_dragged_to_another_hour_and_opens() {
    let (mut desk, _) = quiet();
    let at = chrono::TimeZone::with_ymd_and_hms(&chrono::Utc, 2026, 11, 12, 13, 0, 0).unwrap();
    let call = desk.workspace.new_id(satchel_core::Kind::Call);
    let fields = vec![("name".to_owned(), "Ask for the order".into()), ("date".to_owned(), at.into())];
    desk.workspace.execute(satchel_core::Command::Create { id: call, fields }).unwrap();
    desk.harness.run_steps(4);
    let name = "Ask for the order, call, Thu 12 Nov 2026, 14:00";
    let whole = desk.harness.get_by_label_contains(name).accesskit_node().label().unwrap();
    pull(&mut desk, &whole, |r| r.center(), vec2(0.0, HOUR));
    let date = desk.workspace.records().calls[&call].date.unwrap();
    assert_eq!(date, at + chrono::TimeDelta::hours(1));
    desk.harness.get_by_label_contains("Ask for the order, call, Thu 12 Nov 2026, 15:00").click();
    desk.harness.run_steps(8);
    assert!(desk.is_there("Called"), "a call about no record opens as well");
}

#[test]
fn arrows_go_through_the_month_and_the_agenda() {
    let (mut desk, _) = quiet();
    diary::meeting(&desk.workspace, "Visit", "2026-11-12T11:00/2026-11-12T12:00", &[]);
    diary::meeting(&desk.workspace, "Fair", "2026-11-19T09:00/2026-11-19T10:00", &[]);
    desk.harness.run_steps(4);
    desk.key(Key::M);
    desk.key(Key::ArrowDown);
    desk.key(Key::ArrowDown);
    desk.keys(Modifiers::ALT, Key::ArrowRight);
    assert_eq!(november(&desk), ["13 11:00-12:00 Visit", "19 09:00-10:00 Fair"], "a day later");
    desk.keys(Modifiers::ALT, Key::ArrowDown);
    assert_eq!(november(&desk), ["19 09:00-10:00 Fair", "20 11:00-12:00 Visit"], "and a week");
    desk.key(Key::ArrowUp);
    desk.key(Key::ArrowLeft);
    desk.key(Key::N);
    desk.type_over("Title", "Before the fair");
    desk.keys(Modifiers::COMMAND, Key::Enter);
    assert!(november(&desk).iter().any(|told| told.starts_with("19") && told.ends_with("Before the fair")));
    desk.key(Key::A);
    desk.key(Key::ArrowDown);
    desk.key(Key::ArrowDown);
    desk.key(Key::Enter);
    assert!(desk.is_there("Cancel meeting"), "what is chosen in the agenda opens");
}

#[test]
fn people_and_another_zone_are_picked_in_the_form() {
    let (mut desk, celia) = quiet();
    desk.click("New meeting, Fri 13 Nov 2026, 13:00");
    desk.type_over("Title", "Seoul calling");
    desk.harness.get_by_label("Add people").click();
    desk.harness.run_steps(4);
    desk.harness.get_by_label("Add people").type_text("celia");
    desk.harness.run_steps(4);
    desk.key(Key::ArrowDown);
    desk.key(Key::Enter);
    assert!(desk.is_there("Take Celia Rouche off"));
    desk.harness.get_by_label_contains("Time zone: ").click();
    desk.harness.run_steps(4);
    desk.harness.get_by_label("Time zone").click();
    desk.harness.run_steps(4);
    desk.keys(Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label("Time zone").type_text("Seoul");
    desk.harness.run_steps(4);
    desk.key(Key::ArrowDown);
    desk.key(Key::Enter);
    assert!(desk.is_there("Time zone: Seoul"));
    desk.click("Save");
    assert_eq!(november(&desk), ["13 05:00-06:00 Seoul calling"], "13:00 there is 5:00 here");
    let records = desk.workspace.records();
    let users = &records.meetings.values().next().unwrap().users;
    assert!(users.len() == 2 && users.contains(&celia), "{users:?}");
}
