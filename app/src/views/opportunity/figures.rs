//! Four figures: expected revenue, probability, what both make, and what comes again.

use eframe::egui::{CornerRadius, CursorIcon, Id, Popup, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use satchel_core::{
    Kind, Money, Record, Value,
    record::{Opportunity, WonStatus},
};
use tr::tr;

use super::sheet_box;
use crate::{
    design::{icons, palette, radius, type_scale},
    locale,
    shell::Context,
    views::{
        form::{Form, def, words},
        format, groups,
    },
    widgets::{Row, chip, menu, row::cut},
};

/// Returns the field whose conflict the person wants to see.
pub fn show(
    ui: &mut Ui,
    cx: &mut Context,
    form: &mut Form,
    opportunity: &Opportunity,
    record: &Record,
) -> Option<String> {
    let palette = palette(ui);
    let rect = sheet_box(ui, 68.0);
    let wide = rect.width() / 4.0;
    let cell = |at: usize| {
        let left = rect.left() + at as f32 * wide;
        Rect::from_min_size(pos2(left + 16.0, rect.top() + 10.0), vec2(wide - 26.0, 48.0))
    };
    for at in 1..4 {
        let x = rect.left() + at as f32 * wide;
        ui.painter().vline(x, rect.top() + 1.0..=rect.bottom() - 1.0, (1.0, palette.line));
    }
    let value = |cell: Rect| Rect::from_min_max(pos2(cell.left(), cell.top() + 17.0), cell.max);
    let label = |cell: Rect| Rect::from_min_size(cell.min, vec2(cell.width(), 16.0));
    let caption = |ui: &Ui, cell: Rect, text: &str| {
        Row::new(ui, label(cell)).text(text, type_scale::SECONDARY, palette.text3);
    };
    let mut decide = None;
    for (at, field) in [(0, "expected_revenue"), (1, "standing"), (3, "recurring_revenue"), (3, "recurring_plan")] {
        if record.meta().conflicts.iter().any(|c| c == field) {
            let end = label(cell(at)).translate(vec2(6.0, 0.0));
            if words::conflict_mark(ui, end, &words_of(field)).1 {
                decide = Some(field.to_owned());
            }
        }
    }

    let first = cell(0);
    caption(ui, first, &tr!("Expected revenue"));
    if let Some(def) = def(record.id().kind(), "expected_revenue") {
        form.styled(ui, cx, record, def, value(first), type_scale::FIGURE, &cx.money(Money(0)));
    }

    probability(ui, cx, form, opportunity, record, cell(1));

    let third = cell(2);
    caption(ui, third, &tr!("Probable turnover"));
    let turnover = cx.money(cx.records.prorated_revenue(opportunity));
    Row::new(ui, value(third)).text(&turnover, type_scale::FIGURE, palette.text);

    recurring(ui, cx, form, opportunity, record, cell(3));

    for (at, field) in [(0.0, "expected_revenue"), (1.0, "probability"), (3.0, "recurring_revenue")] {
        if form.is_wrong(field) {
            let left = rect.left() + 16.0 + wide * at;
            ui.add_space(-8.0);
            form.error(ui, field, left.min(rect.right() - 260.0));
        }
    }
    decide
}

fn words_of(field: &str) -> String {
    match field {
        "standing" => tr!("Where it stands"),
        field => def(Kind::Opportunity, field).map_or_else(String::new, |d| locale::text(d.label)),
    }
}

fn probability(ui: &mut Ui, cx: &mut Context, form: &mut Form, opportunity: &Opportunity, record: &Record, cell: Rect) {
    let palette = palette(ui);
    let open = cx.records.won_status(opportunity) == WonStatus::Pending;
    let mut head = Row::new(ui, Rect::from_min_size(cell.min, vec2(cell.width(), 16.0)));
    head.text(&tr!("Probability"), type_scale::SECONDARY, palette.text3);
    let room = Rect::from_min_max(pos2(cell.left(), cell.top() + 17.0), cell.max);
    let shown = format::percent(cx.records.probability(opportunity));
    if !open {
        Row::new(ui, room).text(&shown, type_scale::FIGURE, palette.text);
        return;
    }
    head.gap(4.0).icon(icons::EDIT, 14.0, palette.text3);
    let manual = form.sent(record, "probability", Value::from(opportunity.standing.probability));
    let auto = cx.records.stage(opportunity).map(|s| s.probability).unwrap_or_default();
    let now = match manual {
        Value::Percent(share) => share,
        _ => auto,
    };
    let text = format::percent(now);
    let width = cut(ui.painter(), &text, type_scale::FIGURE, palette.text, f32::INFINITY).size().x + 14.0;
    let focused = ui.memory(|m| m.has_focus(Form::field_id(record, "probability")));
    let field = match focused {
        true => room,
        false => Rect::from_min_size(room.min, vec2(width.min(room.width()), room.height())),
    };
    form.probability(ui, cx, record, now, field, type_scale::FIGURE);
    if manual == Value::Null || focused {
        return;
    }
    let text = tr!("{} auto", format::percent(auto));
    let tone = crate::design::tokens::Tone { text: palette.accent, fill: palette.accent, soft: palette.asoft };
    let wide = cut(ui.painter(), &text, type_scale::CAPTION, palette.accent, f32::INFINITY).size().x + 26.0;
    let mut at = pos2(field.right() + 2.0, field.center().y + 1.0);
    if at.x + wide > cell.right() + 8.0 {
        at = pos2(cell.right() + 8.0 - wide, cell.top() + 8.0);
    }
    let chip = chip::mark(ui.painter(), at, Some(icons::RESTORE), &text, tone);
    let response = ui.interact(chip, Id::unique(("auto", opportunity.id)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Back to {}", text)));
    if response.hovered() || response.has_focus() {
        let edge = eframe::egui::Stroke::new(1.0, palette.accent);
        ui.painter().rect_stroke(chip, CornerRadius::same(radius::MARK), edge, eframe::egui::StrokeKind::Inside);
    }
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        form.begin(cx, record, "probability");
        form.save(cx, record, "probability", Value::Null);
    }
}

fn recurring(ui: &mut Ui, cx: &mut Context, form: &mut Form, opportunity: &Opportunity, record: &Record, cell: Rect) {
    let palette = palette(ui);
    let plan = form.current(record, "recurring_plan");
    let plan = match &plan {
        Value::Text(plan) => plan.as_str(),
        _ => "",
    };
    let title = match plan {
        "" => tr!("Recurring, monthly"),
        "Monthly" => tr!("Recurring, monthly plan"),
        "Yearly" => tr!("Recurring, yearly plan"),
        over => tr!("Recurring, {}", groups::within(over)),
    };
    let label = Rect::from_min_size(cell.min, vec2(cell.width(), 16.0));
    let response = ui.interact(label.expand2(vec2(4.0, 2.0)), Form::field_id(record, "recurring_plan"), Sense::click());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, tr!("Recurring plan"));
        info.current_text_value = Some(locale::text(plan));
        info
    });
    let hot = response.hovered() || response.has_focus();
    let mut row = Row::new(ui, label);
    row.text(&title, type_scale::SECONDARY, if hot { palette.text } else { palette.text3 });
    row.gap(1.0).icon(icons::EXPAND_MORE, 14.0, palette.text3);
    let mut chosen = None;
    Popup::menu(&response).gap(4.0).width(160.0).show(|ui| {
        for option in ["Monthly", "Yearly", "Over 3 years", "Over 5 years"] {
            if menu::choice(ui, &locale::text(option), plan == option).clicked() {
                chosen = Some(option);
            }
        }
    });
    if let Some(option) = chosen {
        form.begin(cx, record, "recurring_plan");
        form.save(cx, record, "recurring_plan", Value::from(option));
    }

    let room = Rect::from_min_max(pos2(cell.left(), cell.top() + 17.0), cell.max);
    let monthly = opportunity.recurring_revenue_monthly();
    let focused = ui.memory(|m| m.has_focus(Form::field_id(record, "recurring_revenue")));
    let amount = cx.money(monthly);
    let width = cut(ui.painter(), &amount, type_scale::FIGURE, palette.text, f32::INFINITY).size().x + 14.0;
    let field = match focused {
        true => room,
        false => Rect::from_min_size(room.min, vec2(width.min(room.width()), room.height())),
    };
    form.shown_as(ui, cx, record, "recurring_revenue", &amount, field, type_scale::FIGURE);
    if !focused {
        let after =
            Rect::from_min_max(pos2(field.right() - 8.0, field.top() + 5.0), pos2(cell.right() + 8.0, field.bottom()));
        Row::new(ui, after).text(&tr!("a month"), type_scale::SECONDARY, palette.text3);
    }
}
