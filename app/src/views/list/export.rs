//! A list written to a file: its columns, its rows, in its order.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
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
    shell::{Action, Context, Say},
    views::{
        format,
        saving::{Saving, downloads, entered},
    },
    widgets::{Button, dialog},
};

pub struct Export {
    listing: Listing,
    fields: Vec<ListField>,
    ids: Vec<DocId>,
    /// What was asked, in words: a workbook notes it.
    notes: Vec<String>,
    /// Where to; its ending says as what.
    file: Saving,
    /// One contact for another program: as a card alone.
    card: bool,
    /// How many texts were too long for a workbook.
    cut: Arc<AtomicUsize>,
}

impl Export {
    pub fn new(cx: &Context, listing: Listing, columns: &[Column], ids: Vec<DocId>) -> Export {
        let file = format!("{} {}.xlsx", format::capital(&text(listing.name())), cx.today);
        Export {
            listing,
            fields: columns.iter().map(|c| c.field.clone()).collect(),
            ids,
            notes: notes(cx),
            file: Saving::new(&downloads().join(file)),
            card: false,
            cut: Arc::default(),
        }
    }

    /// One contact as an address card.
    pub fn card(cx: &Context, contact: DocId) -> Export {
        let export = Export::new(cx, Listing::Contacts, &[], vec![contact]);
        let name: String =
            cx.records.name(contact).chars().filter(|c| c.is_alphanumeric() || " -.,".contains(*c)).collect();
        let name = if name.trim().is_empty() { "contact".to_owned() } else { name.trim().chars().take(80).collect() };
        let path = export.file.path().with_file_name(format!("{name}.vcf"));
        Export { file: Saving::new(&path), card: true, ..export }
    }

    /// True once it is written or given up.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        if let Some(path) = self.file.turn() {
            let what = draw::count(self.listing, self.ids.len());
            let mut words = tr!("{what} written to {path}", what = what, path = path.display());
            let cut = self.cut.load(Ordering::Relaxed);
            if cut > 0 {
                words += ". ";
                words += &tr!("{n} text is longer than a workbook’s cell holds and is cut there: .csv keeps it whole"
                    | "{n} texts are longer than a workbook’s cell holds and are cut there: .csv keeps them whole"
                        % cut);
            }
            cx.actions.push(Action::Say(Say::Done(words)));
            return true;
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
            let response = self.file.field(ui, Id::unique("export file"));
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 6.0;
                for (words, ending) in self.endings() {
                    let path = self.file.path();
                    let on = path.to_string_lossy().to_lowercase().ends_with(&format!(".{ending}"));
                    if ui.add(Button::new(&words).selected(on).small()).clicked() {
                        self.file.set_path(&path.with_extension(ending));
                    }
                }
                self.file.chooser(ui, cx);
            });
            let entered = entered(ui, &response);
            dialog::buttons(ui, |ui| {
                let write = ui.add(Button::primary(&tr!("Export")).enabled(!self.file.is_writing())).clicked();
                (write || entered, ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked())
            })
        });
        if answer.0 {
            self.write(cx);
        }
        // What is being written is told of before it is left.
        (answer.1 || escaped) && !self.file.is_writing()
    }

    /// A file that is being written.
    pub fn unsaved(&self, cx: &mut Context) {
        self.file.unsaved(cx);
    }

    fn write(&mut self, cx: &mut Context) {
        let path = self.file.path();
        let csv = match path.extension().map(|e| e.to_string_lossy().to_lowercase()).as_deref() {
            Some("csv") if !self.card => true,
            Some("xlsx") if !self.card => false,
            Some("vcf") if self.listing == Listing::Contacts => return self.write_cards(cx, path),
            _ if self.card => {
                return self.file.refuse(tr!("An address card is written as .vcf: end the file’s name with it"));
            }
            _ => {
                return self
                    .file
                    .refuse(tr!("A list is written as .xlsx or .csv: end the file’s name with one of them"));
            }
        };
        let (fields, ids, today, listing) = (self.fields.clone(), self.ids.clone(), cx.today, self.listing);
        let (notes, cut) = (self.notes.clone(), Arc::clone(&self.cut));
        self.file.write(cx, path, move |workspace| {
            let (sheet, names) = {
                let records = workspace.records();
                let sheet = sheet(&records, listing, &fields, &ids, today, notes);
                let names = named(&records, &sheet);
                (sheet, names)
            };
            let names = |id| names.get(&id).cloned().unwrap_or_default();
            cut.store(if csv { 0 } else { export::cut_in_workbooks(&sheet, &names) }, Ordering::Relaxed);
            let bytes = if csv { export::csv(&sheet, &names) } else { export::xlsx(&sheet, &names) };
            bytes.map_err(|e| said(&e.message()))
        });
    }

    /// The contacts as address cards, in one file.
    fn write_cards(&mut self, cx: &mut Context, path: PathBuf) {
        let ids = self.ids.clone();
        self.file.write(cx, path, move |workspace| {
            let file = |hash| workspace.file(hash).ok();
            // Some at a time: their pictures come from the disk, and who writes records waits meanwhile.
            let some = |ids| cards::vcf(&workspace.records(), ids, CardVersion::default(), &file);
            Ok(ids.chunks(64).flat_map(some).collect())
        });
    }

    /// As what it may be written.
    fn endings(&self) -> Vec<(String, &'static str)> {
        let cards = (self.listing == Listing::Contacts).then(|| (tr!("Address cards (.vcf)"), "vcf"));
        let tables = [(tr!("Workbook (.xlsx)"), "xlsx"), (tr!("CSV (.csv)"), "csv")];
        tables.into_iter().filter(|_| !self.card).chain(cards).collect()
    }
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
