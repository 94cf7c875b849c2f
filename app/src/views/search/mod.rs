//! The search bar over every list-like view: facets as chips, suggestions while typing, everything that is found by name
//! or note; filters, groups and favourites in a panel.

mod custom;
mod favourites;
mod panel;

use eframe::egui::{Id, Key, Rect, Ui, UiBuilder, pos2};
use satchel_core::{
    DocId, Money, Records,
    query::{
        Asker, GroupBy, Listing, Query,
        pivot::Look,
        ready,
        search::{self, Section, Suggestion},
    },
};
use tr::tr;

use self::panel::Panel;
use crate::{
    design::{Icon, icons, size},
    locale::{self, Locale, text},
    shell::{Action, Context, UiCommand, questions::TEAM},
    views::{answer::Answer, format, pipeline::View},
    widgets::{
        Button,
        facet_bar::{Chip, Did, FacetBar, Offer},
    },
};

#[derive(Default)]
pub struct SearchBar {
    bar: FacetBar,
    panel: Panel,
    found: Answer<Asked, Found>,
    /// What is typed on a page that is no list.
    anywhere: String,
}

/// Of which revision, in which list if any, what is typed, and in which language it is told.
type Asked = (u64, Option<Listing>, String, Locale);

/// What the typed words may mean.
#[derive(Default)]
struct Found {
    offers: Vec<Offer>,
    deeds: Vec<Deed>,
}

/// What choosing an offer does.
enum Deed {
    Narrow(Suggestion),
    Open(DocId),
}

/// How a page shows what is found, as favourites keep it.
pub enum How {
    /// In its one way.
    Only,
    View(View),
    Report(Look),
}

/// The groups of a list that stand ready, then those by its other fields: what they are called, and how they are written.
pub fn groups(cx: &Context, listing: Listing) -> Vec<(String, String)> {
    let ready = ready::groups(listing).iter().map(|(label, group)| (text(label), (*group).to_owned()));
    ready.chain(panel::other_fields(cx, listing)).collect()
}

/// How many rows of a kind the list under the bar has.
const SUGGESTIONS: usize = 7;
const RECORDS: usize = 3;
/// How wide a button is that has an icon and no words.
const ICON_ONLY: f32 = 36.0;

/// The name of the text field.
pub fn field() -> Id {
    Id::unique("search")
}

