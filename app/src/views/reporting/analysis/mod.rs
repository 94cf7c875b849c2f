//! A measure by groups over the search bar's question (spec §7 Pipeline Analysis, Activity Analysis): as graph, as pivot, as of
//! any day.

mod answered;
mod pickers;
mod table;
mod words;

use std::{rc::Rc, sync::Arc};

use chrono::NaiveDate;
use eframe::egui::{
    Align, CursorIcon, Id, Layout as Direction, Rect, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};
use satchel_core::{
    Command, DocId, Kind, Value,
    exchange::pages,
    query::{
        Asker, Facet, Listing, Query, Term,
        past::{self, end_of},
        pivot::{self, Graph, Layout, Look},
    },
};
use tr::tr;

use self::{pickers::Day, table::Table};
use super::{Desk, first_look, picture::Picture, workbook};
use crate::{
    design::{Icon, icons, palette, radius, size, type_scale},
    locale::{self, Locale, said},
    shell::{Action, Context, Pending, Say},
    views::{
        answer::Answer,
        board::unanswerable,
        reporting::workbook::Workbook,
        search::{self, is_same},
    },
    widgets::{Row, card, empty, graph, icon_button, line::focus_ring, view_bar},
};

pub use self::{answered::Answered, pickers::past_day, words::speak};

#[derive(Default)]
pub struct Analysis {
    look: Option<Look>,
    /// Nothing is now.
    as_of: Option<NaiveDate>,
    answer: Answer<Asked, Result<Answered, String>>,
    /// The records of a day that is over, being looked for.
    opening: Option<Pending<Result<Query, String>>>,
    workbook: Option<Workbook>,
    picture: Picture,
    day: Day,
    table: Table,
}

#[derive(Clone, PartialEq)]
struct Asked {
    revision: u64,
    query: Query,
    layout: Layout,
    as_of: Option<NaiveDate>,
    asker: Asker,
    locale: Locale,
}

const GAP: f32 = 12.0;

impl Analysis {
    pub fn look(&self, desk: Desk) -> Look {
        self.look.clone().unwrap_or_else(|| first_look(desk.listing()))
    }

    pub fn turn_to(&mut self, look: Look) {
        self.look = Some(look);
        self.as_of = None;
    }

    pub fn unsaved(&self, cx: &mut Context) {
        self.workbook.iter().for_each(|workbook| workbook.unsaved(cx));
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, desk: Desk) {
        let listing = desk.listing();
        let mut look = self.look.take().unwrap_or_else(|| {
            let kept = cx.records.default_report(cx.user, listing).and_then(|f| f.look());
            kept.unwrap_or_else(|| first_look(listing))
        });
        // Two groups are rows; a third one that the search bar was given goes across.
        if let Some(third) = cx.query.group_by.get(2).cloned() {
            cx.query.group_by.truncate(2);
            look.layout.column = Some(third);
        }
        look.layout.rows = cx.query.group_by.clone();
        self.bar(ui, cx, desk, &mut look);
        look.layout.rows = cx.query.group_by.clone();
        self.ask(cx, listing, &look);
        self.open_when_found(cx);
        Workbook::dialog(ui, cx, &mut self.workbook);
        if let Some(answered) = self.answer.shown().map(Rc::clone) {
            match &*answered {
                Ok(answered) => self.body(ui, cx, desk, &mut look, answered),
                Err(why) => unanswerable(ui, cx, why),
            }
        }
        self.look = Some(look);
    }

