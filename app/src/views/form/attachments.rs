//! The files attached to a record: open, save, take off, and add by choosing or dropping.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use eframe::egui::{
    Align, CornerRadius, CursorIcon, Id, Layout, Rect, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use satchel_core::{
    Command, DocId, FileHash, Record, Workspace,
    record::{Attachment, MAX_FILE},
};
use tr::tr;

use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale,
    shell::{Action, Context, Copies, Pending, Say},
    views::format,
    widgets::{
        Button, Row,
        row_button::{self, Face},
    },
};

/// What is started rather than shown, or leads elsewhere: kept for the person to look at first.
#[rustfmt::skip]
const PROGRAMS: [&str; 67] = [
    "action", "ade", "adp", "app", "appimage", "appref-ms", "bash", "bat", "chm", "class", "cmd", "com", "command", "cpl",
    "csh", "deb", "desktop", "dll", "dmg", "exe", "fish", "gadget", "hta", "inf", "ins", "iso", "jar", "jnlp", "js", "jse",
    "ksh", "lnk", "mde", "msc", "msi", "msix", "msp", "mst", "osx", "out", "pif", "pkg", "pl", "prg", "ps1", "psm1", "py",
    "pyw", "rb", "reg", "rpm", "run", "scf", "scpt", "scr", "sct", "sh", "shs", "terminal", "url", "vb", "vbe", "vbs",
    "webloc", "workflow", "ws", "wsf",
];

/// Whether its ending says that it is started rather than shown.
fn is_program(name: &str) -> bool {
    // Windows takes no notice of dots and spaces at the end.
    let name = name.trim_end_matches(['.', ' ']).to_lowercase();
    name.rsplit_once('.').is_some_and(|(_, ending)| PROGRAMS.binary_search(&ending).is_ok())
}

#[derive(Default)]
pub struct Attachments {
    record: Option<DocId>,
    choosing: Option<Pending<Vec<PathBuf>>>,
    /// A file being opened or saved, and what came of it.
    carrying: Option<Pending<Result<String, String>>>,
}

