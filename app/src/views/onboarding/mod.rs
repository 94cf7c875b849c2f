//! First start: found a workspace, join one, or look at sample data.

mod found;
mod join;
mod sample;

use std::{
    fs::File,
    io::{self, BufReader},
    path::{Path, PathBuf},
};

use eframe::egui::{
    self, Align, Frame, Layout, Margin, Popup, Rect, ScrollArea, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2,
};
use satchel_core::{Error, Storage, Workspace, environment::Environment};
use tr::tr;

use self::{found::Found, join::Join, sample::Sample};
use crate::{
    design::{Icon, Palette, Theme, icons, palette, radius, size, tokens::Tone, type_scale},
    locale::{self, Language, Locale, said},
    shell::{Mode, Pending},
    widgets::{Button, Line, line, line::line_center, link, logo, menu},
};

/// What the first start led to.
pub struct Opened {
    pub workspace: Workspace,
    /// Sample data in memory: never shared.
    pub sample: bool,
    /// Go on with the import wizard.
    pub import: bool,
    /// What was chosen before there was a workspace to keep it.
    pub theme: Theme,
    /// The same; nothing where the system's language was left.
    pub locale: Option<Locale>,
}

/// What the doors are given.
#[derive(Clone)]
struct Place {
    /// Where the workspace will lie; nothing keeps it in memory.
    folder: Option<PathBuf>,
    environment: Environment,
    device_name: String,
    mode: Mode,
    ctx: egui::Context,
}

impl Place {
    fn storage(&self) -> Storage {
        self.folder.clone().map_or(Storage::Memory, Storage::Folder)
    }
}

/// What a person chose to open, and what is under a passphrase.
pub enum Locked {
    Workspace(PathBuf),
    /// It goes where this device's workspace lies.
    Backup(PathBuf),
}

enum NotOpened {
    Locked(Locked),
    Because(String),
}

/// A workspace on its way, by which door.
type Coming = Pending<Result<Workspace, String>>;

pub struct Onboarding {
    place: Place,
    found: Found,
    join: Join,
    sample: Sample,
    other: Option<Pending<Option<Result<Workspace, NotOpened>>>>,
    /// What asks for a passphrase first.
    locked: Option<Locked>,
    /// What went wrong at opening another workspace.
    problem: Option<String>,
    import: bool,
    theme: Theme,
    locale: Option<Locale>,
}

const CONTENT: f32 = 1120.0;
const CARD: f32 = 556.0;
const GAP: f32 = 16.0;

impl Onboarding {
    pub fn new(
        ctx: &egui::Context,
        folder: Option<PathBuf>,
        environment: Environment,
        device_name: String,
        mode: Mode,
    ) -> Onboarding {
        Onboarding {
            place: Place { folder, environment, device_name, mode, ctx: ctx.clone() },
            found: Found::default(),
            join: Join::default(),
            sample: Sample::default(),
            other: None,
            locked: None,
            problem: None,
            import: false,
            theme: Theme::default(),
            locale: None,
        }
    }

