//! Settings of this device, how to invite somebody, and the keys.

use eframe::egui::{Id, Popup, Stroke, Ui, pos2, vec2};

use satchel_core::workspace::ZONE;
use tr::tr;

use super::{
    backup::BackupDialog,
    network::NetworkPart,
    parts::{row, section},
};
use crate::{
    design::{Theme, icons, palette, size, type_scale},
    locale::{self, Language, Locale, Region, text},
    shell::{Action, Context, UiCommand, Wanted},
    views::{format, zone::ZonePicker},
    widgets::{Button, Line, key_cap, line, menu, picker::Picked, switch},
};

#[derive(Default)]
pub struct Device {
    zones: ZonePicker,
    network: NetworkPart,
    backup: Option<BackupDialog>,
}

impl Device {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        appearance(ui, cx, &mut self.zones);
        reminders(ui, cx);
        if workspace(ui, cx) {
            self.backup = Some(BackupDialog::new(cx));
        }
        if self.backup.as_mut().is_some_and(|dialog| dialog.show(ui, cx)) {
            self.backup = None;
        }
        self.network.show(ui, cx);
        keys(ui);
    }

    /// A backup that is being written.
    pub fn unsaved(&self, cx: &mut Context) {
        self.network.unsaved(cx);
        if let Some(dialog) = &self.backup {
            dialog.unsaved(cx);
        }
    }
}

fn appearance(ui: &mut Ui, cx: &mut Context, zones: &mut ZonePicker) {
    section(ui, &tr!("Appearance"), |ui| {
        row(ui, &tr!("Theme"), &tr!("Of this device"), true, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            for theme in Theme::ALL.into_iter().rev() {
                if ui.add(Button::new(&text(theme.label())).selected(theme == cx.theme)).clicked() {
                    cx.actions.push(Action::Theme(theme));
                }
            }
        });
        row(ui, &tr!("Language"), &tr!("Of this device’s window"), false, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let now = locale::current();
            for language in Language::ALL.into_iter().rev() {
                let button = Button::new(language.name()).selected(language == now.language);
                if ui.add(button).clicked() {
                    cx.actions.push(Action::Locale(Locale { language, ..now }));
                }
            }
        });
        row(ui, &tr!("Formats"), &tr!("How amounts, days and hours are written"), false, |ui| region(ui, cx));
        row(ui, &tr!("Time zone"), &tr!("Whose days and hours are yours"), false, |ui| time_zone(ui, cx, zones));
        row(ui, &tr!("Reduce motion"), &tr!("Cards and messages appear at once"), false, |ui| {
            if switch::show(ui, cx.reduced_motion, &tr!("Reduce motion")).clicked() {
                cx.actions.push(Action::ReduceMotion(!cx.reduced_motion));
            }
        });
    });
}

fn reminders(ui: &mut Ui, cx: &mut Context) {
    let wanted = cx.wanted;
    section(ui, &tr!("Reminders"), |ui| {
        let (words, says) = (tr!("Reminders"), tr!("Of meetings, as long before as each says"));
        row(ui, &words, &says, true, |ui| {
            if switch::show(ui, wanted.reminders, &tr!("Remind of meetings")).clicked() {
                cx.actions.push(Action::Remind(Wanted { reminders: !wanted.reminders, ..wanted }));
            }
        });
        let (words, says) = (tr!("Notifications"), tr!("Also outside the window, as the system shows them"));
        row(ui, &words, &says, false, |ui| {
            if switch::show(ui, wanted.notices, &tr!("Notifications of the system")).clicked() {
                cx.actions.push(Action::Remind(Wanted { notices: !wanted.notices, ..wanted }));
            }
        });
    });
}

/// The regions, each with an amount and a day as it writes them.
fn region(ui: &mut Ui, cx: &mut Context) {
    let now = locale::current();
    let button = ui.add(Button::new(now.region.name()).icon(icons::EXPAND_MORE));
    Popup::menu(&button).show(|ui| {
        ui.set_min_width(300.0);
        for region in Region::ALL {
            if menu::choice(ui, &format!("{}   {}", region.name(), region.sample()), region == now.region).clicked() {
                cx.actions.push(Action::Locale(Locale { region, ..now }));
                ui.close();
            }
        }
    });
}

