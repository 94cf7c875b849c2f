//! A QR code on a white card, in every theme: cameras want dark on light.

use eframe::egui::{
    Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::design::{palette, radius};

/// A code worked out once and drawn every frame.
#[derive(Clone)]
pub struct Qr {
    modules: Vec<bool>,
    side: usize,
}

impl Qr {
    /// Encodes the text upper-cased, which fits the denser alphanumeric mode when it has only letters, digits and
    /// `$%*+-./:`. Nothing if the text is too long for a code.
    pub fn new(text: &str) -> Option<Qr> {
        let code = QrCode::encode_text(&text.to_ascii_uppercase(), QrCodeEcc::Low).ok()?;
        let side = code.size();
        let modules =
            (0..side).flat_map(|y| (0..side).map(move |x| (x, y))).map(|(x, y)| code.get_module(x, y)).collect();
        Some(Qr { modules, side: side as usize })
    }

    /// Draws the card, a square of about `size` points.
    pub fn show(&self, ui: &mut Ui, size: f32, name: &str) -> Response {
        const QUIET: usize = 4;
        let pixels = ui.pixels_per_point();
        let module = ((size * pixels / (self.side + 2 * QUIET) as f32).floor() / pixels).max(1.0 / pixels);
        let card = module * (self.side + 2 * QUIET) as f32;
        let (rect, response) = ui.allocate_exact_size(vec2(card, card), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
        let line = Stroke::new(1.0, palette(ui).line);
        ui.painter().rect(rect, CornerRadius::same(radius::CARD), Color32::WHITE, line, StrokeKind::Outside);
        let origin = rect.min + vec2(module, module) * QUIET as f32;
        for y in 0..self.side {
            let row = &self.modules[y * self.side..(y + 1) * self.side];
            let mut x = 0;
            for run in row.chunk_by(|a, b| a == b) {
                if run[0] {
                    let corner = pos2(origin.x + x as f32 * module, origin.y + y as f32 * module);
                    let bar = Rect::from_min_size(corner, vec2(run.len() as f32 * module, module));
                    ui.painter().rect_filled(bar, 0, Color32::BLACK);
                }
                x += run.len();
            }
        }
        response
    }
}
