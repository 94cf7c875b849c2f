//! A list written to a file: its columns, its rows, in its order.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use eframe::egui::{Id, Ui};
use satchel_core::{
    DocId, Records, Value,
    exchange::{
        cards::{self, CardVersion},
        export::{self, Sheet},
    },
    query::{Item, ListField, Listing},
};
use tr::tr;

use super::{columns::Column, draw};
use crate::{
    design::{palette, type_scale},
    locale::{said, text},
    numbered,
    shell::{Action, Context, Pending, Say},
    views::format,
    widgets::{Button, Input, dialog},
};

pub struct Export {
    listing: Listing,
    fields: Vec<ListField>,
    ids: Vec<DocId>,
    /// What was asked, in words: a workbook notes it.
    notes: Vec<String>,
    /// Where to; its ending says as what.
    path: String,
    problem: Option<String>,
    focused: bool,
    writing: Option<Pending<Result<PathBuf, String>>>,
    choosing: Option<Pending<Option<PathBuf>>>,
    /// What the system's dialog was told to replace.
    replaced: Option<PathBuf>,
    /// One contact for another program: as a card alone.
    card: bool,
}

impl Export {
    pub fn new(cx: &Context, listing: Listing, columns: &[Column], ids: Vec<DocId>) -> Export {
        let folder = directories::UserDirs::new()
            .and_then(|dirs| dirs.download_dir().map(PathBuf::from).or_else(|| Some(dirs.home_dir().to_owned())))
            .unwrap_or_default();
        let file = format!("{} {}.xlsx", format::capital(&text(listing.name())), cx.today);
        Export {
            listing,
            fields: columns.iter().map(|c| c.field.clone()).collect(),
            ids,
            notes: notes(cx),
            path: folder.join(file).display().to_string(),
            problem: None,
            focused: false,
            writing: None,
            choosing: None,
            replaced: None,
            card: false,
        }
    }

    /// One contact as an address card.
    pub fn card(cx: &Context, contact: DocId) -> Export {
        let export = Export::new(cx, Listing::Contacts, &[], vec![contact]);
        let name: String =
            cx.records.name(contact).chars().filter(|c| c.is_alphanumeric() || " -.,".contains(*c)).collect();
        let name = if name.trim().is_empty() { "contact".to_owned() } else { name.trim().chars().take(80).collect() };
        let path = PathBuf::from(&export.path).with_file_name(format!("{name}.vcf")).display().to_string();
        Export { path, card: true, ..export }
    }

