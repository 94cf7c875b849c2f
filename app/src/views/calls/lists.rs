//! All call lists with how far they are, and the dialog that edits one.

use eframe::egui::{
    Rect, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::{
    Command, DocId, Kind, Value,
    query::calls::{self, Progress},
    record::CallList,
};
use tr::tr;

use super::{faces, queue::Of};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::{Context, UiCommand},
    widgets::{
        Button, Input, Line, Row,
        dialog::{buttons, dialog},
        icon_button, line, option,
    },
};

pub enum Wish {
    /// Begin to call.
    Start(Of),
    Edit(DocId),
}

const ROW: f32 = 68.0;

/// Live lists, those with calls to make first.
pub fn all<'a>(cx: &Context<'a>) -> Vec<&'a CallList> {
    let records: &'a satchel_core::Records = cx.records;
    let mut lists: Vec<&CallList> =
        records.call_lists.values().filter(|list| !list.meta.deleted && !list.meta.archived).collect();
    lists.sort_by_cached_key(|list| (list.name.to_lowercase(), list.id));
    lists
}

/// How far everything is, worked out when the records or the minute change.
#[derive(Default)]
pub struct Overview {
    key: Option<(u64, i64)>,
    /// One's own calls of no list: due, and later.
    own: usize,
    later: usize,
    lists: Vec<(DocId, Progress)>,
}

impl Overview {
    pub fn find(&mut self, cx: &Context) {
        let key = Some((cx.records.revision, cx.now.timestamp() / 60));
        if self.key == key {
            return;
        }
        let lists = all(cx).into_iter().map(|list| (list.id, calls::progress(cx.records, list.id))).collect();
        let own = calls::own(cx.records, cx.user, cx.now, &|_| None).len();
        let later = calls::later(cx.records, None, cx.user, cx.now).len();
        *self = Overview { key, own, later, lists };
    }

    /// There is nothing to call, nor a list for it.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.own + self.later == 0
    }

    /// Draws the lists, one's own calls first.
    pub fn show(&self, ui: &mut Ui, cx: &Context) -> Option<Wish> {
        let p = palette(ui);
        let mut wish = None;
        let (own, later) = (self.own, self.later);
        // One primary button: where there is most reason to begin.
        let mut primary = true;
        ui.spacing_mut().item_spacing.y = 8.0;
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.add_space(8.0);
            if own + later > 0 {
                let rect = card(ui);
                let mut row =
                    Row::new(ui, Rect::from_min_size(rect.min + vec2(16.0, 12.0), vec2(rect.width() - 220.0, 20.0)));
                row.text(&tr!("My calls"), type_scale::CARD_TITLE, p.text);
                let says = match own {
                    0 => tr!("none due, {later} later", later),
                    due => tr!("{due} due, {later} later", due, later),
                };
                let low = Rect::from_min_size(rect.min + vec2(16.0, 36.0), vec2(rect.width() - 220.0, 18.0));
                Row::new(ui, low).text(&says, type_scale::SECONDARY, p.text2);
                if start(ui, rect, &tr!("My calls"), own > 0, &mut primary) {
                    wish = Some(Wish::Start(None));
                }
            }
            for (id, progress) in &self.lists {
                let Some(list) = cx.records.call_lists.get(id) else { continue };
                let rect = card(ui);
                let (count, more) = faces::words(progress);
                ui.interact(rect, ui.scope_id().with(("card", list.id)), Sense::hover())
                    .widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{}: {count} · {more}", list.name)));
                let width = rect.width() - 260.0;
                let mut row = Row::new(ui, Rect::from_min_size(rect.min + vec2(16.0, 10.0), vec2(width, 20.0)));
                row.text(&list.name, type_scale::CARD_TITLE, p.text);
                if progress.doubles > 0 {
                    let doubles = tr!("{n} called twice" | "{n} called twice" % progress.doubles);
                    row.gap(10.0).icon(icons::CONFLICT, 14.0, p.two.text);
                    row.gap(4.0).text(&doubles, type_scale::SECONDARY, p.two.text);
                }
                let who: Vec<&str> = list.users.iter().map(|user| cx.records.name(*user)).collect();
                row.gap(10.0).text(&who.join(", "), type_scale::SECONDARY, p.text3);
                let low = Rect::from_min_size(rect.min + vec2(16.0, 38.0), vec2(width, 18.0));
                let bar = Rect::from_min_size(pos2(low.left(), low.center().y - 3.5), vec2(160.0, 7.0));
                faces::bar(ui, bar, progress);
                let mut row = Row::new(ui, Rect::from_min_max(pos2(bar.right() + 12.0, low.top()), low.max));
                row.text(&format!("{count} · {more}"), type_scale::SECONDARY, p.text2);
                if start(ui, rect, &list.name, progress.to_call > 0, &mut primary) {
                    wish = Some(Wish::Start(Some(list.id)));
                }
                let at = Rect::from_min_size(pos2(rect.right() - 200.0, rect.center().y - 15.0), vec2(30.0, 30.0));
                let mut child = ui.new_child(UiBuilder::new().max_rect(at).id_salt(("edit", list.id)));
                if icon_button(&mut child, icons::EDIT, &tr!("Edit {}", list.name)).clicked() {
                    wish = Some(Wish::Edit(list.id));
                }
            }
            ui.add_space(24.0);
        });
        wish
    }
}

