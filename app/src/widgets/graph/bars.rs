//! Bars from a base line: upright, or lying where their names are too long to stand under them.

use eframe::egui::{
    CornerRadius, CursorIcon, Id, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};

use super::{Graph, Mark, Speech, Way, arrows, hue, scale::Scale, tip};
use crate::{
    design::{palette, radius, type_scale},
    widgets::{
        Line,
        line::{focus_ring, line_center},
        line_right,
    },
};

const FOOT: f32 = 24.0;
/// Between bars that stand side by side.
const GAP: f32 = 2.0;

/// Where everything lies.
struct Plan {
    plot: Rect,
    /// Of one step, along the axis.
    slot: f32,
    way: Way,
    scale: Scale,
}

impl Plan {
    fn at(&self, value: f64) -> f32 {
        match self.way {
            Way::Across => self.plot.bottom() - self.plot.height() * self.scale.share(value),
            Way::Down => self.plot.left() + self.plot.width() * self.scale.share(value),
        }
    }

    fn column(&self, step: usize) -> Rect {
        let from = self.slot * step as f32;
        match self.way {
            Way::Across => Rect::from_x_y_ranges(
                self.plot.left() + from..=self.plot.left() + from + self.slot,
                self.plot.y_range(),
            ),
            Way::Down => {
                Rect::from_x_y_ranges(self.plot.x_range(), self.plot.top() + from..=self.plot.top() + from + self.slot)
            }
        }
    }

    /// A bar from a value to a value, between two lines along the axis.
    fn bar(&self, (from, to): (f32, f32), (low, high): (f64, f64)) -> Rect {
        let (a, b) = (self.at(low), self.at(high));
        match self.way {
            Way::Across => Rect::from_x_y_ranges(from..=to, a.min(b)..=a.max(b)),
            Way::Down => Rect::from_x_y_ranges(a.min(b)..=a.max(b), from..=to),
        }
    }
}

pub fn show(ui: &mut Ui, rect: Rect, id: Id, graph: &Graph, stacked: bool, speech: &Speech) -> Option<Mark> {
    let p = palette(ui);
    let scale = Scale::over(ends(graph, stacked), if rect.height() < 180.0 { 2.5 } else { 4.5 });
    let wide = |text: &str| Line::new(text, type_scale::TAG, p.text).layout(ui.painter(), 400.0).size().x;
    let ticks = scale.ticks().map(|v| wide(&(speech.axis)(v))).fold(0.0, f32::max) + 12.0;
    let names = graph.steps.iter().map(|step| wide(&step.label)).fold(0.0, f32::max);
    let slot = (rect.width() - ticks) / graph.steps.len() as f32;
    let way = if graph.in_time || names + 10.0 <= slot { Way::Across } else { Way::Down };
    match way {
        Way::Across => {
            let plot = Rect::from_min_max(rect.min + vec2(ticks, 8.0), rect.max - vec2(0.0, FOOT));
            let plan = Plan { plot, slot, way, scale };
            for value in scale.ticks() {
                let y = plan.at(value);
                ui.painter().hline(plot.x_range(), y, Stroke::new(1.0, if value == 0.0 { p.line2 } else { p.line }));
                let words = (speech.axis)(value);
                line_right(
                    ui.painter(),
                    pos2(plot.left() - 8.0, y),
                    ticks,
                    Line::new(&words, type_scale::TAG, p.text3),
                );
            }
            // Where not all names have room, every so manieth stands there.
            let every = ((names + 12.0) / slot).ceil().max(1.0) as usize;
            for (at, step) in graph.steps.iter().enumerate().step_by(every) {
                let center = pos2(plan.column(at).center().x, rect.bottom() - FOOT / 2.0);
                let room = slot * every as f32 - 4.0;
                line_center(ui.painter(), center, room, Line::new(&step.label, type_scale::TAG, p.text2));
            }
            marks(ui, id, graph, &plan, stacked, speech)
        }
        Way::Down => {
            let names = names.min(rect.width() * 0.3) + 12.0;
            let series = if stacked { 1.0 } else { graph.series.len() as f32 };
            let least = (series * (7.0 + GAP) + 10.0).max(22.0);
            let high = rect.height() - FOOT;
            let slot = (high / graph.steps.len() as f32).clamp(least, least.max(44.0));
            let plot = |top: f32, height: f32| {
                Rect::from_min_size(pos2(rect.left() + names, top), vec2(rect.width() - names - 18.0, height))
            };
            let all = slot * graph.steps.len() as f32;
            let shown = Plan { plot: plot(rect.top(), high.min(all)), slot, way, scale };
            for value in scale.ticks() {
                let x = shown.at(value);
                let color = if value == 0.0 { p.line2 } else { p.line };
                ui.painter().vline(x, shown.plot.y_range(), Stroke::new(1.0, color));
                let at = pos2(x, shown.plot.bottom() + FOOT / 2.0);
                line_center(ui.painter(), at, 90.0, Line::new(&(speech.axis)(value), type_scale::TAG, p.text3));
            }
            let area = Rect::from_min_max(rect.min, pos2(rect.right(), shown.plot.bottom()));
            let mut child = ui.new_child(UiBuilder::new().max_rect(area).id_salt(id));
            let scroll = ScrollArea::vertical().id_salt(id).auto_shrink(false);
            let shown = scroll.show(&mut child, |ui| {
                let (whole, _) = ui.allocate_exact_size(vec2(area.width() - 10.0, all), Sense::hover());
                let plan = Plan { plot: plot(whole.top(), all), slot, way, scale };
                for (at, step) in graph.steps.iter().enumerate() {
                    let at = pos2(plan.plot.left() - 8.0, plan.column(at).center().y);
                    line_right(ui.painter(), at, names - 10.0, Line::new(&step.label, type_scale::SECONDARY, p.text));
                }
                marks(ui, id, graph, &plan, stacked, speech)
            });
            shown.inner
        }
    }
}

