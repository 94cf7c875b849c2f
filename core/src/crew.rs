//! The threads of who writes: what is much work while commits are taken in, imported or checked is spread over threads of its own.
//! Questions have the other ones: the window's thread, which asks some within a frame, would else wait behind a whole batch.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};
use thread_priority::{ThreadPriority, ThreadPriorityValue, set_current_thread_priority};

/// None where the system gives no more threads.
static CREW: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let named = ThreadPoolBuilder::new().thread_name(|number| format!("writing {number}"));
    named.start_handler(|_| step_back()).build().ok()
});

/// Of 100, where 50 is usual: 9 as Unix counts niceness.
const PRIORITY: u8 = 25;

/// While a batch takes every core a frame goes first. A system that does not allow it is as it was.
fn step_back() {
    let _as_it_was = ThreadPriorityValue::try_from(PRIORITY)
        .map(|priority| set_current_thread_priority(ThreadPriority::Crossplatform(priority)));
}

/// Has the crew do one thing while this thread does another.
pub(crate) fn beside<C: Send, T>(theirs: impl FnOnce() -> C + Send, own: impl FnOnce() -> T) -> (C, T) {
    let Some(crew) = &*CREW else { return (theirs(), own()) };
    let mut done = None;
    let own = crew.in_place_scope(|scope| {
        scope.spawn(|_| done = Some(theirs()));
        own()
    });
    (done.expect("a scope ends when all in it has"), own)
}

/// Does work whose parallel parts are the crew's.
pub(crate) fn by_crew<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match &*CREW {
        Some(crew) => crew.install(work),
        None => work(),
    }
}
