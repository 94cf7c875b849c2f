//! A workspace made anew in another file, from the log of one whose pages are damaged. Such a file is neither shown nor written to:
//! what is read of it may be what stood there long ago, and redb, which trusts its pages, goes wherever they send it.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use super::{
    SPACE, Workspace,
    begin::{Derived, not_whole},
};
use crate::{
    commit::Vector,
    document::Origin,
    environment::Environment,
    error::{Error, Result},
    message::Message,
    store::{Files, Front, Passphrase, Storage, Store, put_beside},
};

/// Beside the damaged file, until it is whole.
const BEGUN: &str = "made anew";
/// How much of the log is read at a time.
const CHUNK_BYTES: usize = 4 << 20;

impl Workspace {
    /// Makes a workspace anew in another place: this device's, its settings and peers, and all that its log says. Refused where
    /// the log is not whole. What is attached lies beside the file and is not taken along.
    pub fn make_anew(from: Storage, into: Storage, environment: Environment) -> Result<Workspace> {
        let store = Store::open(from, &environment)?;
        store.distrust();
        let made = Workspace::from_log(&store, into, environment)?;
        made.mend()?;
        Ok(made)
    }

    /// In place of a damaged file, which is put aside; under the same passphrase, if it is under one.
    pub(super) fn in_place_of(
        store: Store,
        passphrase: Option<Passphrase>,
        environment: Environment,
    ) -> Result<Workspace> {
        let Some(folder) = store.folder() else { return Err(Error::Damaged("the file's pages".to_owned())) };
        let passphrase = passphrase.filter(|_| store.seal.is_some());
        let at = |folder: PathBuf| Storage::Folder(folder).under(passphrase.clone());
        let begun = folder.join(BEGUN);
        // What a crash left of an attempt before this one.
        let _gone = fs::remove_dir_all(&begun);
        let made = Workspace::from_log(&store, at(begun.clone()), environment.clone());
        let placed = made.and_then(|made| {
            let lost = made.inner.damaged.clone();
            let sealer = made.inner.store.seal.as_ref().map(|seal| seal.sealer());
            drop(made);
            // Under the passphrase they are under the file's own key.
            let files = sealer.map(|sealer| Files::to_come(&folder, Some(sealer)));
            // What cannot be copied is wanted from colleagues; then all lies there as it was, too.
            let whole = files.filter(|files| store.files.copy_into(files).is_ok());
            Ok((lost, put_beside(&begun, &folder, &environment)?, whole))
        });
        let _gone = fs::remove_dir_all(&begun);
        let (mut told, aside, files) = placed?;
        drop(store);
        // Those under the key of before: one that cannot be deleted is in nobody's way.
        let _swept = files.map(|files| files.sweep());
        told.push(message!(
            "the workspace’s file was damaged and is made anew from its log; the damaged one is kept in {aside}",
            aside = aside.display().to_string()
        ));
        let refused = |_, _, error| Err(error);
        Workspace::open_or(at(folder), environment, refused).map(|workspace| workspace.telling(told))
    }

    fn from_log(store: &Store, into: Storage, environment: Environment) -> Result<Workspace> {
        let identity = store.identity()?;
        let (vector, arrival) = (store.vector(SPACE)?, store.front()?.arrival);
        let front = Front { epoch: environment.random(), ..Front::default() };
        let fresh = Store::create(into, &environment, &identity, &front)?;
        let ((settings, settings_whole), (peers, peers_whole)) = (store.settings(), store.peers());
        for (name, value) in settings {
            fresh.set_setting(&name, &value)?;
        }
        for peer in peers {
            fresh.put_peer(&peer)?;
        }
        let workspace = Workspace::assemble(fresh, environment, identity, front, Derived::default());
        let mut from = Some(0);
        while let Some(at) = from {
            let (commits, next) = store.commits_beyond(SPACE, &Vector::default(), at, CHUNK_BYTES)?;
            let accepted = workspace.take_from(Origin::Own, commits)?;
            if let Some(why) = accepted.refused.first() {
                return Err(Error::Damaged(format!("the log: {why}")));
            }
            from = next;
        }
        if *workspace.vector() != vector || workspace.inner.store.front()?.arrival != arrival {
            return Err(Error::Damaged("the log is not whole".to_owned()));
        }
        let received: BTreeMap<u64, i64> = (1..).zip(store.received(SPACE)?).collect();
        if received.len() as u64 != arrival {
            return Err(Error::Damaged("the order of arrival".to_owned()));
        }
        workspace.received_as(received)?;
        workspace.inner.store.keep()?;
        Ok(workspace.telling(not_whole(settings_whole, peers_whole)))
    }

    /// Notes when commits were received, by arrival number, in milliseconds since 1970.
    pub(super) fn received_as(&self, received: BTreeMap<u64, i64>) -> Result<()> {
        let transaction = self.inner.store.begin()?;
        transaction.put_received(SPACE, &received)?;
        transaction.commit()
    }

    fn telling(mut self, damaged: Vec<Message>) -> Workspace {
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.damaged.extend(damaged);
        }
        self
    }
}
