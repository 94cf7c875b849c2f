//! What changed in the pipeline between two days: from the one sum to the other, every step with its opportunities.

use std::rc::Rc;

use chrono::{Days, NaiveDate};
use eframe::egui::{
    Align, Color32, CursorIcon, Id, Key, Layout, Rect, Response, Role, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};
use satchel_core::{
    Money,
    exchange::{
        export::Column,
        pages::{Entry, Line as Row, Page},
    },
    query::{
        Asker, Listing, Period, Query,
        past::{self, Changes, Step},
        pivot::Unit,
    },
    record::FieldType,
};
use tr::tr;

use super::{
    analysis::{past_day, speak, these},
    picture::Picture,
    workbook::{self, Workbook},
};
use crate::{
    design::{Palette, icons, palette, radius, size, type_scale},
    locale::{self, Locale, said},
    shell::{Action, Context},
    views::{answer::Answer, board::unanswerable, format, pipeline::opportunities},
    widgets::{
        Button, Input, Line, card,
        graph::{self, Fall},
        icon_button, line,
        line::focus_ring,
        line_right, view_bar,
    },
};

pub struct ChangesView {
    /// Nothing is the end of the month before.
    from: Option<NaiveDate>,
    /// Nothing is today.
    to: Option<NaiveDate>,
    /// By expected revenue instead of probable turnover.
    expected: bool,
    answer: Answer<Asked, Result<Changes, String>>,
    typed: [Typed; 2],
    workbook: Option<Workbook>,
    picture: Picture,
}

impl Default for ChangesView {
    fn default() -> ChangesView {
        ChangesView {
            from: None,
            to: None,
            expected: true,
            answer: Answer::default(),
            typed: Default::default(),
            workbook: None,
            picture: Picture::default(),
        }
    }
}

#[derive(Clone, PartialEq)]
struct Asked {
    revision: u64,
    query: Query,
    from: NaiveDate,
    to: NaiveDate,
    asker: Asker,
    locale: Locale,
}

/// A day as it is being typed.
#[derive(Default)]
struct Typed {
    text: Option<String>,
    problem: Option<String>,
}

const GAP: f32 = 12.0;
const ROW: f32 = 26.0;

impl ChangesView {
    pub fn unsaved(&self, cx: &mut Context) {
        self.workbook.iter().for_each(|workbook| workbook.unsaved(cx));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let last_month = Period::Month.start(cx.today).checked_sub_days(Days::new(1)).unwrap_or(cx.today);
        let (from, to) = (self.from.unwrap_or(last_month), self.to.unwrap_or(cx.today));
        let (from, to) = (from.min(to), from.max(to));
        self.bar(ui, cx, from, to);
        Workbook::dialog(ui, cx, &mut self.workbook);
        let asked = Asked {
            revision: cx.records.revision,
            query: cx.query.clone(),
            from,
            to,
            asker: cx.asker(),
            locale: locale::current(),
        };
        self.answer.turn(&asked);
        if !self.answer.is_busy(&asked) {
            let (query, asker) = (asked.query.clone(), asked.asker.clone());
            self.answer.ask_beside(cx, asked, move |workspace| {
                let past = workspace.past().map_err(|e| said(&e.message()))?;
                past::between(&workspace.records(), &past, from, to, &query, &asker).map_err(|e| said(&e.message()))
            });
        }
        let of = self.answer.question().map(|asked| (asked.from, asked.to));
        let (Some(shown), Some(days)) = (self.answer.shown().map(Rc::clone), of) else { return };
        match &*shown {
            Ok(changes) => self.body(ui, cx, changes, days),
            Err(why) => unanswerable(ui, cx, why),
        }
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context, from: NaiveDate, to: NaiveDate) {
        view_bar::show(ui, |ui| {
            let area = ui.max_rect();
            let builder = UiBuilder::new().max_rect(area).layout(Layout::right_to_left(Align::Center));
            let mut right = ui.new_child(builder);
            right.spacing_mut().item_spacing.x = 4.0;
            Workbook::button(&mut right, cx, &mut self.workbook, |cx| workbook_of(cx, from, to));
            right.add_space(8.0);
            for (expected, words) in [(false, tr!("Probable turnover")), (true, tr!("Expected revenue"))] {
                if right.add(Button::ghost(&words).selected(self.expected == expected)).clicked() {
                    self.expected = expected;
                }
            }
            let left = Rect::from_min_max(area.min, pos2(right.min_rect().left() - 8.0, area.bottom()));
            let builder = UiBuilder::new().max_rect(left).layout(Layout::left_to_right(Align::Center));
            let mut left = ui.new_child(builder);
            left.spacing_mut().item_spacing.x = 4.0;
            if let Some(day) = self.typed[0].show(&mut left, cx, &tr!("From the end of"), from) {
                self.from = Some(day);
            }
            let p = palette(&left);
            left.add_space(12.0);
            left.label(type_scale::BODY.text("–").color(p.text3));
            left.add_space(6.0);
            if let Some(day) = self.typed[1].show(&mut left, cx, &tr!("To the end of"), to) {
                self.to = Some(day).filter(|day| *day != cx.today);
            }
            left.add_space(6.0);
            let before = |period: Period| period.start(cx.today).checked_sub_days(Days::new(1));
            for (period, words) in [
                (Period::Week, tr!("This week")),
                (Period::Month, tr!("This month")),
                (Period::Quarter, tr!("This quarter")),
                (Period::Year, tr!("This year")),
            ] {
                let is = to == cx.today && Some(from) == before(period);
                if left.available_width() > 90.0 && left.add(Button::ghost(&words).selected(is)).clicked() {
                    (self.from, self.to) = (before(period), None);
                }
            }
        });
    }

