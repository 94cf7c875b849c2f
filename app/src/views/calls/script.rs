//! What the operator says, step by step, and what is known about who is called.

use eframe::egui::{CursorIcon, Id, Rect, Sense, Ui, WidgetInfo, accesskit::Role, pos2, vec2};
use satchel_core::{
    DocId,
    query::calls,
    record::{Call, WonStatus},
};
use tr::tr;

use super::faces;
use crate::{
    design::{Icon, icons, palette, radius, type_scale},
    shell::{Action, Context, Page},
    views::format,
    widgets::{
        Line, Row, icon_button, line,
        line::{focus_ring, line_center},
        row::paragraph,
    },
};

/// One step: what to do, and the words for it.
#[derive(Debug, PartialEq)]
struct Step<'a> {
    title: &'a str,
    body: String,
}

/// Steps are parted by empty lines, the first line of each says what it is about; without empty lines every line is a step.
fn steps(script: &str) -> Vec<Step<'_>> {
    let lines: Vec<&str> = script.lines().map(str::trim).collect();
    let trimmed = script.trim();
    if !trimmed.lines().any(|line| line.trim().is_empty()) {
        let full = lines.into_iter().filter(|line| !line.is_empty());
        return full.map(|title| Step { title, body: String::new() }).collect();
    }
    let blocks = lines.split(|line| line.is_empty()).filter(|block| !block.is_empty());
    blocks.map(|block| Step { title: block[0], body: block[1..].join("\n") }).collect()
}

/// What the person wants of the script.
pub enum Wish {
    Edit,
}

/// Draws the script of a list; `at` is how many steps are done, which clicks change.
pub fn show(ui: &mut Ui, cx: &mut Context, list: DocId, at: &mut usize) -> Option<Wish> {
    let p = palette(ui);
    let list = cx.records.call_lists.get(&list)?;
    let mut wish = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        ui.label(type_scale::CARD_TITLE.text(tr!("Script")).color(p.text));
        let (_, room) = ui.allocate_space(vec2((ui.available_width() - 34.0).max(0.0), 24.0));
        line(ui.painter(), room.left_center(), room.width(), Line::new(&list.name, type_scale::SECONDARY, p.text3));
        if icon_button(ui, icons::EDIT, &tr!("Edit the list and its script")).clicked() {
            wish = Some(Wish::Edit);
        }
    });
    let steps = steps(&list.script);
    if steps.is_empty() {
        let says = tr!("No script yet: write down what is to be said.");
        ui.label(type_scale::SECONDARY.text(says).color(p.text3));
    }
    for (number, step) in steps.iter().enumerate() {
        if row(ui, number, step, *at) {
            *at = if *at == number + 1 { number } else { number + 1 };
        }
    }
    wish
}

const DISC: f32 = 22.0;

fn row(ui: &mut Ui, number: usize, step: &Step, at: usize) -> bool {
    let p = palette(ui);
    let left = DISC + 10.0;
    let width = (ui.available_width() - left).max(40.0);
    let measure = crate::widgets::row::wrapped(ui.painter(), step.title, type_scale::VALUE, p.text, width);
    let body = (!step.body.is_empty())
        .then(|| crate::widgets::row::wrapped(ui.painter(), &step.body, type_scale::SECONDARY, p.text2, width));
    let height = (measure.size().y + body.as_ref().map_or(0.0, |body| body.size().y + 2.0)).max(DISC) + 10.0;
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let done = number < at;
    let name = tr!("Step {number}: {what}", number = number + 1, what = step.title);
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, done, &name));
    let disc = pos2(rect.left() + DISC / 2.0, rect.top() + DISC / 2.0 - 1.0);
    let (fill, ink) = match number.cmp(&at) {
        std::cmp::Ordering::Less => (p.ok.soft, p.ok.text),
        std::cmp::Ordering::Equal => (p.accent, p.onaccent),
        std::cmp::Ordering::Greater => (p.sunken, p.text2),
    };
    ui.painter().circle_filled(disc, DISC / 2.0, fill);
    if done {
        icons::paint(ui.painter(), icons::CHECK, disc, 14.0, ink);
    } else {
        line_center(ui.painter(), disc, DISC, Line::new(&(number + 1).to_string(), type_scale::CAPTION, ink));
    }
    let corner = pos2(rect.left() + left, rect.top());
    let color = if done { p.text2 } else { p.text };
    let title = paragraph(ui.painter(), corner, step.title, type_scale::VALUE, color, width);
    if !step.body.is_empty() {
        let under = pos2(corner.x, title.bottom() + 2.0);
        paragraph(ui.painter(), under, &step.body, type_scale::SECONDARY, p.text2, width);
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect.expand2(vec2(4.0, 0.0)), radius::CONTROL, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand).clicked()
}

/// So much of what is known is shown.
const KNOWN: usize = 5;

