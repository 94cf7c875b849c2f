//! Phone calls and lists of them (spec §5).

use crate::id::{DocId, Kind, WorkspaceId};

record!(
    /// A phone call, to be made or made.
    Call {
        name: Text = "Call",
        direction: Choice(&["outgoing", "incoming"]) = "Direction",
        state: Choice(&["to call", "not called", "called", "cancelled"]) = "Status",
        /// When it is to be made, or was made.
        date: Time = "Date",
        /// In minutes; it counts once the call was made.
        duration: Number = "Duration",
        partner: Ref(Kind::Contact) = "Customer",
        phone: Text = "Phone",
        mobile: Text = "Mobile",
        opportunity: Ref(Kind::Opportunity) = "Opportunity",
        user: Ref(Kind::User) = "Salesperson",
        team: Ref(Kind::Team) = "Sales team",
        /// 0 Low, 1 Medium, 2 High, 3 Very High.
        priority: Int = "Priority",
        list: Ref(Kind::CallList) = "Call list",
        /// Its place in the list.
        sequence: Int = "Sequence",
        /// One id for each attempt, so that those of two operators add up.
        tried: Refs(Kind::Attempt) = "Tried",
        /// Who called. Two who called the same while they were apart disagree here: the double is seen.
        done_by: Ref(Kind::User) = "Called by",
        description: LongText = "Notes",
    }
);

record!(
    /// Calls that are made one after the other.
    CallList {
        name: Text = "Call list",
        /// What the operator says.
        script: LongText = "Script",
        team: Ref(Kind::Team) = "Sales team",
        /// Who calls; nobody means everybody.
        users: Refs(Kind::User) = "Operators",
    }
);

/// After more attempts than this it is suggested to cancel (spec §5).
const MANY_ATTEMPTS: usize = 3;

impl Call {
    pub const TO_CALL: &str = "to call";
    pub const NOT_CALLED: &str = "not called";
    pub const CALLED: &str = "called";
    pub const CANCELLED: &str = "cancelled";

    /// The call of a list to a number: one, though two devices import the list.
    pub fn id_in_list(workspace: WorkspaceId, list: DocId, number: &str) -> DocId {
        DocId::derived(workspace, "call list", Kind::Call, &format!("{list}:{number}"))
    }

    /// How often it was tried, by anybody.
    pub fn attempts(&self) -> usize {
        self.tried.len()
    }

    pub fn is_tried_too_often(&self) -> bool {
        self.is_to_be_made() && self.attempts() > MANY_ATTEMPTS
    }

    pub fn is_to_be_made(&self) -> bool {
        self.state == Call::TO_CALL || self.state.is_empty()
    }

    /// How long it was, in minutes: nothing before it was made.
    pub fn minutes(&self) -> i64 {
        if self.state == Call::CALLED { self.duration.unwrap_or(0).max(0) } else { 0 }
    }

    /// Two people called, or decided otherwise about it, while they were apart.
    pub fn is_double(&self) -> bool {
        self.meta.conflicts.iter().any(|field| field == "done_by" || field == "state")
    }
}
