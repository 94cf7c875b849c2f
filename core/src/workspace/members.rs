//! Members: inviting, admitting, removing.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use ed25519_dalek::SigningKey;

use super::{Workspace, aside::TOLD, author::Draft};
use crate::{
    command::Command,
    commit::{Intent, MAX_LAST},
    error::Result,
    id::{DeviceId, DocId},
    members::{JoinRequest, Last, Operation, Reach, Role, Ticket, Welcome, outranks, proves, safety_number},
    message::Message,
    rules::{self, Edit},
    value::Value,
};

impl Workspace {
    /// Makes an invitation for one use. `user` names an existing or a new user it is for. The caller fills in the ticket's
    /// addresses.
    pub fn invite(&self, role: Role, user: Option<&str>, expires: DateTime<Utc>) -> Result<Ticket> {
        let own = self.members().role_of(self.device());
        if !outranks(own, role) {
            return Err(refused!(
                "a {own} may not invite a {role}",
                own = Message::from(label(own)),
                role = Message::from(role.label())
            ));
        }
        let mut edits = Vec::new();
        let user = user.map(|name| self.ensure_user(name, &mut edits)).transpose()?;
        let members = self.members();
        if let Some((id, _)) = &user
            && !members.may_invite_for(own, self.device(), *id)
        {
            return Err(refused!(
                "a {own} may not invite a {role}",
                own = Message::from(label(own)),
                role = Message::from(label(members.roles.get(id).copied()))
            ));
        }
        let secret: [u8; 32] = self.inner.environment.random();
        let invitation = SigningKey::from_bytes(&secret).verifying_key().to_bytes();
        let id = user.as_ref().map(|(id, _)| *id);
        let expires_at = expires.timestamp_millis();
        self.operate("Invite", |_| Operation::Invite { invitation, role, user: id, expires: expires_at }, edits)?;
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
            reach: Reach::Lan,
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
                && let Some(found) = members.devices.get(&device).filter(|d| !d.removed)
            {
                return Ok(Welcome { workspace: self.id(), user: found.user, proof: self.proof_of(device)? });
            }
            return Err(refused!("this ticket has been used: a ticket works once, ask for a new one"));
        }
        if invitation.revoked {
            return Err(refused!("this ticket was taken back when somebody was removed: ask for a new one"));
        }
        if !outranks(members.role_of(self.device()), invitation.role) {
            return Err(refused!("this device may not admit anybody: ask an owner or a manager"));
        }
        if self.inner.environment.now() > invitation.expires {
            return Err(refused!("this ticket has expired: ask for a new one"));
        }
        if !proves(self.id(), &request.invitation, request.device, &request.signature) {
            return Err(refused!("the device does not hold this ticket's secret"));
        }
        let before = members.devices.get(&request.device);
        if before.is_some_and(|d| !d.removed) {
            return Err(refused!("this device is a member already"));
        }
        if let (Some(was), Some(named)) = (before, invitation.user)
            && was.user != named
        {
            return Err(refused!("this device was another person's: join from a new one"));
        }
        let mut edits = Vec::new();
        let again = before.map(|was| was.user).filter(|_| invitation.user.is_none());
        if let Some(user) = again
            && members.devices.values().any(|d| d.user == user && !d.removed)
        {
            let name = self.records().name(user).to_owned();
            return Err(refused!(
                "{name} is a member already: for another device of the same person ask for a ticket that names {name}",
                name
            ));
        }
        let user = match again {
            Some(user) => user,
            None => match (invitation.user, request.user_name.as_deref().map(str::trim).filter(|n| !n.is_empty())) {
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
            },
        };
        if !members.may_admit(members.role_of(self.device()), self.device(), invitation, user) {
            let name = self.records().name(user).to_owned();
            return Err(refused!("this device may not admit anybody as {name}: ask an owner", name));
        }
        let device_name: String = request.device_name.chars().take(80).collect();
        self.operate(
            "Admit a device",
            |_| Operation::Admit {
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
        if role >= current {
            return self.operate("Change a role", |_| Operation::SetRole { user, role }, Vec::new());
        }
        self.operate(
            "Change a role",
            |workspace| Operation::Demote { user, role, last: workspace.last_of(&workspace.devices_of(user)) },
            Vec::new(),
        )
    }

    /// Takes a device out. What it has written and this device has not received will have no effect, except what somebody gives
    /// again.
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
        let remove = |workspace: &Workspace| Operation::Remove { device, last: workspace.last_of(&[device]) };
        self.operate("Remove a device", remove, Vec::new())
    }

