//! Inter in three cuts with tabular figures, and Material Symbols Rounded; the type scale of every view.

use std::sync::{Arc, LazyLock};

use eframe::egui::{self, FontData, FontDefinitions, FontFamily, FontId, RichText};

pub static REGULAR: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("inter".into()));
pub static MEDIUM: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("inter-medium".into()));
pub static SEMIBOLD: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("inter-semibold".into()));

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weight {
    Regular,
    Medium,
    SemiBold,
}

impl Weight {
    pub fn family(self) -> FontFamily {
        match self {
            Weight::Regular => REGULAR.clone(),
            Weight::Medium => MEDIUM.clone(),
            Weight::SemiBold => SEMIBOLD.clone(),
        }
    }
}

/// One step of the type scale: size, line height and cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    pub size: f32,
    pub line: f32,
    pub weight: Weight,
}

impl Type {
    pub const fn new(size: f32, line: f32, weight: Weight) -> Type {
        Type { size, line, weight }
    }

    pub const fn medium(self) -> Type {
        Type { weight: Weight::Medium, ..self }
    }

    pub const fn strong(self) -> Type {
        Type { weight: Weight::SemiBold, ..self }
    }

    pub fn font(self) -> FontId {
        FontId::new(self.size, self.weight.family())
    }

    pub fn text(self, text: impl Into<String>) -> RichText {
        RichText::new(text).font(self.font()).line_height(Some(self.line))
    }
}

/// The steps (size/line in points).
pub mod type_scale {
    use super::{Type, Weight::*};

    /// Key caps, marks, axes.
    pub const CAPTION: Type = Type::new(11.0, 14.0, Medium);
    pub const TAG: Type = Type::new(11.0, 16.0, Regular);
    pub const SECONDARY: Type = Type::new(12.0, 16.0, Regular);
    pub const BODY: Type = Type::new(13.0, 18.0, Regular);
    /// Values and buttons.
    pub const VALUE: Type = BODY.medium();
    pub const CARD_TITLE: Type = BODY.strong();
    pub const AMOUNT: Type = Type::new(14.0, 20.0, Medium);
    /// Views and sections.
    pub const TITLE: Type = Type::new(15.0, 20.0, SemiBold);
    pub const RECORD_TITLE: Type = Type::new(20.0, 28.0, SemiBold);
    pub const FIGURE: Type = Type::new(24.0, 30.0, SemiBold);
    /// The number to call.
    pub const NUMBER: Type = Type::new(32.0, 40.0, SemiBold);
    pub const WELCOME: Type = Type::new(26.0, 34.0, SemiBold);
}

/// Gives the context Satchel's fonts. Text falls back from Inter to egui's own fonts and, in a window, to the system's.
pub fn install(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    let fallback = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let cuts: [(&str, &FontFamily, &'static [u8]); 3] = [
        ("inter", &REGULAR, include_bytes!("../../assets/fonts/Inter-Regular.otf")),
        ("inter-medium", &MEDIUM, include_bytes!("../../assets/fonts/Inter-Medium.otf")),
        ("inter-semibold", &SEMIBOLD, include_bytes!("../../assets/fonts/Inter-SemiBold.otf")),
    ];
    for (name, family, bytes) in cuts {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
        let chain = std::iter::once(name.to_owned()).chain(fallback.iter().cloned()).collect();
        fonts.families.insert(family.clone(), chain);
    }
    let chain = std::iter::once("inter".to_owned()).chain(fallback).collect();
    fonts.families.insert(FontFamily::Proportional, chain);
    ctx.set_fonts(fonts);
    egui_material_icons::initialize(ctx);
}
