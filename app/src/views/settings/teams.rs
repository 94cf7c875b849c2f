//! Sales teams: who leads, who belongs, and by which rules work is handed out.

use std::collections::HashMap;

use eframe::egui::{Id, Popup, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};
use satchel_core::{
    Command, DocId, Kind, Record, Value,
    record::{Records, Team, User, WonStatus},
};
use tr::tr;

use super::parts::{self, Adder, Forms};
use crate::{
    design::{icons, palette, type_scale},
    shell::Context,
    views::format,
    widgets::{
        Button, Row, avatar, chip,
        dialog::{buttons, dialog},
        menu,
    },
};

#[derive(Default)]
pub struct Teams {
    open: Option<DocId>,
    member: Option<DocId>,
    forms: Forms,
    add: Adder,
    person: Adder,
    /// Who is to join which team and would leave another.
    moving: Option<(DocId, DocId)>,
    /// How many open opportunities and leads of each team have nobody, at which revision; nothing for those without a team.
    waiting: (Option<u64>, HashMap<Option<DocId>, usize>),
}

impl Teams {
    /// A team, or a member.
    pub fn unfold(&mut self, id: DocId) {
        match id.kind() {
            Kind::User => (self.open, self.member) = (None, Some(id)),
            _ => self.open = Some(id),
        }
    }

    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.forms.unsaved(cx);
        self.add.unsaved(cx);
        self.person.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let records = cx.records;
        self.count(records);
        if let (None, Some(member)) = (self.open, self.member) {
            self.open = records.users.get(&member).and_then(|user| user.team);
        }
        let says = tr!(
            "A person is in one team. What is assigned to a member gets the member’s team, and the pipeline opens on \
             one’s own."
        );
        parts::heading(ui, &tr!("Sales teams"), &says);
        let teams: Vec<&Team> = parts::live_teams(records).iter().filter_map(|(id, _)| records.teams.get(id)).collect();
        if !teams.is_empty() {
            parts::sheet(ui, |ui| {
                for team in &teams {
                    let members = members(records, team.id);
                    if self.row(ui, cx, team, &members).clicked() {
                        self.open = if self.open == Some(team.id) { None } else { Some(team.id) };
                        self.member = None;
                    }
                    if self.open == Some(team.id) {
                        self.details(ui, cx, team, &members);
                    }
                }
            });
        }
        if let Some(name) = self.add.show(ui, &tr!("Add team")) {
            let color = (teams.len() % 7) as i64;
            let (id, command) = parts::make(cx, Kind::Team, name, vec![("color", Value::Int(color))]);
            cx.execute(command);
            self.open = Some(id);
        }
        if let Some(name) = self.person.show(ui, &tr!("Add salesperson")) {
            let id = User::id_of(cx.workspace, &name);
            let fields = vec![("name".to_owned(), Value::Text(name))];
            cx.execute(Command::Create { id, fields });
        }
        self.rules(ui, cx);
        self.confirm(ui, cx);
    }

    fn count(&mut self, records: &Records) {
        if self.waiting.0 != Some(records.revision) {
            let mut waiting: HashMap<Option<DocId>, usize> = HashMap::new();
            let all = records.opportunities.values();
            for o in all.filter(|o| o.user.is_none() && records.is_active(o)) {
                if records.won_status(o) == WonStatus::Pending {
                    *waiting.entry(o.team).or_default() += 1;
                }
            }
            self.waiting = (Some(records.revision), waiting);
        }
    }

    fn row(&self, ui: &mut Ui, cx: &Context, team: &Team, members: &[&User]) -> eframe::egui::Response {
        let people = tr!("{n} member" | "{n} members" % members.len());
        let words = format!("{}, {people}", team.name);
        let id = Id::unique(("team", team.id));
        parts::unfolding(ui, id, &words, self.open == Some(team.id), Sense::click(), |ui, row| {
            let p = palette(ui);
            let dot = row.place(vec2(10.0, 10.0));
            ui.painter().circle_filled(dot.center(), 5.0, p.person(team.color.unsigned_abs()).0);
            row.gap_right(4.0).text_right(&people, type_scale::SECONDARY, p.text3);
            row.gap_right(12.0);
            if let Some(waiting) = self.waiting.1.get(&Some(team.id)) {
                let at = pos2(row.right(), row.middle());
                let lies = chip::mark_right(ui.painter(), at, None, &tr!("{} unassigned", waiting), p.due);
                row.gap_right(lies.width() + 12.0);
            }
            row.gap(12.0).text(&team.name, type_scale::VALUE, p.text);
            if let Some(leader) = team.leader {
                row.gap(8.0).text(&tr!("led by {}", cx.records.name(leader)), type_scale::SECONDARY, p.text3);
            }
        })
    }

    fn details(&mut self, ui: &mut Ui, cx: &mut Context, team: &Team, members: &[&User]) {
        let record = Record::Team(team.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["name", "leader", "alias", "use_opportunities", "use_leads"]);
            parts::colours(ui, cx, &record);
            self.forms.rows(ui, cx, &record, &["assignment_filter"]);
            parts::note(
                ui,
                &tr!("Which records without a team go to this one when work is handed out, written as a filter: \
                     expected_revenue >= 1000 and country = 'Belgium'. Empty: only those that are the team’s already."),
            );
            ui.add_space(8.0);
            ui.label(type_scale::VALUE.text(tr!("Members")).color(palette(ui).text2));
            ui.add_space(4.0);
            for user in members {
                self.member(ui, cx, team, user);
            }
            ui.add_space(8.0);
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                self.add_member(ui, cx, team);
                if ui.add(Button::danger(&tr!("Move to the trash")).small().icon(icons::DELETE)).clicked() {
                    cx.execute(Command::Trash { ids: vec![team.id] });
                    self.open = None;
                }
            });
        });
    }

    fn member(&mut self, ui: &mut Ui, cx: &mut Context, team: &Team, user: &User) {
        let open = self.member == Some(user.id);
        let id = Id::unique(("member", user.id));
        let clicked = parts::unfolding(ui, id, &tr!("Member {}", user.name), open, Sense::click(), |ui, row| {
            let p = palette(ui);
            let disc = row.place(vec2(22.0, 22.0));
            let number = format::person_number(user.id);
            avatar::paint(ui.painter(), disc.center(), 22.0, &format::initials(&user.name), number, p);
            let capacity = match user.capacity() {
                0 => tr!("takes none"),
                n => tr!("{} in 30 days", n),
            };
            row.text_right(&capacity, type_scale::SECONDARY, p.text2);
            row.gap_right(12.0);
            row.gap(10.0).text(&user.name, type_scale::VALUE, p.text);
            if team.leader == Some(user.id) {
                row.gap(8.0).text(&tr!("leader"), type_scale::SECONDARY, p.text3);
            }
            row.gap(8.0).text(&user.assignment_filter, type_scale::SECONDARY, p.text3);
        });
        if clicked.clicked() {
            self.member = if open { None } else { Some(user.id) };
        }
        if self.member != Some(user.id) {
            return;
        }
        let record = Record::User(user.clone());
        parts::unfolded(ui, |ui| {
            self.forms.rows(ui, cx, &record, &["assignment_max", "assignment_filter"]);
            parts::note(
                ui,
                &tr!("How many records the rules give this person in 30 days (30 where empty, 0 none), and which."),
            );
            ui.add_space(6.0);
            let name = tr!("Take {person} out of {team}", person = user.name, team = team.name);
            if ui.add(Button::new(&tr!("Take out of the team")).small().name(&name)).clicked() {
                let fields = vec![("team".to_owned(), Value::Null)];
                cx.execute(Command::Set { id: user.id, fields, seen: None });
                self.member = None;
            }
        });
    }

    fn add_member(&mut self, ui: &mut Ui, cx: &mut Context, team: &Team) {
        let records = cx.records;
        let (words, name) = (tr!("Add member"), tr!("Add member to {}", team.name));
        let button = Button::new(&words).small().icon(icons::PERSON_ADD).trailing(icons::EXPAND_MORE).name(&name);
        let response = ui.add(button);
        let others = records.users.values().filter(|u| u.team != Some(team.id) && !u.meta.deleted && !u.meta.archived);
        let mut others: Vec<&User> = others.collect();
        others.sort_by_key(|u| u.name.to_lowercase());
        Popup::menu(&response).gap(4.0).width(260.0).show(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            if others.is_empty() {
                ui.label(type_scale::SECONDARY.text(tr!("Everybody is in it already")).color(palette(ui).text3));
            }
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for user in others {
                    let words = match user.team {
                        Some(other) => tr!("{person} (in {team})", person = user.name, team = records.name(other)),
                        None => user.name.clone(),
                    };
                    if menu::item(ui, None, &words, None).clicked() {
                        match user.team {
                            Some(_) => self.moving = Some((user.id, team.id)),
                            None => cx.execute(Command::JoinTeam { team: team.id, users: vec![user.id] }),
                        }
                    }
                }
            });
        });
    }

    /// What is waiting for somebody, and the button that hands it out.
    fn rules(&mut self, ui: &mut Ui, cx: &mut Context) {
        let waiting: usize = self.waiting.1.values().sum();
        let p = palette(ui);
        ui.add_space(18.0);
        parts::section(ui, &tr!("Unassigned"), |ui| {
            let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 52.0));
            let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)));
            let place = row.place_right(vec2(150.0, 30.0));
            let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(place));
            let assign = tr!("Assign by rules");
            let button = Button::new(&assign).icon(icons::GROUPS).width(150.0).enabled(waiting > 0);
            if child.add(button).clicked() && waiting > 0 {
                cx.execute(Command::AssignByRules { team: None });
            }
            row.gap_right(12.0);
            let words = tr!(
                "{count} open record has no salesperson" | "{count} open records have no salesperson" % waiting,
                count = format::thousands(waiting as u64)
            );
            let label = ui.interact(rect.with_max_x(row.right()), ui.scope_id().with("waiting"), Sense::hover());
            label.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
            row.text(&words, type_scale::VALUE, p.text);
            row.gap(8.0).text(&tr!("given out by filters and capacity"), type_scale::SECONDARY, p.text3);
        });
    }

    fn confirm(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some((user, team)) = self.moving else { return };
        let records = cx.records;
        let (name, joins) = (records.name(user).to_owned(), records.name(team).to_owned());
        let leaves = records.users.get(&user).and_then(|u| u.team).map_or("", |t| records.name(t)).to_owned();
        let title = tr!("{person} is in {team}", person = name, team = leaves);
        let ((done, cancel), closed) = dialog(ui.ctx(), "join", 380.0, &title, |ui| {
            let says = tr!(
                "A person is in one team: joining {joins}, {person} leaves {leaves}.",
                joins = joins,
                person = name,
                leaves = leaves
            );
            ui.label(type_scale::BODY.text(says).color(palette(ui).text2));
            buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let done = ui.add(Button::primary(&tr!("Join {}", joins))).clicked();
                (done, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if done {
            cx.execute(Command::JoinTeam { team, users: vec![user] });
        }
        if done || cancel || closed {
            self.moving = None;
        }
    }
}

fn members(records: &Records, team: DocId) -> Vec<&User> {
    let mut members: Vec<&User> =
        records.users.values().filter(|u| u.team == Some(team) && !u.meta.deleted && !u.meta.archived).collect();
    members.sort_by_key(|u| u.name.to_lowercase());
    members
}
