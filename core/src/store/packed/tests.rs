use std::collections::BTreeMap;

use proptest::prelude::*;
use redb::{Database, ReadableDatabase, ReadableTableMetadata, backends::InMemoryBackend};

use super::*;

static PAGES: Packed = Packed::new(["pages", "pages, packed"], 1, 4 << 10, "the pages");

type Model = BTreeMap<Vec<u8>, Vec<u8>>;

fn key(group: u8, number: u64) -> Vec<u8> {
    [&[group][..], &number.to_be_bytes()].concat()
}

fn database() -> Database {
    Database::builder().create_with_backend(InMemoryBackend::new()).unwrap()
}

fn holds(database: &Database, unpacked: &Unpacked, model: &Model) {
    let read = database.begin_read().unwrap();
    let whole = PAGES.read(&read, unpacked).unwrap();
    let mut all = Model::new();
    whole.each(|key, value| Ok(_ = all.insert(key.to_vec(), value.to_vec()))).unwrap();
    assert_eq!(&all, model);
    assert_eq!(whole.len().unwrap(), model.len() as u64);
    for group in 0..3 {
        let own: Vec<(&Vec<u8>, &Vec<u8>)> = model.range(key(group, 0)..=key(group, u64::MAX)).collect();
        assert_eq!(whole.last(&[group]).unwrap().as_ref(), own.last().map(|(key, _)| *key));
        let (from, to) = (own.len() / 3, own.len() * 2 / 3);
        let (mut some, mut back) = (Vec::new(), Vec::new());
        if let (Some(from), Some(to)) = (own.get(from), own.get(to)) {
            let note = |key: &[u8], _: &[u8]| {
                some.push(key.to_vec());
                Ok(ControlFlow::Continue(()))
            };
            whole.range(from.0, to.0, note).unwrap();
        }
        assert!(some.iter().eq(own.iter().map(|(key, _)| *key).skip(from).take(some.len())));
        assert_eq!(some.len(), if own.is_empty() { 0 } else { to - from + 1 });
        let note = |key: &[u8], _: &[u8]| {
            back.push(key.to_vec());
            Ok(ControlFlow::Continue(()))
        };
        whole.backwards(&[group], note).unwrap();
        assert!(back.iter().eq(own.iter().rev().map(|(key, _)| *key)));
        for (key, value) in own.iter().step_by(7) {
            assert_eq!(whole.get(key).unwrap().as_ref(), Some(*value));
        }
        assert_eq!(whole.get(&key(group, u64::MAX)).unwrap(), None);
    }
    let groups: Vec<Vec<u8>> = std::iter::successors(whole.group_after(&[]).unwrap(), |group| {
        whole.group_after(&[group.as_slice(), &[0xff; 32]].concat()).unwrap()
    })
    .collect();
    assert!(
        groups.iter().eq((0..3)
            .map(|g| vec![g])
            .filter(|g| model.keys().any(|k| k.starts_with(g)))
            .collect::<Vec<_>>()
            .iter())
    );
}

#[derive(Clone, Debug)]
enum Step {
    Push { group: u8, count: u64, size: usize },
    Change { group: u8, at: u64, most: usize },
    Take { group: u8, share: u64 },
    PackAll,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..3u8, 1..300u64, prop_oneof![Just(1usize), Just(60), Just(600), Just(9_000)])
            .prop_map(|(group, count, size)| Step::Push { group, count: if size > 5_000 { count / 30 } else { count }, size }),
        2 => (0..3u8, any::<u64>(), 1..200usize).prop_map(|(group, at, most)| Step::Change { group, at, most }),
        1 => (0..3u8, 0..100u64).prop_map(|(group, share)| Step::Take { group, share }),
        1 => Just(Step::PackAll),
    ]
}

/// Bytes that shrink about as much as commits do.
fn value(number: u64, size: usize) -> Vec<u8> {
    let hash = blake3::hash(&number.to_le_bytes());
    hash.as_bytes().iter().copied().chain(std::iter::repeat(7)).take(32.max(size / 3)).cycle().take(size).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn both_tables_are_as_one(steps in prop::collection::vec(step(), 1..12)) {
        let (database, unpacked) = (database(), Unpacked::default());
        let mut model = Model::new();
        let mut next = [1u64; 3];
        for step in steps {
            let write = database.begin_write().unwrap();
            let mut table = PAGES.write(&write, &unpacked).unwrap();
            match step {
                Step::Push { group, count, size } => {
                    for _ in 0..count {
                        let number = next[usize::from(group)];
                        table.push(&key(group, number), &value(number, size)).unwrap();
                        model.insert(key(group, number), value(number, size));
                        next[usize::from(group)] += 1;
                    }
                    table.close().unwrap();
                }
                Step::Change { group, at, most } => {
                    let from = at % next[usize::from(group)];
                    let some = model.range_mut(key(group, from)..=key(group, u64::MAX)).step_by(3).take(most);
                    let keys = some.map(|(key, old)| {
                        old.reverse();
                        key.clone()
                    });
                    table.change(&keys.collect(), |_, old| Ok(old.iter().rev().copied().collect())).unwrap();
                    let nowhere = [key(group, u64::MAX)].into();
                    prop_assert!(table.change(&nowhere, |_, _| Ok(Vec::new())).is_err());
                    table.close().unwrap();
                }
                Step::Take { group, share } => {
                    let from = next[usize::from(group)] * share / 100;
                    let taken: Model = table.take_from(&key(group, from)).unwrap().into_iter().collect();
                    table.close().unwrap();
                    let gone: Vec<Vec<u8>> = model.range(key(group, from)..=key(group, u64::MAX)).map(|(k, _)| k.clone()).collect();
                    let gone: Model = gone.into_iter().filter_map(|k| model.remove_entry(&k)).collect();
                    prop_assert_eq!(taken, gone);
                }
                Step::PackAll => table.pack_all().unwrap(),
            }
            write.commit().unwrap();
        }
        holds(&database, &unpacked, &model);
        holds(&database, &Unpacked::default(), &model);
    }
}

