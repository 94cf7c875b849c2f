//! A report written as a workbook: real numbers, what was asked noted on a sheet.

use std::sync::Arc;

use eframe::egui::{Id, Ui};
use satchel_core::{
    Workspace,
    exchange::pages::{self, Page, Report, Wish},
    query::{Query, reports::Frame},
};
use tr::tr;

use crate::{
    design::{icons, palette, type_scale},
    locale::said,
    shell::{Action, Context, Say, UiCommand},
    views::saving::{Saving, downloads, entered},
    widgets::{Button, dialog},
};

/// What is written, and the notes on it.
type Made = Result<(Vec<Page>, Vec<String>), String>;
type Make = Arc<dyn Fn(&Workspace) -> Made + Send + Sync>;

pub struct Workbook {
    title: String,
    file: Saving,
    make: Make,
}

impl Workbook {
    pub fn new(cx: &Context, title: &str, make: impl Fn(&Workspace) -> Made + Send + Sync + 'static) -> Workbook {
        let plain: String = title.chars().filter(|c| c.is_alphanumeric() || " -.,".contains(*c)).take(80).collect();
        let file = Saving::new(&downloads().join(format!("{} {}.xlsx", plain.trim(), cx.today)));
        Workbook { title: title.to_owned(), file, make: Arc::new(make) }
    }

    /// Reports of one period, a sheet or more each.
    pub fn of_reports(cx: &Context, title: &str, reports: &[Report], frame: Frame) -> Workbook {
        let (asker, now, reports) = (cx.asker(), cx.now, reports.to_vec());
        Workbook::new(cx, title, move |workspace| {
            // What an opportunity expected when it was lost is told by the past.
            let past = workspace.past().map_err(|e| said(&e.message()))?;
            let records = workspace.records();
            let at = satchel_core::query::Asker { today: frame.first, ..asker.clone() };
            let (mut all, mut notes) = (Vec::new(), Vec::new());
            for report in &reports {
                let mut wish = Wish::new(*report, &at);
                (wish.whose, wish.period) = (frame.whose, frame.period);
                notes = wish.notes(&records, &at);
                let made = pages::pages(&records, &wish, &at, now, |id| past.expected_when_lost(id));
                all.extend(made.map_err(|e| said(&e.message()))?);
            }
            Ok((all, notes))
        })
    }

    /// The forecast of what the pipeline's question finds.
    pub fn of_forecast(cx: &Context) -> Workbook {
        let (asker, now) = (cx.asker(), cx.now);
        let wish = Wish { query: cx.query.clone(), ..Wish::new(Report::Forecast, &asker) };
        Workbook::new(cx, &tr!("Forecast"), move |workspace| {
            let records = workspace.records();
            let made = pages::pages(&records, &wish, &asker, now, |_| None).map_err(|e| said(&e.message()))?;
            let mut notes = self::notes(&wish.query);
            notes.push(format!("As of: {}", asker.today));
            Ok((made, notes))
        })
    }

    /// The button that asks for it, and its key.
    pub fn button(ui: &mut Ui, cx: &mut Context, open: &mut Option<Workbook>, make: impl FnOnce(&Context) -> Workbook) {
        let keys = UiCommand::Export.keys().unwrap_or_default();
        let (words, name) = (tr!("Excel"), tr!("Write as a workbook"));
        let button = Button::new(&words).name(&name).icon(icons::DOWNLOAD);
        let response = ui.add(button).on_hover_text(tr!("Write as a workbook ({})", keys));
        if (response.clicked() || cx.asked(ui, UiCommand::Export)) && open.is_none() {
            *open = Some(make(cx));
        }
    }

    /// Shows the dialog while it is open.
    pub fn dialog(ui: &mut Ui, cx: &mut Context, open: &mut Option<Workbook>) {
        if open.as_mut().is_some_and(|workbook| workbook.show(ui, cx)) {
            *open = None;
        }
    }

    /// A file that is being written.
    pub fn unsaved(&self, cx: &mut Context) {
        self.file.unsaved(cx);
    }

    /// True once it is written or given up.
    fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if let Some(path) = self.file.turn() {
            let words = tr!("{what} written to {path}", what = self.title, path = path.display());
            cx.actions.push(Action::Say(Say::Done(words)));
            return true;
        }
        let p = palette(ui);
        let title = tr!("Export {}", self.title);
        let (answer, escaped) = dialog::dialog(ui.ctx(), "workbook", 520.0, &title, |ui| {
            let says =
                tr!("A workbook (.xlsx) with real numbers and totals; what was asked stands on a sheet of its own.");
            ui.label(type_scale::BODY.text(says).color(p.text2));
            ui.add_space(2.0);
            let response = self.file.field(ui, Id::unique("workbook file"));
            ui.horizontal(|ui| self.file.chooser(ui, cx));
            let entered = entered(ui, &response);
            dialog::buttons(ui, |ui| {
                let write = ui.add(Button::primary(&tr!("Export")).enabled(!self.file.is_writing())).clicked();
                (write || entered, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if answer.0 {
            self.write(cx);
        }
        (answer.1 || escaped) && !self.file.is_writing()
    }

    fn write(&mut self, cx: &mut Context) {
        let path = self.file.path();
        if path.extension().is_none_or(|e| !e.eq_ignore_ascii_case("xlsx")) {
            return self.file.refuse(tr!("A report is written as .xlsx: end the file’s name with it"));
        }
        let make = Arc::clone(&self.make);
        self.file.write(cx, path, move |workspace| {
            let (pages, notes) = make(workspace)?;
            let names = |id| workspace.records().name(id).to_owned();
            pages::xlsx(&pages, &notes, &names).map_err(|e| said(&e.message()))
        });
    }
}

/// A question in words, one line each.
pub fn notes(query: &Query) -> Vec<String> {
    let facets = query.facets.iter().map(|f| format!("{}: {}", f.about, f.label()));
    let words = Some(query.text.trim()).filter(|t| !t.is_empty()).map(|t| format!("Search: {t}"));
    let archived = query.archived.then(|| "Archived ones too".to_owned());
    facets.chain(words).chain(archived).collect()
}
