//! A team's dashboard (spec §2): what nobody has taken, what is open and overdue, what was invoiced, what is to close when, and
//! where this month's revenue comes from.

use std::{rc::Rc, time::Duration};

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use eframe::egui::{
    Align, CursorIcon, Id, Layout, Popup, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use satchel_core::{
    DocId, Money,
    exchange::pages::Report,
    query::{
        Listing, Period,
        dashboard::{self, Detail, Figure, TeamDashboard, Whose},
        fold,
        pivot::Unit,
        reports::Frame,
    },
};
use tr::tr;

use super::{analysis::speak, picture::Picture, workbook::Workbook};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::{self, text},
    shell::{Action, Context},
    views::{answer::Answer, format, pipeline::opportunities},
    widgets::{
        Button, Line, Row, card,
        graph::{self, Graph, Point, Series, Step},
        icon_button, line,
        line::focus_ring,
        line_right, menu, view_bar,
    },
};

pub struct TeamDashboardView {
    /// Nothing is one's own team, of somebody without one everybody.
    whose: Option<Whose>,
    over: Period,
    answer: Answer<Asked, TeamDashboard>,
    workbook: Option<Workbook>,
    picture: Picture,
}

/// Of which revision, whose, through which period, in which minute.
type Asked = (u64, Whose, Period, DateTime<Utc>);

impl Default for TeamDashboardView {
    fn default() -> TeamDashboardView {
        TeamDashboardView {
            whose: None,
            over: Period::Month,
            answer: Answer::default(),
            workbook: None,
            picture: Picture::default(),
        }
    }
}

const GAP: f32 = 12.0;
const TILE: f32 = 116.0;
const ROW: f32 = 40.0;

