//! What a member with a changed program, a stranger or somebody who was removed may try. Each is written down as what is sent
//! and what is to be said of it.

use anyhow::{Context, Result, bail, ensure};
use satchel_core::{
    CommitId, DeviceId, DocId, Epoch, Kind, Value, Workspace,
    commit::{
        Vector,
        forge::{Body, Change, Intent, forge},
    },
    environment::fixed::environment,
    members::{Operation, Role},
    workspace::{Accepted, DeviceKey},
};

use super::team::{Desk, give, meet};

/// A team whose Ann is attacked: Bob sells, Max manages, Gus is a guest.
struct Team {
    ann: Desk,
    bob: Desk,
    max: Desk,
    gus: Desk,
    deal: DocId,
}

/// An attack: its name, what is sent to Ann, what is said of it.
type Attack = (&'static str, fn(&Team) -> Result<Vec<Vec<u8>>>, &'static str);

pub const COUNT: u64 = ATTACKS.len() as u64;

const ATTACKS: &[Attack] = &[
    ("forged author", |t| one(t.own(|b| b.device = t.ann.ws.device())?), "signature"),
    ("forged author, signed by a stranger", |t| one(t.by(&stranger(), |_| {})?), "signature"),
    ("in a colleague's name", |t| one(t.own(|b| b.user = t.max.ws.user())?), "another user's name"),
    ("by nobody", |t| one(t.own(|b| b.user = t.deal)?), "by nobody"),
    ("another workspace's commits", another_workspace, "another workspace"),
    ("replayed", |t| t.bob.log(), "known"),
    ("a gap", |t| one(t.own(|b| b.seq += 3)?), "waiting"),
    ("a fork", a_fork, "copied or put back"),
    ("a space that is not shared", |t| one(t.own(|b| b.space.0[0] ^= 1)?), "not shared"),
    ("an older version", |t| one(t.own(|b| b.version = 0)?), "version"),
    ("a newer version", |t| one(t.own(|b| b.version += 1)?), "version"),
    ("counted far ahead", |t| one(t.own(|b| b.lamport += 1_000_000)?), "right after its causes"),
    ("counted back", |t| one(t.own(|b| b.lamport = 1)?), "right after its causes"),
    ("no causes named", |t| one(t.own(|b| (b.parents.clear(), b.lamport = 1).0)?), "previous one"),
    ("causes that are nowhere", |t| one(t.own(|b| b.parents.push(CommitId([9; 32])))?), "waiting"),
    (
        "causes that are half another's",
        |t| {
            one(t.own(|b| {
                let mut cause = b.parents[0];
                cause.0[31] ^= 1;
                b.parents.push(cause);
            })?)
        },
        "waiting",
    ),
    (
        "a stranger's commit",
        |t| {
            one(t.by(&stranger(), |b| {
                (b.device, b.seq) = (stranger().device(), 1);
                b.changes.clear();
            })?)
        },
        "not a member",
    ),
    ("a change of another device", |t| one(t.own(|b| b.epoch = Epoch([3; 16]))?), "not made by the device"),
    (
        "a document passed off as another",
        |t| {
            one(t.own(|b| {
                b.changes.iter_mut().for_each(|c| c.doc = DocId::derived(b.workspace, "x", Kind::Note, "x"));
            })?)
        },
        "not a document",
    ),
    ("bytes that are no change", |t| one(t.own(garble)?), "change"),
    (
        "a salesperson writes a target",
        |t| {
            t.lawless(&t.bob, |d| {
                let month = d.ws.environment().today();
                let (whom, measure) = (d.ws.user(), satchel_core::record::Measure::Won);
                let target = Value::Money(satchel_core::Money(1));
                d.ws.execute(satchel_core::Command::SetTarget { whom, month, measure, target })?;
                Ok(())
            })
        },
        "a salesperson may not change how the company is set up",
    ),
    (
        "a salesperson writes a stage",
        |t| t.lawless(&t.bob, |d| d.add(Kind::Stage, "Mine").map(drop)),
        "a salesperson may not",
    ),
    (
        "a salesperson changes the company",
        |t| {
            t.lawless(&t.bob, |d| {
                let id = d.ws.records().company.as_ref().map(|c| c.id).context("a company")?;
                d.set(id, "name", "Bob's".into())
            })
        },
        "a salesperson may not",
    ),
    (
        "a salesperson writes another's profile",
        |t| t.lawless(&t.bob, |d| d.set(t.ann.ws.user(), "phone", "1".into())),
        "other people",
    ),
    ("a guest writes", |t| t.lawless(&t.gus, |d| d.set(t.deal, "name", "Gus was here".into())), "a guest may not"),
    (
        "a guest draws up an invoice",
        |t| t.lawless(&t.gus, |d| d.add(Kind::Contact, "Customer").map(drop)),
        "a guest may not",
    ),
    (
        "a salesperson raises themselves",
        |t| one(t.operate(Operation::SetRole { user: t.bob.ws.user(), role: Role::Owner })?),
        "a change of members",
    ),
    (
        "a salesperson invites an owner",
        |t| {
            one(t.operate(Operation::Invite {
                invitation: [5; 32],
                role: Role::Owner,
                user: None,
                expires: i64::MAX,
            })?)
        },
        "a change of members",
    ),
    ("a manager makes a device of theirs the owner's", managers_owner, "a change of members"),
    (
        "a salesperson removes the owner",
        |t| one(t.operate(Operation::Remove { device: t.ann.ws.device(), last: vec![] })?),
        "a change of members",
    ),
    (
        "a salesperson demotes the owner",
        |t| one(t.operate(Operation::Demote { user: t.ann.ws.user(), role: Role::Guest, last: vec![] })?),
        "a change of members",
    ),
    (
        "a salesperson lets salespeople post",
        |t| one(t.operate(Operation::Posting { salespeople: true })?),
        "a change of members",
    ),
    (
        "a second founding",
        |t| one(t.operate(Operation::Found { nonce: [1; 16], user: t.bob.ws.user(), device_name: "mine".into() })?),
        "second founding",
    ),
    ("a ticket used twice", ticket_twice, "a change of members"),
    ("a ticket makes a stranger an owner who has no laptop just now", lent_role, "a change of members"),
    (
        "a device admitted without the ticket's secret",
        |t| {
            one(t.operate(Operation::Admit {
                invitation: [5; 32],
                device: DeviceId([8; 32]),
                device_name: "x".into(),
                user: t.bob.ws.user(),
                signature: vec![0; 64],
            })?)
        },
        "a change of members",
    ),
    ("written after the removal, dated before it", late, "removed device"),
    ("written after the removal, in a log of its own", late_anew, "removed device"),
    ("a removed manager invites", removed_invites, "removed device"),
    ("a removed manager's newcomer writes", removed_newcomer, "admission does not hold"),
    ("written in knowledge of the removal", knowing, "removed"),
    ("a lying vector", lying_vector, "nothing is sent"),
];

