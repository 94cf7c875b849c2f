//! What can be done with records in hand, as buttons of the view bar and as a menu.

use eframe::egui::{Align, Layout, Popup, Rect, Ui, UiBuilder};
use tr::tr;

use super::format;
use crate::{
    design::icons,
    locale,
    shell::{Action, Context, Hand, UiCommand, palette},
    widgets::{Button, icon_button, menu},
};

/// Buttons in the view bar, in English.
const FIRST: [(UiCommand, &str); 4] = [
    (UiCommand::Assign, "Assign"),
    (UiCommand::Stage, "Stage"),
    (UiCommand::Tag, "Tag"),
    (UiCommand::Schedule, "Activity"),
];

/// The rest of it.
const REST: [UiCommand; 11] = [
    UiCommand::Quote,
    UiCommand::Plan,
    UiCommand::Colour,
    UiCommand::Won,
    UiCommand::Lost,
    UiCommand::MoveOn,
    UiCommand::Convert,
    UiCommand::Merge,
    UiCommand::Restore,
    UiCommand::Archive,
    UiCommand::Trash,
];

/// The view bar while something is selected: how many, and what to do with them. True when the selection is to be
/// cleared.
pub fn bar(ui: &mut Ui, rect: Rect, cx: &mut Context, count: usize) -> bool {
    let hand = cx.hand.clone();
    let builder = UiBuilder::new().max_rect(rect).layout(Layout::left_to_right(Align::Center));
    let mut ui = ui.new_child(builder);
    ui.spacing_mut().item_spacing.x = 8.0;
    let words = tr!("{} selected", format::thousands(count as u64));
    let name = tr!("Clear the selection");
    let clear = Button::new(&words).name(&name).small().selected(true).trailing(icons::CLOSE);
    let cleared = ui.add(clear).clicked();
    for (command, text) in FIRST {
        let fits = hand.ids.first().is_none_or(|id| command.fits(id.kind()));
        if fits {
            let button = ui.add(Button::new(&locale::text(text)).icon(command.icon()).small());
            if button.on_hover_text(command.tooltip()).clicked() {
                cx.actions.push(Action::PerformOn(command, hand.clone()));
            }
        }
    }
    let more = icon_button(&mut ui, icons::MORE, &tr!("More for the selection"));
    Popup::menu(&more).gap(4.0).width(230.0).show(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        items(ui, cx, &hand, &REST);
        let export = UiCommand::Export;
        if menu::item(ui, Some(export.icon()), &export.words(), export.keys().as_deref()).clicked() {
            cx.actions.push(Action::Perform(export));
        }
    });
    cleared
}

/// The menu of one record, or of those selected.
pub fn menu(ui: &mut Ui, cx: &mut Context, hand: &Hand) {
    ui.spacing_mut().item_spacing.y = 1.0;
    let first: Vec<UiCommand> = [UiCommand::Open].into_iter().chain(FIRST.map(|(command, _)| command)).collect();
    items(ui, cx, hand, &first);
    items(ui, cx, hand, &REST);
}

fn items(ui: &mut Ui, cx: &mut Context, hand: &Hand, commands: &[UiCommand]) {
    for command in commands {
        if palette::can(cx, *command, hand)
            && menu::item(ui, Some(command.icon()), &command.words(), command.keys().as_deref()).clicked()
        {
            cx.actions.push(Action::PerformOn(*command, hand.clone()));
        }
    }
}