impl TeamDashboardView {
    pub fn unsaved(&self, cx: &mut Context) {
        self.workbook.iter().for_each(|workbook| workbook.unsaved(cx));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let own = cx.records.users.get(&cx.user).and_then(|u| u.team);
        let whose = self.whose.unwrap_or_else(|| own.map_or(Whose::All, Whose::Team));
        self.bar(ui, cx, whose, own);
        Workbook::dialog(ui, cx, &mut self.workbook);
        let minute = cx.now.with_nanosecond(0).and_then(|t| t.with_second(0)).unwrap_or(cx.now);
        let asked = (cx.records.revision, whose, self.over, minute);
        self.answer.turn(&asked);
        if !self.answer.is_busy(&asked) {
            let (asker, now, over) = (cx.asker(), cx.now, self.over);
            let by = step_of(over);
            self.answer.ask(cx, asked, move |records| dashboard::team_dashboard(records, whose, &asker, now, by, over));
        }
        ui.ctx().request_repaint_after(Duration::from_secs(u64::from(60 - cx.now.second().min(59))));
        let over = self.answer.question().map_or(self.over, |asked| asked.2);
        if let Some(shown) = self.answer.shown().map(Rc::clone) {
            self.body(ui, cx, &shown, over);
        }
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context, whose: Whose, own: Option<DocId>) {
        view_bar::show(ui, |ui| {
            let area = ui.max_rect();
            let builder = UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center));
            let mut right = ui.new_child(builder);
            right.spacing_mut().item_spacing.x = 4.0;
            Workbook::button(&mut right, cx, &mut self.workbook, |cx| {
                let frame = Frame::new(whose, Period::Month, cx.today);
                Workbook::of_reports(cx, &tr!("Team dashboard"), &[Report::TeamDashboard], frame)
            });
            let p = palette(ui);
            let title = match whose {
                Whose::User(user) | Whose::Team(user) => cx.records.name(user).to_owned(),
                Whose::All => tr!("All teams"),
            };
            let title = Line::new(&title, type_scale::TITLE, p.text);
            let end = line(ui.painter(), area.left_center(), 260.0, title).right();
            let rest =
                Rect::from_min_max(pos2(end + 14.0, area.top()), pos2(right.min_rect().left() - 8.0, area.bottom()));
            let mut row = ui.new_child(UiBuilder::new().max_rect(rest).layout(Layout::left_to_right(Align::Center)));
            row.spacing_mut().item_spacing.x = 4.0;
            if row.add(Button::ghost(&tr!("Me")).selected(whose == Whose::User(cx.user))).clicked() {
                self.whose = Some(Whose::User(cx.user));
            }
            if let Some(team) = own {
                let words = tr!("My team");
                let button = Button::ghost(&words).selected(whose == Whose::Team(team));
                if row.add(button).clicked() {
                    self.whose = Some(Whose::Team(team));
                }
            }
            if row.add(Button::ghost(&tr!("All")).selected(whose == Whose::All)).clicked() {
                self.whose = Some(Whose::All);
            }
            let button = row.add(Button::ghost(&tr!("Other team")).trailing(icons::UNFOLD));
            Popup::menu(&button).show(|ui| {
                ui.set_min_width(200.0);
                ui.spacing_mut().item_spacing.y = 0.0;
                let live = |t: &&satchel_core::record::Team| !t.meta.deleted && !t.meta.archived;
                let mut teams: Vec<_> = cx.records.teams.values().filter(live).collect();
                teams.sort_by_key(|team| (Some(team.id) != own, fold(&team.name)));
                ScrollArea::vertical().max_height(380.0).show(ui, |ui| {
                    for team in teams {
                        if menu::choice(ui, &team.name, whose == Whose::Team(team.id)).clicked() {
                            self.whose = Some(Whose::Team(team.id));
                        }
                    }
                });
            });
        });
    }

    fn body(&mut self, ui: &mut Ui, cx: &mut Context, shown: &TeamDashboard, over: Period) {
        let area = ui.available_rect_before_wrap();
        let left = area.left() + size::VIEW_MARGIN;
        let right = area.right() - size::VIEW_MARGIN;
        let wide = (right - left - 3.0 * GAP) / 4.0;
        let currency = format::currency(cx.records).to_owned();
        let money = |amount: Money| format::money_round(amount, &currency);
        let tile = |at: f32| Rect::from_min_size(pos2(left + at * (wide + GAP), area.top()), vec2(wide, TILE));
        let leads = format::thousands(shown.unassigned.count as u64);
        figure(ui, cx, tile(0.0), (&tr!("Unassigned leads"), &leads, &tr!("nobody has taken them")), &shown.unassigned);
        let (sum, count) = (money(shown.open.amount), opportunities(shown.open.count));
        let under = tr!("{count}, probable turnover", count);
        figure(ui, cx, tile(1.0), (&tr!("Open opportunities"), &sum, &under), &shown.open);
        let (sum, count) = (money(shown.overdue.amount), opportunities(shown.overdue.count));
        let under = tr!("{count}, expected revenue", count);
        figure(ui, cx, tile(2.0), (&tr!("Overdue opportunities"), &sum, &under), &shown.overdue);
        let invoiced = &shown.invoiced;
        let sum = money(invoiced.this_month.amount);
        let under = match (invoiced.target, invoiced.percent()) {
            (Some(target), Some(percent)) => {
                tr!("{percent} % of {target}", percent, target = money(Money(target)))
            }
            _ => tr!("last month {}, no target", money(invoiced.last_month.amount)),
        };
        figure(ui, cx, tile(3.0), (&tr!("Invoiced this month"), &sum, &under), &invoiced.this_month);
        let top = area.top() + TILE + GAP;
        let split = left + (right - left) * 0.66;
        let bottom = (area.bottom() - GAP).max(top + 240.0);
        let closings = Rect::from_min_max(pos2(left, top), pos2(split - GAP / 2.0, bottom));
        self.closings(ui, cx, closings, shown, over);
        let streams = Rect::from_min_max(pos2(split + GAP / 2.0, top), pos2(right, bottom));
        self::streams(ui, cx, card::at(ui, streams, vec2(16.0, 12.0)), shown);
    }

    fn closings(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect, shown: &TeamDashboard, over: Period) {
        let p = palette(ui);
        let inner = card::at(ui, rect, vec2(16.0, 12.0));
        let head = Rect::from_min_size(inner.min, vec2(inner.width(), size::CONTROL));
        let mut controls = ui.new_child(UiBuilder::new().max_rect(head).layout(Layout::right_to_left(Align::Center)));
        controls.spacing_mut().item_spacing.x = 4.0;
        if icon_button(&mut controls, icons::COPY, &tr!("Copy the graph as a picture")).clicked() {
            self.picture.want(ui);
        }
        for (period, words) in [(Period::Year, tr!("Year")), (Period::Month, tr!("Month")), (Period::Week, tr!("Week"))]
        {
            if controls.add(Button::ghost(&words).selected(self.over == period)).clicked() {
                self.over = period;
            }
        }
        let mut row = Row::new(ui, Rect::from_min_max(head.min, pos2(controls.min_rect().left() - 8.0, head.bottom())));
        row.text(&tr!("Probable turnover by expected closing"), type_scale::CARD_TITLE, p.text);
        let sum: i64 = shown.closings.iter().map(|step| step.figure.amount.0).sum();
        let currency = format::currency(cx.records).to_owned();
        row.gap(10.0).text(&format::money_round(Money(sum), &currency), type_scale::SECONDARY, p.text2);
        self.picture.turn(ui, cx, rect);
        let point = |figure: &Figure| Point { value: Some(figure.amount.0 as f64 / 100.0), count: figure.count };
        let graph = Graph {
            steps: shown.closings.iter().map(|step| step_name(step.from, step.to, over)).collect(),
            series: vec![Series {
                name: tr!("Probable turnover"),
                hue: Some(0),
                points: shown.closings.iter().map(|step| point(&step.figure)).collect(),
            }],
            in_time: true,
            ..Graph::default()
        };
        let plot = Rect::from_min_max(pos2(inner.left(), head.bottom() + 10.0), inner.max);
        let words = speak(Unit::Money, &currency, Listing::Opportunities);
        let bars = graph::Kind::Bars { stacked: false };
        if let Some((step, _)) = graph::show(ui, plot, Id::unique("team closings"), &graph, bars, &words.borrow()) {
            open(cx, &shown.closings[step].figure);
        }
    }
}

