//! What the palette offers: records, what can be done with those in hand, and what can be done anywhere.

use satchel_core::{
    DocId, Kind, phone,
    query::search::{self, Hit},
    record::{Contact, Opportunity, WonStatus},
};
use tr::tr;

use super::matching::{Marked, Matching};
use crate::{
    design::{Icon, icons},
    shell::{Context, Deed, Hand, Page, UiCommand, command::Scope},
};

/// One line of the palette.
#[derive(Clone, Debug)]
pub struct Entry {
    pub section: String,
    pub icon: Icon,
    pub title: Marked,
    pub detail: Marked,
    pub caps: Vec<&'static str>,
    /// A dot of this colour instead of the icon.
    pub dot: Option<u64>,
    /// It is so already.
    pub checked: bool,
    pub what: What,
}

/// What choosing it does.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Open(Page),
    /// A record that has no page of its own.
    Show(DocId),
    Run(UiCommand),
    Do(Deed),
}

impl Entry {
    pub fn new(icon: Icon, title: &str, what: What) -> Entry {
        let (title, detail) = (Marked::plain(title), Marked::default());
        Entry { section: String::new(), icon, title, detail, caps: Vec::new(), dot: None, checked: false, what }
    }

    pub fn detail(self, detail: String) -> Entry {
        Entry { detail: Marked::plain(detail), ..self }
    }
}

/// Of every sort.
const MOST: usize = 5;

/// Everything that matches what is typed; after `>` commands only. `list` tells whether a list is in sight.
pub fn everything(cx: &Context, hand: &Hand, list: bool, query: &str) -> Vec<Entry> {
    let (commands_only, query) = match query.trim_start().strip_prefix('>') {
        Some(rest) => (true, rest.trim()),
        None => (false, query.trim()),
    };
    let mut entries = Vec::new();
    let hits: Vec<Hit> = match commands_only || query.is_empty() {
        true => Vec::new(),
        false => search::names(cx.records, query, MOST).into_iter().flat_map(|section| section.hits).collect(),
    };
    let mut records: Vec<Entry> = hits.iter().filter_map(|hit| record(cx, hit.id, query)).collect();
    // Where all are only near, a command that is called so goes first.
    if !hits.iter().all(|hit| hit.is_near) {
        entries.append(&mut records);
    }
    let mut matching = Matching::new(query);
    let mut commands = |entries: &mut Vec<Entry>, section: &str, wanted: &dyn Fn(UiCommand) -> bool| {
        let mut found: Vec<(u32, Entry)> = UiCommand::ALL
            .into_iter()
            .filter(|c| wanted(*c) && c.is_for(cx.team()))
            .filter_map(|c| {
                let (score, title) = matching.of(&c.words_in(cx.team()))?;
                let entry = Entry::new(c.icon(), "", What::Run(c));
                Some((score, Entry { section: section.to_owned(), title, caps: c.caps(), ..entry }))
            })
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        entries.extend(found.into_iter().map(|(_, entry)| entry));
    };
    let mut section = String::new();
    if !hand.is_empty() {
        let in_hand = hand.words(cx.records);
        section = tr!("Do with {}", in_hand);
        commands(&mut entries, &section, &|c| c.scope() == Scope::Records && can(cx, c, hand));
    }
    if list {
        commands(&mut entries, &tr!("In the list"), &|c| c.scope() == Scope::List && c != UiCommand::Edit);
    }
    commands(&mut entries, &tr!("Anywhere"), &|c| match c.scope() {
        Scope::Anywhere => !matches!(c, UiCommand::Palette | UiCommand::Back),
        Scope::Views => true,
        Scope::List | Scope::Records => false,
    });
    entries.append(&mut records);
    // What was selected for something: the usual things stay at hand while a record is looked for.
    if hand.selected && !commands_only && !entries.iter().any(|e| e.section == section) {
        let usual = UiCommand::ALL.into_iter().filter(|c| c.scope() == Scope::Records && can(cx, *c, hand));
        let entry = |c: UiCommand| Entry {
            section: section.clone(),
            caps: c.caps(),
            ..Entry::new(c.icon(), &c.words(), What::Run(c))
        };
        entries.extend(usual.take(3).map(entry));
    }
    entries
}