#[test]
fn rows_fill_their_pages() {
    let (database, unpacked) = (database(), Unpacked::default());
    for number in 1..=3_000 {
        let write = database.begin_write().unwrap();
        let mut table = PAGES.write(&write, &unpacked).unwrap();
        table.push(&key(0, number), &value(number, 90)).unwrap();
        table.close().unwrap();
        write.commit().unwrap();
    }
    let read = database.begin_read().unwrap();
    let whole = PAGES.read(&read, &unpacked).unwrap();
    let (rows, loose) = (whole.packs.len().unwrap(), whole.loose.len().unwrap());
    assert!(loose < 200, "{loose} are loose");
    let stats = whole.packs.stats().unwrap();
    assert!(stats.fragmented_bytes() * 8 < stats.stored_bytes(), "{rows} rows: {stats:?}");
    assert!(stats.stored_bytes() < 3_000 * 60, "{stats:?}");
}

#[test]
fn many_at_once_are_packed_at_once_and_so_are_those_of_two_that_take_turns() {
    for (steps, at_once) in [(1, 9_000), (2, 9_000), (1, 1), (2, 1)] {
        let (database, unpacked) = (database(), Unpacked::default());
        let mut model = Model::new();
        let numbers: Vec<u64> = (1..=9_000).filter(|number| number % steps == steps - 1).collect();
        for numbers in numbers.chunks(at_once) {
            let write = database.begin_write().unwrap();
            let mut table = PAGES.write(&write, &unpacked).unwrap();
            for number in numbers {
                table.push(&key(1, *number), &value(*number, 40)).unwrap();
                model.insert(key(1, *number), value(*number, 40));
            }
            table.close().unwrap();
            write.commit().unwrap();
        }
        holds(&database, &unpacked, &model);
        let read = database.begin_read().unwrap();
        let loose = PAGES.read(&read, &unpacked).unwrap().loose.len().unwrap();
        assert!(loose < 300, "steps of {steps}, {at_once} at once: {loose} are loose");
    }
}

#[test]
fn rows_are_kept_unpacked_within_bounds() {
    let kept = Unpacked::default();
    let pack = |size: usize| Arc::new(Pack::read(&Pack::write(&[(vec![1], vec![7; size])])).unwrap());
    for number in 0..1_000u32 {
        let name = ("the pages", number.to_le_bytes().to_vec());
        kept.put(name.clone(), &pack(50_000));
        kept.put(name.clone(), &pack(60_000));
        kept.get(&("the pages", 0u32.to_le_bytes().to_vec()));
        let large = ("the pages", vec![number as u8]);
        kept.put(large.clone(), &pack(LARGEST_KEPT));
        assert!(kept.get(&name).is_some() && kept.get(&large).is_none());
    }
    let now = kept.kept();
    assert_eq!(now.bytes, now.rows.iter().map(|(_, pack)| pack.size()).sum::<usize>());
    assert!(now.bytes <= MOST_KEPT && now.bytes > MOST_KEPT / 10 * 9 && now.rows.len() > 100, "{}", now.bytes);
    assert!(now.rows.contains(&("the pages", 0u32.to_le_bytes().to_vec())), "what was used lately stays");
}

#[test]
fn a_damaged_row_is_told_and_one_that_is_loose_stays_where_it_is() {
    let (database, unpacked) = (database(), Unpacked::default());
    let write = database.begin_write().unwrap();
    let mut table = PAGES.write(&write, &unpacked).unwrap();
    for number in 1..=600 {
        table.push(&key(0, number), &value(number, 90)).unwrap();
    }
    table.whole.loose.insert(key(0, 300).as_slice(), b"damaged".as_slice()).unwrap();
    table.close().unwrap();
    write.commit().unwrap();
    let read = database.begin_read().unwrap();
    let whole = PAGES.read(&read, &unpacked).unwrap();
    assert!(whole.get(&key(0, 300)).is_err() && whole.get(&key(0, 301)).unwrap().is_some());
    let (last, mut row) = {
        let (last, row) = whole.packs.first().unwrap().unwrap();
        (last.value().to_vec(), row.value().to_vec())
    };
    row[40] ^= 1;
    let write = database.begin_write().unwrap();
    write.open_table(PAGES.packs).unwrap().insert(last.as_slice(), row.as_slice()).unwrap();
    write.commit().unwrap();
    let read = database.begin_read().unwrap();
    let whole = PAGES.read(&read, &unpacked).unwrap();
    assert!(matches!(whole.get(&key(0, 1)), Err(Error::Damaged(_))));
    assert!(whole.each(|_, _| Ok(())).is_err());
}
