//! All fields with concurrent values, to be decided; what was decided; what merged with no need to.

use eframe::egui::{
    Align, CornerRadius, Frame, Layout, Margin, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use satchel_core::{
    DocId, Kind, Value,
    record::FieldType,
    workspace::{Conflict, Decision, HistoryEntry, SelfMerged},
};
use tr::tr;

use super::{
    form::{conflict, words},
    format,
    settings::Place,
};
use crate::{
    design::{icons, palette, radius, size, type_scale},
    locale,
    shell::{Action, Context, Pending},
    widgets::{Button, Row, avatar, empty, line::focus_ring},
};

/// How many of what is settled are listed.
const MOST: usize = 60;
/// How many of what merged by itself are shown beside what is to be decided.
const FEW: usize = 5;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Tab {
    #[default]
    ToDecide,
    Decided,
}

#[derive(Default)]
pub struct Conflicts {
    /// The revision of the records for which they were read.
    revision: Option<u64>,
    loading: Option<(u64, Pending<Loaded>)>,
    loaded: Loaded,
    tab: Tab,
    all: bool,
}

#[derive(Default)]
struct Loaded {
    found: Vec<Conflict>,
    decided: Vec<Decision>,
    merged: Vec<SelfMerged>,
}

impl Conflicts {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        self.refresh(cx);
        self.bar(ui);
        let loaded = &self.loaded;
        let nothing = match self.tab {
            Tab::ToDecide => loaded.found.is_empty() && loaded.merged.is_empty(),
            Tab::Decided => loaded.decided.is_empty(),
        };
        if nothing {
            if self.revision.is_some() {
                let (title, why) = match self.tab {
                    Tab::ToDecide => (
                        tr!("Nothing to decide"),
                        tr!("Where two people changed the same field while apart, both values would wait here."),
                    ),
                    Tab::Decided => (
                        tr!("Nothing was decided yet"),
                        tr!("What somebody chose would stand here, with who and when."),
                    ),
                };
                empty::show(ui, icons::CONFLICT, &title, &why, &[]);
            }
            return;
        }
        let area = ui.available_rect_before_wrap();
        let right = (area.right() - size::VIEW_MARGIN).min(area.left() + size::LIST_MAX);
        let mut child = ui.new_child(UiBuilder::new().max_rect(area));
        ScrollArea::vertical().id_salt(self.tab as u8).auto_shrink(false).show(&mut child, |ui| {
            let corner = ui.cursor().min;
            let inner = Rect::from_min_max(corner + vec2(size::VIEW_MARGIN, 0.0), pos2(right, f32::INFINITY));
            let mut list = ui.new_child(UiBuilder::new().max_rect(inner));
            list.spacing_mut().item_spacing.y = 10.0;
            match self.tab {
                Tab::ToDecide => {
                    for found in &loaded.found {
                        one(&mut list, cx, found);
                    }
                    if loaded.found.is_empty() {
                        quiet(&mut list, &tr!("Nothing to decide."));
                    }
                    merged(&mut list, cx, &loaded.merged, &mut self.all);
                }
                Tab::Decided => decided(&mut list, cx, &loaded.decided),
            }
            let end = pos2(ui.max_rect().right(), list.min_rect().bottom() + 20.0);
            ui.allocate_rect(Rect::from_min_max(corner, end), Sense::hover());
        });
    }

    fn bar(&mut self, ui: &mut Ui) {
        let p = palette(ui);
        let (_, bar) = ui.allocate_space(vec2(ui.available_width(), size::VIEW_BAR));
        let inner = bar.shrink2(vec2(size::VIEW_MARGIN, 0.0));
        let mut right = ui.new_child(UiBuilder::new().max_rect(inner).layout(Layout::right_to_left(Align::Center)));
        right.spacing_mut().item_spacing.x = 4.0;
        let texts = [
            (Tab::Decided, tr!("Decided {}", self.loaded.decided.len())),
            (Tab::ToDecide, tr!("To decide {}", self.loaded.found.len())),
        ];
        for (tab, text) in texts {
            if right.add(Button::ghost(&text).selected(self.tab == tab)).clicked() {
                self.tab = tab;
            }
        }
        let mut row = Row::new(ui, Rect::from_min_max(inner.min, pos2(right.min_rect().left() - 8.0, inner.bottom())));
        row.text(&tr!("Conflicts"), type_scale::TITLE, p.text);
        let says = match (self.tab, self.loaded.found.len()) {
            (Tab::ToDecide, 0) | (Tab::Decided, _) => String::new(),
            (_, count) => tr!("{} to decide · nothing is lost, all values are kept until you choose", count),
        };
        row.gap(10.0).text(&says, type_scale::SECONDARY, p.text3);
    }

    fn refresh(&mut self, cx: &mut Context) {
        if let Some((revision, pending)) = self.loading.take() {
            match pending.take() {
                Some(loaded) => (self.revision, self.loaded) = (Some(revision), loaded),
                None => self.loading = Some((revision, pending)),
            }
        }
        if self.revision != Some(cx.records.revision) && self.loading.is_none() {
            let pending = cx.background(|workspace, _| Loaded {
                found: workspace.conflicts(None).unwrap_or_default(),
                decided: workspace.decisions(MOST).unwrap_or_default(),
                merged: workspace.self_merged(MOST).unwrap_or_default(),
            });
            self.loading = Some((cx.records.revision, pending));
        }
    }
}

