//! Settings: of this device, and what a manager sets up for everybody.

mod activity_types;
mod aside;
mod backup;
mod company;
mod custom;
mod device;
mod event_kinds;
mod kinds;
mod members;
mod names;
mod naming;
mod network;
mod order;
mod parts;
mod plans;
mod price_lists;
mod security;
mod stages;
mod teams;
mod trash;

use eframe::egui::{CursorIcon, Frame, Margin, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use satchel_core::{DocId, Kind};
use tr::tr;

use self::{
    activity_types::ActivityTypes, aside::AsidePage, company::CompanyPage, custom::CustomFields, device::Device,
    event_kinds::EventKinds, members::MembersPage, names::Names, plans::Plans, price_lists::PriceLists,
    security::Security, stages::Stages, teams::Teams, trash::Trash,
};
pub use self::{
    aside::{LEFT, offered},
    naming::{NameStage, Naming},
};
use crate::{
    design::{Icon, icons, palette, radius, size, type_scale},
    shell::Context,
    widgets::{Line, line, line::focus_ring},
};

/// A page of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Place {
    #[default]
    Device,
    Members,
    Security,
    Company,
    Stages,
    Teams,
    PriceLists,
    ActivityTypes,
    Plans,
    EventKinds,
    CustomFields,
    Tags,
    LostReasons,
    Aside,
    Trash,
}

impl Place {
    pub const ALL: [Place; 15] = [
        Place::Device,
        Place::Members,
        Place::Security,
        Place::Company,
        Place::Stages,
        Place::Teams,
        Place::PriceLists,
        Place::ActivityTypes,
        Place::Plans,
        Place::EventKinds,
        Place::CustomFields,
        Place::Tags,
        Place::LostReasons,
        Place::Aside,
        Place::Trash,
    ];

    /// In English; the catalogue has it in other languages.
    pub fn label(self) -> &'static str {
        match self {
            Place::Device => "General",
            Place::Members => "Members and roles",
            Place::Security => "Security",
            Place::Company => "Company",
            Place::Stages => "Stages",
            Place::Teams => "Sales teams",
            Place::PriceLists => "Price lists",
            Place::ActivityTypes => "Activity types",
            Place::Plans => "Activity plans",
            Place::EventKinds => "Kinds of events",
            Place::CustomFields => "Custom fields",
            Place::Tags => "Tags",
            Place::LostReasons => "Lost reasons",
            Place::Aside => "Set aside",
            Place::Trash => "Trash",
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            Place::Device => icons::SETTINGS,
            Place::Members => icons::DEVICES,
            Place::Security => icons::LOCK,
            Place::Company => icons::BUSINESS,
            Place::PriceLists => icons::PRODUCT,
            Place::Stages => icons::PIPELINE,
            Place::Teams => icons::GROUPS,
            Place::ActivityTypes => icons::TODO,
            Place::Plans => icons::PLAN,
            Place::EventKinds => icons::CALENDAR,
            Place::CustomFields => icons::TABLE,
            Place::Tags => icons::TAG,
            Place::LostReasons => icons::LOST,
            Place::Aside => icons::HISTORY,
            Place::Trash => icons::DELETE,
        }
    }
}

#[derive(Default)]
pub struct Settings {
    place: Place,
    device: Device,
    members: MembersPage,
    security: Security,
    company: CompanyPage,
    stages: Stages,
    price_lists: PriceLists,
    teams: Teams,
    activity_types: ActivityTypes,
    plans: Plans,
    event_kinds: EventKinds,
    custom: CustomFields,
    tags: Names,
    reasons: Names,
    aside: AsidePage,
    trash: Trash,
}

const NAV: f32 = 176.0;
const WIDTH: f32 = 760.0;

impl Settings {
    /// Turns to a page, and unfolds one of its records.
    pub fn turn_to(&mut self, place: Place, open: Option<DocId>) {
        self.place = place;
        match (place, open) {
            (Place::Stages, Some(id)) => self.stages.unfold(id),
            (Place::PriceLists, Some(id)) => self.price_lists.unfold(id),
            (Place::Teams, Some(id)) => self.teams.unfold(id),
            (Place::ActivityTypes, Some(id)) => self.activity_types.unfold(id),
            (Place::Plans, Some(id)) => self.plans.unfold(id),
            (Place::EventKinds, Some(id)) => self.event_kinds.unfold(id),
            (Place::CustomFields, Some(id)) => self.custom.unfold(id),
            (Place::Tags, Some(id)) => self.tags.unfold(id),
            (Place::LostReasons, Some(id)) => self.reasons.unfold(id),
            _ => {}
        }
    }

