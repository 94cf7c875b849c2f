//! Who is in which team (spec §2). The team is one register on the user, so a person has one team on every replica.

use super::{draft::Draft, standing::among, validate};
use crate::{
    error::Result,
    id::{DocId, Kind},
    record::Record,
};

/// People join a team, each leaving the one they were in.
pub(super) fn join(draft: &mut Draft, team: DocId, users: &[DocId]) -> Result<String> {
    validate::refers(draft, "Sales team", Kind::Team, team)?;
    draft.edit(team)?;
    if users.is_empty() {
        return Err(refused!("nobody was chosen: say who joins"));
    }
    for user in users {
        validate::refers(draft, "Member", Kind::User, *user)?;
        let name = draft.edit(*user)?.name();
        let before = draft.user(*user).and_then(|u| u.team);
        if before == Some(team) && !draft.is_disputed(*user, "team") {
            return Err(refused!("‘{name}’ is a member of ‘{team}’ already", name, team = draft.name(team)));
        }
        draft.write_field(*user, "team", team);
        draft.settle(*user, "team");
        moved(draft, *user, before);
    }
    Ok(match users {
        [user] => format!("{} joins {}", draft.name(*user), draft.name(team)),
        _ => format!("Join {}{}", draft.name(team), among(users)),
    })
}

/// Tells of the team that a person left by joining another.
pub(super) fn moved(draft: &mut Draft, user: DocId, before: Option<DocId>) {
    let now = draft.user(user).and_then(|u| u.team);
    if let (Some(before), Some(now)) = (before, now)
        && before != now
    {
        let notice = message!(
            "{user} leaves {before} for {now}",
            user = draft.name(user),
            before = draft.name(before),
            now = draft.name(now)
        );
        draft.notice(notice);
    }
}

/// Whether what is made in a team is a lead, and no opportunity.
pub(super) fn has_leads_only(draft: &Draft, team: Option<DocId>) -> bool {
    team.and_then(|team| draft.records().teams.get(&team)).is_some_and(|team| team.has_leads_only())
}

/// That a team, if it is one, works with leads, with opportunities or with both. Files may say otherwise: a row is not lost for it.
pub(super) fn has_work(draft: &mut Draft, team: DocId) -> Result<()> {
    match draft.edit(team)? {
        Record::Team(team) if !team.use_leads && !team.use_opportunities => {
            let name = &team.name;
            Err(refused!("‘{name}’ works with leads, with opportunities or with both: leave one of them on", name))
        }
        _ => Ok(()),
    }
}
