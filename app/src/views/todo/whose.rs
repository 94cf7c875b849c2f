//! Whose activities are shown, and whether those to do or those done: facets of the page's question.

use satchel_core::{
    DocId, Value,
    query::{GroupBy, Listing, Query, Term},
};
use tr::tr;

use crate::shell::{Context, questions::ASSIGNED};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Mine,
    /// Of everybody in one's own team.
    Team,
    Everybody,
    Of(DocId),
}

/// What the facet of who has done it is about: done activities count for the one who did them (spec §3).
const DONE_BY: &str = "Done by";

impl Whose {
    /// What there is to choose from.
    pub fn all(cx: &Context) -> Vec<Whose> {
        let has_team = cx.records.users.get(&cx.user).is_some_and(|u| u.team.is_some());
        let live = cx.records.users.values().filter(|u| !u.meta.deleted && !u.meta.archived && u.id != cx.user);
        let mut others: Vec<(String, DocId)> = live.map(|u| (u.name.to_lowercase(), u.id)).collect();
        others.sort();
        let team = has_team.then_some(Whose::Team);
        let people = others.into_iter().map(|(_, id)| Whose::Of(id));
        [Whose::Mine].into_iter().chain(team).chain([Whose::Everybody]).chain(people).collect()
    }

    /// What the question asks for; nothing where it is something else.
    pub fn of(cx: &Context) -> Option<Whose> {
        let done = is_done(cx.query);
        let about = if done { DONE_BY } else { ASSIGNED };
        let facet = cx.query.facets.iter().find(|f| f.about == about);
        let Some(facet) = facet else { return Some(Whose::Everybody) };
        let [only] = facet.terms.as_slice() else { return None };
        let is_only = |whose: &Whose| whose.term(cx, done).is_some_and(|term| term.filter == only.filter);
        if let Some(whose) = [Whose::Mine, Whose::Team, Whose::Everybody].into_iter().find(is_only) {
            return Some(whose);
        }
        let by = GroupBy::parse(cx.records, Listing::Activities, if done { "done_by" } else { "user" }).ok()?;
        let of = |user: &&DocId| by.filter(&Value::Ref(**user)) == only.filter;
        cx.records.users.keys().find(of).map(|user| Whose::Of(*user))
    }

    pub fn words(self, cx: &Context) -> String {
        match self {
            Whose::Mine => tr!("My activities"),
            Whose::Team => tr!("My team’s"),
            Whose::Everybody => tr!("Everybody’s"),
            Whose::Of(user) => cx.records.name(user).to_owned(),
        }
    }

    /// The condition; nothing where none is needed.
    fn term(self, cx: &Context, done: bool) -> Option<Term> {
        let field = if done { "done_by" } else { "user" };
        let (label, filter) = match self {
            Whose::Mine if done => ("Done by me".to_owned(), "done_by = me".to_owned()),
            Whose::Mine => ("My Activities".to_owned(), "user = me".to_owned()),
            Whose::Team => ("My Team".to_owned(), format!("{field}.team = my team")),
            Whose::Everybody if done => ("Done".to_owned(), "state = done".to_owned()),
            Whose::Everybody => return None,
            Whose::Of(user) => {
                let by = GroupBy::parse(cx.records, Listing::Activities, field).ok()?;
                (cx.records.name(user).to_owned(), by.filter(&Value::Ref(user)))
            }
        };
        let term = Term::new(label, filter);
        Some(if done { term.archived() } else { term })
    }

    /// Asks for these from now on.
    pub fn ask(self, cx: &mut Context, done: bool) {
        let turned = done != is_done(cx.query);
        let term = self.term(cx, done);
        let query = &mut *cx.query;
        query.facets.retain(|f| f.about != ASSIGNED && f.about != DONE_BY && !(turned && f.about == "Activity state"));
        if let Some(term) = term {
            query.add(if done { DONE_BY } else { ASSIGNED }, term);
            // The first chip says whose they are.
            query.facets.rotate_right(1);
        }
        if turned {
            query.group_by = vec![if done { "done:week" } else { "state" }.to_owned()];
            query.sort = if done { "-done" } else { "" }.to_owned();
        }
    }
}

/// Whether activities that are done are asked for.
pub fn is_done(query: &Query) -> bool {
    query.facets.iter().any(|f| f.about == DONE_BY)
}
