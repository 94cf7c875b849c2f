//! How one thing in the calendar is painted: a block among the hours, a bar over days, a line in a month.

use eframe::egui::{
    Color32, CornerRadius, Painter, Pos2, Rect, Stroke, StrokeKind, TextFormat, pos2,
    text::{LayoutJob, TextWrapping},
    vec2,
};
use satchel_core::query::agenda::Source;

use super::{place::Place, shown::Item};
use crate::{
    design::{Palette, Type, icons, radius, shadow, type_scale},
    locale,
    widgets::{Line, line},
};

const EDGE: f32 = 3.0;

/// How it stands out.
#[derive(Clone, Copy, Default)]
pub struct State {
    pub hovered: bool,
    /// It is being moved: here it was.
    pub faded: bool,
    pub has_focus: bool,
}

/// The colours of text and edge, and the soft fill.
fn colours(item: &Item, p: &Palette) -> (Color32, Color32) {
    if item.entry.is_done {
        return (p.text2, p.sunken);
    }
    item.colour.map_or((p.text2, p.sunken), |number| p.person(number))
}

fn fill(soft: Color32, ink: Color32, state: State) -> Color32 {
    match state {
        State { faded: true, .. } => soft.gamma_multiply(0.45),
        State { hovered: true, .. } => blend(soft, ink, 0.08),
        _ => soft,
    }
}

fn blend(under: Color32, over: Color32, share: f32) -> Color32 {
    under.lerp_to_gamma(over, share)
}

/// Among the hours: soft fill and a coloured edge.
pub fn block(painter: &Painter, rect: Rect, item: &Item, p: &Palette, state: State) {
    let (ink, soft) = colours(item, p);
    let text = if state.faded { ink.gamma_multiply(0.55) } else { ink };
    painter.rect_filled(rect, radius::MARK, fill(soft, ink, state));
    let edge = Rect::from_min_size(rect.min, vec2(EDGE, rect.height()));
    let corner = CornerRadius { nw: radius::MARK, sw: radius::MARK, ne: 0, se: 0 };
    painter.rect_filled(edge, corner, item.colour.filter(|_| !state.faded).map_or(p.ctl, |n| p.person(n).0));
    let is_narrow = rect.width() < 90.0;
    let (left, right) = if rect.width() < 56.0 { (6.0, 1.0) } else { (9.0, 4.0) };
    let room = Rect::from_min_max(rect.min + vec2(left, 4.0), rect.max - vec2(right, 3.0));
    let ty = if rect.width() < 56.0 { type_scale::CAPTION.strong() } else { type_scale::BODY.strong() };
    if room.width() < 12.0 {
        return;
    }
    let low = rect.height() < 34.0;
    if low {
        let mut left = room.left();
        if let Some(icon) = item.icon {
            icons::paint(painter, icon, pos2(left + 6.0, rect.center().y), 13.0, text);
            left += 16.0;
        }
        let title = Line::new(&item.title, type_scale::SECONDARY.strong(), text);
        let end = line(painter, pos2(left, rect.center().y), room.right() - left, title).right();
        if let (Some(time), true) = (item.lines.first(), room.right() - end > 40.0) {
            let at = pos2(end + 6.0, rect.center().y);
            line(painter, at, room.right() - at.x, Line::new(time, type_scale::TAG, text));
        }
        return;
    }
    let mut top = room.min;
    if let Some(icon) = item.icon {
        icons::paint(painter, icon, top + vec2(7.0, 8.0), 14.0, text);
        top.x += 18.0;
    }
    let size = vec2(room.right() - top.x, room.height());
    // A word is not broken: what does not fit ends in ….
    let longest = item.title.split_whitespace().max_by_key(|word| word.len()).unwrap_or_default();
    // Guessed, as laying the word out for it would be half of the work of a tile.
    let breaks = size.x < 140.0 && longest.chars().count() as f32 * ty.size * 0.58 > size.x;
    let rows = if breaks { 1 } else { ((room.height() / 17.0) as usize).saturating_sub(1).clamp(1, 2) };
    let covered = words(painter, top, size, &item.title, ty, 17.0, text, rows);
    if rect.width() < 56.0 {
        // Details would be two letters and an ….
        return;
    }
    let mut y = covered + 1.0;
    let start = match item.place {
        Place::Hours { start, .. } if is_narrow => Some(locale::clock(start.time())),
        _ => None,
    };
    for (at, detail) in item.lines.iter().enumerate() {
        let detail = start.as_ref().filter(|_| at == 0).unwrap_or(detail);
        if y + 14.0 > room.bottom() {
            break;
        }
        let at = pos2(room.left(), y + 7.5);
        line(painter, at, room.width(), Line::new(detail, type_scale::TAG, text));
        y += 15.0;
    }
}