    /// The workspace, once there is one.
    pub fn show(&mut self, ui: &mut Ui) -> Option<Opened> {
        let p = palette(ui);
        let screen = ui.max_rect();
        ui.painter().rect_filled(screen, 0.0, p.panel);
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| self.content(ui, screen));
        self.footer(ui, screen);
        self.opened()
    }

    fn content(&mut self, ui: &mut Ui, screen: Rect) {
        let p = palette(ui);
        let width = CONTENT.min(screen.width() - 2.0 * size::VIEW_MARGIN);
        let stacked = width < 860.0;
        let top = ((screen.height() - 752.0) / 2.0).clamp(20.0, 60.0);
        let origin = pos2((screen.center().x - width / 2.0).round(), ui.cursor().top() + top);
        self.head(ui, origin, width);

        let cards = origin + vec2(0.0, 86.0);
        let unit = (width - 2.0 * GAP) / 3.12;
        let places: Vec<Rect> = match stacked {
            true => (0..3)
                .map(|i| Rect::from_min_size(cards + vec2(0.0, i as f32 * (CARD + GAP)), vec2(width, CARD)))
                .collect(),
            false => {
                let widths = [unit.floor(), (1.12 * unit).floor(), unit.floor()];
                let mut x = cards.x;
                let place = |w: f32| {
                    let rect = Rect::from_min_size(pos2(x, cards.y), vec2(w, CARD));
                    x += w + GAP;
                    rect
                };
                widths.into_iter().map(place).collect()
            }
        };
        door(ui, places[0], icons::BUSINESS, Tone { text: p.accent, fill: p.accent, soft: p.asoft }, |ui| {
            self.found.show(ui, &self.place);
        });
        let (text, soft) = p.person(1);
        door(ui, places[1], icons::GROUPS, Tone { text, fill: text, soft }, |ui| self.join.show(ui, &self.place));
        let (text, soft) = p.person(4);
        door(ui, places[2], icons::VISIBILITY, Tone { text, fill: text, soft }, |ui| {
            self.sample.show(ui, &self.place);
        });

        let bottom = places[2].bottom();
        let y = bottom + 33.0;
        let promise = tr!("Everything is kept on this device. Nothing leaves it until you invite somebody.");
        let text = line_center(
            ui.painter(),
            pos2(screen.center().x + 13.0, y),
            width,
            Line::new(&promise, type_scale::BODY, p.text2),
        );
        icons::paint(ui.painter(), icons::LOCK, pos2(text.left() - 18.0, y), size::ICON_MEDIUM, p.text2);
        let row = Rect::from_min_size(pos2(origin.x, y + 22.0), vec2(width, 22.0));
        self.links(ui, row);
        if let Some(problem) = &self.problem {
            let at = pos2(screen.center().x, row.bottom() + 18.0);
            line_center(ui.painter(), at, width, Line::new(problem, type_scale::BODY, p.late.text));
        }
        ui.allocate_rect(
            Rect::from_min_max(ui.cursor().min, pos2(screen.right(), row.bottom() + 44.0)),
            egui::Sense::hover(),
        );
    }

    fn head(&mut self, ui: &mut Ui, origin: egui::Pos2, width: f32) {
        let p = palette(ui);
        logo::paint(ui.painter(), origin + vec2(22.0, 27.0), 44.0, p.panel, p);
        let left = origin.x + 58.0;
        let room = width - 58.0;
        let languages = self.languages(ui, Rect::from_min_size(origin, vec2(width, 34.0)));
        line(
            ui.painter(),
            pos2(left, origin.y + 17.0),
            languages - left - 12.0,
            Line::new(&tr!("Welcome to Satchel"), type_scale::WELCOME, p.text),
        );
        let says = tr!(
            "Your pipeline, on your own devices. It works without a network and shares with your team whenever two of you meet."
        );
        let ty = crate::design::Type { size: 14.0, line: 20.0, ..type_scale::BODY };
        line(ui.painter(), pos2(left, origin.y + 44.0), room, Line::new(&says, ty, p.text2));
    }

    /// In which the window is to speak, at the right; returns where they begin.
    fn languages(&mut self, ui: &mut Ui, row: Rect) -> f32 {
        let now = locale::current();
        let layout = Layout::right_to_left(Align::Center);
        let builder = UiBuilder::new().id_salt("languages").max_rect(row).layout(layout);
        let place = ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            for language in Language::ALL.into_iter().rev() {
                let button = Button::new(language.name()).small().selected(language == now.language);
                if ui.add(button).clicked() {
                    let chosen = Locale { language, ..now };
                    locale::speak(chosen);
                    self.locale = Some(chosen);
                    ui.ctx().request_repaint();
                }
            }
            ui.min_rect()
        });
        place.inner.left()
    }

    fn links(&mut self, ui: &mut Ui, row: Rect) {
        let p = palette(ui);
        let texts = [
            tr!("Import from Odoo, Salesforce or a spreadsheet"),
            tr!("Open another workspace"),
            tr!("Put a backup back"),
        ];
        let wide =
            |t: &str| Line::new(t, type_scale::VALUE, p.accent).layout(ui.painter(), f32::INFINITY).size().x + 22.0;
        let total = texts.iter().map(|text| wide(text)).sum::<f32>() + 2.0 * 20.0;
        let row = Rect::from_center_size(row.center(), vec2(total.min(row.width()), row.height()));
        let builder = UiBuilder::new().max_rect(row).layout(Layout::left_to_right(Align::Center));
        ui.scope_builder(builder, |ui| {
            ui.spacing_mut().item_spacing.x = 20.0;
            if link(ui, Some(icons::UPLOAD), &texts[0]).clicked() {
                // An import needs a workspace to go into.
                self.import = self.found.start(&self.place);
            }
            if link(ui, Some(icons::FOLDER_OPEN), &texts[1]).clicked() && self.other.is_none() {
                let environment = self.place.environment.clone();
                self.other = Some(Pending::run(self.place.mode, &self.place.ctx, move || {
                    let folder = rfd::FileDialog::new().set_title(tr!("Open a workspace’s folder")).pick_folder()?;
                    Some(match Workspace::open(Storage::Folder(folder), environment) {
                        Err(Error::Locked(folder)) => Err(NotOpened::Locked(Locked::Workspace(folder))),
                        opened => opened.map_err(|e| NotOpened::Because(said(&e.message()))),
                    })
                }));
            }
            if link(ui, Some(icons::RESTORE), &texts[2]).clicked() && self.other.is_none() {
                let place = self.place.clone();
                self.other = Some(Pending::run(self.place.mode, &self.place.ctx, move || {
                    let title = tr!("Put a backup back");
                    let dialog = rfd::FileDialog::new().set_title(title).add_filter("Satchel", &["satchel-backup"]);
                    Some(put_back(&dialog.pick_file()?, &place))
                }));
            }
        });
    }

    fn footer(&mut self, ui: &mut Ui, screen: Rect) {
        let p = palette(ui);
        let row = Rect::from_min_max(pos2(screen.left(), screen.bottom() - 36.0), screen.max - vec2(20.0, 6.0));
        if screen.height() < 790.0 {
            return;
        }
        ui.scope_builder(UiBuilder::new().max_rect(row).layout(Layout::right_to_left(Align::Center)), |ui| {
            ui.spacing_mut().item_spacing.x = 14.0;
            ui.label(type_scale::SECONDARY.text(tr!("Version {}", env!("CARGO_PKG_VERSION"))).color(p.text2));
            let icon = if p.dark { icons::DARK_MODE } else { icons::LIGHT_MODE };
            let theme = locale::text(self.theme.label());
            let name = tr!("Theme: {}", theme);
            let button = Button::ghost(&theme).name(&name).icon(icon).small();
            let button = ui.add(button);
            Popup::menu(&button).show(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                for theme in Theme::ALL {
                    if menu::choice(ui, &locale::text(theme.label()), theme == self.theme).clicked() {
                        self.theme = theme;
                        theme.apply(ui.ctx());
                    }
                }
            });
        });
    }

    /// What was chosen and asks for a passphrase.
    pub fn take_locked(&mut self) -> Option<Locked> {
        self.locked.take()
    }

    fn opened(&mut self) -> Option<Opened> {
        let (theme, locale) = (self.theme, self.locale);
        let open = |workspace, sample, import| Some(Opened { workspace, sample, import, theme, locale });
        if let Some(workspace) = self.found.take() {
            return open(workspace, false, self.import);
        }
        if let Some(workspace) = self.join.take() {
            return open(workspace, false, false);
        }
        if let Some(workspace) = self.sample.take() {
            return open(workspace, true, false);
        }
        let other = self.other.as_ref().and_then(Pending::take)?;
        self.other = None;
        match other? {
            Ok(workspace) => return open(workspace, false, false),
            Err(NotOpened::Locked(locked)) => self.locked = Some(locked),
            Err(NotOpened::Because(problem)) => self.problem = Some(problem),
        }
        None
    }
}

