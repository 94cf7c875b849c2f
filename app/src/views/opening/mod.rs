//! The page before a workspace that is being opened: empty while that is quick, else it says what is waited for; and what it
//! says when the workspace cannot be opened (in use, of a newer version, damaged), with what can be done instead.

use std::path::PathBuf;

use eframe::egui::{Align, Context, Frame, Label, Layout, Margin, Rect, ScrollArea, Stroke, Ui, UiBuilder, pos2, vec2};
use satchel_core::{Error, Storage, Workspace, environment::Environment};
use tr::tr;

use crate::{
    design::{palette, radius, size, type_scale},
    locale::said,
    shell::{Mode, Pending, Say},
    views::format,
    widgets::{Button, link, logo},
};

/// What became of the page.
pub enum Left {
    Opened(Box<Workspace>, Option<Say>),
    /// It asks for a passphrase.
    Locked,
    /// There is nothing in the folder, or it is put aside, or something else is to be opened.
    Elsewhere,
}

pub struct OpeningPage {
    folder: PathBuf,
    environment: Environment,
    mode: Mode,
    opening: Option<Pending<Result<Workspace, Error>>>,
    /// When it began, in seconds of the window's clock.
    since: Option<f64>,
    refused: Option<Error>,
    problem: Option<String>,
    /// What the toast says once it is open.
    say: Option<Say>,
}

const WIDTH: f32 = 440.0;
/// Until then nobody waits, and words would only flicker.
const QUICK: f64 = 0.4;

impl OpeningPage {
    pub fn new(ctx: &Context, folder: PathBuf, environment: Environment, mode: Mode) -> OpeningPage {
        let (opening, since, refused, problem, say) = Default::default();
        let mut page = OpeningPage { folder, environment, mode, opening, since, refused, problem, say };
        page.open(ctx);
        page
    }

    pub fn saying(self, say: Option<Say>) -> OpeningPage {
        OpeningPage { say, ..self }
    }

    fn open(&mut self, ctx: &Context) {
        let (folder, environment) = (self.folder.clone(), self.environment.clone());
        (self.refused, self.problem, self.since) = (None, None, None);
        let open = move || Workspace::open(Storage::Folder(folder), environment);
        self.opening = Some(Pending::run(self.mode, ctx, open));
    }

    pub fn show(&mut self, ui: &mut Ui) -> Option<Left> {
        if let Some(opened) = self.opening.as_ref().and_then(Pending::take) {
            self.opening = None;
            match opened {
                Ok(workspace) => return Some(Left::Opened(Box::new(workspace), self.say.take())),
                Err(Error::Locked(_)) => return Some(Left::Locked),
                Err(Error::NoWorkspace(_)) => return Some(Left::Elsewhere),
                Err(error) => self.refused = Some(error),
            }
        }
        let now = ui.input(|i| i.time);
        let waited = now - *self.since.get_or_insert(now);
        let mut left = None;
        match self.refused.take() {
            Some(error) => {
                card(ui, WIDTH, |ui| left = self.refusal(ui, &error));
                if self.opening.is_none() {
                    self.refused = Some(error);
                }
            }
            None if waited < QUICK => {
                ui.painter().rect_filled(ui.max_rect(), 0.0, palette(ui).panel);
                ui.ctx().request_repaint_after_secs((QUICK - waited) as f32);
            }
            None => card(ui, WIDTH, waiting),
        }
        left
    }

    fn refusal(&mut self, ui: &mut Ui, error: &Error) -> Option<Left> {
        let p = palette(ui);
        ui.label(type_scale::TITLE.text(tr!("The workspace cannot be opened")));
        ui.add_space(4.0);
        ui.add(Label::new(type_scale::BODY.text(why(error)).color(p.text2)).wrap());
        if let Some(problem) = &self.problem {
            ui.add_space(6.0);
            ui.label(type_scale::SECONDARY.text(problem).color(p.late.text));
        }
        ui.add_space(18.0);
        let mut left = None;
        let width = ui.available_width();
        if ui.add(Button::primary(&tr!("Try again")).large().width(width)).clicked() {
            self.open(ui.ctx());
        }
        if matches!(error, Error::Damaged(_)) {
            ui.add_space(10.0);
            let aside = tr!("Put it aside and begin again");
            if ui.add(Button::new(&aside).large().width(width)).clicked() {
                match Storage::Folder(self.folder.clone()).put_aside(&self.environment) {
                    Ok(_) => left = Some(Left::Elsewhere),
                    Err(error) => self.problem = Some(said(&error.message())),
                }
            }
            ui.add_space(8.0);
            let says = tr!(
                "You then join again with a ticket, or put a backup back. What is on this laptop stays in its folder, put aside \
                 and not deleted."
            );
            ui.label(type_scale::SECONDARY.text(says).color(p.text2));
        }
        ui.add_space(16.0);
        if link(ui, None, &tr!("Open something else")).clicked() {
            left = Some(Left::Elsewhere);
        }
        left
    }
}

/// The reason, to who sees a window and no command line.
fn why(error: &Error) -> String {
    match error {
        Error::InUse(_) => {
            tr!("It is open in another window, or another Satchel works on it. Close that, then try again.")
        }
        Error::Damaged(what) => tr!("Its file is damaged ({}), more than can be made good from what is in it.", what),
        error => format::capital(&said(&error.message())),
    }
}

fn waiting(ui: &mut Ui) {
    let p = palette(ui);
    ui.label(type_scale::TITLE.text(tr!("Opening the workspace…")));
    ui.add_space(2.0);
    let says = tr!("What an earlier version wrote is put in this one’s order, once. It takes a moment.");
    ui.label(type_scale::BODY.text(says).color(p.text2));
}

/// A card in the middle of the window, where there is no workspace to show.
pub fn card(ui: &mut Ui, width: f32, content: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    let screen = ui.max_rect();
    ui.painter().rect_filled(screen, 0.0, p.panel);
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let width = width.min(screen.width() - 2.0 * size::VIEW_MARGIN);
        let top = ((screen.height() - 420.0) / 2.0).max(24.0);
        let at = pos2((screen.center().x - width / 2.0).round(), ui.cursor().top() + top);
        let room = Rect::from_min_size(at, vec2(width, f32::INFINITY));
        ui.scope_builder(UiBuilder::new().max_rect(room).layout(Layout::top_down(Align::Min)), |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let frame = Frame::new().fill(p.card).stroke(Stroke::new(1.0, p.line)).corner_radius(radius::WELCOME);
            frame.inner_margin(Margin::same(28)).show(ui, |ui| {
                ui.set_width(width - 56.0);
                let (_, mark) = ui.allocate_space(vec2(44.0, 44.0));
                logo::paint(ui.painter(), mark.center(), 44.0, p.card, p);
                ui.add_space(16.0);
                content(ui);
            });
            ui.add_space(24.0);
        });
    });
}