    fn body(&mut self, ui: &mut Ui, cx: &mut Context, changes: &Changes, (from, to): (NaiveDate, NaiveDate)) {
        let p = palette(ui);
        let area = ui.available_rect_before_wrap();
        let left = area.left() + size::VIEW_MARGIN;
        let right = area.right() - size::VIEW_MARGIN;
        let steps = steps(changes, (from, to), p);
        let table = 30.0 + ROW * steps.len() as f32 + 16.0;
        let split = (area.bottom() - GAP - table - GAP).max(area.top() + 220.0);
        let whole = Rect::from_min_max(pos2(left, area.top()), pos2(right, split));
        let inner = card::at(ui, whole, vec2(16.0, 12.0));
        let head = Rect::from_min_size(inner.min, vec2(inner.width(), size::CONTROL));
        let mut controls = ui.new_child(UiBuilder::new().max_rect(head).layout(Layout::right_to_left(Align::Center)));
        if icon_button(&mut controls, icons::COPY, &tr!("Copy the graph as a picture")).clicked() {
            self.picture.want(ui);
        }
        let measure = if self.expected { tr!("Expected revenue") } else { tr!("Probable turnover") };
        let title =
            tr!("{measure} of the open pipeline, {from} to {to}", measure, from = cx.day(from), to = cx.day(to));
        line(ui.painter(), head.left_center(), head.width() - 50.0, Line::new(&title, type_scale::CARD_TITLE, p.text));
        let amount = |step: &Step| if self.expected { step.expected } else { step.probable };
        let currency = format::currency(cx.records).to_owned();
        let falls: Vec<Fall> = steps
            .iter()
            .map(|(name, step, color, stands)| Fall {
                name: name.clone(),
                value: amount(step).0 as f64 / 100.0,
                stands: *stands,
                color: *color,
                count: step.ids.len(),
            })
            .collect();
        let words = speak(Unit::Money, &currency, Listing::Opportunities);
        let plot = Rect::from_min_max(pos2(inner.left(), head.bottom() + 8.0), inner.max);
        self.picture.turn(ui, cx, whole);
        let mut chosen = graph::waterfall(ui, plot, Id::unique("changes"), &falls, &words.borrow());
        let foot = Rect::from_min_max(pos2(left, split + GAP), pos2(right, split + GAP + table));
        let inner = card::at(ui, foot, vec2(16.0, 8.0));
        let column = |at: f32| inner.right() - 170.0 * at;
        let y = inner.top() + 12.0;
        for (at, words) in
            [(0.0, tr!("Probable turnover")), (1.0, tr!("Expected revenue")), (2.0, tr!("Opportunities"))]
        {
            let style = type_scale::SECONDARY.medium();
            line_right(ui.painter(), pos2(column(at), y), 150.0, Line::new(&words, style, p.text2));
        }
        for (at, (name, step, color, stands)) in steps.iter().enumerate() {
            let top = inner.top() + 26.0 + ROW * at as f32;
            let row = Rect::from_min_size(pos2(inner.left(), top), vec2(inner.width(), ROW));
            let written = |amount: Money| match !stands && amount.0 > 0 {
                true => format!("+{}", format::money_round(amount, &currency)),
                false => format::money_round(amount, &currency),
            };
            let (expected, probable) = (written(step.expected), written(step.probable));
            let count = opportunities(step.ids.len());
            let said = format!("{name}, {count}, {expected}, {probable}");
            if row_button(ui, row, Id::unique(("change", at)), &said).clicked() {
                chosen = Some(at);
            }
            let y = row.center().y;
            ui.painter().rect_filled(Rect::from_center_size(pos2(row.left() + 9.0, y), vec2(10.0, 10.0)), 2, *color);
            let style = if *stands { type_scale::BODY.medium() } else { type_scale::BODY };
            line(ui.painter(), pos2(row.left() + 24.0, y), 260.0, Line::new(name, style, p.text));
            let number = format::thousands(step.ids.len() as u64);
            for (at, text) in [(0.0, &probable), (1.0, &expected), (2.0, &number)] {
                line_right(ui.painter(), pos2(column(at), y), 160.0, Line::new(text, style, p.text));
            }
        }
        if let Some((name, step, ..)) = chosen.and_then(|at| steps.get(at)) {
            let label = tr!("{what}, {from} to {to}", what = name, from = cx.day(from), to = cx.day(to));
            cx.actions.push(Action::Ask(Listing::Opportunities, these(&label, &step.ids)));
        }
    }
}

