//! Who is no member: what it is told, what it can keep from others, and what it can pretend.

use iroh::{Endpoint, EndpointAddr, EndpointId, SecretKey, endpoint::presets::Minimal};
use satchel_core::{
    DeviceId, Epoch, WorkspaceId,
    commit::Vector,
    members::{JoinRequest, Welcome},
    workspace::Accepted,
};
use satchel_sync::protocol::{Batch, Replica, Session, Standing, Terms};
use tokio::runtime::Runtime;

use super::*;

const ALPN: &[u8] = b"satchel/sync/1";

#[test]
fn strangers_and_removed_devices_are_refused() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(false)).unwrap();
    let bob = join_as(&invite(&a, &ann), 2, "Bob Road").unwrap();
    ann.remove_device(bob.device()).unwrap();
    let b = Node::start(bob.clone(), loopback(false)).unwrap();
    let before = bob.status().unwrap().digest;
    let error = b.sync_once(None, PATIENCE).unwrap_err().to_string();
    assert!(error.contains("was removed"), "{error}");
    assert!(b.state().problem.is_some_and(|p| p.contains("was removed")));
    assert_eq!(bob.status().unwrap().digest, before);
    b.stop();

    let elsewhere = found_by("Other", "Eve", 9);
    elsewhere.note_peer(ann.device(), &[address(&a)], false).unwrap();
    let e = Node::start(elsewhere, loopback(false)).unwrap();
    let error = e.sync_once(None, PATIENCE).unwrap_err().to_string();
    assert!(error.contains("another workspace"), "{error}");
    e.stop();
    a.stop();
}

/// All that a node answers to bytes from a device that nobody admitted.
fn answer_to(node: &Node, id: EndpointId, said: &[u8]) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let stranger = Endpoint::bind(Minimal).await.unwrap();
        let there = EndpointAddr::new(id).with_ip_addr(address(node));
        let connection = stranger.connect(there, ALPN).await.unwrap();
        let (mut send, mut receive) = connection.open_bi().await.unwrap();
        send.write_all(said).await.unwrap();
        let mut answer = vec![0; 1 << 16];
        let mut length = 0;
        while let Ok(Some(more)) = receive.read(&mut answer[length..]).await {
            length += more;
        }
        stranger.close().await;
        answer.truncate(length);
        answer
    })
}

#[test]
fn noise_from_a_stranger_is_refused_and_does_no_harm() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(true)).unwrap();
    let id = EndpointId::from_bytes(&ann.device().0).unwrap();
    let noises: [&[u8]; 4] = [&[0; 64], &[255; 64], b"\x05\0\0\0\x01\x04garbage", b"GET / HTTP/1.1\r\n\r\n"];
    for noise in noises {
        let answer = answer_to(&a, id, noise);
        assert!(answer.len() < 64, "a refusal and nothing else: {answer:?}");
    }
    join_as(&invite(&a, &ann), 2, "Bob Road").unwrap();
    a.stop();
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn at(node: &Node, of: &Workspace) -> EndpointAddr {
    EndpointAddr::new(EndpointId::from_bytes(&of.device().0).unwrap()).with_ip_addr(address(node))
}

#[test]
fn strangers_who_connect_and_say_nothing_take_only_so_much_room() {
    let ann = found();
    let a = Node::start(ann.clone(), loopback(true)).unwrap();
    let there = at(&a, &ann);
    let (runtime, ticket) = (runtime(), invite(&a, &ann));
    let stranger = runtime.block_on(Endpoint::bind(Minimal)).unwrap();
    let silent = runtime.block_on(async {
        let mut silent = Vec::new();
        for _ in 0..16 {
            silent.push(stranger.connect(there.clone(), ALPN).await.unwrap());
        }
        assert!(stranger.connect(there, ALPN).await.is_err(), "one more than there is room for");
        silent
    });
    runtime.block_on(async {
        silent.iter().for_each(|connection| connection.close(0u32.into(), b""));
        stranger.close().await;
    });
    join_as(&ticket, 2, "Bob Road").unwrap();
    a.stop();
}

