//! Which files look like what, vendor by vendor, and what their columns mean.

mod address_book;
mod atomic;
mod calendar;
mod generic;
mod hubspot;
mod mail;
mod maven;
mod odoo;
mod pipedrive;
mod salesforce;
mod satchel;
mod words;

use super::{
    mapping::{Mapping, Profile, RowKind, Target},
    table::Table,
};

pub(super) use generic::assign_by_words;

/// What one kind of file of one source looks like.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub profile: Profile,
    pub kind: RowKind,
    /// Headers, as [`word`]s, that are all there in such a file.
    marks: &'static [&'static str],
    /// Header and target, the preferred column first where several go to one target. Targets are those of
    /// [`RowKind::targets`]; `` skips, `*` keeps in the notes, `field*1000000` multiplies.
    columns: &'static [(&'static str, &'static str)],
    /// Whether columns not named above are kept in the notes; else skipped.
    keep_rest: bool,
    /// Why such files hold nothing to import.
    pub refused: Option<&'static str>,
}

impl Shape {
    const fn new(
        profile: Profile,
        kind: RowKind,
        marks: &'static [&'static str],
        columns: &'static [(&'static str, &'static str)],
    ) -> Shape {
        Shape { profile, kind, marks, columns, keep_rest: false, refused: None }
    }

    const fn keeping_rest(mut self) -> Shape {
        self.keep_rest = true;
        self
    }

    const fn refused(profile: Profile, marks: &'static [&'static str], why: &'static str) -> Shape {
        let mut shape = Shape::new(profile, RowKind::People, marks, &[]);
        shape.refused = Some(why);
        shape
    }
}

/// All shapes but the two that are recognised otherwise; where several fit a file, the first.
const SHAPES: [&[Shape]; 9] = [
    calendar::SHAPES,
    mail::SHAPES,
    maven::SHAPES,
    salesforce::SHAPES,
    hubspot::SHAPES,
    atomic::SHAPES,
    pipedrive::SHAPES,
    address_book::SHAPES,
    odoo::SHAPES,
];

/// A header reduced to what it says: `E-mail 1 - Value` and `email_1_value` are both `email1value`.
pub(super) fn word(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the table looks like; `profile` forces the source.
pub(super) fn recognise(table: &Table, profile: Option<Profile>) -> Shape {
    let words: Vec<String> = table.headers.iter().map(|h| word(h)).collect();
    let has = |mark: &&str| words.iter().any(|w| w == mark);
    let ours = || satchel::recognise(table);
    match profile {
        None => {
            let fits = |s: &&Shape| {
                s.marks.iter().all(has) && (s.profile != Profile::Pipedrive || pipedrive::is_dashed(table))
            };
            let known = SHAPES.iter().copied().flatten().find(fits);
            ours().or(known.copied()).unwrap_or_else(|| generic::recognise(table, Profile::Generic))
        }
        Some(Profile::Satchel) => ours().unwrap_or_else(|| generic::recognise(table, Profile::Satchel)),
        Some(profile) => {
            let fitting = |s: &&Shape| s.columns.iter().filter(|(header, _)| has(header)).count();
            let shapes = SHAPES.iter().copied().flatten().filter(|s| s.profile == profile);
            let exact = shapes.clone().find(|s| s.marks.iter().all(has));
            let nearest = shapes.max_by_key(fitting).filter(|s| fitting(s) > 1);
            exact.or(nearest).copied().unwrap_or_else(|| generic::recognise(table, profile))
        }
    }
}

/// Sends the columns where the shape says.
pub(super) fn assign(shape: &Shape, table: &Table, mapping: &mut Mapping) {
    if shape.columns.is_empty() {
        if shape.refused.is_none() {
            assign_by_words(table, mapping);
        }
        return;
    }
    let words: Vec<String> = table.headers.iter().map(|h| word(h)).collect();
    let rest = if shape.keep_rest && shape.kind.has_notes() { Target::Notes } else { Target::Skip };
    let mut decided = vec![false; words.len()];
    // Columns that hold something go before empty ones.
    for filled in [true, false] {
        for (header, target) in shape.columns {
            for index in 0..words.len() {
                let is_filled = table.rows.is_empty() || table.column(index).next().is_some();
                if decided[index] || words[index] != *header || is_filled != filled {
                    continue;
                }
                decided[index] = true;
                let (target, times) = target.split_once('*').unwrap_or((target, ""));
                mapping.columns[index].times = times.parse().unwrap_or(1);
                mapping.columns[index].target = match target {
                    "" if shape.columns.contains(&(header, "*")) => Target::Notes,
                    "" => Target::Skip,
                    field if mapping.column_of(field).is_none() => Target::Field(field.to_owned()),
                    _ => rest.clone(),
                };
            }
        }
    }
    for (column, _) in mapping.columns.iter_mut().zip(decided).filter(|(_, decided)| !decided) {
        // Salesforce marks the fields that a company added itself.
        column.target = if column.header.ends_with("__c") { Target::Notes } else { rest.clone() };
    }
    if !shape.kind.has_notes() {
        for column in mapping.columns.iter_mut().filter(|c| c.target == Target::Notes) {
            column.target = Target::Skip;
        }
    }
}
