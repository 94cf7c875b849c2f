//! Rows that are calls of a list: whoever is to be called, with a number (spec §5).

use std::collections::HashSet;

use super::{
    known::key,
    linker::{Linker, Rank},
};
use crate::{
    command::Fields,
    exchange::{
        report::RefusedRow,
        row::{Cells, Sheet, text_value},
    },
    id::DocId,
    phone,
    record::Call,
    value::Value,
};

pub(super) fn plan<'a>(linker: &mut Linker, sheets: &[(usize, &'a Sheet<'a>)]) {
    let mut seen: HashSet<DocId> = HashSet::new();
    for (file, sheet) in sheets {
        let Some(list) = sheet.mapping.list else { continue };
        for (position, cells) in (1i64..).zip(sheet.rows()) {
            if !linker.readable(*file, cells) {
                continue;
            }
            let call = numbers(linker, cells).and_then(|numbers| {
                let id = Call::id_in_list(linker.workspace, list, &numbers[0]);
                fields(linker, cells, list, position, &numbers).map(|fields| (id, fields))
            });
            match call {
                Ok((id, _)) if !seen.insert(id) => linker.repeated(*file),
                Ok((id, fields)) => linker.add_row(Rank::Calls, *file, cells, id, false, fields),
                Err(refused) => linker.refuse(*file, refused),
            }
        }
    }
}

/// The row's numbers, each once, at least one.
fn numbers(linker: &Linker, cells: Cells) -> Result<Vec<String>, RefusedRow> {
    let mut numbers: Vec<String> = Vec::new();
    let mut wrong = None;
    for field in ["phone", "mobile", "phone_other", "phone_3"] {
        for text in cells.raw(field).split(":::").map(str::trim).filter(|t| !t.is_empty()) {
            let number = match phone::normal(text, linker.known.region.as_deref()) {
                Some(number) => number,
                None if phone::is_dialable(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
                None => {
                    let shown: String = text.chars().take(40).collect();
                    wrong.get_or_insert(cells.refuse(field, message!("‘{shown}’ is no phone number", shown)));
                    continue;
                }
            };
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
    }
    match (numbers.is_empty(), wrong) {
        (false, _) => Ok(numbers),
        (true, Some(refused)) => Err(refused),
        (true, None) => Err(cells.refuse("phone", message!("has no phone number to call"))),
    }
}

fn fields(linker: &Linker, cells: Cells, list: DocId, position: i64, numbers: &[String]) -> Result<Fields, RefusedRow> {
    let parts = ["first_name", "middle_name", "last_name"].map(|field| cells.line(field));
    let joined = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ");
    let (company, email) = (cells.line("parent"), cells.line("email"));
    let candidates = [cells.line("name"), joined, company.clone(), email.clone(), numbers[0].clone()];
    let name = candidates.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let email = email.split(":::").next().unwrap_or_default().trim().to_owned();
    let known = &linker.known;
    let by_mail = if email.is_empty() { None } else { known.contact_emails.get(&key(&email)) };
    let partner = by_mail.or_else(|| known.people.get(&key(&name))).or_else(|| known.companies.get(&key(&name)));
    let mut fields: Fields = vec![
        ("name".to_owned(), name.as_str().into()),
        ("list".to_owned(), Value::Ref(list)),
        ("sequence".to_owned(), Value::Int(position)),
        ("phone".to_owned(), numbers[0].as_str().into()),
        ("mobile".to_owned(), text_value(numbers.get(1).cloned().unwrap_or_default())),
        ("partner".to_owned(), partner.copied().into()),
    ];
    if cells.sheet.has("priority") {
        fields.push(("priority".to_owned(), cells.value("priority", crate::record::FieldType::Int)?));
    }
    let company = if company == name { String::new() } else { company };
    let more = numbers.get(2..).unwrap_or_default().join(", ");
    let besides = [("Company", company), ("E-mail", email), ("Phone", more)];
    fields.push(("description".to_owned(), text_value(cells.description(&besides)?)));
    Ok(fields)
}