/// A device that answers every connection with what `answer` makes of the first bytes that come.
fn impostor(
    runtime: &Runtime,
    key: [u8; 32],
    answer: impl Fn(DeviceId, &[u8]) -> Vec<u8> + Send + 'static,
) -> SocketAddr {
    let endpoint = runtime.block_on(async {
        let builder = Endpoint::builder(Minimal).secret_key(SecretKey::from_bytes(&key)).alpns(vec![ALPN.to_vec()]);
        builder.clear_ip_transports().bind_addr("127.0.0.1:0").unwrap().bind().await.unwrap()
    });
    let address = endpoint.bound_sockets()[0];
    runtime.spawn(async move {
        while let Some(incoming) = endpoint.accept().await {
            let Ok(connection) = incoming.await else { continue };
            let peer = DeviceId(*connection.remote_id().as_bytes());
            let Ok((mut send, mut receive)) = connection.accept_bi().await else { continue };
            let mut said = vec![0; 1 << 16];
            let Ok(Some(length)) = receive.read(&mut said).await else { continue };
            let _ = send.write_all(&answer(peer, &said[..length])).await;
            connection.closed().await;
        }
    });
    address
}

#[test]
fn what_a_stranger_says_is_not_told_as_what_keeps_this_device_from_syncing() {
    let ann = found();
    let runtime = runtime();
    let words = b"call 0900 123456";
    // A refusal that says that something was wrong, in words of its own.
    let refusal = [&[words.len() as u8 + 4, 0, 0, 0, 2, 0, 5, words.len() as u8], &words[..]].concat();
    let address = impostor(&runtime, [7; 32], move |_, _| refusal.clone());
    let stranger = DeviceId(ed25519(7));
    ann.note_peer(stranger, &[address], true).unwrap();
    let a = Node::start(ann, loopback(false)).unwrap();
    let asked = a.sync_once(Some(Target::Device(stranger)), PATIENCE).unwrap_err().to_string();
    assert!(asked.contains("0900"), "who asks for it is told: {asked}");
    assert_eq!(a.state().problem, None);
    a.stop();
}

/// Says that it is another workspace than it is, and admits to its own.
struct Liar {
    own: Workspace,
    invitation: Ticket,
    pretended: WorkspaceId,
}

impl Replica for Liar {
    fn workspace(&self) -> WorkspaceId {
        self.pretended
    }
    fn admit(&self, request: &JoinRequest) -> satchel_core::Result<Welcome> {
        self.own.admit(&self.invitation.request(request.device, &request.device_name, request.user_name.as_deref()))
    }
    fn device(&self) -> DeviceId {
        self.own.device()
    }
    fn vector(&self) -> Vector {
        Vector::default()
    }
    fn holds(&self, _: DeviceId, _: Epoch) -> bool {
        false
    }
    fn mark(&self, _: DeviceId, _: Epoch, _: u64) -> Option<satchel_core::commit::Mark> {
        None
    }
    fn commits_beyond(&self, _: &Vector, _: u64, _: usize) -> satchel_core::Result<Batch> {
        Ok(Batch::default())
    }
    fn accept(&self, _: Vec<Vec<u8>>) -> satchel_core::Result<Accepted> {
        Ok(Accepted::default())
    }
    fn standing(&self, _: DeviceId) -> Standing {
        Standing::Member
    }
    fn proof(&self) -> satchel_core::Result<Vec<Vec<u8>>> {
        self.own.proof()
    }
    fn recognise(&self, _: DeviceId, _: &[Vec<u8>]) -> satchel_core::Result<()> {
        Ok(())
    }
}

#[test]
fn a_replica_is_not_founded_on_an_answer_of_another_workspace() {
    let (ann, eve) = (found(), found_by("Eve's", "Eve", 9));
    let a = Node::start(ann.clone(), loopback(false)).unwrap();
    let ticket = invite(&a, &ann);
    let invitation = eve.invite(Role::Salesperson, None, now() + TimeDelta::days(7)).unwrap();
    let liar = Liar { own: eve, invitation, pretended: ann.id() };
    let runtime = runtime();
    let address = impostor(&runtime, [7; 32], move |peer, said| {
        let mut session = Session::answer(peer, Terms::default(), Duration::ZERO);
        session.receive(&liar, said, Duration::ZERO);
        session.take_output()
    });
    let theirs = Ticket { device: DeviceId(ed25519(7)), addresses: vec![address], ..ticket };
    let folder = std::env::temp_dir().join(format!("satchel-join-elsewhere-{}", std::process::id()));
    let joined = join(Storage::Folder(folder.clone()), environment(2), &theirs, "laptop", Some("Bob Road"), PATIENCE);
    let error = joined.err().unwrap().to_string();
    assert!(error.contains("does not admit this device"), "{error}");
    assert!(!folder.exists(), "nothing is written");
    a.stop();
}