    fn ask(&mut self, cx: &mut Context, listing: Listing, look: &Look) {
        let asker = cx.asker();
        let asked = Asked {
            revision: cx.records.revision,
            query: cx.query.clone(),
            layout: look.layout.clone(),
            as_of: self.as_of,
            asker: asker.clone(),
            locale: locale::current(),
        };
        self.answer.turn(&asked);
        if self.answer.is_busy(&asked) {
            return;
        }
        let (query, layout) = (asked.query.clone(), asked.layout.clone());
        match self.as_of {
            None => {
                _ = self.answer.ask(cx, asked, move |records| Answered::of(records, listing, &query, &layout, &asker))
            }
            Some(day) => self.answer.ask_beside(cx, asked, move |workspace| {
                let past = workspace.past().map_err(|e| said(&e.message()))?;
                let asker = Asker { today: day, ..asker };
                let records = workspace.records();
                Answered::made(&records, &layout, |layout| {
                    past::pivot_as_of(&records, &past, day, &query, layout, &asker)
                })
            }),
        }
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context, desk: Desk, look: &mut Look) {
        view_bar::show(ui, |ui| {
            let area = ui.max_rect();
            let builder = UiBuilder::new().max_rect(area).layout(Direction::right_to_left(Align::Center));
            let mut right = ui.new_child(builder);
            right.spacing_mut().item_spacing.x = 6.0;
            Workbook::button(&mut right, cx, &mut self.workbook, |cx| workbook_of(cx, desk, look, self.as_of));
            self.pin(&mut right, cx, desk, look);
            let left = Rect::from_min_max(area.min, pos2(right.min_rect().left() - 8.0, area.bottom()));
            let builder = UiBuilder::new().max_rect(left).layout(Direction::left_to_right(Align::Center));
            let mut left = ui.new_child(builder);
            left.spacing_mut().item_spacing.x = 6.0;
            pickers::measure(&mut left, cx, desk, look);
            pickers::groups(&mut left, cx, desk, look);
            if desk == Desk::Pipeline {
                self.day.show(&mut left, cx, &mut self.as_of);
            }
        });
    }

    /// The button that puts the report on one's dashboard, or takes it away.
    fn pin(&self, ui: &mut Ui, cx: &mut Context, desk: Desk, look: &Look) {
        let kept = cx.records.reports_of(cx.user, desk.listing()).into_iter();
        let kept = kept.filter(|f| f.look().as_ref().is_some_and(|l| is_look(l, look)));
        let kept = kept.filter(|f| f.question().is_some_and(|q| is_same(&q, cx.query))).min_by_key(|f| {
            // The one that is pinned, else one's own.
            (!f.pinned.contains(&cx.user), f.owner != Some(cx.user))
        });
        let pinned = kept.is_some_and(|f| f.pinned.contains(&cx.user));
        let (icon, name) = match pinned {
            true => (icons::PIN_FILLED, tr!("Take it off my dashboard")),
            false => (icons::PIN, tr!("Put it on my dashboard")),
        };
        if !icon_button(ui, icon, &name).clicked() {
            return;
        }
        let command = match kept {
            Some(favourite) => pin_command(cx, favourite.id, &favourite.pinned, !pinned),
            None => {
                let query = Query { text: String::new(), ..cx.query.clone() };
                let fields = vec![
                    ("name".to_owned(), words::title(cx.records, desk.listing(), look).into()),
                    ("query".to_owned(), query.to_text().into()),
                    ("listing".to_owned(), desk.listing().name().into()),
                    ("report".to_owned(), look.to_text().into()),
                    ("pinned".to_owned(), Value::Refs(vec![cx.user])),
                ];
                Command::Create { id: cx.new_id(Kind::Favourite), fields }
            }
        };
        cx.execute(command);
    }

