//! What an import did: counts a file, refused rows with line, column and reason, and the way back.

use eframe::egui::{
    Align, CornerRadius, Layout, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2,
    vec2,
};
use satchel_core::exchange::{FileReport, ImportReport};
use tr::tr;

use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale::{said, text},
    shell::{Action, Context, Page},
    views::format,
    widgets::{Button, Row},
};

#[derive(Default)]
pub struct Totals {
    pub created: usize,
    pub updated: usize,
    pub unchanged: usize,
    pub duplicates: usize,
    pub refused: usize,
}

pub fn totals(report: &ImportReport) -> Totals {
    report.files.iter().fold(Totals::default(), |t, f| Totals {
        created: t.created + f.created,
        updated: t.updated + f.updated,
        unchanged: t.unchanged + f.unchanged,
        duplicates: t.duplicates + f.duplicates,
        refused: t.refused + f.refused.len(),
    })
}

/// True when another import is wanted.
pub fn show(ui: &mut Ui, cx: &mut Context, report: &ImportReport) -> bool {
    let area = ui.available_rect_before_wrap();
    let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - 56.0), area.max);
    let body = Rect::from_min_max(area.min, pos2(area.right(), foot.top()));
    report_tables(&mut ui.new_child(UiBuilder::new().max_rect(body).id_salt("report")), report);
    let mut buttons = ui.new_child(UiBuilder::new().max_rect(foot).layout(Layout::right_to_left(Align::Center)));
    let opportunities = report.files.iter().any(|f| ["opportunities", "leads"].contains(&f.kind));
    let calls = report.files.iter().any(|f| f.kind == "calls");
    let leads = report.files.iter().all(|f| ["leads", "none"].contains(&f.kind));
    let (words, page) = match opportunities {
        _ if calls => (tr!("Open the calls"), Page::Calls),
        true if leads => (tr!("Open the leads"), Page::Leads),
        true => (tr!("Open the pipeline"), Page::Pipeline),
        false => (tr!("Open the contacts"), Page::Contacts),
    };
    if buttons.add(Button::primary(&words)).clicked() {
        cx.open(page);
    }
    let again = buttons.add(Button::new(&tr!("Import more files"))).clicked();
    let mut undone = false;
    if let Some(batch) = report.import
        && buttons.add(Button::ghost(&tr!("Undo import")).icon(icons::UNDO)).clicked()
    {
        cx.actions.push(Action::UndoBatch(batch));
        undone = true;
    }
    again || undone
}

fn counts() -> [String; 5] {
    [tr!("Created"), tr!("Updated"), tr!("Unchanged"), tr!("Known"), tr!("Refused")]
}

const WIDE: f32 = 84.0;
/// How many refused rows of a file are listed.
const MOST: usize = 2_000;

pub fn report_tables(ui: &mut Ui, report: &ImportReport) {
    let p = palette(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    let outer = ui.available_rect_before_wrap();
    let rows = report.files.len() as f32 + 2.0;
    let high = (size::LIST_ROW * rows + 1.0).min(outer.height() * 0.5);
    let top = Rect::from_min_size(outer.min, vec2(outer.width(), high));
    let corner = CornerRadius::same(radius::CARD);
    ui.painter().rect(top, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let line = |y: f32| Rect::from_min_size(pos2(top.left() + 12.0, y), vec2(top.width() - 24.0, size::LIST_ROW));
    let mut head = Row::new(ui, line(top.top()));
    for name in counts().iter().rev() {
        let cell = head.place_right(vec2(WIDE, 18.0));
        Row::new(ui, cell).text_right(name, type_scale::SECONDARY.medium(), p.text2);
    }
    head.text(&tr!("File"), type_scale::SECONDARY.medium(), p.text2);
    ui.painter().hline(top.x_range(), top.top() + size::LIST_ROW, (1.0, p.line));
    let inner = Rect::from_min_max(pos2(top.left() + 1.0, top.top() + size::LIST_ROW + 1.0), top.max - vec2(1.0, 1.0));
    let mut list = ui.new_child(UiBuilder::new().max_rect(inner).id_salt("counts"));
    list.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().id_salt("counts").auto_shrink(false).show(&mut list, |ui| {
        for file in &report.files {
            let counts = [file.created, file.updated, file.unchanged, file.duplicates, file.refused.len()];
            counts_row(ui, &title(file), &words(file), counts, false);
        }
        let all = totals(report);
        let besides: Vec<String> =
            report.created_besides.iter().map(|(kind, n)| format!("{n} {}", text(&kind.replace('_', " ")))).collect();
        let besides = match besides.is_empty() {
            true => String::new(),
            false => tr!("and created besides: {}", besides.join(", ")),
        };
        let counts = [all.created, all.updated, all.unchanged, all.duplicates, all.refused];
        counts_row(ui, &tr!("All"), &besides, counts, true);
    });
    let below = Rect::from_min_max(pos2(outer.left(), top.bottom() + 16.0), outer.max);
    rows_said(&mut ui.new_child(UiBuilder::new().max_rect(below).id_salt("rows")), report);
}

fn title(file: &FileReport) -> String {
    match &file.sheet {
        Some(sheet) => tr!("{file}, sheet {sheet}", file = file.file, sheet = sheet),
        None => file.file.clone(),
    }
}

fn words(file: &FileReport) -> String {
    let kind = if file.kind == "none" { tr!("no records") } else { text(&file.kind.replace('_', " ")) };
    let count = format::thousands(file.rows as u64);
    format!("{kind} · {}", tr!("{count} row" | "{count} rows" % file.rows, count = count))
}

fn counts_row(ui: &mut Ui, name: &str, detail: &str, counts: [usize; 5], strong: bool) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), size::LIST_ROW), Sense::hover());
    let spoken: Vec<String> =
        self::counts().iter().zip(counts).map(|(name, n)| format!("{} {n}", name.to_lowercase())).collect();
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {}", spoken.join(", "))));
    if strong {
        ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
    }
    let mut row = Row::new(ui, rect.shrink2(vec2(11.0, 0.0)));
    for (at, count) in counts.iter().enumerate().rev() {
        let cell = row.place_right(vec2(WIDE, 18.0));
        let number = if *count == 0 { "–".to_owned() } else { format::thousands(*count as u64) };
        let color = match (*count, at) {
            (0, _) => p.text3,
            (_, 4) => p.late.text,
            _ => p.text,
        };
        let style = if strong { type_scale::CARD_TITLE } else { type_scale::VALUE };
        Row::new(ui, cell).text_right(&number, style, color);
    }
    row.gap_right(12.0);
    row.text(name, if strong { type_scale::CARD_TITLE } else { type_scale::VALUE }, p.text);
    row.gap(10.0).text(detail, type_scale::SECONDARY, p.text3);
}

