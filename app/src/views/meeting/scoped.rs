//! Which of a series are meant.

use eframe::egui::{Key, Modifiers, Ui};
use satchel_core::{Command, DocId, command::Fields, record::Scope};
use tr::tr;

use crate::{
    design::{palette, type_scale},
    shell::{Action, Context, Reply},
    widgets::{Button, dialog},
};

/// Asks whether this one, this and those that follow, or all are meant; then does it.
pub struct Scoped {
    /// The series, and which one of it.
    of: (DocId, i64),
    title: String,
    /// Nothing where they are to be taken out.
    change: Option<Fields>,
    /// Where a refusal is told.
    pub reply: Option<Reply>,
    /// It was answered, not given up.
    pub is_answered: bool,
}

impl Scoped {
    pub fn change(of: (DocId, i64), title: String, fields: Fields) -> Scoped {
        Scoped { of, title, change: Some(fields), reply: None, is_answered: false }
    }

    pub fn cancel(of: (DocId, i64), title: String) -> Scoped {
        Scoped { of, title, change: None, reply: None, is_answered: false }
    }

    /// A refusal is told there, and that it was done.
    pub fn told(self, reply: Reply) -> Scoped {
        Scoped { reply: Some(reply), ..self }
    }

    /// True once it is answered or given up.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        let title = match self.change {
            Some(_) => tr!("Change ‘{}’", self.title),
            None => tr!("Cancel ‘{}’", self.title),
        };
        // A rule is the series', not one occurrence's.
        let with_rule = self.change.iter().flatten().any(|(name, _)| name == "recurrence");
        let ((chosen, given_up), escaped) = dialog::dialog(ui.ctx(), "which of a series", 380.0, &title, |ui| {
            let p = palette(ui);
            ui.label(type_scale::BODY.text(tr!("It is one of a series. Which ones are meant?")).color(p.text2));
            ui.add_space(2.0);
            ui.spacing_mut().item_spacing.y = 6.0;
            let wide = ui.available_width();
            let mut chosen = None;
            let scopes = [
                (Scope::This, tr!("This one"), "1", Key::Num1),
                (Scope::Following, tr!("This and those that follow"), "2", Key::Num2),
                (Scope::All, tr!("All of them"), "3", Key::Num3),
            ];
            for (scope, words, cap, key) in scopes {
                if scope == Scope::This && with_rule {
                    continue;
                }
                let pressed = ui.input_mut(|i| i.modifiers.is_none() && i.consume_key(Modifiers::NONE, key));
                if ui.add(Button::new(&words).keys(cap).width(wide).large()).clicked() || pressed {
                    chosen = Some(scope);
                }
            }
            let given_up = dialog::buttons(ui, |ui| ui.add(Button::ghost(&tr!("Back")).keys("Esc")).clicked());
            (chosen, given_up)
        });
        let Some(scope) = chosen else { return given_up || escaped };
        let (meeting, offset) = self.of;
        let command = match self.change.take() {
            Some(fields) => Command::SetOccurrence { meeting, offset, scope, fields },
            None => Command::CancelOccurrence { meeting, offset, scope },
        };
        self.is_answered = true;
        match self.reply.clone() {
            Some(reply) => cx.actions.push(Action::ExecuteFor(command, reply)),
            None => cx.execute(command),
        }
        true
    }
}
