//! The one way in. Everything that changes a workspace is a [`Command`]: a click, an imported row, a rule, the command line.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    id::{CommitId, DocId, FileHash},
    record::{Measure, Scope},
    value::{Money, Value},
};

/// The version of a document a person is looking at, taken from the records shown ([`crate::record::Records::seen`]) and given back
/// with the edit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen(pub(crate) Box<[[u8; 32]]>);

/// Field names and their new values.
///
/// Besides the stored fields (`record::fields`) and the workspace's own (`Records::fields`), these names are understood:
/// `archived` (Bool), `active` (Bool, the opposite of archived), `create_date` (Time, at creation only); and for opportunities, all tied together in one register:
/// `stage` (Ref), `probability` (Percent, or Null for the stage's own), `won_status` (Text: pending, won, lost),
/// `lost_reason` (Ref), `date_closed` (Time), `date_last_stage_update` (Time).
pub type Fields = Vec<(String, Value)>;

/// Whose a converted lead becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Customer {
    /// The customer it has; else an existing one with the same e-mail or name; else a new one if there is a contact name or
    /// an e-mail; else nobody's (scenario 8).
    #[default]
    Find,
    /// This contact's.
    Existing(DocId),
    /// A new company's and person's, from what the lead says.
    Create,
    /// The one it has, or nobody's.
    Keep,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum CallStep {
    /// Made just now; without a duration it took the minutes since its date.
    Called {
        minutes: Option<i64>,
    },
    /// Nobody answered: an attempt more, under a new id of kind Attempt. Another date keeps it to be made then.
    NotCalled {
        attempt: DocId,
        again: Option<DateTime<Utc>>,
    },
    Cancel,
    /// To be made after all: its duration is 0 again.
    Reopen,
}