impl SearchBar {
    /// Draws the bar and its three buttons into the room from the left. `how` is how the page shows what is found.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, room: Rect, how: &How) {
        if !cx.page.is_list() {
            let width = room.width().min(size::SEARCH_MAX.max(room.width() * 0.5));
            let size = eframe::egui::vec2(width, size::SEARCH);
            return self.bar(ui, cx, Rect::from_min_size(pos2(room.left(), room.center().y - size.y / 2.0), size));
        }
        let group = group_button(cx);
        let favourite = favourites::shown(cx, how).map(|f| f.name.clone());
        let name = favourite.clone().unwrap_or_else(|| tr!("Favourites"));
        let (filter, name) = (tr!("Filters"), name.as_str());
        let wide = room.width() > 660.0;
        let (filters, groups, stars) = if wide { (filter.as_str(), group.as_str(), name) } else { ("", "", "") };
        let buttons = [
            Button::new(filters).name(&filter).icon(icons::FILTER),
            Button::new(groups).name(&group).icon(icons::LAYERS),
            Button::new(stars).name(name).icon(if favourite.is_some() { icons::STAR_FILLED } else { icons::STAR }),
        ];
        let taken: f32 = [filters, groups, stars].map(|text| width(ui, text)).iter().sum::<f32>() + 3.0 * 8.0;
        let left = room.left();
        let bar = Rect::from_min_max(
            pos2(left, room.center().y - size::SEARCH / 2.0),
            pos2(
                left + (room.width() - taken).min(size::SEARCH_MAX.max(room.width() * 0.5)),
                room.center().y + size::SEARCH / 2.0,
            ),
        );
        self.bar(ui, cx, bar);
        let place = Rect::from_min_max(pos2(bar.right() + 8.0, room.top()), room.max);
        let place = Rect::from_center_size(place.center(), eframe::egui::vec2(place.width(), size::CONTROL));
        ui.scope_builder(UiBuilder::new().max_rect(place), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 8.0;
                for button in buttons {
                    if ui.add(button.selected(false)).clicked() {
                        self.panel.toggle();
                    }
                }
            })
        });
        self.panel.show(ui, cx, bar, how);
    }

    /// Looks up what the typed words may mean. Who presses Enter means what is typed by then, not what was looked up before.
    fn look(&mut self, ui: &Ui, cx: &mut Context) {
        let listing = cx.page.is_list().then(|| cx.page.listing());
        let text = if listing.is_some() { &cx.query.text } else { &self.anywhere };
        let asked = (cx.records.revision, listing, text.clone(), locale::current());
        self.found.turn(&asked);
        let entered = ui.input(|i| i.key_pressed(Key::Enter)) && self.found.question() != Some(&asked);
        if self.found.is_busy(&asked) && !entered {
            return;
        }
        let (listing, text, asker) = (asked.1, asked.2.clone(), cx.asker());
        let work = move |records: &Records| Found::of(records, listing, &text, &asker);
        match entered {
            true => self.found.ask_at_once(cx, asked, work),
            false => self.found.ask(cx, asked, work),
        };
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect) {
        let is_list = cx.page.is_list();
        let chips = if is_list { chips(cx) } else { Vec::new() };
        if ui.memory(|m| m.has_focus(field())) {
            self.panel.close();
            self.look(ui, cx);
        }
        let mut text = std::mem::take(if is_list { &mut cx.query.text } else { &mut self.anywhere });
        let keys = UiCommand::Search.keys().unwrap_or_default();
        let hint = match cx.page.listing() {
            _ if !is_list => tr!("Search everything"),
            Listing::Contacts => tr!("Search contacts, companies, notes"),
            Listing::Activities => tr!("Search activities, people, records"),
            Listing::Leads => tr!("Search leads, contacts, people, tags"),
            Listing::Quotations => tr!("Search quotations, orders, customers, people"),
            Listing::Invoices => tr!("Search invoices, customers, people"),
            Listing::Products => tr!("Search products"),
            Listing::RevenueLines => tr!("Search sales, channels, customers"),
            _ => tr!("Search opportunities, customers, people, tags"),
        };
        let found = self.found.shown().cloned().unwrap_or_default();
        let did = self.bar.show(ui, rect, field(), &mut text, &hint, &keys, &chips, &found.offers);
        *(if is_list { &mut cx.query.text } else { &mut self.anywhere }) = text;
        match did {
            Did::Nothing => {}
            Did::Removed(at) if at < cx.query.facets.len() => cx.query.remove(at),
            Did::Removed(_) => cx.query.group_by.clear(),
            Did::Chosen(at) => match found.deeds.get(at) {
                Some(Deed::Narrow(suggestion)) => {
                    cx.query.text.clear();
                    cx.query.add(&suggestion.about, suggestion.term.clone());
                }
                Some(Deed::Open(id)) => {
                    cx.query.text.clear();
                    self.anywhere.clear();
                    ui.memory_mut(|m| m.surrender_focus(field()));
                    let id = *id;
                    cx.actions.push(Action::show(id));
                }
                None => {}
            },
        }
    }
}

impl Found {
    /// What a text may mean in a list, and what it finds anywhere.
    fn of(records: &Records, listing: Option<Listing>, text: &str, asker: &Asker) -> Found {
        let mut found = Found::default();
        let text = text.trim();
        let suggestions = listing.map(|listing| search::suggestions(records, listing, text, asker)).unwrap_or_default();
        for suggestion in suggestions.into_iter().take(SUGGESTIONS) {
            found.offers.push(offer(&suggestion, text));
            found.deeds.push(Deed::Narrow(suggestion));
        }
        let sections = if text.is_empty() { Vec::new() } else { search::everywhere(records, text, RECORDS) };
        for section in &sections {
            let Some(icon) = opened(section) else { continue };
            for hit in &section.hits {
                let revenue = records.opportunities.get(&hit.id).map(|o| o.expected_revenue);
                let revenue = revenue.filter(|r| *r != Money(0) && section.title == "Opportunities");
                let money = revenue.map(|r| format!(" · {}", format::money(r, format::currency(records))));
                found.offers.push(Offer {
                    section: section.title,
                    icon,
                    before: String::new(),
                    strong: hit.title.clone(),
                    after: format!("{}{}", hit.detail, money.unwrap_or_default()),
                });
                found.deeds.push(Deed::Open(hit.id));
            }
        }
        found
    }
}

