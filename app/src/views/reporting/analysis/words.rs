//! What a report says.

use chrono::Datelike;
use satchel_core::{
    Money, Records, Value,
    query::{
        GroupBy, Listing, Period,
        pivot::{Cell, Head, Look, Measure, Number, Pivot, Unit},
    },
};
use tr::tr;

use crate::{
    locale::{self, text},
    views::format,
    widgets::graph::Speech,
};

/// `Probable turnover by salesperson and stage`
pub fn title(records: &Records, listing: Listing, look: &Look) -> String {
    let measure = measure_of(records, listing, &look.layout.measure);
    let group = |group: &String| {
        let by = GroupBy::parse(records, listing, group).ok()?;
        let field = text(&by.field.label);
        Some(match group.split_once(':') {
            Some((_, period)) => tr!("{field} ({period})", field, period = text(period)),
            None => field,
        })
    };
    let groups: Vec<String> = look.layout.rows.iter().chain(&look.layout.column).filter_map(group).collect();
    match groups.as_slice() {
        [] => measure,
        groups => tr!("{measure} by {groups}", measure, groups = groups.join(", ")),
    }
}

/// What a measure is called.
pub fn measure_of(records: &Records, listing: Listing, name: &str) -> String {
    Measure::named(records, listing, name).map_or_else(|_| name.to_owned(), |m| text(&m.label))
}

/// How the numbers of a measure are said.
pub struct Words {
    write: Box<dyn Fn(f64) -> String>,
    axis: Box<dyn Fn(f64) -> String>,
    count: Box<dyn Fn(usize) -> String>,
}

impl Words {
    pub fn borrow(&self) -> Speech<'_> {
        Speech { write: &*self.write, axis: &*self.axis, count: &*self.count }
    }
}

pub fn speak(unit: Unit, currency: &str, listing: Listing) -> Words {
    let (written, short) = (currency.to_owned(), currency.to_owned());
    Words {
        write: Box::new(move |value| write(unit, value, &written)),
        axis: Box::new(move |value| match unit {
            Unit::Money => format::money_short(Money((value * 100.0).round() as i64), &short),
            Unit::Percent => tr!("{} %", format::short(value)),
            _ => format::short(value),
        }),
        count: Box::new(move |count| counted(listing, count)),
    }
}

fn write(unit: Unit, value: f64, currency: &str) -> String {
    match unit {
        Unit::Money => format::money_round(Money((value * 100.0).round() as i64), currency),
        Unit::Count | Unit::Sum if value < 0.0 => format!("−{}", format::thousands(value.abs() as u64)),
        Unit::Count | Unit::Sum => format::thousands(value as u64),
        Unit::Mean => locale::decimal(&format!("{value:.1}")),
        Unit::Percent => tr!("{} %", locale::decimal(&format!("{value:.1}"))),
    }
}

/// A cell as it stands in the table.
pub fn written(pivot: &Pivot, cell: &Cell, currency: &str) -> String {
    match pivot.number(cell) {
        Number::None => "–".to_owned(),
        number => write(pivot.measure.unit, number.as_f64(), currency),
    }
}

/// `12 opportunities`
pub fn counted(listing: Listing, count: usize) -> String {
    let written = format::thousands(count as u64);
    match listing {
        Listing::Activities => tr!("{count} activity" | "{count} activities" % count, count = written),
        Listing::Leads => tr!("{count} lead" | "{count} leads" % count, count = written),
        _ => tr!("{count} opportunity" | "{count} opportunities" % count, count = written),
    }
}

/// A period as an axis has room for it: `Nov 2026`.
pub fn short(by: &GroupBy, head: &Head) -> Option<String> {
    let Value::Date(day) = head.value else { return None };
    Some(match by.period {
        Period::Day => locale::month_day(day),
        Period::Week => tr!("W{week} {year}", week = day.iso_week().week(), year = day.iso_week().year()),
        Period::Month => format!("{} {}", locale::short_month(day.month()), day.year()),
        Period::Quarter | Period::Year => return None,
    })
}