pub fn run(seed: u64) -> Result<u64> {
    let (name, attack, expected) = ATTACKS.get(seed as usize).context("there are not so many attacks")?;
    let team = Team::new()?;
    let sent = attack(&team).with_context(|| (*name).to_owned())?;
    let ann = &team.ann.ws;
    let before = (team.ann.digest()?, ann.members());
    let accepted = ann.accept(sent)?;
    let after = (team.ann.digest()?, ann.members());
    ensure!(before.0 == after.0, "{name}: the digest changed: {accepted:?}");
    let same = before.1.roles == after.1.roles && before.1.devices == after.1.devices;
    ensure!(same && before.1.invitations == after.1.invitations, "{name}: the members changed");
    ensure!(before.1.salespeople_post == after.1.salespeople_post, "{name}: who posts changed");
    let said = said(&accepted);
    ensure!(said.contains(expected), "{name}: it is called ‘{said}’, not ‘{expected}’");
    let problems = ann.check()?.problems;
    ensure!(problems.is_empty(), "{name}: {problems:?}");
    println!("{name}: {said}");
    Ok(1)
}

fn said(accepted: &Accepted) -> String {
    let mut all: Vec<String> = accepted.refused.iter().chain(&accepted.aside).cloned().collect();
    all.dedup();
    match accepted {
        _ if !all.is_empty() => all.join("; "),
        Accepted { waiting: 1.., .. } => "waiting for causes".into(),
        Accepted { applied: 0, known: 1.., .. } => "known".into(),
        Accepted { applied: 0, .. } => "nothing is sent".into(),
        _ => "taken, without a word".into(),
    }
}

fn one(commit: Vec<u8>) -> Result<Vec<Vec<u8>>> {
    Ok(vec![commit])
}

fn stranger() -> DeviceKey {
    DeviceKey([9; 32])
}

fn garble(body: &mut Body) {
    for change in &mut body.changes {
        if let Change::Automerge(bytes) = &mut change.change {
            bytes.iter_mut().skip(4).step_by(3).for_each(|b| *b ^= 0x5a);
        }
    }
}

