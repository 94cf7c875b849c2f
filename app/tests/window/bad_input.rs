//! What cannot be meant is refused where it is typed, in words, and nothing of it is lost; what a region writes is read there.

use eframe::egui::{Key, epaint::text::MissingGlyphPolicy};
use egui_kittest::kittest::{NodeT, Queryable};
use satchel::locale::{Language, Locale, Region};
use satchel_core::{Money, environment::fixed::environment};

use crate::{
    dressed,
    scene::{self, Desk},
};

/// At the form of one opportunity, or at the board.
fn desk(region: Region, opens: bool) -> Desk {
    let clock = scene::clock();
    let workspace = scene::pipeline(&clock);
    let locale = Locale { language: Language::English, region };
    let harness = scene::app_in(locale, Some(workspace.clone()), environment(&clock, 1), [1440.0, 900.0]);
    // Here are no fonts of the system, which have what is wanting in the window's own.
    harness.ctx.set_missing_glyph_policy(MissingGlyphPolicy::Tofu);
    let mut desk = Desk { clock, workspace, harness };
    desk.harness.run();
    if opens {
        desk.open("GTK 500 ×2, Seoul fab, Hottechi");
    }
    desk
}

fn seoul(desk: &Desk) -> satchel_core::record::Opportunity {
    desk.workspace.records().opportunities[&dressed::seoul(&desk.workspace)].clone()
}

fn value(desk: &Desk, name: &str) -> String {
    desk.harness.get_by_label(name).accesskit_node().value().unwrap_or_default()
}

#[test]
fn amounts_are_read_as_the_region_writes_them() {
    for (region, meant, other) in
        [(Region::Germany, "1.234,50", "$2,345.6"), (Region::UnitedStates, "$1,234.5", "2.345,60")]
    {
        let mut desk = desk(region, true);
        desk.fill("Expected revenue", meant);
        assert_eq!(seoul(&desk).expected_revenue, Money(123_450), "{region:?} {meant}");
        // That of another region too, where it can mean one thing only.
        desk.fill("Expected revenue", other);
        assert_eq!(seoul(&desk).expected_revenue, Money(234_560), "{region:?} {other}");
        desk.fill("Expected revenue", "1.2.3");
        assert_eq!(seoul(&desk).expected_revenue, Money(234_560));
        assert!(desk.is_there("‘1.2.3’ is no amount"));
        assert_eq!(value(&desk, "Expected revenue"), "1.2.3", "nothing is lost");
    }
}

#[test]
fn a_new_card_takes_an_amount_as_the_region_writes_it_and_says_what_is_none() {
    let mut desk = desk(Region::Germany, false);
    desk.click("Add to New");
    desk.type_over("Title", "🚀 Rakete");
    desk.type_over("Expected revenue", "1.2.3");
    assert!(desk.is_there("‘1.2.3’ is no amount"));
    desk.key(Key::Enter);
    assert_eq!(value(&desk, "Title"), "🚀 Rakete", "nothing is lost");
    desk.focus("Expected revenue");
    desk.harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::A);
    desk.harness.get_by_label("Expected revenue").type_text("1.234,50");
    desk.key(Key::Enter);
    let records = desk.workspace.records();
    let new = records.opportunities.values().find(|o| o.name == "🚀 Rakete").expect("an emoji is a name");
    assert_eq!(new.expected_revenue, Money(123_450));
}

#[test]
fn days_that_there_are_not_are_refused_in_place() {
    for (region, typed) in [(Region::Germany, "31.02.2027"), (Region::UnitedStates, "02/31/2027")] {
        let mut desk = desk(region, true);
        let before = seoul(&desk).date_deadline;
        desk.fill("Expected closing", typed);
        assert_eq!(seoul(&desk).date_deadline, before);
        assert!(desk.is_there("There is no 31 Feb 2027"), "{region:?} {typed}");
        assert_eq!(value(&desk, "Expected closing"), typed, "nothing is lost");
    }
}

#[test]
fn an_emoji_is_a_name_and_a_text_too_long_is_refused_in_words() {
    let mut desk = desk(Region::International, true);
    desk.fill("Contact name", "😀 Ümläut");
    assert_eq!(seoul(&desk).contact_name, "😀 Ümläut");
    let long = "a".repeat(70_000);
    desk.fill("Contact name", &long);
    assert!(desk.is_there("shorten it"), "refused in words");
    assert_eq!(value(&desk, "Contact name").len(), long.len(), "nothing is lost");
    assert_eq!(seoul(&desk).contact_name, "😀 Ümläut");
}

#[test]
fn an_empty_name_is_refused_in_place() {
    let mut desk = desk(Region::International, true);
    for empty in ["", "   "] {
        desk.focus("Opportunity");
        desk.harness.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::A);
        desk.key(Key::Delete);
        desk.harness.get_by_label("Opportunity").type_text(empty);
        desk.key(Key::Enter);
        assert!(desk.is_there("A name is needed"), "said in place: {empty:?}");
        assert_eq!(seoul(&desk).name, "GTK 500 ×2, Seoul fab", "what was there is kept");
    }
    desk.fill("Opportunity", "Seoul fab");
    assert!(!desk.is_there("A name is needed"));
    assert_eq!(seoul(&desk).name, "Seoul fab");
}
