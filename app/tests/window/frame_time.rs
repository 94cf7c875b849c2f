//! How long a frame of the board takes with 50,000 cards while it is scrolled, without the GPU's own work:
//! `cargo test --release -p satchel --test frame_time -- --ignored --nocapture`.

use std::time::{Duration, Instant};

use chrono::{Days, TimeDelta};
use cpu_time::ThreadTime;
use eframe::egui::{self, Event, MouseWheelUnit, Pos2, RawInput, Rect, pos2, vec2};
use satchel::{
    SatchelApp,
    locale::Locale,
    shell::{Mode, Start},
};
use satchel_core::{
    Command, Kind, Money, Value, Workspace, demo,
    environment::fixed::environment,
    value::{Tz, When},
};

use crate::scene;

const FRAMES: usize = 600;

/// How long a frame took, how long the window's thread worked for it, and how long it was ready to and others had the processor.
#[derive(Clone, Copy)]
struct Took {
    wall: Duration,
    cpu: Duration,
    crowded_out: Duration,
}

impl Took {
    /// How long it waited for something: a lock, a disk.
    fn waited(&self) -> Duration {
        self.wall.saturating_sub(self.cpu + self.crowded_out)
    }
}

/// How long this thread has been ready to run and did not, where the system tells.
fn crowded_out() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split_whitespace().nth(1)?.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// One frame with everything that is done on the processor: input, layout, painting, tessellation.
fn frame(ctx: &egui::Context, app: &mut SatchelApp, time: f64, events: Vec<Event>) -> Took {
    let screen = Rect::from_min_size(Pos2::ZERO, vec2(1920.0, 1080.0));
    let input = RawInput { screen_rect: Some(screen), time: Some(time), events, ..RawInput::default() };
    let (crowded, begun, worked) = (crowded_out(), Instant::now(), ThreadTime::now());
    let mut output = ctx.run_ui(input, |ui| app.draw(ui));
    let shapes = ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
    let (wall, cpu) = (begun.elapsed(), worked.elapsed());
    let took = Took { wall, cpu, crowded_out: crowded_out().saturating_sub(crowded) };
    // Uploading the glyphs is the GPU's business.
    output.textures_delta.clear();
    assert!(!shapes.is_empty());
    took
}

fn wheel(lines: f32) -> Event {
    Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, lines),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: egui::Modifiers::NONE,
    }
}

/// A window over the board of so many sample opportunities.
fn window(cards: usize, mode: Mode) -> (egui::Context, SatchelApp) {
    let (ctx, mut app) = over(pipeline_of(cards), mode);
    let took = frame(&ctx, &mut app, 0.05, key(egui::Key::Num1, egui::Modifiers::COMMAND));
    println!("the board turned to: {:.1} ms", took.wall.as_secs_f64() * 1e3);
    (ctx, app)
}

/// So many sample opportunities, unless `SATCHEL_CARDS` wants others.
fn pipeline_of(cards: usize) -> Workspace {
    let cards = std::env::var("SATCHEL_CARDS").ok().and_then(|n| n.parse().ok()).unwrap_or(cards);
    let workspace = scene::empty(environment(&scene::clock(), 7));
    let commands = demo::commands(workspace.id(), cards, 1, workspace.environment().today());
    workspace.execute_batch("Many", commands, false, &mut |_, _| {}).unwrap();
    println!("{cards} cards");
    workspace
}

/// A window over a workspace, after its first frame.
fn over(workspace: Workspace, mode: Mode) -> (egui::Context, SatchelApp) {
    let clock = scene::clock();
    let ctx = egui::Context::default();
    let start = Start {
        workspace: Some(workspace),
        folder: None,
        environment: environment(&clock, 1),
        device_name: "bench".into(),
        mode,
        network: false,
        locale: Locale::default(),
        dialler: Default::default(),
        notices: satchel::shell::Notices::new(|_, _| {}),
        viewer: satchel::shell::Viewer::new(None, |_| Ok(())),
    };
    let mut app = SatchelApp::new(&ctx, start);
    let took = frame(&ctx, &mut app, 0.0, vec![Event::PointerMoved(pos2(400.0, 600.0))]);
    println!("first frame: {:.1} ms", took.wall.as_secs_f64() * 1e3);
    (ctx, app)
}

/// Draws frames with what happens in them and holds them against 8 ms.
fn measure(ctx: &egui::Context, app: &mut SatchelApp, what: &str, mut events: impl FnMut(usize) -> Vec<Event>) {
    let begun = ctx.input(|i| i.time) + 1.0;
    let times: Vec<Took> = (1..=FRAMES).map(|i| frame(ctx, app, begun + i as f64 / 60.0, events(i))).collect();
    let p99 = tell(what, &times);
    if !cfg!(debug_assertions) {
        assert!(p99 <= 8.0, "p99 of a frame is {p99:.2} ms of the processor, more than 8");
    }
}

