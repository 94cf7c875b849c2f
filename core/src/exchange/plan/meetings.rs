//! Rows that are events of a calendar.

use std::collections::HashMap;

use super::{
    known::key,
    linker::{Linker, Rank},
    settings::besides,
};
use crate::{
    command::Fields,
    exchange::{
        report::RefusedRow,
        row::{Cells, Sheet, text_value},
    },
    id::{DocId, Kind},
    record::{Field, FieldType, Meeting},
    value::{Value, When},
};

pub(super) fn plan<'a>(linker: &mut Linker, sheets: &[(usize, &'a Sheet<'a>)]) {
    for (file, sheet) in sheets {
        // Which row an event is, by its id: a file may say it twice.
        let mut seen: HashMap<DocId, &[String]> = HashMap::new();
        for cells in sheet.rows() {
            if !linker.readable(*file, cells) {
                continue;
            }
            let (id, series) = match identify(linker, *file, cells) {
                Ok(identified) => identified,
                Err(refused) => {
                    linker.refuse(*file, refused);
                    continue;
                }
            };
            if let Some(before) = seen.insert(id, &cells.row.cells) {
                if before == cells.row.cells {
                    linker.repeated(*file);
                } else {
                    let reason = match cells.raw("id") {
                        "" => message!("another event has its name and time: the first is taken"),
                        id => message!("‘{id}’ is also the identifier of another event: the first is taken", id),
                    };
                    linker.refuse(*file, cells.refuse("id", reason));
                }
                continue;
            }
            match fields(linker, cells, series) {
                Ok(fields) => {
                    let rank = if series.is_some() { Rank::Occurrences } else { Rank::Events };
                    linker.add_row(rank, *file, cells, id, false, fields);
                }
                Err(refused) => linker.refuse(*file, refused),
            }
        }
    }
}

/// The event that a row is, and the series in which it changes an occurrence. One without an identifier is known by its name
/// and time.
fn identify(linker: &Linker, file: usize, cells: Cells) -> Result<(DocId, Option<DocId>), RefusedRow> {
    let source = linker.source(file);
    let derived = |external: &str| DocId::derived(linker.workspace, source, Kind::Meeting, external);
    let of = cells.raw("series_uid");
    if !of.is_empty() {
        let offset: i64 = cells
            .raw("offset")
            .parse()
            .map_err(|_| cells.refuse("offset", message!("does not say which occurrence it changes")))?;
        let following = cells.yes("following")?.unwrap_or(false);
        let series = derived(of);
        return Ok((Meeting::occurrence_id(linker.workspace, series, offset, following), Some(series)));
    }
    Ok(match cells.raw("id") {
        "" => (derived(&format!("{}|{}", key(cells.raw("name")), cells.raw("when"))), None),
        external if external.parse::<DocId>().is_ok_and(|id| id.kind() == Kind::Meeting) => {
            // Our own export.
            (external.parse().unwrap_or_else(|_| derived(external)), None)
        }
        external => (derived(external), None),
    })
}

fn fields(linker: &Linker, cells: Cells, series: Option<DocId>) -> Result<Fields, RefusedRow> {
    let name = match cells.line("name") {
        name if name.is_empty() => "(no title)".to_owned(),
        name => name,
    };
    let when: When = cells.when("when")?.ok_or_else(|| cells.refuse("when", message!("has no time")))?;
    let mut fields: Fields = vec![("name".to_owned(), name.into()), ("when".to_owned(), when.into())];
    const ASSEMBLED: [&str; 5] = ["name", "when", "uid", "recurrence", "description"];
    for Field { name, ty, .. } in Meeting::FIELDS {
        let is_reference = matches!(ty, FieldType::Ref(_) | FieldType::Refs(_));
        if !is_reference && !ASSEMBLED.contains(name) && cells.sheet.has(name) {
            fields.push(((*name).to_owned(), cells.value(name, *ty)?));
        }
    }
    // Lines, which a cell of text would join.
    fields.push(("recurrence".to_owned(), text_value(cells.raw("recurrence").replace("\r\n", "\n"))));
    let uid = if series.is_some() { cells.raw("series_uid") } else { cells.raw("id") };
    fields.push(("uid".to_owned(), text_value(uid.to_owned())));
    fields.extend(series.map(|series| ("series".to_owned(), Value::Ref(series))));
    let (mut users, mut contacts, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for person in cells.raw("attendees").split(":::").map(str::trim).filter(|p| !p.is_empty()) {
        let email = key(email_of(person));
        match (linker.known.user_emails.get(&email), linker.known.contact_emails.get(&email)) {
            (Some(user), _) => users.push(*user),
            (None, Some(contact)) => contacts.push(*contact),
            (None, None) => unknown.push(person.to_owned()),
        }
    }
    fields.push(("users".to_owned(), Value::Refs(users)));
    fields.push(("contacts".to_owned(), Value::Refs(contacts)));
    let organizer = cells.line("organizer");
    let caller = linker.known.user_emails.get(&key(email_of(&organizer))).copied();
    fields.push(("user".to_owned(), caller.into()));
    let kind = cells.line("type");
    let known = linker.known.named.get(&(Kind::EventKind, key(&kind))).copied();
    fields.push(("type".to_owned(), known.into()));
    // Who is not known here stays written down.
    let besides_text = [
        ("Organizer", if caller.is_none() { organizer } else { String::new() }),
        ("Attendees", unknown.join(", ")),
        ("Categories", if known.is_none() { kind } else { String::new() }),
    ];
    fields.push(("description".to_owned(), text_value(cells.description(&besides_text)?)));
    besides(cells, &mut fields)?;
    Ok(fields)
}

/// `Ann Field <ann@example.com>` → `ann@example.com`
fn email_of(person: &str) -> &str {
    person.rsplit_once('<').map_or(person, |(_, email)| email.trim_end_matches('>'))
}
