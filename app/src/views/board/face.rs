//! What a card says, put into words once per revision, and how it is painted.

use chrono::{Datelike, NaiveDate};
use eframe::egui::{Color32, Painter, Pos2, Rect, Stroke, StrokeKind, pos2};
use satchel_core::{
    DocId, Records,
    query::board::{self, Card},
    record::{ActivityState, WonStatus},
};
use tr::tr;

use crate::{
    design::{Icon, Palette, icons, radius, shadow, size, type_scale},
    locale,
    views::format,
    widgets::{Line, avatar, chip, line, line_right, stars},
};

/// How a piece of text is meant; the palette makes a colour of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tint {
    Quiet,
    Plain,
    Ok,
    Due,
    Late,
}

impl Tint {
    pub fn color(self, palette: &Palette) -> Color32 {
        match self {
            Tint::Quiet => palette.text3,
            Tint::Plain => palette.text2,
            Tint::Ok => palette.ok.text,
            Tint::Due => palette.due.text,
            Tint::Late => palette.late.text,
        }
    }
}

/// A card in words, ready to be painted.
pub struct Face {
    pub id: DocId,
    pub title: String,
    customer: String,
    amount: String,
    date: String,
    date_tint: Tint,
    activity: String,
    activity_icon: Icon,
    activity_tint: Tint,
    stars: i64,
    /// The mark a person gave it, 0 for none.
    color: i64,
    tags: Vec<(String, u64)>,
    person: Option<(String, u64)>,
    two_values: Option<String>,
    rotting: Option<String>,
    unread: bool,
    /// `GTX Pro, Umbrella Corporation, $48,210, Proposition`
    pub name: String,
    /// The rest of it, for people who do not see the card.
    pub description: String,
}

impl Face {
    /// Nothing if the opportunity is not here.
    pub fn of(records: &Records, id: DocId, today: NaiveDate, stage: &str, unread: bool) -> Option<Face> {
        let card = board::card(records, id, today)?;
        let amount = format::money(card.expected_revenue, format::currency(records));
        let (date, date_tint) = date(&card, today);
        let (activity, activity_icon, activity_tint) = activity(records, &card, today);
        let person = card.user.as_ref().map(|(id, name)| (format::initials(name), format::person_number(*id)));
        let two_values = match card.conflicts.len() {
            0 => None,
            1 => Some(tr!("2 values")),
            n => Some(tr!("{n} conflicts", n)),
        };
        let rotting = card.rotting_days.map(|days| tr!("{days} d", days));
        let parts = [card.name.as_str(), card.customer.as_str(), &amount, stage];
        let name = parts.iter().filter(|p| !p.is_empty()).copied().collect::<Vec<_>>().join(", ");
        let mut description = vec![activity.clone()];
        description.extend((!date.is_empty()).then(|| date.clone()));
        description.push(card.user.as_ref().map_or(tr!("no salesperson"), |(_, name)| name.clone()));
        description.push(tr!("{} of 3 stars", card.priority.clamp(0, 3)));
        description.extend(two_values.clone());
        description.extend(card.rotting_days.map(|days| tr!("untouched for {days} days", days)));
        description.extend(unread.then(|| tr!("changed by somebody else")));
        Some(Face {
            id,
            title: if card.name.is_empty() { tr!("No title") } else { card.name },
            customer: card.customer,
            amount,
            date,
            date_tint,
            activity,
            activity_icon,
            activity_tint,
            stars: card.priority,
            color: records.opportunities.get(&id).map_or(0, |o| o.color),
            tags: card.tags.into_iter().map(|(name, color)| (name, color.unsigned_abs())).collect(),
            person,
            two_values,
            rotting,
            unread,
            name,
            description: description.join(", "),
        })
    }
}

