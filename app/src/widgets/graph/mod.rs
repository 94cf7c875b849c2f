//! Graphs over plain numbers: bars, lines, a pie, a waterfall. Every mark is a button with its name and value; arrows move from
//! one to the next, and what is told under the pointer is told of what has the focus too.

mod bars;
mod legend;
mod lines;
mod pie;
mod scale;
mod tip;
mod waterfall;

use eframe::egui::{Color32, EventFilter, Id, Key, Modifiers, Rect, Response, Ui};

pub use self::waterfall::{Fall, show as waterfall};
use crate::design::Palette;

/// Steps along an axis, and in each a point of every series.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    pub steps: Vec<Step>,
    pub series: Vec<Series>,
    /// The steps follow each other in time: they go from left to right.
    pub in_time: bool,
    /// The step that has a frame.
    pub marked: Option<usize>,
    /// What the colours mean is told elsewhere.
    pub is_explained: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// What stands at the axis.
    pub label: String,
    /// What is said of it.
    pub name: String,
    /// One more thing to tell of it: what, and how much.
    pub note: Option<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    pub name: String,
    /// Which of the palette's colours; grey for what is left over.
    pub hue: Option<usize>,
    pub points: Vec<Point>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Nothing is not 0: the mean of no records.
    pub value: Option<f64>,
    /// How many records stand behind it.
    pub count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// On top of each other, or side by side.
    Bars {
        stacked: bool,
    },
    Lines,
    /// Of the first series.
    Pie,
}

/// How numbers are said.
pub struct Speech<'a> {
    pub write: &'a dyn Fn(f64) -> String,
    /// Short, for the scale.
    pub axis: &'a dyn Fn(f64) -> String,
    /// `12 opportunities`
    pub count: &'a dyn Fn(usize) -> String,
}

/// A step, and one of the series or all of them.
pub type Mark = (usize, Option<usize>);

/// Draws the graph into a place. Returns the mark that was chosen.
pub fn show(ui: &mut Ui, rect: Rect, id: Id, graph: &Graph, kind: Kind, speech: &Speech) -> Option<Mark> {
    if graph.steps.is_empty() || graph.series.is_empty() {
        return None;
    }
    if kind == Kind::Pie {
        return pie::show(ui, rect, id, graph, speech);
    }
    let rect = if graph.series.len() > 1 && !graph.is_explained { legend::show(ui, rect, graph) } else { rect };
    match kind {
        Kind::Lines => lines::show(ui, rect, id, graph, speech),
        Kind::Bars { stacked } => bars::show(ui, rect, id, graph, stacked && graph.series.len() > 1, speech),
        Kind::Pie => None,
    }
}

/// The colour of a series by its number.
pub fn hue(p: &Palette, hue: Option<usize>) -> Color32 {
    hue.map_or(p.none, |at| p.series[at % p.series.len()])
}

impl Graph {
    fn value(&self, step: usize, series: usize) -> Option<f64> {
        self.series.get(series)?.points.get(step)?.value
    }

    /// Whether there is something to choose: of one series always, of several where there is a value.
    fn is_mark(&self, step: usize, series: usize) -> bool {
        self.series.len() == 1 || self.value(step, series).is_some_and(|value| value != 0.0)
    }

    /// `October 2026, Qualified: $12,000`
    fn name(&self, (step, series): (usize, usize), speech: &Speech) -> String {
        let value = self.value(step, series).map_or_else(|| "–".to_owned(), speech.write);
        match self.series.len() {
            1 => format!("{}: {value}", self.steps[step].name),
            _ => format!("{}, {}: {value}", self.steps[step].name, self.series[series].name),
        }
    }

    fn count(&self, step: usize) -> usize {
        self.series.iter().filter_map(|series| series.points.get(step)).map(|point| point.count).sum()
    }
}

/// Which way the steps go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Across,
    Down,
}

/// Moves the focus from a mark that has it by the arrows.
fn arrows(ui: &Ui, id: Id, response: &Response, graph: &Graph, (step, series): (usize, usize), way: Way) {
    if !response.has_focus() {
        return;
    }
    let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|m| m.set_focus_lock_filter(response.id, arrows));
    let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    let along = |by: isize| {
        let mut to = step;
        loop {
            to = to.checked_add_signed(by).filter(|to| *to < graph.steps.len())?;
            let marks = (0..graph.series.len()).filter(|s| graph.is_mark(to, *s));
            if let Some(nearest) = marks.min_by_key(|s| s.abs_diff(series)) {
                return Some((to, nearest));
            }
        }
    };
    let across = |by: isize| {
        let mut to = series;
        loop {
            to = to.checked_add_signed(by).filter(|to| *to < graph.series.len())?;
            if graph.is_mark(step, to) {
                return Some((step, to));
            }
        }
    };
    let (back, on, up, down) = match way {
        Way::Across => (Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown),
        Way::Down => (Key::ArrowUp, Key::ArrowDown, Key::ArrowRight, Key::ArrowLeft),
    };
    let next = if pressed(back) {
        along(-1)
    } else if pressed(on) {
        along(1)
    } else if pressed(up) {
        across(1)
    } else if pressed(down) {
        across(-1)
    } else {
        None
    };
    if let Some(mark) = next {
        ui.memory_mut(|m| m.request_focus(id.with(mark)));
    }
}
