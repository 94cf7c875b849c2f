//! The threads of who writes: what is much work while commits are taken in, imported or checked is spread over threads of its own.
//! Questions have the other ones: the window's thread, which asks some within a frame, would else wait behind a whole batch.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// None where the system gives no more threads.
static CREW: LazyLock<Option<ThreadPool>> =
    LazyLock::new(|| ThreadPoolBuilder::new().thread_name(|number| format!("writing {number}")).build().ok());

/// Does work whose parallel parts are the crew's.
pub(crate) fn by_crew<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match &*CREW {
        Some(crew) => crew.install(work),
        None => work(),
    }
}