fn date(card: &Card, today: NaiveDate) -> (String, Tint) {
    let closed = |now: String, on: fn(String) -> String| match card.date_closed {
        Some(day) if day == today => now,
        Some(day) => on(format::day(day, today)),
        None => String::new(),
    };
    match (card.won_status, card.date_deadline) {
        (WonStatus::Won, _) => (closed(tr!("Won today"), |day| tr!("Won {}", day)), Tint::Plain),
        (WonStatus::Lost, _) => (closed(tr!("Lost today"), |day| tr!("Lost {}", day)), Tint::Plain),
        (WonStatus::Pending, None) => (String::new(), Tint::Plain),
        (WonStatus::Pending, Some(day)) if day < today => {
            (tr!("{day}, {days} d late", day = format::day(day, today), days = (today - day).num_days()), Tint::Late)
        }
        (WonStatus::Pending, Some(day)) => (format::day(day, today), Tint::Plain),
    }
}

/// The picture that a type of activities was given.
pub fn activity_icon(records: &Records, kind: DocId) -> Icon {
    icon_named(&records.activity_type(kind).icon)
}

/// The names of the pictures that types of activities and kinds of events may have.
pub const ICONS: [&str; 9] = ["todo", "mail", "call", "meeting", "calendar", "note", "upload", "person", "star"];

pub fn icon_named(name: &str) -> Icon {
    match name {
        "mail" => icons::MAIL,
        "call" => icons::CALL,
        "meeting" => icons::GROUPS,
        "calendar" => icons::CALENDAR,
        "note" => icons::NOTE,
        "upload" => icons::UPLOAD,
        "person" => icons::PERSON,
        "star" => icons::STAR,
        _ => icons::TODO,
    }
}

fn activity(records: &Records, card: &Card, today: NaiveDate) -> (String, Icon, Tint) {
    let Some((kind, day, state)) = card.activity else {
        return match card.won_status {
            WonStatus::Won => (tr!("Won"), icons::CHECK_CIRCLE, Tint::Ok),
            WonStatus::Lost => {
                let standing = records.opportunities.get(&card.id).map(|o| &o.standing);
                let reason = standing.and_then(|s| s.lost_reason()).map(|r| records.name(r)).unwrap_or_default();
                let text = if reason.is_empty() { tr!("Lost") } else { reason.to_owned() };
                (text, icons::CANCEL, Tint::Late)
            }
            WonStatus::Pending => (tr!("No activity"), icons::ADD_CIRCLE, Tint::Quiet),
        };
    };
    let (when, tint) = when(day, state, today);
    (format!("{} {when}", format::activity_type(records.activity_type(kind))), activity_icon(records, kind), tint)
}

/// `2 d late`, `today`, `Mon 16`, `3 Dec`
pub fn when(day: NaiveDate, state: ActivityState, today: NaiveDate) -> (String, Tint) {
    let days = (day - today).num_days();
    match state {
        ActivityState::Overdue => (tr!("{} d late", -days), Tint::Late),
        ActivityState::Today => (tr!("today"), Tint::Due),
        ActivityState::Planned if days <= 7 => (locale::weekday_day(day), Tint::Ok),
        ActivityState::Planned if day.year() == today.year() => (locale::month_day(day), Tint::Ok),
        ActivityState::Planned => (format!("{} {}", locale::month_day(day), day.year()), Tint::Ok),
    }
}

/// In which state a card is painted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    pub hovered: bool,
    pub focused: bool,
    /// Under the pointer, above everything.
    pub dragged: bool,
}