impl Team {
    fn new() -> Result<Team> {
        let ann = Desk::found("Acme", 1)?;
        let bob = ann.admit(Role::Salesperson, "Bob Road", 2)?;
        let max = ann.admit(Role::Manager, "Max Lane", 3)?;
        let gus = ann.admit(Role::Guest, "Gus Glen", 4)?;
        let deal = bob.add(Kind::Opportunity, "Deal")?;
        // A command before the attack, so that there is a log to go on in.
        gus.add(Kind::Favourite, "Mine")?;
        max.add(Kind::Tag, "Hot")?;
        let team = Team { ann, bob, max, gus, deal };
        for _ in 0..2 {
            for desk in [&team.bob, &team.max, &team.gus] {
                meet(&team.ann, desk)?;
            }
        }
        Ok(team)
    }

    /// A commit that Bob has just made, altered and signed again by him.
    fn own(&self, alter: impl FnOnce(&mut Body)) -> Result<Vec<u8>> {
        self.by(&self.bob.ws.device_key(), alter)
    }

    fn by(&self, key: &DeviceKey, alter: impl FnOnce(&mut Body)) -> Result<Vec<u8>> {
        self.bob.set(self.deal, "city", "Ghent".into())?;
        forge(&last(&self.bob)?, key, alter).context("it is no commit")
    }

    /// A membership operation that Bob's changed program signs.
    fn operate(&self, operation: Operation) -> Result<Vec<u8>> {
        self.own(|body| {
            body.changes.clear();
            body.intent = Intent::Members(vec![operation]);
        })
    }

    /// What somebody could write if they had the right, signed as if they had never heard of having it.
    fn lawless(&self, who: &Desk, act: impl FnOnce(&Desk) -> Result<()>) -> Result<Vec<Vec<u8>>> {
        // A twin of Ann's device, that gives the right to nobody but the attacker.
        let twin = self.ann.admit(Role::Owner, "Twin", 40)?;
        give(&self.ann, who)?;
        let knew = who.ws.vector();
        let before = last(who)?;
        twin.ws.set_role(who.ws.user(), Role::Manager)?;
        let (raised, _) = twin.ws.commits_beyond(&knew, 0, usize::MAX)?;
        who.ws.accept(raised)?;
        act(who)?;
        let mut lamport = 0;
        let key = who.ws.device_key();
        forge(&before, &key, |body| lamport = body.lamport);
        let forged = forge(&last(who)?, &key, |body| {
            body.parents.truncate(1);
            body.lamport = lamport + 1;
        });
        one(forged.context("it is no commit")?)
    }
}

/// The last commit in a device's own log.
fn last(desk: &Desk) -> Result<Vec<u8>> {
    own_log(&desk.ws)?.pop().context("an own commit")
}

fn own_log(ws: &Workspace) -> Result<Vec<Vec<u8>>> {
    let mut others = Vector::clone(&ws.vector());
    others.0.retain(|(device, _), _| *device != ws.device());
    Ok(ws.commits_beyond(&others, 0, usize::MAX)?.0)
}

/// Two commits of one device under one number: neither has an effect, nor what follows.
fn a_fork(team: &Team) -> Result<Vec<Vec<u8>>> {
    team.bob.set(team.deal, "city", "Bruges".into())?;
    let one = last(&team.bob)?;
    let other = forge(&one, &team.bob.ws.device_key(), |body| body.label = "Another one".into());
    team.bob.set(team.deal, "city", "Aalst".into())?;
    Ok(vec![one, other.context("it is no commit")?, last(&team.bob)?])
}

/// A device of somebody has that person's role.
fn managers_owner(team: &Team) -> Result<Vec<Vec<u8>>> {
    team.max.add(Kind::Tag, "Cold")?;
    let commit = forge(&last(&team.max)?, &team.max.ws.device_key(), |body| {
        body.changes.clear();
        body.intent = Intent::Members(vec![Operation::Invite {
            invitation: [5; 32],
            role: Role::Salesperson,
            user: Some(team.ann.ws.user()),
            expires: i64::MAX,
        }]);
    });
    one(commit.context("it is no commit")?)
}

fn another_workspace(_: &Team) -> Result<Vec<Vec<u8>>> {
    Desk::found("Other", 77)?.log()
}

/// One ticket, taken to two members who have not heard of each other.
fn ticket_twice(team: &Team) -> Result<Vec<Vec<u8>>> {
    let ticket =
        team.ann.ws.invite(Role::Salesperson, None, team.ann.ws.environment().now() + chrono::TimeDelta::days(1))?;
    meet(&team.ann, &team.max)?;
    let request = |seed, name: &'static str| {
        let key = DeviceKey::generate(&environment(&team.ann.clock, seed));
        ticket.request(key.device(), "notebook", Some(name))
    };
    team.ann.ws.admit(&request(50, "Eve Gray"))?;
    team.max.ws.admit(&request(51, "Eve's Friend"))?;
    // The member's record is honest work of Max; the admission is what must not hold.
    let commit = forge(&last(&team.max)?, &team.max.ws.device_key(), |body| body.changes.clear());
    one(commit.context("it is no commit")?)
}

