//! Looking for a member that admits this device by a ticket: the inviter, and whoever of the workspace announces itself.

use std::{
    cell::RefCell,
    collections::{HashSet, VecDeque},
    net::SocketAddr,
    time::Duration,
};

use iroh::{Endpoint, endpoint::Connection};
use satchel_core::{
    DeviceId, Message,
    members::{JoinRequest, Ticket, Welcome},
    message,
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, error::TryRecvError, unbounded_channel},
    time::{Instant, sleep, timeout, timeout_at},
};

use super::{
    announce::Announcements,
    link::Link,
    range::Range,
    round::listed,
    socket::{ALPN, DIAL_PATIENCE},
};
use crate::{
    Error, Result,
    protocol::{Ending, GREETING_PATIENCE, Joining, Refusal},
};

/// The connection to the member that admitted this device, and its welcome.
pub(super) type Admitted = (Link, DeviceId, Welcome);

/// How long after a failure somebody is asked again.
const AGAIN: Duration = Duration::from_millis(500);
/// Once the inviter has said no, how long others may still be heard of who say yes.
const GRACE: Duration = Duration::from_secs(2);

/// Devices that announce themselves as of the workspace, and where.
type Heard = UnboundedReceiver<(DeviceId, Vec<SocketAddr>)>;

pub(super) struct Search<'a> {
    pub endpoint: &'a Endpoint,
    pub range: &'a Range,
    pub ticket: &'a Ticket,
    pub request: &'a JoinRequest,
    /// Whether a welcome holds: anybody may answer.
    pub accept: &'a dyn Fn(&Welcome) -> satchel_core::Result<()>,
}

/// What came of it so far.
#[derive(Default)]
struct Said {
    /// The inviter's no, and until when others may say yes.
    no: Option<(Instant, Error)>,
    /// What was answered last besides.
    last: Option<Message>,
}

