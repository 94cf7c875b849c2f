//! The top of the form: breadcrumb and buttons, title, stars, tags, stages.

use eframe::egui::{Align, Id, Key, Layout, Rect, Sense, Ui, UiBuilder, pos2, vec2};
use satchel_core::{
    Command, DocId, Record, Records, Value,
    record::{Opportunity, WonStatus},
};
use tr::tr;

use super::pressed;
use crate::{
    design::{icons, palette, size, type_scale},
    locale,
    shell::{Action, Context, Page, UiCommand},
    views::form::{Form, def, next_meeting::NextMeeting, tags::TagPicker},
    widgets::{
        Button,
        button::icon_button_sized,
        icon_button, menu,
        row::cut,
        stage_bar::{Mood, Step, stage_bar},
        stars,
    },
};

/// Where an opportunity stands among those of its column, in the order of the board.
#[derive(Default)]
pub struct Place {
    key: Option<(DocId, u64)>,
    neighbours: Vec<DocId>,
    at: usize,
}

impl Place {
    /// Asks for the neighbours again when the records have changed.
    pub fn find(&mut self, records: &Records, id: DocId, column: impl FnOnce() -> Vec<DocId>) {
        let key = Some((id, records.revision));
        if self.key != key {
            self.key = key;
            self.neighbours = column();
            self.at = self.neighbours.iter().position(|n| *n == id).unwrap_or(0);
        }
    }

    fn before(&self) -> Option<DocId> {
        self.at.checked_sub(1).and_then(|at| self.neighbours.get(at)).copied()
    }

    fn after(&self) -> Option<DocId> {
        self.neighbours.get(self.at + 1).copied()
    }
}

pub fn top_bar(ui: &mut Ui, cx: &mut Context, opportunity: &Opportunity, place: &Place, status: (&str, bool)) {
    let palette = palette(ui);
    let bar = ui.available_rect_before_wrap();
    ui.painter().hline(bar.x_range(), bar.bottom() - 0.5, (1.0, palette.line));
    let inner = bar.shrink2(vec2(size::VIEW_MARGIN, 0.0));

    let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
    actions(&mut right, cx, opportunity);
    let color = if status.1 { palette.text3 } else { palette.late.text };
    right.add_space(4.0);
    right.label(type_scale::SECONDARY.text(locale::text(status.0)).color(color));
    right.spacing_mut().item_spacing.x = 4.0;
    let icon = if status.1 { icons::CHECK } else { icons::ERROR };
    right.label(icons::text(icon, 14.0).color(color));
    let end = right.min_rect().left() - 12.0;

    let left = Rect::from_min_max(inner.min, pos2(end, inner.bottom()));
    let mut left = ui.new_child(UiBuilder::new().max_rect(left).layout(Layout::left_to_right(Align::Center)));
    left.spacing_mut().item_spacing.x = 6.0;
    if icon_button(&mut left, icons::ARROW_BACK, &tr!("Back")).clicked() {
        cx.actions.push(Action::Back);
    }
    let (list, name, page) = match opportunity.is_lead() {
        true => (tr!("Leads"), tr!("Back to the leads"), Page::Leads),
        false => (tr!("Pipeline"), tr!("Back to the pipeline"), Page::Pipeline),
    };
    if left.add(Button::ghost(&list).name(&name).small()).clicked() {
        cx.open(page);
    }
    left.label(icons::text(icons::RIGHT, 16.0).color(palette.text3));
    let room = (left.available_width() - 130.0).max(40.0);
    let title = cut(left.painter(), &opportunity.name, type_scale::CARD_TITLE, palette.text, room);
    left.label(title);
    if place.neighbours.len() > 1 && left.available_width() > 110.0 {
        let text = tr!("{at} of {count}", at = place.at + 1, count = place.neighbours.len());
        left.label(type_scale::SECONDARY.text(text).color(palette.text3));
        left.spacing_mut().item_spacing.x = 0.0;
        for (icon, name, to) in [
            (icons::ARROW_UP, tr!("Previous opportunity"), place.before()),
            (icons::ARROW_DOWN, tr!("Next opportunity"), place.after()),
        ] {
            left.add_enabled_ui(to.is_some(), |ui| {
                if icon_button_sized(ui, icon, &name, vec2(26.0, 26.0), 16.0).clicked()
                    && let Some(to) = to
                {
                    cx.open(Page::Opportunity(to));
                }
            });
        }
    }
}

