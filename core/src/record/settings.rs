//! The kinds that a manager sets up: company, stages, teams, people, products, tags, lost reasons.

use crate::id::Kind;

record!(
    /// The workspace itself. Its id is derived, so there is one.
    Company {
        name: Text = "Company",
        /// ISO 4217, chosen when the workspace is founded.
        currency: Text = "Currency",
        /// Which starting set of stages was chosen.
        stages: Choice(&["standard", "guided"]) = "Stages",
    }
);

record!(
    /// A column of the pipeline.
    Stage {
        name: Text = "Stage",
        sequence: Int = "Sequence",
        probability: Percent = "Probability",
        is_won: Bool = "Won stage",
        fold: Bool = "Folded",
        requirements: Text = "Requirements",
        /// None means every team.
        teams: Refs(Kind::Team) = "Teams",
        /// Days without a change after which a record rots; 0 never.
        rotting_days: Int = "Rotting after days",
    }
);

record!(
    /// A sales team.
    Team {
        name: Text = "Sales team",
        leader: Ref(Kind::User) = "Team leader",
        region: Text = "Region",
        alias: Text = "E-mail alias",
        color: Int = "Colour",
        use_leads: Bool = "Leads",
    }
);

record!(
    /// A person of the sales team. The team is one register here, so that a person has one team on every replica.
    User {
        name: Text = "Name",
        email: Text = "E-mail",
        phone: Text = "Phone",
        team: Ref(Kind::Team) = "Sales team",
    }
);

record!(Product {
    name: Text = "Product",
    reference: Text = "Reference",
    category: Text = "Category",
    list_price: Money = "Sales price",
    cost: Money = "Cost",
    description: Text = "Description",
});

record!(Tag { name: Text = "Tag", color: Int = "Colour" });

record!(LostReason { name: Text = "Lost reason" });
