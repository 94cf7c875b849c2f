//! Every value of the look, once. Light and dark have the same names; what lies on what keeps at least 4.5:1 for text.

use eframe::egui::{self, Color32};

const fn rgb(hex: u32) -> Color32 {
    Color32::from_rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

/// A status in three strengths: text and icons, bars, chips behind the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tone {
    pub text: Color32,
    pub fill: Color32,
    pub soft: Color32,
}

const fn tone(text: u32, fill: u32, soft: u32) -> Tone {
    Tone { text: rgb(text), fill: rgb(fill), soft: rgb(soft) }
}

macro_rules! palettes {
    ($($(#[$doc:meta])* $name:ident: $light:literal / $dark:literal,)*) => {
        /// The colours of one theme.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Palette {
            $($(#[$doc])* pub $name: Color32,)*
            /// Planned, won.
            pub ok: Tone,
            /// Due today.
            pub due: Tone,
            /// Overdue, lost.
            pub late: Tone,
            /// Two values: a conflict.
            pub two: Tone,
            /// Rotting.
            pub old: Tone,
            /// What dims the view behind a dialog.
            pub scrim: Color32,
            /// Colours of people and tags: text and soft fill.
            pub people: [(Color32, Color32); 7],
            /// Colours of the series of a graph, the first ones first: told apart by people who do not see all colours.
            pub series: [Color32; 8],
            pub dark: bool,
        }

        pub static LIGHT: Palette = Palette {
            $($name: rgb($light),)*
            ok: tone(0x1B7046, 0x2F9E68, 0xDFF1E7),
            due: tone(0x954F00, 0xCB7914, 0xFBEDD8),
            late: tone(0xB2222E, 0xD4444E, 0xFBE5E5),
            two: tone(0x6E35AE, 0x8B50CC, 0xF1E8FB),
            old: tone(0x764A22, 0xA97142, 0xF4E8DA),
            scrim: Color32::from_rgba_premultiplied(9, 9, 8, 82),
            people: [
                (rgb(0x2F55C8), rgb(0xDFE7FB)),
                (rgb(0x0C6E7D), rgb(0xD7EEF1)),
                (rgb(0x9C2F6B), rgb(0xF8E0EE)),
                (rgb(0x5B6A12), rgb(0xECF0D3)),
                (rgb(0x8A5A00), rgb(0xF8EBCF)),
                (rgb(0x4A5B70), rgb(0xE2E8EF)),
                (rgb(0xA8432A), rgb(0xF9E4DC)),
            ],
            series: [rgb(0x2F55C8), rgb(0xC98416), rgb(0x16834D), rgb(0x5193F7), rgb(0x885500), rgb(0xF458B0), rgb(0x6F5970), rgb(0x69170B)],
            dark: false,
        };

        pub static DARK: Palette = Palette {
            $($name: rgb($dark),)*
            ok: tone(0x69CC99, 0x3FAE78, 0x1B3327),
            due: tone(0xF1AC51, 0xDE912E, 0x3A2B15),
            late: tone(0xF4919A, 0xDE5A63, 0x432224),
            two: tone(0xC7A1F3, 0xA673E4, 0x33263F),
            old: tone(0xD8AA7C, 0xB9814F, 0x362919),
            scrim: Color32::from_black_alpha(128),
            people: [
                (rgb(0x9DB3FA), rgb(0x27315A)),
                (rgb(0x6CCBD8), rgb(0x14363B)),
                (rgb(0xEE9CC8), rgb(0x45203A)),
                (rgb(0xC3D070), rgb(0x2E3313)),
                (rgb(0xE8BC66), rgb(0x3B2D10)),
                (rgb(0xAEBFD3), rgb(0x2A333E)),
                (rgb(0xF0A48D), rgb(0x452820)),
            ],
            series: [rgb(0x93ABF8), rgb(0xE0A833), rgb(0x27C9AA), rgb(0xD8FCFF), rgb(0xD1D38F), rgb(0xA04BA4), rgb(0x3F7870), rgb(0xBE583D)],
            dark: true,
        };
    };
}

palettes! {
    /// Rail and top bar.
    bg: 0xF2F1EE / 0x131211,
    /// Behind content.
    panel: 0xFAF9F7 / 0x191816,
    /// Cards, inputs, popups.
    card: 0xFFFFFF / 0x232220,
    /// Columns, group rows.
    sunken: 0xEDEBE7 / 0x1E1D1B,
    hover: 0xE9E7E2 / 0x2B2926,
    /// A column that something is dragged over.
    drop: 0xE9EEFB / 0x1E2233,
    /// Decorative lines.
    line: 0xE2DFD9 / 0x34322E,
    /// Edges of buttons and popups.
    line2: 0xC9C5BC / 0x524F49,
    /// Edges of inputs and check boxes.
    ctl: 0x918C83 / 0x7C786F,
    text: 0x1C1B19 / 0xEFEDE8,
    text2: 0x54514B / 0xBAB6AE,
    text3: 0x68645D / 0x9D998F,
    accent: 0x2F55C8 / 0x93ABF8,
    /// The accent, pressed or hovered.
    accent2: 0x2546AB / 0xAFC1FB,
    onaccent: 0xFFFFFF / 0x10193C,
    /// Chosen.
    asoft: 0xE5EBFB / 0x252E4C,
    /// The ring around what has the focus.
    aline: 0xB4C4F2 / 0x43538A,
    /// The edge of a conflict.
    two_line: 0xCDB3EA / 0x5F467A,
    /// Grey part of a bar, empty star.
    none: 0xC4C0B8 / 0x57544E,
    star: 0xB97A00 / 0xE5B045,
    leather: 0x9A5B2C / 0xD19A68,
    /// The toast and what lies on it.
    ink: 0x22211F / 0xF0EEE9,
    onink: 0xF4F2EE / 0x1C1B19,
    inkact: 0xA9BDFA / 0x2546AB,
}

impl Palette {
    /// The colours of a person or a tag: text and soft fill, by any number.
    pub fn person(&self, number: u64) -> (Color32, Color32) {
        self.people[(number % 7) as usize]
    }
}

/// The palette of the theme this interface is drawn in.
pub fn palette(ui: &egui::Ui) -> &'static Palette {
    of(ui.visuals().dark_mode)
}

pub fn of(dark: bool) -> &'static Palette {
    if dark { &DARK } else { &LIGHT }
}

/// Corner radii in points.
pub mod radius {
    pub const MARK: u8 = 4;
    pub const CHIP: u8 = 5;
    pub const CONTROL: u8 = 6;
    pub const CARD: u8 = 8;
    pub const COLUMN: u8 = 10;
    pub const WELCOME: u8 = 12;
}

/// Heights, widths and gaps in points.
pub mod size {
    pub const GRID: f32 = 4.0;
    pub const VIEW_MARGIN: f32 = 20.0;
    pub const CARD_GAP: f32 = 8.0;
    pub const COLUMN_GAP: f32 = 10.0;
    pub const TOP_BAR: f32 = 52.0;
    pub const VIEW_BAR: f32 = 44.0;
    pub const NAV_ITEM: f32 = 32.0;
    pub const CONTROL: f32 = 30.0;
    pub const CONTROL_SMALL: f32 = 24.0;
    pub const CONTROL_LARGE: f32 = 36.0;
    pub const SEARCH: f32 = 34.0;
    pub const SEARCH_MAX: f32 = 560.0;
    pub const LIST_ROW: f32 = 32.0;
    pub const GROUP_ROW: f32 = 34.0;
    pub const FOOTER: f32 = 36.0;
    pub const ACTIVITY_ROW: f32 = 38.0;
    pub const CARD: f32 = 112.0;
    pub const COLUMN_MIN: f32 = 240.0;
    pub const COLUMN_MAX: f32 = 320.0;
    pub const COLUMN_FOLDED: f32 = 36.0;
    pub const COLUMN_HEAD: f32 = 60.0;
    pub const BAR: f32 = 6.0;
    pub const AVATAR: f32 = 22.0;
    pub const AVATAR_SMALL: f32 = 18.0;
    pub const AVATAR_LARGE: f32 = 32.0;
    pub const ICON: f32 = 18.0;
    pub const ICON_MEDIUM: f32 = 16.0;
    pub const ICON_SMALL: f32 = 14.0;
    pub const RAIL: f32 = 208.0;
    pub const RAIL_NARROW: f32 = 56.0;
    /// Below this width of the window the rail shows icons only.
    pub const RAIL_NARROW_BELOW: f32 = 1100.0;
    pub const TIMELINE: f32 = 372.0;
    pub const POPOVER: f32 = 440.0;
    pub const LIST_MAX: f32 = 1600.0;
    pub const TOAST: f32 = 40.0;
}

/// Shadows by how high a thing lies.
pub mod shadow {
    use eframe::egui::{Color32, Shadow};

    use super::Palette;

    fn of(palette: &Palette, offset: i8, blur: u8, light: u8, dark: u8) -> Shadow {
        let color = if palette.dark {
            Color32::from_black_alpha(percent(dark))
        } else {
            Color32::from_rgba_unmultiplied(40, 34, 24, percent(light))
        };
        Shadow { offset: [0, offset], blur, spread: 0, color }
    }

    fn percent(percent: u8) -> u8 {
        (u32::from(percent) * 255 / 100) as u8
    }

    pub fn card(palette: &Palette) -> Shadow {
        of(palette, 1, 2, 7, 35)
    }

    /// Dragged cards, toasts, tooltips.
    pub fn lifted(palette: &Palette) -> Shadow {
        of(palette, 6, 20, 16, 50)
    }

    pub fn popup(palette: &Palette) -> Shadow {
        of(palette, 12, 40, 22, 60)
    }
}

/// Seconds.
pub mod motion {
    pub const HOVER: f32 = 0.08;
    pub const FOLD: f32 = 0.12;
    pub const SETTLE: f32 = 0.16;
    pub const TOAST: f64 = 6.0;
}
