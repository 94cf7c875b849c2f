//! What the widgets paint: a colour is there and reaches as far as the value says, in light and in dark. Painted without a
//! GPU, so that it is the same everywhere; glyphs are left out.

use chrono::NaiveDate;
use eframe::{
    egui::{self, Color32, Id, Pos2, RawInput, Rect, Ui, pos2, vec2},
    epaint::{ClippedPrimitive, Primitive, Vertex, WHITE_UV},
};
use satchel::{
    design::{Palette, theme, tokens},
    widgets::{
        bar, check, dashes, gauge, graph,
        month::{Month, month_in},
        progress,
        qr::Qr,
        stage_bar::{Mood, Step, stage_bar},
        switch,
    },
};

const SIZE: [f32; 2] = [400.0, 300.0];

/// What one frame has painted.
struct Painted(Vec<ClippedPrimitive>);

/// Draws a widget into an empty window and tells what came of it.
fn painted<T>(dark: bool, mut draw: impl FnMut(&mut Ui, &Palette) -> T) -> (Painted, T) {
    let ctx = egui::Context::default();
    theme::install(&ctx);
    theme::reduce_motion(&ctx, true);
    ctx.set_theme(if dark { egui::Theme::Dark } else { egui::Theme::Light });
    ctx.tessellation_options_mut(|options| {
        // Sharp edges, and discs of triangles instead of pictures of discs.
        options.feathering = false;
        options.prerasterized_discs = false;
    });
    let mut last = None;
    // Fonts are there from the second frame on.
    for _ in 0..2 {
        let screen = Rect::from_min_size(Pos2::ZERO, SIZE.into());
        let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
        let mut told = None;
        let mut output = ctx.run_ui(input, |ui| told = Some(draw(ui, tokens::of(dark))));
        let shapes = ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        output.textures_delta.clear();
        last = told.map(|told| (Painted(shapes), told));
    }
    last.unwrap()
}

impl Painted {
    /// The colour at a point: what was painted last there and covers all.
    fn at(&self, point: Pos2) -> Option<Color32> {
        let mut color = None;
        for ClippedPrimitive { clip_rect, primitive } in &self.0 {
            let Primitive::Mesh(mesh) = primitive else { continue };
            if !clip_rect.contains(point) {
                continue;
            }
            for corners in mesh.indices.chunks(3) {
                let [a, b, c] = [corners[0], corners[1], corners[2]].map(|at| mesh.vertices[at as usize]);
                let is_flat = [a, b, c].iter().all(|v| v.uv == WHITE_UV && v.color == a.color && v.color.a() == 255);
                if is_flat && holds([a, b, c], point) {
                    color = Some(a.color);
                }
            }
        }
        color
    }

    /// How many points of a line from one to another, a quarter of a point apart, have the colour.
    fn length(&self, color: Color32, from: Pos2, to: Pos2) -> f32 {
        let steps = ((to - from).length() * 4.0).round() as usize;
        let is_it = |step: &usize| self.at(from.lerp(to, (*step as f32 + 0.5) / steps as f32)) == Some(color);
        (0..steps).filter(is_it).count() as f32 / 4.0
    }
}

fn holds([a, b, c]: [Vertex; 3], point: Pos2) -> bool {
    let side = |from: Vertex, to: Vertex| {
        let (along, off) = (to.pos - from.pos, point - from.pos);
        along.x * off.y - along.y * off.x
    };
    let sides = [side(a, b), side(b, c), side(c, a)];
    sides.iter().all(|s| *s >= 0.0) || sides.iter().all(|s| *s <= 0.0)
}

fn in_both(test: impl Fn(bool, &Palette)) {
    [false, true].into_iter().for_each(|dark| test(dark, tokens::of(dark)));
}

fn close(is: f32, to: f32, what: &str) {
    assert!((is - to).abs() <= 2.5, "{what}: {is}, not {to}");
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
}

