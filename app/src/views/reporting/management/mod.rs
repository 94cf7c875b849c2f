//! How the team is doing (spec §7): what was won and missed, how long it takes, what was reached; this year beside the last; who it
//! came from. Every figure, bar and row opens the records behind it.

mod revenue;
mod tiles;
mod top;

use std::rc::Rc;

use eframe::egui::{Align, Layout, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2, vec2};
use satchel_core::{
    Records,
    exchange::pages::Report,
    query::{
        Asker, Listing, Period, Query,
        dashboard::{Detail, Figure, Whose},
        reports::{self, ActualVsTarget, Frame, MissedSales, Revenue, SalesCycle, WinLoss, Won},
    },
};
use tr::tr;

use super::workbook::Workbook;
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale,
    shell::{Action, Context},
    views::{answer::Answer, board::unanswerable},
    widgets::{Button, Line, Row, card, icon_button, line},
};

pub struct Management {
    team: Scope,
    period: Period,
    /// So many periods away from now.
    away: i64,
    by: Won,
    answer: Answer<Asked, Result<Shown, String>>,
    workbook: Option<Workbook>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Me,
    Team,
    All,
}

impl Default for Management {
    fn default() -> Management {
        let answer = Answer::default();
        Management { team: Scope::All, period: Period::Month, away: 0, by: Won::ByCount, answer, workbook: None }
    }
}

/// Of which revision, and which period of whom.
type Asked = (u64, Frame, Asker);

struct Shown {
    frame: Frame,
    win_loss: WinLoss,
    missed: MissedSales,
    cycle: SalesCycle,
    actual: ActualVsTarget,
    revenue: Revenue,
    /// Rows of the pivots of customers and people, the largest first.
    customers: Vec<usize>,
    people: Vec<usize>,
}

impl Shown {
    fn of(records: &Records, frame: Frame, asker: &Asker) -> Result<Shown, String> {
        let year = Frame::new(frame.whose, Period::Year, frame.first);
        let revenue = reports::revenue(records, frame, 1, asker).map_err(|e| e.to_string())?;
        Ok(Shown {
            customers: revenue.customers.top(top::CUSTOMERS).into_iter().map(|(row, _)| row).collect(),
            people: revenue.people.top(top::PEOPLE).into_iter().map(|(row, _)| row).collect(),
            frame,
            win_loss: reports::win_loss(records, year, asker),
            missed: reports::missed_sales(records, frame, asker, |_| None),
            cycle: reports::sales_cycle(records, year, asker).map_err(|e| e.to_string())?,
            actual: reports::actual_vs_target(records, frame, asker),
            revenue,
        })
    }
}

const GAP: f32 = 12.0;
const TILE: f32 = 184.0;
const CHART: f32 = 280.0;

