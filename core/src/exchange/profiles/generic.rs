//! Any other table: what its headers' words say, in the languages of common exports.

use super::{
    Shape, word,
    words::{COMPANY, DEAL, PERSON, PRODUCT, words},
};
use crate::exchange::{
    mapping::{Mapping, Profile, RowKind, Target},
    table::Table,
};

/// The kind of rows that headers and the file's name suggest.
pub(super) fn recognise(table: &Table, profile: Profile) -> Shape {
    let headers: Vec<String> = table.headers.iter().map(|h| word(h)).collect();
    let count = |marks: &[&str]| headers.iter().filter(|w| marks.contains(&w.as_str())).count();
    let has = |mark: &str| headers.iter().any(|w| w == mark);
    let name = table.title().to_lowercase();
    let called = |parts: &[&str]| parts.iter().any(|p| name.contains(p));
    let elsewhere =
        has("channel") || has("saleschannel") || called(&["ecommerce", "webshop", "point_of_sale", "pos_sales"]);
    let sold = ["amount", "net", "netamount", "untaxed", "subtotal", "revenue", "turnover", "total"]
        .iter()
        .any(|word| has(word));
    let kind = if elsewhere && sold && !has("stage") && !has("probability") {
        RowKind::RevenueLines
    } else if has("leadname") || has("leadstatus") || called(&["lead"]) && count(DEAL) < 2 {
        RowKind::Leads
    } else if count(DEAL) > 0 || called(&["deal", "opportunit", "pipeline"]) && (has("stage") || count(PERSON) == 0) {
        RowKind::Opportunities
    } else if has("salesagent") || called(&["user", "salespeople", "salesperson"]) && !called(&["contact"]) {
        RowKind::Users
    } else if called(&["stages"]) {
        RowKind::Stages
    } else if called(&["lost_reason", "lost reason"]) {
        RowKind::LostReasons
    } else if called(&["teams"]) {
        RowKind::Teams
    } else if called(&["tags"]) && !called(&["customer"]) {
        RowKind::Tags
    } else if count(PRODUCT) > 0 && count(PERSON) == 0 || called(&["product"]) {
        RowKind::Products
    } else if count(PERSON) == 0 && (count(COMPANY) > 0 || called(&["compan", "account", "organi", "customers"]))
        || called(&["companies", "accounts"]) && !has("firstname")
    {
        RowKind::Companies
    } else {
        RowKind::People
    };
    // A single column whose header says nothing may be any text.
    let mute = headers.len() == 1
        && !RowKind::ALL
            .iter()
            .flat_map(|k| words(*k))
            .flatten()
            .any(|(_, names)| names.contains(&headers[0].as_str()))
        && !called(&["contact", "people", "compan", "account", "product", "tag", "team", "stage", "user", "lead"]);
    let refused = mute.then_some(
        "has a single column whose first line is no known header: if it is a list, map the column, as in --map ‘its first line=name’",
    );
    Shape { profile, kind, marks: &[], columns: &[], keep_rest: true, refused }
}

/// Sends each column where its words say for this kind of rows; what says nothing is kept in the notes. When nothing names
/// the rows, the first column of text does.
pub(in crate::exchange) fn assign_by_words(table: &Table, mapping: &mut Mapping) {
    if mapping.refused.is_some() {
        return;
    }
    let headers: Vec<String> = table.headers.iter().map(|h| word(h)).collect();
    let ours = mapping.profile == Profile::Satchel;
    // What our own exports have besides stored fields is derived.
    let rest = if mapping.kind.has_notes() && !ours { Target::Notes } else { Target::Skip };
    for column in &mut mapping.columns {
        column.target = Target::Skip;
        column.times = 1;
    }
    let mut decided = vec![false; headers.len()];
    if ours {
        for (name, label, _) in mapping.kind.targets() {
            let same = |h: &String| *h == word(name) || *h == word(label);
            if let Some(index) = headers.iter().position(same).filter(|i| !decided[*i]) {
                mapping.columns[index].target = Target::Field(name.to_owned());
                decided[index] = true;
            }
        }
    } else {
        for (target, names) in words(mapping.kind).into_iter().flatten() {
            let free = |name: &&str| headers.iter().enumerate().position(|(i, h)| h == name && !decided[i]);
            if mapping.column_of(target).is_some() || mapping.kind.target(target).is_none() {
                continue;
            }
            if let Some(index) = names.iter().find_map(free) {
                mapping.columns[index].target = Target::Field((*target).to_owned());
                decided[index] = true;
            }
        }
    }
    let naming = [
        "name",
        "first_name",
        "last_name",
        "email",
        "contact_name",
        "partner",
        "partner_name",
        "product",
        "email_from",
    ];
    let named = naming.iter().any(|n| mapping.column_of(n).is_some());
    if !named && let Some(index) = column_of_names(table, &decided) {
        mapping.columns[index].target = Target::Field("name".to_owned());
        decided[index] = true;
    }
    for (column, _) in mapping.columns.iter_mut().zip(decided).filter(|(_, decided)| !decided) {
        column.target = rest.clone();
    }
}

/// The first column that every row fills, mostly with words rather than numbers; else the first that every row fills.
fn column_of_names(table: &Table, decided: &[bool]) -> Option<usize> {
    let free = || (0..table.headers.len()).filter(|i| !decided[*i]);
    let full = |i: &usize| table.column(*i).count() == table.rows.len();
    let is_text = |cell: &&str| cell.chars().any(char::is_alphabetic) && !cell.starts_with(['{', '[']);
    let textual = |i: &usize| table.column(*i).filter(is_text).count() * 2 > table.rows.len();
    free().find(|i| full(i) && textual(i)).or_else(|| free().find(full)).or_else(|| free().next())
}
