//! The navigation at the left: whose workspace this is, where one can go, how safe the work is.

use eframe::egui::{
    CursorIcon, Rect, Response, Sense, Stroke, StrokeKind, Ui, WidgetInfo, accesskit::Role, pos2, vec2,
};
use tr::tr;

use super::{
    command::UiCommand,
    context::{Action, Context, Page},
};
use crate::{
    design::{Icon, icons, palette, radius, size, type_scale},
    views::{format, settings::Place, team::TeamView},
    widgets::{Line, line, line::focus_ring, line_right, logo},
};

/// One place to go: its page, the command that goes there too, and how many things wait there.
struct Entry {
    page: Page,
    command: UiCommand,
    count: usize,
}

const PADDING: f32 = 8.0;
const FOOT: f32 = 62.0;

/// How many things wait behind the entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Waiting {
    pub conflicts: usize,
    /// One's own activities that are overdue or due today.
    pub todo: usize,
    /// One's own changes that lost their effect and may be given again.
    pub aside: usize,
}

pub fn show(ui: &mut Ui, cx: &mut Context, team: &mut TeamView, waiting: Waiting) {
    let p = palette(ui);
    let area = ui.max_rect();
    let narrow = area.width() < size::RAIL;
    ui.painter().vline(area.right() - 0.5, area.y_range(), Stroke::new(1.0, p.line));
    head(ui, area, cx, narrow);

    let left = area.left() + PADDING;
    let width = area.width() - 2.0 * PADDING - 1.0;
    let place = |y: f32| Rect::from_min_size(pos2(left, y), vec2(width, size::NAV_ITEM));
    let mut y = area.top() + 60.0;
    let entries = [
        Entry { page: Page::Dashboard, command: UiCommand::Dashboard, count: 0 },
        Entry { page: Page::Pipeline, command: UiCommand::Pipeline, count: 0 },
        Entry { page: Page::Todo, command: UiCommand::Todo, count: waiting.todo },
        Entry { page: Page::Leads, command: UiCommand::Leads, count: 0 },
        Entry { page: Page::Calendar, command: UiCommand::Calendar, count: 0 },
        Entry { page: Page::Contacts, command: UiCommand::Contacts, count: 0 },
        Entry { page: Page::Calls, command: UiCommand::Calls, count: 0 },
        Entry { page: Page::Quotations, command: UiCommand::Sales, count: 0 },
        Entry { page: Page::Reporting, command: UiCommand::Reporting, count: 0 },
        Entry { page: Page::Import, command: UiCommand::Import, count: 0 },
        Entry { page: Page::Conflicts, command: UiCommand::Conflicts, count: waiting.conflicts },
    ];
    let offered = entries.each_ref().map(|entry| entry.command.is_for(cx.team()));
    for (entry, _) in entries.iter().zip(offered).filter(|(_, offered)| *offered) {
        item(ui, place(y), entry, cx, narrow);
        y += size::NAV_ITEM + 2.0;
    }
    if waiting.aside > 0 {
        let command = UiCommand::SetUp(Place::Aside);
        item(ui, place(y), &Entry { page: Page::Settings, command, count: waiting.aside }, cx, narrow);
    }
    let settings = Entry { page: Page::Settings, command: UiCommand::Settings, count: 0 };
    item(ui, place(area.bottom() - FOOT - 8.0 - size::NAV_ITEM), &settings, cx, narrow);
    foot(ui, area, cx, team, narrow);
}

fn head(ui: &mut Ui, area: Rect, cx: &Context, narrow: bool) {
    let p = palette(ui);
    let y = area.top() + 28.0;
    let x = if narrow { area.center().x } else { area.left() + 29.0 };
    logo::paint(ui.painter(), pos2(x, y), 26.0, p.bg, p);
    if narrow {
        return;
    }
    let (left, room) = (area.left() + 52.0, area.width() - 64.0);
    let name = cx.records.company.as_ref().map_or("Satchel", |c| c.name.as_str());
    let user = cx.records.users.get(&cx.user);
    let team = user.and_then(|u| u.team).map(|t| cx.records.name(t)).filter(|t| !t.is_empty());
    let under = team.or(user.map(|u| u.name.as_str())).unwrap_or_default();
    line(ui.painter(), pos2(left, y - 7.0), room, Line::new(name, type_scale::CARD_TITLE, p.text));
    line(ui.painter(), pos2(left, y + 8.0), room, Line::new(under, type_scale::TAG, p.text3));
}

