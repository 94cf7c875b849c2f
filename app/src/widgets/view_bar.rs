//! The bar over a view: its title, what it sums up to, what can be done with it.

use eframe::egui::{Frame, Margin, Panel, Ui};

use crate::design::size;

pub fn show<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    Panel::top("view bar")
        .exact_size(size::VIEW_BAR)
        .resizable(false)
        .show_separator_line(false)
        .frame(Frame::new().inner_margin(Margin::symmetric(size::VIEW_MARGIN as i8, 0)))
        .show(ui, content)
        .inner
}
