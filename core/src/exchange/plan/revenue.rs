//! Rows that are sales of another channel: a day and an amount, and whose they are (spec §9).

use super::{
    linker::{Identity, Linker, Rank},
    settings::besides,
};
use crate::{
    command::Fields,
    exchange::{
        report::RefusedRow,
        row::{Cells, Sheet, text_value},
    },
    id::Kind,
    value::Value,
};

pub(super) fn plan<'a>(linker: &mut Linker, sheets: &[(usize, &'a Sheet<'a>)]) {
    for (file, sheet) in sheets {
        for (position, cells) in sheet.rows().enumerate() {
            if !linker.readable(*file, cells) {
                continue;
            }
            let fields = match fields(linker, *file, cells) {
                Ok(fields) => fields,
                Err(refused) => {
                    linker.refuse(*file, refused);
                    continue;
                }
            };
            // A sale without an identifier is what it says.
            let said: Vec<&str> = ["date", "name", "channel", "team", "amount"].map(|field| cells.raw(field)).into();
            let natural = ("revenue line", said.join("|"));
            match linker.identify((*file, position), cells, Kind::RevenueLine, natural, None) {
                Identity::Record { id, fills } => linker.add_row(Rank::Events, *file, cells, id, fills, fields),
                Identity::Repeated => linker.repeated(*file),
                Identity::Refused(refused) => linker.refuse(*file, refused),
            }
        }
    }
}

fn fields(linker: &mut Linker, file: usize, cells: Cells) -> Result<Fields, RefusedRow> {
    let amount = cells.money("amount")?.ok_or_else(|| cells.refuse("amount", message!("has no amount")))?;
    let date = cells.date("date")?.ok_or_else(|| cells.refuse("date", message!("has no date")))?;
    let (name, channel) = (cells.line("name"), cells.line("channel"));
    let shown = [name.as_str(), &channel, "Sale"].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let user = linker.user_of(file, cells);
    let team = match linker.named(file, Kind::Team, &cells.line("team")) {
        Some(team) => Some(team),
        None => user.and_then(|user| linker.user_teams.get(&user).copied()),
    };
    let mut fields: Fields = vec![
        ("name".to_owned(), shown.into()),
        ("channel".to_owned(), text_value(channel.clone())),
        ("date".to_owned(), Value::Date(date)),
        ("amount".to_owned(), Value::Money(amount)),
        ("team".to_owned(), team.into()),
        ("user".to_owned(), user.into()),
    ];
    if cells.sheet.has("partner") {
        fields.push(("partner".to_owned(), linker.company(file, &cells.line("partner")).into()));
    }
    besides(cells, &mut fields)?;
    Ok(fields)
}
