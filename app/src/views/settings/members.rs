//! Who is here: people with their roles and devices, open invitations, and who posts invoices.

mod again;
mod asked;

use eframe::egui::{Popup, Rect, Response, Role as Part, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    DeviceId, DocId,
    members::{Device, Invitation, Role},
};
use tr::tr;

use self::{
    again::Again,
    asked::{Answer, Asked},
};
use super::parts::{self, section};
use crate::{
    design::{icons, palette, size, type_scale},
    locale::text,
    shell::{Action, Context, UiCommand},
    views::{
        form::chronicle::device_icon,
        format,
        team::members::{Known, Load},
    },
    widgets::{Button, Row, avatar, button::icon_button_at, menu, switch},
};

#[derive(Default)]
pub struct MembersPage {
    members: Load,
    asked: Option<Asked>,
    again: Again,
}

const PERSON: f32 = 44.0;
const DEVICE: f32 = 32.0;

impl MembersPage {
    /// A ticket that is pasted and not used.
    pub fn unsaved(&self, cx: &mut Context) {
        self.again.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let known = self.members.get(cx);
        let says = tr!(
            "Roles belong to people, each with one or more devices. Who hears of a removal turns the removed away."
        );
        parts::heading(ui, &tr!("Members and roles"), &says);
        if known.removed && self.again.show(ui, cx) {
            self.members.stale();
        }
        let own = known.role(cx.user).filter(|_| !known.removed);
        if own >= Some(Role::Manager) {
            let invite = UiCommand::Invite;
            if ui.add(Button::primary(&text(invite.label())).icon(icons::PERSON_ADD)).clicked() {
                cx.actions.push(Action::Invite(None));
            }
            ui.add_space(16.0);
        }
        section(ui, &tr!("People and devices"), |ui| self.people(ui, cx, &known, own));
        invitations(ui, cx, &known);
        section(ui, &tr!("Invoices"), |ui| self.posting(ui, cx, &known, own));
        let answer = self.asked.as_ref().map(|asked| asked.show(ui, cx, &known));
        match (answer, &self.asked) {
            (Some(Answer::Remove), Some(Asked::RemoveDevice(device))) => {
                let device = *device;
                self.members.ask(cx, move |w| w.remove_device(device));
            }
            (Some(Answer::Remove), Some(Asked::RemovePerson(user))) => {
                let user = *user;
                self.members.ask(cx, move |w| w.remove_user(user));
            }
            _ => {}
        }
        if answer.is_some_and(|answer| answer != Answer::Waits) {
            self.asked = None;
        }
    }

    fn people(&mut self, ui: &mut Ui, cx: &mut Context, known: &Known, own: Option<Role>) {
        let records = cx.records;
        let mut users: Vec<(DocId, Option<Role>)> =
            records.users.values().filter(|u| !u.meta.deleted).map(|u| (u.id, known.role(u.id))).collect();
        users.sort_by_key(|(id, role)| (std::cmp::Reverse(*role), records.name(*id).to_lowercase()));
        for (at, (user, role)) in users.into_iter().enumerate() {
            if at > 0 {
                let (x, y) = (ui.max_rect().x_range(), ui.cursor().top());
                ui.painter().hline(x, y, (1.0, palette(ui).line));
            }
            self.person(ui, cx, known, user, (role, own));
        }
    }

