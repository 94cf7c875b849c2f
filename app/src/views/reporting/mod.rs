//! Reports (spec §7): how the team is doing, the pipeline by whatever one asks, what changed in it, a team's dashboard, what was
//! done. Every figure, bar, slice and cell opens the records behind it, and Escape comes back.

mod analysis;
mod changes;
mod management;
mod picture;
mod team;
mod workbook;

use eframe::egui::{Align, Layout, Panel, Ui, vec2};
use satchel_core::query::{Listing, Query, Term, pivot::Look};
use tr::tr;

use self::{analysis::Analysis, changes::ChangesView, management::Management, team::TeamDashboardView};
use crate::{
    design::{Icon, icons, size},
    locale,
    shell::{Context, Page},
    widgets::Button,
};

pub use self::analysis::{Answered, is_look, pin_command, speak};
pub use self::workbook::Workbook;

#[derive(Default)]
pub struct ReportingView {
    management: Management,
    pipeline: Analysis,
    leads: Analysis,
    activities: Analysis,
    changes: ChangesView,
    team: TeamDashboardView,
}

/// The reports beside the management's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Desk {
    Pipeline,
    Changes,
    Team,
    Activities,
    Leads,
}

impl Desk {
    pub const ALL: [Desk; 5] = [Desk::Pipeline, Desk::Changes, Desk::Team, Desk::Activities, Desk::Leads];

    /// In English, as the catalogue knows it.
    pub fn label(self) -> &'static str {
        match self {
            Desk::Pipeline => "Pipeline analysis",
            Desk::Changes => "Changes of the pipeline",
            Desk::Team => "Team dashboard",
            Desk::Activities => "Activity analysis",
            Desk::Leads => "Lead analysis",
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            Desk::Pipeline => icons::PIVOT,
            Desk::Changes => icons::WATERFALL,
            Desk::Team => icons::GROUPS,
            Desk::Activities => icons::CHECKLIST,
            Desk::Leads => icons::LEADS,
        }
    }

    /// What it is about.
    pub fn listing(self) -> Listing {
        match self {
            Desk::Activities => Listing::Activities,
            Desk::Leads => Listing::Leads,
            _ => Listing::Opportunities,
        }
    }

    /// The report over a list.
    pub fn of(listing: Listing) -> Option<Desk> {
        Desk::ALL.into_iter().find(|desk| desk.listing() == listing)
    }
}

/// What a report over a list asks at first: what is open by salesperson and stage, what was done by month and type.
pub fn first_question(desk: Desk) -> Query {
    let mut query = Query::default();
    match desk {
        Desk::Changes | Desk::Team => {}
        Desk::Activities => {
            query.add("Activity state", Term::new("Done", "state = done").archived());
            query.group_by.push("done:month".to_owned());
        }
        Desk::Leads => query.group_by.push("source".to_owned()),
        Desk::Pipeline => {
            query.add("Outcome", Term::new("Open", "won_status = pending"));
            query.group_by.push("user".to_owned());
        }
    }
    query
}

fn first_look(listing: Listing) -> Look {
    let mut look = Look::default();
    (look.layout.measure, look.layout.column) = match listing {
        Listing::Activities => ("count".to_owned(), Some("type".to_owned())),
        Listing::Leads => ("count".to_owned(), None),
        _ => ("prorated_revenue".to_owned(), Some("stage".to_owned())),
    };
    look
}

impl ReportingView {
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        tabs(ui, cx);
        self.management.show(ui, cx);
    }

    pub fn analyse(&mut self, desk: Desk, ui: &mut Ui, cx: &mut Context) {
        tabs(ui, cx);
        match desk {
            Desk::Pipeline => self.pipeline.show(ui, cx, desk),
            Desk::Activities => self.activities.show(ui, cx, desk),
            Desk::Leads => self.leads.show(ui, cx, desk),
            Desk::Changes => self.changes.show(ui, cx),
            Desk::Team => self.team.show(ui, cx),
        }
    }

    /// How a report is looked at, as favourites keep it; nothing of one that cannot be kept.
    pub fn look(&self, desk: Desk) -> Option<Look> {
        Some(match desk {
            Desk::Pipeline => self.pipeline.look(desk),
            Desk::Activities => self.activities.look(desk),
            Desk::Leads => self.leads.look(desk),
            Desk::Changes | Desk::Team => return None,
        })
    }

    /// Looks at a report so.
    pub fn turn_to(&mut self, desk: Desk, look: Look) {
        match desk {
            Desk::Pipeline | Desk::Changes | Desk::Team => self.pipeline.turn_to(look),
            Desk::Activities => self.activities.turn_to(look),
            Desk::Leads => self.leads.turn_to(look),
        }
    }

    /// Files that are being written.
    pub fn unsaved(&self, cx: &mut Context) {
        for analysis in [&self.pipeline, &self.activities, &self.leads] {
            analysis.unsaved(cx);
        }
        self.management.unsaved(cx);
        self.changes.unsaved(cx);
        self.team.unsaved(cx);
    }
}

/// From one report to the next.
fn tabs(ui: &mut Ui, cx: &mut Context) {
    let margin = eframe::egui::Margin { left: size::VIEW_MARGIN as i8 - 8, right: 12, top: 0, bottom: 0 };
    let frame = eframe::egui::Frame::new().inner_margin(margin);
    let panel = Panel::top("reports").exact_size(40.0).resizable(false).show_separator_line(false).frame(frame);
    panel.show(ui, |ui| {
        let area = ui.max_rect();
        let builder = eframe::egui::UiBuilder::new().max_rect(area).layout(Layout::left_to_right(Align::Center));
        let mut row = ui.new_child(builder);
        row.spacing_mut().item_spacing = vec2(2.0, 0.0);
        let all = [
            (Page::Reporting, tr!("Overview"), icons::DASHBOARD),
            (Page::Analysis(Desk::Pipeline), tr!("Pipeline analysis"), Desk::Pipeline.icon()),
            (Page::Analysis(Desk::Changes), tr!("report" => "Changes"), Desk::Changes.icon()),
            (Page::Analysis(Desk::Team), tr!("Team dashboard"), Desk::Team.icon()),
            (Page::Analysis(Desk::Activities), tr!("Activities"), Desk::Activities.icon()),
            (Page::Analysis(Desk::Leads), locale::text("Leads"), Desk::Leads.icon()),
        ];
        for (page, words, icon) in all {
            let name = tr!("Report: {}", words);
            let button = Button::ghost(&words).name(&name).icon(icon).selected(cx.page == page);
            if row.add(button).clicked() && cx.page != page {
                cx.open(page);
            }
        }
    });
}
