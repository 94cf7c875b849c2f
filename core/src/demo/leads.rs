//! What came in over the last weeks and nobody has made an opportunity of yet.

use chrono::TimeDelta;

use super::{
    team::{Sample, field},
    words::{CITIES, FIRST, JOBS, LAST, SOURCES},
};
use crate::id::Kind;

const ASKED: [&str; 14] = [
    "Roof over the bakery",
    "Chargers for the staff car park",
    "Battery against peaks",
    "What does a carport cost?",
    "Energy audit, two halls",
    "Solar for a listed building",
    "Quote for 120 kW",
    "Night current for the cold store",
    "Chargers for six vans",
    "Roof loads: is 12 kg/m² enough?",
    "Second meter, old roof",
    "Grid connection in spring",
    "Flat roof, 900 m²",
    "Service for a system of others",
];

const FIRMS: [&str; 14] = [
    "Miller’s Bakery",
    "Otter Creek Logistics",
    "Pinewood Dairy",
    "Redbridge Motors",
    "Stonegate Press",
    "Thornbury Estates",
    "Upton Foundry",
    "Vale Cold Stores",
    "Westbrook Couriers",
    "Yarrow Timber",
    "Ashford Laundry",
    "Bramble Nurseries",
    "Coldwell Storage",
    "Dunmore Hotels",
];

impl Sample {
    /// Leads as they come: some with an address only, a third not assigned to anybody.
    pub(super) fn leads(&mut self) {
        for (n, (asked, firm)) in ASKED.iter().zip(FIRMS).enumerate() {
            let first = *self.dice.pick(&FIRST);
            let last = *self.dice.pick(&LAST);
            let domain = firm.to_lowercase().replace(['’', ' '], "");
            let (user, team) = *self.dice.pick(&self.people);
            let (city, zip, country) = *self.dice.pick(&CITIES);
            let made = self.now - TimeDelta::minutes(self.dice.between(30, 30 * 24 * 60));
            let mut fields = vec![
                field("name", *asked),
                field("type", "lead"),
                field("partner_name", firm),
                field("contact_name", format!("{first} {last}")),
                field("email_from", format!("{}@{domain}.example", first.to_lowercase())),
                field("source", *self.dice.pick(&SOURCES)),
                field("city", city),
                field("zip", zip),
                field("country", country),
                field("priority", [0, 0, 1, 2][self.dice.below(4)]),
                field("create_date", made),
            ];
            if n % 2 == 0 {
                fields.push(field("phone", format!("+44 20 7946 {:04}", 900 + n)));
                fields.push(field("function", *self.dice.pick(&JOBS)));
            }
            if n % 3 != 0 {
                fields.extend([field("user", user), field("team", team)]);
            }
            self.create(self.id(Kind::Opportunity, &format!("lead {n}")), fields);
        }
    }
}
