//! One list of what the keyboard, the menus and the palette can do: name, keys and icon, once.

use eframe::egui::{self, Key, KeyboardShortcut, Modifiers, Popup};
use satchel_core::{Kind, record::Team};
use tr::tr;

use crate::{
    design::{Icon, icons},
    locale,
    views::{reporting::Desk, settings::Place},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UiCommand {
    Palette,
    Shortcuts,
    Undo,
    Redo,
    Search,
    New,
    Back,
    Dashboard,
    Reporting,
    Analysis(Desk),
    Pipeline,
    Todo,
    Leads,
    Contacts,
    Calendar,
    NewMeeting,
    Calls,
    LogCall,
    ScheduleCall,
    Sales,
    Quotations,
    Invoices,
    Products,
    OtherSales,
    Import,
    Conflicts,
    Settings,
    /// A page of the settings.
    SetUp(Place),
    Invite,
    ShowBoard,
    ShowList,
    ShowClosing,
    ShowForecast,
    ReadAll,
    Light,
    Dark,
    /// A workspace that is under a passphrase.
    Lock,
    /// Of the records in hand: those selected, the one focused, the one open.
    Open,
    Won,
    Lost,
    Restore,
    /// To the next stage.
    MoveOn,
    Stage,
    Assign,
    /// To several people.
    AssignInTurn,
    Tag,
    Colour,
    Schedule,
    /// Applies a plan of activities.
    Plan,
    /// Leads to opportunities.
    Convert,
    /// Several into one.
    Merge,
    /// Draws up a quotation of an opportunity.
    Quote,
    Archive,
    Trash,
    /// Of the list in sight.
    Export,
    Columns,
    Select,
    SelectAll,
    Edit,
}

/// What a command is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Anywhere,
    /// The pipeline: opportunities in one of its views.
    Views,
    /// Records in hand.
    Records,
    /// A list in sight.
    List,
}

impl UiCommand {
    pub const ALL: [UiCommand; 76] = [
        UiCommand::Open,
        UiCommand::Assign,
        UiCommand::AssignInTurn,
        UiCommand::Stage,
        UiCommand::MoveOn,
        UiCommand::Won,
        UiCommand::Lost,
        UiCommand::Restore,
        UiCommand::Tag,
        UiCommand::Colour,
        UiCommand::Schedule,
        UiCommand::Plan,
        UiCommand::Convert,
        UiCommand::Merge,
        UiCommand::Quote,
        UiCommand::Archive,
        UiCommand::Trash,
        UiCommand::Edit,
        UiCommand::Select,
        UiCommand::SelectAll,
        UiCommand::Columns,
        UiCommand::Export,
        UiCommand::New,
        UiCommand::Search,
        UiCommand::Undo,
        UiCommand::Redo,
        UiCommand::Back,
        UiCommand::Dashboard,
        UiCommand::Reporting,
        UiCommand::Analysis(Desk::Pipeline),
        UiCommand::Analysis(Desk::Changes),
        UiCommand::Analysis(Desk::Team),
        UiCommand::Analysis(Desk::Activities),
        UiCommand::Analysis(Desk::Leads),
        UiCommand::Pipeline,
        UiCommand::Todo,
        UiCommand::Leads,
        UiCommand::Contacts,
        UiCommand::Calendar,
        UiCommand::NewMeeting,
        UiCommand::Calls,
        UiCommand::LogCall,
        UiCommand::ScheduleCall,
        UiCommand::Sales,
        UiCommand::Quotations,
        UiCommand::Invoices,
        UiCommand::Products,
        UiCommand::OtherSales,
        UiCommand::Import,
        UiCommand::Conflicts,
        UiCommand::Settings,
        UiCommand::SetUp(Place::Members),
        UiCommand::SetUp(Place::Security),
        UiCommand::SetUp(Place::Company),
        UiCommand::SetUp(Place::Stages),
        UiCommand::SetUp(Place::Teams),
        UiCommand::SetUp(Place::PriceLists),
        UiCommand::SetUp(Place::ActivityTypes),
        UiCommand::SetUp(Place::Plans),
        UiCommand::SetUp(Place::EventKinds),
        UiCommand::SetUp(Place::CustomFields),
        UiCommand::SetUp(Place::Tags),
        UiCommand::SetUp(Place::LostReasons),
        UiCommand::SetUp(Place::Aside),
        UiCommand::SetUp(Place::Trash),
        UiCommand::ShowBoard,
        UiCommand::ShowList,
        UiCommand::ShowClosing,
        UiCommand::ShowForecast,
        UiCommand::Invite,
        UiCommand::ReadAll,
        UiCommand::Light,
        UiCommand::Dark,
        UiCommand::Lock,
        UiCommand::Palette,
        UiCommand::Shortcuts,
    ];

