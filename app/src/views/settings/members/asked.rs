//! What is asked about one device or person: compare by eye, or remove.

use eframe::egui::{Align2, CornerRadius, Sense, Ui, WidgetInfo, accesskit::Role, vec2};
use satchel_core::{DeviceId, DocId};
use tr::tr;

use crate::{
    design::{palette, radius, type_scale},
    shell::Context,
    views::team::members::Known,
    widgets::{
        Button,
        dialog::{buttons, dialog},
    },
};

pub enum Asked {
    Compare(DeviceId),
    RemoveDevice(DeviceId),
    RemovePerson(DocId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Waits,
    Close,
    Remove,
}

impl Asked {
    pub fn show(&self, ui: &Ui, cx: &Context, known: &Known) -> Answer {
        let words = |device: &DeviceId| {
            let found = known.members.devices.get(device);
            found.map(|d| (d.name.clone(), cx.records.name(d.user).to_owned())).unwrap_or_default()
        };
        match self {
            Asked::Compare(device) => {
                let (name, person) = words(device);
                compare(ui, (&name, &person, &known.device_name), known.number(*device))
            }
            Asked::RemoveDevice(device) => {
                let (name, person) = words(device);
                let meaning = [
                    tr!(
                        "The device {device} of {person} is turned away by every device that has heard of it, this one from now on.",
                        device = name,
                        person = person
                    ),
                    tr!("What that device already has, it keeps."),
                    tr!(
                        "What was written on it and nobody has received yet will have no effect. It is kept aside, and {person} can give it again on another device or once invited anew.",
                        person = person
                    ),
                ];
                remove(ui, &tr!("Remove the device {}?", name), &meaning, &tr!("Remove device"))
            }
            Asked::RemovePerson(user) => {
                let name = cx.records.name(*user).to_owned();
                let meaning = [
                    tr!(
                        "All devices of {person} are turned away by every device that has heard of it, this one from now on. Open invitations of {person} are taken back.",
                        person = name
                    ),
                    tr!("What those devices already have, they keep."),
                    tr!("What was written on them and nobody has received yet will have no effect. It is kept aside."),
                    tr!("Opportunities, activities and everything else of {person} stay as they are.", person = name),
                ];
                remove(ui, &tr!("Remove {}?", name), &meaning, &tr!("Remove person"))
            }
        }
    }
}

fn remove(ui: &Ui, title: &str, meaning: &[String], button: &str) -> Answer {
    let (answer, escaped) = dialog(ui.ctx(), "remove member", 460.0, title, |ui| {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 8.0;
        for line in meaning {
            ui.label(type_scale::BODY.text(line).color(p.text2));
        }
        buttons(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let remove = ui.add(Button::danger(button)).clicked();
            let cancel = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
            match (remove, cancel) {
                (true, _) => Answer::Remove,
                (_, true) => Answer::Close,
                _ => Answer::Waits,
            }
        })
    });
    if escaped { Answer::Close } else { answer }
}

fn compare(ui: &Ui, (device, person, here): (&str, &str, &str), number: &str) -> Answer {
    let title = tr!("Compare with {device} of {person}", device = device, person = person);
    let (done, escaped) = dialog(ui.ctx(), "compare", 460.0, &title, |ui| {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 10.0;
        let how = tr!(
            "Read the number to each other, in one room or on the phone. If both devices show the same one, nobody is between them."
        );
        ui.label(type_scale::BODY.text(how).color(p.text2));
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 96.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, tr!("Safety number {}", number)));
        ui.painter().rect_filled(rect, CornerRadius::same(radius::CARD), p.sunken);
        let groups: Vec<&str> = number.split(' ').collect();
        let lines = groups.chunks(groups.len().div_ceil(2).max(1)).map(|half| half.join("   "));
        for (at, line) in lines.enumerate() {
            let middle = rect.center() + vec2(0.0, if at == 0 { -17.0 } else { 17.0 });
            ui.painter().text(middle, Align2::CENTER_CENTER, line, type_scale::FIGURE.font(), p.text);
        }
        let there =
            tr!("On {device}: Settings, Members and roles, Compare beside {here}.", device = device, here = here);
        ui.label(type_scale::SECONDARY.text(there).color(p.text2));
        let otherwise =
            tr!("If the numbers differ, remove the device and invite it anew, with a ticket that only its owner sees.");
        ui.label(type_scale::SECONDARY.text(otherwise).color(p.text2));
        buttons(ui, |ui| ui.add(Button::primary(&tr!("Done")).keys("Esc")).clicked())
    });
    if done || escaped { Answer::Close } else { Answer::Waits }
}