/// Words over at most so many rows. Returns where they end.
#[expect(clippy::too_many_arguments, reason = "what a text is")]
fn words(
    painter: &Painter,
    at: Pos2,
    room: eframe::egui::Vec2,
    text: &str,
    ty: Type,
    line_height: f32,
    color: Color32,
    rows: usize,
) -> f32 {
    let format = TextFormat { line_height: Some(line_height), ..TextFormat::simple(ty.font(), color) };
    let mut job = LayoutJob::single_section(text.lines().next().unwrap_or_default().to_owned(), format);
    job.wrap =
        TextWrapping { max_width: room.x.max(1.0), max_rows: rows, break_anywhere: rows == 1, ..Default::default() };
    let galley = painter.layout_job(job);
    let bottom = at.y + galley.size().y;
    painter.galley(at, galley, color);
    bottom
}

/// Over days: filled; an expected closing outlined.
pub fn bar(painter: &Painter, rect: Rect, item: &Item, begins: bool, ends: bool, p: &Palette, state: State) {
    let (ink, soft) = colours(item, p);
    let text = if state.faded { ink.gamma_multiply(0.55) } else { ink };
    let (left, right) = (if begins { radius::MARK } else { 0 }, if ends { radius::MARK } else { 0 });
    let corner = CornerRadius { nw: left, sw: left, ne: right, se: right };
    if item.entry.source == Source::Closings {
        let under = if state.hovered { p.hover } else { p.card };
        painter.rect(rect, corner, under, Stroke::new(1.0, text), StrokeKind::Inside);
    } else {
        painter.rect_filled(rect, corner, fill(soft, ink, state));
    }
    let mut x = rect.left() + 7.0;
    let y = rect.center().y;
    if let Some(icon) = item.icon {
        icons::paint(painter, icon, pos2(x + 7.0, y), 14.0, text);
        x += 19.0;
    }
    let said = match (&item.place, item.lines.first()) {
        (Place::Days { .. }, Some(detail)) => format!("{} · {detail}", item.title),
        _ => item.title.clone(),
    };
    line(painter, pos2(x, y), rect.right() - x - 4.0, Line::new(&said, type_scale::SECONDARY.medium(), text));
}

/// In a month, something with a time: coloured edge, time and title.
pub fn row(painter: &Painter, rect: Rect, item: &Item, p: &Palette, state: State) {
    let (ink, soft) = colours(item, p);
    let text = if state.faded { ink.gamma_multiply(0.55) } else { ink };
    if state.hovered {
        painter.rect_filled(rect, radius::MARK, soft);
    }
    let edge = Rect::from_min_size(rect.min + vec2(1.0, 3.0), vec2(EDGE, rect.height() - 6.0));
    painter.rect_filled(edge, 2.0, text);
    let mut x = rect.left() + 9.0;
    let y = rect.center().y;
    if let Place::Hours { start, .. } = item.place {
        let time = locale::clock(start.time());
        x = line(painter, pos2(x, y), 70.0, Line::new(&time, type_scale::TAG, text)).right() + 5.0;
    }
    if let Some(icon) = item.icon {
        icons::paint(painter, icon, pos2(x + 6.0, y), 13.0, text);
        x += 16.0;
    }
    line(painter, pos2(x, y), rect.right() - x - 3.0, Line::new(&item.title, type_scale::SECONDARY.medium(), text));
}

/// What is being drawn, moved or made longer: an accent frame with its times and how long it is.
pub fn ghost(painter: &Painter, rect: Rect, title: &str, place: Place, grip: bool, p: &Palette) {
    painter.add(shadow::lifted(p).as_shape(rect, radius::MARK));
    painter.rect(rect, radius::MARK, p.asoft, Stroke::new(1.5, p.accent), StrokeKind::Inside);
    let (left, room) = (rect.left() + 9.0, rect.width() - 14.0);
    if rect.height() < 34.0 {
        let y = rect.center().y;
        let end =
            line(painter, pos2(left, y), room, Line::new(title, type_scale::SECONDARY.strong(), p.accent)).right();
        let (times, at) = (place.words(), pos2(end + 6.0, y));
        line(painter, at, rect.right() - 5.0 - at.x, Line::new(&times, type_scale::TAG, p.accent));
        return;
    }
    let mut y = rect.top() + 13.0;
    line(painter, pos2(left, y), room, Line::new(title, type_scale::CARD_TITLE, p.accent));
    for said in [place.words(), place.length_words()] {
        y += 16.0;
        if y + 6.0 < rect.bottom() {
            line(painter, pos2(left, y), room, Line::new(&said, type_scale::SECONDARY, p.accent));
        }
    }
    if grip {
        let foot = Rect::from_center_size(pos2(rect.center().x, rect.bottom() - 5.0), vec2(24.0, 3.0));
        painter.rect_filled(foot, 2.0, p.accent);
    }
}
