//! One connection as a pipe of bytes both ways.

use std::{net::SocketAddr, time::Duration};

use iroh::{
    TransportAddr,
    endpoint::{Connection, RecvStream, SendStream},
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Instant, timeout_at},
};

use super::outgoing::Outgoing;

/// Bytes taken at once at most. What a peer may send unacknowledged is about as much.
const MOST: usize = 8 << 20;
const PIECE: usize = 64 << 10;
/// Pieces read ahead while earlier ones are applied.
const AHEAD: usize = 128;
/// How long the last words may take to arrive.
const PARTING: Duration = Duration::from_millis(700);

pub(super) struct Link {
    connection: Connection,
    incoming: mpsc::Receiver<Vec<u8>>,
    outgoing: Outgoing,
    reader: JoinHandle<()>,
}

impl Link {
    /// The side that connected. The other side learns of it by the first bytes sent.
    pub async fn dialled(connection: Connection) -> Option<Link> {
        let (send, receive) = connection.open_bi().await.ok()?;
        Some(Link::over(connection, send, receive))
    }

    /// The side that was connected to, once the other has something to say.
    pub async fn answered(connection: Connection) -> Option<Link> {
        let (send, receive) = connection.accept_bi().await.ok()?;
        Some(Link::over(connection, send, receive))
    }

    fn over(connection: Connection, send: SendStream, receive: RecvStream) -> Link {
        let (read, incoming) = mpsc::channel(AHEAD);
        let reader = tokio::spawn(read_all(receive, read));
        Link { connection, incoming, outgoing: Outgoing::to(send), reader }
    }

    /// All that has come, once something has; nothing once the connection is gone. Who leaves too much unread of what it is
    /// sent is not listened to meanwhile. Cancelling loses nothing.
    pub async fn receive(&mut self) -> Option<Vec<u8>> {
        self.outgoing.has_room().await;
        let mut bytes = self.incoming.recv().await?;
        while bytes.len() < MOST {
            match self.incoming.try_recv() {
                Ok(more) => bytes.extend_from_slice(&more),
                Err(_) => break,
            }
        }
        Some(bytes)
    }

    pub fn send(&self, bytes: Vec<u8>) {
        self.outgoing.send(bytes);
    }

    /// Where the peer is, as this side sees it.
    pub fn address(&self) -> Option<SocketAddr> {
        let paths = self.connection.paths();
        let ip = |address: &TransportAddr| match address {
            TransportAddr::Ip(address) => Some(unmapped(*address)),
            _ => None,
        };
        let selected = paths.iter().find(|p| p.is_selected()).and_then(|p| ip(p.remote_addr()));
        selected.or_else(|| paths.iter().find_map(|p| ip(p.remote_addr())))
    }

    /// Closes once the last bytes sent have had time to arrive.
    pub async fn close(mut self) {
        let deadline = Instant::now() + PARTING;
        if timeout_at(deadline, self.outgoing.finished()).await.is_ok() {
            let _ = timeout_at(deadline, self.connection.closed()).await;
        }
    }
}

/// Hangs up.
impl Drop for Link {
    fn drop(&mut self) {
        self.reader.abort();
        self.connection.close(0u32.into(), b"bye");
    }
}

async fn read_all(mut receive: RecvStream, read: mpsc::Sender<Vec<u8>>) {
    let mut piece = vec![0; PIECE];
    while let Ok(Some(count)) = receive.read(&mut piece).await {
        if read.send(piece[..count].to_vec()).await.is_err() {
            return;
        }
    }
}

/// An IPv4 address seen through an IPv6 socket.
fn unmapped(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}