    fn person(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        known: &Known,
        user: DocId,
        (role, own): (Option<Role>, Option<Role>),
    ) {
        let p = palette(ui);
        let name = cx.records.name(user).to_owned();
        let gone = known.members.gone.contains(&user);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), PERSON), Sense::hover());
        let says = match role {
            _ if gone => tr!("removed"),
            Some(role) => text(role.label()),
            None => tr!("no device yet"),
        };
        response.widget_info(|| WidgetInfo::labeled(Part::Label, true, format!("{name}, {says}")));
        let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)));
        let disc = row.place(vec2(22.0, 22.0));
        avatar::paint(ui.painter(), disc.center(), 22.0, &format::initials(&name), format::person_number(user), p);
        let may = role.is_some_and(|role| may_change(own, role));
        match role {
            Some(role) if !gone && may && user != cx.user => {
                let place = row.place_right(vec2(24.0, 24.0));
                let remove = tr!("Remove {}", name);
                let id = ui.scope_id().with(("remove person", user));
                if icon_button_at(ui, place, id, icons::DELETE, &remove, size::ICON_SMALL).clicked() {
                    self.asked = Some(Asked::RemovePerson(user));
                }
                row.gap_right(6.0);
                let place = row.place_right(vec2(136.0, size::CONTROL_SMALL));
                let mut child = ui.new_child(UiBuilder::new().max_rect(place));
                let label = text(role.label());
                let shown = format::capital(&label);
                let button = Button::new(&shown).small().trailing(icons::EXPAND_MORE).width(136.0);
                let says = tr!("Role of {person}: {role}", person = name, role = label);
                let response = child.add(button.name(&says));
                if let Some(role) = role_menu(&response, role, own) {
                    self.members.ask(cx, move |w| w.set_role(user, role));
                }
            }
            _ if gone || role.is_none() => {
                if own >= Some(Role::Manager) {
                    let (words, says) = (tr!("Invite…"), tr!("Invite {}…", name));
                    let place = row.place_right(vec2(84.0, size::CONTROL_SMALL));
                    let mut child = ui.new_child(UiBuilder::new().max_rect(place));
                    if child.add(Button::new(&words).small().width(84.0).name(&says)).clicked() {
                        cx.actions.push(Action::Invite(Some(name.clone())));
                    }
                    row.gap_right(10.0);
                }
                row.text_right(&format::capital(&says), type_scale::BODY, p.text3);
            }
            _ => _ = row.text_right(&format::capital(&says), type_scale::BODY, p.text2),
        }
        row.gap_right(12.0);
        row.gap(10.0).text(&name, type_scale::VALUE, if gone { p.text3 } else { p.text });
        if user == cx.user {
            row.gap(6.0).text(&tr!("beside one’s own name" => "you"), type_scale::SECONDARY, p.text3);
        }
        let team = cx.records.users.get(&user).and_then(|u| u.team).map_or("", |t| cx.records.name(t));
        row.gap(8.0).text(team, type_scale::SECONDARY, p.text3);
        let devices = known.members.devices.iter().filter(|(_, d)| d.user == user);
        let (removed, here): (Vec<_>, Vec<_>) = devices.partition(|(_, d)| d.removed);
        for (id, device) in here {
            self.device(ui, cx, known, (*id, device), may);
        }
        if !removed.is_empty() {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), DEVICE), Sense::hover());
            let names = removed.iter().map(|(_, d)| d.name.as_str()).collect::<Vec<_>>().join(", ");
            let says = tr!("Removed: {}", names);
            response.widget_info(|| WidgetInfo::labeled(Part::Label, true, &says));
            Row::new(ui, device_line(rect)).text(&says, type_scale::SECONDARY, p.text3);
        }
    }

    fn device(&mut self, ui: &mut Ui, cx: &mut Context, known: &Known, (id, device): (DeviceId, &Device), may: bool) {
        let p = palette(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), DEVICE), Sense::hover());
        let here = known.device == Some(id);
        let mut facts = vec![tr!("admitted {}", cx.day(cx.environment.day(device.admitted)))];
        match known.seen(id) {
            _ if here => facts.insert(0, tr!("this device")),
            Some(at) => facts.push(tr!("last seen {}", format::ago(at, cx.environment))),
            None => facts.push(tr!("not seen from here yet")),
        }
        let facts = facts.join(" · ");
        let named = tr!("Device {}", device.name);
        response.widget_info(|| WidgetInfo::labeled(Part::Label, true, format!("{named}, {facts}")));
        let mut row = Row::new(ui, device_line(rect));
        row.icon(device_icon(&device.name), 16.0, p.text3);
        if !here {
            let place = row.place_right(vec2(24.0, 24.0));
            if may {
                let name = tr!("Remove device {}", device.name);
                let salt = ui.scope_id().with(("remove", id));
                if icon_button_at(ui, place, salt, icons::CLOSE, &name, size::ICON_SMALL).clicked() {
                    self.asked = Some(Asked::RemoveDevice(id));
                }
            }
            row.gap_right(6.0);
            let (words, says) = (tr!("Compare…"), tr!("Compare the safety number with {}", device.name));
            let place = row.place_right(vec2(92.0, size::CONTROL_SMALL));
            let mut child = ui.new_child(UiBuilder::new().max_rect(place));
            if child.add(Button::ghost(&words).small().width(92.0).name(&says)).clicked() {
                self.asked = Some(Asked::Compare(id));
            }
            row.gap_right(8.0);
        }
        row.gap(8.0).text(&device.name, type_scale::SECONDARY, p.text2);
        row.gap(10.0).text(&facts, type_scale::SECONDARY, p.text3);
    }

    /// Who posts invoices: for a manager to say.
    fn posting(&mut self, ui: &mut Ui, cx: &mut Context, known: &Known, own: Option<Role>) {
        let salespeople = known.members.salespeople_post;
        let says = tr!("Salespeople may post and refund invoices, too");
        parts::row(ui, &tr!("Posting"), &says, true, |ui| match own {
            Some(Role::Manager | Role::Owner) => {
                if switch::show(ui, salespeople, &tr!("Salespeople post invoices")).clicked() {
                    self.members.ask(cx, move |w| w.let_salespeople_post(!salespeople));
                }
            }
            _ => {
                let who = if salespeople { tr!("Yes") } else { tr!("Managers only") };
                ui.label(type_scale::VALUE.text(who).color(palette(ui).text));
            }
        });
    }
}

