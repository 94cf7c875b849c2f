//! Asks who is to take records over: one person, or several in turn.

use eframe::egui::{ScrollArea, Ui};
use satchel_core::{Command, DocId};
use tr::tr;

use super::{
    context::{Action, Context},
    words::{self, Words},
};
use crate::{
    design::{palette, type_scale},
    views::format,
    widgets::{
        Button,
        dialog::{buttons, dialog},
        option,
    },
};

/// So many at most are assigned by one command: a commit has a size.
const AT_ONCE: usize = 1_000;

/// Many as one batch, so that one undo takes it back; every part begins with the first person's turn.
fn hand_out(cx: &mut Context, ids: &[DocId], users: &[DocId]) {
    let turn = users.len().max(1);
    let part = (AT_ONCE / turn).max(1) * turn;
    let mut commands: Vec<Command> =
        ids.chunks(part).map(|ids| Command::Assign { ids: ids.to_vec(), users: users.to_vec() }).collect();
    if let [_] = commands.as_slice() {
        commands.into_iter().for_each(|command| cx.execute(command));
        return;
    }
    let Some(first) = commands.first() else { return };
    let label = words::kept(|| Words::of(first, cx.records).verb);
    let words = Words { name: words::many(ids.len()), label, ..Words::of(first, cx.records) };
    cx.actions.push(Action::Many(words, std::mem::take(&mut commands)));
}

pub struct AssignDialog {
    ids: Vec<DocId>,
    /// In the order they take turns.
    people: Vec<DocId>,
}

impl AssignDialog {
    pub fn new(ids: Vec<DocId>) -> AssignDialog {
        AssignDialog { ids, people: Vec::new() }
    }

    /// True once it is answered or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let records = cx.records;
        let title = match self.ids.as_slice() {
            [id] => tr!("Assign {}", records.name(*id)),
            ids => tr!(
                "Assign {count} record" | "Assign {count} records" % ids.len(),
                count = format::thousands(ids.len() as u64)
            ),
        };
        let mut users: Vec<_> = records.users.values().filter(|u| !u.meta.deleted && !u.meta.archived).collect();
        users.sort_by_key(|u| (u.id != cx.user, u.name.to_lowercase()));
        let ((assign, nobody, cancel), closed) = dialog(ui.ctx(), "assign", 400.0, &title, |ui| {
            let p = palette(ui);
            ui.spacing_mut().item_spacing.y = 6.0;
            let says = tr!("Choose one person, or several to take turns in the order you choose them.");
            ui.label(type_scale::BODY.text(says).color(p.text2));
            ScrollArea::vertical().max_height(320.0).show(ui, |ui| {
                for user in users {
                    let turn = self.people.iter().position(|p| *p == user.id);
                    let team = user.team.map_or_else(|| tr!("No team"), |t| records.name(t).to_owned());
                    let detail = match turn {
                        Some(at) if self.people.len() > 1 => {
                            tr!(
                                "Turn {turn} of {turns} · {team}",
                                turn = at + 1,
                                turns = self.people.len(),
                                team = team
                            )
                        }
                        _ => team,
                    };
                    if option::show(ui, turn.is_some(), &user.name, &detail).clicked() {
                        match turn {
                            Some(at) => _ = self.people.remove(at),
                            None => self.people.push(user.id),
                        }
                    }
                }
            });
            buttons(ui, |ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                let ready = !self.people.is_empty();
                let assign = ui.add(Button::primary(&tr!("Assign")).enabled(ready)).clicked() && ready;
                let nobody = ui.add(Button::new(&tr!("To nobody"))).clicked();
                (assign, nobody, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if assign || nobody {
            let users = if nobody { Vec::new() } else { std::mem::take(&mut self.people) };
            hand_out(cx, &self.ids, &users);
        }
        assign || nobody || cancel || closed
    }
}