impl Attachments {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, record: &Record) {
        if self.record != Some(record.id()) {
            *self = Attachments { record: Some(record.id()), ..Attachments::default() };
        }
        if let Some(files) = self.choosing.as_ref().and_then(Pending::take) {
            self.choosing = None;
            cx.actions.extend(files.into_iter().map(|file| Action::Attach(record.id(), file)));
        }
        if let Some(result) = self.carrying.as_ref().and_then(Pending::take) {
            self.carrying = None;
            cx.actions.extend(match result {
                Ok(said) if said.is_empty() => None,
                Ok(said) => Some(Action::Say(Say::Done(said))),
                Err(problem) => Some(Action::Say(Say::Refused(problem))),
            });
        }
        self.head(ui, cx, record.attachments().len());
        ui.add_space(-4.0);
        let palette = palette(ui);
        if record.attachments().is_empty() {
            let most = MAX_FILE >> 20;
            let text =
                tr!("Drop files anywhere on this page: up to {most} MB each, on every colleague’s laptop.", most);
            ui.label(type_scale::BODY.text(text).color(palette.text3));
            return;
        }
        let rows = record.attachments().len() as f32;
        let (frame, _) = ui.allocate_exact_size(vec2(ui.available_width(), rows * size::ACTIVITY_ROW), Sense::hover());
        let corner = CornerRadius::same(radius::CARD);
        let line = (1.0, palette.line);
        ui.painter().rect(frame, corner, palette.card, line, eframe::egui::StrokeKind::Inside);
        for (at, attachment) in record.attachments().iter().enumerate() {
            let top = frame.top() + at as f32 * size::ACTIVITY_ROW;
            if at > 0 {
                ui.painter().hline(frame.left() + 1.0..=frame.right() - 1.0, top, line);
            }
            let rect = Rect::from_min_size(pos2(frame.left(), top), vec2(frame.width(), size::ACTIVITY_ROW));
            self.row(ui, cx, attachment, rect);
        }
    }

    fn head(&mut self, ui: &mut Ui, cx: &mut Context, count: usize) {
        let palette = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut row = Row::new(ui, rect);
        row.text(&tr!("Attachments"), type_scale::TITLE, palette.text);
        if count > 0 {
            row.gap(8.0).text(&count.to_string(), type_scale::BODY, palette.text3);
        }
        let layout = Layout::right_to_left(Align::Center);
        let mut right = ui.new_child(UiBuilder::new().max_rect(rect).layout(layout));
        if right.add(Button::ghost(&tr!("Attach files…")).icon(icons::ATTACH).small()).clicked()
            && self.choosing.is_none()
        {
            let dialog = rfd::FileDialog::new().set_title(tr!("Attach files"));
            self.choosing = Some(cx.background(move |_, _| dialog.pick_files().unwrap_or_default()));
        }
    }

    fn row(&mut self, ui: &mut Ui, cx: &mut Context, attachment: &Attachment, rect: Rect) {
        let palette = palette(ui);
        let name = attachment.name.as_str();
        let is_here = (cx.has_file)(attachment.hash);
        let id = Id::unique(("attachment", attachment.id));
        let ids = ["open", "save", "remove"].map(|part| id.with(part));
        let active = ui.rect_contains_pointer(rect) || ids.iter().any(|id| ui.memory(|m| m.has_focus(*id)));
        let mut line = Row::new(ui, rect.shrink2(vec2(12.0, 0.0)));
        line.icon(icons::ATTACH, 16.0, palette.text2);
        line.gap(10.0);

        let who = attachment.user.map_or("", |user| cx.records.name(user));
        let when = cx.day(cx.environment.day(attachment.time));
        let about = if is_here { format!("{who}, {when}") } else { tr!("Not on this device yet") };
        line.text_right(&about, type_scale::SECONDARY, palette.text3);
        line.gap_right(12.0);
        line.text_right(&format::bytes(attachment.size), type_scale::SECONDARY, palette.text2);
        line.gap_right(10.0);

        let remove = line.place_right(vec2(24.0, 24.0));
        let face = Face { icon: icons::CLOSE, text: "", edge: false };
        if row_button::show(ui, remove, ids[2], active, face, &tr!("Remove attachment: {}", name)).clicked() {
            cx.execute(Command::Detach { id: attachment.id });
        }
        let text = tr!("Save as…");
        let save = line.place_right(vec2(row_button::width(ui, &text), 24.0));
        let face = Face { icon: icons::DOWNLOAD, text: &text, edge: false };
        if row_button::show(ui, save, ids[1], active && is_here, face, &tr!("Save as: {}", name)).clicked() {
            let (hash, name) = (attachment.hash, attachment.file_name());
            self.carrying = Some(cx.background(move |workspace, _| save_as(workspace, hash, &name)));
        }
        line.gap_right(8.0);

        let text =
            Rect::from_min_max(pos2(line.left() - 4.0, rect.top() + 4.0), pos2(line.right(), rect.bottom() - 4.0));
        let open = ui.interact(text, ids[0], Sense::click()).on_hover_cursor(CursorIcon::PointingHand);
        open.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Open: {}", name)));
        if open.has_focus() {
            let corner = CornerRadius::same(radius::CHIP);
            ui.painter().rect_stroke(text, corner, (2.0, palette.aline), eframe::egui::StrokeKind::Inside);
        }
        let color = match (is_here, open.hovered()) {
            (false, _) => palette.text3,
            (true, true) => palette.accent,
            (true, false) => palette.text,
        };
        line.text(name, type_scale::VALUE, color);
        if open.clicked() {
            let (hash, name, copies) = (attachment.hash, attachment.file_name(), Arc::clone(cx.copies));
            self.carrying = Some(cx.background(move |workspace, _| open_file(workspace, &copies, hash, &name)));
        }
    }
}

/// Shows the file in the system's program for its kind.
fn open_file(workspace: &Workspace, copies: &Copies, hash: FileHash, name: &str) -> Result<String, String> {
    if is_program(name) {
        return Err(tr!("‘{}’ is a program: Satchel does not start it. Save it and look at it first.", name));
    }
    let bytes = workspace.file(hash).map_err(|e| locale::said(&e.message()))?;
    copies.show(name, &bytes).map(|()| String::new())
}

fn save_as(workspace: &Workspace, hash: FileHash, name: &str) -> Result<String, String> {
    let bytes = workspace.file(hash).map_err(|e| locale::said(&e.message()))?;
    let Some(path) = rfd::FileDialog::new().set_title(tr!("Save as")).set_file_name(name).save_file() else {
        return Ok(String::new());
    };
    fs::write(&path, bytes).map_err(|e| unwritten(&path, &e))?;
    Ok(tr!("Saved as {}", path.display()))
}

fn unwritten(path: &Path, why: &io::Error) -> String {
    tr!("{path} cannot be written: {why}", path = path.display(), why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_ending() {
        assert!(PROGRAMS.is_sorted());
        for name in ["a.EXE", "Offer.pdf.pif", "x.reg", "b.exe. .", "c.url", "d.command"] {
            assert!(is_program(name), "{name}");
        }
        for name in ["Offer.pdf", "exe", "letter.docx", "plan.xlsx"] {
            assert!(!is_program(name), "{name}");
        }
    }
}
