//! Rows that are companies and people.

use std::collections::HashMap;

use super::{
    BY_NAME,
    known::{host, key},
    linker::{Identity, Linker, Rank},
    settings::besides,
};
use crate::{
    command::Fields,
    exchange::{
        cards::photo_of,
        mapping::RowKind,
        report::RefusedRow,
        row::{Cells, Sheet, text_value},
    },
    id::{DocId, Kind},
    record::{Contact, Field, FieldType},
    value::Value,
};

/// What a row says about who it is.
struct Who {
    name: String,
    is_company: bool,
    /// The company's name that a person's row gives.
    company: String,
}

struct Row<'a> {
    file: usize,
    cells: Cells<'a>,
    who: Who,
    id: DocId,
    fills: bool,
}

pub(super) fn plan<'a>(linker: &mut Linker, sheets: &[(usize, &'a Sheet<'a>)]) {
    let mut rows: Vec<Row> = Vec::new();
    for (file, sheet) in sheets {
        for (position, cells) in sheet.rows().enumerate() {
            if !linker.readable(*file, cells) {
                continue;
            }
            let who = match who(cells) {
                Ok(who) => who,
                Err(refused) => {
                    linker.refuse(*file, refused);
                    continue;
                }
            };
            match identify(linker, (*file, position), cells, &who) {
                Identity::Record { id, fills } => rows.push(Row { file: *file, cells, who, id, fills }),
                Identity::Repeated => linker.repeated(*file),
                Identity::Refused(refused) => linker.refuse(*file, refused),
            }
        }
    }
    let mut parents: HashMap<DocId, DocId> = HashMap::new();
    let mut ready = Vec::new();
    for row in rows {
        let parent = parent(linker, &row).filter(|p| !is_above(&parents, row.id, *p));
        parents.extend(parent.map(|p| (row.id, p)));
        match fields(linker, &row, parent) {
            Ok(fields) => ready.push((row, fields)),
            Err(refused) => linker.refuse(row.file, refused),
        }
    }
    for (row, fields) in ready {
        let depth = std::iter::successors(parents.get(&row.id), |p| parents.get(p)).take(100).count();
        let rank = if row.who.is_company { Rank::Companies(depth) } else { Rank::People(depth) };
        linker.add_row(rank, row.file, row.cells, row.id, row.fills, fields);
        if let Some((name, bytes)) = photo_of(row.cells.raw("photo")) {
            linker.photo(row.file, row.id, name, bytes);
        }
    }
}

/// Whether `id` is `parent` or one of those above it.
fn is_above(parents: &HashMap<DocId, DocId>, id: DocId, parent: DocId) -> bool {
    std::iter::successors(Some(&parent), |p| parents.get(p)).take(100).any(|p| *p == id)
}

fn who(cells: Cells) -> Result<Who, RefusedRow> {
    let named = match cells.line("name") {
        name if name.is_empty() => {
            let parts = ["first_name", "middle_name", "last_name"].map(|f| cells.line(f));
            parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
        }
        name => name,
    };
    let company = cells.line("parent");
    let is_company = cells.yes("is_company")?.unwrap_or(cells.sheet.mapping.kind == RowKind::Companies);
    if !named.is_empty() {
        return Ok(Who { name: named, is_company, company });
    }
    if !company.is_empty() {
        return Ok(Who { name: company, is_company: true, company: String::new() });
    }
    let rest = ["email", "email_other", "email_3", "phone", "mobile", "phone_other"].map(|f| first_of(cells.raw(f)));
    match rest.into_iter().find(|r| !r.is_empty()) {
        Some(name) => Ok(Who { name: name.to_owned(), is_company, company }),
        None => Err(cells.refuse("name", message!("has neither a name nor an e-mail address nor a phone number"))),
    }
}

/// The first of several values in one cell.
fn first_of(cell: &str) -> &str {
    cell.split(":::").next().unwrap_or_default().trim()
}

/// All values of several columns, each once.
fn all_of(cells: Cells, fields: [&str; 3]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for value in fields.into_iter().flat_map(|f| cells.raw(f).split(":::")) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if !value.is_empty() && !all.iter().any(|a| key(a) == key(&value)) {
            all.push(value);
        }
    }
    all
}

fn emails(cells: Cells) -> Vec<String> {
    all_of(cells, ["email", "email_other", "email_3"])
}

