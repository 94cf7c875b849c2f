//! How far this device reaches out for others, with what then leaves the local network.

use eframe::egui::{Frame, Key, Margin, Ui};
use satchel_core::members::Reach;
use tr::tr;

use super::parts::section;
use crate::{
    design::{icons, palette, type_scale},
    locale::said,
    shell::{Action, Context},
    views::format,
    widgets::{Button, Input, option},
};

/// The relay's address that is being typed.
#[derive(Default)]
pub struct NetworkPart {
    url: Option<String>,
    wrong: Option<String>,
}

impl NetworkPart {
    pub fn unsaved(&self, cx: &mut Context) {
        let typed = self.url.as_ref().is_some_and(|url| !url.trim().is_empty() && url.trim() != cx.reach.name());
        cx.unsaved.extend(typed.then(|| tr!("The relay’s address is not saved")));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        section(ui, &tr!("Network"), |ui| {
            Frame::new().inner_margin(Margin::symmetric(16, 12)).show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 8.0;
                self.choose(ui, cx);
                let p = palette(ui);
                let meaning = match self.chosen(cx) {
                    Reach::Lan => tr!("Devices find each other on the local network. No name is looked up, no server is asked, nothing leaves the network."),
                    Reach::Relay(_) => tr!("When devices are apart, what they exchange goes through your relay, or straight from one to the other over the internet. It is encrypted from device to device: the relay sees which devices speak, from which addresses, when and how much, not what."),
                    Reach::Public => tr!("When devices are apart, what they exchange goes through servers of n0, who make the network library, or straight from one to the other over the internet. It is encrypted from device to device: the servers see which devices speak, from which addresses, when and how much, not what."),
                };
                ui.label(type_scale::SECONDARY.text(meaning).color(p.text2));
                let all = tr!("It holds for this device only. Tickets made here carry it to who joins with them.");
                ui.label(type_scale::SECONDARY.text(all).color(p.text3));
            });
        });
    }

    fn choose(&mut self, ui: &mut Ui, cx: &mut Context) {
        let chosen = self.chosen(cx);
        let lan = (tr!("Local network only"), tr!("Nothing leaves it"));
        let own = (tr!("Own relay"), tr!("Also when devices are apart, through a server of the company"));
        let public = (tr!("Public relays"), tr!("Also when devices are apart, through servers of n0"));
        if option::show(ui, chosen == Reach::Lan, &lan.0, &lan.1).clicked() {
            self.take(cx, Reach::Lan);
        }
        let is_own = matches!(chosen, Reach::Relay(_));
        if option::show(ui, is_own, &own.0, &own.1).clicked() && !is_own {
            self.url = Some(String::new());
        }
        if is_own {
            let now = cx.reach.clone();
            let url = self.url.get_or_insert_with(|| now.name().to_owned());
            let mut asked = false;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let name = tr!("The relay’s address");
                let hint = "https://relay.example.com";
                let field = Input::new(url, &name).hint(hint).icon(icons::SERVER).width(360.0);
                let field = field.wrong(self.wrong.is_some()).show(ui);
                ui.add_space(6.0);
                asked = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
                let other = url.trim() != now.name() && !url.trim().is_empty();
                asked |= ui.add(Button::primary(&tr!("Use this relay")).enabled(other)).clicked();
            });
            if asked {
                let typed = url.trim().to_owned();
                self.relay(cx, &typed);
            }
            if let Some(wrong) = &self.wrong {
                ui.label(type_scale::SECONDARY.text(format::capital(wrong)).color(palette(ui).late.text));
            }
        }
        if option::show(ui, chosen == Reach::Public, &public.0, &public.1).clicked() {
            self.take(cx, Reach::Public);
        }
    }

    /// What is chosen: in force, or an own relay whose address is being typed.
    fn chosen(&self, cx: &Context) -> Reach {
        match &self.url {
            Some(url) => Reach::Relay(url.clone()),
            None => cx.reach.clone(),
        }
    }

    fn relay(&mut self, cx: &mut Context, typed: &str) {
        let relay = Reach::relay(typed).map_err(|why| said(&why.message()));
        match relay.and_then(|relay| satchel_sync::usable(relay).map_err(|why| said(&why.message()))) {
            Ok(relay) => self.take(cx, relay),
            Err(why) => self.wrong = Some(why),
        }
    }

    fn take(&mut self, cx: &mut Context, reach: Reach) {
        (self.url, self.wrong) = (None, None);
        if reach != cx.reach {
            cx.actions.push(Action::Reach(reach));
        }
    }
}