/// Where a device's words lie, under its person's name.
fn device_line(rect: Rect) -> Rect {
    Rect::from_min_max(pos2(rect.left() + 48.0, rect.top() - 6.0), rect.max - vec2(16.0, 6.0))
}

/// Tickets that nobody has used yet.
fn invitations(ui: &mut Ui, cx: &Context, known: &Known) {
    let open = |i: &&Invitation| i.used_by.is_none() && !i.revoked && i.expires > cx.now;
    let mut all: Vec<&Invitation> = known.members.invitations.values().filter(open).collect();
    if all.is_empty() {
        return;
    }
    all.sort_by_key(|i| i.expires);
    section(ui, &tr!("Open invitations"), |ui| {
        for invitation in all {
            let p = palette(ui);
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::hover());
            let whom =
                invitation.user.map_or_else(|| tr!("Whoever holds the ticket"), |u| cx.records.name(u).to_owned());
            let role = format::capital(&text(invitation.role.label()));
            let by = known.members.devices.get(&invitation.by).map_or("", |d| cx.records.name(d.user));
            let by = tr!("invited by {}", by);
            let until = tr!("until {}", format::near_day(cx.environment.day(invitation.expires), cx.today));
            response.widget_info(|| WidgetInfo::labeled(Part::Label, true, format!("{whom}, {role}, {by}, {until}")));
            let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)));
            row.icon(icons::KEY, 16.0, p.text3);
            row.text_right(&until, type_scale::SECONDARY, p.text2);
            row.gap_right(12.0);
            row.gap(8.0).text(&whom, type_scale::VALUE, p.text);
            row.gap(10.0).text(&format!("{role} · {by}"), type_scale::SECONDARY, p.text3);
        }
    });
}

/// Whether somebody of a rank changes who has this role: an owner everybody, a manager salespeople and guests.
fn may_change(own: Option<Role>, role: Role) -> bool {
    match own {
        Some(Role::Owner) => true,
        Some(Role::Manager) => role < Role::Manager,
        _ => false,
    }
}

fn role_menu(button: &Response, now: Role, own: Option<Role>) -> Option<Role> {
    let shown = Popup::menu(button).gap(4.0).width(200.0).show(|ui| {
        let mut wanted = None;
        for role in [Role::Owner, Role::Manager, Role::Salesperson, Role::Guest] {
            if may_change(own, role)
                && menu::choice(ui, &format::capital(&text(role.label())), role == now).clicked()
                && role != now
            {
                wanted = Some(role);
            }
        }
        wanted
    });
    shown.and_then(|s| s.inner)
}
