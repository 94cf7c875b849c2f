//! The line at the foot of the window that says what was done and offers to take it back.

use eframe::egui::{
    self, Align2, Area, CursorIcon, Id, Order, Rect, Sense, Vec2, WidgetInfo, accesskit::Role, pos2, vec2,
};
use satchel_core::{
    BatchId, CommitId, Message,
    workspace::{BatchOutcome, RowOutcome, UndoOutcome},
};
use tr::tr;

use super::{
    command::UiCommand,
    context::Action,
    hand::Hand,
    words::{self, Words},
};
use crate::{
    design::{icons, palette, radius, shadow, size, tokens::motion, type_scale},
    locale::{said, text},
    widgets::{Line, key_cap, line},
};

/// What can be done about it, right there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Offer {
    Undo(CommitId),
    UndoBatch(BatchId),
    Redo,
}

impl Offer {
    fn command(self) -> UiCommand {
        match self {
            Offer::Undo(_) | Offer::UndoBatch(_) => UiCommand::Undo,
            Offer::Redo => UiCommand::Redo,
        }
    }

    fn action(self) -> Action {
        match self {
            Offer::Undo(commit) => Action::UndoCommit(commit),
            Offer::UndoBatch(batch) => Action::UndoBatch(batch),
            Offer::Redo => Action::Redo,
        }
    }
}

pub struct Toast {
    words: Words,
    refused: bool,
    offer: Option<Offer>,
    /// When it came, once it has been drawn, and when it goes.
    shown: Option<(f64, f64)>,
}

impl Toast {
    fn new(words: Words, refused: bool, offer: Option<Offer>) -> Toast {
        Toast { words, refused, offer, shown: None }
    }

    pub fn done(mut words: Words, notices: Vec<Message>, commit: CommitId) -> Toast {
        words.more = notices.iter().filter_map(words::notice).collect::<Vec<_>>().join(". ");
        let offer = (!words.stays).then_some(Offer::Undo(commit));
        Toast::new(words, false, offer)
    }

    /// Of many at once.
    pub fn many(words: Words, batch: BatchId) -> Toast {
        Toast::new(words, false, Some(Offer::UndoBatch(batch)))
    }

    /// What became of many at once.
    pub fn batched(mut words: Words, outcome: &BatchOutcome) -> Toast {
        let refused = outcome.results.iter().filter_map(|r| match r {
            RowOutcome::Refused(reason) => Some(reason),
            _ => None,
        });
        let count = refused.clone().count();
        if outcome.commits == 0 {
            let reason = refused.into_iter().next();
            return reason.map_or_else(|| Toast::plain(tr!("Nothing to change")), |r| Toast::refused(said(r)));
        }
        if let Some(reason) = refused.into_iter().next() {
            words.more =
                tr!("{n} left as it is: {reason}" | "{n} left as they are: {reason}" % count, reason = said(reason));
        }
        Toast::many(words, outcome.batch)
    }

    /// What undoing or redoing did, in words.
    pub fn undone(verb: &str, outcome: UndoOutcome, offer: Option<Offer>) -> Toast {
        let kept = outcome.kept.into_iter().map(|(_, reason)| said(&reason)).next();
        let did = words::of_history(&outcome.label);
        match kept {
            Some(reason) if outcome.docs.is_empty() => Toast::refused(reason),
            Some(reason) => Toast::plain(format!("{verb}: {did}. {reason}")),
            None => Toast::plain(format!("{verb}: {did}")).offering(offer),
        }
    }

    pub fn plain(line: String) -> Toast {
        Toast::new(Words { verb: line, ..Words::default() }, false, None)
    }

    pub fn offering(self, offer: Option<Offer>) -> Toast {
        Toast { offer, ..self }
    }

    pub fn refused(line: String) -> Toast {
        let line = text(&line);
        let mut letters = line.chars();
        let line = letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Toast::new(Words { verb: line, ..Words::default() }, true, None)
    }

    /// The whole line, as it is read out.
    fn sentence(&self) -> String {
        let Words { verb, name, more, .. } = &self.words;
        let head = if name.is_empty() { verb.clone() } else { format!("{verb}: {name}") };
        if more.is_empty() { head } else { format!("{head}. {more}") }
    }
}

