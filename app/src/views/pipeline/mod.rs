//! The pipeline in its views: board, list, by closing date, forecast. One question, whatever the view.

mod closing;
mod forecast;

use eframe::egui::{
    Align, CursorIcon, Layout, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::{DocId, Money, query::Listing};
use tr::tr;

use self::{closing::ClosingView, forecast::ForecastView};
use super::{
    board::{Board, unanswerable},
    format,
    list::ListView,
    mass,
    reporting::Workbook,
};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::text,
    shell::{Action, Context, UiCommand},
    widgets::{Line, empty, line, line::focus_ring, view_bar},
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    #[default]
    Board,
    List,
    Closing,
    Forecast,
}

impl View {
    const ALL: [View; 4] = [View::Board, View::List, View::Closing, View::Forecast];

    pub fn command(self) -> UiCommand {
        match self {
            View::Board => UiCommand::ShowBoard,
            View::List => UiCommand::ShowList,
            View::Closing => UiCommand::ShowClosing,
            View::Forecast => UiCommand::ShowForecast,
        }
    }

    /// As kept in the device's settings and in favourites.
    pub fn name(self) -> &'static str {
        match self {
            View::Board => "board",
            View::List => "list",
            View::Closing => "closing",
            View::Forecast => "forecast",
        }
    }

    pub fn named(name: &str) -> Option<View> {
        View::ALL.into_iter().find(|v| v.name() == name)
    }
}

const SETTING: &str = "pipeline.view";

pub struct Pipeline {
    view: Option<View>,
    board: Board,
    list: ListView,
    closing: ClosingView,
    forecast: ForecastView,
    workbook: Option<Workbook>,
}

impl Default for Pipeline {
    fn default() -> Pipeline {
        Pipeline {
            view: None,
            board: Board::default(),
            list: ListView::new(Listing::Opportunities),
            closing: ClosingView::default(),
            forecast: ForecastView::default(),
            workbook: None,
        }
    }
}

/// What the view bar tells of what is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    pub count: usize,
    pub expected: Money,
    pub probable: Money,
}

impl Pipeline {
    pub fn view(&self) -> View {
        self.view.unwrap_or_default()
    }

    /// Shows the view of a command, and keeps it for the next time.
    pub fn turn_to(&mut self, command: UiCommand) -> Option<Action> {
        let view = View::ALL.into_iter().find(|v| v.command() == command)?;
        self.view = Some(view);
        Some(Action::Keep(SETTING.to_owned(), view.name().into()))
    }

    /// What is typed and not saved, in any of the views.
    pub fn unsaved(&self, cx: &mut Context) {
        self.board.unsaved(cx);
        self.list.unsaved(cx);
        self.workbook.iter().for_each(|workbook| workbook.unsaved(cx));
    }

    /// Opens the quick create of a column of the board.
    pub fn create_in(&mut self, stage: Option<DocId>) {
        self.view = Some(View::Board);
        self.board.create_in(stage);
    }

    /// The records around one, as they were last shown.
    pub fn neighbours(&self, id: DocId) -> Vec<DocId> {
        match self.view() {
            View::List => self.list.neighbours(id),
            View::Forecast => self.forecast.neighbours(id),
            _ => self.board.column_of(id),
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let view = *self.view.get_or_insert_with(|| {
            let favourite = cx.records.default_favourite(cx.user, Listing::Opportunities);
            let kept = (cx.setting)(SETTING).and_then(|v| String::from_utf8(v).ok());
            let favourite = favourite.and_then(|f| View::named(&f.view));
            favourite.or_else(|| kept.as_deref().and_then(View::named)).unwrap_or_default()
        });
        let turned = match view {
            View::Board => self.board.show(ui, cx, &mut |ui| switch(ui, view)),
            _ => self.others(ui, cx, view),
        };
        if let Some(view) = turned {
            cx.actions.push(Action::Perform(view.command()));
        }
    }

    fn others(&mut self, ui: &mut Ui, cx: &mut Context, view: View) -> Option<View> {
        let totals = match view {
            View::List => self.list.ask(cx).map(|()| self.list.totals()),
            View::Closing => self.closing.ask(cx),
            _ => self.forecast.ask(cx, ui.available_width()),
        };
        let totals = match totals {
            Ok(totals) => totals,
            Err(why) => {
                unanswerable(ui, cx, &why);
                return None;
            }
        };
        Workbook::dialog(ui, cx, &mut self.workbook);
        let mut turned = None;
        let place = view_bar::show(ui, |ui| {
            let area = ui.max_rect();
            let builder = UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center));
            let mut right = ui.new_child(builder);
            turned = switch(&mut right, view);
            right.add_space(8.0);
            match view {
                View::Closing => self.closing.controls(&mut right, cx),
                View::Forecast => {
                    Workbook::button(&mut right, cx, &mut self.workbook, Workbook::of_forecast);
                    self.forecast.controls(&mut right);
                }
                _ => {}
            }
            Rect::from_min_max(area.min, pos2(right.min_rect().left() - 8.0, area.bottom()))
        });
        let selected = if view == View::List { self.list.selected() } else { 0 };
        if selected == 0 {
            totals_line(ui, cx, place, &totals);
        }
        match view {
            View::List if self.list.is_empty() => nothing(ui, cx),
            View::List => self.list.show(ui, cx),
            View::Closing => self.closing.show(ui, cx),
            _ => self.forecast.show(ui, cx),
        }
        if selected > 0 {
            let title = tr!("Pipeline");
            let title = Line::new(&title, type_scale::TITLE, palette(ui).text);
            let left = line(ui.painter(), place.left_center(), 200.0, title).right() + 14.0;
            if mass::bar(ui, Rect::from_min_max(pos2(left, place.top()), place.max), cx, selected) {
                self.list.clear_selection();
            }
        }
        turned
    }
}