/// In which steps a period is gone through.
fn step_of(over: Period) -> Period {
    match over {
        Period::Year => Period::Month,
        _ => Period::Day,
    }
}

fn step_name(from: NaiveDate, to: NaiveDate, over: Period) -> Step {
    use chrono::Datelike;
    let (label, name) = match over {
        Period::Year => (locale::short_month(from.month()).to_owned(), locale::month_year(from)),
        Period::Week => (locale::weekday_day(from), format::full_day(from)),
        _ if from == to => (from.day().to_string(), format::full_day(from)),
        _ => (locale::month_day(from), locale::days(from, to)),
    };
    Step { label, name, note: None }
}

/// A tile: what it is, how much, and a line under it. It opens what it counts.
fn figure(ui: &mut Ui, cx: &mut Context, rect: Rect, (title, value, under): (&str, &str, &str), of: &Figure) {
    let p = palette(ui);
    let response = ui.interact(rect, Id::unique(("team figure", title)), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{title}: {value}, {under}")));
    let inner = card::at(ui, rect, vec2(16.0, 12.0));
    if response.hovered() {
        ui.painter().rect_filled(rect.shrink(1.0), radius::CARD, p.hover.gamma_multiply(0.4));
    }
    if response.has_focus() {
        focus_ring(ui.painter(), rect, radius::CARD, p);
    }
    let width = inner.width();
    line(ui.painter(), pos2(inner.left(), inner.top() + 10.0), width, Line::new(title, type_scale::CARD_TITLE, p.text));
    let color = if of.count == 0 { p.text3 } else { p.text };
    line(ui.painter(), pos2(inner.left(), inner.top() + 46.0), width, Line::new(value, type_scale::FIGURE, color));
    line(ui.painter(), pos2(inner.left(), inner.top() + 78.0), width, Line::new(under, type_scale::SECONDARY, p.text2));
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        open(cx, of);
    }
}

/// Every source of revenue, as long as its share of the largest.
fn streams(ui: &mut Ui, cx: &mut Context, area: Rect, shown: &TeamDashboard) {
    let p = palette(ui);
    let currency = format::currency(cx.records).to_owned();
    let title = Rect::from_min_size(area.min, vec2(area.width(), size::CONTROL));
    let mut row = Row::new(ui, title);
    row.text(&tr!("Revenue this month"), type_scale::CARD_TITLE, p.text);
    row.gap(8.0).text(&tr!("without tax"), type_scale::SECONDARY, p.text3);
    let most = shown.streams.iter().map(|s| s.figure.amount.0.abs()).max().unwrap_or(0).max(1);
    let rest = Rect::from_min_max(pos2(area.left(), title.bottom() + 6.0), area.max);
    let mut child = ui.new_child(UiBuilder::new().max_rect(rest).id_salt("streams"));
    ScrollArea::vertical().id_salt("streams").auto_shrink(false).show(&mut child, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        for (at, stream) in shown.streams.iter().enumerate() {
            let (rect, _) = ui.allocate_exact_size(vec2(rest.width() - 8.0, ROW), Sense::hover());
            // Orders and invoices are ours to name, channels people's.
            let name = if at < 2 { text(&stream.name) } else { stream.name.clone() };
            let amount = format::money_round(stream.figure.amount, &currency);
            let response = ui.interact(rect, Id::unique(("stream", at)), Sense::click());
            let said = format!("{name}: {amount}");
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &said));
            if response.hovered() {
                ui.painter().rect_filled(rect.expand2(vec2(6.0, -1.0)), radius::MARK, p.hover);
            }
            if response.has_focus() {
                focus_ring(ui.painter(), rect.expand2(vec2(5.0, -1.0)), radius::MARK, p);
            }
            let y = rect.top() + 13.0;
            let medium = type_scale::BODY.medium();
            let end = line_right(ui.painter(), pos2(rect.right(), y), 160.0, Line::new(&amount, medium, p.text)).left();
            let count = format::thousands(stream.figure.count as u64);
            let room = end - rect.left() - 40.0;
            let words = line(ui.painter(), pos2(rect.left(), y), room, Line::new(&name, type_scale::BODY, p.text));
            line(ui.painter(), pos2(words.right() + 6.0, y), 60.0, Line::new(&count, type_scale::SECONDARY, p.text3));
            let track = Rect::from_min_size(pos2(rect.left(), rect.top() + 26.0), vec2(rect.width(), 7.0));
            ui.painter().rect_filled(track, 3, p.sunken);
            let share = (stream.figure.amount.0.max(0) as f32 / most as f32).clamp(0.0, 1.0);
            if share > 0.0 {
                let filled = Rect::from_min_size(track.min, vec2((track.width() * share).max(3.0), track.height()));
                ui.painter().rect_filled(filled, 3, p.accent);
            }
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                open(cx, &stream.figure);
            }
        }
    });
}

fn open(cx: &mut Context, figure: &Figure) {
    if let Detail::List(listing, query) = &figure.detail {
        cx.actions.push(Action::Ask(*listing, query.clone()));
    }
}