    fn body(&mut self, ui: &mut Ui, cx: &mut Context, desk: Desk, look: &mut Look, answered: &Answered) {
        let p = palette(ui);
        let area = ui.available_rect_before_wrap();
        let left = area.left() + size::VIEW_MARGIN;
        let right = area.right() - size::VIEW_MARGIN;
        let rect = Rect::from_min_max(pos2(left, area.top()), pos2(right, area.bottom() - GAP));
        let inner = card::at(ui, rect, vec2(16.0, 12.0));
        let head = Rect::from_min_size(inner.min, vec2(inner.width(), size::CONTROL));
        let mut controls =
            ui.new_child(UiBuilder::new().max_rect(head).layout(Direction::right_to_left(Align::Center)));
        controls.spacing_mut().item_spacing.x = 6.0;
        kinds(&mut controls, look);
        if look.graph != Graph::Table && !answered.is_empty() {
            if icon_button(&mut controls, icons::COPY, &tr!("Copy the graph as a picture")).clicked() {
                self.picture.want(ui);
            }
            if look.graph == Graph::Bar && answered.graph.series.len() > 1 && answered.adds_up() {
                let words = if look.apart { tr!("On top of each other") } else { tr!("Side by side") };
                if icon_button(&mut controls, icons::STACKED, &words).clicked() {
                    look.apart = !look.apart;
                }
            }
        }
        let ends = controls.min_rect().left() - 12.0;
        let mut row = Row::new(ui, Rect::from_min_max(head.min, pos2(ends, head.bottom())));
        let title = words::title(cx.records, desk.listing(), look);
        row.text(&title, type_scale::CARD_TITLE, p.text);
        if let Some(day) = self.as_of {
            let as_of = tr!("as of {}", cx.day(day));
            row.gap(8.0).text(&as_of, type_scale::SECONDARY.medium(), p.due.text);
        }
        let (unit, currency) = (answered.pivot.measure.unit, crate::views::format::currency(cx.records).to_owned());
        let total = words::written(&answered.pivot, &answered.pivot.total, &currency);
        let count = words::counted(desk.listing(), answered.pivot.total.count);
        row.gap(10.0);
        let from = row.left();
        row.text(&total, type_scale::CARD_TITLE, p.text);
        row.gap(8.0).text(&count, type_scale::SECONDARY, p.text3);
        let place = Rect::from_min_max(pos2(from - 4.0, head.top() + 3.0), pos2(row.left() + 4.0, head.bottom() - 3.0));
        let response = ui.interact(place, Id::unique(("analysis total", desk)), Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Total: {total}, {count}", total, count)));
        if response.has_focus() {
            focus_ring(ui.painter(), place, radius::CONTROL, p);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
            self.open(cx, desk, answered.pivot.drill(None, None), &title);
        }
        let rest = Rect::from_min_max(pos2(inner.left(), head.bottom() + 12.0), inner.max);
        if answered.is_empty() {
            let mut child = ui.new_child(UiBuilder::new().max_rect(rest));
            let sentence = tr!("Nothing answers the filters above.");
            if empty::show(&mut child, icons::REPORTING, &tr!("Nothing to count"), &sentence, &[&tr!("Clear filters")])
                .is_some()
            {
                cx.query.clear();
            }
            return;
        }
        let drilled = match look.graph {
            Graph::Table => self.table.show(ui, cx, rest, answered),
            kind => {
                self.picture.turn(ui, cx, rect);
                let speech = speak(unit, &currency, desk.listing());
                let id = Id::unique(("analysis", desk));
                let (drawn, kind) = match kind {
                    Graph::Line => (&answered.graph, graph::Kind::Lines),
                    Graph::Pie => (&answered.pie, graph::Kind::Pie),
                    _ => {
                        let stacked = !look.apart && answered.adds_up();
                        (&answered.graph, graph::Kind::Bars { stacked })
                    }
                };
                let mark = graph::show(ui, rest, id, drawn, kind, &speech.borrow());
                mark.map(|mark| answered.drill(mark, look.graph == Graph::Pie))
            }
        };
        if let Some(query) = drilled {
            self.open(cx, desk, query, &title);
        }
    }

    /// Opens the records that a question finds, of a day that is over those that it found then.
    fn open(&mut self, cx: &mut Context, desk: Desk, query: Query, title: &str) {
        let Some(day) = self.as_of else {
            cx.actions.push(Action::Ask(desk.listing(), query));
            return;
        };
        if self.opening.is_some() {
            return;
        }
        let (asker, title) = (cx.asker(), format!("{title}, {}", cx.day(day)));
        self.opening = Some(cx.background(move |workspace, _| {
            let past = workspace.past().map_err(|e| said(&e.message()))?;
            let then = past.records(&workspace.records(), end_of(day, &asker));
            let asker = Asker { today: day, ..asker };
            let list = query.ask(&then, Listing::Opportunities, &asker).map_err(|e| said(&e.message()))?;
            Ok(these(&title, &list.ids(&then)))
        }));
    }

    fn open_when_found(&mut self, cx: &mut Context) {
        let Some(found) = self.opening.as_ref().and_then(Pending::take) else { return };
        self.opening = None;
        cx.actions.push(match found {
            Ok(query) => Action::Ask(Listing::Opportunities, query),
            Err(why) => Action::Say(Say::Refused(why)),
        });
    }
}

/// The question of exactly these opportunities, whatever became of them.
pub(super) fn these(label: &str, ids: &[DocId]) -> Query {
    let all: Vec<String> = ids.iter().map(DocId::to_string).collect();
    let filter = match all.is_empty() {
        true => "id is empty".to_owned(),
        false => format!("id in ({})", all.join(", ")),
    };
    let facet = Facet { about: "Report".to_owned(), terms: vec![Term::new(label, filter).archived()] };
    Query { facets: vec![facet], ..Query::default() }
}

/// Whether two reports look alike. Their rows are a matter of the question.
pub fn is_look(a: &Look, b: &Look) -> bool {
    let of = |look: &Look| (look.layout.measure.clone(), look.layout.column.clone(), look.graph, look.apart);
    of(a) == of(b)
}

/// Puts a report on a person's dashboard, or takes it away.
pub fn pin_command(cx: &Context, id: DocId, pinned: &[DocId], on: bool) -> Command {
    let mut users: Vec<DocId> = pinned.iter().copied().filter(|user| *user != cx.user).collect();
    users.extend(on.then_some(cx.user));
    Command::Set { id, fields: vec![("pinned".to_owned(), Value::Refs(users))], seen: None }
}

/// Bars, lines, a pie or the table, laid out from the right.
fn kinds(ui: &mut Ui, look: &mut Look) {
    const SIDE: f32 = 34.0;
    let p = palette(ui);
    let all: [(Graph, Icon, String); 4] = [
        (Graph::Bar, icons::REPORTING, tr!("As bars")),
        (Graph::Line, icons::LINE_GRAPH, tr!("As lines")),
        (Graph::Pie, icons::PIE, tr!("As a pie")),
        (Graph::Table, icons::PIVOT, tr!("As a table")),
    ];
    let (rect, _) = ui.allocate_exact_size(vec2(SIDE * all.len() as f32, size::CONTROL), Sense::hover());
    ui.painter().rect(rect, radius::CONTROL, p.card, Stroke::new(1.0, p.line2), StrokeKind::Inside);
    for (at, (graph, icon, name)) in all.into_iter().enumerate() {
        let cell = Rect::from_min_size(pos2(rect.left() + SIDE * at as f32, rect.top()), vec2(SIDE, rect.height()));
        let response = ui.interact(cell, ui.scope_id().with(("kind", at)), Sense::click());
        let on = look.graph == graph;
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, on, &name));
        if on {
            ui.painter().rect(cell, radius::CONTROL, p.asoft, Stroke::new(1.0, p.accent), StrokeKind::Inside);
        } else if response.hovered() {
            ui.painter().rect_filled(cell.shrink(1.0), radius::CONTROL, p.hover);
        }
        icons::paint(ui.painter(), icon, cell.center(), size::ICON, if on { p.accent } else { p.text2 });
        if response.has_focus() {
            focus_ring(ui.painter(), cell, radius::CONTROL, p);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).on_hover_text(name).clicked() {
            look.graph = graph;
        }
    }
}

fn workbook_of(cx: &Context, desk: Desk, look: &Look, as_of: Option<NaiveDate>) -> Workbook {
    let listing = desk.listing();
    let title = words::title(cx.records, listing, look);
    let (query, layout, asker) = (cx.query.clone(), look.layout.clone(), cx.asker());
    let mut notes = vec![title.clone()];
    notes.extend(workbook::notes(&query));
    notes.push(format!("As of: {}", as_of.unwrap_or(cx.today)));
    let sheet = Arc::new(title.clone());
    Workbook::new(cx, &title, move |workspace| {
        let made = match as_of {
            None => pivot::pivot(&workspace.records(), listing, &query, &layout, &asker),
            Some(day) => workspace.past().and_then(|past| {
                let asker = Asker { today: day, ..asker.clone() };
                past::pivot_as_of(&workspace.records(), &past, day, &query, &layout, &asker)
            }),
        };
        let made = made.map_err(|e| said(&e.message()))?;
        Ok((vec![pages::of_pivot("pivot", &sheet, &made)], notes.clone()))
    })
}

/// The groups that can be chosen for a list, ready ones first.
fn known_groups(cx: &Context, listing: Listing) -> Vec<(String, String)> {
    search::groups(cx, listing)
}
