//! Members: inviting, admitting, removing, and the proof of one's own admission.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;

use super::{SPACE, Workspace, author::Draft};
use crate::{
    command::Command,
    commit::{self, Intent, Opened},
    error::{Error, Result},
    id::{CommitId, DeviceId, DocId},
    members::{JoinRequest, Members, Operation, Role, Stamped, Ticket, Welcome, proves, replay},
    message::Message,
    rules::{self, Edit},
    value::Value,
};

/// The membership operations of a commit, if it is one of that kind.
pub(super) fn stamped(opened: &Opened) -> Option<Stamped> {
    let body = &opened.body;
    match &body.intent {
        Intent::Members(operations) => Some(Stamped {
            commit: opened.id,
            author: body.device,
            lamport: body.lamport,
            time: body.time,
            operations: operations.clone(),
        }),
        _ => None,
    }
}

impl Workspace {
    /// Makes an invitation for one use. `user` names an existing or a new user it is for. The caller fills in the ticket's
    /// addresses.
    pub fn invite(&self, role: Role, user: Option<&str>, expires: DateTime<Utc>) -> Result<Ticket> {
        let own = self.members().role_of(self.device());
        let may = own == Some(Role::Owner) || own == Some(Role::Manager) && role < Role::Manager;
        if !may {
            return Err(refused!(
                "a {own} may not invite a {role}",
                own = Message::from(label(own)),
                role = Message::from(role.label())
            ));
        }
        let mut edits = Vec::new();
        let user = user.map(|name| self.ensure_user(name, &mut edits)).transpose()?;
        let secret: [u8; 32] = self.inner.environment.random();
        let invitation = SigningKey::from_bytes(&secret).verifying_key().to_bytes();
        let id = user.as_ref().map(|(id, _)| *id);
        let expires_at = expires.timestamp_millis();
        self.operate("Invite", Operation::Invite { invitation, role, user: id, expires: expires_at }, edits)?;
        let workspace_name = self.records().company.as_ref().map(|c| c.name.clone()).unwrap_or_default();
        Ok(Ticket {
            workspace: self.id(),
            workspace_name,
            secret,
            role,
            user,
            expires,
            device: self.device(),
            addresses: vec![],
        })
    }

