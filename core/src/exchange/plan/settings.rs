//! Rows that a manager sets up: salespeople and their teams, products, stages, tags, lost reasons.

use super::{
    BY_NAME, USER,
    known::{KnownStage, key, squashed},
    linker::{Identity, Linker, Rank},
};
use crate::{
    command::Fields,
    exchange::{
        mapping::RowKind,
        report::RefusedRow,
        row::{Cells, Sheet},
    },
    id::{DocId, Kind},
    record::{self, FieldType},
    value::{Percent, Value},
};

/// The tables of some kinds of rows, with their positions.
type Tables<'a> = dyn Fn(&[RowKind]) -> Vec<(usize, &'a Sheet<'a>)> + 'a;

pub(super) fn plan<'a>(linker: &mut Linker, of: &Tables<'a>) {
    for (file, sheet) in of(&[RowKind::Categories]) {
        for cells in sheet.rows() {
            let category = (linker.source(file).to_owned(), cells.raw("id").to_owned());
            linker.categories.insert(category, cells.line("name"));
        }
    }
    let kinds =
        [RowKind::Users, RowKind::Teams, RowKind::Products, RowKind::Stages, RowKind::Tags, RowKind::LostReasons];
    for kind in kinds {
        for (file, sheet) in of(&[kind]) {
            let mut rows = Vec::new();
            for (position, cells) in sheet.rows().enumerate() {
                if !linker.readable(file, cells) {
                    continue;
                }
                match identify(linker, (file, position), cells, kind) {
                    Identity::Record { id, fills } => rows.push((cells, id, fills)),
                    Identity::Repeated => linker.repeated(file),
                    Identity::Refused(refused) => linker.refuse(file, refused),
                }
            }
            for (cells, id, fills) in rows {
                match fields(linker, file, cells, kind, id) {
                    Ok(fields) => {
                        let rank = match kind {
                            RowKind::Users => Rank::Users,
                            RowKind::Teams => Rank::Teams,
                            _ => Rank::Settings,
                        };
                        linker.add_row(rank, file, cells, id, fills, fields);
                    }
                    Err(refused) => linker.refuse(file, refused),
                }
            }
        }
    }
}

fn name(cells: Cells, kind: RowKind) -> String {
    let name = cells.line("name");
    if name.is_empty() && kind == RowKind::Users {
        return format!("{} {}", cells.line("first_name"), cells.line("last_name")).trim().to_owned();
    }
    name
}

fn identify(linker: &mut Linker, at: (usize, usize), cells: Cells, kind: RowKind) -> Identity {
    let name = name(cells, kind);
    if name.is_empty() {
        return Identity::Refused(cells.refuse("name", message!("has no name")));
    }
    let record = kind.kind();
    let natural = if record == Kind::Product { squashed(&name) } else { key(&name) };
    let source = if record == Kind::User { USER } else { BY_NAME };
    let alike = linker.known.named.get(&(record, natural.clone())).copied();
    let identity = linker.identify(at, cells, record, (source, natural.clone()), alike);
    if let Identity::Record { id, .. } = identity {
        linker.known.named.insert((record, natural), id);
        match record {
            Kind::Product => _ = linker.known.product_names.insert(id, name),
            Kind::User if !cells.raw("email").is_empty() => {
                linker.known.user_emails.insert(key(cells.raw("email")), id);
            }
            Kind::Stage => linker.stages.add(KnownStage {
                id,
                name,
                sequence: 0,
                probability: cells.percent("probability").ok().flatten().unwrap_or(Percent::ZERO),
                is_won: cells.yes("is_won").ok().flatten().unwrap_or(false),
                fold: false,
                general: true,
            }),
            _ => {}
        }
    }
    identity
}

fn fields(linker: &mut Linker, file: usize, cells: Cells, kind: RowKind, id: DocId) -> Result<Fields, RefusedRow> {
    let mut fields: Fields = vec![("name".to_owned(), name(cells, kind).into())];
    for field in record::fields(kind.kind()) {
        let is_reference = matches!(field.ty, FieldType::Ref(_) | FieldType::Refs(_));
        if field.name != "name" && !is_reference && cells.sheet.has(field.name) {
            fields.push((field.name.to_owned(), cells.value(field.name, field.ty)?));
        }
    }
    match kind {
        RowKind::Users => {
            let by_name = linker.named(file, Kind::Team, &cells.line("team"));
            let team = match by_name {
                Some(team) => Some(team),
                None => linker.team_of(file, &cells.line("manager"), &cells.line("region")),
            };
            if let Some(team) = team {
                linker.user_teams.insert(id, team);
                fields.push(("team".to_owned(), Value::Ref(team)));
            }
        }
        RowKind::Teams if cells.sheet.has("leader") => {
            let leader = linker.user(file, &cells.line("leader"), "", Rank::Leaders);
            fields.push(("leader".to_owned(), leader.into()));
        }
        RowKind::Products => {
            let category = (linker.source(file).to_owned(), cells.raw("category_id").to_owned());
            if let Some(category) = linker.categories.get(&category) {
                fields.push(("category".to_owned(), category.as_str().into()));
            }
        }
        RowKind::Stages if cells.sheet.has("teams") => {
            let teams = cells.several("teams");
            let ids = teams.iter().filter_map(|t| linker.named(file, Kind::Team, t)).collect();
            fields.push(("teams".to_owned(), Value::Refs(ids)));
        }
        _ => {}
    }
    besides(cells, &mut fields)?;
    Ok(fields)
}

/// What records of every kind may say: when they were made, and whether they are archived.
pub(super) fn besides(cells: Cells, fields: &mut Fields) -> Result<(), RefusedRow> {
    if let Some(time) = cells.time("create_date")? {
        fields.push(("create_date".to_owned(), Value::Time(time)));
    }
    if let Some(active) = cells.yes("active")? {
        fields.push(("active".to_owned(), Value::Bool(active)));
    }
    Ok(())
}