/// A row of a file, and what is to be said of it.
struct Said<'a> {
    file: &'a FileReport,
    line: u64,
    column: &'a str,
    reason: String,
    /// It is there, and only looks like another.
    alike: bool,
}

/// Rows that were refused, and new records that look like ones there were before.
fn rows_said(ui: &mut Ui, report: &ImportReport) {
    let refused = report.files.iter().flat_map(|file| {
        file.refused.iter().take(MOST).map(move |r| Said {
            file,
            line: r.line,
            column: &r.column,
            reason: said(&r.reason),
            alike: false,
        })
    });
    let alike = report.files.iter().flat_map(|file| {
        file.alike.iter().take(MOST).map(move |r| Said {
            file,
            line: r.line,
            column: "",
            reason: tr!("looks like {} ({})", r.name, r.alike),
            alike: true,
        })
    });
    let rows: Vec<Said> = refused.chain(alike).collect();
    if rows.is_empty() {
        return;
    }
    let p = palette(ui);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 26.0), Sense::hover());
    let like = report.files.iter().map(|f| f.alike.len()).sum::<usize>();
    let mut titles = Vec::new();
    if totals(report).refused > 0 {
        let refused = totals(report).refused;
        let count = format::thousands(refused as u64);
        titles.push(tr!("{count} row refused" | "{count} rows refused" % refused, count = count));
    }
    if like > 0 {
        titles.push(tr!(
            "{count} new record looks like one there is" | "{count} new records look like ones there are" % like,
            count = format::thousands(like as u64)
        ));
    }
    Row::new(ui, head).text(&titles.join(", "), type_scale::TITLE, p.text);
    let outer = ui.available_rect_before_wrap();
    let high = (size::LIST_ROW * rows.len() as f32 + 2.0).min(outer.height() - 8.0);
    let frame = Rect::from_min_size(outer.min, vec2(outer.width(), high));
    let corner = CornerRadius::same(radius::CARD);
    ui.painter().rect(frame, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let mut list = ui.new_child(UiBuilder::new().max_rect(frame.shrink(1.0)).id_salt("lines"));
    list.spacing_mut().item_spacing.y = 0.0;
    let several = report.files.len() > 1;
    ScrollArea::vertical().id_salt("lines").auto_shrink(false).show_rows(
        &mut list,
        size::LIST_ROW,
        rows.len(),
        |ui, range| {
            for at in range {
                let said = &rows[at];
                let (rect, response) =
                    ui.allocate_exact_size(vec2(ui.available_width(), size::LIST_ROW), Sense::hover());
                let place = if said.line == 0 { tr!("whole file") } else { tr!("line {}", said.line) };
                response.widget_info(|| {
                    let words = format!("{}, {place}, {}: {}", said.file.file, said.column, said.reason);
                    WidgetInfo::labeled(Role::Label, true, words)
                });
                if at > 0 {
                    ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
                }
                let mut row = Row::new(ui, rect.shrink2(vec2(11.0, 0.0)));
                if several {
                    let cell = row.place(vec2(190.0_f32.min(row.room() * 0.25), 18.0));
                    Row::new(ui, cell).text(&title(said.file), type_scale::SECONDARY, p.text3);
                    row.gap(12.0);
                }
                let cell = row.place(vec2(80.0, 18.0));
                Row::new(ui, cell).text(&place, type_scale::VALUE, p.text);
                row.gap(12.0);
                let cell = row.place(vec2(150.0_f32.min(row.room() * 0.3), 18.0));
                Row::new(ui, cell).text(said.column, type_scale::BODY, p.text2);
                let color = if said.alike { p.due.text } else { p.late.text };
                row.gap(12.0).text(&said.reason, type_scale::BODY, color);
                response.on_hover_text(&said.reason);
            }
        },
    );
}
