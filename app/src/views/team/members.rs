//! People and their devices: read from the workspace when they may have changed, listed with roles.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};

use eframe::egui::{Popup, Rect, Role as Part, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    DeviceId, DocId, Workspace,
    members::{Members, Role},
};
use satchel_sync::NodeState;
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    locale::{said, text},
    shell::{Action, Context, Pending, Say},
    views::{form::chronicle::device_icon, format},
    widgets::{Button, Row, avatar, button::icon_button_at, menu},
};

/// The members as last read.
#[derive(Default)]
pub struct Load {
    key: Option<(u64, Option<NodeState>)>,
    loading: Option<Pending<Known>>,
    known: Known,
    /// The answer to a change of members.
    asked: Option<Pending<Result<(), String>>>,
}

#[derive(Clone, Default)]
pub struct Known {
    pub members: Arc<Members>,
    pub device: Option<DeviceId>,
    pub device_name: String,
    pub commits: u64,
    pub bytes: u64,
    /// Of every other device, when it was seen last and the number to compare.
    met: BTreeMap<DeviceId, (Option<DateTime<Utc>>, String)>,
    /// Whether this device was removed, as far as it has heard.
    removed: bool,
}

fn met(workspace: &Workspace) -> BTreeMap<DeviceId, (Option<DateTime<Utc>>, String)> {
    let peers = workspace.peers();
    let seen = |id: DeviceId| peers.iter().find(|p| p.device == id).and_then(|p| p.last_seen);
    workspace.members().devices.keys().map(|id| (*id, (seen(*id), workspace.safety_number(*id)))).collect()
}

impl Known {
    pub fn role(&self, user: DocId) -> Option<Role> {
        self.members.roles.get(&user).copied()
    }
}

impl Load {
    /// Call it every frame while it is shown.
    pub fn get(&mut self, cx: &mut Context) -> Known {
        if let Some(pending) = self.loading.take() {
            match pending.take() {
                Some(known) => self.known = known,
                None => self.loading = Some(pending),
            }
        }
        if let Some(result) = self.asked.as_ref().and_then(Pending::take) {
            self.asked = None;
            self.key = None;
            if let Err(reason) = result {
                cx.actions.push(Action::Say(Say::Refused(reason)));
            }
        }
        let key = Some((cx.records.revision, cx.node.map(satchel_sync::Node::state)));
        if self.key != key && self.loading.is_none() {
            self.key = key;
            self.loading = Some(cx.background(|workspace, _| {
                let status = workspace.status().ok();
                Known {
                    members: workspace.members(),
                    device: Some(workspace.device()),
                    device_name: status.as_ref().map(|s| s.device_name.clone()).unwrap_or_default(),
                    commits: status.as_ref().map_or(0, |s| s.commits),
                    removed: status.as_ref().is_some_and(|s| s.removed),
                    bytes: status.map_or(0, |s| s.bytes),
                    met: met(workspace),
                }
            }));
        }
        self.known.clone()
    }

    /// To be read again.
    pub fn stale(&mut self) {
        self.key = None;
    }

    fn ask(
        &mut self,
        cx: &mut Context,
        change: impl FnOnce(&satchel_core::Workspace) -> satchel_core::Result<()> + Send + 'static,
    ) {
        self.asked = Some(cx.background(move |workspace, _| change(workspace).map_err(|e| said(&e.message()))));
    }