fn card(ui: &mut Ui) -> Rect {
    let p = palette(ui);
    let width = ui.available_width().min(980.0);
    let (rect, _) = ui.allocate_exact_size(vec2(width, ROW), Sense::hover());
    ui.painter().rect(rect, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    rect
}

fn start(ui: &mut Ui, card: Rect, name: &str, ready: bool, primary: &mut bool) -> bool {
    let at = Rect::from_min_size(pos2(card.right() - 156.0, card.center().y - 15.0), vec2(140.0, size::CONTROL));
    let (text, name) = (tr!("Start calling"), tr!("Start calling: {}", name));
    let button = if ready && std::mem::replace(primary, false) { Button::primary(&text) } else { Button::new(&text) };
    let mut child = ui.new_child(UiBuilder::new().max_rect(at).id_salt(("start", &name)));
    child.add(button.name(&name).icon(icons::CALL).width(140.0).enabled(ready)).clicked()
}

/// The dialog that makes a list, or edits one.
pub struct ListDialog {
    id: Option<DocId>,
    name: String,
    script: String,
    users: Vec<DocId>,
    before: (String, String, Vec<DocId>),
    error: bool,
    fresh: bool,
}

impl ListDialog {
    pub fn new(cx: &Context, id: Option<DocId>) -> ListDialog {
        let list = id.and_then(|id| cx.records.call_lists.get(&id));
        let (name, script) = list.map(|list| (list.name.clone(), list.script.clone())).unwrap_or_default();
        let users = list.map(|list| list.users.clone()).unwrap_or_default();
        ListDialog {
            id,
            before: (name.clone(), script.clone(), users.clone()),
            name,
            script,
            users,
            error: false,
            fresh: true,
        }
    }

    pub fn unsaved(&self, cx: &mut Context) {
        if (&self.name, &self.script, &self.users) != (&self.before.0, &self.before.1, &self.before.2) {
            cx.unsaved.push(tr!("The call list ‘{}’ is not saved yet", self.name.trim()));
        }
    }

    /// True once it is saved or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let title = if self.id.is_some() { tr!("Call list") } else { tr!("New call list") };
        let ((save, cancel, trash), closed) = dialog(ui.ctx(), "call list", 520.0, &title, |ui| self.fields(ui, cx));
        if save && self.name.trim().is_empty() {
            (self.error, self.fresh) = (true, true);
            return false;
        }
        if save {
            self.save(cx);
        }
        if trash && let Some(id) = self.id {
            cx.execute(Command::Trash { ids: vec![id] });
        }
        save || cancel || closed || trash
    }

    fn save(&self, cx: &mut Context) {
        let name = self.name.trim();
        let mut fields: Vec<(String, Value)> = Vec::new();
        if name != self.before.0 {
            fields.push(("name".to_owned(), name.into()));
        }
        if self.script != self.before.1 {
            fields.push(("script".to_owned(), Value::Text(self.script.clone())));
        }
        if self.users != self.before.2 {
            fields.push(("users".to_owned(), Value::Refs(self.users.clone())));
        }
        if fields.is_empty() {
            return;
        }
        cx.execute(match self.id {
            Some(id) => Command::Set { id, fields, seen: None },
            None => Command::Create { id: cx.new_id(Kind::CallList), fields },
        });
    }

    fn fields(&mut self, ui: &mut Ui, cx: &mut Context) -> (bool, bool, bool) {
        let p = palette(ui);
        ui.spacing_mut().item_spacing.y = 8.0;
        let hint = tr!("What is it called?");
        let name = Input::new(&mut self.name, &tr!("Name of the list")).hint(&hint).wrong(self.error).show(ui);
        if std::mem::take(&mut self.fresh) {
            name.request_focus();
        }
        if name.changed() {
            self.error = false;
        }
        if self.error {
            ui.label(type_scale::SECONDARY.text(tr!("A call list needs a name")).color(p.late.text));
        }
        ui.label(type_scale::CARD_TITLE.text(tr!("Script")));
        let hint =
            tr!("Steps parted by empty lines: the first line of each says what to do, the next ones how to say it.");
        let rows = faces::rows(&self.script, 9);
        ScrollArea::vertical().id_salt("script").max_height(240.0).show(ui, |ui| {
            let name = tr!("What the operators say");
            Input::new(&mut self.script, &name).hint(&hint).rows(rows).show(ui);
        });
        ui.label(type_scale::CARD_TITLE.text(tr!("Operators")));
        let says = tr!("Nobody chosen means that everybody calls.");
        ui.label(type_scale::SECONDARY.text(says).color(p.text3));
        let people = cx.records.live_names(Kind::User);
        ScrollArea::vertical().id_salt("operators").max_height(150.0).show(ui, |ui| {
            for (user, name) in people {
                let chosen = self.users.contains(&user);
                if option::short(ui, chosen, name).clicked() {
                    match chosen {
                        true => self.users.retain(|other| *other != user),
                        false => self.users.push(user),
                    }
                }
            }
        });
        let (mut save, mut cancel, mut trash) = (false, false, false);
        buttons(ui, |ui| {
            let text = if self.id.is_some() { tr!("Save") } else { tr!("Create list") };
            save = ui.add(Button::primary(&text)).clicked();
            cancel = ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked();
            if self.id.is_some() {
                trash = ui.add(Button::danger(&tr!("Move to the trash")).icon(icons::DELETE)).clicked();
            }
        });
        (save, cancel, trash)
    }
}