fn quiet(ui: &mut Ui, text: &str) {
    let p = palette(ui);
    ui.label(type_scale::BODY.text(text).color(p.text3));
}

/// A box with a title and rows divided by lines.
fn listed(ui: &mut Ui, title: &str, why: &str, rows: usize, mut row: impl FnMut(&mut Ui, usize, Rect)) -> Rect {
    let p = palette(ui);
    let height = if title.is_empty() { 0.0 } else { HEAD };
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height + ROW * rows as f32), Sense::hover());
    let corner = CornerRadius::same(radius::CARD);
    ui.painter().rect(rect, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Inside);
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), height));
    if !title.is_empty() {
        let mut line = Row::new(ui, head.shrink2(vec2(14.0, 0.0)));
        line.text(title, type_scale::CARD_TITLE, p.text);
        line.gap(10.0).text(why, type_scale::SECONDARY, p.text3);
    }
    for at in 0..rows {
        let top = rect.top() + height + ROW * at as f32;
        let place = Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), ROW));
        if at > 0 || height > 0.0 {
            ui.painter().hline(place.x_range().shrink(1.0), place.top(), (1.0, p.line));
        }
        row(ui, at, place);
    }
    head
}

const HEAD: f32 = 38.0;
const ROW: f32 = 36.0;

/// Who did what, as one row that opens the record. The words are told by `rest`: strong, then quiet ones.
fn told(ui: &mut Ui, cx: &mut Context, rect: Rect, entry: &HistoryEntry, strong: &str, quiet: &str, id: DocId) {
    let p = palette(ui);
    let name = cx.records.name(cx.records.head(id)).to_owned();
    let who = if entry.user == cx.user { tr!("You") } else { entry.user_name.clone() };
    let response = ui.interact(rect, ui.scope_id().with((entry.commit, id)), Sense::click());
    let spoken = tr!("{who}: {what} on {name}, {more}", who, what = strong, name, more = quiet);
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, &spoken));
    if response.hovered() {
        ui.painter().rect_filled(rect.shrink(1.0), 0, p.hover);
    }
    let mut row = Row::new(ui, rect.shrink2(vec2(14.0, 0.0)));
    row.text_right(&format::moment(entry.time, cx.environment), type_scale::SECONDARY, p.text3);
    row.gap_right(12.0);
    let disc = row.place(vec2(22.0, 22.0));
    let number = format::person_number(entry.user);
    avatar::paint(ui.painter(), disc.center(), 22.0, &format::initials(&entry.user_name), number, p);
    row.gap(8.0).text(&who, type_scale::VALUE, p.text);
    row.gap(8.0).text(&tr!("{what} on {name}", what = strong, name), type_scale::BODY, p.text);
    row.gap(8.0).text(quiet, type_scale::BODY, p.text3);
    if response.has_focus() {
        focus_ring(ui.painter(), rect.shrink(2.0), radius::CONTROL, p);
    }
    if response.clicked() {
        cx.actions.extend(way(cx.records.head(id)));
    }
}

