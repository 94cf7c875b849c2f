//! What a view is given to draw itself, and what it may ask for.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use chrono::{DateTime, NaiveDate, Utc};
use satchel_core::{
    BatchId, Command, CommitId, DocId, FileHash, Kind, Money, Records, Workspace, WorkspaceId,
    environment::Environment,
    members::Reach,
    query::{Asker, Listing, Query},
    record::{Team, WonStatus},
};
use satchel_sync::{Node, Phone};

use super::{
    command::UiCommand,
    engine::{Job, Pending, Progress},
    hand::{Deed, Hand},
    idle::Leave,
    palette::Choose,
    questions::About,
    read_marks::ReadMarks,
    reminders::Wanted,
    viewer::Copies,
    words::Words,
};
use crate::{
    design::Theme,
    locale::Locale,
    views::{
        calls::CallAsk,
        format,
        meeting::MeetingAsk,
        reporting::Desk,
        settings::{Naming, Place},
    },
};

/// What the window shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Dashboard,
    Pipeline,
    Opportunity(DocId),
    Todo,
    Leads,
    Contacts,
    Contact(DocId),
    Calendar,
    /// How the team is doing.
    Reporting,
    /// One of the other reports.
    Analysis(Desk),
    Calls,
    Quotations,
    /// A quotation, or the sales order it became.
    Quotation(DocId),
    Invoices,
    Invoice(DocId),
    Products,
    /// What was sold through other channels: shops, tills.
    OtherSales,
    Import,
    Conflicts,
    Settings,
}

/// A line for the toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Say {
    Done(String),
    Refused(String),
}

/// What views ask for; nothing else changes anything. Carried out after the frame, off the interface's thread.
pub enum Action {
    /// Carries out a command; the toast says what it did and offers to undo it.
    Execute(Command),
    /// The same for an edit of a field: a refusal is told to the field, not in the toast, while the field is there.
    ExecuteFor(Command, Reply),
    /// Many commands that one undo takes back; those that are refused do not stop the others.
    Many(Words, Vec<Command>),
    /// What a command of the keyboard does, with the records in hand.
    Perform(UiCommand),
    /// With these records.
    PerformOn(UiCommand, Hand),
    /// Asks by typing what to do with records.
    Choose(Choose, Hand),
    Undo,
    UndoCommit(CommitId),
    UndoBatch(BatchId),
    Redo,
    Open(Page),
    /// Asks a list something, and shows it.
    Ask(Listing, Query),
    /// Shows a report that is kept as a favourite.
    Report(DocId),
    /// The page shown before.
    Back,
    Say(Say),
    /// Asks for the reason, then marks these lost.
    AskLost(Vec<DocId>),
    /// Asks who is to take these records over.
    AskAssign(Vec<DocId>),
    /// Asks for a stage's name: an existing one's, or a new one's.
    NameStage(Naming),
    /// Opens a page of the settings, with one of its records unfolded.
    SetUp(Place, Option<DocId>),
    /// Asks whose they become, then makes opportunities of these leads.
    AskConvert(Vec<DocId>),
    /// Shows these side by side, to make one of them.
    AskMerge(Vec<DocId>),
    /// Opens the quick create of a column; without one that of the first open stage, in a team with leads only that of the leads.
    New(Option<DocId>),
    /// Opens the import wizard on files; without files it asks for them.
    Import(Vec<PathBuf>),
    /// Opens the import wizard for a list of calls.
    ImportCalls,
    /// Opens a meeting, or begins a new one, in a dialog over whatever page is shown.
    Meeting(MeetingAsk),
    /// Opens a call, or begins a new one, in a dialog over whatever page is shown.
    Call(CallAsk),
    /// Opens a product, or begins a new one, in a dialog over whatever page is shown.
    Product(Option<DocId>),
    /// Dials a number with the system's program.
    Dial(String),
    /// Opens the dialog that makes an invitation, for a person of this name if one is given.
    Invite(Option<String>),
    /// Attaches a file to a record.
    Attach(DocId, PathBuf),
    Theme(Theme),
    /// Speaks and writes otherwise from the next frame on.
    Locale(Locale),
    ReduceMotion(bool),
    /// How this device reminds from now on.
    Remind(Wanted),
    /// What others changed counts as seen: of one record, or of all.
    MarkRead(Option<DocId>),
    /// Reaches so far from now on: the network starts anew.
    Reach(Reach),
    /// Keeps a setting of this device.
    Keep(String, Vec<u8>),
    /// Closes the workspace: to lock it, or to write it anew.
    Leave(Leave),
    /// Work on the workspace in a thread of its own. See [`Context::background`].
    Background(Job),
}

