//! What of the calendar is shown: whose, and of which kinds; kept on this device.

use std::collections::BTreeSet;

use satchel_core::{DocId, query::agenda::Source};

use super::span::Mode;
use crate::shell::{Action, Context};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    pub mode: Mode,
    pub hidden: BTreeSet<Source>,
    /// Colleagues who are left out; new ones are not.
    pub without: BTreeSet<DocId>,
}

const SETTING: &str = "calendar";
const NAMED: [(Source, &str); 4] = [
    (Source::Meetings, "meetings"),
    (Source::Activities, "activities"),
    (Source::Calls, "calls"),
    (Source::Closings, "closings"),
];

impl Filter {
    pub fn load(cx: &Context) -> Filter {
        let stored = (cx.setting)(SETTING).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let mut filter = Filter::default();
        for (what, value) in stored.lines().filter_map(|line| line.split_once(' ')) {
            match what {
                "mode" => filter.mode = Mode::named(value).unwrap_or_default(),
                "hide" => filter.hidden.extend(source(value)),
                "without" => filter.without.extend(value.parse::<DocId>()),
                _ => {}
            }
        }
        filter
    }

    pub fn keep(&self, cx: &mut Context) {
        let mut text = format!("mode {}\n", self.mode.name());
        for hidden in &self.hidden {
            text.push_str(&format!("hide {}\n", stored(*hidden)));
        }
        for person in &self.without {
            text.push_str(&format!("without {person}\n"));
        }
        cx.actions.push(Action::Keep(SETTING.to_owned(), text.into_bytes()));
    }

    /// Those whose calendar is shown; nothing means everybody's.
    pub fn people(&self, cx: &Context) -> Option<BTreeSet<DocId>> {
        let all = || cx.records.users.values().filter(|user| !user.meta.deleted).map(|user| user.id);
        let is_left_out = all().any(|id| self.without.contains(&id));
        is_left_out.then(|| all().filter(|id| !self.without.contains(id)).collect())
    }
}

fn stored(source: Source) -> String {
    let named = NAMED.into_iter().find(|(known, _)| *known == source);
    match (named, source) {
        (Some((_, name)), _) => name.to_owned(),
        (None, Source::Events(kind)) => kind.to_string(),
        (None, _) => String::new(),
    }
}

fn source(text: &str) -> Option<Source> {
    let named = NAMED.into_iter().find(|(_, name)| *name == text).map(|(source, _)| source);
    named.or_else(|| text.parse::<DocId>().ok().map(Source::Events))
}
