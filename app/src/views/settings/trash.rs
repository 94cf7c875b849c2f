//! The trash: whatever was thrown away, of any kind, to be taken back.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use eframe::egui::{Frame, Margin, Rect, Role, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    Command, DocId, Kind, Records,
    query::{ListQuery, Listing, fold},
};
use tr::tr;

use super::parts;
use crate::{
    design::{icons, palette, radius, size, type_scale},
    shell::Context,
    views::format,
    widgets::{Button, Input, Row, empty},
};

#[derive(Default)]
pub struct Trash {
    find: String,
    /// What is in it, newest first, at which revision and for which words.
    found: (Option<(u64, String)>, Vec<Thrown>),
}

struct Thrown {
    id: DocId,
    name: String,
    when: Option<DateTime<Utc>>,
    who: Option<DocId>,
    /// The stage that took its place.
    heir: Option<DocId>,
}

const ROW: f32 = 40.0;

impl Trash {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.find_all(cx);
        let area = ui.max_rect();
        if self.found.1.is_empty() && self.find.is_empty() {
            empty::show(
                ui,
                icons::DELETE,
                &tr!("The trash is empty"),
                &tr!("What is thrown away waits here, and can be taken back."),
                &[],
            );
            return;
        }
        let margin = Margin { left: 8, right: size::VIEW_MARGIN as i8, top: 0, bottom: 16 };
        Frame::new().inner_margin(margin).show(ui, |ui| {
            ui.set_max_width(super::WIDTH.min(ui.available_width()));
            ui.spacing_mut().item_spacing.y = 0.0;
            let says = tr!("What was thrown away, newest first. Taken back, it is as it was.");
            parts::heading(ui, &tr!("Trash"), &says);
            let (name, hint) = (tr!("Find in the trash"), tr!("Find"));
            Input::new(&mut self.find, &name).hint(&hint).icon(icons::SEARCH).width(280.0).show(ui);
            ui.add_space(10.0);
            let p = palette(ui);
            let outer = Rect::from_min_max(
                ui.cursor().min,
                pos2(ui.cursor().min.x + ui.available_width(), area.bottom() - 16.0),
            );
            let wanted = ROW * self.found.1.len() as f32 + 2.0;
            let outer = Rect::from_min_size(outer.min, vec2(outer.width(), outer.height().min(wanted.max(ROW))));
            ui.painter().rect(outer, radius::CARD, p.card, Stroke::new(1.0, p.line), eframe::egui::StrokeKind::Inside);
            let mut child = ui.new_child(UiBuilder::new().max_rect(outer.shrink(1.0)).id_salt("thrown"));
            child.spacing_mut().item_spacing.y = 0.0;
            if self.found.1.is_empty() {
                let response = ui.interact(outer, ui.scope_id().with("none"), Sense::hover());
                let none = tr!("Nothing of that name");
                response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &none));
                Row::new(&child, outer.shrink2(vec2(16.0, 0.0))).text(&none, type_scale::BODY, p.text3);
            }
            ScrollArea::vertical().auto_shrink(false).show_rows(&mut child, ROW, self.found.1.len(), |ui, rows| {
                for thrown in &self.found.1[rows] {
                    one(ui, cx, thrown);
                }
            });
            ui.allocate_rect(outer, Sense::hover());
        });
    }

    fn find_all(&mut self, cx: &Context) {
        let records = cx.records;
        let key = Some((records.revision, fold(self.find.trim())));
        if self.found.0 == key {
            return;
        }
        let words = fold(self.find.trim());
        let lists = Listing::ALL.into_iter().filter(|l| *l != Listing::Activities);
        let thrown = lists.flat_map(|listing| {
            let query = ListQuery { trash: true, ..ListQuery::new(listing, cx.asker()) };
            query.ids(records)
        });
        let mut found: Vec<Thrown> = thrown
            .map(|id| {
                let meta = records.meta(id);
                let heir = records.stage_now(id).map(|s| s.id).filter(|heir| *heir != id);
                Thrown {
                    id,
                    name: records.name(id).to_owned(),
                    when: meta.and_then(|m| m.write_date),
                    who: meta.and_then(|m| m.write_user),
                    heir,
                }
            })
            .filter(|t| words.is_empty() || fold(&t.name).contains(&words))
            .collect();
        found.sort_by_key(|t| (Reverse(t.when), t.id));
        self.found = (key, found);
    }
}

fn one(ui: &mut Ui, cx: &mut Context, thrown: &Thrown) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    let kind = kind(cx.records, thrown.id);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{kind} {}", thrown.name)));
    ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line));
    let mut row = Row::new(ui, rect.shrink2(vec2(16.0, 0.0)));
    let place = row.place_right(vec2(84.0, size::CONTROL_SMALL));
    let mut child = ui.new_child(UiBuilder::new().max_rect(place));
    let (words, name) = (tr!("Restore"), tr!("Restore {}", thrown.name));
    if child.add(Button::new(&words).small().icon(icons::RESTORE).width(84.0).name(&name)).clicked() {
        cx.execute(Command::Restore { ids: vec![thrown.id] });
    }
    row.gap_right(12.0);
    let when = thrown.when.map(|t| cx.day(cx.environment.day(t))).unwrap_or_default();
    let who = thrown.who.map_or("", |u| cx.records.name(u));
    let cell = row.place_right(vec2(190.0, 18.0));
    Row::new(ui, cell).text_right(&format!("{who} · {when}"), type_scale::SECONDARY, p.text3);
    row.gap_right(12.0);
    let cell = row.place(vec2(104.0, 18.0));
    Row::new(ui, cell).text(&kind, type_scale::SECONDARY, p.text3);
    row.text(&thrown.name, type_scale::VALUE, p.text);
    if let Some(heir) = thrown.heir {
        row.gap(8.0).text(&tr!("now in {}", cx.records.name(heir)), type_scale::SECONDARY, p.text3);
    }
}

fn kind(records: &Records, id: DocId) -> String {
    let lead = id.kind() == Kind::Opportunity && records.opportunities.get(&id).is_some_and(|o| o.is_lead());
    let kind = if lead { "lead".to_owned() } else { id.kind().singular().replace('_', " ") };
    format::capital(&crate::locale::text(&kind))
}