fn merged(ui: &mut Ui, cx: &mut Context, merged: &[SelfMerged], all: &mut bool) {
    if merged.is_empty() {
        return;
    }
    let shown = if *all { merged.len() } else { merged.len().min(FEW) };
    let (title, why) = (tr!("Merged by itself"), tr!("different fields, no choice needed"));
    let head = listed(ui, &title, &why, shown, |ui, at, rect| {
        let one = &merged[at];
        let with = tr!("with your {}", did(cx, &one.mine));
        told(ui, cx, rect, &one.entry, &did(cx, &one.entry), &with, one.id);
    });
    if shown < merged.len() {
        let mut right = ui.new_child(
            UiBuilder::new().max_rect(head.shrink2(vec2(8.0, 0.0))).layout(Layout::right_to_left(Align::Center)),
        );
        let text = tr!("All {}", merged.len());
        *all |= right.add(Button::ghost(&text).name(&tr!("Show all that merged by itself")).small()).clicked();
    }
}

fn decided(ui: &mut Ui, cx: &mut Context, decided: &[Decision]) {
    listed(ui, "", "", decided.len(), |ui, at, rect| {
        let one = &decided[at];
        let field = locale::text(one.entry.label.trim_start_matches("Decide "));
        let value = one.entry.changes.first().map(|change| value(cx, one.kind, &change.field, &change.new));
        let value = value.filter(|v| !v.is_empty()).unwrap_or_else(|| tr!("kept what was shown"));
        told(ui, cx, rect, &one.entry, &format!("{field}: {value}"), "", one.id);
    });
}

/// What a commit did, in few words: `Phone +32 485 00 11 22`, `Note`, `Mark won`.
fn did(cx: &Context, entry: &HistoryEntry) -> String {
    match entry.changes.as_slice() {
        [one] if one.item.is_none() => {
            let text = value(cx, entry.of.kind(), &one.field, &one.new);
            let label = conflict::field_label(cx.records, entry.of.kind(), &one.field);
            format!("{label} {text}").trim_end().to_owned()
        }
        _ => crate::shell::words::of_history(&entry.label),
    }
}

fn value(cx: &Context, kind: Kind, field: &str, value: &Value) -> String {
    let ty = cx.records.field(kind, field).map_or(FieldType::Text, |def| def.ty);
    words::value(cx, ty, value).lines().next().unwrap_or_default().to_owned()
}

fn one(ui: &mut Ui, cx: &mut Context, found: &Conflict) {
    let p = palette(ui);
    let frame = Frame::new()
        .fill(p.card)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(CornerRadius::same(radius::CARD))
        .inner_margin(Margin::symmetric(14, 12));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 6.0;
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
        let mut right = ui.new_child(UiBuilder::new().max_rect(head).layout(Layout::right_to_left(Align::Center)));
        let (text, icon) = match found.id.kind() {
            Kind::Opportunity | Kind::Contact => (tr!("History"), icons::HISTORY),
            _ => (tr!("Settings"), icons::SETTINGS),
        };
        let name = tr!("Open {}", found.name);
        if let Some(way) = way(found.id)
            && right.add(Button::ghost(&text).icon(icon).small().name(&name)).clicked()
        {
            cx.actions.push(way);
        }
        let mut row = Row::new(ui, Rect::from_min_max(head.min, pos2(right.min_rect().left() - 8.0, head.bottom())));
        row.icon(icons::CONFLICT, 16.0, p.two.text);
        row.gap(8.0).text(&conflict::label(found), type_scale::CARD_TITLE, p.text);
        row.gap(8.0).text(&found.name, type_scale::BODY, p.text2);
        row.gap(8.0).text(&customer(cx, found.id), type_scale::BODY, p.text3);
        conflict::values(ui, cx, found, true);
    });
}

/// What shows the record: its page, or where it is set up.
fn way(id: DocId) -> Option<Action> {
    let place = match id.kind() {
        Kind::Opportunity | Kind::Contact | Kind::Call | Kind::Meeting | Kind::CallList => {
            return Some(Action::show(id));
        }
        Kind::Stage => Place::Stages,
        Kind::Team | Kind::User => Place::Teams,
        Kind::CustomField => Place::CustomFields,
        Kind::Tag => Place::Tags,
        Kind::LostReason => Place::LostReasons,
        Kind::Company => Place::Device,
        _ => return None,
    };
    Some(Action::SetUp(place, Some(id)))
}

fn customer(cx: &Context, id: DocId) -> String {
    let opportunity = cx.records.opportunities.get(&id);
    let partner = opportunity.and_then(|o| o.partner).map(|p| cx.records.name(p).to_owned());
    partner.or(opportunity.map(|o| format::money(o.expected_revenue, format::currency(cx.records)))).unwrap_or_default()
}