/// The icon of what is opened from the list; what is a facet rather than a page has none.
fn opened(section: &Section) -> Option<Icon> {
    Some(match section.title {
        "Opportunities" | "Leads" => icons::PIPELINE,
        "Contacts" => icons::CONTACTS,
        "Calls" => icons::CALL,
        "Meetings" => icons::CALENDAR,
        "Notes and activities" => icons::NOTE,
        _ => return None,
    })
}

fn offer(suggestion: &Suggestion, typed: &str) -> Offer {
    let (strong, after) = match suggestion.is_exact {
        true => (suggestion.label.clone(), format!("· {}", text(&suggestion.about))),
        false => (typed.to_owned(), tr!("in {}", text(&suggestion.label))),
    };
    let before = if suggestion.is_exact { tr!("narrow to" => "Only") } else { tr!("narrow to" => "Search") };
    Offer { section: "Narrow to", icon: icon(&suggestion.about), before, strong, after }
}

/// The icon of a facet, by what it is about.
fn icon(about: &str) -> Icon {
    match about {
        "Salesperson" | "Assigned to" | "Contact name" => icons::PERSON,
        TEAM => icons::GROUPS,
        "Customer" | "Company" | "Company name" => icons::BUSINESS,
        "Tags" => icons::TAG,
        "Search" => icons::SEARCH,
        "Phone" => icons::CALL,
        "E-mail" => icons::MAIL,
        _ => icons::FILTER,
    }
}

/// The facets as chips, and the groups as one more.
fn chips(cx: &Context) -> Vec<Chip> {
    let facet = |f: &satchel_core::query::Facet| Chip {
        icon: icon(&f.about),
        labels: f.terms.iter().map(|t| text(&t.label)).collect(),
        between: "or",
    };
    let mut chips: Vec<Chip> = cx.query.facets.iter().map(facet).collect();
    if !cx.query.group_by.is_empty() {
        chips.push(Chip { icon: icons::LAYERS, labels: group_labels(cx), between: "›" });
    }
    chips
}

/// What the groups are called: `Salesperson`, `Creation Date by quarter`.
fn group_labels(cx: &Context) -> Vec<String> {
    let listing = cx.page.listing();
    cx.query.group_by.iter().map(|group| group_label(cx, listing, group)).collect()
}

fn group_label(cx: &Context, listing: Listing, group: &str) -> String {
    let Ok(by) = GroupBy::parse(cx.records, listing, group) else { return group.to_owned() };
    let field = text(&by.field.label);
    match group.split_once(':') {
        Some((_, period)) => tr!("{field} by {period}", field, period = text(period)),
        None => field,
    }
}

fn group_button(cx: &Context) -> String {
    match group_labels(cx).first() {
        None => tr!("Group by"),
        Some(first) => tr!("Group by {}", first),
    }
}

fn width(ui: &Ui, text: &str) -> f32 {
    let p = crate::design::palette(ui);
    let line = crate::widgets::Line::new(text, crate::design::type_scale::VALUE, p.text);
    match text {
        "" => ICON_ONLY,
        _ => line.layout(ui.painter(), f32::INFINITY).size().x + 42.0,
    }
}

/// Whether two questions narrow, group and order alike, whatever is being typed.
pub fn is_same(a: &Query, b: &Query) -> bool {
    (&a.facets, &a.group_by, &a.sort, a.archived) == (&b.facets, &b.group_by, &b.sort, b.archived)
}
