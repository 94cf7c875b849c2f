//! What the sample team has in its calendar and on the phone, around today.

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

use super::team::{Sample, field};
use crate::{
    id::{DocId, Kind},
    record::Call,
    value::{Tz, Value, When},
};

const TALKS: [(&str, &str); 6] = [
    ("Site visit", "On the roof"),
    ("Offer walk-through", "Video call"),
    ("Contract talk", "Their office"),
    ("Grid connection", "Video call"),
    ("Roof measuring", "On the roof"),
    ("First talk", "Our office"),
];

const SCRIPT: &str = "Good day, this is … of the solar team.\nDo you store what your roof makes, or does it go to the grid?\n\
    May we send you what a battery would save in a year?";

impl Sample {
    /// Meetings, series of them, two kinds of events of the team's own, and a list of calls that is half made.
    pub(super) fn diary(&mut self, zone: Tz) {
        let interventions = self.id(Kind::EventKind, "interventions");
        self.create(
            interventions,
            vec![field("name", "Technical interventions"), field("color", 3i64), field("sequence", 10i64)],
        );
        let requests = self.id(Kind::EventKind, "requests");
        self.create(requests, vec![field("name", "Staff requests"), field("color", 6i64), field("sequence", 20i64)]);

        let monday = self.today - Days::new(u64::from(self.today.weekday().num_days_from_monday()));
        let team: Vec<DocId> = self.people.iter().take(4).map(|(user, _)| *user).collect();
        let long_ago = monday - Days::new(70);
        let weekly = [field("recurrence", "RRULE:FREQ=WEEKLY"), field("users", Value::Refs(team.clone()))];
        self.meeting("Sales meeting", hours(long_ago, 9 * 60, 45, zone), team[0], &weekly);
        let fortnightly =
            [field("recurrence", "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=20"), field("location", "Video call")];
        self.meeting(
            "Partners’ hour",
            hours(long_ago + Days::new(3), 14 * 60, 60, zone),
            self.people[4].0,
            &fortnightly,
        );
        let away = When::days(monday + Days::new(9), monday + Days::new(11)).ok();
        self.meeting(
            "Roof & battery fair",
            away,
            team[1],
            &[field("location", "Hall 4"), field("users", Value::Refs(team.clone()))],
        );
        let holiday = When::days(monday + Days::new(14), monday + Days::new(18)).ok();
        self.meeting("Holiday", holiday, team[2], &[field("type", requests)]);

        for back in -12..=24i64 {
            let day = self.today + TimeDelta::days(back);
            if [Weekday::Sat, Weekday::Sun].contains(&day.weekday()) {
                continue;
            }
            for (person, _) in self.people.clone() {
                if !self.dice.percent(38) {
                    continue;
                }
                let (company, _) = self.dice.pick(&self.companies).clone();
                let (name, place) = *self.dice.pick(&TALKS);
                let minute = 8 * 60 + 15 * self.dice.between(0, 36);
                let length = *self.dice.pick(&[30, 45, 60, 60, 90]);
                let mut more = vec![
                    field("location", place),
                    field("partner", company),
                    field("contacts", Value::Refs(vec![company])),
                ];
                if name == "Roof measuring" {
                    more.push(field("type", interventions));
                }
                self.meeting(name, hours(day, minute, length, zone), person, &more);
            }
        }
        self.calls();
    }

    fn meeting(&mut self, name: &str, when: Option<When>, user: DocId, more: &[(String, Value)]) {
        let Some(when) = when else { return };
        let id = self.id(Kind::Meeting, &format!("{name} {when} {user}"));
        let mut fields = vec![field("name", name), field("when", when), field("user", user), field("reminders", "15")];
        fields.extend_from_slice(more);
        self.create(id, fields);
    }

    fn calls(&mut self) {
        let list = self.id(Kind::CallList, "batteries");
        self.create(list, vec![field("name", "Batteries for roofs we built"), field("script", SCRIPT)]);
        for n in 0..30usize {
            let (company, people) = self.companies[n * 2 % self.companies.len()].clone();
            let (user, team) = *self.dice.pick(&self.people);
            let who = people.first().map_or("Office", |(name, _)| name.as_str()).to_owned();
            let mut fields = vec![
                field("name", who),
                field("partner", company),
                field("phone", format!("+44 20 7946 {:04}", n * 22)),
                field("list", list),
                field("sequence", n as i64 + 1),
                field("team", team),
            ];
            if n < 11 {
                let date = self.now - TimeDelta::minutes(self.dice.between(60, 4_000));
                fields.push(field("state", if n % 4 == 3 { Call::NOT_CALLED } else { Call::CALLED }));
                fields.extend([field("date", date), field("duration", self.dice.between(1, 14)), field("user", user)]);
            }
            self.create(self.id(Kind::Call, &n.to_string()), fields);
        }
        for n in 0..8i64 {
            let (company, people) = self.dice.pick(&self.companies).clone();
            let (user, _) = *self.dice.pick(&self.people);
            let who = people.first().map_or("Office", |(name, _)| name.as_str()).to_owned();
            let date = self.now + TimeDelta::hours(20 * n + 3);
            let fields = vec![field("name", who), field("partner", company), field("date", date), field("user", user)];
            self.create(self.id(Kind::Call, &format!("planned {n}")), fields);
        }
    }
}

fn hours(day: NaiveDate, minute: i64, length: i64, zone: Tz) -> Option<When> {
    let start = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minute);
    When::hours(start, start + TimeDelta::minutes(length), Some(zone)).ok()
}
