//! Where a record stands with its meetings (spec §4): a button that says it, and opens the meeting or begins one.

use eframe::egui::{Rect, Ui, UiBuilder, pos2, vec2};
use satchel_core::{
    DocId,
    environment::Zone,
    query::agenda::{self, Entry, NearestMeeting, Times},
};
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    locale,
    shell::{Action, Context},
    views::meeting::MeetingAsk,
    widgets::{Button, Line},
};

/// The meeting nearest to now, worked out once for a revision and a minute.
#[derive(Default)]
pub struct NextMeeting {
    key: Option<(DocId, u64, i64)>,
    nearest: Option<NearestMeeting>,
}

impl NextMeeting {
    /// Draws the button with its right end at a point. Returns its left edge.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, of: DocId, right: f32, middle: f32) -> f32 {
        let zone = cx.environment.zone();
        let key = Some((of, cx.records.revision, cx.now.timestamp() / 60));
        if self.key != key {
            self.key = key;
            self.nearest = Some(agenda::nearest_meeting(cx.records, of, cx.now, &zone));
        }
        let Some(nearest) = &self.nearest else { return right };
        let words = words(nearest, &zone);
        let p = palette(ui);
        let style = type_scale::SECONDARY.medium();
        let width = Line::new(&words, style, p.text).layout(ui.painter(), f32::INFINITY).size().x + 40.0;
        let corner = pos2(right - width.ceil(), middle - size::CONTROL_SMALL / 2.0);
        let rect = Rect::from_min_size(corner, vec2(width.ceil(), size::CONTROL_SMALL));
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect).id_salt("next meeting"));
        let button = child.add(Button::new(&words).icon(icons::CALENDAR).small().width(width.ceil()));
        let tooltip = match nearest {
            NearestMeeting::None => tr!("Call a meeting"),
            NearestMeeting::Next(entry) | NearestMeeting::Last(entry) => entry.title.clone(),
        };
        if button.on_hover_text(tooltip).clicked() {
            let ask = match nearest {
                NearestMeeting::Next(entry) | NearestMeeting::Last(entry) => {
                    MeetingAsk::Open { id: entry.id, of: entry.of }
                }
                NearestMeeting::None => MeetingAsk::New { when: None, about: Some(of) },
            };
            cx.actions.push(Action::Meeting(ask));
        }
        rect.left()
    }
}

/// `Next Meeting 14 Jul`, `Last Meeting 12 Jul`, `No Meeting`
fn words(nearest: &NearestMeeting, zone: &Zone) -> String {
    let day = |entry: &Entry| match entry.times {
        Times::Days { first, .. } => locale::month_day(first),
        Times::Hours(moments) => locale::month_day(zone.day(moments.start)),
    };
    match nearest {
        NearestMeeting::Next(entry) => tr!("Next Meeting {}", day(entry)),
        NearestMeeting::Last(entry) => tr!("Last Meeting {}", day(entry)),
        NearestMeeting::None => tr!("No Meeting"),
    }
}