/// `1 opportunity`, `1,204 opportunities`
pub fn opportunities(count: usize) -> String {
    let written = format::thousands(count as u64);
    tr!("{count} opportunity" | "{count} opportunities" % count, count = written)
}

/// What stands there when the list is empty.
fn nothing(ui: &mut Ui, cx: &mut Context) {
    if cx.query.is_open() {
        let sentence = tr!("Create the first one, or bring in what you have from a spreadsheet or another CRM.");
        let buttons = [tr!("Create one"), tr!("Import a file")];
        let buttons = buttons.each_ref().map(String::as_str);
        match empty::show(ui, icons::PIPELINE, &tr!("No opportunities yet"), &sentence, &buttons) {
            Some(0) => cx.actions.push(Action::New(None)),
            Some(_) => cx.actions.push(Action::Import(Vec::new())),
            None => {}
        }
    } else {
        let sentence = tr!("There are opportunities that the search leaves out.");
        if empty::show(ui, icons::SEARCH, &tr!("No match"), &sentence, &[&tr!("Clear search")]).is_some() {
            cx.query.clear();
        }
    }
}

/// The title and what is shown in sum.
pub fn totals_line(ui: &Ui, cx: &Context, area: Rect, totals: &Totals) {
    let p = palette(ui);
    let y = area.center().y;
    let title = tr!("Pipeline");
    let title = Line::new(&title, type_scale::TITLE, p.text);
    let mut x = line(ui.painter(), pos2(area.left(), y), 200.0, title).right() + 14.0;
    let currency = format::currency(cx.records);
    let (regular, medium) = (type_scale::SECONDARY, type_scale::SECONDARY.medium());
    let count = opportunities(totals.count);
    let expected = format::money_round(totals.expected, currency);
    let probable = format::money_round(totals.probable, currency);
    let (is_expected, is_probable) = (tr!("expected"), tr!("probable"));
    let parts = [
        (count.as_str(), regular, p.text3, 8.0),
        ("·", regular, p.text3, 8.0),
        (&expected, medium, p.text, 4.0),
        (&is_expected, regular, p.text3, 8.0),
        ("·", regular, p.text3, 8.0),
        (&probable, medium, p.text, 4.0),
        (&is_probable, regular, p.text3, 8.0),
    ];
    for (text, ty, color, gap) in parts {
        x = line(ui.painter(), pos2(x, y), area.right() - x, Line::new(text, ty, color)).right() + gap;
    }
    let words = tr!("Pipeline: {count}, {expected} expected, {probable} probable", count, expected, probable);
    let place = Rect::from_min_max(area.min, pos2(x.min(area.right()), area.bottom()));
    let response = ui.interact(place, ui.scope_id().with("totals"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
}

/// The views as one row of icons, laid out from the right. Returns the one that was clicked.
fn switch(ui: &mut Ui, now: View) -> Option<View> {
    const SIDE: f32 = 34.0;
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(SIDE * View::ALL.len() as f32, size::CONTROL), Sense::hover());
    let painter = ui.painter();
    painter.rect(rect, radius::CONTROL, p.card, Stroke::new(1.0, p.line2), StrokeKind::Inside);
    let mut clicked = None;
    for (at, view) in View::ALL.into_iter().enumerate() {
        let cell = Rect::from_min_size(pos2(rect.left() + SIDE * at as f32, rect.top()), vec2(SIDE, rect.height()));
        let command = view.command();
        let response = ui.interact(cell, ui.scope_id().with(("view", view.name())), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, view == now, text(command.label())));
        let painter = ui.painter();
        if view == now {
            painter.rect(cell, radius::CONTROL, p.asoft, Stroke::new(1.0, p.accent), StrokeKind::Inside);
        } else if response.hovered() {
            painter.rect_filled(cell.shrink(1.0), radius::CONTROL, p.hover);
        }
        if at > 0 && view != now && View::ALL[at - 1] != now {
            painter.vline(cell.left(), cell.y_range().shrink(1.0), Stroke::new(1.0, p.line));
        }
        let color = if view == now { p.accent } else { p.text2 };
        icons::paint(painter, command.icon(), cell.center(), size::ICON, color);
        if response.has_focus() {
            focus_ring(painter, cell, radius::CONTROL, p);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(command.tooltip()).clicked() {
            clicked = Some(view);
        }
    }
    clicked.filter(|view| *view != now)
}
