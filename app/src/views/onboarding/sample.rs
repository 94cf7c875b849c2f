//! A made-up team to look around in, kept in memory.

use eframe::egui::{Rect, Stroke, StrokeKind, Ui, pos2, vec2};
use satchel_core::{
    Storage, Workspace, demo,
    workspace::{Founding, StageSet},
};
use tr::tr;

use super::{Coming, Place, foot, heading, problem};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::said,
    shell::Pending,
    widgets::{Button, Line, line},
};

#[derive(Default)]
pub struct Sample {
    coming: Option<Coming>,
    problem: Option<String>,
}

impl Sample {
    pub fn show(&mut self, ui: &mut Ui, place: &Place) {
        let p = palette(ui);
        heading(
            ui,
            &tr!("Look at sample data"),
            &tr!(
                "A made-up sales team at work. Nothing of it is kept or shared: it is gone when you close the window."
            ),
        );
        miniature(ui);
        ui.add_space(14.0);
        let what = [
            tr!("People, companies and products"),
            tr!("A year of won and lost deals"),
            tr!("Calls and meetings for this week"),
        ];
        for text in what {
            let (_, row) = ui.allocate_space(vec2(ui.available_width(), 26.0));
            icons::paint(ui.painter(), icons::CHECK, row.left_center() + vec2(8.0, 0.0), size::ICON_MEDIUM, p.ok.text);
            line(
                ui.painter(),
                row.left_center() + vec2(26.0, 0.0),
                row.width(),
                Line::new(&text, type_scale::BODY, p.text2),
            );
        }
        let busy = self.coming.is_some();
        foot(ui, 92.0, |ui| {
            let name = tr!("Open the sample");
            let words = if busy { tr!("Preparing…") } else { name.clone() };
            let button = Button::new(&words).name(&name).large().width(ui.available_width());
            if ui.add(button.enabled(!busy)).clicked() {
                self.start(place);
            }
            if let Some(text) = &self.problem {
                ui.add_space(8.0);
                problem(ui, text, p);
            }
        });
    }

    fn start(&mut self, place: &Place) {
        let (environment, device_name) = (place.environment.clone(), place.device_name.clone());
        self.coming = Some(Pending::run(place.mode, &place.ctx, move || {
            sample(environment, device_name).map_err(|e| said(&e.message()))
        }));
    }

    pub fn take(&mut self) -> Option<Workspace> {
        let result = self.coming.as_ref().and_then(Pending::take)?;
        self.coming = None;
        result.map_err(|text| self.problem = Some(text)).ok()
    }
}

/// A workspace of sample data in memory.
pub fn sample(
    environment: satchel_core::environment::Environment,
    device_name: String,
) -> satchel_core::Result<Workspace> {
    let founding = Founding {
        name: "MavenTech".to_owned(),
        user: "Vicki Laflamme".to_owned(),
        device_name,
        currency: "USD".to_owned(),
        stages: StageSet::Standard,
    };
    let workspace = Workspace::found(Storage::Memory, environment, founding)?;
    demo::populate(&workspace)?;
    Ok(workspace)
}

/// The board, very small.
fn miniature(ui: &mut Ui) {
    let p = palette(ui);
    let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 158.0));
    let painter = ui.painter();
    painter.rect(rect, radius::CARD, p.sunken, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let inner = rect.shrink(11.0);
    let width = (inner.width() - 18.0) / 4.0;
    let columns = [(3, p.ok.fill), (4, p.due.fill), (3, p.accent), (2, p.ok.fill)];
    for (i, (cards, color)) in columns.into_iter().enumerate() {
        let left = inner.left() + i as f32 * (width + 6.0);
        painter.rect_filled(Rect::from_min_size(pos2(left, inner.top()), vec2(width, 4.0)), 2.0, color);
        for (card, (long, short)) in
            [(0.9, 0.55), (0.7, 0.65), (0.8, 0.4), (0.6, 0.5)].into_iter().enumerate().take(cards)
        {
            let corner = pos2(left, inner.top() + 9.0 + card as f32 * 33.0);
            let card = Rect::from_min_size(corner, vec2(width, 28.0));
            painter.rect(card, radius::MARK, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
            let bar =
                |y: f32, share: f32| Rect::from_min_size(card.min + vec2(7.0, y), vec2((width - 14.0) * share, 4.0));
            painter.rect_filled(bar(7.0, long), 2.0, p.line2);
            painter.rect_filled(bar(15.0, short), 2.0, p.line);
        }
    }
}
