//! A meeting in a dialog, over whatever page is shown.

mod form;
mod people;
mod repeat;
mod scoped;
mod times;

use eframe::egui::{Align, Key, Layout, Modifiers, ScrollArea, Ui, vec2};
use satchel_core::{Command, DocId, value::When};
use tr::tr;

use self::form::Form;
pub use self::scoped::Scoped;
use crate::{
    design::{icons, palette, size, type_scale},
    shell::{Action, Context, Page, Reply, Say},
    widgets::{Button, dialog},
};

/// Which meeting is opened.
#[derive(Clone, Debug, PartialEq)]
pub enum MeetingAsk {
    /// A new one: when, and about which opportunity or contact, as far as that is known.
    New { when: Option<When>, about: Option<DocId> },
    /// One that is there; of a series, which occurrence ([`Entry::of`](satchel_core::query::agenda::Entry)).
    Open { id: DocId, of: Option<(DocId, i64)> },
}

impl Default for MeetingAsk {
    fn default() -> MeetingAsk {
        MeetingAsk::New { when: None, about: None }
    }
}

pub struct MeetingDialog {
    ask: MeetingAsk,
    form: Option<Form>,
    /// Saving was tried: what is wrong is told.
    tried: bool,
    refusal: Option<String>,
    /// Which of a series are meant is being asked.
    scoped: Option<Scoped>,
    /// It is being saved.
    saving: Option<Reply>,
    /// It was to be closed though something is typed.
    is_leaving: bool,
}

const WIDTH: f32 = 580.0;

impl MeetingDialog {
    pub fn new(ask: MeetingAsk) -> MeetingDialog {
        MeetingDialog { ask, form: None, tried: false, refusal: None, scoped: None, saving: None, is_leaving: false }
    }

    /// True once it is saved or closed.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) -> bool {
        match self.saving.as_ref().and_then(Reply::take) {
            Some(Ok(())) => return true,
            Some(Err(why)) => {
                self.refusal = Some(crate::locale::text(&why));
                self.saving = None;
            }
            None => {}
        }
        if self.form.is_none() {
            self.form = Form::open(cx, &self.ask);
        }
        let Some(mut form) = self.form.take() else {
            cx.actions.push(Action::Say(Say::Refused(tr!("This meeting is not there any more"))));
            return true;
        };
        let title = if form.is_new { tr!("New meeting") } else { tr!("Meeting") };
        let asking = self.scoped.is_some();
        let (wish, escaped) = dialog::dialog(ui.ctx(), "meeting", WIDTH, &title, |ui| {
            let room = ui.ctx().content_rect().height() - 190.0;
            ScrollArea::vertical().max_height(room).show(ui, |ui| {
                ui.set_max_width(ui.available_width() - 10.0);
                ui.spacing_mut().item_spacing.y = 10.0;
                form.show(ui, cx, self.tried);
            });
            if let Some(why) = &self.refusal {
                ui.label(type_scale::BODY.text(why).color(palette(ui).late.text));
            }
            self.foot(ui, cx, &form)
        });
        let save = !asking && ui.input_mut(|i| i.consume_key(Modifiers::COMMAND, Key::Enter));
        let wish = match wish {
            None if save => Some(Wish::Save),
            None if escaped && !asking => Some(Wish::Close),
            wish => wish,
        };
        if matches!(wish, Some(Wish::Save)) {
            form.times.take_end_along(cx);
        }
        let is_done = wish.is_some_and(|wish| self.carry_out(cx, &form, wish));
        self.form = Some(form);
        if self.scoped.as_mut().is_some_and(|scoped| scoped.show(ui, cx)) {
            let answered = self.scoped.take().filter(|scoped| scoped.is_answered);
            self.saving = answered.and_then(|scoped| scoped.reply);
        }
        is_done
    }

    pub fn unsaved(&self, cx: &mut Context) {
        if let Some(form) = self.form.as_ref().filter(|form| form.is_typed(cx)) {
            cx.unsaved.push(tr!("The meeting ‘{}’ is not saved yet", form.name()));
        }
    }

    fn foot(&mut self, ui: &mut Ui, cx: &mut Context, form: &Form) -> Option<Wish> {
        let p = palette(ui);
        let mut wish = None;
        ui.add_space(4.0);
        let size = vec2(ui.available_width() - 10.0, size::CONTROL);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            if self.is_leaving {
                if ui.add(Button::danger(&tr!("Discard"))).clicked() {
                    wish = Some(Wish::Discard);
                }
                if ui.add(Button::new(&tr!("Keep editing"))).clicked() {
                    self.is_leaving = false;
                }
                ui.label(type_scale::BODY.text(tr!("Discard what is typed?")).color(p.text2));
                return;
            }
            let words = tr!("Save");
            let save = Button::primary(&words).enabled(self.saving.is_none());
            if ui.add(save).on_hover_text("Ctrl Enter").clicked() {
                wish = Some(Wish::Save);
            }
            if ui.add(Button::new(&tr!("Cancel")).keys("Esc")).clicked() {
                wish = Some(Wish::Close);
            }
            if form.is_new {
                return;
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                if ui.add(Button::danger(&tr!("Cancel meeting")).icon(icons::DELETE)).clicked() {
                    wish = Some(Wish::TakeOut);
                }
                let about = cx.records.meetings.get(&form.id).and_then(|m| m.opportunity.or(m.partner));
                if let Some(about) = about.map(|id| cx.records.head(id))
                    && ui.add(Button::ghost(&tr!("Open {}", short(cx.records.name(about)))).icon(icons::OPEN)).clicked()
                {
                    wish = Some(Wish::Open(about));
                }
            });
        });
        wish
    }

    /// True where the dialog is done with.
    fn carry_out(&mut self, cx: &mut Context, form: &Form, wish: Wish) -> bool {
        match wish {
            Wish::Close if form.is_typed(cx) && !self.is_leaving => self.is_leaving = true,
            Wish::Close if self.is_leaving => self.is_leaving = false,
            Wish::Open(_) if form.is_typed(cx) => self.is_leaving = true,
            Wish::Open(record) => {
                cx.open(Page::of(record));
                return true;
            }
            Wish::Close | Wish::Discard => return true,
            Wish::TakeOut => match form.of {
                Some(of) => {
                    self.scoped = Some(Scoped::cancel(of, form.name()).told(Reply::default()));
                }
                None => {
                    cx.execute(Command::Trash { ids: vec![form.id] });
                    return true;
                }
            },
            Wish::Save => return self.save(cx, form),
        }
        false
    }

    fn save(&mut self, cx: &mut Context, form: &Form) -> bool {
        self.tried = true;
        self.is_leaving = false;
        self.refusal = None;
        if self.saving.is_some() {
            return false;
        }
        let Some(fields) = form.fields(cx) else { return false };
        if fields.is_empty() && !form.is_new {
            return true;
        }
        let reply = Reply::default();
        match form.of {
            Some(of) => {
                self.scoped = Some(Scoped::change(of, form.name(), fields).told(reply));
            }
            None => {
                cx.actions.push(Action::ExecuteFor(form.save(fields), reply.clone()));
                self.saving = Some(reply);
            }
        }
        false
    }
}

#[derive(Clone, Copy)]
enum Wish {
    Save,
    Close,
    Discard,
    TakeOut,
    Open(DocId),
}

fn short(name: &str) -> String {
    if name.chars().count() > 28 { name.chars().take(27).chain(['…']).collect() } else { name.to_owned() }
}
