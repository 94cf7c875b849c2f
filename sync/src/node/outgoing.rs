//! What waits to be sent to a peer: as much as a slow one leaves unread, up to a bound beyond which nothing more is taken from it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    sync::{Notify, mpsc},
    task::JoinHandle,
};

/// Bytes that wait at most, besides what is being written, before the peer has to read some. A window of chunks and the part of a file are
/// less; all that a device holds may be more, and both tell it at once.
const MOST: usize = 8 << 20;

pub(super) struct Outgoing {
    queue: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Arc<Waiting>,
    writer: JoinHandle<()>,
}

#[derive(Default)]
struct Waiting {
    bytes: AtomicUsize,
    fewer: Notify,
}

impl Outgoing {
    pub fn to(stream: impl AsyncWrite + Unpin + Send + 'static) -> Outgoing {
        let (queue, to_write) = mpsc::unbounded_channel();
        let waiting = Arc::new(Waiting::default());
        let writer = tokio::spawn(write_all(stream, to_write, waiting.clone()));
        Outgoing { queue, waiting, writer }
    }

    /// Writing goes on by itself, so that both sides may talk at once.
    pub fn send(&self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.waiting.bytes.fetch_add(bytes.len(), Ordering::Relaxed);
            // Where the connection is gone, receiving will tell.
            let _ = self.queue.send(bytes);
        }
    }

    /// Waits while the peer leaves too much unread.
    pub async fn has_room(&self) {
        loop {
            let fewer = self.waiting.fewer.notified();
            if self.waiting.bytes.load(Ordering::Relaxed) <= MOST || self.writer.is_finished() {
                return;
            }
            fewer.await;
        }
    }

    /// Nothing more will come: waits until all is written.
    pub async fn finished(&mut self) {
        self.queue = mpsc::unbounded_channel().0;
        let _ = (&mut self.writer).await;
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.writer.abort();
    }
}

async fn write_all(
    mut stream: impl AsyncWrite + Unpin,
    mut to_write: mpsc::UnboundedReceiver<Vec<u8>>,
    waiting: Arc<Waiting>,
) {
    while let Some(bytes) = to_write.recv().await {
        waiting.bytes.fetch_sub(bytes.len(), Ordering::Relaxed);
        waiting.fewer.notify_waiters();
        if stream.write_all(&bytes).await.is_err() {
            break;
        }
    }
    let _ = stream.shutdown().await;
    waiting.bytes.store(0, Ordering::Relaxed);
    waiting.fewer.notify_waiters();
}

#[cfg(test)]
mod tests {
    use std::{future::Future, pin::pin, task::Poll};

    use tokio::io::AsyncReadExt;

    use super::*;

    async fn is_pending(future: impl Future<Output = ()>) -> bool {
        let mut future = pin!(future);
        std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending())).await
    }

    #[tokio::test]
    async fn a_peer_that_does_not_read_is_waited_for() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        let outgoing = Outgoing::to(ours);
        for _ in 0..8 {
            outgoing.send(vec![7; 1 << 20]);
        }
        assert!(!is_pending(outgoing.has_room()).await, "as much as may wait");
        outgoing.send(vec![7; 1 << 20]);
        outgoing.send(vec![7; 1 << 20]);
        assert!(is_pending(outgoing.has_room()).await, "more than may wait");
        let mut read = vec![0; 3 << 20];
        theirs.read_exact(&mut read).await.unwrap();
        outgoing.has_room().await;
        // What is being written is not waited for, however much it is: the other side may be writing as much.
        let (ours, _theirs) = tokio::io::duplex(1 << 16);
        let much = Outgoing::to(ours);
        much.send(vec![7; 20 << 20]);
        much.has_room().await;
        // Nor is one waited for that is gone.
        (0..9).for_each(|_| outgoing.send(vec![7; 1 << 20]));
        drop(theirs);
        outgoing.has_room().await;
    }
}