#[test]
fn bars_are_as_high_as_their_values() {
    in_both(|dark, p| {
        let points = [10.0, 5.0, 0.0].map(|value| graph::Point { value: Some(value), count: 1 });
        let name = |n: usize| graph::Step { label: n.to_string(), name: n.to_string(), note: None };
        let bars = graph::Graph {
            steps: (0..3).map(name).collect(),
            series: vec![graph::Series { name: "all".into(), hue: Some(0), points: points.into() }],
            ..graph::Graph::default()
        };
        let rect = Rect::from_min_size(pos2(10.0, 10.0), vec2(376.0, 234.0));
        let write = |value: f64| value.to_string();
        let count = |count: usize| count.to_string();
        let speech = graph::Speech { write: &write, axis: &write, count: &count };
        let kind = graph::Kind::Bars { stacked: false };
        let (painted, _) = painted(dark, |ui, _| graph::show(ui, rect, Id::unique("bars"), &bars, kind, &speech));
        // Where a scale is as wide as “10” and the plot three steps.
        let left = rect.left() + 26.0;
        let wide = (rect.right() - left) / 3.0;
        let high = |step: usize| {
            let x = left + wide * (step as f32 + 0.5);
            painted.length(p.series[0], pos2(x, rect.top()), pos2(x, rect.bottom()))
        };
        let highs: Vec<f32> = (0..3).map(high).collect();
        assert!(highs[0] > 100.0, "{highs:?}");
        close(highs[1], highs[0] / 2.0, "half the value");
        assert_eq!(highs[2], 0.0, "nothing");
    });
}

#[test]
fn a_gauge_is_filled_by_its_share_from_the_left() {
    in_both(|dark, p| {
        let (base, radius) = (pos2(200.0, 200.0), 100.0);
        for share in [0.0, 0.25, 0.5, 1.0, 3.0] {
            let (painted, ()) =
                painted(dark, |ui, p| gauge::paint(ui.painter(), base, radius, share, p.accent, p.line));
            let along = |degrees: &usize| {
                let angle = std::f32::consts::PI * (1.0 + (*degrees as f32 + 0.5) / 180.0);
                painted.at(base + radius * vec2(angle.cos(), angle.sin()))
            };
            let filled: Vec<usize> = (0..180).filter(|at| along(at) == Some(p.accent)).collect();
            let rest = (0..180).filter(|at| along(at) == Some(p.line)).count();
            close(filled.len() as f32, 180.0 * share.min(1.0), "degrees that are filled");
            close(rest as f32, 180.0 - filled.len() as f32, "degrees that are left");
            assert!(filled.last().is_none_or(|last| *last <= filled.len() + 2), "from the left: {filled:?}");
        }
    });
}

#[test]
fn progress_reaches_as_far_as_the_work_is_done() {
    in_both(|dark, p| {
        let length = |done| {
            let (painted, rect) = painted(dark, |ui, _| {
                let left = ui.available_rect_before_wrap();
                progress::show(ui, "Importing", done);
                left
            });
            let y = rect.top() + 140.0;
            let [done, rest] = [p.accent, p.line].map(|c| painted.length(c, pos2(0.0, y), pos2(SIZE[0], y)));
            (done, done + rest, rect.width())
        };
        let (none, all, width) = length((0, 0));
        assert_eq!(none, 0.0, "nothing known yet");
        close(all, width, "the track");
        close(length((1, 4)).0, width / 4.0, "a quarter");
        close(length((4, 4)).0, width, "all");
    });
}

#[test]
fn parts_of_a_bar_share_its_length() {
    in_both(|dark, p| {
        let rect = Rect::from_min_size(pos2(20.0, 20.0), vec2(322.0, 6.0));
        let shares = [(30, p.ok.fill), (10, p.due.fill), (0, p.late.fill), (40, p.accent)];
        let (painted, ()) = painted(dark, |ui, p| bar::paint(ui.painter(), rect, &shares, p));
        let lengths = shares.map(|(_, color)| painted.length(color, rect.left_center(), rect.right_center()));
        assert_eq!(lengths[2], 0.0, "an empty part is not there");
        assert!(lengths[0] > 2.0 * lengths[1] && lengths[3] > lengths[0], "{lengths:?}");
        close(lengths.iter().sum::<f32>() + 4.0, rect.width(), "all of it, with two gaps");
    });
}

