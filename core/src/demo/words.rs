//! What sample records are called. The team sells solar roofs, batteries and charging points to companies.

pub(super) const SALESPEOPLE: [&str; 7] =
    ["Bea Lindqvist", "Carlos Medina", "Dana Whitfield", "Emil Hartmann", "Farah Aziz", "Gwen Parry", "Hugo Marchetti"];

pub(super) const FIRST: [&str; 32] = [
    "Alice", "Amir", "Anneke", "Astrid", "Ben", "Chloé", "Daniel", "Elif", "Erik", "Esther", "Fiona", "Gabriel",
    "Hanna", "Ines", "Jakub", "Joan", "Karim", "Laura", "Lucas", "Maja", "Marta", "Miguel", "Nadia", "Noah", "Olga",
    "Paul", "Priya", "Rosa", "Samuel", "Sofia", "Thomas", "Yuki",
];

pub(super) const LAST: [&str; 36] = [
    "Adler",
    "Bakker",
    "Becker",
    "Bianchi",
    "Brennan",
    "Carvalho",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Fontaine",
    "Garner",
    "Haddad",
    "Hughes",
    "Ivanov",
    "Jansen",
    "Keller",
    "Kowalski",
    "Lambert",
    "Larsen",
    "Marsh",
    "Moreau",
    "Nakamura",
    "Novak",
    "O’Neill",
    "Okafor",
    "Patel",
    "Quinn",
    "Rossi",
    "Santos",
    "Schmidt",
    "Tanaka",
    "Urban",
    "Vega",
    "Weber",
    "Young",
];

pub(super) const COMPANY_FIRST: [&str; 30] = [
    "Alder",
    "Amber",
    "Atlas",
    "Beacon",
    "Birch",
    "Bluewater",
    "Brookfield",
    "Cedar",
    "Clover",
    "Copper",
    "Cornerstone",
    "Dovetail",
    "Eastgate",
    "Falcon",
    "Fairway",
    "Granite",
    "Harbour",
    "Hawthorn",
    "Juniper",
    "Kingfisher",
    "Lakeside",
    "Maple",
    "Meridian",
    "Northgate",
    "Orchard",
    "Pinewood",
    "Quarry",
    "Riverside",
    "Silverline",
    "Thornton",
];

pub(super) const COMPANY_LAST: [(&str, &str); 16] = [
    ("Logistics", "Logistics"),
    ("Foods", "Food"),
    ("Dairy", "Food"),
    ("Hotels", "Hospitality"),
    ("Retail", "Retail"),
    ("Motors", "Automotive"),
    ("Joinery", "Crafts"),
    ("Clinics", "Health care"),
    ("Schools Trust", "Education"),
    ("Housing", "Real estate"),
    ("Textiles", "Manufacturing"),
    ("Precision", "Manufacturing"),
    ("Plastics", "Manufacturing"),
    ("Breweries", "Food"),
    ("Cold Stores", "Logistics"),
    ("Garden Centres", "Retail"),
];

pub(super) const CITIES: [(&str, &str, &str); 14] = [
    ("Leeds", "LS1 4AP", "United Kingdom"),
    ("Bristol", "BS1 5TR", "United Kingdom"),
    ("Manchester", "M1 2HY", "United Kingdom"),
    ("Hamburg", "20095", "Germany"),
    ("Leipzig", "04109", "Germany"),
    ("Freiburg", "79098", "Germany"),
    ("Lyon", "69002", "France"),
    ("Nantes", "44000", "France"),
    ("Utrecht", "3511 LX", "Netherlands"),
    ("Aarhus", "8000", "Denmark"),
    ("Malmö", "211 20", "Sweden"),
    ("Valencia", "46002", "Spain"),
    ("Porto", "4000-322", "Portugal"),
    ("Verona", "37121", "Italy"),
];

pub(super) const STREETS: [&str; 10] = [
    "Mill Lane",
    "Station Road",
    "Harbour Street",
    "Market Square",
    "Canal Walk",
    "Foundry Way",
    "Orchard Road",
    "Bridge Street",
    "Industry Park",
    "Kiln Close",
];

pub(super) const JOBS: [&str; 9] = [
    "Managing director",
    "Facility manager",
    "Head of purchasing",
    "Energy manager",
    "Operations manager",
    "Finance director",
    "Site manager",
    "Sustainability officer",
    "Owner",
];

/// Product, reference, category, price and cost in whole units.
pub(super) const PRODUCTS: [(&str, &str, &str, i64, i64); 7] = [
    ("Solar roof 50 kW", "SR-50", "Solar", 48_500, 36_200),
    ("Solar roof 200 kW", "SR-200", "Solar", 172_000, 131_000),
    ("Solar carport", "SC-20", "Solar", 64_000, 47_500),
    ("Battery storage 60 kWh", "BS-60", "Storage", 31_900, 24_400),
    ("Charging point 22 kW", "CP-22", "Charging", 2_450, 1_610),
    ("Energy audit", "EA-1", "Services", 3_800, 1_900),
    ("Service contract", "SV-1", "Services", 2_400, 900),
];

pub(super) const PLACES: [&str; 12] = [
    "the main building",
    "the new warehouse",
    "hall 2",
    "the car park",
    "the north site",
    "all three sites",
    "the workshop",
    "the head office",
    "the loading bays",
    "the cold store",
    "the showroom",
    "the extension",
];

pub(super) const TAGS: [(&str, i64); 7] = [
    ("Framework", 2),
    ("Grant", 4),
    ("Tender", 1),
    ("Existing customer", 3),
    ("Trade fair", 5),
    ("Urgent", 6),
    ("Partner", 7),
];

pub(super) const SOURCES: [&str; 6] =
    ["Website", "Trade fair", "Recommendation", "Phone call", "Newsletter", "Partner"];

pub(super) const TO_DO: [(&str, crate::DocId); 9] = [
    ("Call about the roof plan", crate::record::ActivityType::CALL),
    ("Ask for the load profile", crate::record::ActivityType::EMAIL),
    ("Send the offer", crate::record::ActivityType::EMAIL),
    ("Site visit", crate::record::ActivityType::MEETING),
    ("Follow up on the offer", crate::record::ActivityType::CALL),
    ("Prepare the savings sheet", crate::record::ActivityType::TODO),
    ("Check the grant’s deadline", crate::record::ActivityType::TODO),
    ("Present to the board", crate::record::ActivityType::MEETING),
    ("Clarify the grid connection", crate::record::ActivityType::CALL),
];

pub(super) const NOTES: [&str; 6] = [
    "Roof was renewed two years ago and carries the load. They want to start before the winter.",
    "Two other offers are on the table. Price matters less than the date of the grid connection.",
    "Spoke with the owner: a decision needs the board, which meets on the last Thursday of the month.",
    "They asked for references from the food trade. Sent two, both happy to be called.",
    "Electricity bill for the last year is attached to their mail: 412 MWh, mostly by day.",
    "Wants to begin with one site and extend the contract once the first year’s figures are in.",
];
