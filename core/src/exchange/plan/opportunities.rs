//! Rows that are leads and opportunities.

use std::collections::HashMap;

use super::{
    known::key,
    linker::{Identity, Linker, Rank},
    settings::besides,
    stages::{Means, meaning},
};
use crate::{
    command::Fields,
    exchange::{
        mapping::{ATTACHMENTS, Profile, RowKind},
        report::RefusedRow,
        row::{Cells, Sheet, text_value},
    },
    id::{DocId, Kind},
    record::{Field, FieldType, Opportunity},
    value::{Percent, Value},
};

pub(super) fn plan<'a>(linker: &mut Linker, sheets: &[(usize, &'a Sheet<'a>)]) {
    make_stages(linker, sheets);
    for (file, sheet) in sheets {
        for (position, cells) in sheet.rows().enumerate() {
            if !linker.readable(*file, cells) {
                continue;
            }
            match row(linker, (*file, position), cells) {
                Ok(()) => {}
                Err(refused) => linker.refuse(*file, refused),
            }
        }
    }
}

/// The stages that rows name, in the order they appear, each with the probability most of its rows have.
fn make_stages(linker: &mut Linker, sheets: &[(usize, &Sheet)]) {
    let mut named: Vec<(String, HashMap<Percent, usize>)> = Vec::new();
    let mut positions: HashMap<String, usize> = HashMap::new();
    for (_, sheet) in sheets {
        for cells in sheet.rows().filter(|c| c.row.broken.is_none()) {
            let name = cells.line("stage");
            if name.is_empty() {
                continue;
            }
            let position = *positions.entry(key(&name)).or_insert_with(|| {
                named.push((name, HashMap::new()));
                named.len() - 1
            });
            if let Ok(Some(probability)) = cells.percent("probability") {
                *named[position].1.entry(probability).or_default() += 1;
            }
        }
    }
    let most = |counts: HashMap<Percent, usize>| counts.into_iter().max_by_key(|(p, n)| (*n, *p)).map(|(p, _)| p);
    linker.stages.complete(named.into_iter().map(|(name, counts)| (name, most(counts))).collect());
    if let Some((file, _)) = sheets.first() {
        let source = linker.source(*file).to_owned();
        for command in linker.stages.commands(&source) {
            linker.add(Rank::Settings, *file, command);
        }
    }
}

/// Where a row stands.
struct Position {
    means: Means,
    stage: Option<DocId>,
    /// Probability set by hand.
    probability: Option<Percent>,
}

