//! The import wizard: files, mapping, dry run, progress, what became of every row.

mod calls;
mod choose;
mod outcome;
mod preview;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
};

use eframe::egui::{Align, Layout, Rect, Role, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::exchange::{Draft, ImportReport, import};
use tr::tr;

use crate::{
    design::{icons, palette, size, type_scale},
    locale::said,
    shell::{Action, Context, Pending, Say},
    views::format,
    widgets::{Button, Row, empty, progress},
};

#[derive(Default)]
pub struct ImportView {
    step: Step,
    /// Files that were chosen in the system's dialog, which has a thread of its own.
    dialog: Option<Arc<Mutex<Option<Vec<PathBuf>>>>>,
    error: Option<String>,
    /// The next files are to become a list of calls.
    calls: bool,
}

#[derive(Default)]
enum Step {
    #[default]
    Files,
    Reading(Pending<Result<Draft, String>>),
    Map(choose::Choose),
    /// Working out what it would do, or doing it.
    Running {
        choose: choose::Choose,
        dry: bool,
        work: Pending<Result<ImportReport, String>>,
    },
    Preview {
        choose: choose::Choose,
        report: ImportReport,
    },
    Done(ImportReport),
}

impl ImportView {
    /// Begins with these files (dropped, or chosen elsewhere); none means that the person is to choose.
    pub fn begin(&mut self, files: Vec<PathBuf>) {
        if matches!(self.step, Step::Running { dry: false, .. }) {
            self.error = Some(tr!("Wait for the running import before the next one."));
            return;
        }
        self.error = None;
        if files.is_empty() {
            self.calls = false;
            self.step = Step::Files;
            return;
        }
        self.dialog = Some(Arc::new(Mutex::new(Some(files))));
    }

    /// The next files are to become a list of calls.
    pub fn begin_calls(&mut self) {
        self.begin(Vec::new());
        self.calls = matches!(self.step, Step::Files);
    }

    /// An import that is still being written.
    pub fn unsaved(&self, cx: &mut Context) {
        if let Step::Running { dry: false, work, .. } = &self.step
            && !work.is_done()
        {
            let (done, total) = work.progress();
            let count = |n| format::thousands(n as u64);
            cx.unsaved.push(tr!("The import is still running: {} of {} rows", count(done), count(total)));
        }
    }

    /// Called while another page is shown: says when an import that went on meanwhile is done.
    pub fn meanwhile(&mut self, cx: &mut Context) {
        if !matches!(self.step, Step::Running { dry: false, .. }) {
            return;
        }
        self.advance(cx);
        match &self.step {
            Step::Done(report) => {
                let all = outcome::totals(report);
                let says = tr!(
                    "Import finished: {} created, {} updated, {} refused",
                    format::thousands(all.created as u64),
                    format::thousands(all.updated as u64),
                    format::thousands(all.refused as u64)
                );
                cx.actions.push(Action::Say(Say::Done(says)));
            }
            Step::Map(_) => {
                let reason = self.error.clone().unwrap_or_default();
                cx.actions.push(Action::Say(Say::Refused(tr!("Import: {}", reason))));
            }
            _ => {}
        }
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.take_files(cx);
        self.advance(cx);
        self.bar(ui);
        if let Some(error) = &self.error {
            let p = palette(ui);
            let (_, rect) = ui.allocate_space(vec2(ui.available_width(), 28.0));
            let mut row = Row::new(ui, rect.shrink2(vec2(size::VIEW_MARGIN, 0.0)));
            row.icon(icons::ERROR, 16.0, p.late.text);
            row.gap(8.0).text(error, type_scale::BODY, p.late.text);
            let response = ui.interact(rect, ui.scope_id().with("error"), eframe::egui::Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, error));
        }
        let area = ui.available_rect_before_wrap();
        let inner = Rect::from_min_max(
            pos2(area.left() + size::VIEW_MARGIN, area.top()),
            pos2((area.right() - size::VIEW_MARGIN).min(area.left() + size::LIST_MAX), area.bottom()),
        );
        let mut page = ui.new_child(UiBuilder::new().max_rect(inner));
        self.step_ui(&mut page, cx);
        ui.advance_cursor_after_rect(area);
    }

    fn step_ui(&mut self, ui: &mut Ui, cx: &mut Context) {
        let step = std::mem::take(&mut self.step);
        self.step = match step {
            Step::Files => {
                let sentence = if self.calls {
                    tr!(
                        "People with their numbers, for a call list: CSV, Excel, or address cards of a phone or a mail program."
                    )
                } else {
                    tr!(
                        "CSV, Excel, calendars (.ics), address cards, mails (.eml), and exports of Salesforce, HubSpot, Odoo \
                     and Pipedrive. Choose several at once: they are linked."
                    )
                };
                let choose = tr!("Choose files…");
                if empty::show(ui, icons::UPLOAD, &tr!("Drop files here"), &sentence, &[&choose]).is_some() {
                    self.open_dialog(ui);
                }
                Step::Files
            }
            Step::Reading(pending) => {
                progress::show(ui, &tr!("Reading the files"), pending.progress());
                Step::Reading(pending)
            }
            Step::Map(mut choose) => match choose.show(ui) {
                Some(choose::Wish::Files) => {
                    self.open_dialog(ui);
                    Step::Map(choose)
                }
                Some(choose::Wish::Check) => self.run(cx, choose, true),
                Some(choose::Wish::Run) => self.run(cx, choose, false),
                None => Step::Map(choose),
            },
            Step::Running { choose, dry, work } => {
                let title = if dry { tr!("Working out what the import would do") } else { tr!("Importing") };
                progress::show(ui, &title, work.progress());
                if !dry {
                    let says = tr!("You can go on working meanwhile: the pipeline fills as it comes.");
                    ui.vertical_centered(|ui| ui.label(type_scale::BODY.text(says).color(palette(ui).text3)));
                }
                Step::Running { choose, dry, work }
            }
            Step::Preview { choose, report } => match preview::show(ui, &report) {
                Some(preview::Wish::Back) => Step::Map(choose),
                Some(preview::Wish::Run) => self.run(cx, choose, false),
                None => Step::Preview { choose, report },
            },
            Step::Done(report) => match outcome::show(ui, cx, &report) {
                true => Step::Files,
                false => Step::Done(report),
            },
        };
    }

    fn run(&mut self, cx: &mut Context, choose: choose::Choose, dry: bool) -> Step {
        self.error = None;
        let draft = choose.chosen();
        if let Err(error) = draft.check() {
            self.error = Some(said(&error.message()));
            return Step::Map(choose);
        }
        let calls = choose.calls.clone();
        if calls.as_ref().is_some_and(|target| target.name.trim().is_empty()) {
            self.error = Some(tr!("A call list needs a name"));
            return Step::Map(choose);
        }
        let work = cx.background(move |workspace, progress| {
            let draft = match &calls {
                Some(target) => {
                    if !dry {
                        target.prepare(workspace)?;
                    }
                    target.draft(draft, workspace)
                }
                None => draft,
            };
            draft.run(workspace, dry, &mut |done, total| progress.set(done, total)).map_err(|e| said(&e.message()))
        });
        Step::Running { choose, dry, work }
    }

    /// Takes what the threads have done.
    fn advance(&mut self, cx: &Context) {
        let step = std::mem::take(&mut self.step);
        self.step = match step {
            Step::Reading(pending) => match pending.take() {
                Some(Ok(mut draft)) => {
                    draft.know(cx.records);
                    Step::Map(choose::Choose::new(draft, std::mem::take(&mut self.calls)))
                }
                Some(Err(error)) => {
                    self.error = Some(error);
                    Step::Files
                }
                None => Step::Reading(pending),
            },
            Step::Running { choose, dry, work } => match (work.take(), dry) {
                (Some(Ok(report)), true) => Step::Preview { choose, report },
                (Some(Ok(report)), false) => Step::Done(report),
                (Some(Err(error)), _) => {
                    self.error = Some(error);
                    Step::Map(choose)
                }
                (None, _) => Step::Running { choose, dry, work },
            },
            step => step,
        };
    }

    fn open_dialog(&mut self, ui: &Ui) {
        if self.dialog.is_some() {
            return;
        }
        let chosen = Arc::new(Mutex::new(None));
        self.dialog = Some(Arc::clone(&chosen));
        let ctx = ui.ctx().clone();
        thread::spawn(move || {
            let dialog = rfd::FileDialog::new()
                .set_title(tr!("Import"))
                .add_filter(
                    tr!("Tables, calendars, address cards, mails"),
                    &["csv", "tsv", "txt", "xlsx", "xls", "ods", "ics", "ical", "vcf", "vcard", "eml"],
                )
                .add_filter(tr!("All files"), &["*"]);
            let files = dialog.pick_files().unwrap_or_default();
            *chosen.lock().unwrap_or_else(|e| e.into_inner()) = Some(files);
            ctx.request_repaint();
        });
    }

    fn take_files(&mut self, cx: &mut Context) {
        let chosen = self.dialog.as_ref().and_then(|d| d.lock().unwrap_or_else(|e| e.into_inner()).take());
        let Some(files) = chosen else { return };
        self.dialog = None;
        if files.is_empty() {
            return;
        }
        self.error = None;
        self.step = Step::Reading(cx.background(move |_, _| read(&files)));
    }

    fn bar(&mut self, ui: &mut Ui) {
        let p = palette(ui);
        let (_, bar) = ui.allocate_space(vec2(ui.available_width(), size::VIEW_BAR));
        let inner = bar.shrink2(vec2(size::VIEW_MARGIN, 0.0));
        let mut row = Row::new(ui, inner);
        row.text(&tr!("Import"), type_scale::TITLE, p.text);
        row.gap(16.0);
        let now = match self.step {
            Step::Files | Step::Reading(_) => 0,
            Step::Map(_) | Step::Running { dry: true, .. } => 1,
            Step::Preview { .. } => 2,
            Step::Running { .. } | Step::Done(_) => 3,
        };
        for (at, name) in [tr!("Files"), tr!("Columns"), tr!("Check"), tr!("Result")].into_iter().enumerate() {
            if at > 0 {
                row.gap(6.0).icon(icons::RIGHT, 16.0, p.none);
                row.gap(6.0);
            }
            let (style, color) = match at == now {
                true => (type_scale::VALUE, p.accent),
                false => (type_scale::BODY, p.text3),
            };
            row.text(&name, style, color);
        }
        let restart = matches!(self.step, Step::Map(_) | Step::Preview { .. });
        if restart {
            let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
            if right.add(Button::ghost(&tr!("Start over"))).clicked() {
                self.step = Step::Files;
                self.error = None;
            }
        }
    }
}

/// Reads the files and proposes what their columns mean.
fn read(files: &[PathBuf]) -> Result<Draft, String> {
    let mut contents = Vec::new();
    for file in files {
        let name = file.file_name().map_or_else(|| file.display().to_string(), |n| n.to_string_lossy().into_owned());
        let bytes = std::fs::read(file).map_err(|e| tr!("{file} cannot be read: {reason}", file = name, reason = e))?;
        contents.push((name, bytes));
    }
    import::read(contents, None).map_err(|e| said(&e.message()))
}
