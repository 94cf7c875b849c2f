use chrono::NaiveDate;

use crate::{
    environment::{Environment, Zone},
    id::DocId,
};

/// Who asks a question, and when: what `me`, `today` and the day of a moment mean in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asker {
    pub user: Option<DocId>,
    pub today: NaiveDate,
    pub zone: Zone,
}

impl Asker {
    pub fn new(environment: &Environment, user: DocId) -> Asker {
        Asker { user: Some(user), today: environment.today(), zone: environment.zone() }
    }
}

/// Nobody in particular, in UTC.
impl From<NaiveDate> for Asker {
    fn from(today: NaiveDate) -> Asker {
        Asker { user: None, today, zone: Zone::default() }
    }
}