/// How far the bars reach.
fn ends(graph: &Graph, stacked: bool) -> impl Iterator<Item = f64> {
    let of_step = move |step: usize| {
        let values = graph.series.iter().filter_map(move |series| series.points.get(step)?.value);
        let (mut low, mut high) = (0.0, 0.0);
        for value in values {
            match (stacked, value < 0.0) {
                (true, true) => low += value,
                (true, false) => high += value,
                (false, true) => low = value.min(low),
                (false, false) => high = value.max(high),
            }
        }
        [low, high]
    };
    (0..graph.steps.len()).flat_map(of_step)
}

fn marks(ui: &mut Ui, id: Id, graph: &Graph, plan: &Plan, stacked: bool, speech: &Speech) -> Option<Mark> {
    let p = palette(ui);
    let several = graph.series.len() > 1;
    let abreast = if stacked { 1.0 } else { graph.series.len() as f32 };
    let most = if plan.way == Way::Across { 46.0 } else { 20.0 };
    let thick = ((plan.slot * 0.72 + GAP) / abreast - GAP).clamp(1.0, most);
    let (mut chosen, mut hovered, mut focused) = (None, None, None);
    for step in 0..graph.steps.len() {
        let column = plan.column(step);
        if graph.marked == Some(step) {
            let frame = column.expand2(if plan.way == Way::Across { vec2(0.0, 6.0) } else { vec2(4.0, 0.0) });
            ui.painter().rect_stroke(frame, radius::MARK, Stroke::new(1.0, p.accent), StrokeKind::Inside);
        }
        // The column as a whole, for the pointer: what stands in it has the focus.
        let whole = several.then(|| ui.interact(column, id.with(("step", step)), Sense::CLICK));
        if let Some(whole) = &whole {
            if whole.hovered() {
                ui.painter().rect_filled(column, radius::MARK, p.hover.gamma_multiply(0.5));
                let at = whole.hover_pos().map(|at| Rect::from_center_size(at, vec2(8.0, 8.0)));
                let beside = if plan.way == Way::Across { Some(column) } else { at };
                hovered = beside.map(|beside| (beside, (step, None)));
            }
            if whole.clicked() {
                chosen = Some((step, None));
            }
        }
        let middle = if plan.way == Way::Across { column.center().x } else { column.center().y };
        let all = abreast * (thick + GAP) - GAP;
        let (mut low, mut high) = (0.0, 0.0);
        let last = |above: bool| {
            let is = |s: &usize| graph.value(step, *s).is_some_and(|v| if above { v > 0.0 } else { v < 0.0 });
            (0..graph.series.len()).rev().find(is)
        };
        let outermost = [last(true), last(false)];
        for series in (0..graph.series.len()).filter(|s| graph.is_mark(step, *s)) {
            let value = graph.value(step, series).unwrap_or(0.0);
            let from = middle - all / 2.0 + if stacked { 0.0 } else { series as f32 * (thick + GAP) };
            let ends = match (stacked, value < 0.0) {
                (true, true) => (low, low + value),
                (true, false) => (high, high + value),
                (false, _) => (0.0, value),
            };
            if stacked && value < 0.0 {
                low += value
            } else {
                high += if stacked { value } else { 0.0 }
            }
            let mut shape = plan.bar((from, from + thick), ends);
            // What is there is seen.
            if value != 0.0 && shape.area() < thick {
                shape = shape.expand2(if plan.way == Way::Across { vec2(0.0, 0.5) } else { vec2(0.5, 0.0) });
            }
            let hit = match (several, stacked, plan.way) {
                (false, ..) => column,
                (true, true, _) => shape,
                (true, false, Way::Across) => Rect::from_x_y_ranges(shape.x_range(), plan.plot.y_range()),
                (true, false, Way::Down) => Rect::from_x_y_ranges(plan.plot.x_range(), shape.y_range()),
            };
            let response = ui.interact(hit, id.with((step, series)), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, graph.name((step, series), speech)));
            if !several && response.hovered() {
                ui.painter().rect_filled(column, radius::MARK, p.hover.gamma_multiply(0.5));
            }
            if ui.is_rect_visible(shape) && value != 0.0 {
                let color = hue(p, graph.series[series].hue);
                let color = if response.hovered() { color.gamma_multiply(0.85) } else { color };
                let outer = !stacked || outermost.contains(&Some(series));
                ui.painter().rect_filled(shape, corner(plan.way, value < 0.0, outer), color);
                if stacked {
                    // Neighbours are told apart by more than their colours.
                    let edge = Stroke::new(1.0, p.card);
                    match plan.way {
                        Way::Across => ui.painter().hline(shape.x_range(), shape.bottom() - 0.5, edge),
                        Way::Down => ui.painter().vline(shape.left() + 0.5, shape.y_range(), edge),
                    };
                }
            }
            if response.hovered() {
                let at = response.hover_pos().filter(|_| plan.way == Way::Down);
                let beside = at.map_or(shape, |at| Rect::from_center_size(at, vec2(8.0, 8.0)));
                hovered = Some((beside, (step, Some(series))));
            }
            if response.has_focus() {
                focus_ring(ui.painter(), shape.expand(2.0), radius::MARK, p);
                focused = Some((shape, (step, Some(series))));
                if response.gained_focus() {
                    ui.scroll_to_rect(hit, None);
                }
            }
            arrows(ui, id, &response, graph, (step, series), plan.way);
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                chosen = Some((step, Some(series)));
            }
        }
    }
    if let Some((beside, mark)) = hovered.or(focused) {
        tip::of_step(ui, beside, graph, mark, speech);
    }
    chosen
}

/// Round where the bar ends.
fn corner(way: Way, below: bool, outer: bool) -> CornerRadius {
    let (r, none) = (if outer { 3 } else { 0 }, 0);
    match (way, below) {
        (Way::Across, false) => CornerRadius { nw: r, ne: r, sw: none, se: none },
        (Way::Across, true) => CornerRadius { nw: none, ne: none, sw: r, se: r },
        (Way::Down, false) => CornerRadius { nw: none, ne: r, sw: none, se: r },
        (Way::Down, true) => CornerRadius { nw: r, ne: none, sw: r, se: none },
    }
}
