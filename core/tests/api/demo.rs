//! Sample data.

use crate::common::{Desk, noon};
use satchel_core::{
    Command, demo,
    record::{ActivityState, WonStatus},
    workspace::{RowOutcome, StageSet},
};

#[test]
fn a_team_as_it_could_be() {
    for stages in [StageSet::Standard, StageSet::Guided] {
        let desk = Desk::founded(stages);
        demo::populate(&desk.ws).expect("fits");
        let today = desk.ws.environment().today();
        let records = desk.ws.records();
        let counts = records.counts();
        assert_eq!((counts["opportunities"], counts["users"], counts["teams"]), (400, 8, 2));
        assert_eq!(counts["leads"], 14);
        assert!(counts["contacts"] > 120);
        assert!(counts["meetings"] > 50 && counts["calls"] == 38, "{counts:?}");
        let with = |status| records.opportunities.values().filter(|o| records.won_status(o) == status).count();
        let (open, won, lost) = (with(WonStatus::Pending), with(WonStatus::Won), with(WonStatus::Lost));
        assert!(open > 70 && won > 100 && lost > 70, "{open} open, {won} won, {lost} lost");
        for stage in records.stages_of(None) {
            let here = records.opportunities.values().filter(|o| o.standing.stage == Some(stage.id));
            assert!(here.count() > 5, "{} is nearly empty", stage.name);
        }
        for state in [ActivityState::Overdue, ActivityState::Today, ActivityState::Planned] {
            let with =
                records.opportunities.values().filter(|o| records.activity_state(&o.activities, today) == Some(state));
            assert!(with.count() > 5, "{state:?}");
        }
        let mine = records.opportunities.values().filter(|o| o.user == Some(desk.ws.user())).count();
        assert!(mine > 20);
        let early = records.opportunities.values().filter(|o| o.standing.closed.is_some_and(|c| c > noon()));
        assert_eq!(early.count(), 0, "nothing was closed in the future");
    }
}

#[test]
fn large_workspaces_fit_in_one_batch_and_are_the_same_every_time() {
    let desk = Desk::ann();
    let make = || demo::commands(desk.ws.id(), 200, 7, noon().date_naive());
    let commands = make();
    assert_eq!(commands, make());
    let activities = commands.iter().filter(|c| matches!(c, Command::AddActivity { .. })).count();
    assert_eq!(activities, 100);
    let outcome = desk.ws.execute_batch("Large", commands, false, &mut |_, _| {}).expect("carried out");
    let refused = outcome.results.iter().find(|r| matches!(r, RowOutcome::Refused(_)));
    assert_eq!(refused, None);
    let counts = desk.ws.records().counts();
    assert_eq!((counts["opportunities"], counts["contacts"], counts["activities"]), (200, 40, 100));
}