/// The device's time zone, or one that is picked in its stead.
fn time_zone(ui: &mut Ui, cx: &mut Context, zones: &mut ZonePicker) {
    let (_, rect) = ui.allocate_space(vec2(240.0, size::CONTROL));
    let device = tr!("As this device");
    match zones.show(ui, rect, Id::unique("the person's zone"), cx.environment.chosen_zone(), &device) {
        Picked::Item(zone) => cx.actions.push(Action::Keep(ZONE.to_owned(), zone.name().into())),
        Picked::Cleared => cx.actions.push(Action::Keep(ZONE.to_owned(), Vec::new())),
        _ => {}
    }
}

/// True where a backup is asked for.
fn workspace(ui: &mut Ui, cx: &mut Context) -> bool {
    let p = palette(ui);
    let company = cx.records.company.as_ref().map(|c| (c.name.clone(), c.currency.clone())).unwrap_or_default();
    let user = cx.records.name(cx.user).to_owned();
    let mut backup = false;
    section(ui, &tr!("Workspace"), |ui| {
        let facts = [
            (tr!("Company"), tr!("The workspace’s name"), company.0),
            (tr!("Currency"), tr!("Of every amount, chosen when the workspace was founded"), company.1),
            (tr!("whose device it is" => "You"), tr!("Whose changes are made on this device"), user),
        ];
        for (at, (label, says, value)) in facts.into_iter().enumerate() {
            row(ui, &label, &says, at == 0, |ui| {
                ui.label(type_scale::VALUE.text(value).color(p.text));
            });
        }
        row(ui, &tr!("Team"), &tr!("A ticket for one colleague, and for one use"), false, |ui| {
            let invite = UiCommand::Invite;
            if ui.add(Button::new(&text(invite.label())).icon(invite.icon())).clicked() {
                cx.actions.push(Action::Invite(None));
            }
        });
        row(ui, &tr!("Backup"), &tr!("Everything in one file"), false, |ui| {
            backup = ui.add(Button::new(&tr!("Back up…")).icon(icons::DOWNLOAD)).clicked();
        });
        let unread = cx.records.opportunities.keys().filter(|id| cx.is_unread(**id)).count();
        if unread > 0 {
            let says = tr!(
                "{count} record changed by others since you looked"
                    | "{count} records changed by others since you looked" % unread,
                count = format::thousands(unread as u64)
            );
            row(ui, &tr!("Unread"), &says, false, |ui| {
                if ui.add(Button::new(&tr!("Mark all as read")).icon(icons::CHECK)).clicked() {
                    cx.actions.push(Action::MarkRead(None));
                }
            });
        }
    });
    backup
}

fn keys(ui: &mut Ui) {
    let p = palette(ui);
    section(ui, &tr!("Keys"), |ui| {
        let words = UiCommand::ALL.into_iter().filter_map(|c| c.keys().map(|keys| (text(c.label()), keys)));
        let more = [
            (tr!("Move the focus between cards"), tr!("Arrows")),
            (tr!("Move the focused card"), "Shift ← →".to_owned()),
        ];
        for (i, (label, keys)) in words.chain(more).enumerate() {
            let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 34.0));
            if i > 0 {
                ui.painter().hline(rect.x_range(), rect.top() + 0.5, Stroke::new(1.0, p.line));
            }
            let at = pos2(rect.left() + 16.0, rect.center().y);
            line(ui.painter(), at, rect.width(), Line::new(&label, type_scale::BODY, p.text));
            let cap = key_cap::width(ui.painter(), &keys);
            key_cap::paint(ui.painter(), pos2(rect.right() - 16.0 - cap, rect.center().y), &keys, p, None);
        }
    });
}