    pub fn scope(self) -> Scope {
        match self {
            UiCommand::Open
            | UiCommand::Won
            | UiCommand::Lost
            | UiCommand::Restore
            | UiCommand::MoveOn
            | UiCommand::Stage
            | UiCommand::Assign
            | UiCommand::AssignInTurn
            | UiCommand::Tag
            | UiCommand::Colour
            | UiCommand::Schedule
            | UiCommand::Plan
            | UiCommand::Convert
            | UiCommand::Merge
            | UiCommand::Quote
            | UiCommand::Archive
            | UiCommand::Trash => Scope::Records,
            UiCommand::Export | UiCommand::Columns | UiCommand::Select | UiCommand::SelectAll | UiCommand::Edit => {
                Scope::List
            }
            UiCommand::ShowBoard | UiCommand::ShowList | UiCommand::ShowClosing | UiCommand::ShowForecast => {
                Scope::Views
            }
            _ => Scope::Anywhere,
        }
    }

    /// Whether records of this kind know what it means.
    pub fn fits(self, kind: Kind) -> bool {
        match self {
            UiCommand::Won
            | UiCommand::Lost
            | UiCommand::MoveOn
            | UiCommand::Stage
            | UiCommand::AssignInTurn
            | UiCommand::Colour
            | UiCommand::Convert
            | UiCommand::Quote => kind == Kind::Opportunity,
            UiCommand::Open | UiCommand::Trash | UiCommand::Restore if is_of_sales(kind) => true,
            UiCommand::Archive if kind == Kind::Product => true,
            _ => matches!(kind, Kind::Opportunity | Kind::Contact),
        }
    }

