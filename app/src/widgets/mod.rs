//! Pieces that know nothing of the CRM: each takes plain values, paints by the look's tokens and names itself for
//! people who do not see it.

pub mod avatar;
pub mod bar;
pub mod button;
pub mod card;
pub mod check;
pub mod chip;
pub mod dashes;
pub mod dialog;
pub mod dragged;
pub mod empty;
pub mod facet_bar;
pub mod gauge;
pub mod graph;
pub mod in_place;
pub mod input;
pub mod key_cap;
pub mod line;
pub mod logo;
pub mod menu;
pub mod month;
pub mod option;
pub mod picker;
pub mod progress;
pub mod qr;
pub mod row;
pub mod row_button;
pub mod stage_bar;
pub mod stars;
pub mod switch;
pub mod timeline;
pub mod view_bar;

pub use button::{Button, icon_button, link};
pub use input::Input;
pub use line::{Line, line, line_right};
pub use row::Row;
