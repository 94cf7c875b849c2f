//! What may follow the call in hand: its opportunity, a meeting, another call.

use eframe::egui::{Key, Rect, Sense, Stroke, StrokeKind, Ui, vec2};
use satchel_core::{Command, DocId, Kind, record::Call};
use tr::tr;

use super::super::{CallAsk, faces};
use crate::{
    design::{icons, palette, radius, type_scale},
    shell::{Action, Context, Page, UiCommand},
    views::meeting::MeetingAsk,
    widgets::{Line, Row, key_cap, line},
};

/// What may follow a call.
pub(super) fn after(ui: &mut Ui, cx: &mut Context, call: &Call) {
    let p = palette(ui);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let title = tr!("After this call");
    line(ui.painter(), head.left_center(), 300.0, Line::new(&title, type_scale::CARD_TITLE, p.text));
    let is_here = |id: &DocId| cx.records.opportunities.get(id).is_some_and(|o| !o.meta.deleted);
    let deal = call.opportunity.filter(is_here);
    let first = match deal {
        Some(deal) => (tr!("Open its opportunity"), cx.records.name(deal).to_owned()),
        None => (tr!("Make it an opportunity"), tr!("With this customer, the numbers and the notes")),
    };
    let rows = [
        (icons::TAG, first.0, first.1, Key::O, "O"),
        (icons::CALENDAR, tr!("Plan a meeting"), tr!("{} and you", call.name), Key::M, "M"),
        (icons::CALL, tr!("Schedule another call"), tr!("Copies customer, numbers and priority"), Key::R, "R"),
    ];
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0 * rows.len() as f32), Sense::hover());
    ui.painter().rect(area, radius::CARD, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    for (at, (icon, title, detail, key, cap)) in rows.into_iter().enumerate() {
        let rect = Rect::from_min_size(area.min + vec2(0.0, 40.0 * at as f32), vec2(area.width(), 40.0));
        if at > 0 {
            ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
        }
        let inner = rect.shrink2(vec2(16.0, 2.0));
        let pressed = UiCommand::key_pressed(ui.ctx(), key);
        let clicked = faces::line_button(ui, inner, ui.scope_id().with(("after", at)), &title, |ui, rect| {
            let mut row = Row::new(ui, rect);
            row.icon(icon, 18.0, p.text2);
            row.gap(10.0).text(&title, type_scale::VALUE, p.text);
            let width = key_cap::width(ui.painter(), cap);
            let place = row.place_right(vec2(width, 20.0));
            key_cap::paint(ui.painter(), place.left_center(), cap, p, None);
            row.gap_right(8.0);
            row.gap(10.0).text(&detail, type_scale::SECONDARY, p.text2);
        });
        if !clicked && !pressed {
            continue;
        }
        match (at, deal) {
            (0, Some(deal)) => cx.open(Page::Opportunity(deal)),
            (0, None) => {
                let opportunity = cx.new_id(Kind::Opportunity);
                cx.execute(Command::CallToOpportunity { id: call.id, opportunity });
            }
            (1, _) => {
                let about = deal.or(call.partner);
                cx.actions.push(Action::Meeting(MeetingAsk::New { when: None, about }));
            }
            _ => cx.actions.push(Action::Call(CallAsk::Again(call.id))),
        }
    }
}
