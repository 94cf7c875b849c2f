//! What a condition says of an opportunity by its row in the index alone, so that a board of 100,000 need not touch the
//! records for the usual facets.

use rayon::prelude::*;

use super::{Check, Customers, Expression, Test};
use crate::{
    query::{
        Asker, Item,
        index::{Bits, NONE, Place, Row},
    },
    record::{ActivityState, Records},
    value::Value,
};

impl Expression {
    /// Nothing where it takes the record to say.
    pub(super) fn of_row(&self, records: &Records, place: &Place, row: &Row, asker: &Asker) -> Option<bool> {
        match self {
            Expression::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match part.of_row(records, place, row, asker) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => all = None,
                    }
                }
                all
            }
            Expression::Any(parts) => {
                let mut any = Some(false);
                for part in parts {
                    match part.of_row(records, place, row, asker) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
            Expression::Not(part) => part.of_row(records, place, row, asker).map(|holds| !holds),
            Expression::Test(test) => test.of_row(records, place, row, asker),
            Expression::Anywhere(..) => None,
        }
    }
}

impl Test {
    fn of_row(&self, records: &Records, place: &Place, row: &Row, asker: &Asker) -> Option<bool> {
        match (&*self.field.name, &self.check) {
            ("won_status", Check::Text(compare, wanted)) => Some(compare.text(row.won_status(records), wanted)),
            ("activity_state", Check::Text(compare, wanted)) => {
                let state = row.next_deadline.map(|day| ActivityState::on(day, asker.today));
                Some(state.is_some_and(|state| compare.text(state.name(), wanted)))
            }
            (_, Check::Among(ids)) => Some(ids.contains(&place.2.0)),
            ("partner", _) => Some(self.of_customer(records, row, asker)),
            (name, check) => match row.value(records, place, name, asker.today) {
                Some(value) => Some(check.holds(records, &value, asker)),
                None => {
                    let (through, _) = self.field.path()?;
                    (through.name == "partner").then(|| self.of_customer(records, row, asker))
                }
            },
        }
    }

    /// What is asked of the customer is worked out once for each, not once for each of its opportunities.
    fn of_customer(&self, records: &Records, row: &Row, asker: &Asker) -> bool {
        let Customers(bits, nobody) = self.customers.get_or_init(|| {
            let contacts = &records.index.contacts;
            let holds = |slot: &u32| {
                let value = match self.field.path() {
                    Some((_, target)) => Item::of(records, contacts.id(*slot))
                        .map_or(Value::Null, |item| target.value(records, item, asker.today)),
                    None => Value::Ref(contacts.id(*slot)),
                };
                self.check.holds(records, &value, asker)
            };
            let slots: Vec<u32> = (0..contacts.len() as u32).into_par_iter().filter(holds).collect();
            let mut bits = Bits::none(contacts.len());
            slots.into_iter().for_each(|slot| bits.set(slot));
            Customers(bits, self.check.holds(records, &Value::Null, asker))
        });
        if row.partner == NONE { *nobody } else { bits.has(row.partner) }
    }
}
