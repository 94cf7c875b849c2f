//! Getting to know the peer: joining, hellos and proofs.
//!
//! Nothing of the replica is sent before the peer is known to be a member. Two devices that a third one admitted may not
//! have heard of each other; then each asks the other for the proof of its admission, and the dialling side, having seen
//! that the other knows the workspace's id, proves itself first.

use satchel_core::{DeviceId, Error, WorkspaceId, commit::Vector, members::JoinRequest};

use super::{Ear, Exchange, Happening, Phase, Session};
use crate::protocol::{
    frame::{Frame, Hello},
    refusal::Refusal,
    replica::{Replica, Standing},
};

pub(super) struct Greeting {
    /// The fingerprint that it spoke of.
    held: [u8; 32],
    /// What the own hello spoke of.
    vector: Vector,
    own: Hello,
    /// Nothing until it came.
    theirs: Option<Hello>,
}

impl Session {
    /// The first frame of the dialling side.
    pub(super) fn greet(&mut self, replica: &impl Replica) {
        self.say_hello(replica, replica.standing(self.peer), None);
    }

    /// The first frame of the answering side, if the dialling side may be a member.
    pub(super) fn answer_hello(&mut self, replica: &impl Replica, theirs: Hello) {
        if theirs.workspace != workspace_tag(replica.workspace(), self.peer, replica.device()) {
            return self.refuse(Refusal::WrongWorkspace);
        }
        let (standing, owed) = (replica.standing(self.peer), theirs.prove);
        self.say_hello(replica, standing, Some(theirs));
        if standing == Standing::Member {
            if owed {
                self.send_proof(replica);
            }
            self.begin(replica, Vec::new());
        }
    }

    pub(super) fn hello_answered(&mut self, replica: &impl Replica, theirs: Hello) {
        let Phase::Greeting(greeting) = &mut self.phase else { return };
        if greeting.theirs.is_some() {
            return self.out_of_turn();
        }
        if theirs.workspace != workspace_tag(replica.workspace(), self.peer, replica.device()) {
            return self.refuse(Refusal::WrongWorkspace);
        }
        let (owed, known) = (theirs.prove, !greeting.own.prove);
        greeting.theirs = Some(theirs);
        if owed {
            self.send_proof(replica);
        }
        if known {
            self.begin(replica, Vec::new());
        }
    }

    /// The peer's proof came.
    pub(super) fn prove(&mut self, replica: &impl Replica, proof: Vec<Vec<u8>>) {
        let Phase::Greeting(greeting) = &self.phase else { return };
        let (Some(theirs), true) = (&greeting.theirs, greeting.own.prove) else {
            return self.out_of_turn();
        };
        // The dialling side has sent its proof when the hello asked for it.
        let owed = theirs.prove && !self.dialled;
        match replica.recognise(self.peer, &proof) {
            Ok(()) => {
                if owed {
                    self.send_proof(replica);
                }
                self.begin(replica, proof);
            }
            Err(Error::Refused(_)) => self.refuse(replica.standing(self.peer).refusal()),
            Err(error) => self.trouble(&error),
        }
    }

    /// A device that holds a ticket asks to be admitted. Its hello follows once it has founded its replica.
    pub(super) fn admit(&mut self, replica: &impl Replica, request: &JoinRequest) {
        if request.device != self.peer {
            return self.fault("a request to join for another device");
        }
        if request.workspace != replica.workspace() {
            return self.refuse(Refusal::WrongWorkspace);
        }
        match replica.admit(request) {
            Ok(welcome) => {
                self.send(&Frame::Welcome(welcome));
                self.happenings.push_back(Happening::Admitted);
                // It founds its replica first.
                self.begun = self.clock;
            }
            Err(Error::Refused(words)) => self.refuse(Refusal::Ticket(words.to_string())),
            Err(error) => self.trouble(&error),
        }
    }

    fn say_hello(&mut self, replica: &impl Replica, standing: Standing, theirs: Option<Hello>) {
        let (workspace, device) = (replica.workspace(), replica.device());
        let (vector, held) = (replica.vector(), replica.held());
        let prove = standing != Standing::Member;
        let own = Hello {
            workspace: workspace_tag(workspace, device, self.peer),
            // A peer that is not known yet is not told even this.
            state: if prove { [0; 32] } else { state_tag(workspace, &held, device, self.peer) },
            prove,
            terms: self.terms,
        };
        self.send(&Frame::Hello(own.clone()));
        if self.ended().is_none() {
            self.phase = Phase::Greeting(Greeting { held, vector, own, theirs });
        }
    }

    fn send_proof(&mut self, replica: &impl Replica) {
        match replica.proof() {
            Ok(proof) => self.send(&Frame::Proof(proof)),
            Err(error) => self.trouble(&error),
        }
    }

    /// The peer is a member, perhaps by its proof alone: says what this side holds, unless both hold the same.
    fn begin(&mut self, replica: &impl Replica, proof: Vec<Vec<u8>>) {
        let Phase::Greeting(greeting) = &self.phase else { return };
        let Some(theirs) = &greeting.theirs else { return };
        let expected = state_tag(replica.workspace(), &greeting.held, self.peer, replica.device());
        let same = !greeting.own.prove && !theirs.prove && theirs.state == expected;
        let vector = greeting.vector.clone();
        let terms = theirs.terms;
        self.happenings.push_back(Happening::Trusted);
        if terms.listens()
            && let Some(calling) = &self.calling
        {
            self.ear = Some(Ear::new(calling.clone(), self.peer));
        }
        let exchange = if same { Exchange::level(vector, terms, replica) } else { Exchange::uneven(terms) };
        self.phase = Phase::Exchanging(Box::new(exchange.proved_by(proof)));
    }
}

fn workspace_tag(workspace: WorkspaceId, from: DeviceId, to: DeviceId) -> [u8; 32] {
    tag("satchel 2026 sync workspace", &[&workspace.0, &from.0, &to.0])
}

fn state_tag(workspace: WorkspaceId, held: &[u8; 32], from: DeviceId, to: DeviceId) -> [u8; 32] {
    tag("satchel 2026 sync state", &[&workspace.0, held, &from.0, &to.0])
}

fn tag(context: &str, parts: &[&[u8]]) -> [u8; 32] {
    blake3::derive_key(context, &parts.concat())
}