impl Search<'_> {
    /// Asks until somebody admits this device or the time is up. Announcements are heard from the beginning, as they come once.
    pub async fn run(&self, deadline: Instant) -> Result<Admitted> {
        let (tell, heard) = unbounded_channel();
        let announcements = Announcements::start(self.endpoint, self.range, self.ticket.workspace, false);
        let hear = async {
            match announcements {
                Some(announcements) => {
                    let tell = move |device, at: Option<_>| at.is_none_or(|at| tell.send((device, at)).is_ok());
                    announcements.hear(tell).await;
                }
                None => drop(tell),
            }
            std::future::pending().await
        };
        tokio::select! {
            admitted = self.among(heard, deadline) => admitted,
            never = hear => never,
        }
    }

    /// Asks the inviter, again and again as it may be starting just now; and once it did not admit, those that are heard, in turn.
    async fn among(&self, heard: Heard, deadline: Instant) -> Result<Admitted> {
        let said = RefCell::default();
        let near = self.range.admitted(self.endpoint, self.ticket.addresses.clone());
        let search = async {
            if let Some(admitted) = self.ask(self.ticket.device, &near, &said).await {
                return Ok(admitted);
            }
            tokio::select! {
                admitted = self.ask_inviter(&near, &said) => Ok(admitted),
                over = self.ask_others(heard, &said) => over,
            }
        };
        timeout_at(deadline, search).await.unwrap_or_else(|_| Err(self.nobody(near.is_empty(), said.take())))
    }

    async fn ask_inviter(&self, near: &[SocketAddr], said: &RefCell<Said>) -> Admitted {
        loop {
            sleep(AGAIN).await;
            if said.borrow().no.is_some() {
                return std::future::pending().await;
            }
            if let Some(admitted) = self.ask(self.ticket.device, near, said).await {
                return admitted;
            }
        }
    }

    /// Ends also with the inviter's no, but never while somebody is being asked, who may admit just then.
    async fn ask_others(&self, mut heard: Heard, said: &RefCell<Said>) -> Result<Admitted> {
        let (mut line, mut asked) = (VecDeque::new(), HashSet::new());
        loop {
            let alone = loop {
                match heard.try_recv() {
                    Ok((device, addresses)) => {
                        line.retain(|(other, _)| *other != device);
                        line.push_front((device, addresses));
                    }
                    Err(nothing) => break nothing == TryRecvError::Disconnected,
                }
            };
            if let Some((device, addresses)) = line.pop_front() {
                let near = self.range.admitted(self.endpoint, addresses.clone());
                asked.insert(device);
                if let Some(admitted) = self.ask(device, &near, said).await {
                    return Ok(admitted);
                }
                line.push_back((device, addresses));
            }
            // Whoever was heard is asked once, before it is over.
            if line.iter().any(|(device, _)| !asked.contains(device)) {
                continue;
            }
            let over = said.borrow_mut().no.take_if(|(until, _)| alone || *until <= Instant::now());
            if let Some((_, no)) = over {
                return Err(no);
            }
            sleep(AGAIN).await;
        }
    }

    /// Nothing if nobody there admitted this device.
    async fn ask(&self, device: DeviceId, addresses: &[SocketAddr], said: &RefCell<Said>) -> Option<Admitted> {
        let address = self.range.address(device, addresses)?;
        let connection = timeout(DIAL_PATIENCE, self.endpoint.connect(address, ALPN)).await.ok()?.ok()?;
        let (link, answer) = timeout(GREETING_PATIENCE, self.answered(connection)).await.ok()??;
        let why = match answer {
            Ok(welcome) => match (self.accept)(&welcome) {
                Ok(()) => return Some((link, device, welcome)),
                Err(error) => Err(error.into()),
            },
            Err(ending @ Ending::Refused(_)) => Ok(ending),
            Err(ending) => Err(Error::Refused(ending.message())),
        };
        let said = &mut *said.borrow_mut();
        match why {
            Ok(ending) if device != self.ticket.device || ending == Ending::Refused(Refusal::Trouble) => {
                said.last = Some(ending.message());
            }
            Ok(ending) => said.no = Some((Instant::now() + GRACE, Error::Refused(ending.message()))),
            Err(error) if device == self.ticket.device => said.no = Some((Instant::now() + GRACE, error)),
            // What others say that is no answer, strangers do.
            Err(_) => {}
        }
        None
    }

    async fn answered(&self, connection: Connection) -> Option<(Link, std::result::Result<Welcome, Ending>)> {
        let mut link = Link::dialled(connection).await?;
        let mut joining = Joining::new(self.request);
        link.send(joining.take_output());
        loop {
            if let Some(answer) = joining.receive(&link.receive().await?) {
                return Some((link, answer));
            }
        }
    }

    fn nobody(&self, none_near: bool, said: Said) -> Error {
        let addresses = listed(&self.ticket.addresses);
        if let Some((_, no)) = said.no {
            return no;
        }
        Error::Unreachable(if let Some(why) = said.last {
            message!("nobody admitted this device; the last answer was: {why}", why)
        } else if none_near && !self.ticket.addresses.is_empty() && !self.range.has_relays() {
            message!(
                "the ticket names only addresses outside the local network ({addresses}), which are not asked: be on one network with the inviter, or let the inviter use a relay (`satchel reach`) and make a new ticket",
                addresses
            )
        } else {
            message!(
                "nobody who could admit this device was reached at {addresses}: the inviter's Satchel must be running (`satchel serve`)",
                addresses
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use satchel_core::{
        Storage, Workspace,
        environment::{Environment, fixed},
        members::{Reach, Role},
        workspace::{DeviceKey, Founding, StageSet},
    };

    use super::*;
    use crate::{
        Node, Options,
        node::{runtime, socket::bind},
        protocol::simulation::Line,
    };

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn environment(seed: u64) -> Environment {
        fixed::environment(&fixed::FixedClock::at(now()), seed)
    }

    /// Ann founds, and admits Max, who manages, and Bob, who sells.
    fn team() -> [Workspace; 3] {
        let founding = Founding {
            name: "Acme".into(),
            user: "Ann Field".into(),
            device_name: "laptop".into(),
            currency: "USD".into(),
            stages: StageSet::Standard,
        };
        let ann = Workspace::found(Storage::Memory, environment(1), founding).unwrap();
        let [max, bob] =
            [(Role::Manager, "Max Hill", 2), (Role::Salesperson, "Bob Road", 3)].map(|(role, name, seed)| {
                let key = DeviceKey::generate(&environment(seed));
                let ticket = ann.invite(role, None, now() + TimeDelta::days(7)).unwrap();
                let welcome = ann.admit(&ticket.request(key.device(), "laptop", Some(name))).unwrap();
                Workspace::join(Storage::Memory, environment(seed), key, "laptop", &welcome).unwrap()
            });
        meet(&ann, &[&max, &bob]);
        [ann, max, bob]
    }

    fn meet(ann: &Workspace, others: &[&Workspace]) {
        others.iter().for_each(|other| _ = Line::connect(*other, ann).run(usize::MAX));
    }

    fn started(workspace: &Workspace) -> (Node, (DeviceId, Vec<SocketAddr>)) {
        let options = Options { listen: "127.0.0.1:0".parse().ok(), discover: false, live: false };
        let node = Node::start(workspace.clone(), options).unwrap();
        let there = (workspace.device(), node.addresses());
        (node, there)
    }

    /// Who admits a new device that holds a ticket and hears these.
    fn admitted_by(ticket: &Ticket, heard: &[&(DeviceId, Vec<SocketAddr>)], patience: Duration) -> Result<DeviceId> {
        let runtime = runtime()?;
        runtime.block_on(async {
            let (key, range) = (DeviceKey::generate(&environment(9)), Range::of(&Reach::Lan));
            let endpoint = bind(&key, "127.0.0.1:0".parse().ok(), None, &range).await?;
            let request = ticket.request(key.device(), "laptop", Some("Cid Lake"));
            let accept = |welcome: &Welcome| welcome.answers(&request);
            let search = Search { endpoint: &endpoint, range: &range, ticket, request: &request, accept: &accept };
            let (tell, others) = unbounded_channel();
            heard.iter().for_each(|one| tell.send((*one).clone()).unwrap());
            let (_, by, _) = search.among(others, Instant::now() + patience).await?;
            Ok(by)
        })
    }

    #[test]
    fn another_member_admits_while_the_inviter_is_away_though_one_asked_before_may_not() {
        let [ann, max, bob] = team();
        let ticket = max.invite(Role::Salesperson, None, now() + TimeDelta::days(7)).unwrap();
        meet(&ann, &[&max, &bob]);
        let ((_bobs, bob), (_anns, there)) = (started(&bob), started(&ann));
        let alone = admitted_by(&ticket, &[&bob], Duration::from_secs(2)).unwrap_err().to_string();
        assert!(alone.contains("nobody admitted this device") && alone.contains("may not admit anybody"), "{alone}");
        // Of those heard, the last is asked first.
        assert_eq!(admitted_by(&ticket, &[&there, &bob], Duration::from_secs(60)).unwrap(), ann.device());
    }

    #[test]
    fn another_member_admits_though_the_inviter_may_not_any_more() {
        let [ann, max, _] = team();
        let ticket = max.invite(Role::Salesperson, None, now() + TimeDelta::days(7)).unwrap();
        meet(&ann, &[&max]);
        ann.set_role(max.user(), Role::Salesperson).unwrap();
        meet(&ann, &[&max]);
        let ((maxs, _), (_anns, there)) = (started(&max), started(&ann));
        let ticket = maxs.fill(ticket);
        let patience = Duration::from_secs(60);
        let no = admitted_by(&ticket, &[], patience).unwrap_err().to_string();
        assert!(no.starts_with("this device may not admit anybody"), "{no}");
        assert_eq!(admitted_by(&ticket, &[&there], patience).unwrap(), ann.device());
    }
}
