//! All the other fields in two columns, and the description.

use eframe::egui::{CursorIcon, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use satchel_core::{
    Record,
    record::{Opportunity, WonStatus},
};
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    locale::text,
    shell::Context,
    views::{
        form::{Form, LABEL, ROW, columns::Columns, custom, def},
        format,
    },
    widgets::Row,
};

const LEFT: [&str; 6] = ["partner", "contact_name", "function", "email_from", "phone", "mobile"];
const RIGHT: [&str; 6] = ["user", "team", "date_deadline", "product", "source", "referred"];
const MORE_LEFT: [&str; 7] = ["partner_name", "street", "street2", "zip", "city", "state", "country"];
const MORE_RIGHT: [&str; 6] = ["campaign", "medium", "website", "email_cc", "type", "date_open"];

/// Returns the field whose conflict the person wants to see.
pub fn show(
    ui: &mut Ui,
    cx: &mut Context,
    form: &mut Form,
    opportunity: &Opportunity,
    record: &Record,
    more: &mut bool,
) -> Option<String> {
    let mut decide = None;
    let mut rows = |ui: &mut Ui, cx: &mut Context, fields: &[&'static str]| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for field in fields {
            let Some(def) = def(record.id().kind(), field) else { continue };
            let label = if *field == "contact_name" { tr!("Contact") } else { text(def.label) };
            if form.labelled(ui, cx, record, def, &label) {
                decide = Some((*field).to_owned());
            }
        }
    };
    let mut columns = Columns::new(ui);
    rows(&mut columns.left, cx, &LEFT);
    address(&mut columns.left, opportunity, more);
    rows(&mut columns.right, cx, &RIGHT);
    created(&mut columns.right, cx, opportunity);
    columns.end(ui);
    if *more {
        ui.add_space(-10.0);
        let mut columns = Columns::new(ui);
        rows(&mut columns.left, cx, &MORE_LEFT);
        rows(&mut columns.right, cx, &MORE_RIGHT);
        if opportunity.date_conversion.is_some() {
            rows(&mut columns.right, cx, &["date_conversion"]);
        }
        closed(&mut columns.right, cx, opportunity);
        columns.end(ui);
    }
    decide.or(custom::show(ui, cx, form, record, opportunity.team))
}

/// The address in one line; a click unfolds it and the rarer fields.
fn address(ui: &mut Ui, opportunity: &Opportunity, more: &mut bool) {
    let palette = palette(ui);
    let o = opportunity;
    let town =
        [o.zip.as_str(), o.city.as_str()].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(" ");
    let parts = [o.street.as_str(), o.street2.as_str(), town.as_str(), o.state.as_str(), o.country.as_str()];
    let text = parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", ");
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let name = if *more { tr!("Fewer fields") } else { tr!("More fields") };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, *more, &name));
    let hot = response.hovered() || response.has_focus();
    let mut label = Row::new(ui, Rect::from_min_size(rect.min, vec2(LABEL - 8.0, ROW)));
    label.text(&tr!("Address"), type_scale::BODY, palette.text3);
    let value = Rect::from_min_max(pos2(rect.left() + LABEL, rect.top()), rect.max);
    let mut row = Row::new(ui, value);
    let more_color = if hot { palette.accent } else { palette.text3 };
    row.icon_right(if *more { icons::EXPAND_LESS } else { icons::EXPAND_MORE }, 16.0, more_color);
    if text.is_empty() || hot {
        row.gap_right(2.0).text_right(&name, type_scale::SECONDARY, more_color);
        row.gap_right(8.0);
    }
    row.text(&text, type_scale::BODY, palette.text);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        *more = !*more;
    }
}

fn fact(ui: &mut Ui, label: &str, value: &str, detail: &str) {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{label}: {value} {detail}")));
    Row::new(ui, Rect::from_min_size(rect.min, vec2(LABEL - 8.0, ROW))).text(label, type_scale::BODY, palette.text3);
    let mut row = Row::new(ui, Rect::from_min_max(pos2(rect.left() + LABEL, rect.top()), rect.max));
    row.text(value, type_scale::BODY, palette.text);
    row.gap(4.0).text(detail, type_scale::BODY, palette.text3);
}

fn created(ui: &mut Ui, cx: &Context, opportunity: &Opportunity) {
    let Some(at) = opportunity.meta.create_date else { return };
    let from = cx.environment.day(at);
    let until = opportunity.standing.closed.map(|t| cx.environment.day(t));
    let days = (until.unwrap_or(cx.today) - from).num_days().max(0);
    let written = format::thousands(days as u64);
    let detail = match cx.records.won_status(opportunity) {
        _ if days == 0 => tr!("· today"),
        WonStatus::Pending => tr!("· {days} day open" | "· {days} days open" % days, days = written),
        WonStatus::Won => tr!("· {days} day until won" | "· {days} days until won" % days, days = written),
        WonStatus::Lost => tr!("· {days} day until lost" | "· {days} days until lost" % days, days = written),
    };
    fact(ui, &tr!("Created"), &format::full_day(from), &detail);
}

fn closed(ui: &mut Ui, cx: &Context, opportunity: &Opportunity) {
    let standing = &opportunity.standing;
    if let Some(at) = standing.closed {
        fact(ui, &tr!("Closed"), &format::full_day(cx.environment.day(at)), "");
    }
    if let Some(reason) = standing.lost_reason() {
        fact(ui, &tr!("Lost reason"), cx.records.name(reason), "");
    }
}

pub fn description(ui: &mut Ui, cx: &mut Context, form: &mut Form, record: &Record) {
    let palette = palette(ui);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    Row::new(ui, head).text(&tr!("Description"), type_scale::TITLE, palette.text);
    ui.add_space(-8.0);
    let Some(def) = def(record.id().kind(), "description") else { return };
    form.long_text(ui, cx, record, def, &tr!("Add a description"));
}
