//! A warning, while something is being written down, that it may be here already (spec §1 Duplicates).

use eframe::egui::{CornerRadius, Frame, Margin, Rect, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use satchel_core::{
    DocId, Kind, Record, Value,
    command::Fields,
    query::duplicates::{self, Duplicate, Likeness, Probe},
    record::WonStatus,
};
use tr::tr;

use super::merge;
use crate::{
    design::{icons, palette, radius, type_scale},
    locale,
    shell::Context,
    widgets::{Row, button::icon_button_sized},
};

/// How many are named.
const SHOWN: usize = 3;

/// Looked for again when something else is typed, or the records have changed.
#[derive(Default)]
pub struct Alike {
    key: Option<(u64, Probe)>,
    found: Vec<Duplicate>,
    /// The record for which the warning was put away.
    away: Option<DocId>,
}

impl Alike {
    fn find(&mut self, cx: &Context, kind: Kind, probe: Probe) {
        let key = Some((cx.records.revision, probe));
        if self.key != key {
            self.found = key.as_ref().map(|(_, probe)| duplicates::like(cx.records, kind, probe)).unwrap_or_default();
            self.key = key;
        }
    }

    /// In a dialog or a card that makes a record of a kind: the line that names the first one, to be opened. Returns the
    /// record that was clicked.
    pub fn line(&mut self, ui: &mut Ui, cx: &mut Context, kind: Kind, typed: &Fields) -> Option<DocId> {
        self.find(cx, kind, Probe::of_fields(cx.records, kind, typed));
        let is_open = |id: DocId| kind != Kind::Opportunity || cx.won_status(id) == WonStatus::Pending;
        let open: Vec<&Duplicate> = self.found.iter().filter(|d| is_open(d.id)).collect();
        let first = open.first()?;
        let (name, why) = (cx.records.name(first.id), words(first));
        let text = match open.len() - 1 {
            0 => format!("{name} ({why})"),
            more => tr!("{name} and {more} more ({why})", name, more, why),
        };
        let p = palette(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Link, true, tr!("Looks like {}", text)));
        let mut row = Row::new(ui, rect);
        row.icon(icons::WARNING, 14.0, p.due.text);
        row.gap(6.0).text(&tr!("Looks like"), type_scale::SECONDARY, p.due.text);
        let color = if response.hovered() || response.has_focus() { p.accent2 } else { p.accent };
        row.gap(4.0).text(&text, type_scale::SECONDARY.medium(), color);
        response.on_hover_text(tr!("Open it")).clicked().then_some(first.id)
    }

    /// On the form of a record: those it looks like, to be opened or merged. `typed` is what is in its fields and not saved yet.
    pub fn panel(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record, typed: Fields) {
        let id = record.id();
        if self.away.is_some_and(|away| away != id) {
            self.away = None;
        }
        let mut probe = Probe::of(record);
        if !typed.is_empty() {
            let more = Probe::of_fields(cx.records, id.kind(), &typed);
            probe.emails.extend(more.emails);
            probe.phones.extend(more.phones);
        }
        self.find(cx, id.kind(), probe);
        let is_closed = id.kind() == Kind::Opportunity && cx.won_status(id) != WonStatus::Pending;
        if is_closed || record.meta().deleted || record.meta().archived || self.away == Some(id) {
            return;
        }
        // One customer's several opportunities are nothing to warn of, though they have one e-mail address; leads are.
        let is_lead = |id: DocId| cx.records.opportunities.get(&id).is_some_and(|o| o.is_lead());
        let is_known = |d: &Duplicate| d.alike.contains(&Likeness::Customer) && !is_lead(id) && !is_lead(d.id);
        let found: Vec<Duplicate> = self.found.iter().filter(|d| !is_known(d)).cloned().collect();
        if found.is_empty() {
            return;
        }
        let p = palette(ui);
        let frame = Frame::new()
            .fill(p.due.soft)
            .stroke(Stroke::new(1.0, p.line2))
            .corner_radius(CornerRadius::same(radius::CARD))
            .inner_margin(Margin { left: 12, right: 8, top: 6, bottom: 6 });
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = 0.0;
            for (at, like) in found.iter().take(SHOWN).enumerate() {
                let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
                let mut right = rect;
                if at == 0 {
                    let close = Rect::from_center_size(rect.right_center() - vec2(14.0, 0.0), vec2(24.0, 24.0));
                    let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(close));
                    if icon_button_sized(&mut child, icons::CLOSE, &tr!("Hide the duplicates"), close.size(), 14.0)
                        .clicked()
                    {
                        self.away = Some(id);
                    }
                }
                right.max.x -= 30.0;
                right.max.x = merge::links(ui, right, cx, id, like.id) - 8.0;
                let mut row = Row::new(ui, right);
                match at {
                    0 => {
                        row.icon(icons::WARNING, 16.0, p.due.text);
                        row.gap(8.0).text(&tr!("Looks like"), type_scale::BODY, p.due.text);
                    }
                    _ => _ = row.gap(24.0).text(&tr!("and"), type_scale::BODY, p.due.text),
                }
                let (name, why) = (cx.records.name(like.id), words(like));
                row.gap(5.0).text(name, type_scale::VALUE, p.text);
                row.gap(8.0).text(&why, type_scale::SECONDARY, p.text2);
                let spoken = tr!("Looks like {name}, {why}", name, why);
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
            }
            if found.len() > SHOWN {
                let text = tr!("and {} more", found.len() - SHOWN);
                ui.label(type_scale::SECONDARY.text(text).color(p.text2));
            }
        });
    }
}

/// `same e-mail, same phone`
pub fn words(duplicate: &Duplicate) -> String {
    duplicate.alike.iter().map(|likeness| locale::text(likeness.words())).collect::<Vec<_>>().join(", ")
}

/// A field as it is being typed.
pub fn typed(field: &str, text: &str) -> Option<(String, Value)> {
    (!text.trim().is_empty()).then(|| (field.to_owned(), Value::from(text.trim())))
}