    /// True once it is written or given up.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if let Some(Some(path)) = self.choosing.as_ref().and_then(Pending::take) {
            self.path = path.display().to_string();
            self.replaced = Some(path).filter(|path| path.exists());
        }
        if let Some(result) = self.writing.as_ref().and_then(Pending::take) {
            self.writing = None;
            match result {
                Ok(path) => {
                    let what = draw::count(self.listing, self.ids.len());
                    let words = tr!("{what} written to {path}", what = what, path = path.display());
                    cx.actions.push(Action::Say(Say::Done(words)));
                    return true;
                }
                Err(problem) => self.problem = Some(problem),
            }
        }
        let p = palette(ui);
        let title = tr!("Export {}", draw::count(self.listing, self.ids.len()));
        let (answer, escaped) = dialog::dialog(ui.ctx(), "export", 520.0, &title, |ui| {
            let says = match self.card {
                true => tr!("As an address card (.vcf), which phones and mail programs take, with the photo."),
                false => {
                    tr!("With the columns of the list. A workbook (.xlsx) for spreadsheets, .csv for other programs.")
                }
            };
            ui.label(type_scale::BODY.text(says).color(p.text2));
            ui.add_space(2.0);
            let name = tr!("File");
            let field = Input::new(&mut self.path, &name).id(Id::unique("export file")).wrong(self.problem.is_some());
            let response = field.show(ui);
            if !std::mem::replace(&mut self.focused, true) {
                response.request_focus();
            }
            if response.changed() {
                self.problem = None;
            }
            if let Some(problem) = &self.problem {
                ui.label(type_scale::SECONDARY.text(problem).color(p.late.text));
            }
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                for (words, ending) in self.endings() {
                    let on = self.path.to_lowercase().ends_with(&format!(".{ending}"));
                    if ui.add(Button::new(&words).selected(on).small()).clicked() {
                        self.path = PathBuf::from(&self.path).with_extension(ending).display().to_string();
                    }
                }
                if ui.add(Button::ghost(&tr!("Choose a folder…")).small()).clicked() {
                    self.choose(cx);
                }
            });
            let entered = response.lost_focus() && ui.input(|i| i.key_pressed(eframe::egui::Key::Enter));
            dialog::buttons(ui, |ui| {
                let write = ui.add(Button::primary(&tr!("Export")).enabled(self.writing.is_none())).clicked();
                (write || entered, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if answer.0 {
            self.write(cx);
        }
        // What is being written is told of before it is left.
        (answer.1 || escaped) && self.writing.is_none()
    }

    /// A file that is being written.
    pub fn unsaved(&self, cx: &mut Context) {
        if self.writing.as_ref().is_some_and(|writing| !writing.is_done()) {
            cx.unsaved.push(tr!("{} is still being written", self.path.trim()));
        }
    }

    fn choose(&mut self, cx: &mut Context) {
        let file = PathBuf::from(&self.path).file_name().map(|n| n.to_string_lossy().into_owned());
        let dialog = rfd::FileDialog::new().set_title(tr!("Export")).set_file_name(file.unwrap_or_default());
        self.choosing = Some(cx.background(move |_, _| dialog.save_file()));
    }

    fn write(&mut self, cx: &mut Context) {
        if self.writing.is_some() {
            return;
        }
        let path = PathBuf::from(self.path.trim());
        let csv = match path.extension().map(|e| e.to_string_lossy().to_lowercase()).as_deref() {
            Some("csv") if !self.card => true,
            Some("xlsx") if !self.card => false,
            Some("vcf") if self.listing == Listing::Contacts => return self.write_cards(cx, path),
            _ if self.card => {
                self.problem = Some(tr!("An address card is written as .vcf: end the file’s name with it"));
                return;
            }
            _ => {
                self.problem = Some(tr!("A list is written as .xlsx or .csv: end the file’s name with one of them"));
                return;
            }
        };
        let (fields, ids, today, listing) = (self.fields.clone(), self.ids.clone(), cx.today, self.listing);
        let notes = self.notes.clone();
        let replace = self.replaced.as_ref() == Some(&path);
        self.writing = Some(cx.background(move |workspace, _| {
            let (sheet, names) = {
                let records = workspace.records();
                let sheet = sheet(&records, listing, &fields, &ids, today, notes);
                let names = named(&records, &sheet);
                (sheet, names)
            };
            let names = |id| names.get(&id).cloned().unwrap_or_default();
            let bytes = if csv { export::csv(&sheet, &names) } else { export::xlsx(&sheet, &names) };
            let bytes = bytes.map_err(|e| said(&e.message()))?;
            written(&path, &bytes, replace)
        }));
    }

    /// The contacts as address cards, in one file.
    fn write_cards(&mut self, cx: &mut Context, path: PathBuf) {
        let ids = self.ids.clone();
        let replace = self.replaced.as_ref() == Some(&path);
        self.writing = Some(cx.background(move |workspace, _| {
            let file = |hash| workspace.file(hash).ok();
            let bytes = cards::vcf(&workspace.records(), &ids, CardVersion::default(), &file);
            written(&path, &bytes, replace)
        }));
    }

    /// As what it may be written.
    fn endings(&self) -> Vec<(String, &'static str)> {
        let cards = (self.listing == Listing::Contacts).then(|| (tr!("Address cards (.vcf)"), "vcf"));
        let tables = [(tr!("Workbook (.xlsx)"), "xlsx"), (tr!("CSV (.csv)"), "csv")];
        tables.into_iter().filter(|_| !self.card).chain(cards).collect()
    }
}

fn written(path: &Path, bytes: &[u8], replace: bool) -> Result<PathBuf, String> {
    let written = match replace {
        true => std::fs::write(path, bytes).map(|()| path.to_owned()),
        false => numbered::write(path, bytes),
    };
    written.map_err(|e| tr!("{file} cannot be written: {reason}", file = path.display(), reason = e))
}

/// What is written, as it was at one moment.
fn sheet(
    records: &Records,
    listing: Listing,
    fields: &[ListField],
    ids: &[DocId],
    today: NaiveDate,
    notes: Vec<String>,
) -> Sheet {
    let column = |f: &ListField| export::Column { name: f.name.to_string(), label: f.label.to_string(), ty: f.ty };
    let row = |id: &DocId| {
        let item = Item::of(records, *id)?;
        Some(fields.iter().map(|f| f.value(records, item, today)).collect())
    };
    Sheet {
        title: format::capital(&text(listing.name())),
        columns: fields.iter().map(column).collect(),
        rows: ids.iter().filter_map(row).collect(),
        notes,
    }
}

/// The names of the records that a sheet mentions.
fn named(records: &Records, sheet: &Sheet) -> HashMap<DocId, String> {
    let mut names = HashMap::new();
    for value in sheet.rows.iter().flatten() {
        let ids = match value {
            Value::Ref(id) => std::slice::from_ref(id),
            Value::Refs(ids) => ids,
            _ => continue,
        };
        for id in ids {
            names.entry(*id).or_insert_with(|| records.name(*id).to_owned());
        }
    }
    names
}

/// The search in words, one line each.
fn notes(cx: &Context) -> Vec<String> {
    let query = &cx.query;
    let facets = query.facets.iter().map(|f| format!("{}: {}", f.about, f.label()));
    let words = Some(query.text.trim()).filter(|t| !t.is_empty()).map(|t| format!("Search: {t}"));
    let groups = (!query.group_by.is_empty()).then(|| format!("Grouped by: {}", query.group_by.join(", ")));
    let order = (!query.sort.is_empty()).then(|| format!("Sorted by: {}", query.sort));
    facets.chain(words).chain(groups).chain(order).collect()
}
