//! What shows a line outside the window: the system's notifications.

use std::{fmt, sync::Arc, thread};

type Show = dyn Fn(&str, &str) + Send + Sync;

/// Shows notifications of the system.
#[derive(Clone)]
pub struct Notices(Arc<Show>);

impl Notices {
    /// One of the caller's, which is given a title and a line.
    pub fn new(show: impl Fn(&str, &str) + Send + Sync + 'static) -> Notices {
        Notices(Arc::new(show))
    }

    /// It does not block.
    pub fn show(&self, title: &str, line: &str) {
        (self.0)(title, line);
    }
}

impl Default for Notices {
    /// The system's. Where it has none nothing is said: the window shows the same.
    fn default() -> Notices {
        Notices::new(|title, line| {
            let (title, line) = (title.to_owned(), line.to_owned());
            thread::spawn(move || {
                let mut notice = notify_rust::Notification::new();
                notice.appname("Satchel").icon("satchel").summary(&title).body(&line);
                drop(notice.show());
            });
        })
    }
}

impl fmt::Debug for Notices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notices")
    }
}
