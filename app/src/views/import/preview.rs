//! What a dry run found: how many records of each file, and every row that would be refused.

use eframe::egui::{Align, Layout, Rect, Ui, UiBuilder, pos2};
use satchel_core::exchange::ImportReport;
use tr::tr;

use super::outcome::{report_tables, totals};
use crate::{
    design::{icons, palette, type_scale},
    widgets::{Button, Row},
};

pub enum Wish {
    Back,
    Run,
}

pub fn show(ui: &mut Ui, report: &ImportReport) -> Option<Wish> {
    let p = palette(ui);
    let area = ui.available_rect_before_wrap();
    let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - 56.0), area.max);
    let body = Rect::from_min_max(area.min, pos2(area.right(), foot.top()));
    report_tables(&mut ui.new_child(UiBuilder::new().max_rect(body).id_salt("report")), report);

    let mut buttons = ui.new_child(UiBuilder::new().max_rect(foot).layout(Layout::right_to_left(Align::Center)));
    let mut wish = None;
    let all = totals(report);
    let some = all.created + all.updated + all.duplicates > 0;
    if buttons.add(Button::primary(&tr!("Run import")).icon(icons::UPLOAD).enabled(some)).clicked() {
        wish = Some(Wish::Run);
    }
    if buttons.add(Button::new(&tr!("Back to the columns")).icon(icons::ARROW_BACK)).clicked() {
        wish = Some(Wish::Back);
    }
    let left = Rect::from_min_max(foot.min, pos2(buttons.min_rect().left() - 12.0, foot.bottom()));
    let says = tr!("Nothing is written yet. Refused rows are left out, the others come in.");
    Row::new(ui, left).text(&says, type_scale::SECONDARY, p.text3);
    wish
}