    /// What is typed and not saved, also on pages that are not in sight.
    pub fn unsaved(&self, cx: &mut Context) {
        self.device.unsaved(cx);
        self.members.unsaved(cx);
        self.security.unsaved(cx);
        self.company.unsaved(cx);
        self.price_lists.unsaved(cx);
        self.stages.unsaved(cx);
        self.teams.unsaved(cx);
        self.activity_types.unsaved(cx);
        self.plans.unsaved(cx);
        self.event_kinds.unsaved(cx);
        self.custom.unsaved(cx);
        self.tags.unsaved(cx);
        self.reasons.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let p = palette(ui);
        let bar = Rect::from_min_size(ui.max_rect().min, vec2(ui.available_width(), size::VIEW_BAR));
        let settings = tr!("Settings");
        let title = Line::new(&settings, type_scale::TITLE, p.text);
        line(ui.painter(), bar.left_center() + vec2(size::VIEW_MARGIN, 0.0), 300.0, title);
        let area = Rect::from_min_max(pos2(bar.left(), bar.bottom()), ui.max_rect().max);
        self.nav(ui, Rect::from_min_size(area.min + vec2(12.0, 0.0), vec2(NAV, area.height())));
        let page = Rect::from_min_max(pos2(area.left() + NAV + 16.0, area.top()), area.max);
        ui.scope_builder(UiBuilder::new().max_rect(page), |ui| {
            match self.place {
                Place::Trash => return self.trash.show(ui, cx),
                Place::Aside => return self.aside.show(ui, cx),
                _ => {}
            }
            ScrollArea::vertical().id_salt(self.place).auto_shrink(false).show(ui, |ui| {
                let margin = Margin { left: 8, right: size::VIEW_MARGIN as i8, top: 0, bottom: 20 };
                Frame::new().inner_margin(margin).show(ui, |ui| {
                    ui.set_max_width(WIDTH.min(ui.available_width()));
                    ui.spacing_mut().item_spacing.y = 0.0;
                    match self.place {
                        Place::Device => self.device.show(ui, cx),
                        Place::Members => self.members.show(ui, cx),
                        Place::Security => self.security.show(ui, cx),
                        Place::Company => self.company.show(ui, cx),
                        Place::PriceLists => self.price_lists.show(ui, cx),
                        Place::Stages => self.stages.show(ui, cx),
                        Place::Teams => self.teams.show(ui, cx),
                        Place::ActivityTypes => self.activity_types.show(ui, cx),
                        Place::Plans => self.plans.show(ui, cx),
                        Place::EventKinds => self.event_kinds.show(ui, cx),
                        Place::CustomFields => self.custom.show(ui, cx),
                        Place::Tags => self.tags.show(ui, cx, Kind::Tag),
                        Place::LostReasons => self.reasons.show(ui, cx, Kind::LostReason),
                        Place::Aside | Place::Trash => {}
                    }
                });
            });
        });
    }

    fn nav(&mut self, ui: &mut Ui, area: Rect) {
        let p = palette(ui);
        for (at, place) in Place::ALL.into_iter().enumerate() {
            let corner = area.min + vec2(0.0, at as f32 * (size::NAV_ITEM + 2.0));
            let rect = Rect::from_min_size(corner, vec2(area.width(), size::NAV_ITEM));
            let response = ui.interact(rect, ui.scope_id().with(("place", at)), Sense::click());
            let on = place == self.place;
            let label = crate::locale::text(place.label());
            response.widget_info(|| WidgetInfo::selected(Role::Tab, true, on, &label));
            if on || response.hovered() {
                ui.painter().rect_filled(rect, radius::CONTROL, if on { p.asoft } else { p.hover });
            }
            let (icon, text) = if on { (p.accent, p.text) } else { (p.text2, p.text2) };
            icons::paint(
                ui.painter(),
                place.icon(),
                pos2(rect.left() + 18.0, rect.center().y),
                size::ICON_MEDIUM,
                icon,
            );
            let at = pos2(rect.left() + 34.0, rect.center().y);
            line(ui.painter(), at, rect.width() - 40.0, Line::new(&label, type_scale::VALUE, text));
            if response.has_focus() {
                focus_ring(ui.painter(), rect, radius::CONTROL, p);
            }
            if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                self.place = place;
            }
        }
    }
}
