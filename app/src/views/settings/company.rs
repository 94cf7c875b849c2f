//! One's own company as it is printed on quotations and invoices, and its picture.

use std::path::PathBuf;

use eframe::egui::{
    Color32, ColorImage, Image, Rect, Sense, Stroke, StrokeKind, TextureHandle, TextureOptions, Ui, WidgetInfo,
    accesskit::Role, vec2,
};
use satchel_core::{Command, DocId, FileHash, Kind, Record, record::Company};
use tr::tr;

use super::parts;
use crate::{
    design::{icons, palette, radius, type_scale},
    locale::said,
    paper::picture,
    shell::{Action, Context, Pending, Say},
    views::form::{Form, def},
    widgets::{Button, Row},
};

#[derive(Default)]
pub struct CompanyPage {
    form: Form,
    choosing: Option<Pending<Option<PathBuf>>>,
    taking: Option<Pending<Result<(), String>>>,
    of: Option<FileHash>,
    reading: Option<Pending<Option<ColorImage>>>,
    texture: Option<TextureHandle>,
}

const LINES: [&str; 5] = ["name", "phone", "email", "website", "tax_id"];
const TEXTS: [&str; 3] = ["address", "bank", "terms"];
/// The box in which the picture is shown.
const LOGO: [f32; 2] = [220.0, 80.0];

impl CompanyPage {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.form.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let says = tr!("Printed on quotations and invoices. What was posted keeps what stood there then.");
        parts::heading(ui, &tr!("Company"), &says);
        let Some(company) = &cx.records.company else { return };
        let record = Record::Company(company.clone());
        self.form.turn_to(company.id);
        parts::section(ui, &tr!("On paper"), |ui| {
            parts::unfolded(ui, |ui| {
                ui.add_space(8.0);
                for field in LINES {
                    let Some(def) = def(Kind::Company, field) else { continue };
                    let label = if field == "name" { tr!("Name") } else { crate::locale::text(def.label) };
                    self.form.labelled(ui, cx, &record, def, &label);
                }
                for field in TEXTS {
                    let Some(def) = def(Kind::Company, field) else { continue };
                    ui.add_space(8.0);
                    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
                    let color = palette(ui).text3;
                    Row::new(ui, rect).text(&crate::locale::text(def.label), type_scale::BODY, color);
                    self.form.long_text(ui, cx, &record, def, &hint(field));
                }
            });
        });
        parts::section(ui, &tr!("Logo"), |ui| {
            parts::unfolded(ui, |ui| {
                ui.add_space(8.0);
                self.logo(ui, cx, company);
            });
        });
    }

    fn logo(&mut self, ui: &mut Ui, cx: &mut Context, company: &Company) {
        self.turn(ui, cx, company);
        let p = palette(ui);
        match &self.texture {
            Some(texture) => {
                let (rect, response) = ui.allocate_exact_size(LOGO.into(), Sense::hover());
                response.widget_info(|| WidgetInfo::labeled(Role::Image, true, tr!("Logo of {}", company.name)));
                // White, as paper is.
                ui.painter().rect(rect, radius::CARD, Color32::WHITE, Stroke::new(1.0, p.line), StrokeKind::Inside);
                let inner = rect.shrink(8.0);
                let size = texture.size_vec2();
                let scale = (inner.width() / size.x).min(inner.height() / size.y);
                Image::new(texture).paint_at(ui, Rect::from_min_size(inner.min, size * scale));
            }
            None => {
                let says = tr!("A PNG or JPEG; it stands at the upper left of the paper.");
                ui.label(type_scale::BODY.text(says).color(p.text3));
            }
        }
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            if ui.add(Button::new(&tr!("Choose a picture…")).icon(icons::UPLOAD).small()).clicked() {
                let title = tr!("Logo");
                let dialog = rfd::FileDialog::new().set_title(title).add_filter("PNG, JPEG", &["png", "jpg", "jpeg"]);
                self.choosing = Some(cx.background(move |_, _| dialog.pick_file()));
            }
            if company.logo().is_some()
                && ui.add(Button::new(&tr!("Remove the logo")).icon(icons::CLOSE).small()).clicked()
            {
                let logos = company.attachments.iter().filter(|a| a.name.to_lowercase().starts_with("logo."));
                let commands = logos.map(|a| Command::Detach { id: a.id }).collect();
                cx.execute(Command::Together { label: "Remove the logo".to_owned(), commands });
            }
        });
    }

    /// Takes what was chosen, and reads the picture that is there.
    fn turn(&mut self, ui: &Ui, cx: &mut Context, company: &Company) {
        if let Some(Some(path)) = self.choosing.as_ref().and_then(Pending::take) {
            self.choosing = None;
            self.take(cx, company.id, path);
        }
        if let Some(Err(why)) = self.taking.as_ref().and_then(Pending::take) {
            cx.actions.push(Action::Say(Say::Refused(why)));
        }
        let hash = company.logo().map(|logo| logo.hash).filter(|hash| (cx.has_file)(*hash));
        if self.of != hash {
            (self.of, self.texture) = (hash, None);
            self.reading =
                hash.map(|hash| cx.background(move |workspace, _| workspace.file(hash).ok().and_then(|b| image(&b))));
        }
        if let Some(Some(image)) = self.reading.as_ref().and_then(Pending::take) {
            self.texture = Some(ui.ctx().load_texture("logo", image, TextureOptions::LINEAR));
        }
    }

    /// A file that was chosen or dropped becomes the logo, if it is a picture.
    pub fn take(&mut self, cx: &mut Context, company: DocId, path: PathBuf) {
        self.taking = Some(cx.background(move |workspace, _| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let bytes = std::fs::read(&path).map_err(|why| tr!("{name} cannot be read: {why}", name, why))?;
            if picture::read(&bytes).is_none() {
                return Err(tr!("{name} is no PNG or JPEG that can be printed", name));
            }
            let ending = if bytes.starts_with(b"\x89PNG") { "png" } else { "jpg" };
            workspace.attach(company, &format!("logo.{ending}"), &bytes).map(|_| ()).map_err(|e| said(&e.message()))
        }));
    }
}

fn image(bytes: &[u8]) -> Option<ColorImage> {
    let read = picture::read(bytes)?;
    Some(ColorImage::from_rgba_unmultiplied([read.width, read.height], &read.rgba))
}

fn hint(field: &str) -> String {
    match field {
        "address" => tr!("Street, town, country: a line each"),
        "bank" => tr!("Bank, IBAN, BIC: a line each"),
        _ => tr!("Payment and delivery: under every total"),
    }
}
