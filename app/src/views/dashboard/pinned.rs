//! The reports that a person put on their dashboard, each as it looks; what they show opens as it does in the report.

use std::{collections::HashMap, rc::Rc};

use eframe::egui::{CursorIcon, Id, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{
    DocId,
    query::{
        Asker, Listing, Query,
        pivot::{self, Layout},
    },
    record::Favourite,
};
use tr::tr;

use super::GAP;
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::{self, Locale},
    shell::{Action, Context},
    views::{
        answer::Answer,
        format,
        reporting::{Answered, pin_command, speak},
    },
    widgets::{Row, button::icon_button_at, card, graph, line::focus_ring},
};

#[derive(Default)]
pub struct Pinned {
    answers: HashMap<DocId, Answer<Asked, Result<Answered, String>>>,
}

#[derive(Clone, PartialEq)]
struct Asked {
    revision: u64,
    query: Query,
    layout: Layout,
    asker: Asker,
    locale: Locale,
}

const TILE: f32 = 264.0;
/// Narrower ones stand under each other.
const NARROW: f32 = 380.0;

impl Pinned {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, area: Rect) {
        let reports = cx.records.pinned_reports(cx.user);
        self.answers.retain(|id, _| reports.iter().any(|report| report.id == *id));
        let abreast = ((area.width() + GAP) / (NARROW + GAP)).floor().clamp(1.0, 4.0).min(reports.len() as f32);
        let wide = (area.width() - GAP * (abreast - 1.0)) / abreast;
        let rows = (reports.len() as f32 / abreast).ceil();
        let high = TILE.max((area.height() - GAP * (rows - 1.0)) / rows).min(420.0);
        let mut child = ui.new_child(UiBuilder::new().max_rect(area).id_salt("pinned"));
        ScrollArea::vertical().id_salt("pinned").auto_shrink(false).show(&mut child, |ui| {
            let size = vec2(area.width(), rows * (high + GAP) - GAP);
            let (whole, _) = ui.allocate_exact_size(size, Sense::hover());
            for (at, report) in reports.into_iter().enumerate() {
                let (row, column) = (at / abreast as usize, at % abreast as usize);
                let corner = pos2(whole.left() + (wide + GAP) * column as f32, whole.top() + (high + GAP) * row as f32);
                let rect = Rect::from_min_size(corner, vec2(wide, high));
                if ui.is_rect_visible(rect) {
                    self.tile(ui, cx, rect, report);
                }
            }
        });
    }

    fn tile(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect, report: &Favourite) {
        let p = palette(ui);
        let inner = card::at(ui, rect, vec2(14.0, 8.0));
        let head = Rect::from_min_size(inner.min, vec2(inner.width(), size::CONTROL));
        let place = Rect::from_min_max(head.min, pos2(head.right() - 30.0, head.bottom()));
        let response = ui.interact(place, Id::unique(("pinned", report.id)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Open the report {}", report.name)));
        let color = if response.hovered() { p.accent } else { p.text };
        if response.has_focus() {
            focus_ring(ui.painter(), place.expand2(vec2(4.0, 0.0)), radius::CONTROL, p);
        }
        let pin = Rect::from_center_size(pos2(head.right() - 12.0, head.center().y), vec2(24.0, 24.0));
        let name = tr!("Take {} off my dashboard", report.name);
        let id = Id::unique(("unpin", report.id));
        if icon_button_at(ui, pin, id, icons::PIN_FILLED, &name, size::ICON_SMALL).clicked() {
            let command = pin_command(cx, report.id, &report.pinned, false);
            cx.execute(command);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            cx.actions.push(Action::Report(report.id));
        }
        let mut row = Row::new(ui, place);
        let body = Rect::from_min_max(pos2(inner.left(), head.bottom() + 6.0), inner.max);
        let told = self.answered(cx, report);
        let (listing, look, answered) = match &told {
            Some((listing, look, answered)) => match &**answered {
                Ok(answered) => (*listing, look, answered),
                Err(why) => {
                    row.text(&report.name, type_scale::CARD_TITLE, color);
                    crate::widgets::row::paragraph(
                        ui.painter(),
                        body.min,
                        why,
                        type_scale::SECONDARY,
                        p.text2,
                        body.width(),
                    );
                    return;
                }
            },
            None => {
                row.text(&report.name, type_scale::CARD_TITLE, color);
                return;
            }
        };
        let currency = format::currency(cx.records).to_owned();
        let words = speak(answered.pivot.measure.unit, &currency, listing);
        let total = match answered.pivot.number(&answered.pivot.total) {
            pivot::Number::None => "–".to_owned(),
            number => (words.borrow().write)(number.as_f64()),
        };
        row.text_right(&total, type_scale::CARD_TITLE, p.text);
        row.gap_right(10.0).text(&report.name, type_scale::CARD_TITLE, color);
        if answered.is_empty() {
            crate::widgets::line::line_center(
                ui.painter(),
                body.center(),
                body.width(),
                crate::widgets::Line::new(&tr!("Nothing to count"), type_scale::BODY, p.text3),
            );
            return;
        }
        let is_pie = look.graph == pivot::Graph::Pie;
        let (drawn, kind) = match look.graph {
            pivot::Graph::Pie => (&answered.pie, graph::Kind::Pie),
            pivot::Graph::Line => (&answered.graph, graph::Kind::Lines),
            _ => (&answered.graph, graph::Kind::Bars { stacked: !look.apart && answered.adds_up() }),
        };
        let id = Id::unique(("pinned graph", report.id));
        if let Some(mark) = graph::show(ui, body, id, drawn, kind, &words.borrow()) {
            cx.actions.push(Action::Ask(listing, answered.drill(mark, is_pie)));
        }
    }

    /// The last answer; nothing before the first, or of a report that a newer version wrote.
    fn answered(&mut self, cx: &mut Context, report: &Favourite) -> Option<Told> {
        let (query, look) = report.question().zip(report.look())?;
        let listing = Listing::named(&report.listing)?;
        let layout = Layout { rows: query.group_by.iter().take(2).cloned().collect(), ..look.layout.clone() };
        let asker = cx.asker();
        let asked =
            Asked { revision: cx.records.revision, query, layout, asker: asker.clone(), locale: locale::current() };
        let answer = self.answers.entry(report.id).or_default();
        answer.turn(&asked);
        if !answer.is_busy(&asked) {
            let (query, layout) = (asked.query.clone(), asked.layout.clone());
            answer.ask(cx, asked, move |records| Answered::of(records, listing, &query, &layout, &asker));
        }
        Some((listing, look, Rc::clone(answer.shown()?)))
    }
}

type Told = (Listing, pivot::Look, Rc<Result<Answered, String>>);
