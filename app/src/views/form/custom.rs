//! The workspace's own fields in a form.

use eframe::egui::Ui;
use satchel_core::{DocId, Record, record::CustomField};

use super::{Form, columns::Columns};
use crate::shell::Context;

/// The custom fields of the record's kind that its team has, in two columns. Returns the conflict that the person wants to see.
pub fn show(ui: &mut Ui, cx: &mut Context, form: &mut Form, record: &Record, team: Option<DocId>) -> Option<String> {
    let records = cx.records;
    let fields: Vec<_> = records
        .custom_fields_of(record.id().kind())
        .into_iter()
        // Another team's field that this record has a value in is not hidden.
        .filter(|f| f.is_of(team) || record.get(&f.key).is_some_and(|v| !v.is_null()))
        .filter_map(CustomField::def)
        .collect();
    if fields.is_empty() {
        return None;
    }
    // They go on where the fields that every record has end.
    ui.add_space(-10.0);
    let mut decide = None;
    let mut columns = Columns::new(ui);
    for (at, def) in fields.into_iter().enumerate() {
        let column = if at % 2 == 0 { &mut columns.left } else { &mut columns.right };
        column.spacing_mut().item_spacing.y = 0.0;
        if form.labelled(column, cx, record, def, def.label) {
            decide = record.meta().conflicts.iter().find(|c| is_of(c, def.name)).cloned();
        }
    }
    columns.end(ui);
    decide
}

/// Whether a conflict (`x_budget:money`) is about a field (`x_budget`, `name`).
pub fn is_of(conflict: &str, field: &str) -> bool {
    conflict.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// `Machine hours` for `x_machine_hours` and `x_machine_hours:number`; nothing for another field.
pub fn label(field: &str) -> Option<String> {
    let name = field.strip_prefix("x_")?;
    let name = name.split(':').next().unwrap_or(name).replace('_', " ");
    Some(crate::views::format::capital(&name))
}