    /// The user of this name, and the edits that make one if there is none: part of the membership commit, which is not undone.
    fn ensure_user(&self, name: &str, edits: &mut Vec<Edit>) -> Result<(DocId, String)> {
        let name = name.trim();
        let known = {
            let records = self.records();
            let mut same =
                records.users.values().filter(|u| !u.meta.deleted && u.name.to_lowercase() == name.to_lowercase());
            same.next().map(|u| (u.id, u.name.clone()))
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let id = rules::user_id(self.id(), name);
        let fields = vec![("name".to_owned(), Value::from(name))];
        let create = Command::Create { id, fields };
        edits.extend(rules::plan(&self.records(), &self.context(), &create)?.edits);
        Ok((id, name.to_owned()))
    }

    /// Admits a device that holds a ticket's secret, or says why not.
    pub fn admit(&self, request: &JoinRequest) -> Result<Welcome> {
        if request.workspace != self.id() {
            return Err(refused!("this ticket is for another workspace"));
        }
        let members = self.members();
        let known = members.invitations.get(&request.invitation);
        let invitation = known.ok_or_else(|| refused!("this ticket is not known here: ask for a new one"))?;
        if let Some(device) = invitation.used_by {
            // The answer to a device that was admitted and did not hear it is the same again.
            if device == request.device
                && let Some(found) = members.devices.get(&device)
            {
                return Ok(Welcome { workspace: self.id(), user: found.user, proof: self.proof_of(device)? });
            }
            return Err(refused!("this ticket has been used: a ticket works once, ask for a new one"));
        }
        if self.inner.environment.now() > invitation.expires {
            return Err(refused!("this ticket has expired: ask for a new one"));
        }
        if !proves(self.id(), &request.invitation, request.device, &request.signature) {
            return Err(refused!("the device does not hold this ticket's secret"));
        }
        if members.devices.contains_key(&request.device) {
            return Err(refused!("this device is a member already"));
        }
        let mut edits = Vec::new();
        let user = match (invitation.user, request.user_name.as_deref().map(str::trim).filter(|n| !n.is_empty())) {
            (Some(user), _) => user,
            (None, None) => {
                return Err(refused!("the ticket names nobody: say who you are with --user \"Your Name\""));
            }
            (None, Some(name)) => {
                let taken = |id: DocId| members.devices.values().any(|d| d.user == id && !d.removed);
                let (id, name) = self.ensure_user(name, &mut edits)?;
                if taken(id) {
                    return Err(refused!(
                        "{name} is a member already: for another device of the same person ask for a ticket that names {name}",
                        name
                    ));
                }
                id
            }
        };
        let device_name: String = request.device_name.chars().take(80).collect();
        self.operate(
            "Admit a device",
            Operation::Admit {
                invitation: request.invitation,
                device: request.device,
                device_name,
                user,
                signature: request.signature.clone(),
            },
            edits,
        )?;
        if !self.members().is_member(request.device) {
            return Err(refused!("this device may not admit anybody: ask an owner or a manager"));
        }
        Ok(Welcome { workspace: self.id(), user, proof: self.proof_of(request.device)? })
    }

    pub fn set_role(&self, user: DocId, role: Role) -> Result<()> {
        let members = self.members();
        let name = self.records().name(user).to_owned();
        let Some(current) = members.roles.get(&user).copied() else {
            return Err(refused!("{name} has no device here yet: the role is named when inviting", name));
        };
        let own = members.role_of(self.device());
        self.may_change(own, current.max(role))?;
        if members.leaves_no_owner(&[user].into(), Some(role)) {
            return Err(refused!("{name} is the only owner: make somebody else an owner first", name));
        }
        self.operate("Change a role", Operation::SetRole { user, role }, Vec::new())
    }

    pub fn remove_device(&self, device: DeviceId) -> Result<()> {
        let members = self.members();
        let found = members.devices.get(&device).filter(|d| !d.removed);
        let found = found.ok_or_else(|| refused!("there is no such device: see `satchel members`"))?;
        if device == self.device() {
            return Err(refused!("a device cannot remove itself: do it from another one"));
        }
        self.may_change(
            members.role_of(self.device()),
            members.roles.get(&found.user).copied().unwrap_or(Role::Guest),
        )?;
        self.operate("Remove a device", Operation::RemoveDevice { device }, Vec::new())
    }

    pub fn remove_user(&self, user: DocId) -> Result<()> {
        let members = self.members();
        let devices: Vec<DeviceId> =
            members.devices.iter().filter(|(_, d)| d.user == user && !d.removed).map(|(id, _)| *id).collect();
        if devices.is_empty() {
            return Err(refused!("this person has no device here: see `satchel members`"));
        }
        devices.into_iter().try_for_each(|d| self.remove_device(d))
    }

    fn may_change(&self, own: Option<Role>, other: Role) -> Result<()> {
        if own == Some(Role::Owner) || own == Some(Role::Manager) && other < Role::Manager {
            return Ok(());
        }
        Err(refused!(
            "a {own} may not do this to a {other}",
            own = Message::from(label(own)),
            other = Message::from(other.label())
        ))
    }

    fn operate(&self, label: &str, operation: Operation, edits: Vec<Edit>) -> Result<()> {
        debug_assert!(super::label::is_known(label), "‘{label}’ needs a shape in label.rs");
        let mut writer = self.writer();
        let built = self.build(&self.actor(&writer.front), edits)?;
        self.author(&mut writer, Draft { built, ..Draft::new(label, Intent::Members(vec![operation])) })?;
        Ok(())
    }

    pub(super) fn reload_members(&self) -> Result<()> {
        let commits = self.inner.store.member_commits(SPACE)?;
        let stamped: Vec<Stamped> = commits.iter().filter_map(stamped).collect();
        *super::write(&self.inner.members) = Arc::new(replay(self.id(), &stamped));
        Ok(())
    }

    /// The signed membership commits that prove this device's admission to members that have not heard of it.
    pub fn proof(&self) -> Result<Vec<Vec<u8>>> {
        if self.members().is_member(self.device()) {
            return self.proof_of(self.device());
        }
        // Just admitted, nothing synced yet: what the welcome brought.
        let welcome = self.setting("proof").unwrap_or_default();
        Ok(postcard::from_bytes(&welcome).unwrap_or_default())
    }

    fn proof_of(&self, device: DeviceId) -> Result<Vec<Vec<u8>>> {
        let commits = self.inner.store.member_commits(SPACE)?;
        let mut needed: BTreeMap<CommitId, &Opened> = BTreeMap::new();
        let mut devices = vec![device];
        while let Some(device) = devices.pop() {
            let operations = |c: &&Opened| stamped(c).map(|s| s.operations).unwrap_or_default();
            for commit in &commits {
                for operation in operations(&commit) {
                    match operation {
                        Operation::Found { .. } if commit.body.device == device => {
                            needed.insert(commit.id, commit);
                        }
                        Operation::Admit { device: admitted, invitation, .. } if admitted == device => {
                            if needed.insert(commit.id, commit).is_none() {
                                devices.push(commit.body.device);
                            }
                            let invite = commits.iter().find(|c| {
                                operations(c)
                                    .iter()
                                    .any(|o| matches!(o, Operation::Invite { invitation: i, .. } if *i == invitation))
                            });
                            if let Some(invite) = invite
                                && needed.insert(invite.id, invite).is_none()
                            {
                                devices.push(invite.body.device);
                            }
                        }
                        _ => {}
                    }
                }
            }
        }
        let mut proof: Vec<&Opened> = needed.into_values().collect();
        proof.sort_by_key(|c| c.body.lamport);
        Ok(proof.into_iter().map(|c| c.bytes.clone()).collect())
    }

    /// Whether a device is a member, by what is known here or by the proof it brings. Changes nothing.
    pub fn recognise(&self, device: DeviceId, proof: &[Vec<u8>]) -> Result<()> {
        let members = self.members();
        match members.devices.get(&device) {
            Some(found) if found.removed => return Err(refused!("this device was removed from the workspace")),
            Some(_) => return Ok(()),
            None => {}
        }
        let mut known: BTreeMap<CommitId, Stamped> = BTreeMap::new();
        for commit in self.inner.store.member_commits(SPACE)? {
            known.extend(stamped(&commit).map(|s| (s.commit, s)));
        }
        for bytes in proof.iter().take(256) {
            let opened = commit::open(bytes.clone(), false).map_err(|e| Error::refused(e.to_string()))?;
            if opened.body.workspace == self.id() {
                known.extend(stamped(&opened).map(|s| (s.commit, s)));
            }
        }
        let all: Vec<Stamped> = known.into_values().collect();
        let members: Members = replay(self.id(), &all);
        if members.is_member(device) {
            return Ok(());
        }
        Err(refused!("this device is not a member of the workspace"))
    }
}

fn label(role: Option<Role>) -> &'static str {
    role.map_or("stranger", Role::label)
}
