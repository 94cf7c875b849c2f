//! Light, dark, or as the system: the palette poured into egui's style.

use eframe::egui::{
    self, CornerRadius, FontId, Margin, Stroke, Style, TextStyle, ThemePreference, Vec2, Visuals,
    epaint::FontColorTransferFunction, style::WidgetVisuals,
};

use super::{
    fonts::{self, type_scale},
    tokens::{self, Palette, motion, radius, shadow, size},
};

/// What the person chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
    #[default]
    System,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// As stored in the device's settings.
    pub fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::System => "system",
        }
    }

    pub fn named(name: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|t| t.name() == name)
    }

    pub fn label(self) -> &'static str {
        match self {
            Theme::Light => "Light",
            Theme::Dark => "Dark",
            Theme::System => "Follow the system",
        }
    }

    pub fn apply(self, ctx: &egui::Context) {
        ctx.set_theme(match self {
            Theme::Light => ThemePreference::Light,
            Theme::Dark => ThemePreference::Dark,
            Theme::System => ThemePreference::System,
        });
    }
}

/// Fonts and both styles; once per context.
pub fn install(ctx: &egui::Context) {
    fonts::install(ctx);
    // Where the system does not say: light, as paper is.
    ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
    for theme in [egui::Theme::Light, egui::Theme::Dark] {
        ctx.style_mut_of(theme, |style| pour(style, tokens::of(theme == egui::Theme::Dark)));
    }
}

/// Nothing moves when the person asked for it.
pub fn reduce_motion(ctx: &egui::Context, reduced: bool) {
    ctx.all_styles_mut(|style| {
        style.animation_time = if reduced { 0.0 } else { motion::FOLD };
        style.scroll_animation =
            if reduced { egui::style::ScrollAnimation::none() } else { egui::style::ScrollAnimation::default() };
        style.visuals.text_cursor.blink = !reduced;
    });
}

fn pour(style: &mut Style, palette: &Palette) {
    style.text_styles = [
        (TextStyle::Small, type_scale::SECONDARY.font()),
        (TextStyle::Body, type_scale::BODY.font()),
        (TextStyle::Button, type_scale::VALUE.font()),
        (TextStyle::Heading, type_scale::TITLE.font()),
        (TextStyle::Monospace, FontId::monospace(12.0)),
    ]
    .into();
    style.animation_time = motion::FOLD;
    style.spacing.item_spacing = Vec2::new(8.0, 8.0);
    style.spacing.button_padding = Vec2::new(10.0, 5.0);
    style.spacing.interact_size = Vec2::new(size::CONTROL, size::CONTROL);
    style.spacing.menu_margin = Margin::same(4);
    style.spacing.window_margin = Margin::symmetric(16, 12);
    style.spacing.icon_width = 16.0;
    style.spacing.icon_width_inner = 10.0;
    style.spacing.combo_height = 320.0;
    style.spacing.tooltip_width = 320.0;
    style.spacing.scroll.bar_width = 8.0;
    style.spacing.scroll.floating_width = 5.0;
    style.spacing.scroll.foreground_color = false;
    style.interaction.selectable_labels = false;
    style.interaction.tooltip_delay = 0.4;
    pour_visuals(&mut style.visuals, palette);
}

fn pour_visuals(visuals: &mut Visuals, palette: &Palette) {
    *visuals = if palette.dark { Visuals::dark() } else { Visuals::light() };
    // egui thickens light text on dark by more than Inter needs.
    visuals.text_options.color_transfer_function =
        if palette.dark { FontColorTransferFunction::Gamma(0.75) } else { FontColorTransferFunction::Off };
    visuals.weak_text_color = Some(palette.text3);
    visuals.hyperlink_color = palette.accent;
    visuals.faint_bg_color = palette.sunken;
    visuals.extreme_bg_color = palette.sunken;
    visuals.text_edit_bg_color = Some(palette.card);
    visuals.code_bg_color = palette.sunken;
    visuals.warn_fg_color = palette.due.text;
    visuals.error_fg_color = palette.late.text;
    visuals.window_corner_radius = CornerRadius::same(radius::COLUMN);
    visuals.window_shadow = shadow::popup(palette);
    visuals.window_fill = palette.card;
    visuals.window_stroke = Stroke::new(1.0, palette.line2);
    visuals.menu_corner_radius = CornerRadius::same(radius::COLUMN);
    visuals.popup_shadow = shadow::popup(palette);
    visuals.panel_fill = palette.panel;
    visuals.selection.bg_fill = palette.aline;
    visuals.selection.stroke = Stroke::new(1.0, palette.text);
    visuals.text_cursor.stroke = Stroke::new(1.0, palette.accent);
    visuals.interact_cursor = None;
    let widget = |fill, line, text| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(radius::CONTROL),
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(palette.panel, palette.line, palette.text);
    visuals.widgets.inactive = widget(palette.card, palette.line2, palette.text);
    visuals.widgets.hovered = widget(palette.hover, palette.ctl, palette.text);
    visuals.widgets.active = widget(palette.asoft, palette.accent, palette.text);
    visuals.widgets.open = widget(palette.asoft, palette.accent, palette.text);
}