fn lent_role(team: &Team) -> Result<Vec<Vec<u8>>> {
    let pat = team.ann.admit(Role::Owner, "Pat Lee", 52)?;
    meet(&team.ann, &pat)?;
    team.ann.ws.remove_device(pat.ws.device())?;
    let ticket =
        team.max.ws.invite(Role::Salesperson, None, team.ann.ws.environment().now() + chrono::TimeDelta::days(1))?;
    meet(&team.ann, &team.max)?;
    let eve = DeviceKey::generate(&environment(&team.ann.clock, 53)).device();
    let request = ticket.request(eve, "notebook", Some("Pat Lee"));
    ensure!(team.max.ws.admit(&request).is_err(), "an honest manager admits them");
    team.max.add(Kind::Tag, "Cold")?;
    let commit = forge(&last(&team.max)?, &team.max.ws.device_key(), |body| {
        body.changes.clear();
        body.intent = Intent::Members(vec![Operation::Admit {
            invitation: request.invitation,
            device: eve,
            device_name: "notebook".into(),
            user: pat.ws.user(),
            signature: request.signature,
        }]);
    });
    one(commit.context("it is no commit")?)
}

fn late(team: &Team) -> Result<Vec<Vec<u8>>> {
    team.ann.ws.remove_device(team.bob.ws.device())?;
    one(team.own(|body| body.time -= 400 * 86_400_000)?)
}

/// Under a new epoch, on causes from before the removal.
fn late_anew(team: &Team) -> Result<Vec<Vec<u8>>> {
    team.ann.ws.remove_device(team.bob.ws.device())?;
    let commit = team.own(|body| {
        (body.epoch, body.seq) = (Epoch([3; 16]), 1);
        body.changes.clear();
    })?;
    one(commit)
}

fn removed_invites(team: &Team) -> Result<Vec<Vec<u8>>> {
    team.ann.ws.remove_user(team.max.ws.user())?;
    team.max.ws.invite(Role::Guest, None, team.ann.ws.environment().now() + chrono::TimeDelta::days(1))?;
    let commit = last(&team.max)?;
    ensure!(own_log(&team.max.ws)?.len() > 1, "Max has written before");
    one(commit)
}

fn removed_newcomer(team: &Team) -> Result<Vec<Vec<u8>>> {
    team.ann.ws.remove_user(team.max.ws.user())?;
    let eve = team.max.admit(Role::Salesperson, "Eve Gray", 60)?;
    eve.add(Kind::Opportunity, "Eve's")?;
    meet(&team.max, &eve)?;
    Ok(team.max.ws.commits_beyond(&team.ann.ws.vector(), 0, usize::MAX)?.0)
}

fn knowing(team: &Team) -> Result<Vec<Vec<u8>>> {
    team.bob.set(team.deal, "city", "Ghent".into())?;
    let commit = last(&team.bob)?;
    give(&team.bob, &team.ann)?;
    team.ann.ws.remove_device(team.bob.ws.device())?;
    // The next one of Bob's log, with the removal among its causes.
    let removal = last(&team.ann)?;
    let mut lamport = 0;
    forge(&removal, &team.ann.ws.device_key(), |body| lamport = body.lamport);
    team.bob.set(team.deal, "city", "Bruges".into())?;
    let mut own = CommitId([0; 32]);
    let key = team.bob.ws.device_key();
    forge(&last(&team.bob)?, &key, |body| own = body.parents[0]);
    // Who goes on after it names it.
    team.ann.add(Kind::Tag, "After")?;
    let mut removal = own;
    forge(&last(&team.ann)?, &team.ann.ws.device_key(), |body| removal = body.parents[0]);
    let forged = forge(&commit, &key, |body| {
        body.seq += 1;
        body.parents = vec![own, removal];
        body.lamport = lamport + 1;
        body.changes.clear();
    });
    one(forged.context("it is no commit")?)
}

/// A peer that says it has everything is sent nothing, and so hears nothing of what it lacks; nobody else is harmed.
fn lying_vector(team: &Team) -> Result<Vec<Vec<u8>>> {
    let mut lie = Vector::clone(&team.ann.ws.vector());
    lie.0.values_mut().for_each(|seq| *seq = u64::MAX);
    lie.0.insert((DeviceId([8; 32]), Epoch([8; 16])), u64::MAX);
    let (sent, next) = team.ann.ws.commits_beyond(&lie, 0, usize::MAX)?;
    if !sent.is_empty() || next.is_some() {
        bail!("something is sent");
    }
    Ok(sent)
}