/// The button that says which list is called, with the others in its menu.
pub fn switch(ui: &mut Ui, cx: &Context, of: Of) -> Option<Of> {
    let name = |of: Of| of.map_or_else(|| tr!("My calls"), |list| cx.records.name(list).to_owned());
    let shown = name(of);
    let mut chosen = None;
    let response = ui.add(Button::ghost(&shown).name(&tr!("Call list: {}", shown)).trailing(icons::EXPAND_MORE));
    eframe::egui::Popup::menu(&response).gap(4.0).width(260.0).show(|ui| {
        for option in std::iter::once(None).chain(all(cx).into_iter().map(|list| Some(list.id))) {
            if crate::widgets::menu::choice(ui, &name(option), option == of).clicked() {
                chosen = Some(option);
            }
        }
    });
    chosen.filter(|option| *option != of)
}

/// How far the list is, at the right of the view bar. Returns its left edge.
pub fn progress(ui: &Ui, right: eframe::egui::Pos2, left: f32, progress: &Progress) -> f32 {
    let p = palette(ui);
    let bar = Rect::from_min_size(pos2(right.x - 200.0, right.y - 3.5), vec2(200.0, 7.0));
    if bar.left() < left + 40.0 {
        return right.x;
    }
    faces::bar(ui, bar, progress);
    let (handled, more) = faces::words(progress);
    let says = format!("{handled} · {more}");
    let room = bar.left() - 12.0 - left - 20.0;
    let wide = Line::new(&says, type_scale::SECONDARY, p.text2).layout(ui.painter(), f32::INFINITY).size().x;
    let says = if wide > room { handled } else { says };
    let wide = Line::new(&says, type_scale::SECONDARY, p.text2).layout(ui.painter(), room.max(0.0)).size().x;
    let at = pos2(bar.left() - 12.0 - wide, right.y);
    let rect = line(ui.painter(), at, wide + 1.0, Line::new(&says, type_scale::SECONDARY, p.text2));
    ui.interact(rect.union(bar), ui.scope_id().with("progress"), Sense::hover())
        .widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
    rect.left()
}

/// The key of what logs a call.
pub fn log_pressed(ui: &Ui) -> bool {
    UiCommand::key_pressed(ui.ctx(), eframe::egui::Key::L)
}