/// What is done with quotations, orders and invoices (spec §9).
#[derive(Clone, Debug, PartialEq)]
pub enum SaleStep {
    /// Draws up a quotation for an opportunity, its first line the opportunity's product; `id` is a new id of kind Quotation.
    Quote {
        opportunity: DocId,
        id: DocId,
    },
    Send {
        id: DocId,
    },
    /// Makes a sales order of a quotation, and raises what its opportunity expects.
    Confirm {
        id: DocId,
    },
    Cancel {
        id: DocId,
    },
    /// Drafts the invoice of a sales order; `id` is a new id of kind Invoice.
    Invoice {
        order: DocId,
        id: DocId,
    },
    /// Gives an invoice its number and freezes it as it is now; from then on it is refunded, not changed.
    Post {
        id: DocId,
    },
    /// Paid in full on a day.
    Pay {
        id: DocId,
        on: NaiveDate,
    },
    /// Drafts the refund of a posted invoice, whole or in part, without tax; `new` is a new id of kind Invoice.
    Refund {
        id: DocId,
        new: DocId,
        untaxed: Option<Money>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Makes a new record of the id's kind.
    Create { id: DocId, fields: Fields },
    /// Edits fields of a record. `seen` is the version the person looked at: a field that somebody else changed since is
    /// written beside their value, so that both are kept and shown; nothing means the current version.
    Set { id: DocId, fields: Fields, seen: Option<Seen> },
    /// Moves opportunities to a stage; into a won stage wins them, a lost one becomes open again.
    MoveToStage { ids: Vec<DocId>, stage: DocId },
    /// Puts a stage before another one, or last.
    ArrangeStage { id: DocId, before: Option<DocId> },
    /// Several stages become `into`: what stands in them shows there, and it serves their teams too.
    MergeStages { ids: Vec<DocId>, into: DocId },
    /// Takes a stage away; what stands in it shows in `into`, which an empty one may do without.
    RemoveStage { id: DocId, into: Option<DocId> },
    /// People join a team and leave the one they were in; refused for who is a member already.
    JoinTeam { team: DocId, users: Vec<DocId> },
    /// Gives records to salespeople in turn, in the order of both (6 records over 4 people: 1 2 3 4 1 2); without people takes
    /// them from whoever has them.
    Assign { ids: Vec<DocId>, users: Vec<DocId> },
    /// Gives what has no salesperson to members of one team, or of all, by filters and capacities (spec §2).
    AssignByRules { team: Option<DocId> },
    /// Moves to the first won stage after the current one in sequence, else the last won stage (spec §1 Won).
    MarkWon { ids: Vec<DocId> },
    /// Outcome lost, with a reason and a closing note that goes to the history.
    MarkLost { ids: Vec<DocId>, reason: Option<DocId>, note: String },
    /// Makes opportunities of leads (spec §1 Convert). Archived, won and lost ones are left out, and said. With `users` they are
    /// assigned in turn, in the order given; one of none leaves the salesperson as it is.
    Convert { ids: Vec<DocId>, customer: Customer, users: Vec<DocId> },
    /// Makes one of several tags: the first, which all that has another one shows. Or one record of two to five opportunities and
    /// leads, or contacts (spec §1 Merge). The rule says which one is the
    /// head; the others are linked to it. `choices` name the record from which a field's value is taken where it is not
    /// to be the rule's: a field's name, `standing`, or `address` for all fields of it.
    Merge { ids: Vec<DocId>, choices: Vec<(String, DocId)> },
    /// Takes lost, archived or trashed records back.
    Restore { ids: Vec<DocId> },
    /// Moves records to the trash.
    Trash { ids: Vec<DocId> },
    /// Schedules an activity on an opportunity or contact; `id` is a new id of kind Activity.
    AddActivity {
        on: DocId,
        id: DocId,
        /// Its type.
        kind: DocId,
        summary: String,
        note: String,
        date_deadline: NaiveDate,
        user: Option<DocId>,
    },
    /// Plans the activities of a plan on each of these records. The new ones' ids follow from `id`, a new id of kind Activity;
    /// `user` is for whom a step names nobody.
    ApplyPlan {
        plan: DocId,
        on: Vec<DocId>,
        id: DocId,
        /// The day from which its steps count.
        from: NaiveDate,
        user: Option<DocId>,
    },
    /// Gives activities that are not done another deadline.
    Reschedule { ids: Vec<DocId>, date_deadline: NaiveDate },
    /// Edits an activity: `kind` (Ref, or Text: the name of a type), `summary`, `note` (Text), `date_deadline` (Date), `user` (Ref).
    SetActivity { id: DocId, fields: Fields },
    /// Done goes to the history; the next one is planned where its type triggers one, and told where it suggests one.
    ActivityDone { id: DocId, feedback: String },
    /// Removes an activity that is not done.
    ActivityCancel { id: DocId },
    /// Edits an occurrence of a series alone, with all that follow, or the series. `offset` is which one
    /// ([`Meeting::offset`](crate::record::Meeting)); a `when` among the fields is where this occurrence goes.
    SetOccurrence { meeting: DocId, offset: i64, scope: Scope, fields: Fields },
    /// Takes an occurrence out of its series, with all that follow, or the whole series (to the trash).
    CancelOccurrence { meeting: DocId, offset: i64, scope: Scope },
    /// What became of a call (spec §5, scenario 16).
    Call { id: DocId, step: CallStep },
    /// Plans another call like this one: same customer, numbers, team, priority, opportunity. `new` is a new id of kind Call.
    CallAgain { id: DocId, new: DocId, date: DateTime<Utc> },
    /// Makes an opportunity of a call and links the two. `opportunity` is a new id of kind Opportunity.
    CallToOpportunity { id: DocId, opportunity: DocId },
    /// Writes a note on an opportunity or contact; `id` is a new id of kind Note.
    AddNote { on: DocId, id: DocId, text: String },
    /// Attaches a file to an opportunity or contact; `id` is a new id of kind Attachment. The bytes are kept beside the
    /// records: [`Workspace::attach`](crate::Workspace::attach) does both. `size` in bytes.
    Attach { on: DocId, id: DocId, name: String, hash: FileHash, size: u64 },
    /// Takes an attached file off its record.
    Detach { id: DocId },
    /// A quotation of the opportunity became an order: raises its expected revenue to the order's total, never lowers it
    /// (spec §9).
    OrderConfirmed { id: DocId, total: Money },
    /// One step from a quotation to a paid invoice (spec §9).
    Sale(SaleStep),
    /// Says what a person or a team (`whom`) is to reach in a month, by any of its days: an amount (Money), of activities done a number
    /// (Int); Null takes the target away. Managers only (spec §6).
    SetTarget { whom: DocId, month: NaiveDate, measure: Measure, target: Value },
    /// Says what a product costs in a price list; nothing takes its price out of the list (spec §9).
    SetPrice { list: DocId, product: DocId, price: Option<Money> },
    /// Decides a conflict: the field gets this value. `standing` decides where an opportunity stands, by the chosen value's
    /// position in [`crate::workspace::Conflict`]: 0 is the value shown, 1 the first other.
    Resolve { id: DocId, field: String, choice: usize },
    /// Gives a record the values it had right after a commit of its history.
    RestoreVersion { id: DocId, commit: CommitId },
    /// One row of an imported file: only fields whose value in the file differs from the last imported one are written.
    ImportRow { id: DocId, source: String, fields: Fields },
    /// Several commands as one, all or nothing, under one label.
    Together { label: String, commands: Vec<Command> },
}