fn identify(linker: &mut Linker, at: (usize, usize), cells: Cells, who: &Who) -> Identity {
    let email = emails(cells).into_iter().next().unwrap_or_default();
    let source = linker.source(at.0).to_owned();
    let by_mail = linker.known.contact_emails.get(&key(&email)).copied();
    let (natural, alike) = if who.is_company {
        ((BY_NAME, key(&who.name)), linker.known.companies.get(&key(&who.name)).copied())
    } else if email.is_empty() {
        let alone = who.company.is_empty() && cells.raw("phone").is_empty() && cells.raw("mobile").is_empty();
        let alike = linker.known.people.get(&key(&who.name)).copied().filter(|_| alone);
        ((source.as_str(), format!("{}|{}", key(&who.name), key(&who.company))), alike)
    } else {
        ((source.as_str(), key(&email)), by_mail)
    };
    let identity = linker.identify(at, cells, Kind::Contact, natural, alike);
    if let Identity::Record { id, .. } = identity {
        if who.is_company {
            linker.known.companies.insert(key(&who.name), id);
            for domain in ["domain", "website"].map(|f| host(cells.raw(f))).into_iter().filter(|d| !d.is_empty()) {
                linker.known.domains.entry(domain).or_insert(id);
            }
        } else {
            linker.known.people.entry(key(&who.name)).or_insert(id);
        }
        for email in emails(cells) {
            linker.people_names.entry(key(&email)).or_insert_with(|| who.name.clone());
            linker.known.contact_emails.entry(key(&email)).or_insert(id);
        }
    }
    identity
}

fn parent(linker: &mut Linker, row: &Row) -> Option<DocId> {
    if row.who.company.is_empty() && !row.cells.sheet.has("parent_id") && !row.cells.sheet.has("parent_domain") {
        return None;
    }
    if !row.cells.line("parent").is_empty() && row.who.company.is_empty() {
        return None;
    }
    linker.company_of(row.file, row.cells, "parent").filter(|p| *p != row.id)
}

fn fields(linker: &mut Linker, row: &Row, parent: Option<DocId>) -> Result<Fields, RefusedRow> {
    let cells = row.cells;
    let mut fields: Fields = vec![
        ("name".to_owned(), row.who.name.as_str().into()),
        ("is_company".to_owned(), Value::Bool(row.who.is_company)),
    ];
    if let Some(parent) = parent {
        fields.push(("parent".to_owned(), Value::Ref(parent)));
    }
    const ASSEMBLED: [&str; 8] =
        ["name", "is_company", "email", "email_other", "phone", "phone_other", "website", "description"];
    for Field { name, ty, .. } in Contact::FIELDS {
        let is_reference = matches!(ty, FieldType::Ref(_) | FieldType::Refs(_));
        if !is_reference && !ASSEMBLED.contains(name) && cells.sheet.has(name) {
            fields.push(((*name).to_owned(), cells.value(name, *ty)?));
        }
    }
    linker.custom(row.file, cells, &mut fields)?;
    let mut besides_text = Vec::new();
    for (columns, label) in
        [(["email", "email_other", "email_3"], "E-mail"), (["phone", "phone_other", "phone_3"], "Phone")]
    {
        if columns.iter().any(|c| cells.sheet.has(c)) {
            let mut all = all_of(cells, columns).into_iter();
            fields.push((columns[0].to_owned(), text_value(all.next().unwrap_or_default())));
            fields.push((columns[1].to_owned(), text_value(all.next().unwrap_or_default())));
            besides_text.push((label, all.collect::<Vec<_>>().join(", ")));
        }
    }
    if cells.sheet.has("website") || cells.sheet.has("domain") {
        let site = [cells.line("website"), cells.line("domain")].into_iter().find(|s| !s.is_empty());
        fields.push(("website".to_owned(), text_value(site.unwrap_or_default())));
    }
    if ["user", "user_email", "user_id"].iter().any(|f| cells.sheet.has(f))
        && let Some(user) = linker.user_of(row.file, cells)
    {
        fields.push(("user".to_owned(), Value::Ref(user)));
    }
    if cells.sheet.has("tags") {
        fields.push(("tags".to_owned(), linker.tags(row.file, cells)));
    }
    if cells.has_description() || besides_text.iter().any(|(_, text)| !text.is_empty()) {
        fields.push(("description".to_owned(), text_value(cells.description(&besides_text)?)));
    }
    besides(cells, &mut fields)?;
    Ok(fields)
}
