//! The phone in one session: what its peer was told, and what it says.

use std::collections::BTreeMap;

use satchel_core::{DeviceId, Kind};

use super::{
    super::{Moment, Replica},
    Calling, MAX_HEARD, MAX_WORD, MAX_WORDS,
    word::Word,
};

/// What one session has told its peer, and how much it listens to.
pub(in crate::protocol) struct Ear {
    calling: Calling,
    peer: DeviceId,
    told: BTreeMap<DeviceId, u64>,
    words: u32,
    second: u64,
}

impl Ear {
    pub fn new(calling: Calling, peer: DeviceId) -> Ear {
        let mut table = calling.table();
        *table.lines.entry(peer).or_default() += 1;
        // Who is away from the phone has nothing to say.
        let told = table.present.is_none().then_some((table.device, table.number)).into_iter().collect();
        drop(table);
        Ear { calling, peer, told, words: 0, second: 0 }
    }

    /// Takes what the peer says of itself or of others. What is not understood, too long, too much or of no member is passed over.
    pub fn hear(&mut self, replica: &impl Replica, bytes: &[u8], now: Moment) {
        if self.second != now.as_secs() {
            (self.words, self.second) = (0, now.as_secs());
        }
        self.words += 1;
        if self.words > MAX_WORDS || bytes.len() > MAX_WORD {
            return;
        }
        let Ok(word) = postcard::from_bytes::<Word>(bytes) else { return };
        let honest = replica.user_of(word.device) == Some(word.user)
            && word.claim.is_none_or(|claim| claim.call.kind() == Kind::Call)
            && word.heard.len() <= MAX_HEARD;
        if !honest {
            return;
        }
        self.told.insert(word.device, word.number);
        self.calling.change(|table| table.hear(word, self.peer, now));
    }

    /// What the peer has not been told yet: of others first, since the own word answers what was heard of them.
    pub fn news(&mut self, now: Moment) -> Vec<Vec<u8>> {
        let table = self.calling.table();
        let of_others = table.live(now).map(|other| other.word.clone()).filter(|word| word.device != self.peer);
        let words: Vec<Word> = of_others.chain([table.word()]).collect();
        drop(table);
        let news = words.into_iter().filter(|word| self.told.get(&word.device).is_none_or(|told| *told < word.number));
        let news: Vec<Word> = news.collect();
        self.told.extend(news.iter().map(|word| (word.device, word.number)));
        news.iter().filter_map(|word| postcard::to_stdvec(word).ok()).collect()
    }

    pub fn tick(&self, now: Moment) {
        self.calling.tick(now);
    }
}

/// Nobody is waited for who is gone; what they had in hand lapses if they do not come back.
impl Drop for Ear {
    fn drop(&mut self) {
        let peer = self.peer;
        self.calling.change(|table| {
            let lines = table.lines.get_mut(&peer).map_or(0, |lines| {
                *lines -= 1;
                *lines
            });
            if lines == 0 {
                table.lines.remove(&peer);
                table.others.get_mut(&peer).into_iter().for_each(|other| other.parted = true);
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use satchel_core::{DocId, WorkspaceId};

    use super::{super::word::Claim, *};
    use crate::protocol::simulation::Logs;

    fn call(number: u8) -> DocId {
        DocId::derived(WorkspaceId([9; 16]), "test", Kind::Call, &number.to_string())
    }

    fn word(replica: &Logs, device: DeviceId, number: u64) -> Word {
        let claim = Some(Claim { call: call(1), held: true, asked: 0, seconds: 0 });
        Word { device, user: replica.user(device), number, present: true, claim, heard: Vec::new() }
    }

    /// What a device hears from a peer that says these words.
    fn heard(words: &[Word]) -> usize {
        let [own, peer, third] = [1, 2, 3].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        replica.admit_device(peer);
        replica.admit_device(third);
        let phone = Calling::new(own, replica.user(own), 0, || {});
        let mut ear = Ear::new(phone.clone(), peer);
        for word in words {
            ear.hear(&replica, &postcard::to_stdvec(word).unwrap(), Moment::ZERO);
        }
        ear.hear(&replica, &[0xff; 300], Moment::ZERO);
        phone.taken(Moment::ZERO).len()
    }

    #[test]
    fn only_members_words_count_and_only_so_much_of_each() {
        let [own, peer, third, stranger] = [1, 2, 3, 4].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        let honest = word(&replica, peer, 5);
        assert_eq!(heard(&[honest.clone(), honest.clone()]), 1);
        assert_eq!(heard(&[word(&replica, third, 5)]), 1, "passed on");
        assert_eq!(heard(&[word(&replica, stranger, 5)]), 0);
        assert_eq!(heard(&[word(&replica, own, 5)]), 0, "of oneself nobody else tells");
        assert_eq!(heard(&[Word { user: replica.user(third), ..honest.clone() }]), 0, "under another's name");
        assert_eq!(heard(&[Word { heard: vec![(third, 1); MAX_HEARD + 1], ..honest.clone() }]), 0);
        let other = Claim { call: replica.user(own), held: true, asked: 0, seconds: 0 };
        assert_eq!(heard(&[Word { claim: Some(other), ..honest.clone() }]), 0, "no call");
        // Many calls are one: the last.
        let many: Vec<Word> = (0..200u8)
            .map(|n| Word {
                number: u64::from(n) + 1,
                claim: Some(Claim { call: call(n), held: true, asked: 0, seconds: 0 }),
                ..honest.clone()
            })
            .collect();
        assert_eq!(heard(&many), 1);
    }

    #[test]
    fn a_peer_that_talks_without_end_is_not_listened_to() {
        let [own, peer] = [1, 2].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        replica.admit_device(peer);
        let phone = Calling::new(own, replica.user(own), 0, || {});
        let mut ear = Ear::new(phone.clone(), peer);
        let mut say = |number: u64, now: u64| {
            let bytes = postcard::to_stdvec(&word(&replica, peer, number)).unwrap();
            ear.hear(&replica, &bytes, Duration::from_secs(now));
        };
        (1..=10_000).for_each(|number| say(number, 7));
        assert_eq!(phone.table().others[&peer].word.number, u64::from(MAX_WORDS));
        say(20_000, 8);
        assert_eq!(phone.table().others[&peer].word.number, 20_000);
    }

    #[test]
    fn of_who_is_connected_only_its_own_word_counts() {
        let [own, peer, third] = [1, 2, 3].map(|n| DeviceId([n; 32]));
        let replica = Logs::found(WorkspaceId([9; 16]), own);
        replica.admit_device(peer);
        replica.admit_device(third);
        let phone = Calling::new(own, replica.user(own), 0, || {});
        let (mut liar, _line) = (Ear::new(phone.clone(), peer), Ear::new(phone.clone(), third));
        liar.hear(&replica, &postcard::to_stdvec(&word(&replica, third, u64::MAX)).unwrap(), Moment::ZERO);
        assert!(phone.taken(Moment::ZERO).is_empty());
    }
}
