//! Locking a workspace that is under a passphrase: after a while without a hand on it, or at once.

use std::time::Duration;

use eframe::egui::{self, Event};

use satchel_core::Passphrase;

/// The setting of this device: minutes, or `never`.
pub const LOCK_AFTER: &str = "lock_after";
/// What is offered, in minutes; nothing is never.
pub const CHOICES: [Option<u64>; 4] = [Some(5), Some(15), Some(60), None];
const DEFAULT: Option<u64> = Some(15);

/// Why an open workspace is closed.
#[derive(Clone, Debug)]
pub enum Leave {
    Lock,
    /// It is written anew: under the one it is under now, under another one, or none.
    Protect {
        now: Option<Passphrase>,
        with: Option<Passphrase>,
    },
}

/// The minutes that a setting says.
pub fn minutes(setting: Option<Vec<u8>>) -> Option<u64> {
    match setting.as_deref().map(std::str::from_utf8) {
        Some(Ok("never")) => None,
        Some(Ok(text)) => text.parse().ok().filter(|n| *n > 0).or(DEFAULT),
        _ => DEFAULT,
    }
}

/// As it is kept.
pub fn stored(minutes: Option<u64>) -> Vec<u8> {
    minutes.map_or_else(|| "never".to_owned(), |n| n.to_string()).into_bytes()
}

/// Since when nobody has touched keys or pointer.
#[derive(Default)]
pub struct Idle {
    since: Option<f64>,
}

impl Idle {
    /// Once a frame: whether it is time.
    pub fn is_due(&mut self, ctx: &egui::Context, after: Option<u64>) -> bool {
        let (now, touched) = ctx.input(|i| (i.time, i.events.iter().any(is_of_a_person)));
        let since = *self.since.get_or_insert(now);
        if touched {
            self.since = Some(now);
        }
        let Some(after) = after.filter(|_| !touched).map(|minutes| 60.0 * minutes as f64) else { return false };
        let left = since + after - now;
        if left > 0.0 {
            ctx.request_repaint_after(Duration::from_secs_f64(left));
        }
        left <= 0.0
    }
}

fn is_of_a_person(event: &Event) -> bool {
    !matches!(event, Event::WindowFocused(_))
}