impl Typed {
    /// The field of a day. Returns one that was typed and is over.
    fn show(&mut self, ui: &mut Ui, cx: &Context, name: &str, now: NaiveDate) -> Option<NaiveDate> {
        let mut text = self.text.clone().unwrap_or_else(|| format::full_day(now));
        let input = Input::new(&mut text, name).icon(icons::CALENDAR).width(158.0).wrong(self.problem.is_some());
        let response: Response = input.show(ui);
        if response.gained_focus() {
            self.text = Some(text.clone());
        }
        if response.changed() {
            (self.text, self.problem) = (Some(text.clone()), None);
        }
        let mut day = None;
        if response.lost_focus() && self.text.is_some() {
            if ui.input(|i| i.key_pressed(Key::Escape)) {
                (self.text, self.problem) = (None, None);
            } else {
                match past_day(&text, cx.today) {
                    Ok(typed) => {
                        (self.text, self.problem) = (None, None);
                        day = Some(typed.unwrap_or(cx.today));
                    }
                    Err(why) => self.problem = Some(why),
                }
            }
        }
        if let Some(problem) = &self.problem {
            response.on_hover_text(problem);
            ui.label(type_scale::SECONDARY.text(problem).color(palette(ui).late.text));
        }
        day
    }
}

/// The steps with what they are called, their colours, and whether they are sums that stand.
fn steps<'a>(
    changes: &'a Changes,
    (from, to): (NaiveDate, NaiveDate),
    p: &Palette,
) -> Vec<(String, &'a Step, Color32, bool)> {
    vec![
        (tr!("End of {}", locale::month_day(from)), &changes.start, p.accent, true),
        (tr!("step" => "Added"), &changes.added, p.series[3], false),
        (tr!("step" => "Won"), &changes.won, p.ok.fill, false),
        (tr!("step" => "Lost"), &changes.lost, p.late.fill, false),
        (tr!("step" => "Removed"), &changes.removed, p.none, false),
        (tr!("step" => "Moved"), &changes.moved, p.series[1], false),
        (tr!("step" => "Re-valued"), &changes.revalued, p.series[4], false),
        (tr!("End of {}", locale::month_day(to)), &changes.end, p.accent, true),
    ]
}

fn row_button(ui: &Ui, rect: Rect, id: Id, name: &str) -> Response {
    let p = palette(ui);
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    if response.hovered() {
        ui.painter().rect_filled(rect.expand2(vec2(6.0, 0.0)), radius::MARK, p.hover);
    }
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, p.line));
    if response.has_focus() {
        focus_ring(ui.painter(), rect.expand2(vec2(5.0, -1.0)), radius::MARK, p);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}

fn workbook_of(cx: &Context, from: NaiveDate, to: NaiveDate) -> Workbook {
    let (query, asker) = (cx.query.clone(), cx.asker());
    let mut notes = workbook::notes(&query);
    notes.extend([format!("From the end of: {from}"), format!("To the end of: {to}")]);
    let title = tr!("Changes of the pipeline");
    let sheet = title.clone();
    Workbook::new(cx, &title, move |workspace| {
        let past = workspace.past().map_err(|e| said(&e.message()))?;
        let changes = past::between(&workspace.records(), &past, from, to, &query, &asker);
        let changes = changes.map_err(|e| said(&e.message()))?;
        let column = |name: &str, label: &str, ty| Column { name: name.to_owned(), label: label.to_owned(), ty };
        let row = |(name, step): (&str, &Step)| Row {
            depth: 0,
            entries: vec![
                Entry::from(name),
                Entry::from(step.ids.len() as i64),
                Entry::from(step.expected),
                Entry::from(step.probable),
            ],
        };
        let page = Page {
            name: "changes".to_owned(),
            title: sheet.clone(),
            columns: vec![
                column("step", "Step", FieldType::Text),
                column("count", "Count", FieldType::Int),
                column("expected_revenue", "Expected revenue", FieldType::Money),
                column("prorated_revenue", "Probable turnover", FieldType::Money),
            ],
            rows: changes.steps().into_iter().map(row).collect(),
            ..Page::default()
        };
        Ok((vec![page], notes.clone()))
    })
}
