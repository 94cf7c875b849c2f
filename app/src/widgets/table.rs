//! A table of any length: only the rows in view are drawn. A click on a title sorts, on a row opens it.

use eframe::egui::{CornerRadius, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::row::Row;
use crate::design::{icons, palette, radius, size, type_scale};

/// A column takes its least width and its share of what is left.
pub struct Column {
    pub title: &'static str,
    pub width: f32,
    pub share: f32,
    /// Figures stand at the right.
    pub right: bool,
}

/// By which column it is sorted, and whether downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: usize,
    pub descending: bool,
}

/// What was clicked.
#[derive(Default)]
pub struct TableResponse {
    pub opened: Option<usize>,
    pub sorted: bool,
}

/// Draws the cells of one row: row, column, and the line to paint on.
pub type DrawCell<'a> = dyn FnMut(&mut Ui, usize, usize, &mut Row) + 'a;

/// Fills the room. `name` is a row's accessible name; `footer` stands under the rows.
pub fn table(
    ui: &mut Ui,
    columns: &[Column],
    sort: &mut Sort,
    rows: usize,
    footer: &str,
    name: &dyn Fn(usize) -> String,
    cell: &mut DrawCell,
) -> TableResponse {
    let palette = palette(ui);
    let mut out = TableResponse::default();
    let outer = ui.available_rect_before_wrap();
    let wanted = size::LIST_ROW * (rows as f32 + 1.0) + size::FOOTER + 1.0;
    let outer = Rect::from_min_size(outer.min, vec2(outer.width(), outer.height().min(wanted)));
    let corner = CornerRadius::same(radius::CARD);
    ui.painter().rect(outer, corner, palette.card, Stroke::new(1.0, palette.line), StrokeKind::Inside);
    let edges = edges(columns, outer.left() + 12.0, outer.width() - 24.0);

    let head = Rect::from_min_size(outer.min, vec2(outer.width(), size::LIST_ROW));
    for (at, column) in columns.iter().enumerate() {
        let rect = Rect::from_min_max(pos2(edges[at].0, head.top()), pos2(edges[at].1, head.bottom()));
        let response = ui.interact(rect, ui.scope_id().with(("sort", at)), Sense::click());
        let sorted = sort.column == at;
        let order = if !sorted {
            ""
        } else if sort.descending {
            ", sorted down"
        } else {
            ", sorted up"
        };
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Sort by {}{order}", column.title)));
        let color = if response.hovered() || response.has_focus() { palette.text } else { palette.text2 };
        let arrow = if sort.descending { icons::ARROW_DOWN } else { icons::ARROW_UP };
        let mut line = Row::new(ui, rect);
        if column.right {
            if sorted {
                line.icon_right(arrow, 14.0, palette.accent);
                line.gap_right(3.0);
            }
            line.text_right(column.title, type_scale::SECONDARY.medium(), color);
        } else {
            line.text(column.title, type_scale::SECONDARY.medium(), color);
            if sorted {
                line.gap(3.0).icon(arrow, 14.0, palette.accent);
            }
        }
        if response.clicked() {
            *sort = Sort { column: at, descending: sorted && !sort.descending };
            out.sorted = true;
        }
    }
    ui.painter().hline(outer.x_range(), head.bottom(), (1.0, palette.line));

    let foot = Rect::from_min_max(pos2(outer.left(), outer.bottom() - size::FOOTER), outer.max);
    let body = Rect::from_min_max(pos2(outer.left() + 1.0, head.bottom() + 1.0), pos2(outer.right() - 1.0, foot.top()));
    let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(body).id_salt("rows"));
    child.set_clip_rect(body.intersect(ui.clip_rect()));
    child.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink(false).show_rows(&mut child, size::LIST_ROW, rows, |ui, range| {
        for row in range {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::LIST_ROW), Sense::click());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name(row)));
            if response.hovered() || response.has_focus() {
                ui.painter().rect_filled(rect, CornerRadius::ZERO, palette.hover);
            }
            if response.has_focus() {
                ui.painter().rect_stroke(rect, CornerRadius::ZERO, (2.0, palette.aline), StrokeKind::Inside);
            }
            if row + 1 < rows {
                ui.painter().hline(rect.x_range(), rect.bottom() - 0.5, (1.0, palette.line));
            }
            for (at, (left, right)) in edges.iter().take(columns.len()).enumerate() {
                let place = Rect::from_min_max(pos2(*left, rect.top()), pos2(*right, rect.bottom()));
                cell(ui, row, at, &mut Row::new(ui, place));
            }
            if response.clicked() {
                out.opened = Some(row);
            }
        }
    });
    ui.painter().hline(outer.x_range(), foot.top(), (1.0, palette.line));
    Row::new(ui, foot.shrink2(vec2(12.0, 0.0))).text(footer, type_scale::SECONDARY, palette.text2);
    ui.allocate_rect(outer, Sense::hover());
    out
}

/// Left and right edge of every column; a gap of 12 between them.
fn edges(columns: &[Column], left: f32, width: f32) -> Vec<(f32, f32)> {
    const GAP: f32 = 12.0;
    let least: f32 = columns.iter().map(|c| c.width).sum::<f32>() + GAP * (columns.len().saturating_sub(1)) as f32;
    let shares: f32 = columns.iter().map(|c| c.share).sum::<f32>().max(f32::MIN_POSITIVE);
    let spare = (width - least).max(0.0);
    let squeeze = (width / least).min(1.0);
    let mut x = left;
    columns
        .iter()
        .map(|c| {
            let wide = c.width * squeeze + spare * c.share / shares;
            let edge = (x, x + wide);
            x += wide + GAP * squeeze;
            edge
        })
        .collect()
}