/// Says how long frames took; of the processor's time 99 in a hundred took so many milliseconds at most.
fn tell(what: &str, times: &[Took]) -> f64 {
    let all = |of: fn(&Took) -> Duration| times.iter().map(of).collect();
    let kinds = [("wall", all(|t| t.wall)), ("CPU", all(|t| t.cpu)), ("waiting", all(Took::waited))];
    let p99 = kinds.map(|(kind, mut times): (&str, Vec<Duration>)| {
        times.sort();
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        let (half, most, worst) = (at(0.5), at(0.99), at(1.0));
        let count = times.len();
        println!("{count} frames, {what}, {kind}: median {half:.2} ms, p99 {most:.2} ms, worst {worst:.2} ms");
        most
    });
    p99[1]
}

fn key(key: egui::Key, modifiers: egui::Modifiers) -> Vec<Event> {
    let press = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
    vec![press(true), press(false)]
}

#[test]
#[ignore = "measures: run it in release, alone"]
fn fifty_thousand_cards_scroll() {
    let (ctx, mut app) = window(50_000, Mode::Inline);
    measure(&ctx, &mut app, "scrolling the board", |i| {
        // Every column in turn, far and near.
        let column = 320.0 * ((i / 60) % 4) as f32;
        vec![Event::PointerMoved(pos2(400.0 + column, 600.0)), wheel(if i % 7 == 0 { -400.0 } else { -3.0 })]
    });
}

/// What a peer sends at most before it waits for an answer.
const MOST_AT_ONCE: usize = 12 * (256 << 10);

#[test]
#[ignore = "measures: run it in release, alone"]
fn a_colleague_floods_the_board() {
    let clock = scene::clock();
    let workspace = pipeline_of(10_000);
    let colleague = scene::colleague(&workspace, &clock);
    let deals: Vec<_> = workspace.records().opportunities.keys().copied().collect();
    let stages: Vec<_> = workspace.records().stages.keys().copied().take(3).collect();
    let (ctx, mut app) = over(workspace.clone(), Mode::Threads);
    frame(&ctx, &mut app, 0.05, key(egui::Key::Num1, egui::Modifiers::COMMAND));
    let mut written = 0..;
    for (what, most, edits) in [
        ("one commit at a time", 1, 3_000),
        ("as a peer sends them, 256 KiB at a time", 256 << 10, 12_000),
        ("as much as a peer may send at once", MOST_AT_ONCE, 12_000),
    ] {
        // Written before, so that the colleague costs nothing while frames are drawn.
        for at in written.by_ref().take(edits) {
            let id = deals[at * 7919 % deals.len()];
            let field = match at % 3 {
                0 => ("stage".to_owned(), stages[at / 3 % stages.len()].into()),
                _ => ("expected_revenue".to_owned(), Value::Money(Money(at as i64 * 100))),
            };
            let fields = vec![field];
            colleague.execute(Command::Set { id, fields, seen: None }).unwrap();
        }
        let (commits, _) = colleague.commits_beyond(&workspace.vector(), 0, usize::MAX).unwrap();
        let mut pieces: Vec<Vec<Vec<u8>>> = Vec::new();
        let mut room = 0;
        for commit in commits {
            if room < commit.len() || pieces.is_empty() {
                pieces.push(Vec::new());
                room = most.max(commit.len());
            }
            room -= commit.len();
            pieces.last_mut().unwrap().push(commit);
        }
        let (count, begun) = (pieces.len(), Instant::now());
        let flood = std::thread::spawn({
            let workspace = workspace.clone();
            move || pieces.into_iter().for_each(|piece| assert!(workspace.accept(piece).unwrap().refused.is_empty()))
        });
        let mut times = Vec::new();
        let first = ctx.input(|i| i.time) + 1.0;
        while !flood.is_finished() {
            let i = times.len();
            let column = 320.0 * ((i / 60) % 4) as f32;
            let events = vec![Event::PointerMoved(pos2(400.0 + column, 600.0)), wheel(-3.0)];
            times.push(frame(&ctx, &mut app, first + i as f64 / 60.0, events));
            // As a screen asks for them.
            std::thread::sleep(Duration::from_millis(16).saturating_sub(times[i].wall));
        }
        flood.join().unwrap();
        println!("{what}: {edits} edits in {count} pieces came within {:.1} s", begun.elapsed().as_secs_f64());
        tell(what, &times);
    }
}

#[test]
#[ignore = "measures: run it in release, alone"]
fn a_hundred_thousand_rows_scroll() {
    let (ctx, mut app) = window(100_000, Mode::Inline);
    let begun = Instant::now();
    frame(&ctx, &mut app, 0.1, key(egui::Key::Num2, egui::Modifiers::ALT));
    for i in 0..6 {
        frame(&ctx, &mut app, 0.2 + 0.1 * f64::from(i), Vec::new());
    }
    println!("the list worked out and shown: {:.1} ms", begun.elapsed().as_secs_f64() * 1e3);
    measure(&ctx, &mut app, "scrolling the list", |i| {
        let by = match i % 50 {
            0 => -40_000.0,
            25 => 20_000.0,
            _ => -3.0,
        };
        vec![Event::PointerMoved(pos2(700.0, 600.0)), wheel(by)]
    });
}