/// Whether it would do anything with the records in hand.
pub fn can(cx: &Context, command: UiCommand, hand: &Hand) -> bool {
    let Some(first) = hand.ids.first() else { return false };
    let status = |id: &DocId| cx.records.opportunities.get(id).map(|o| cx.records.won_status(o));
    let hidden = |id: &DocId| {
        cx.records.meta(*id).is_some_and(|m| m.archived || m.deleted) || status(id) == Some(WonStatus::Lost)
    };
    let any = |test: &dyn Fn(&DocId) -> bool| hand.ids.iter().take(200).any(test);
    command.fits(first.kind())
        && match command {
            UiCommand::Open => hand.ids.len() == 1 && cx.page != Page::of(*first),
            UiCommand::Won => any(&|id| status(id) != Some(WonStatus::Won)),
            UiCommand::Lost => any(&|id| status(id) == Some(WonStatus::Pending)),
            UiCommand::Restore => any(&hidden),
            UiCommand::Convert => any(&|id| cx.records.opportunities.get(id).is_some_and(|o| o.is_lead())),
            UiCommand::Quote => {
                matches!(&*hand.ids, [id] if cx.records.opportunities.get(id).is_some_and(|o| !o.is_lead()))
            }
            UiCommand::Merge => (2..=5).contains(&hand.ids.len()),
            UiCommand::Archive => any(&|id| cx.records.meta(*id).is_some_and(|m| !m.archived)),
            _ => true,
        }
}

/// An opportunity, a lead, a contact, a call or a meeting that was found; nothing for others.
fn record(cx: &Context, id: DocId, query: &str) -> Option<Entry> {
    let (icon, name, detail) = match id.kind() {
        Kind::Opportunity => {
            let o = cx.records.opportunities.get(&id)?;
            let icon = if o.is_lead() { icons::LEADS } else { icons::PIPELINE };
            (icon, o.name.as_str(), of_opportunity(cx, o))
        }
        Kind::Contact => {
            let c = cx.records.contacts.get(&id)?;
            let icon = if c.is_company { icons::BUSINESS } else { icons::CONTACTS };
            (icon, c.name.as_str(), of_contact(cx, c))
        }
        Kind::Call | Kind::Meeting => {
            let icon = if id.kind() == Kind::Call { icons::CALL } else { icons::CALENDAR };
            let call = cx.records.calls.get(&id).map(|call| phone::readable(&call.phone));
            (icon, cx.records.name(id), call.unwrap_or_default())
        }
        _ => return None,
    };
    let what = if matches!(id.kind(), Kind::Call | Kind::Meeting) { What::Show(id) } else { What::Open(Page::of(id)) };
    Some(Entry {
        section: tr!("Go to"),
        title: Marked::words(name, query),
        detail: Marked::words(&detail, query),
        ..Entry::new(icon, name, what)
    })
}

/// `Hottechi · Proposition · $53,536`
fn of_opportunity(cx: &Context, o: &Opportunity) -> String {
    let customer = [o.partner.map_or("", |p| cx.records.name(p)), &o.partner_name, &o.contact_name];
    let stage = match cx.records.won_status(o) {
        WonStatus::Lost => tr!("Lost"),
        _ if o.is_lead() => tr!("Lead"),
        _ => cx.records.stage(o).map_or_else(String::new, |s| s.name.clone()),
    };
    let amount = if o.expected_revenue.0 == 0 { String::new() } else { cx.money(o.expected_revenue) };
    let parts = [customer.into_iter().find(|c| !c.is_empty()).unwrap_or_default(), &stage, &amount];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// `Company · Korea`, `Contact at Hottechi`
fn of_contact(cx: &Context, c: &Contact) -> String {
    let company = c.parent.map_or("", |p| cx.records.name(p));
    let what = match (c.is_company, company) {
        (true, _) => tr!("Company"),
        (false, "") => tr!("Contact"),
        (false, company) => tr!("Contact at {company}", company),
    };
    let place = if c.city.is_empty() { &c.country } else { &c.city };
    if place.is_empty() { what } else { format!("{what} · {place}") }
}