/// Paints the card into a rectangle 112 high: what; who; how much and when; what next and whose.
pub fn paint(painter: &Painter, rect: Rect, face: &Face, look: Look, p: &Palette) {
    let shade = if look.dragged { shadow::lifted(p) } else { shadow::card(p) };
    painter.add(shade.as_shape(rect, radius::CARD));
    let edge = match look {
        Look { dragged: true, .. } | Look { focused: true, .. } => p.accent,
        Look { hovered: true, .. } => p.line2,
        _ => p.line,
    };
    if look.focused {
        painter.rect_stroke(rect, radius::CARD + 2, Stroke::new(2.0, p.aline), StrokeKind::Outside);
    }
    painter.rect(rect, radius::CARD, p.card, Stroke::new(1.0, edge), StrokeKind::Inside);

    if face.color > 0 {
        let strip = Rect::from_min_max(
            pos2(rect.left() + 4.0, rect.top() + 11.0),
            pos2(rect.left() + 7.0, rect.bottom() - 11.0),
        );
        painter.rect_filled(strip, 2, p.person(face.color.unsigned_abs() - 1).0);
    }
    let (left, right) = (rect.left() + 12.0, rect.right() - 12.0);
    let row = |y: f32| rect.top() + y;
    title(painter, left, right, row(19.0), face, p);
    who(painter, left, right, row(40.0), face, p);
    how_much(painter, left, right, row(62.0), face, p);
    what_next(painter, left, right, row(87.0), face, p);
}

fn title(painter: &Painter, left: f32, right: f32, y: f32, face: &Face, p: &Palette) {
    let (mut left, mut right) = (left, right);
    if let Some(days) = &face.rotting {
        right = chip::mark_right(painter, pos2(right, y), Some(icons::ROTTING), days, p.old).left() - 6.0;
    }
    if let Some(values) = &face.two_values {
        right = chip::mark_right(painter, pos2(right, y), Some(icons::CONFLICT), values, p.two).left() - 6.0;
    }
    if face.unread {
        painter.circle_filled(pos2(left + 3.5, y), 3.5, p.accent);
        left += 13.0;
    }
    line(painter, pos2(left, y), right - left, Line::new(&face.title, type_scale::CARD_TITLE, p.text));
}

fn who(painter: &Painter, left: f32, right: f32, y: f32, face: &Face, p: &Palette) {
    let mut end = right;
    let room = (right - left) * 0.55;
    let mut hidden = 0;
    for (tag, color) in &face.tags {
        let free = end - (right - room);
        let width = chip::tag_width(painter, tag);
        if hidden > 0 || (end < right && width > free) {
            hidden += 1;
            continue;
        }
        end = chip::tag_right(painter, pos2(end, y), free, tag, *color, p).left() - 4.0;
    }
    if hidden > 0 {
        let more = format!("+{hidden}");
        end = line_right(painter, pos2(end, y), 40.0, Line::new(&more, type_scale::TAG, p.text3)).left() - 4.0;
    }
    line(painter, pos2(left, y), end - 2.0 - left, Line::new(&face.customer, type_scale::SECONDARY, p.text2));
}

fn how_much(painter: &Painter, left: f32, right: f32, y: f32, face: &Face, p: &Palette) {
    let ty = if face.date_tint == Tint::Late { type_scale::SECONDARY.medium() } else { type_scale::SECONDARY };
    let amount = line(painter, pos2(left, y), right - left, Line::new(&face.amount, type_scale::AMOUNT, p.text));
    let date = Line::new(&face.date, ty, face.date_tint.color(p));
    line_right(painter, pos2(right, y), right - amount.right() - 8.0, date);
}

fn what_next(painter: &Painter, left: f32, right: f32, y: f32, face: &Face, p: &Palette) {
    let mut x = stars::paint(painter, pos2(left, y), face.stars, p).right() + 11.0;
    let tint = face.activity_tint.color(p);
    icons::paint(painter, face.activity_icon, pos2(x + 8.0, y), size::ICON_MEDIUM, tint);
    x += 19.0;
    let disc: Pos2 = pos2(right - size::AVATAR / 2.0, y);
    match &face.person {
        Some((initials, number)) => avatar::paint(painter, disc, size::AVATAR, initials, *number, p),
        None => avatar::paint_nobody(painter, disc, size::AVATAR, p),
    }
    let room = right - size::AVATAR - 3.0 - x;
    line(painter, pos2(x, y), room, Line::new(&face.activity, type_scale::SECONDARY.medium(), tint));
}