impl Management {
    pub fn unsaved(&self, cx: &mut Context) {
        self.workbook.iter().for_each(|workbook| workbook.unsaved(cx));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let whose = match (self.team, cx.records.users.get(&cx.user).and_then(|u| u.team)) {
            (Scope::Me, _) => Whose::User(cx.user),
            (Scope::Team, Some(team)) => Whose::Team(team),
            _ => Whose::All,
        };
        let now = Frame::new(whose, self.period, cx.today);
        let frame = now.later(self.away).unwrap_or(now);
        let asked = (cx.records.revision, frame, cx.asker());
        self.answer.turn(&asked);
        if !self.answer.is_busy(&asked) {
            let asker = cx.asker();
            self.answer.ask(cx, asked, move |records| Shown::of(records, frame, &asker));
        }
        Workbook::dialog(ui, cx, &mut self.workbook);
        let Some(shown) = self.answer.shown().map(Rc::clone) else { return };
        let (_, bar) = ui.allocate_space(vec2(ui.available_width(), size::VIEW_BAR + 4.0));
        self.bar(ui, cx, bar.shrink2(vec2(size::VIEW_MARGIN, 0.0)), frame);
        let shown = match &*shown {
            Ok(shown) => shown,
            Err(why) => return unanswerable(ui, cx, why),
        };
        let area = ui.available_rect_before_wrap();
        let mut child = ui.new_child(UiBuilder::new().max_rect(area));
        ScrollArea::vertical().id_salt("reporting").auto_shrink(false).show(&mut child, |ui| {
            let corner = ui.cursor().min;
            let left = corner.x + size::VIEW_MARGIN;
            let right = (area.right() - size::VIEW_MARGIN).min(left + size::LIST_MAX);
            let wide = (right - left - 3.0 * GAP) / 4.0;
            let tile = |at: f32| Rect::from_min_size(pos2(left + at * (wide + GAP), corner.y), vec2(wide, TILE));
            tiles::win_loss(ui, cx, card(ui, tile(0.0)), shown, &mut self.by);
            tiles::missed(ui, cx, card(ui, tile(1.0)), shown);
            tiles::cycle(ui, cx, card(ui, tile(2.0)), shown);
            tiles::actual(ui, cx, card(ui, tile(3.0)), shown);
            let y = corner.y + TILE + GAP;
            let chart = Rect::from_min_max(pos2(left, y), pos2(right, y + CHART));
            if let Some(month) = revenue::show(ui, cx, card(ui, chart), shown) {
                // What is chosen in the graph is what the tiles are about.
                self.period = Period::Month;
                let first = Period::Month.start(cx.today);
                let months = |day: chrono::NaiveDate| {
                    use chrono::Datelike;
                    i64::from(day.year()) * 12 + i64::from(day.month0())
                };
                self.away = months(month) - months(first);
            }
            let y = chart.bottom() + GAP;
            let split = left + (right - left) * 0.58;
            let height = top::height(shown);
            let customers = Rect::from_min_max(pos2(left, y), pos2(split - GAP / 2.0, y + height));
            let people = Rect::from_min_max(pos2(split + GAP / 2.0, y), pos2(right, y + height));
            top::customers(ui, cx, card(ui, customers), shown);
            top::people(ui, cx, card(ui, people), shown);
            ui.allocate_rect(Rect::from_min_max(corner, pos2(right, y + height + 20.0)), Sense::hover());
        });
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect, frame: Frame) {
        let p = palette(ui);
        let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 4.0;
        Workbook::button(&mut right, cx, &mut self.workbook, |cx| {
            let reports =
                [Report::WinLoss, Report::MissedSales, Report::SalesCycle, Report::ActualVsTarget, Report::Revenue];
            Workbook::of_reports(cx, &tr!("Management report"), &reports, frame)
        });
        right.add_space(8.0);
        for (period, text) in
            [(Period::Year, tr!("Year")), (Period::Quarter, tr!("Quarter")), (Period::Month, tr!("Month"))]
        {
            if right.add(Button::ghost(&text).selected(self.period == period)).clicked() {
                (self.period, self.away) = (period, 0);
            }
        }
        right.add_space(8.0);
        let has_team = cx.records.users.get(&cx.user).is_some_and(|u| u.team.is_some());
        for (scope, text) in [(Scope::All, tr!("All")), (Scope::Team, tr!("Team")), (Scope::Me, tr!("Me"))] {
            if (scope != Scope::Team || has_team)
                && right.add(Button::ghost(&text).selected(self.team == scope)).clicked()
            {
                self.team = scope;
            }
        }
        right.add_space(12.0);
        if icon_button(&mut right, icons::RIGHT, &tr!("Later period")).clicked() {
            self.away += 1;
        }
        if icon_button(&mut right, icons::LEFT, &tr!("Earlier period")).clicked() {
            self.away -= 1;
        }
        let mut row = Row::new(ui, Rect::from_min_max(rect.min, pos2(right.min_rect().left() - 8.0, rect.bottom())));
        row.text(&title(frame), type_scale::TITLE, p.text);
    }
}

/// `November 2026`, `Q4 2026`, `2026`
fn title(frame: Frame) -> String {
    use chrono::Datelike;
    match frame.period {
        Period::Quarter => tr!("Q{quarter} {year}", quarter = frame.first.month0() / 3 + 1, year = frame.first.year()),
        Period::Year => frame.first.year().to_string(),
        _ => locale::month_year(frame.first),
    }
}

/// A card of the page; what lies within it.
fn card(ui: &Ui, rect: Rect) -> Rect {
    card::at(ui, rect, vec2(16.0, 12.0))
}

/// A card's title, and at its right what it is about. Returns what is left below.
fn head(ui: &Ui, area: Rect, title: &str, about: &str) -> Rect {
    let p = palette(ui);
    let mut row = Row::new(ui, Rect::from_min_size(area.min, vec2(area.width(), 20.0)));
    row.text(title, type_scale::CARD_TITLE, p.text);
    row.gap(8.0).text_right(about, type_scale::SECONDARY, p.text3);
    Rect::from_min_max(pos2(area.left(), area.top() + 28.0), area.max)
}

/// Opens what a figure counts.
fn open(cx: &mut Context, figure: &Figure) {
    if let Detail::List(listing, query) = &figure.detail {
        cx.actions.push(Action::Ask(*listing, query.clone()));
    }
}

fn ask(cx: &mut Context, query: Query) {
    cx.actions.push(Action::Ask(Listing::Opportunities, query));
}

/// A number that opens what it counts, written at a place from the left.
fn number(ui: &mut Ui, cx: &mut Context, at: eframe::egui::Pos2, text: &str, name: &str, figure: &Figure) -> f32 {
    use eframe::egui::{CursorIcon, Id, WidgetInfo};
    let p = palette(ui);
    let rect = line(ui.painter(), at, 240.0, Line::new(text, type_scale::FIGURE, p.text));
    let response = ui.interact(rect, Id::unique(("report", name)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(eframe::egui::Role::Button, true, format!("{name}: {text}")));
    if response.has_focus() {
        crate::widgets::line::focus_ring(ui.painter(), rect.expand(3.0), radius::CONTROL, p);
    }
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        open(cx, figure);
    }
    rect.right()
}