/// What became of a field's edit, once it is known: nothing, or why it was refused.
#[derive(Clone, Debug, Default)]
pub struct Reply(Arc<Mutex<Option<Result<(), String>>>>);

impl Reply {
    /// False if nobody waits for it any more.
    pub fn tell(&self, outcome: Result<(), String>) -> bool {
        *self.0.lock().unwrap_or_else(|e| e.into_inner()) = Some(outcome);
        Arc::strong_count(&self.0) > 1
    }

    pub fn take(&self) -> Option<Result<(), String>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner()).take()
    }
}

/// One frame's view of the world.
///
/// The records are read under a lock that lasts for the frame, so views never call the workspace themselves: reading
/// more (a history, a version seen) goes through [`Context::background`], changing through [`Action::Execute`].
pub struct Context<'a> {
    pub records: &'a Records,
    pub environment: &'a Environment,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    /// The user this device belongs to.
    pub user: DocId,
    pub workspace: WorkspaceId,
    pub page: Page,
    /// What the search bar asks of the page's listing; shared by all views of it.
    pub query: &'a mut Query,
    /// How far this device reaches.
    pub reach: Reach,
    /// Nothing while the device is not on the network.
    pub node: Option<&'a Node>,
    /// Which call is in hand, here and at colleagues'.
    pub phone: &'a Phone,
    /// Moves on when other commits have no effect: see [`Workspace::aside_turns`].
    pub aside_turns: u64,
    pub theme: Theme,
    pub reduced_motion: bool,
    pub read_marks: &'a ReadMarks,
    /// How this device reminds.
    pub wanted: Wanted,
    /// A setting of this device, see [`Action::Keep`].
    pub setting: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// Whether the workspace is under a passphrase; nothing if it is in memory alone.
    pub sealed: Option<bool>,
    /// Whether an attached file's bytes are on this device.
    pub has_file: &'a dyn Fn(FileHash) -> bool,
    /// Through which attached files are shown outside the window.
    pub copies: &'a Arc<Copies>,
    /// A command that the palette or a menu gave to the view in sight.
    pub given: Option<UiCommand>,
    /// The records that commands are about; the view in sight says which.
    pub hand: &'a mut Hand,
    /// What is typed and would be lost with the window, in words; views say so every frame.
    pub unsaved: &'a mut Vec<String>,
    pub actions: &'a mut Vec<Action>,
}

impl Action {
    /// Shows a record where a person finds it: on its page, or in a dialog.
    pub fn show(id: DocId) -> Action {
        match id.kind() {
            Kind::Call => Action::Call(CallAsk::Open(id)),
            Kind::Meeting => Action::Meeting(MeetingAsk::Open { id, of: None }),
            Kind::CallList => Action::Open(Page::Calls),
            Kind::Product => Action::Product(Some(id)),
            _ => Action::Open(Page::of(id)),
        }
    }
}

impl Page {
    /// Where a person finds a record that has a page of its own.
    pub fn of(id: DocId) -> Page {
        match id.kind() {
            Kind::Contact => Page::Contact(id),
            Kind::Quotation => Page::Quotation(id),
            Kind::Invoice => Page::Invoice(id),
            _ => Page::Opportunity(id),
        }
    }

    /// The page that shows a list, where there is one.
    pub fn of_list(listing: Listing) -> Option<Page> {
        Some(match listing {
            Listing::Opportunities => Page::Pipeline,
            Listing::Leads => Page::Leads,
            Listing::Contacts => Page::Contacts,
            Listing::Activities => Page::Todo,
            Listing::Quotations => Page::Quotations,
            Listing::Invoices => Page::Invoices,
            Listing::Products => Page::Products,
            Listing::RevenueLines => Page::OtherSales,
            _ => return None,
        })
    }

    /// Whether the page shows what the search bar asks; elsewhere the bar only finds what to open.
    pub fn is_list(self) -> bool {
        match self {
            Page::Pipeline | Page::Todo | Page::Leads | Page::Contacts => true,
            Page::Quotations | Page::Invoices | Page::Products | Page::OtherSales => true,
            Page::Analysis(desk) => desk != Desk::Team,
            _ => false,
        }
    }

