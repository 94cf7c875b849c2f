//! What can be listed, and by which names.

use crate::id::Kind;

/// What can be listed. Leads and opportunities are one kind of record in two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Listing {
    Opportunities,
    Leads,
    Contacts,
    Activities,
    Stages,
    Teams,
    Users,
    Products,
    Tags,
    LostReasons,
    CustomFields,
    Favourites,
    Meetings,
    Calls,
    CallLists,
    EventKinds,
    ActivityTypes,
    ActivityPlans,
    PlanSteps,
    Targets,
    Quotations,
    OrderLines,
    Invoices,
    RevenueLines,
    PriceLists,
    Prices,
}

impl Listing {
    pub const ALL: [Listing; 26] = [
        Listing::Opportunities,
        Listing::Leads,
        Listing::Contacts,
        Listing::Activities,
        Listing::Stages,
        Listing::Teams,
        Listing::Users,
        Listing::Products,
        Listing::Tags,
        Listing::LostReasons,
        Listing::CustomFields,
        Listing::Favourites,
        Listing::Meetings,
        Listing::Calls,
        Listing::CallLists,
        Listing::EventKinds,
        Listing::ActivityTypes,
        Listing::ActivityPlans,
        Listing::PlanSteps,
        Listing::Targets,
        Listing::Quotations,
        Listing::OrderLines,
        Listing::Invoices,
        Listing::RevenueLines,
        Listing::PriceLists,
        Listing::Prices,
    ];

    pub fn kind(self) -> Kind {
        match self {
            Listing::Opportunities | Listing::Leads => Kind::Opportunity,
            Listing::Contacts => Kind::Contact,
            Listing::Activities => Kind::Activity,
            Listing::Stages => Kind::Stage,
            Listing::Teams => Kind::Team,
            Listing::Users => Kind::User,
            Listing::Products => Kind::Product,
            Listing::Tags => Kind::Tag,
            Listing::LostReasons => Kind::LostReason,
            Listing::CustomFields => Kind::CustomField,
            Listing::Favourites => Kind::Favourite,
            Listing::Meetings => Kind::Meeting,
            Listing::Calls => Kind::Call,
            Listing::CallLists => Kind::CallList,
            Listing::EventKinds => Kind::EventKind,
            Listing::ActivityTypes => Kind::ActivityType,
            Listing::ActivityPlans => Kind::ActivityPlan,
            Listing::PlanSteps => Kind::PlanStep,
            Listing::Targets => Kind::Target,
            Listing::Quotations => Kind::Quotation,
            Listing::OrderLines => Kind::OrderLine,
            Listing::Invoices => Kind::Invoice,
            Listing::RevenueLines => Kind::RevenueLine,
            Listing::PriceLists => Kind::PriceList,
            Listing::Prices => Kind::Price,
        }
    }

    /// `opportunities`, `leads`, `lost_reasons`
    pub fn name(self) -> &'static str {
        if self == Listing::Leads { "leads" } else { self.kind().plural() }
    }

    /// By singular or plural name.
    pub fn named(text: &str) -> Option<Listing> {
        let text = text.trim().to_lowercase().replace([' ', '-'], "_");
        Listing::ALL.into_iter().find(|l| {
            let singular = if *l == Listing::Leads { "lead" } else { l.kind().singular() };
            text == l.name() || text == singular
        })
    }
}
