//! Icons: Material Symbols Rounded, outlined; filled only for stars, what is done and what is chosen.

use std::sync::LazyLock;

use eframe::egui::{Align2, Color32, FontFamily, FontId, Painter, Pos2, Rect, RichText, Vec2};
use egui_material_icons::{IconStyle, MaterialIcon, icons};

pub type Icon = MaterialIcon;

static OUTLINED: LazyLock<FontFamily> =
    LazyLock::new(|| FontFamily::Name(egui_material_icons::FONT_FAMILY_OUTLINED.into()));
static FILLED: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name(egui_material_icons::FONT_FAMILY.into()));

pub fn font(icon: Icon, size: f32) -> FontId {
    let family = match icon.style {
        IconStyle::Filled => &*FILLED,
        _ => &*OUTLINED,
    };
    FontId::new(size, family.clone())
}

/// The icon as text for widgets that take it.
pub fn text(icon: Icon, size: f32) -> RichText {
    RichText::new(icon.codepoint).font(font(icon, size))
}

/// Paints an icon around a point. Returns the square it fills.
pub fn paint(painter: &Painter, icon: Icon, center: Pos2, size: f32, color: Color32) -> Rect {
    painter.text(center, Align2::CENTER_CENTER, icon.codepoint, font(icon, size), color);
    Rect::from_center_size(center, Vec2::splat(size))
}

macro_rules! icons {
    ($($name:ident = $icon:ident;)*) => {
        $(pub const $name: Icon = icons::$icon.outlined();)*
    };
}

icons! {
    ADD = ICON_ADD;
    ALARM = ICON_ALARM;
    ADD_CIRCLE = ICON_ADD_CIRCLE;
    ARCHIVE = ICON_ARCHIVE;
    ATTACH = ICON_ATTACH_FILE;
    ARROW_BACK = ICON_ARROW_BACK;
    ARROW_DOWN = ICON_ARROW_DOWNWARD;
    ARROW_UP = ICON_ARROW_UPWARD;
    BUSINESS = ICON_DOMAIN;
    CALENDAR = ICON_CALENDAR_MONTH;
    CALL = ICON_CALL;
    CALL_IN = ICON_CALL_RECEIVED;
    CALL_MADE = ICON_CALL_MADE;
    CANCEL = ICON_CANCEL;
    CHECK = ICON_CHECK;
    CHECK_CIRCLE = ICON_CHECK_CIRCLE;
    CHECKLIST = ICON_CHECKLIST;
    CLOSE = ICON_CLOSE;
    CLOSING = ICON_EVENT;
    COLOUR = ICON_FORMAT_COLOR_FILL;
    COLUMNS = ICON_VIEW_COLUMN;
    CONFLICT = ICON_CALL_SPLIT;
    CONTACTS = ICON_CONTACTS;
    COPY = ICON_CONTENT_COPY;
    DASHBOARD = ICON_DASHBOARD;
    DARK_MODE = ICON_DARK_MODE;
    DELETE = ICON_DELETE;
    DEVICES = ICON_DEVICES;
    DOWNLOAD = ICON_DOWNLOAD;
    DRAG = ICON_DRAG_INDICATOR;
    EDIT = ICON_EDIT;
    ERROR = ICON_ERROR;
    EXPAND_LESS = ICON_EXPAND_LESS;
    EXPAND_MORE = ICON_EXPAND_MORE;
    FILTER = ICON_FILTER_LIST;
    FOLDER_OPEN = ICON_FOLDER_OPEN;
    FORECAST = ICON_EVENT_UPCOMING;
    GROUP_BY = ICON_LAYERS;
    GROUPS = ICON_GROUPS;
    HISTORY = ICON_HISTORY;
    INFO = ICON_INFO;
    IN_TALK = ICON_PHONE_IN_TALK;
    INVOICE = ICON_RECEIPT_LONG;
    KEY = ICON_KEY;
    KEYBOARD = ICON_KEYBOARD;
    LAPTOP = ICON_LAPTOP_MAC;
    LAYERS = ICON_LAYERS;
    LEADS = ICON_CAMPAIGN;
    LEFT = ICON_CHEVRON_LEFT;
    LIGHT_MODE = ICON_LIGHT_MODE;
    LINE_GRAPH = ICON_SHOW_CHART;
    LINK = ICON_LINK;
    LOCATION = ICON_LOCATION_ON;
    LOCK = ICON_LOCK;
    LOST = ICON_THUMB_DOWN;
    MAIL = ICON_MAIL;
    MERGE = ICON_MERGE;
    MISSED = ICON_PHONE_MISSED;
    MORE = ICON_MORE_HORIZ;
    NEW_EVENT = ICON_CALENDAR_ADD_ON;
    NOTE = ICON_STICKY_NOTE_2;
    NOTIFY = ICON_NOTIFICATIONS;
    OFFLINE = ICON_CLOUD_OFF;
    OPEN = ICON_ARROW_FORWARD;
    OWN_KIND = ICON_WORK;
    PALETTE = ICON_TERMINAL;
    PAUSE = ICON_PAUSE;
    PAYMENT = ICON_PAYMENTS;
    PERSON = ICON_PERSON;
    PERSON_ADD = ICON_PERSON_ADD;
    PHONE = ICON_SMARTPHONE;
    PIE = ICON_PIE_CHART;
    PIN = ICON_KEEP;
    PIVOT = ICON_PIVOT_TABLE_CHART;
    PLAN = ICON_PLAYLIST_ADD_CHECK;
    PIPELINE = ICON_VIEW_KANBAN;
    PLAY = ICON_PLAY_ARROW;
    PRINT = ICON_PRINT;
    PRODUCT = ICON_INVENTORY_2;
    QR = ICON_QR_CODE_2;
    QUOTATION = ICON_REQUEST_QUOTE;
    RADIO_OFF = ICON_RADIO_BUTTON_UNCHECKED;
    REDO = ICON_REDO;
    REPORTING = ICON_BAR_CHART;
    REPEAT = ICON_REPEAT;
    RESTORE = ICON_RESTORE;
    RETURN = ICON_KEYBOARD_RETURN;
    RIGHT = ICON_CHEVRON_RIGHT;
    ROTTING = ICON_HOURGLASS_BOTTOM;
    SCHEDULE = ICON_SCHEDULE;
    SEARCH = ICON_SEARCH;
    SEND = ICON_SEND;
    SERVER = ICON_DNS;
    SETTINGS = ICON_SETTINGS;
    SHARED = ICON_GROUP;
    SNOOZE = ICON_SNOOZE;
    STACKED = ICON_STACKED_BAR_CHART;
    STAGE = ICON_SWAP_HORIZ;
    STAR = ICON_STAR;
    SYNC_PROBLEM = ICON_SYNC_PROBLEM;
    TABLE = ICON_TABLE_ROWS;
    TAG = ICON_SELL;
    TODO = ICON_TASK_ALT;
    UNDO = ICON_UNDO;
    UNFOLD = ICON_UNFOLD_MORE;
    UPLOAD = ICON_UPLOAD;
    VISIBILITY = ICON_VISIBILITY;
    WARNING = ICON_WARNING;
    WORLD = ICON_PUBLIC;
    WATERFALL = ICON_WATERFALL_CHART;
    WIFI = ICON_WIFI;
    WON = ICON_EMOJI_EVENTS;
}

pub const STAR_FILLED: Icon = icons::ICON_STAR.filled();
pub const PIN_FILLED: Icon = icons::ICON_KEEP.filled();
pub const CHECK_CIRCLE_FILLED: Icon = icons::ICON_CHECK_CIRCLE.filled();