    /// Everybody with role and devices, in a box of rows.
    pub fn list(&mut self, ui: &mut Ui, cx: &mut Context) {
        let known = self.get(cx);
        let records = cx.records;
        let mut users: Vec<(DocId, Option<Role>)> =
            records.users.values().filter(|u| !u.meta.deleted).map(|u| (u.id, known.role(u.id))).collect();
        users.sort_by_key(|(id, role)| (std::cmp::Reverse(*role), records.name(*id).to_lowercase()));
        let own = known.role(cx.user).filter(|_| !known.removed);
        if known.removed {
            let p = palette(ui);
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 36.0), Sense::hover());
            let says = tr!("This device was removed: it keeps what it has and no longer syncs.");
            response.widget_info(|| WidgetInfo::labeled(Part::Label, true, says.clone()));
            Row::new(ui, rect.shrink2(vec2(16.0, 0.0))).text(&says, type_scale::BODY, p.text);
        }
        for (at, (user, role)) in users.into_iter().enumerate() {
            if at > 0 {
                let (x, y) = (ui.max_rect().x_range(), ui.cursor().top());
                ui.painter().hline(x, y, (1.0, palette(ui).line));
            }
            self.person(ui, cx, &known, user, role, own);
        }
    }

    fn person(
        &mut self,
        ui: &mut Ui,
        cx: &mut Context,
        known: &Known,
        user: DocId,
        role: Option<Role>,
        own: Option<Role>,
    ) {
        let p = palette(ui);
        let name = cx.records.name(user).to_owned();
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 44.0), Sense::hover());
        let says = role.map_or_else(|| tr!("no device yet"), |role| text(role.label()));
        response.widget_info(|| WidgetInfo::labeled(Part::Label, true, format!("{name}, {says}")));
        let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)));
        let disc = row.place(vec2(22.0, 22.0));
        let number = format::person_number(user);
        avatar::paint(ui.painter(), disc.center(), 22.0, &format::initials(&name), number, p);
        let me = cx.user;
        let may = |role: Role| match own {
            Some(Role::Owner) => user != me,
            Some(Role::Manager) => role < Role::Manager,
            _ => false,
        };
        match role {
            Some(role) if may(role) => {
                let place = row.place_right(vec2(136.0, 24.0));
                let mut child = ui.new_child(UiBuilder::new().max_rect(place));
                let label = text(role.label());
                let shown = format::capital(&label);
                let button = Button::new(&shown).small().trailing(icons::EXPAND_MORE).width(136.0);
                let name = tr!("Role of {person}: {role}", person = name, role = label);
                let response = child.add(button.name(&name));
                if let Some(change) = role_menu(&response, role, own) {
                    match change {
                        Change::Role(role) => self.ask(cx, move |w| w.set_role(user, role)),
                        Change::Remove => self.ask(cx, move |w| w.remove_user(user)),
                    }
                }
            }
            Some(role) => _ = row.text_right(&format::capital(&text(role.label())), type_scale::BODY, p.text2),
            None => _ = row.text_right(&tr!("No device yet"), type_scale::BODY, p.text3),
        }
        row.gap_right(12.0);
        row.gap(10.0).text(&name, type_scale::VALUE, p.text);
        if user == cx.user {
            row.gap(6.0).text(&tr!("beside one’s own name" => "you"), type_scale::SECONDARY, p.text3);
        }
        let team = cx.records.users.get(&user).and_then(|u| u.team).map_or("", |t| cx.records.name(t));
        row.gap(8.0).text(team, type_scale::SECONDARY, p.text3);
        let devices: Vec<(DeviceId, String)> = known
            .members
            .devices
            .iter()
            .filter(|(_, d)| d.user == user && !d.removed)
            .map(|(id, d)| (*id, d.name.clone()))
            .collect();
        for (device, device_name) in devices {
            self.device(ui, cx, known, device, &device_name, role.is_some_and(may) || user == cx.user);
        }
    }

    fn device(&mut self, ui: &mut Ui, cx: &mut Context, known: &Known, device: DeviceId, name: &str, may: bool) {
        let p = palette(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
        let here = known.device == Some(device);
        response.widget_info(|| WidgetInfo::labeled(Part::Label, true, tr!("Device {}", name)));
        let mut row =
            Row::new(ui, Rect::from_min_max(pos2(rect.left() + 48.0, rect.top() - 6.0), rect.max - vec2(16.0, 6.0)));
        row.icon(device_icon(name), 16.0, p.text3);
        row.gap(8.0).text(name, type_scale::SECONDARY, p.text2);
        if let (Some((seen, number)), false) = (known.met.get(&device), here) {
            if let Some(at) = seen {
                let when = format::ago(*at, cx.environment);
                row.gap(6.0).text(&tr!("last seen {}", when), type_scale::SECONDARY, p.text3);
            }
            response.on_hover_text(tr!("Safety number with this device: {number}. It is the same on the other device if nobody is between: compare it by eye or on the phone.", number = number));
        }
        if here {
            row.gap(6.0).text(&tr!("this device"), type_scale::SECONDARY, p.text3);
        }
        if may && !here {
            let place = row.place_right(vec2(24.0, 24.0));
            let name = tr!("Remove device {}", name);
            let id = ui.scope_id().with(("remove", device));
            if icon_button_at(ui, place, id, icons::CLOSE, &name, size::ICON_SMALL).clicked() {
                self.ask(cx, move |w| w.remove_device(device));
            }
        }
    }
}

enum Change {
    Role(Role),
    Remove,
}

fn role_menu(button: &eframe::egui::Response, now: Role, own: Option<Role>) -> Option<Change> {
    let shown = Popup::menu(button).gap(4.0).width(200.0).show(|ui| {
        let mut change = None;
        for role in [Role::Owner, Role::Manager, Role::Salesperson, Role::Guest] {
            let may = own == Some(Role::Owner) || role < Role::Manager;
            if may && menu::choice(ui, &format::capital(&text(role.label())), role == now).clicked() && role != now {
                change = Some(Change::Role(role));
            }
        }
        ui.separator();
        let remove = menu::item(ui, Some(icons::DELETE), &tr!("Remove from the workspace"), None);
        let meaning = tr!("All devices of this person stop syncing. What they have, they keep; what nobody has received from them yet will have no effect.");
        if remove.on_hover_text(meaning).clicked() {
            change = Some(Change::Remove);
        }
        change
    });
    shown.and_then(|s| s.inner)
}