/// Draws it over everything, in the middle of what lies right of the rail, which ends at `left`; false once it is over.
pub fn show(ui: &mut egui::Ui, toast: &mut Toast, left: f32, reduced_motion: bool, actions: &mut Vec<Action>) -> bool {
    let p = palette(ui);
    let now = ui.input(|i| i.time);
    let (came, _) = *toast.shown.get_or_insert((now, now + motion::TOAST));
    let screen = ui.ctx().content_rect();
    let painter = ui.painter();
    let (regular, strong) = (type_scale::BODY, type_scale::BODY.strong());
    let wide = |text: &str, ty| Line::new(text, ty, p.onink).layout(painter, f32::INFINITY).size().x;
    let sentence = toast.sentence();
    let head = match toast.words.name.is_empty() {
        true => toast.words.verb.clone(),
        false => format!("{}: ", toast.words.verb),
    };
    let tail = if toast.words.more.is_empty() { String::new() } else { format!(". {}", toast.words.more) };
    let offered = toast.offer.map(|offer| (offer, offer.command().words()));
    let keys = toast.offer.and_then(|offer| offer.command().keys()).unwrap_or_default();
    let undo_width =
        wide(offered.as_ref().map_or("", |(_, label)| label), strong) + 16.0 + key_cap::width(painter, &keys) + 4.0;
    let more = toast.words.quote.map(|id| (id, UiCommand::Quote.words()));
    let more_width = more.as_ref().map_or(0.0, |(_, label)| wide(label, strong) + 24.0);
    let fixed = 14.0 + 26.0 + 10.0 + 34.0 + more_width + if offered.is_some() { undo_width } else { 0.0 };
    let text = wide(&head, regular) + wide(&toast.words.name, strong) + wide(&tail, regular);
    let width = (fixed + text).min(screen.width() - left - 40.0).ceil();
    let risen = match reduced_motion {
        true => 1.0,
        false => ((now - came) as f32 / motion::FOLD).clamp(0.0, 1.0),
    };
    if risen < 1.0 {
        ui.ctx().request_repaint();
    }
    let mut over = false;
    let area = Area::new(Id::unique("toast"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_BOTTOM, vec2(left / 2.0, -20.0 + 4.0 * (1.0 - risen)))
        .show(ui.ctx(), |ui| {
            ui.set_opacity(risen);
            let (rect, response) = ui.allocate_exact_size(Vec2::new(width, size::TOAST), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &sentence));
            ui.painter().add(shadow::lifted(p).as_shape(rect, radius::CARD));
            ui.painter().rect_filled(rect, radius::CARD, p.ink);
            let y = rect.center().y;
            let icon = match (toast.refused, toast.words.icon) {
                (true, _) => icons::ERROR,
                (false, icon) => icon.unwrap_or(icons::CHECK),
            };
            icons::paint(ui.painter(), icon, pos2(rect.left() + 22.0, y), size::ICON_MEDIUM, p.onink);
            let end = rect.right() - 34.0 - if offered.is_some() { undo_width } else { 0.0 };
            let undo_left = end;
            let end = end - more_width;
            let mut x = rect.left() + 40.0;
            for (text, ty) in [(&head, regular), (&toast.words.name, strong), (&tail, regular)] {
                x = line(ui.painter(), pos2(x, y), (end - x + 1.0).max(0.0), Line::new(text, ty, p.onink)).right();
            }
            if let Some((id, label)) = &more {
                let button = Rect::from_min_size(pos2(end, y - 14.0), vec2(more_width - 8.0, 28.0));
                let quote = ui.interact(button, ui.scope_id().with("quote"), Sense::click());
                quote.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
                let at = line(ui.painter(), pos2(end + 8.0, y), more_width, Line::new(label, strong, p.inkact));
                if quote.hovered() || quote.has_focus() {
                    ui.painter().hline(at.x_range(), at.bottom(), egui::Stroke::new(1.0, p.inkact));
                }
                if quote.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                    actions.push(Action::PerformOn(UiCommand::Quote, Hand::one(*id)));
                    over = true;
                }
            }
            if let Some((offer, label)) = &offered {
                let end = undo_left;
                let button = Rect::from_min_size(pos2(end, y - 14.0), vec2(undo_width - 4.0, 28.0));
                let undo = ui.interact(button, ui.scope_id().with("undo"), Sense::click());
                undo.widget_info(|| WidgetInfo::labeled(Role::Button, true, label));
                let at = line(ui.painter(), pos2(end + 8.0, y), undo_width, Line::new(label, strong, p.inkact));
                if undo.hovered() || undo.has_focus() {
                    ui.painter().hline(at.x_range(), at.bottom(), egui::Stroke::new(1.0, p.inkact));
                }
                key_cap::paint(ui.painter(), pos2(at.right() + 8.0, y), &keys, p, Some(p.onink.gamma_multiply(0.6)));
                if undo.on_hover_cursor(CursorIcon::PointingHand).clicked() {
                    actions.push(offer.action());
                    over = true;
                }
            }
            let cross = Rect::from_center_size(pos2(rect.right() - 18.0, y), Vec2::splat(24.0));
            let close = ui.interact(cross, ui.scope_id().with("close"), Sense::click());
            close.widget_info(|| WidgetInfo::labeled(Role::Button, true, tr!("Close this message")));
            icons::paint(ui.painter(), icons::CLOSE, cross.center(), size::ICON_MEDIUM, p.onink);
            over |= close.on_hover_cursor(CursorIcon::PointingHand).clicked();
            rect
        });
    let hovered = ui.input(|i| i.pointer.hover_pos()).is_some_and(|at| area.inner.contains(at));
    if hovered {
        toast.shown = Some((came, now + motion::TOAST));
    }
    let rest = toast.shown.map_or(0.0, |(_, ends)| ends) - now;
    if rest > 0.0 {
        ui.ctx().request_repaint_after_secs(rest as f32);
    }
    !over && rest > 0.0
}