/// A backup, in the place where this device's workspace lies.
fn put_back(file: &Path, place: &Place) -> Result<Workspace, NotOpened> {
    let unread = |why: io::Error| {
        NotOpened::Because(tr!("{file} cannot be read: {reason}", file = file.display(), reason = why))
    };
    let opened = BufReader::new(File::open(file).map_err(unread)?);
    match Workspace::restore_backup(opened, place.storage(), place.environment.clone()) {
        Err(Error::Locked(_)) => Err(NotOpened::Locked(Locked::Backup(file.to_owned()))),
        done => done.map_err(|e| NotOpened::Because(said(&e.message()))),
    }
}

/// One of the three cards, with its icon; the content lies below it.
fn door(ui: &mut Ui, rect: Rect, icon: Icon, tone: Tone, content: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    ui.painter().rect(rect, radius::WELCOME, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let inner = rect.shrink(25.0);
    let square = Rect::from_min_size(inner.min, vec2(40.0, 40.0));
    ui.painter().rect_filled(square, radius::COLUMN, tone.soft);
    icons::paint(ui.painter(), icon, square.center(), 22.0, tone.text);
    let below = Rect::from_min_max(pos2(inner.left(), square.bottom() + 14.0), inner.max);
    ui.scope_builder(UiBuilder::new().id_salt(icon.codepoint).max_rect(below), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        content(ui);
    });
}

fn heading(ui: &mut Ui, title: &str, says: &str) {
    let p = palette(ui);
    ui.label(type_scale::TITLE.text(title));
    ui.add_space(2.0);
    ui.label(type_scale::BODY.text(says).color(p.text2));
    ui.add_space(14.0);
}

/// What stands over a field. The field has the same name, so this is only painted.
fn label(ui: &mut Ui, text: &str) {
    let (_, row) = ui.allocate_space(vec2(ui.available_width(), 18.0));
    line(ui.painter(), row.left_center(), row.width(), Line::new(text, type_scale::VALUE, palette(ui).text));
    ui.add_space(5.0);
}

/// What was wrong, in red, in at most two lines.
fn problem(ui: &mut Ui, text: &str, p: &Palette) {
    Frame::new().fill(p.late.soft).corner_radius(radius::CONTROL).inner_margin(Margin::symmetric(10, 6)).show(
        ui,
        |ui| {
            ui.set_width(ui.available_width());
            ui.label(type_scale::SECONDARY.text(text).color(p.late.text));
        },
    );
}

/// The foot of a card, where its button stands.
fn foot(ui: &mut Ui, height: f32, content: impl FnOnce(&mut Ui)) {
    let area = ui.max_rect();
    let foot = Rect::from_min_max(pos2(area.left(), area.bottom() - height), area.max);
    ui.scope_builder(UiBuilder::new().max_rect(foot).layout(Layout::bottom_up(Align::Min)), content);
}