fn item(ui: &mut Ui, rect: Rect, entry: &Entry, cx: &mut Context, narrow: bool) {
    let p = palette(ui);
    let label = entry.command.words();
    let response = ui.interact(rect, ui.scope_id().with(entry.command), Sense::click());
    let on = belongs(cx.page) == entry.page && !matches!(entry.command, UiCommand::SetUp(_));
    let name = if entry.count > 0 { format!("{label}, {}", entry.count) } else { label.clone() };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, on, &name));
    let painter = ui.painter();
    if on {
        painter.rect(rect, radius::CONTROL, p.card, Stroke::new(1.0, p.line), StrokeKind::Outside);
    } else if response.hovered() {
        painter.rect_filled(rect, radius::CONTROL, p.hover);
    }
    let (icon, text) = match (on, response.hovered()) {
        (true, _) => (p.accent, p.text),
        (false, true) => (p.text, p.text),
        (false, false) => (p.text2, p.text2),
    };
    let y = rect.center().y;
    let x = if narrow { rect.center().x } else { rect.left() + 19.0 };
    icons::paint(painter, entry.command.icon(), pos2(x, y), size::ICON, icon);
    if !narrow {
        line(painter, pos2(rect.left() + 38.0, y), rect.width() - 66.0, Line::new(&label, type_scale::VALUE, text));
    }
    if entry.count > 0 {
        let choice = matches!(entry.command, UiCommand::Conflicts | UiCommand::SetUp(_));
        let tone = if choice { p.two } else { p.late };
        let number = format::thousands(entry.count as u64);
        if narrow {
            painter.circle_filled(pos2(x + 9.0, y - 8.0), 3.5, tone.fill);
        } else {
            let number = Line::new(&number, type_scale::SECONDARY.medium(), tone.text);
            line_right(painter, pos2(rect.right() - 10.0, y), 60.0, number);
        }
    }
    if response.has_focus() {
        focus_ring(painter, rect, radius::CONTROL, p);
    }
    let response = response.on_hover_cursor(CursorIcon::PointingHand);
    let response = match narrow || entry.command.keys().is_some() {
        true => response.on_hover_text(entry.command.tooltip()),
        false => response,
    };
    if response.clicked() {
        cx.actions.push(Action::Perform(entry.command));
    }
}

/// The entry under which a page is found.
fn belongs(page: Page) -> Page {
    match page {
        Page::Opportunity(_) => Page::Pipeline,
        Page::Contact(_) => Page::Contacts,
        Page::Analysis(_) => Page::Reporting,
        Page::Quotation(_) | Page::Invoices | Page::Invoice(_) | Page::Products | Page::OtherSales => Page::Quotations,
        page => page,
    }
}

fn foot(ui: &mut Ui, area: Rect, cx: &mut Context, team: &mut TeamView, narrow: bool) {
    let p = palette(ui);
    let top = area.bottom() - FOOT;
    ui.painter().hline(area.left()..=area.right() - 1.0, top + 0.5, Stroke::new(1.0, p.line));
    let row = |i: f32| {
        Rect::from_min_size(pos2(area.left() + PADDING, top + 8.0 + 23.0 * i), vec2(area.width() - 17.0, 23.0))
    };
    let saved = ui.interact(row(0.0), ui.scope_id().with("saved"), Sense::hover());
    let safe = tr!("Saved on this device");
    saved.widget_info(|| WidgetInfo::labeled(Role::Label, true, &safe));
    foot_line(ui, &saved, icons::CHECK_CIRCLE, p.ok.text, &safe, narrow);
    if narrow {
        saved.on_hover_text(safe);
    }
    let says = team.line(cx);
    let shared = ui.interact(row(1.0), ui.scope_id().with("shared"), Sense::click());
    shared.widget_info(|| WidgetInfo::labeled(Role::Button, true, &says));
    foot_line(ui, &shared, icons::DEVICES, p.text3, &says, narrow);
    let shared = shared.on_hover_cursor(CursorIcon::PointingHand);
    let shared = if narrow { shared.on_hover_text(says) } else { shared };
    team.popover(&shared, cx);
}

fn foot_line(ui: &Ui, response: &Response, icon: Icon, color: eframe::egui::Color32, text: &str, narrow: bool) {
    let p = palette(ui);
    let rect = response.rect;
    if response.hovered() && response.sense.senses_click() {
        ui.painter().rect_filled(rect, radius::CONTROL, p.hover);
    }
    let x = if narrow { rect.center().x } else { rect.left() + 18.0 };
    icons::paint(ui.painter(), icon, pos2(x, rect.center().y), size::ICON_MEDIUM, color);
    if !narrow {
        let at = pos2(rect.left() + 34.0, rect.center().y);
        line(ui.painter(), at, rect.right() - at.x - 6.0, Line::new(text, type_scale::SECONDARY, p.text2));
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect, radius::CONTROL, p);
    }
}
