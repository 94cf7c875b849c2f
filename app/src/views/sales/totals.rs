//! What lines come to: without tax, the tax by its rates, with tax.

use eframe::egui::{Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use satchel_core::{
    Money,
    record::{TaxLine, Totals},
};
use tr::tr;

use crate::{
    design::{palette, type_scale},
    locale,
    shell::Context,
    views::format,
    widgets::Row,
};

const WIDTH: f32 = 320.0;
const ROW: f32 = 26.0;

/// The rows of a sum, as the window and the paper show them: what it is and how much; the last one is the whole.
pub fn rows(totals: Totals, taxes: &[TaxLine], write: impl Fn(Money) -> String) -> Vec<(String, String)> {
    let mut rows = vec![(tr!("Untaxed"), write(totals.untaxed))];
    let taxed = taxes.iter().map(|line| line.tax).sum::<Money>();
    // Of a refund the rates are not known, only how much of the tax goes back.
    if taxed == totals.tax {
        let line = |t: &TaxLine| (tr!("Tax {} on {}", format::percent(t.rate), write(t.base)), write(t.tax));
        rows.extend(taxes.iter().filter(|line| line.rate.0 != 0).map(line));
    } else {
        rows.push((tr!("Tax"), write(totals.tax)));
    }
    rows.push((tr!("Total"), write(totals.total())));
    rows
}

/// Amounts with cents, as bills are written: `$1,234.00`.
pub fn exact(cx: &Context, amount: Money) -> String {
    let currency = format::currency(cx.records);
    locale::exact_money(amount.0, currency, format::currency_sign(currency))
}

/// At the right of the page.
pub fn show(ui: &mut Ui, cx: &Context, totals: Totals, taxes: &[TaxLine]) {
    let p = palette(ui);
    let rows = rows(totals, taxes, |amount| exact(cx, amount));
    let height = ROW * rows.len() as f32 + 10.0;
    let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    // Under the column of the amounts, left of the buttons behind the lines.
    let right = area.right() - super::lines::AFTER - 12.0;
    let left = right - WIDTH.min(area.width());
    let last = rows.len() - 1;
    for (at, (label, value)) in rows.iter().enumerate() {
        let top = area.top() + ROW * at as f32 + if at == last { 8.0 } else { 0.0 };
        let rect = Rect::from_min_max(pos2(left, top), pos2(right, top + ROW));
        let response = ui.interact(rect, ui.scope_id().with(("total", at)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{label}: {value}")));
        let mut row = Row::new(ui, rect);
        let (words, figure) = match at == last {
            true => {
                ui.painter().hline(left..=right, top - 4.0, (1.0, p.line2));
                (type_scale::TITLE, type_scale::TITLE)
            }
            false => (type_scale::BODY, type_scale::VALUE),
        };
        row.text_right(value, figure, p.text);
        row.gap_right(12.0);
        row.text(label, words, if at == last { p.text } else { p.text2 });
    }
}
