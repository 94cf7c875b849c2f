//! How Satchel looks: colours, sizes and type once, for every view. Knows nothing of the CRM.

pub mod fonts;
pub mod icons;
pub mod theme;
pub mod tokens;

pub use fonts::{Type, type_scale};
pub use icons::Icon;
pub use theme::Theme;
pub use tokens::{Palette, palette, radius, shadow, size};