    /// Takes a person out with all devices, and the invitations for that person back.
    pub fn remove_user(&self, user: DocId) -> Result<()> {
        let members = self.members();
        let devices = self.devices_of(user);
        if !devices.iter().any(|d| members.is_member(*d)) {
            return Err(refused!("this person has no device here: see `satchel members`"));
        }
        if devices.contains(&self.device()) {
            return Err(refused!("nobody removes themselves: ask another owner"));
        }
        self.may_change(members.role_of(self.device()), members.roles.get(&user).copied().unwrap_or(Role::Guest))?;
        let remove = |workspace: &Workspace| Operation::RemoveUser {
            user,
            last: workspace.last_of(&workspace.devices_of(user)),
        };
        self.operate("Remove a person", remove, Vec::new())
    }

    /// Says whether salespeople post and refund invoices.
    pub fn let_salespeople_post(&self, salespeople: bool) -> Result<()> {
        if self.members().salespeople_post == salespeople {
            return Ok(());
        }
        if self.members().role_of(self.device()) < Some(Role::Manager) {
            return Err(refused!("who posts invoices is for a manager to say"));
        }
        self.operate("Say who posts invoices", |_| Operation::Posting { salespeople }, Vec::new())
    }

    /// A request to be admitted again, of a device that was removed. The answer is for [`Workspace::readmitted`].
    pub fn ask_again(&self, ticket: &Ticket) -> Result<JoinRequest> {
        if ticket.workspace != self.id() {
            return Err(refused!("this ticket is for another workspace"));
        }
        Ok(ticket.request(self.device(), &self.inner.identity.device_name, Some(self.records().name(self.user()))))
    }

    /// Keeps the proof of having been admitted again. The rest comes by sync.
    pub fn readmitted(&self, welcome: &Welcome) -> Result<()> {
        if welcome.workspace != self.id() || welcome.user != self.user() {
            return Err(refused!("this ticket is for another person: join from a new folder"));
        }
        welcome.admits(self.device())?;
        self.set_setting(TOLD, b"")?;
        self.set_setting("proof", &postcard::to_stdvec(&welcome.proof).unwrap_or_default())
    }

    /// What two people compare by eye: see [`safety_number`].
    pub fn safety_number(&self, device: DeviceId) -> String {
        safety_number(self.id(), self.device(), device)
    }

    fn devices_of(&self, user: DocId) -> Vec<DeviceId> {
        self.members().devices.iter().filter(|(_, d)| d.user == user).map(|(id, _)| *id).collect()
    }

    /// Up to which commit the logs of devices are held here: of as many logs as a commit may name, the longest. Of others, which a
    /// changed program began by the thousand, nothing counts.
    fn last_of(&self, devices: &[DeviceId]) -> Vec<Last> {
        let vector = self.vector();
        let logs = vector.0.iter().filter(|((device, _), _)| devices.contains(device));
        let mut all: Vec<Last> =
            logs.map(|((device, epoch), seq)| Last { device: *device, epoch: *epoch, seq: *seq }).collect();
        all.sort_by_key(|last| Reverse(last.seq));
        all.truncate(MAX_LAST);
        all
    }

    fn may_change(&self, own: Option<Role>, other: Role) -> Result<()> {
        if outranks(own, other) {
            return Ok(());
        }
        Err(refused!(
            "a {own} may not do this to a {other}",
            own = Message::from(label(own)),
            other = Message::from(other.label())
        ))
    }

    fn operate(&self, label: &str, operation: impl FnOnce(&Workspace) -> Operation, edits: Vec<Edit>) -> Result<()> {
        debug_assert!(super::label::is_known(label), "‘{label}’ needs a shape in label.rs");
        let mut writer = self.writer();
        let operation = operation(self);
        let built = self.build(&self.actor(&writer.front), edits)?;
        self.author(&mut writer, Draft { built, ..Draft::new(label, Intent::Members(vec![operation])) })?;
        Ok(())
    }
}

fn label(role: Option<Role>) -> &'static str {
    role.map_or("stranger", Role::label)
}