    /// In English, as the catalogue knows it.
    pub fn label(self) -> &'static str {
        match self {
            UiCommand::Palette => "Command palette…",
            UiCommand::Shortcuts => "Keyboard shortcuts",
            UiCommand::Undo => "Undo",
            UiCommand::Redo => "Redo",
            UiCommand::Search => "Search",
            UiCommand::New => "New opportunity",
            UiCommand::Back => "Back",
            UiCommand::Dashboard => "Dashboard",
            UiCommand::Reporting => "Reporting",
            UiCommand::Analysis(desk) => desk.label(),
            UiCommand::Pipeline => "Pipeline",
            UiCommand::Todo => "To-do",
            UiCommand::Leads => "Leads",
            UiCommand::Contacts => "Contacts",
            UiCommand::Calendar => "Calendar",
            UiCommand::NewMeeting => "New meeting…",
            UiCommand::Calls => "Calls",
            UiCommand::LogCall => "Log a call…",
            UiCommand::ScheduleCall => "Schedule a call…",
            UiCommand::Sales => "Sales",
            UiCommand::Quotations => "Quotations and orders",
            UiCommand::Invoices => "Invoices",
            UiCommand::Products => "Products",
            UiCommand::OtherSales => "Other sales",
            UiCommand::Import => "Import",
            UiCommand::Conflicts => "Conflicts",
            UiCommand::Settings => "Settings",
            UiCommand::SetUp(place) => place.label(),
            UiCommand::Invite => "Invite a colleague…",
            UiCommand::ShowBoard => "Board",
            UiCommand::ShowList => "List",
            UiCommand::ShowClosing => "By closing date",
            UiCommand::ShowForecast => "Forecast",
            UiCommand::ReadAll => "Mark all as read",
            UiCommand::Light => "Light theme",
            UiCommand::Dark => "Dark theme",
            UiCommand::Lock => "Lock now",
            UiCommand::Open => "Open",
            UiCommand::Won => "Mark won",
            UiCommand::Lost => "Mark lost…",
            UiCommand::Restore => "Restore",
            UiCommand::MoveOn => "Move to the next stage",
            UiCommand::Stage => "Move to stage…",
            UiCommand::Assign => "Assign to…",
            UiCommand::AssignInTurn => "Assign to several in turn…",
            UiCommand::Tag => "Tag…",
            UiCommand::Colour => "Colour…",
            UiCommand::Schedule => "Schedule an activity…",
            UiCommand::Plan => "Apply a plan…",
            UiCommand::Convert => "Convert to opportunity…",
            UiCommand::Merge => "Merge…",
            UiCommand::Quote => "New quotation",
            UiCommand::Archive => "Archive",
            UiCommand::Trash => "Move to the trash",
            UiCommand::Export => "Export…",
            UiCommand::Columns => "Choose columns…",
            UiCommand::Select => "Select",
            UiCommand::SelectAll => "Select all",
            UiCommand::Edit => "Edit the cell",
        }
    }

    /// As a person reads it.
    pub fn words(self) -> String {
        match self {
            // Not the filter of what is open.
            UiCommand::Open => tr!("command" => "Open"),
            _ => locale::text(self.label()),
        }
    }

    /// As [`UiCommand::words`], in this team.
    pub fn words_in(self, team: Option<&Team>) -> String {
        match self {
            UiCommand::New if team.is_some_and(Team::has_leads_only) => tr!("New lead"),
            _ => self.words(),
        }
    }

    /// Whether it is offered to people in this team.
    pub fn is_for(self, team: Option<&Team>) -> bool {
        self != UiCommand::Leads || team.is_none_or(|team| team.use_leads)
    }

    pub fn icon(self) -> Icon {
        match self {
            UiCommand::Palette => icons::PALETTE,
            UiCommand::Shortcuts => icons::KEYBOARD,
            UiCommand::Undo => icons::UNDO,
            UiCommand::Redo => icons::REDO,
            UiCommand::Search => icons::SEARCH,
            UiCommand::New => icons::ADD,
            UiCommand::Back => icons::ARROW_BACK,
            UiCommand::Pipeline | UiCommand::ShowBoard => icons::PIPELINE,
            UiCommand::Todo => icons::CHECKLIST,
            UiCommand::Dashboard => icons::DASHBOARD,
            UiCommand::Reporting => icons::REPORTING,
            UiCommand::Analysis(desk) => desk.icon(),
            UiCommand::Leads => icons::LEADS,
            UiCommand::Contacts => icons::CONTACTS,
            UiCommand::Calendar => icons::CALENDAR,
            UiCommand::NewMeeting => icons::NEW_EVENT,
            UiCommand::Calls | UiCommand::LogCall => icons::CALL,
            UiCommand::ScheduleCall => icons::SCHEDULE,
            UiCommand::Sales | UiCommand::Quotations => icons::QUOTATION,
            UiCommand::Invoices => icons::INVOICE,
            UiCommand::Products => icons::PRODUCT,
            UiCommand::OtherSales => icons::BUSINESS,
            UiCommand::Import => icons::UPLOAD,
            UiCommand::Conflicts => icons::CONFLICT,
            UiCommand::Settings => icons::SETTINGS,
            UiCommand::SetUp(place) => place.icon(),
            UiCommand::Invite => icons::GROUPS,
            UiCommand::ShowList => icons::TABLE,
            UiCommand::ShowClosing => icons::CALENDAR,
            UiCommand::ShowForecast => icons::FORECAST,
            UiCommand::ReadAll | UiCommand::Select | UiCommand::SelectAll => icons::CHECK,
            UiCommand::Light => icons::LIGHT_MODE,
            UiCommand::Dark => icons::DARK_MODE,
            UiCommand::Lock => icons::LOCK,
            UiCommand::Open => icons::OPEN,
            UiCommand::Won => icons::WON,
            UiCommand::Lost => icons::LOST,
            UiCommand::Restore => icons::RESTORE,
            UiCommand::MoveOn => icons::RIGHT,
            UiCommand::Stage => icons::STAGE,
            UiCommand::Assign | UiCommand::AssignInTurn => icons::PERSON_ADD,
            UiCommand::Tag => icons::TAG,
            UiCommand::Colour => icons::COLOUR,
            UiCommand::Schedule => icons::SCHEDULE,
            UiCommand::Plan => icons::PLAN,
            UiCommand::Convert => icons::CALL_MADE,
            UiCommand::Merge => icons::MERGE,
            UiCommand::Quote => icons::QUOTATION,
            UiCommand::Archive => icons::ARCHIVE,
            UiCommand::Trash => icons::DELETE,
            UiCommand::Export => icons::DOWNLOAD,
            UiCommand::Columns => icons::COLUMNS,
            UiCommand::Edit => icons::EDIT,
        }
    }

    /// Keys without Ctrl or Alt count only while nobody is typing.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let plain = |key| Some(KeyboardShortcut::new(Modifiers::NONE, key));
        let shift = |key| Some(KeyboardShortcut::new(Modifiers::SHIFT, key));
        let command = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        let alt = |key| Some(KeyboardShortcut::new(Modifiers::ALT, key));
        match self {
            UiCommand::Palette => command(Key::K),
            UiCommand::Shortcuts => plain(Key::Questionmark),
            UiCommand::Undo => command(Key::Z),
            UiCommand::Redo => Some(KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z)),
            UiCommand::Lock => Some(KeyboardShortcut::new(Modifiers::COMMAND | Modifiers::SHIFT, Key::L)),
            UiCommand::Search => plain(Key::Slash),
            UiCommand::New => plain(Key::C),
            UiCommand::Back => plain(Key::Escape),
            UiCommand::Dashboard => command(Key::Num0),
            UiCommand::Reporting => command(Key::Num9),
            UiCommand::Pipeline => command(Key::Num1),
            UiCommand::Contacts => command(Key::Num2),
            UiCommand::Leads => command(Key::Num3),
            UiCommand::Calendar => command(Key::Num4),
            UiCommand::Calls => command(Key::Num6),
            UiCommand::Todo => command(Key::Num5),
            UiCommand::Sales => command(Key::Num7),
            UiCommand::Import => command(Key::I),
            UiCommand::Settings => command(Key::Comma),
            UiCommand::ShowBoard => alt(Key::Num1),
            UiCommand::ShowList => alt(Key::Num2),
            UiCommand::ShowClosing => alt(Key::Num3),
            UiCommand::ShowForecast => alt(Key::Num4),
            UiCommand::Open => plain(Key::O),
            UiCommand::Won => plain(Key::W),
            UiCommand::Lost => plain(Key::L),
            UiCommand::Restore => plain(Key::R),
            UiCommand::MoveOn => plain(Key::M),
            UiCommand::Stage => plain(Key::S),
            UiCommand::Assign => shift(Key::A),
            UiCommand::Tag => plain(Key::T),
            UiCommand::Colour => shift(Key::C),
            UiCommand::Schedule => plain(Key::A),
            UiCommand::Plan => shift(Key::P),
            UiCommand::Convert => shift(Key::V),
            UiCommand::Merge => shift(Key::M),
            UiCommand::Quote => plain(Key::Q),
            UiCommand::Archive => plain(Key::E),
            UiCommand::Trash => plain(Key::Delete),
            UiCommand::Export => command(Key::E),
            UiCommand::Select => plain(Key::X),
            UiCommand::SelectAll => command(Key::A),
            UiCommand::Edit => plain(Key::F2),
            UiCommand::Analysis(_)
            | UiCommand::Conflicts
            | UiCommand::SetUp(_)
            | UiCommand::AssignInTurn
            | UiCommand::Invite
            | UiCommand::ReadAll
            | UiCommand::Light
            | UiCommand::Dark
            | UiCommand::NewMeeting
            | UiCommand::LogCall
            | UiCommand::ScheduleCall
            | UiCommand::Quotations
            | UiCommand::Invoices
            | UiCommand::Products
            | UiCommand::OtherSales
            | UiCommand::Columns => None,
        }
    }

    /// `Ctrl`, `Z`: one for each key cap.
    pub fn caps(self) -> Vec<&'static str> {
        let Some(shortcut) = self.shortcut() else { return Vec::new() };
        let modifiers = [
            (shortcut.modifiers.command, if cfg!(target_os = "macos") { "⌘" } else { "Ctrl" }),
            (shortcut.modifiers.alt, "Alt"),
            (shortcut.modifiers.shift, "Shift"),
        ];
        let key = match shortcut.logical_key {
            Key::Escape => "Esc",
            Key::Delete => "Del",
            key => key.symbol_or_name(),
        };
        modifiers.into_iter().filter(|(held, _)| *held).map(|(_, cap)| cap).chain([key]).collect()
    }

    /// `Ctrl Z`, as key caps and tooltips show it.
    pub fn keys(self) -> Option<String> {
        self.shortcut().map(|_| self.caps().join(" "))
    }

    /// `Undo (Ctrl Z)`
    pub fn tooltip(self) -> String {
        self.with_keys(self.words())
    }

    /// Words of its own with its keys behind them.
    pub fn with_keys(self, words: String) -> String {
        match self.keys() {
            Some(keys) => format!("{words} ({keys})"),
            None => words,
        }
    }

    /// Without Ctrl and Alt: a letter while somebody types.
    pub fn is_single_key(self) -> bool {
        self.shortcut().is_some_and(|shortcut| !shortcut.modifiers.command && !shortcut.modifiers.alt)
    }

    /// Whether a menu, a panel or a dialog lies over the page.
    pub fn is_covered(ctx: &egui::Context) -> bool {
        let panel = ctx.data(|d| d.get_temp::<u64>(panel())).is_some_and(|at| at + 1 >= ctx.cumulative_pass_nr());
        panel || Popup::is_any_open(ctx) || ctx.memory(|m| m.top_modal_layer().is_some())
    }

    /// Said every frame by what lies over the page and is neither a menu nor a dialog: its keys are not the page's.
    pub fn cover(ctx: &egui::Context) {
        let now = ctx.cumulative_pass_nr();
        ctx.data_mut(|d| d.insert_temp(panel(), now));
    }

    /// Whether a key without Ctrl and Alt was pressed that is the page's; takes the press.
    pub fn key_pressed(ctx: &egui::Context, key: Key) -> bool {
        let free = !ctx.text_edit_focused() && !UiCommand::is_covered(ctx);
        free && ctx.input_mut(|i| i.modifiers.is_none() && i.consume_key(Modifiers::NONE, key))
    }

    /// Whether its keys were pressed this frame; takes the press. Single keys belong to a text field, a menu or a dialog
    /// while there is one.
    pub fn pressed(self, ctx: &egui::Context) -> bool {
        let Some(shortcut) = self.shortcut() else { return false };
        if self.is_single_key() && (ctx.text_edit_focused() || UiCommand::is_covered(ctx)) {
            return false;
        }
        // A text field has its own undo, and its own "all", while it has the focus.
        let of_text = matches!(self, UiCommand::Undo | UiCommand::Redo | UiCommand::SelectAll);
        if of_text && ctx.text_edit_focused() {
            return false;
        }
        ctx.input_mut(|input| match shortcut.logical_key {
            // Where it lies on a keyboard differs: with Shift here, without it there.
            Key::Questionmark if !input.modifiers.command && !input.modifiers.alt => {
                input.consume_key(Modifiers::NONE, Key::Questionmark)
                    || input.consume_key(Modifiers::SHIFT, Key::Questionmark)
                    || input.consume_key(Modifiers::SHIFT, Key::Slash)
            }
            key if shortcut.modifiers == Modifiers::NONE => {
                input.modifiers.is_none() && input.consume_key(Modifiers::NONE, key)
            }
            _ => input.consume_shortcut(&shortcut),
        })
    }
}

fn is_of_sales(kind: Kind) -> bool {
    matches!(kind, Kind::Quotation | Kind::Invoice | Kind::Product)
}

fn panel() -> egui::Id {
    egui::Id::unique("a panel over the page")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_commands_have_the_same_keys_and_all_are_listed() {
        let mut seen = std::collections::HashMap::new();
        for command in UiCommand::ALL {
            if let Some(other) = command.keys().and_then(|keys| seen.insert(keys, command)) {
                panic!("{command:?} and {other:?} have the same keys");
            }
        }
        let unique: std::collections::HashSet<UiCommand> = UiCommand::ALL.into_iter().collect();
        assert_eq!(unique.len(), UiCommand::ALL.len());
    }
}