/// The latest deals, calls and so on of who is called.
pub fn known(ui: &mut Ui, cx: &mut Context, call: &Call) {
    let p = palette(ui);
    let records = cx.records;
    let Some(customer) = call.partner.map(|id| records.head(id)) else { return };
    let mut facts: Vec<(Icon, String, String, Action)> = Vec::new();
    let is_theirs = |id: Option<DocId>| id.is_some_and(|id| records.head(id) == customer);
    let live = records.opportunities.values().filter(|o| !o.meta.deleted && !o.is_lead() && is_theirs(o.partner));
    let mut deals: Vec<_> = live.collect();
    deals.sort_by_key(|deal| std::cmp::Reverse(deal.meta.arrival));
    for deal in deals.into_iter().take(KNOWN - 2) {
        let state = match records.won_status(deal) {
            WonStatus::Won => tr!("Won"),
            WonStatus::Lost => tr!("Lost"),
            WonStatus::Pending => records.stage(deal).map_or_else(String::new, |stage| stage.name.clone()),
        };
        let says = format!("{state} · {}", cx.money(deal.expected_revenue));
        facts.push((icons::TAG, deal.name.clone(), says, Action::Open(Page::Opportunity(deal.id))));
    }
    let before = calls::of_record(records, customer).into_iter().filter(|other| other.id != call.id);
    for other in before.filter(|other| other.state == Call::CALLED).take(KNOWN - facts.len().min(KNOWN)) {
        let who = other.done_by.or(other.user).map_or("", |user| records.name(user));
        let day = other.date.map_or_else(String::new, |date| cx.day(cx.environment.day(date)));
        let minutes = other.minutes();
        let says = if minutes > 0 { tr!("Call, {minutes} min", minutes) } else { tr!("Call") };
        let detail = [day, who.to_owned()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · ");
        facts.push((icons::CALL, says, detail, Action::Call(super::CallAsk::Open(other.id))));
    }
    ui.add_space(6.0);
    let (rule, _) = ui.allocate_exact_size(vec2(ui.available_width(), 13.0), Sense::hover());
    ui.painter().hline(rule.x_range(), rule.center().y, (1.0, p.line));
    ui.label(type_scale::CARD_TITLE.text(tr!("Known about {}", records.name(customer))).color(p.text));
    if facts.is_empty() {
        ui.label(type_scale::SECONDARY.text(tr!("Nothing yet.")).color(p.text3));
    }
    for (number, (icon, title, detail, action)) in facts.into_iter().enumerate() {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
        let id = ui.scope_id().with(("known", number));
        if faces::line_button(ui, rect, id, &format!("{title}, {detail}"), |ui, rect| {
            fact(ui, rect, icon, &title, &detail)
        }) {
            cx.actions.push(action);
        }
    }
}

fn fact(ui: &Ui, rect: Rect, icon: Icon, title: &str, detail: &str) {
    let p = palette(ui);
    let mut row = Row::new(ui, rect);
    row.icon(icon, 16.0, p.text2);
    row.gap(10.0);
    row.text_right(detail, type_scale::SECONDARY, p.text3);
    row.gap_right(8.0);
    row.text(title, type_scale::BODY, p.text);
}

/// What is said of colleagues at the foot.
pub fn promise(ui: &Ui, rect: Rect, id: Id, connected: bool) {
    let p = palette(ui);
    let says = match connected {
        true => tr!(
            "Nobody else online is offered this call. If a colleague calls the same number offline, both calls will show here."
        ),
        false => tr!("No colleague is connected: if one calls the same number meanwhile, both calls will show here."),
    };
    icons::paint(ui.painter(), icons::INFO, rect.min + vec2(8.0, 8.0), 16.0, p.text3);
    paragraph(
        ui.painter(),
        rect.min + vec2(24.0, 0.0),
        &says,
        type_scale::SECONDARY,
        p.text2,
        (rect.width() - 24.0).max(40.0),
    );
    ui.interact(rect, id, Sense::hover()).widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
}

/// How many minutes are told of a call that took so long.
pub fn minutes(seconds: i64) -> i64 {
    (seconds.max(0) + 59) / 60
}

/// `02:41`, `1:02:41`
pub fn timer(seconds: i64) -> String {
    let seconds = seconds.max(0);
    match seconds / 3600 {
        0 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// `Today 14:30`, `Mon 16 Nov 10:00`
pub fn due(cx: &Context, at: chrono::DateTime<chrono::Utc>) -> String {
    let clock = format::clock(at, cx.environment);
    match cx.environment.day(at) {
        day if day == cx.today => clock,
        day => format!("{} {clock}", cx.day(day)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_steps() {
        let found = steps("Say who you are\n“Vicki from MavenTech”\n\nAsk how it goes\n\n\nThank");
        let titles: Vec<&str> = found.iter().map(|step| step.title).collect();
        assert_eq!(titles, ["Say who you are", "Ask how it goes", "Thank"]);
        assert_eq!(found[0].body, "“Vicki from MavenTech”");
        assert_eq!(steps("Hello\nAsk\nThank\n").len(), 3);
        assert!(steps(" \n\n").is_empty());
    }

    #[test]
    fn minutes_are_begun_ones() {
        assert_eq!([0, 1, 60, 61].map(minutes), [0, 1, 1, 2]);
        assert_eq!((timer(161), timer(3_761)), ("02:41".to_owned(), "1:02:41".to_owned()));
    }
}
