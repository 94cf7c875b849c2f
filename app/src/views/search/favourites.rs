//! Searches kept under a name: used, kept and thrown away.

use eframe::egui::{Key, Modifiers, Sense, Ui, vec2};
use satchel_core::{Command, DocId, Kind, query::Query, record::Favourite};
use tr::tr;

use super::{
    How, is_same,
    panel::{choice, heading, note},
};
use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Action, Context, Say},
    views::{
        pipeline::View,
        reporting::{is_look, pin_command},
    },
    widgets::{Button, Input, Line, button::icon_button_at, line, switch},
};

/// The form that keeps the current search.
#[derive(Default)]
pub struct Save {
    name: String,
    by_default: bool,
    shared: bool,
}

/// The favourite whose search is the one in the bar.
pub fn shown<'a>(cx: &Context<'a>, how: &How) -> Option<&'a Favourite> {
    let looks_so = |f: &Favourite| match how {
        How::Report(look) => f.look().is_some_and(|kept| is_look(&kept, look)),
        _ => true,
    };
    let asks_so = |f: &Favourite| f.question().is_some_and(|q| is_same(&q, cx.query));
    kept(cx).into_iter().find(|f| looks_so(f) && asks_so(f))
}

/// Of the list, or of the report over it.
fn kept<'a>(cx: &Context<'a>) -> Vec<&'a Favourite> {
    match cx.page.is_report() {
        true => cx.records.reports_of(cx.user, cx.page.listing()),
        false => cx.records.favourites_of(cx.user, cx.page.listing()),
    }
}

impl Save {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, how: &How) {
        heading(ui, icons::STAR, &tr!("Favourites"));
        let kept = kept(cx);
        let current = shown(cx, how).map(|f| f.id);
        let default = match cx.page.is_report() {
            true => cx.records.default_report(cx.user, cx.page.listing()),
            false => cx.records.default_favourite(cx.user, cx.page.listing()),
        };
        let default = default.map(|f| f.id);
        if kept.is_empty() {
            note(ui, &tr!("None yet: keep this search below."));
        }
        for favourite in kept {
            let is_mine = favourite.owner == Some(cx.user);
            let response = choice(ui, &favourite.name, current == Some(favourite.id), false);
            let rect = response.rect;
            let mut x = rect.right() - 14.0;
            let p = palette(ui);
            if is_mine {
                let place =
                    eframe::egui::Rect::from_center_size(eframe::egui::pos2(x, rect.center().y), vec2(22.0, 22.0));
                let name = tr!("Move favourite {} to the trash", favourite.name);
                let id = ui.scope_id().with(("trash", favourite.id));
                if icon_button_at(ui, place, id, icons::DELETE, &name, size::ICON_SMALL).clicked() {
                    cx.execute(Command::Trash { ids: vec![favourite.id] });
                    continue;
                }
                x -= 22.0;
            }
            if favourite.is_report() {
                let pinned = favourite.pinned.contains(&cx.user);
                let (icon, name) = match pinned {
                    true => (icons::PIN_FILLED, tr!("Take {} off my dashboard", favourite.name)),
                    false => (icons::PIN, tr!("Put {} on my dashboard", favourite.name)),
                };
                let place =
                    eframe::egui::Rect::from_center_size(eframe::egui::pos2(x, rect.center().y), vec2(22.0, 22.0));
                let id = ui.scope_id().with(("pin", favourite.id));
                if icon_button_at(ui, place, id, icon, &name, size::ICON_SMALL).clicked() {
                    let command = pin_command(cx, favourite.id, &favourite.pinned, !pinned);
                    cx.execute(command);
                    continue;
                }
                x -= 22.0;
            }
            for (is, icon) in [(favourite.shared, icons::SHARED), (default == Some(favourite.id), icons::STAR_FILLED)] {
                if is {
                    icons::paint(ui.painter(), icon, eframe::egui::pos2(x, rect.center().y), size::ICON_SMALL, p.text3);
                    x -= 20.0;
                }
            }
            if response.clicked() {
                match favourite.question() {
                    _ if favourite.is_report() => cx.actions.push(Action::Report(favourite.id)),
                    Some(query) => {
                        *cx.query = Query { text: String::new(), ..query };
                        let kept =
                            View::named(&favourite.view).filter(|kept| matches!(how, How::View(now) if now != kept));
                        cx.actions.extend(kept.map(|kept| Action::Perform(kept.command())));
                    }
                    None => cx.actions.push(Action::Say(Say::Refused(tr!(
                        "‘{}’ was kept by a newer version of Satchel: update to use it",
                        favourite.name
                    )))),
                }
            }
        }
        ui.add_space(10.0);
        ui.horizontal(|ui| {
            ui.add_space(8.0);
            ui.vertical(|ui| {
                ui.set_width(ui.available_width() - 8.0);
                ui.spacing_mut().item_spacing.y = 8.0;
                self.form(ui, cx, how);
            });
        });
    }

    fn form(&mut self, ui: &mut Ui, cx: &mut Context, how: &How) {
        let p = palette(ui);
        ui.label(type_scale::CAPTION.text(tr!("Keep this search")).color(p.text3));
        let name = Input::new(&mut self.name, &tr!("Name of the favourite")).hint(&tr!("Name")).show(ui);
        let entered = name.lost_focus() && ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Enter));
        for (on, words) in
            [(&mut self.by_default, tr!("Use by default")), (&mut self.shared, tr!("Share with all users"))]
        {
            ui.horizontal(|ui| {
                if switch::show(ui, *on, &words).clicked() {
                    *on = !*on;
                }
                ui.add_space(8.0);
                let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
                line(ui.painter(), place.left_center(), place.width(), Line::new(&words, type_scale::BODY, p.text));
            });
        }
        let ready = !self.name.trim().is_empty();
        let save =
            ui.add(Button::primary(&tr!("Save")).name(&tr!("Save the favourite")).small().enabled(ready)).clicked();
        if ready && (save || entered) {
            let command = self.command(cx, how);
            cx.execute(command);
            *self = Save::default();
        }
    }

    /// A favourite of one's own with that name is replaced.
    fn command(&self, cx: &Context, how: &How) -> Command {
        let query = Query { text: String::new(), ..cx.query.clone() };
        let (view, report) = match how {
            How::View(view) => (view.name(), String::new()),
            How::Report(look) => ("", look.to_text()),
            How::Only => ("", String::new()),
        };
        let mut fields = vec![
            ("name".to_owned(), self.name.trim().into()),
            ("query".to_owned(), query.to_text().into()),
            ("listing".to_owned(), cx.page.listing().name().into()),
            ("view".to_owned(), view.into()),
            ("default".to_owned(), self.by_default.into()),
            ("shared".to_owned(), self.shared.into()),
        ];
        if !report.is_empty() {
            fields.push(("report".to_owned(), report.into()));
        }
        match same_named(cx, self.name.trim()) {
            Some(id) => Command::Set { id, fields, seen: None },
            None => Command::Create { id: cx.new_id(Kind::Favourite), fields },
        }
    }
}

fn same_named(cx: &Context, name: &str) -> Option<DocId> {
    kept(cx).into_iter().find(|f| f.owner == Some(cx.user) && f.name == name).map(|f| f.id)
}
