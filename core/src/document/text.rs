//! What changed between two versions of a long text, in few steps and bounded time.

/// At the `at`th character of the text as it then is, `delete` characters go and `insert` comes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Splice {
    pub at: usize,
    pub delete: usize,
    pub insert: String,
}

impl Splice {
    /// How many letters come and go.
    pub fn letters(&self) -> usize {
        self.delete + self.insert.chars().count()
    }

    /// The same in steps of at most so many letters.
    pub fn in_steps(self, most: usize) -> Vec<Splice> {
        if self.letters() <= most {
            return vec![self];
        }
        let Splice { at, delete, insert } = self;
        let deletions = (0..delete).step_by(most);
        let mut steps: Vec<Splice> =
            deletions.map(|gone| Splice { at, delete: most.min(delete - gone), insert: String::new() }).collect();
        let letters: Vec<char> = insert.chars().collect();
        let come = letters.chunks(most).zip((at..).step_by(most));
        steps.extend(come.map(|(letters, at)| Splice { at, delete: 0, insert: letters.iter().collect() }));
        steps
    }
}

/// The longest part that is compared letter by letter; a longer one is compared word by word.
const LETTERS: usize = 2_000;
/// How many differences are looked for; a part with more is taken for written anew. Looking costs length × differences.
const MOST: usize = 1_000;

/// The splices that make `new` of `old`, to be carried out in their order.
pub(super) fn splices(old: &str, new: &str) -> Vec<Splice> {
    let start: usize = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let (old_tail, new_tail) = (&old[start..], &new[start..]);
    let same = old_tail.chars().rev().zip(new_tail.chars().rev()).take_while(|(a, b)| a == b);
    let end: usize = same.map(|(a, _)| a.len_utf8()).sum();
    let (old_part, new_part) = (&old_tail[..old_tail.len() - end], &new_tail[..new_tail.len() - end]);
    let words = old_part.len() + new_part.len() > LETTERS;
    let (a, b) = (tokens(old_part, words), tokens(new_part, words));
    let mut common = common(&a, &b).unwrap_or_default();
    common.push((a.len(), b.len()));

    let length = |tokens: &[&str]| tokens.iter().map(|t| t.chars().count()).sum::<usize>();
    let mut at = old[..start].chars().count();
    let (mut in_a, mut in_b) = (0, 0);
    let mut all = Vec::new();
    for (next_a, next_b) in common {
        if (next_a, next_b) != (in_a, in_b) {
            let insert = b[in_b..next_b].concat();
            let inserted = insert.chars().count();
            all.push(Splice { at, delete: length(&a[in_a..next_a]), insert });
            at += inserted;
        }
        at += a.get(next_a).map_or(0, |t| t.chars().count());
        (in_a, in_b) = (next_a + 1, next_b + 1);
    }
    all
}

fn tokens(text: &str, words: bool) -> Vec<&str> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match words && first.is_alphanumeric() {
            true => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, tail) = rest.split_at(length);
        all.push(token);
        rest = tail;
    }
    all
}

/// Pairs of equal tokens in both, in order, as many as possible (Myers 1986); nothing if there are too many differences.
fn common(a: &[&str], b: &[&str]) -> Option<Vec<(usize, usize)>> {
    let (n, m) = (a.len() as isize, b.len() as isize);
    let most = MOST.min(a.len() + b.len()) as isize;
    // For each diagonal k = x - y, how far along `a` the best path has come; and how that was before every round.
    let mut reach = vec![0isize; 2 * most as usize + 3];
    let slot = |k: isize| (k + most + 1) as usize;
    let mut rounds: Vec<Vec<isize>> = Vec::new();
    let down = |reach: &[isize], offset: isize, d: isize, k: isize| {
        let at = |k: isize| reach[(k + offset) as usize];
        k == -d || k != d && at(k - 1) < at(k + 1)
    };
    for d in 0..=most {
        rounds.push(reach[slot(-d - 1)..=slot(d + 1)].to_vec());
        for k in (-d..=d).step_by(2) {
            let mut x = if down(&reach, most + 1, d, k) { reach[slot(k + 1)] } else { reach[slot(k - 1)] + 1 };
            while x < n && x - k < m && a[x as usize] == b[(x - k) as usize] {
                x += 1;
            }
            reach[slot(k)] = x;
            if x >= n && x - k >= m {
                return Some(walk_back(&rounds, (n, m), down));
            }
        }
    }
    None
}

fn walk_back(
    rounds: &[Vec<isize>],
    end: (isize, isize),
    down: impl Fn(&[isize], isize, isize, isize) -> bool,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut x, mut y) = end;
    for (d, reach) in rounds.iter().enumerate().rev() {
        let d = d as isize;
        let k = x - y;
        let from = if down(reach, d + 1, d, k) { k + 1 } else { k - 1 };
        let before = if d == 0 { 0 } else { reach[(from + d + 1) as usize] };
        let start = if d == 0 { (0, 0) } else { (before, before - from) };
        while x > start.0 && y > start.1 {
            (x, y) = (x - 1, y - 1);
            pairs.push((x as usize, y as usize));
        }
        (x, y) = start;
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn carry_out(old: &str, splices: &[Splice]) -> String {
        let mut text: Vec<char> = old.chars().collect();
        for splice in splices {
            text.splice(splice.at..splice.at + splice.delete, splice.insert.chars());
        }
        text.into_iter().collect()
    }

    #[test]
    fn only_what_changed_is_written() {
        let one = |at, delete, insert: &str| Splice { at, delete, insert: insert.into() };
        assert_eq!(splices("same", "same"), []);
        assert_eq!(splices("", "new"), [one(0, 0, "new")]);
        assert_eq!(splices("The beginning.", "Ann: The beginning."), [one(0, 0, "Ann: ")]);
        assert_eq!(splices("The brown fox", "A brown foxes"), [one(0, 3, "A"), one(11, 0, "es")]);
        assert_eq!(splices("héllo wörld", "héllo, wörlds"), [one(5, 0, ","), one(12, 0, "s")]);
    }

    #[test]
    fn a_long_text_written_anew_is_one_step_and_two_edits_in_one_are_two() {
        let (a, b) = ("a".repeat(65_536), "b".repeat(65_536));
        assert_eq!(splices(&a, &b).len(), 1);
        let long: String = (0..8_000).map(|n| format!("word{n} ")).collect();
        let edited = long.replacen("word10 ", "Word10 ", 1).replacen("word7000 ", "", 1);
        let found = splices(&long, &edited);
        assert_eq!(found.len(), 2);
        assert_eq!(carry_out(&long, &found), edited);
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(2026), failure_persistence: None, ..ProptestConfig::with_cases(64) })]
        #[test]
        fn the_new_text_comes_out(old in "[abé ]{0,40}", new in "[abé ]{0,40}", times in 1..30usize) {
            let (old, new) = (old.repeat(times), new.repeat(times));
            let splices = splices(&old, &new);
            prop_assert_eq!(&carry_out(&old, &splices), &new);
            let steps: Vec<Splice> = splices.into_iter().flat_map(|splice| splice.in_steps(3)).collect();
            prop_assert!(steps.iter().all(|step| step.letters() <= 3));
            prop_assert_eq!(carry_out(&old, &steps), new);
        }
    }
}