#[test]
fn a_month_fills_the_chosen_day_and_frames_today() {
    in_both(|dark, p| {
        let (chosen, today) = (day(18), day(12));
        let look = Month { chosen: Some(chosen), today, cell: 30.0, band: None };
        let (painted, top_left) = painted(dark, |ui, _| {
            let top_left = ui.available_rect_before_wrap().min;
            ui.spacing_mut().item_spacing.y = 0.0;
            month_in(ui, &mut today.clone(), look);
            top_left
        });
        let filled = |column: usize, row: usize| {
            // Above the figures, which lie on the fill.
            let corner = top_left + vec2(30.0 * column as f32, 46.0 + 30.0 * row as f32);
            let y = corner.y + 5.0;
            painted.length(p.accent, pos2(corner.x, y), pos2(corner.x + 30.0, y))
        };
        let mut places = Vec::new();
        for row in 0..6 {
            places.extend((0..7).map(|column| filled(column, row)).filter(|length| *length > 20.0));
        }
        assert_eq!(places.len(), 1, "one day is filled");
        close(places[0], 28.0, "as wide as a day");
    });
}

#[test]
fn a_stage_bar_colours_the_step_that_is_now_by_its_mood() {
    in_both(|dark, p| {
        let steps = || ["New", "Offered", "Won"].map(|title| Step { title, detail: String::new(), tooltip: title });
        let at = |mood, step: usize| {
            let (painted, rect) = painted(dark, |ui, _| {
                let rect = ui.available_rect_before_wrap();
                stage_bar(ui, &steps(), Some(1), mood);
                rect
            });
            painted.at(rect.min + vec2(rect.width() / 3.0 * (step as f32 + 0.5), 4.0))
        };
        let colours = [Mood::Open, Mood::Won, Mood::Lost].map(|mood| at(mood, 1).unwrap());
        assert_eq!(colours[0], p.accent, "now");
        assert!(colours[0] != colours[1] && colours[1] != colours[2], "{colours:?}");
        assert_ne!(at(Mood::Open, 0), at(Mood::Open, 2), "done is not what is next");
    });
}

#[test]
fn a_switch_and_a_box_show_what_they_are_set_to() {
    in_both(|dark, p| {
        for on in [false, true] {
            let (painted, rect) = painted(dark, |ui, _| switch::show(ui, on, "Quiet").rect);
            let inside = painted.at(rect.center()).unwrap();
            assert_eq!(inside, if on { p.accent } else { p.card });
            let knob = if on { p.onaccent } else { p.ctl };
            let side = if on { 24.0 } else { 10.0 };
            assert_eq!(painted.at(pos2(rect.left() + side, rect.center().y)), Some(knob));
        }
        let boxes = [
            (check::State::Off, p.card, p.card),
            (check::State::On, p.accent, p.accent),
            (check::State::Some, p.accent, p.onaccent),
        ];
        for (state, fill, middle) in boxes {
            let center = pos2(50.0, 50.0);
            let (painted, ()) = painted(dark, |ui, p| check::paint(ui.painter(), center, state, false, p));
            assert_eq!(painted.at(center + vec2(0.0, -5.0)), Some(fill), "{state:?}");
            assert_eq!(painted.at(center), Some(middle), "{state:?}");
        }
    });
}

#[test]
fn dashes_leave_gaps() {
    in_both(|dark, p| {
        let rect = Rect::from_min_size(pos2(20.0, 20.0), vec2(200.0, 100.0));
        let stroke = egui::Stroke::new(4.0, p.accent);
        let (painted, ()) = painted(dark, |ui, _| {
            dashes::along(ui.painter(), &[rect.left_top(), rect.right_top()], stroke, 6.0, 4.0);
        });
        let inked = painted.length(p.accent, rect.left_top(), rect.right_top());
        assert!((100.0..140.0).contains(&inked), "{inked} of 200, six in ten");
    });
}

#[test]
fn a_code_is_dark_on_white_in_every_theme() {
    in_both(|dark, _| {
        let code = Qr::new("satchel").unwrap();
        let (painted, rect) = painted(dark, |ui, _| code.show(ui, 232.0, "Code").rect);
        assert_eq!(painted.at(rect.min + vec2(6.0, 6.0)), Some(Color32::WHITE), "the quiet edge");
        // The finder in the upper left corner: 7 modules of 29, dark at its edge.
        let module = rect.width() / 29.0;
        let y = rect.top() + 4.5 * module;
        let dark = painted.length(Color32::BLACK, pos2(rect.left(), y), pos2(rect.left() + 11.5 * module, y));
        close(dark, 7.0 * module, "the finder");
    });
}
