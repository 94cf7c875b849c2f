//! Arguments that several commands take: ids, kinds of records, times from now.

use anyhow::{Context, Result, bail, ensure};
use chrono::{NaiveDate, TimeDelta};
use satchel_core::{DocId, Kind, Workspace, query::Listing, value::parse_iso_date};

/// Reads a KIND, singular or plural.
pub fn parse_kind(text: &str) -> Result<Listing, String> {
    if let Some(listing) = Listing::named(text) {
        return Ok(listing);
    }
    let known = Listing::ALL.map(Listing::name).join(", ");
    Err(format!("known are {known}"))
}

/// Reads `2026-12-01`.
pub fn parse_day(text: &str) -> Result<NaiveDate, String> {
    parse_iso_date(text).ok_or_else(|| "write a day like 2026-12-01".to_owned())
}

/// The id of something that is here.
pub fn find(workspace: &Workspace, text: &str) -> Result<DocId> {
    let id: DocId = text.trim().parse()?;
    let records = workspace.records();
    let known = records.get(id).is_some() || records.activity(id).is_some() || records.attachment(id).is_some();
    ensure!(known, "there is nothing with the id {id} here: see `satchel list {}`", id.kind().plural());
    Ok(id)
}

/// Ids of things of one kind that are here.
pub fn find_all(workspace: &Workspace, texts: &[String], kind: Kind) -> Result<Vec<DocId>> {
    let ids = texts.iter().map(|t| find(workspace, t)).collect::<Result<Vec<_>>>()?;
    for id in &ids {
        ensure!(
            id.kind() == kind,
            "{id} is {}, where {} is wanted",
            super::fields::with_article(id.kind()),
            super::fields::with_article(kind)
        );
    }
    Ok(ids)
}

/// Reads `7d`, `12h`, `30m`, `2w`.
pub fn parse_span(text: &str) -> Result<TimeDelta, String> {
    span(text).map_err(|e| e.to_string())
}

fn span(text: &str) -> Result<TimeDelta> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let count: i64 = digits.parse().context("write it like 7d, 12h or 30m")?;
    ensure!(count > 0, "it must be more than nothing");
    let minutes = match &text[digits.len()..] {
        "m" | "min" => 1,
        "h" => 60,
        "d" => 24 * 60,
        "w" => 7 * 24 * 60,
        _ => bail!("write it like 7d, 12h or 30m"),
    };
    count.checked_mul(minutes).filter(|m| *m <= 366 * 24 * 60).map(TimeDelta::minutes).context("a year at most")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_in_singular_and_plural() {
        assert_eq!(parse_kind("lead").unwrap(), Listing::Leads);
        assert_eq!(parse_kind("opportunities").unwrap(), Listing::Opportunities);
        assert_eq!(parse_kind("lost-reasons").unwrap(), Listing::LostReasons);
        assert_eq!(parse_kind("invoice").unwrap(), Listing::Invoices);
        assert!(parse_kind("notes").is_err());
    }

    #[test]
    fn spans() {
        assert_eq!(parse_span("7d").unwrap(), TimeDelta::days(7));
        assert_eq!(parse_span("30m").unwrap(), TimeDelta::minutes(30));
        for wrong in ["", "7", "d", "-1d", "0h", "7y", "99999w"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }
}