fn actions(ui: &mut Ui, cx: &mut Context, opportunity: &Opportunity) {
    let id = opportunity.id;
    let status = cx.records.won_status(opportunity);
    let hidden = opportunity.meta.archived || opportunity.meta.deleted;
    match status {
        _ if hidden => {
            if ui.add(Button::primary(&tr!("Restore")).icon(icons::RESTORE)).clicked() {
                cx.execute(Command::Restore { ids: vec![id] });
            }
        }
        WonStatus::Pending if opportunity.is_lead() => {
            if ui
                .add(Button::primary(&tr!("Convert")).name(&tr!("Convert to opportunity")).icon(icons::CALL_MADE))
                .clicked()
            {
                cx.actions.push(Action::AskConvert(vec![id]));
            }
            if ui.add(Button::new(&tr!("Mark lost")).icon(icons::LOST)).clicked() {
                cx.actions.push(Action::AskLost(vec![id]));
            }
        }
        WonStatus::Pending => {
            if ui.add(Button::primary(&tr!("Mark won")).icon(icons::WON).keys("W")).clicked() {
                cx.execute(Command::MarkWon { ids: vec![id] });
            }
            if ui.add(Button::new(&tr!("Mark lost")).icon(icons::LOST)).clicked() {
                cx.actions.push(Action::AskLost(vec![id]));
            }
        }
        WonStatus::Lost => {
            if ui.add(Button::primary(&tr!("Restore")).icon(icons::RESTORE)).clicked() {
                cx.execute(Command::Restore { ids: vec![id] });
            }
        }
        WonStatus::Won => {
            let color = palette(ui).ok.text;
            ui.spacing_mut().item_spacing.x = 5.0;
            ui.label(type_scale::VALUE.text(tr!("Won")).color(color));
            ui.label(icons::text(icons::WON, 18.0).color(color));
            ui.spacing_mut().item_spacing.x = 8.0;
        }
    }
    let more = icon_button(ui, icons::MORE, &tr!("More actions"));
    eframe::egui::Popup::menu(&more).gap(4.0).width(200.0).show(|ui| {
        if !hidden && menu::item(ui, None, &tr!("Archive"), None).clicked() {
            let fields = vec![("archived".to_owned(), Value::Bool(true))];
            cx.execute(Command::Set { id, fields, seen: None });
        }
        if !opportunity.meta.deleted && menu::item(ui, Some(icons::DELETE), &tr!("Move to the trash"), None).clicked() {
            cx.execute(Command::Trash { ids: vec![id] });
            cx.actions.push(Action::Back);
        }
    });
}

/// Won, lost, previous and next by keys, while nobody is typing.
pub fn keys(ui: &Ui, cx: &mut Context, opportunity: &Opportunity, place: &Place) {
    if cx.records.won_status(opportunity) == WonStatus::Pending {
        if pressed(ui, UiCommand::Won) {
            cx.execute(Command::MarkWon { ids: vec![opportunity.id] });
        } else if pressed(ui, UiCommand::Lost) {
            cx.actions.push(Action::AskLost(vec![opportunity.id]));
        }
    }
    let key = |key| UiCommand::key_pressed(ui.ctx(), key);
    let to = match () {
        _ if key(Key::J) => place.after(),
        _ if key(Key::K) => place.before(),
        _ => None,
    };
    if let Some(to) = to {
        cx.open(Page::Opportunity(to));
    }
}

pub fn title(
    ui: &mut Ui,
    cx: &mut Context,
    form: &mut Form,
    (tags, meeting): (&mut TagPicker, &mut NextMeeting),
    opportunity: &Opportunity,
    record: &Record,
) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::hover());
    let right = Rect::from_min_max(pos2(rect.left() + rect.width() * 0.55, rect.top()), rect.max);
    let tags_left = tags.show(ui, cx, form, record, right);
    let left = meeting.show(ui, cx, opportunity.id, tags_left - 12.0, rect.center().y);
    let room = left - rect.left() - stars::WIDTH - 28.0;
    let Some(def) = def(record.id().kind(), "name") else { return };
    let style = type_scale::RECORD_TITLE;
    let focused = ui.memory(|m| m.has_focus(Id::unique(("field", opportunity.id, "name"))));
    let text = cut(ui.painter(), &opportunity.name, style, palette(ui).text, room).size().x;
    let width = if focused { room } else { (text + 8.0).clamp(80.0, room) };
    let field = Rect::from_min_size(rect.min, vec2(width, rect.height()));
    form.styled(ui, cx, record, def, field, style, &tr!("Name"));

    let place = Rect::from_min_size(pos2(field.right() + 4.0, rect.top() + 3.0), vec2(stars::WIDTH, 24.0));
    let mut child = ui.new_child(UiBuilder::new().max_rect(place));
    let mut priority = match form.current(record, "priority") {
        Value::Int(priority) => priority,
        _ => 0,
    };
    if stars::edit(&mut child, &mut priority, &tr!("Priority")).changed() {
        form.save(cx, record, "priority", Value::Int(priority));
    }
    form.error(ui, "name", rect.left());
}

pub fn stages(ui: &mut Ui, cx: &mut Context, opportunity: &Opportunity) {
    let records = cx.records;
    let mut stages = records.stages_of(opportunity.team);
    if let Some(now) = records.stage(opportunity).filter(|now| stages.iter().all(|s| s.id != now.id)) {
        stages.push(now);
        stages.sort_by_key(|s| (s.sequence, s.id));
    }
    let status = records.won_status(opportunity);
    let since = opportunity.standing.since.or(opportunity.meta.create_date);
    let days = since.map(|t| (cx.today - cx.environment.day(t)).num_days().max(0));
    let detail = match (status, days) {
        (WonStatus::Lost, _) => {
            let reason = opportunity.standing.lost_reason().map_or("", |r| records.name(r));
            if reason.is_empty() { tr!("lost") } else { tr!("lost: {}", reason) }
        }
        (_, Some(0)) => tr!("today"),
        (_, Some(days)) => tr!("{days} d", days),
        (_, None) => String::new(),
    };
    let current = records.stage(opportunity).and_then(|now| stages.iter().position(|s| s.id == now.id));
    let steps: Vec<Step> =
        stages.iter().map(|s| Step { title: &s.name, detail: detail.clone(), tooltip: &s.requirements }).collect();
    let mood = match status {
        WonStatus::Pending => Mood::Open,
        WonStatus::Won => Mood::Won,
        WonStatus::Lost => Mood::Lost,
    };
    if let Some(at) = stage_bar(ui, &steps, current, mood) {
        let ids = vec![opportunity.id];
        let command = match current == Some(at) {
            true => Command::Restore { ids },
            false => Command::MoveToStage { ids, stage: stages[at].id },
        };
        cx.execute(command);
    }
}
