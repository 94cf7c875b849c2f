//! Assigning records to salespeople: by hand, in turn, or by the teams' rules (spec §1 Unassigned, §2 Assignment rules).
//! Everything here follows from the records alone, so every replica assigns alike.

use std::cmp::Reverse;

use chrono::TimeDelta;

use super::{draft::Draft, fields, standing::among, validate};
use crate::{
    command::Fields,
    error::Result,
    id::{DocId, Kind},
    query::{Asker, Filter, Item, Listing},
    record::{Opportunity, User, WonStatus},
    value::Value,
};

/// Over how many days a capacity counts.
const DAYS: i64 = 30;

/// How many records one command assigns by rules: a commit has a size.
const MOST: usize = 2_000;

/// Gives records to people in turn, in the order of both; to nobody when there are no people.
pub(super) fn in_turn(draft: &mut Draft, ids: &[DocId], users: &[DocId]) -> Result<String> {
    for user in users {
        validate::refers(draft, "Salesperson", Kind::User, *user)?;
    }
    if ids.is_empty() {
        return Err(refused!("nothing was chosen: choose the records to assign"));
    }
    let mut turn = users.iter().cycle();
    for id in ids {
        draft.edit_opportunity(*id)?;
        give(draft, *id, None, turn.next().copied())?;
    }
    Ok(match users {
        [] => format!("Unassign{}", among(ids)),
        [user] => format!("Assign to {}{}", draft.name(*user), among(ids)),
        _ => format!("Assign in turn to {} people{}", users.len(), among(ids)),
    })
}

fn give(draft: &mut Draft, id: DocId, team: Option<DocId>, user: Option<DocId>) -> Result<()> {
    let mut given: Fields = vec![("user".to_owned(), user.into())];
    given.extend(team.map(|team| ("team".to_owned(), Value::Ref(team))));
    fields::set(draft, id, &given, None).map(drop)
}

/// A person who takes part, and how much of the capacity is left.
struct Member {
    user: DocId,
    filter: Option<Filter>,
    left: i64,
    capacity: i64,
}

struct Rules {
    team: DocId,
    filter: Option<Filter>,
    leads: bool,
    opportunities: bool,
    members: Vec<Member>,
}

/// Gives what has no salesperson to the members of teams: a record goes to its team, or to the one whose filter takes it, and there
/// to the member with the largest share of capacity left whose filter takes it.
pub(super) fn by_rules(draft: &mut Draft, team: Option<DocId>) -> Result<String> {
    if let Some(team) = team {
        validate::refers(draft, "Sales team", Kind::Team, team)?;
        draft.edit(team)?;
    }
    let mut all = rules(draft, team)?;
    let asker = Asker::from(draft.context.now.date_naive());
    let records = draft.records();
    let mut waiting: Vec<&Opportunity> = records
        .opportunities
        .values()
        .filter(|o| o.user.is_none() && records.is_active(o) && records.won_status(o) == WonStatus::Pending)
        .collect();
    waiting.sort_by_key(|o| (Reverse(o.priority), o.meta.create_date, o.id));
    let takes = |filter: &Option<Filter>, o: &Opportunity| {
        filter.as_ref().is_some_and(|f| f.holds(records, Item::Opportunity(o), &asker))
    };
    let (mut given, mut over) = (Vec::new(), 0);
    for record in waiting {
        let suits = |rules: &&mut Rules| match record.team {
            Some(team) => rules.team == team,
            None => takes(&rules.filter, record) && if record.is_lead() { rules.leads } else { rules.opportunities },
        };
        let free = |m: &&mut Member| m.left > 0 && (m.filter.is_none() || takes(&m.filter, record));
        let candidates = all.iter_mut().filter(suits);
        let members = candidates.flat_map(|r| {
            let team = r.team;
            r.members.iter_mut().filter(free).map(move |m| (team, m))
        });
        // The largest share left; among equals the most, then the order of ids.
        let best = members.reduce(|best, next| {
            let (a, b) = (&best.1, &next.1);
            let share = |m: &Member, other: &Member| (i128::from(m.left) * i128::from(other.capacity), m.left);
            if share(b, a) > share(a, b) { next } else { best }
        });
        let Some((team, member)) = best else { continue };
        if given.len() == MOST {
            over += 1;
            continue;
        }
        member.left -= 1;
        given.push((record.id, team, member.user));
    }
    if given.is_empty() {
        return Err(if all.iter().all(|r| r.members.is_empty()) {
            refused!("no team has members: add some first")
        } else {
            refused!("nothing is waiting that a team's rules and its members' capacity would take")
        });
    }
    for (id, team, user) in &given {
        draft.edit_opportunity(*id)?;
        give(draft, *id, Some(*team), Some(*user))?;
    }
    if over > 0 {
        draft.notice(message!("{over} more are waiting: assign again", over));
    }
    let ids: Vec<DocId> = given.into_iter().map(|(id, ..)| id).collect();
    Ok(format!("Assign by rules{}", among(&ids)))
}

fn rules(draft: &Draft, only: Option<DocId>) -> Result<Vec<Rules>> {
    let records = draft.records();
    let today = draft.context.now.date_naive();
    let since = draft.context.now - TimeDelta::days(DAYS);
    let filter = |whose: &str, text: &str| match text.trim() {
        "" => Ok(None),
        text => Filter::parse(records, Listing::Opportunities, text, today)
            .map(Some)
            .map_err(|why| refused!("{whose}: {why}", whose, why)),
    };
    let taken = |user: DocId| {
        let recent =
            |o: &&Opportunity| o.user == Some(user) && !o.meta.deleted && o.date_open.is_some_and(|t| t > since);
        records.opportunities.values().filter(recent).count() as i64
    };
    let member = |u: &User| {
        let capacity = u.capacity();
        Ok(Member {
            user: u.id,
            filter: filter(&u.name, &u.assignment_filter)?,
            left: if capacity > 0 { capacity - taken(u.id) } else { 0 },
            capacity,
        })
    };
    let live = records.teams.values().filter(|t| !t.meta.deleted && !t.meta.archived);
    live.filter(|t| only.is_none_or(|only| only == t.id))
        .map(|t| {
            let members =
                records.users.values().filter(|u| u.team == Some(t.id) && !u.meta.deleted && !u.meta.archived);
            Ok(Rules {
                team: t.id,
                filter: filter(&t.name, &t.assignment_filter)?,
                leads: t.use_leads,
                opportunities: t.use_opportunities,
                members: members.map(member).collect::<Result<_>>()?,
            })
        })
        .collect()
}