fn row(linker: &mut Linker, at: (usize, usize), cells: Cells) -> Result<(), RefusedRow> {
    let (file, _) = at;
    let sheet = cells.sheet;
    let position = position(linker, cells)?;
    let partner = linker_partner(linker, file, cells);
    let product = linker.named(file, Kind::Product, &cells.line("product"));
    let contact_name = contact_name(linker, cells);
    let person = match sheet.mapping.profile {
        Profile::Pipedrive => linker.person(file, &contact_name, partner, cells.raw("email_from"), cells.raw("phone")),
        _ => linker.known.contact_emails.get(&key(cells.raw("contact_email"))).copied(),
    };
    let name = name(linker, cells, product, &contact_name);
    if name.is_empty() {
        // A row of a mixed sheet that holds only a person or a company.
        if sheet.mapping.profile == Profile::Pipedrive && (person.is_some() || partner.is_some()) {
            return Ok(());
        }
        return Err(cells.refuse("name", message!("has no name, customer or product")));
    }
    let natural =
        [name.as_str(), cells.raw("partner"), cells.raw("email_from"), cells.raw("create_date")].map(key).join("|");
    let source = linker.source(file).to_owned();
    let (id, fills) = match linker.identify(at, cells, Kind::Opportunity, (&source, natural), None) {
        Identity::Record { id, fills } => (id, fills),
        Identity::Repeated => {
            linker.repeated(file);
            return Ok(());
        }
        Identity::Refused(refused) => return Err(refused),
    };
    let is_new = !linker.was_there(id);
    let mut fields: Fields = vec![("name".to_owned(), name.into())];
    if !sheet.has("type") {
        let ty = if sheet.mapping.kind == RowKind::Leads { "lead" } else { "opportunity" };
        fields.push(("type".to_owned(), ty.into()));
    }
    if let Some(partner) = partner.or(person) {
        fields.push(("partner".to_owned(), Value::Ref(partner)));
    }
    if !contact_name.is_empty() {
        fields.push(("contact_name".to_owned(), contact_name.into()));
    }
    if sheet.has("contact_email") && !sheet.has("email_from") {
        fields.push(("email_from".to_owned(), text_value(cells.line("contact_email"))));
    }
    if let Some(product) = product {
        fields.push(("product".to_owned(), Value::Ref(product)));
    }
    const ASSEMBLED: [&str; 4] = ["name", "contact_name", "description", "date_deadline"];
    for Field { name, ty, .. } in Opportunity::FIELDS {
        let is_reference = matches!(ty, FieldType::Ref(_) | FieldType::Refs(_));
        if !is_reference && !ASSEMBLED.contains(name) && sheet.has(name) {
            fields.push(((*name).to_owned(), cells.value(name, *ty)?));
        }
    }
    linker.custom(file, cells, &mut fields)?;
    assignment(linker, file, cells, is_new, &mut fields);
    if sheet.has("tags") {
        fields.push(("tags".to_owned(), linker.tags(file, cells)));
    }
    if cells.has_description() {
        fields.push(("description".to_owned(), text_value(cells.description(&[])?)));
    }
    standing(linker, file, cells, &position, is_new, &mut fields)?;
    let archived = cells.yes("converted")?.unwrap_or(false);
    if archived {
        fields.push(("active".to_owned(), Value::Bool(false)));
    }
    besides(cells, &mut fields)?;
    // Lost is hidden by being lost, not by being archived.
    if position.means == Means::Lost {
        fields.retain(|(name, _)| name != "active");
    }
    linker.add_row(Rank::Opportunities, file, cells, id, fills, fields);
    // What came with a record that was there already was attached then, and may have been taken off since.
    if is_new && sheet.has(ATTACHMENTS) {
        linker.attach(file, cells, id);
    }
    Ok(())
}

/// The customer: a company, or a person that the file calls so by name.
fn linker_partner(linker: &mut Linker, file: usize, cells: Cells) -> Option<DocId> {
    let name = key(&cells.line("partner"));
    let person = linker.known.people.get(&name).copied().filter(|_| !linker.known.companies.contains_key(&name));
    person.or_else(|| linker.company_of(file, cells, "partner"))
}

fn contact_name(linker: &Linker, cells: Cells) -> String {
    let name = cells.line("contact_name");
    if !name.is_empty() {
        return name;
    }
    let name = format!("{} {}", cells.line("first_name"), cells.line("last_name")).trim().to_owned();
    if !name.is_empty() {
        return name;
    }
    linker.people_names.get(&key(cells.raw("contact_email"))).cloned().unwrap_or_default()
}

/// The row's own name; else product and customer; else who it is about.
fn name(linker: &Linker, cells: Cells, product: Option<DocId>, contact_name: &str) -> String {
    let name = cells.line("name");
    if !name.is_empty() {
        return name;
    }
    let product = product.and_then(|p| linker.known.product_names.get(&p)).cloned().unwrap_or_default();
    let customer =
        [cells.line("partner"), contact_name.to_owned(), cells.line("partner_name"), cells.line("email_from")];
    let customer = customer.into_iter().find(|c| !c.is_empty()).unwrap_or_default();
    // A mixed sheet's person or company without a deal.
    if cells.sheet.has("name") && cells.sheet.mapping.profile == Profile::Pipedrive {
        return String::new();
    }
    match (product.is_empty(), customer.is_empty()) {
        (false, false) => format!("{product} – {customer}"),
        _ => product + &customer,
    }
}

