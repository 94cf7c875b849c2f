//! Stages by name: which mean won or lost, how probable they usually are, and where new ones stand.

use super::known::{Known, KnownStage, key, squashed};
use crate::{
    Command,
    command::Fields,
    id::{DocId, Kind, WorkspaceId},
    value::{Percent, Value},
};

/// What a stage's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    Open,
    Won,
    Lost,
}

pub(super) fn meaning(name: &str) -> Means {
    match squashed(name).as_str() {
        "won" | "closedwon" | "closewon" | "dealwon" | "win" | "gewonnen" | "gagné" | "ganado" | "vinto" => Means::Won,
        "lost" | "closedlost" | "closelost" | "deallost" | "dead" | "verloren" | "perdu" | "perdido" | "perso" => {
            Means::Lost
        }
        _ => Means::Open,
    }
}

/// Usual names of stages with the probabilities that vendors give them, in the order a deal goes through them.
const USUAL: [(&str, i32); 29] = [
    ("new", 10),
    ("lead", 10),
    ("opportunity", 10),
    ("prospecting", 10),
    ("qualification", 10),
    ("engaging", 20),
    ("firstactivity", 20),
    ("qualified", 20),
    ("needsanalysis", 20),
    ("appointmentscheduled", 20),
    ("delayed", 30),
    ("contactmade", 40),
    ("discovery", 40),
    ("followup", 40),
    ("qualifiedtobuy", 40),
    ("valueproposition", 50),
    ("iddecisionmakers", 60),
    ("presentationscheduled", 60),
    ("demoscheduled", 60),
    ("perceptionanalysis", 70),
    ("proposition", 70),
    ("quotation", 70),
    ("proposal", 75),
    ("proposalsent", 75),
    ("proposalpricequote", 75),
    ("decisionmakerboughtin", 80),
    ("negotiation", 80),
    ("contractsent", 90),
    ("negotiationreview", 90),
];

/// Where a name stands in [`USUAL`], past its end if it is not usual.
fn usual_position(name: &str) -> usize {
    let name = squashed(name);
    USUAL.iter().position(|(usual, _)| *usual == name).unwrap_or(USUAL.len())
}

fn usual(name: &str) -> Option<i32> {
    USUAL.get(usual_position(name)).map(|(_, probability)| *probability)
}

/// The stages there are and those that the import makes.
pub(super) struct Stages {
    workspace: WorkspaceId,
    stages: Vec<KnownStage>,
    /// Stages that the import makes, as commands.
    new: Vec<DocId>,
    /// Stages that move to make room.
    moved: Vec<DocId>,
}

impl Stages {
    pub fn new(workspace: WorkspaceId, known: &Known) -> Stages {
        Stages { workspace, stages: known.stages.clone(), new: Vec::new(), moved: Vec::new() }
    }

    /// Makes the stages that are named and lacking, before the won one, in the order of their probabilities. With each
    /// name comes the probability that its rows have most.
    pub fn complete(&mut self, named: Vec<(String, Option<Percent>)>) {
        let mut lacking: Vec<(Percent, String)> = Vec::new();
        for (name, said) in named {
            let there = self.find(&name).is_some() || lacking.iter().any(|(_, n)| key(n) == key(&name));
            if !there && meaning(&name) == Means::Open {
                let probability = usual(&name).map(Percent::whole).or(said).unwrap_or(Percent::whole(50));
                lacking.push((probability, name));
            }
        }
        if lacking.is_empty() {
            return;
        }
        lacking.sort_by_key(|(probability, name)| (*probability, usual_position(name)));
        let won = self.stages.iter().filter(|s| s.is_won).map(|s| s.sequence).min();
        let before = |s: &&KnownStage| !s.is_won && won.is_none_or(|w| s.sequence <= w);
        let last = self.stages.iter().filter(before).map(|s| s.sequence).max().unwrap_or(0);
        let count = lacking.len() as i64;
        let step = won.map_or(10, |w| (w - last) / (count + 1)).clamp(1, 10);
        let push = won.map_or(0, |w| last + step * count + 1 - w).max(0);
        if push > 0 {
            for stage in self.stages.iter_mut().filter(|s| s.sequence > last || s.is_won) {
                stage.sequence += push;
                self.moved.push(stage.id);
            }
        }
        for (at, (probability, name)) in (1..).zip(lacking) {
            let sequence = last + step * at;
            let id = self.derived(&name);
            self.new.push(id);
            let stage = KnownStage { id, name, sequence, probability, is_won: false, fold: false, general: true };
            self.stages.push(stage);
        }
        self.stages.sort_by_key(|s| (s.sequence, s.id));
    }

    /// A stage that a row of this import describes.
    pub fn add(&mut self, stage: KnownStage) {
        self.stages.retain(|s| s.id != stage.id);
        self.stages.push(stage);
    }

    fn derived(&self, name: &str) -> DocId {
        DocId::derived(self.workspace, super::BY_NAME, Kind::Stage, &key(name))
    }

    /// By its name, or as the one that an earlier import made under this name, whatever it is called since.
    fn find(&self, name: &str) -> Option<&KnownStage> {
        let named = self.stages.iter().find(|s| key(&s.name) == key(name));
        named.or_else(|| {
            let derived = self.derived(name);
            self.stages.iter().find(|s| s.id == derived)
        })
    }

    /// The stage of this name; for a name that means won the workspace's won stage.
    pub fn named(&self, name: &str) -> Option<&KnownStage> {
        self.find(name).or_else(|| (meaning(name) == Means::Won).then(|| self.won()).flatten())
    }

    pub fn won(&self) -> Option<&KnownStage> {
        self.stages.iter().find(|s| s.is_won)
    }

    /// Where a new record starts, and where a lost one stands.
    pub fn first_open(&self) -> Option<&KnownStage> {
        let open = |s: &&KnownStage| !s.is_won && !s.fold;
        self.stages
            .iter()
            .filter(|s| s.general)
            .find(open)
            .or_else(|| self.stages.iter().find(open))
            .or(self.stages.first())
    }

    /// The probability that a row need not say by hand. For stages that an import made it is the usual one, whatever
    /// it was changed to since, so that the same file always means the same.
    pub fn expected(&self, stage: &KnownStage) -> Percent {
        let usual = (stage.id == self.derived(&stage.name)).then(|| usual(&stage.name)).flatten();
        usual.map_or(stage.probability, Percent::whole)
    }

    /// The commands that make the new stages and move the won ones behind them.
    pub fn commands(&self, source: &str) -> Vec<Command> {
        let made = self.stages.iter().filter(|s| self.new.contains(&s.id)).map(|s| {
            let fields: Fields = vec![
                ("name".to_owned(), s.name.as_str().into()),
                ("sequence".to_owned(), Value::Int(s.sequence)),
                ("probability".to_owned(), Value::Percent(s.probability)),
            ];
            Command::ImportRow { id: s.id, source: source.to_owned(), fields }
        });
        let moved = self.stages.iter().filter(|s| self.moved.contains(&s.id)).map(|s| {
            let fields = vec![("sequence".to_owned(), Value::Int(s.sequence))];
            Command::Set { id: s.id, fields, seen: None }
        });
        made.chain(moved).collect()
    }
}
