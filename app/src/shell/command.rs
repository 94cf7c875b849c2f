//! One list of what the keyboard and the buttons can do: name, shortcut and icon, once.

use eframe::egui::{self, Key, KeyboardShortcut, Modifiers, Popup};

use crate::design::{Icon, icons};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UiCommand {
    Undo,
    Redo,
    Search,
    New,
    Back,
    Pipeline,
    Contacts,
    Import,
    Conflicts,
    Settings,
    Invite,
    /// Of the focused card.
    Won,
    /// Of the focused card.
    Lost,
    /// Moves the focused card on by one stage.
    MoveOn,
}

impl UiCommand {
    /// Those that the shell carries out; the others belong to what has the focus.
    pub const GLOBAL: [UiCommand; 9] = [
        UiCommand::Undo,
        UiCommand::Redo,
        UiCommand::Search,
        UiCommand::New,
        UiCommand::Back,
        UiCommand::Pipeline,
        UiCommand::Contacts,
        UiCommand::Import,
        UiCommand::Settings,
    ];

    pub fn label(self) -> &'static str {
        match self {
            UiCommand::Undo => "Undo",
            UiCommand::Redo => "Redo",
            UiCommand::Search => "Search",
            UiCommand::New => "New opportunity",
            UiCommand::Back => "Back",
            UiCommand::Pipeline => "Pipeline",
            UiCommand::Contacts => "Contacts",
            UiCommand::Import => "Import",
            UiCommand::Conflicts => "Conflicts",
            UiCommand::Settings => "Settings",
            UiCommand::Invite => "Invite a colleague…",
            UiCommand::Won => "Mark won",
            UiCommand::Lost => "Mark lost…",
            UiCommand::MoveOn => "Move to the next stage",
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            UiCommand::Undo => icons::UNDO,
            UiCommand::Redo => icons::REDO,
            UiCommand::Search => icons::SEARCH,
            UiCommand::New => icons::ADD,
            UiCommand::Back => icons::ARROW_BACK,
            UiCommand::Pipeline => icons::PIPELINE,
            UiCommand::Contacts => icons::CONTACTS,
            UiCommand::Import => icons::UPLOAD,
            UiCommand::Conflicts => icons::CONFLICT,
            UiCommand::Settings => icons::SETTINGS,
            UiCommand::Invite => icons::GROUPS,
            UiCommand::Won => icons::WON,
            UiCommand::Lost => icons::LOST,
            UiCommand::MoveOn => icons::RIGHT,
        }
    }

    /// Keys without Ctrl or Alt count only while nobody is typing.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let plain = |key| Some(KeyboardShortcut::new(Modifiers::NONE, key));
        let command = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        match self {
            UiCommand::Undo => command(Key::Z),
            UiCommand::Redo => Some(KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z)),
            UiCommand::Search => plain(Key::Slash),
            UiCommand::New => plain(Key::C),
            UiCommand::Back => plain(Key::Escape),
            UiCommand::Pipeline => command(Key::Num1),
            UiCommand::Contacts => command(Key::Num2),
            UiCommand::Import => command(Key::I),
            UiCommand::Settings => command(Key::Comma),
            UiCommand::Conflicts | UiCommand::Invite => None,
            UiCommand::Won => plain(Key::W),
            UiCommand::Lost => plain(Key::L),
            UiCommand::MoveOn => plain(Key::M),
        }
    }

    /// `Ctrl Z`, as key caps and tooltips show it.
    pub fn keys(self) -> Option<String> {
        self.shortcut().map(|shortcut| {
            let mut keys = String::new();
            if shortcut.modifiers.command {
                keys.push_str("Ctrl ");
            }
            if shortcut.modifiers.shift {
                keys.push_str("Shift ");
            }
            keys + match shortcut.logical_key {
                Key::Escape => "Esc",
                key => key.symbol_or_name(),
            }
        })
    }

    /// `Undo (Ctrl Z)`
    pub fn tooltip(self) -> String {
        match self.keys() {
            Some(keys) => format!("{} ({keys})", self.label()),
            None => self.label().to_owned(),
        }
    }

    pub fn is_single_key(self) -> bool {
        self.shortcut().is_some_and(|shortcut| shortcut.modifiers == Modifiers::NONE)
    }

    /// Whether a menu or a dialog lies over the page.
    pub fn is_covered(ctx: &egui::Context) -> bool {
        Popup::is_any_open(ctx) || ctx.memory(|m| m.top_modal_layer().is_some())
    }

    /// Whether its keys were pressed this frame; takes the press. Single keys belong to a text field, a menu or a dialog
    /// while there is one.
    pub fn pressed(self, ctx: &egui::Context) -> bool {
        let Some(shortcut) = self.shortcut() else { return false };
        let elsewhere =
            ctx.text_edit_focused() || Popup::is_any_open(ctx) || ctx.memory(|m| m.top_modal_layer().is_some());
        if shortcut.modifiers == Modifiers::NONE && elsewhere {
            return false;
        }
        // A text field has its own undo while it has the focus.
        if matches!(self, UiCommand::Undo | UiCommand::Redo) && ctx.text_edit_focused() {
            return false;
        }
        ctx.input_mut(|input| match shortcut.modifiers {
            Modifiers::NONE => input.modifiers.is_none() && input.consume_key(Modifiers::NONE, shortcut.logical_key),
            _ => input.consume_shortcut(&shortcut),
        })
    }
}