fn position(linker: &Linker, cells: Cells) -> Result<Position, RefusedRow> {
    let stage_name = cells.line("stage");
    let mut means = if stage_name.is_empty() { Means::Open } else { meaning(&stage_name) };
    let named = linker.stages.named(&stage_name);
    if named.is_some_and(|s| s.is_won) {
        means = Means::Won;
    }
    match cells.line("won_status").to_lowercase().as_str() {
        "won" => means = Means::Won,
        "lost" => means = Means::Lost,
        _ => {}
    }
    match (cells.yes("is_won")?, cells.yes("is_closed")?) {
        (Some(true), _) => means = Means::Won,
        (Some(false), Some(true)) => means = Means::Lost,
        _ => {}
    }
    // Elsewhere lost ones are archived ones with a reason.
    if means == Means::Open && cells.yes("active")? == Some(false) && !cells.raw("lost_reason").is_empty() {
        means = Means::Lost;
    }
    let stage = match means {
        Means::Won => named.filter(|s| s.is_won).or_else(|| linker.stages.won()),
        Means::Lost => named.filter(|s| !s.is_won && meaning(&stage_name) == Means::Open),
        Means::Open => named,
    };
    let said = cells.percent("probability")?;
    let probability = match (means, stage) {
        (Means::Open, Some(stage)) if cells.sheet.mapping.profile == Profile::Satchel => {
            said.filter(|p| *p != stage.probability)
        }
        (Means::Open, Some(stage)) => said.filter(|p| *p != linker.stages.expected(stage)),
        (Means::Open, None) => said,
        _ => None,
    };
    Ok(Position { means, stage: stage.map(|s| s.id), probability })
}

/// Salesperson and team. A member's team is the opportunity's, unless the file gives one.
fn assignment(linker: &mut Linker, file: usize, cells: Cells, is_new: bool, fields: &mut Fields) {
    let user = linker.user_of(file, cells);
    fields.extend(user.map(|u| ("user".to_owned(), Value::Ref(u))));
    let said = linker.named(file, Kind::Team, &cells.line("team"));
    let by_file = || user.and_then(|u| linker.user_teams.get(&u).copied());
    // The workspace may give people other teams later: that is no change of the file's.
    let by_workspace = || user.filter(|_| is_new).and_then(|u| linker.known.user_teams.get(&u).copied());
    let team = said.or_else(by_file).or_else(by_workspace);
    fields.extend(team.map(|t| ("team".to_owned(), Value::Ref(t))));
}

/// Stage, outcome and the dates that belong to them.
fn standing(
    linker: &mut Linker,
    file: usize,
    cells: Cells,
    position: &Position,
    is_new: bool,
    fields: &mut Fields,
) -> Result<(), RefusedRow> {
    // Which stage comes first may change later: that is no change of the file's.
    let default = || linker.stages.first_open().filter(|_| is_new).map(|s| s.id);
    let stage = position.stage.or_else(default);
    fields.extend(stage.map(|s| ("stage".to_owned(), Value::Ref(s))));
    let status = match position.means {
        Means::Open => "pending",
        Means::Won => "won",
        Means::Lost => "lost",
    };
    fields.push(("won_status".to_owned(), status.into()));
    if cells.sheet.has("probability") {
        fields.push(("probability".to_owned(), position.probability.into()));
    }
    if cells.sheet.has("lost_reason") {
        let reason = cells.line("lost_reason");
        let reason = if position.means == Means::Lost { linker.named(file, Kind::LostReason, &reason) } else { None };
        fields.push(("lost_reason".to_owned(), reason.into()));
    }
    let closing = cells.time("close_date")?;
    let closed = cells.time("date_closed")?.or(closing).filter(|_| position.means != Means::Open);
    if cells.sheet.has("date_closed") || cells.sheet.has("close_date") {
        fields.push(("date_closed".to_owned(), closed.into()));
    }
    if cells.sheet.has("date_deadline") || cells.sheet.has("close_date") {
        let deadline = match cells.date("date_deadline")? {
            None => cells.date("close_date")?,
            deadline => deadline,
        };
        fields.push(("date_deadline".to_owned(), deadline.into()));
    }
    let assigned = cells.time("date_open")?;
    let since = cells.time("date_last_stage_update")?.or(closed).or(assigned);
    fields.extend(since.map(|s| ("date_last_stage_update".to_owned(), Value::Time(s))));
    // A file that does not say when its rows were made shows when they were there at the latest.
    if !cells.sheet.has("create_date") {
        let first = [assigned, closed].into_iter().flatten().min();
        fields.extend(first.map(|f| ("create_date".to_owned(), Value::Time(f))));
    }
    Ok(())
}