    /// Whether the page is one record's.
    pub fn is_record(self) -> bool {
        matches!(self, Page::Opportunity(_) | Page::Contact(_) | Page::Quotation(_) | Page::Invoice(_))
    }

    /// Whether it is a report that can be kept as a favourite.
    pub fn is_report(self) -> bool {
        matches!(self, Page::Analysis(Desk::Pipeline | Desk::Activities | Desk::Leads))
    }

    /// Which question its search bar asks.
    pub fn about(self) -> About {
        let Page::Analysis(desk) = self else { return (self.listing(), None) };
        (self.listing(), Some(desk))
    }

    /// What the page and its search bar are about.
    pub fn listing(self) -> Listing {
        match self {
            Page::Leads => Listing::Leads,
            Page::Contacts | Page::Contact(_) => Listing::Contacts,
            Page::Todo => Listing::Activities,
            Page::Analysis(desk) => desk.listing(),
            Page::Quotations | Page::Quotation(_) => Listing::Quotations,
            Page::Invoices | Page::Invoice(_) => Listing::Invoices,
            Page::Products => Listing::Products,
            Page::OtherSales => Listing::RevenueLines,
            _ => Listing::Opportunities,
        }
    }
}

/// The team that a person is in.
pub fn team_of(records: &Records, user: DocId) -> Option<&Team> {
    records.teams.get(&records.users.get(&user)?.team?)
}

impl Context<'_> {
    /// Who asks the page's questions, and when.
    pub fn asker(&self) -> Asker {
        Asker::new(self.environment, self.user)
    }

    /// The team of whom this device belongs to.
    pub fn team(&self) -> Option<&Team> {
        team_of(self.records, self.user)
    }

    pub fn execute(&mut self, command: Command) {
        self.actions.push(Action::Execute(command));
    }

    /// Whether a command was given to the view in sight, by its keys, the palette or a menu.
    pub fn asked(&self, ui: &eframe::egui::Ui, command: UiCommand) -> bool {
        self.given == Some(command) || command.pressed(ui.ctx())
    }

    /// Does something with records, as one thing to be undone.
    pub fn act(&mut self, deed: &Deed, ids: &[DocId]) {
        let action = deed.action(self, ids);
        self.actions.extend(action);
    }

    pub fn open(&mut self, page: Page) {
        self.actions.push(Action::Open(page));
    }

    /// Runs something on the workspace in a thread of its own, after this frame. Ask the result every frame with
    /// [`Pending::get`]; the window is drawn anew when it is there and when progress is told.
    pub fn background<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Workspace, &Progress) -> T + Send + 'static,
    ) -> Pending<T> {
        let (pending, job) = Pending::of(work);
        self.actions.push(Action::Background(job));
        pending
    }

    /// A new id for a record that a command is about to create.
    pub fn new_id(&self, kind: Kind) -> DocId {
        DocId::new(kind, self.now.timestamp_millis(), self.environment.random())
    }

    /// `$53,536`, in the workspace's currency.
    pub fn money(&self, amount: Money) -> String {
        format::money(amount, format::currency(self.records))
    }

    /// `Fri 13 Nov`, with the year when it is not this one.
    pub fn day(&self, day: NaiveDate) -> String {
        format::day(day, self.today)
    }

    /// The user's day and time of a moment.
    pub fn local(&self, time: DateTime<Utc>) -> chrono::NaiveDateTime {
        self.environment.zone().wall(time)
    }

    /// Whether somebody else changed the record since the person last opened it.
    pub fn is_unread(&self, id: DocId) -> bool {
        let meta = match id.kind() {
            Kind::Opportunity => self.records.opportunities.get(&id).map(|o| &o.meta),
            Kind::Contact => self.records.contacts.get(&id).map(|c| &c.meta),
            _ => None,
        };
        meta.is_some_and(|meta| self.read_marks.is_unread(id, meta, self.user))
    }

    /// Whether the opportunity is open, won or lost; open if it is not here.
    pub fn won_status(&self, id: DocId) -> WonStatus {
        self.records.opportunities.get(&id).map_or(WonStatus::Pending, |o| self.records.won_status(o))
    }
}