#[test]
#[ignore = "measures: run it in release, alone"]
fn reports_over_a_hundred_thousand_are_looked_at() {
    let (ctx, mut app) = window(100_000, Mode::Threads);
    for (what, number) in [("the dashboard", egui::Key::Num0), ("the overview of reports", egui::Key::Num9)] {
        frame(&ctx, &mut app, ctx.input(|i| i.time) + 0.1, key(number, egui::Modifiers::COMMAND));
        measure(&ctx, &mut app, what, |i| {
            std::thread::sleep(Duration::from_millis(8));
            vec![Event::PointerMoved(pos2(300.0 + ((i * 7) % 1500) as f32, 200.0 + ((i * 3) % 800) as f32)), wheel(0.0)]
        });
    }
    // The tabs of the reports, from the left; each is turned to in its first frame.
    for (what, x) in [("the pipeline's analysis", 404.0), ("what changed", 529.0), ("the team's dashboard", 652.0)] {
        let at = pos2(x, 73.0);
        measure(&ctx, &mut app, what, |i| {
            std::thread::sleep(Duration::from_millis(8));
            let press = |pressed| Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: egui::Modifiers::NONE,
            };
            match i {
                1 => vec![Event::PointerMoved(at)],
                2 => vec![press(true)],
                3 => vec![press(false)],
                _ => vec![Event::PointerMoved(pos2(300.0 + ((i * 7) % 1500) as f32, 250.0 + ((i * 3) % 700) as f32))],
            }
        });
    }
}

#[test]
#[ignore = "measures: run it in release, alone"]
fn ten_thousand_events_are_gone_through() {
    let clock = scene::clock();
    let workspace = scene::empty(environment(&clock, 7));
    let events: Vec<Command> = (0..10_000u64).map(|at| event(&workspace, at)).collect();
    workspace.execute_batch("Many", events, false, &mut |_, _| {}).unwrap();
    let (ctx, mut app) = over(workspace, Mode::Threads);
    frame(&ctx, &mut app, 0.1, key(egui::Key::Num4, egui::Modifiers::COMMAND));
    for view in [egui::Key::W, egui::Key::M, egui::Key::A] {
        // Each view is turned to in its first frame.
        measure(&ctx, &mut app, &format!("the calendar by {view:?}, scrolled and leafed through"), |i| {
            std::thread::sleep(Duration::from_millis(8));
            match i % 30 {
                _ if i == 1 => key(view, egui::Modifiers::NONE),
                0 => key(egui::Key::PageDown, egui::Modifiers::NONE),
                15 if i % 60 == 15 => key(egui::Key::T, egui::Modifiers::NONE),
                _ => vec![
                    Event::PointerMoved(pos2(900.0, 600.0 + (i % 9) as f32)),
                    wheel(if i % 2 == 0 { -3.0 } else { 2.0 }),
                ],
            }
        });
    }
}

/// One of a year around now, one in fifty a series.
fn event(workspace: &Workspace, at: u64) -> Command {
    let day = workspace.environment().today() - Days::new(182) + Days::new(at % 365);
    let start = day.and_hms_opt(7 + (at / 365 % 11) as u32, 15 * (at % 4) as u32, 0).unwrap();
    let when = match at % 20 {
        0 => When::days(day, day + Days::new(at / 20 % 3)),
        _ => When::hours(start, start + TimeDelta::minutes(30 + 15 * (at % 5) as i64), Some(Tz::UTC)),
    };
    let mut fields = vec![
        ("name".to_owned(), Value::from(format!("Event {at}"))),
        ("when".to_owned(), Value::When(when.unwrap())),
        ("location".to_owned(), Value::from("Hall 4")),
    ];
    if at % 50 == 7 {
        fields.push(("recurrence".to_owned(), "RRULE:FREQ=MONTHLY".into()));
    }
    Command::Create { id: workspace.new_id(Kind::Meeting), fields }
}

#[test]
#[ignore = "measures: run it in release, alone"]
fn a_hundred_thousand_cards_are_searched() {
    let (ctx, mut app) = window(100_000, Mode::Threads);
    frame(&ctx, &mut app, 0.1, key(egui::Key::Slash, egui::Modifiers::NONE));
    let typed = ["r", "e", "n", "o", "v"];
    measure(&ctx, &mut app, "typing and emptying the search box over the board", |i| {
        // Frames come as a screen asks for them, or the threads that work the question out would stand still.
        std::thread::sleep(Duration::from_millis(8));
        match i % 60 {
            0 => key(egui::Key::Escape, egui::Modifiers::NONE),
            30 => key(egui::Key::Slash, egui::Modifiers::NONE),
            n if n >= 35 && n % 5 == 0 => vec![Event::Text(typed[(n - 35) / 5].into())],
            _ => Vec::new(),
        }
    });
}
