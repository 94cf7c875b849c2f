//! Two columns of equal width.

use eframe::egui::{Rect, Sense, Ui, UiBuilder, pos2};

/// Fill both, then [`Columns::end`] makes room for the longer one.
pub struct Columns {
    pub left: Ui,
    pub right: Ui,
    area: Rect,
}

impl Columns {
    pub fn new(ui: &mut Ui) -> Columns {
        const GAP: f32 = 32.0;
        let area = ui.available_rect_before_wrap();
        let wide = (area.width() - GAP) / 2.0;
        let mut half = |x: f32, salt: &str| {
            let rect = Rect::from_min_max(pos2(x, area.top()), pos2(x + wide, area.bottom()));
            ui.new_child(UiBuilder::new().max_rect(rect).id_salt(salt))
        };
        Columns { left: half(area.left(), "left"), right: half(area.left() + wide + GAP, "right"), area }
    }

    pub fn end(self, ui: &mut Ui) {
        let bottom = self.left.min_rect().bottom().max(self.right.min_rect().bottom());
        ui.allocate_rect(Rect::from_min_max(self.area.min, pos2(self.area.right(), bottom)), Sense::hover());
    }
}
