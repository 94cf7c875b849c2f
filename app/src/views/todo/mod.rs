//! To-do: what is overdue, today's and planned, one's own or others', ticked off and put off, one by one or many.

mod keys;
mod lines;
mod many;
mod row;
mod whose;

use std::{
    collections::{BTreeSet, HashSet},
    rc::Rc,
};

use chrono::NaiveDate;
use eframe::egui::{
    Align, CursorIcon, Frame, Id, Layout, Margin, Panel, Popup, Rect, Role, ScrollArea, Sense, Ui, UiBuilder,
    WidgetInfo, pos2, vec2,
};
use satchel_core::{
    DocId,
    query::{Listing, Query},
};
use tr::tr;

use self::{
    lines::{Head, Line, Lines},
    many::Many,
    whose::{Whose, is_done},
};
use super::{
    answer::Answer,
    board::unanswerable,
    form::activities::{
        finish::{self, End, Finishing, Suggested},
        snooze::Snooze,
    },
    format,
};
use crate::{
    design::{icons, palette, size, type_scale},
    locale::{self, Locale},
    shell::{Context, Page},
    widgets::{Button, Line as Text, check, empty, line, menu, view_bar},
};

#[derive(Default)]
pub struct TodoView {
    answer: Answer<Asked, Lines>,
    shown: Rc<Lines>,
    /// The line that keys are about.
    cursor: usize,
    /// The activity there, to stay with it when lines change.
    at: Option<DocId>,
    /// The cursor gets the focus and comes into sight.
    follow: bool,
    /// It does so in this frame.
    moving: bool,
    folded: HashSet<String>,
    selected: HashSet<DocId>,
    /// Where a range begins.
    anchor: Option<usize>,
    finishing: Option<Finishing>,
    suggested: Option<Suggested>,
    snooze: Snooze,
    many: Many,
    /// What is done is shown: nothing is to be done with it.
    done: bool,
    /// In which pass it was drawn last.
    drawn: u64,
}

/// What is asked: of which revision, on which day, in which language.
#[derive(Clone, PartialEq)]
struct Asked {
    revision: u64,
    today: NaiveDate,
    query: Query,
    people: People,
    locale: Locale,
}

/// Whose meetings and calls are shown.
#[derive(Clone, PartialEq)]
enum People {
    Nobody,
    These(BTreeSet<DocId>),
    Everybody,
}

const ROW: f32 = size::ACTIVITY_ROW;
const HEAD: f32 = size::GROUP_ROW;
const FEEDBACK: f32 = 40.0;

impl TodoView {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        let finishing = self.finishing.as_ref();
        let on = finishing.and_then(|f| cx.records.activity(f.id)).map_or("", |(on, _)| cx.records.name(on));
        cx.unsaved.extend(finishing.and_then(|f| f.unsaved(on)));
        self.many.unsaved(cx);
    }

    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context) {
        let pass = ui.ctx().cumulative_pass_nr();
        let opened = self.drawn + 2 < pass || self.drawn == 0;
        self.drawn = pass;
        if let Err(why) = self.ask(cx) {
            return unanswerable(ui, cx, &why);
        }
        if opened {
            self.follow = !ui.ctx().text_edit_focused();
        }
        self.done = is_done(cx.query);
        if self.done {
            self.selected.clear();
        }
        self.commands(ui, cx);
        self.bar(ui, cx);
        self.suggest(ui, cx);
        if self.shown.lines.is_empty() {
            return self.nothing(ui, cx);
        }
        self.list(ui, cx);
        self.many.show(ui, cx, &mut self.selected);
    }

    fn ask(&mut self, cx: &mut Context) -> Result<(), String> {
        let asked = Asked {
            revision: cx.records.revision,
            today: cx.today,
            query: cx.query.clone(),
            people: people(cx),
            locale: locale::current(),
        };
        let mut turned = self.answer.turn(&asked);
        if !self.answer.is_busy(&asked) {
            let asker = cx.asker();
            let ready =
                cx.query.ask(cx.records, Listing::Activities, &asker).map_err(|e| crate::locale::said(&e.message()))?;
            let people = asked.people.clone();
            turned |= self.answer.ask(cx, asked, move |records| {
                let agenda = match people {
                    People::Nobody => None,
                    People::These(people) => Some(lines::today(records, &asker, Some(people))),
                    People::Everybody => Some(lines::today(records, &asker, None)),
                };
                Lines::of(records, &ready, agenda.as_ref())
            });
        }
        if turned && let Some(shown) = self.answer.shown() {
            self.shown = Rc::clone(shown);
            self.settle();
        }
        Ok(())
    }

    /// The cursor stays with its activity, else where it was; what is gone is no longer selected.
    fn settle(&mut self) {
        let there: HashSet<DocId> = self.shown.ids().collect();
        self.selected.retain(|id| there.contains(id));
        let is_at = |line: &Line| matches!(line, Line::Activity(id) if Some(*id) == self.at);
        let same = self.shown.lines.iter().position(is_at);
        self.follow |= same.is_none() && self.at.is_some();
        let last = self.shown.lines.len().saturating_sub(1);
        self.cursor = same.unwrap_or(self.cursor).min(last);
        self.off_the_heads(1);
    }

    fn bar(&mut self, ui: &mut Ui, cx: &mut Context) {
        let place = view_bar::show(ui, |ui| ui.max_rect());
        let p = palette(ui);
        let title = tr!("To-do");
        let left = line(ui.painter(), place.left_center(), 200.0, Text::new(&title, type_scale::TITLE, p.text));
        let rest = Rect::from_min_max(pos2(left.right() + 14.0, place.top()), place.max);
        if !self.selected.is_empty() {
            let ids: Vec<DocId> = self.shown.ids().filter(|id| self.selected.contains(id)).collect();
            return self.many.bar(ui, cx, rest, &ids, &mut self.selected);
        }
        let builder = UiBuilder::new().max_rect(rest).layout(Layout::right_to_left(Align::Center));
        let mut right = ui.new_child(builder.id_salt("done or not"));
        right.spacing_mut().item_spacing.x = 4.0;
        let done = is_done(cx.query);
        for (is, words, name) in [
            (true, tr!("activity" => "Done"), tr!("Show what is done")),
            (false, tr!("To do"), tr!("Show what is to do")),
        ] {
            if right.add(Button::ghost(&words).name(&name).selected(done == is)).clicked() && done != is {
                let whose = Whose::of(cx).unwrap_or(Whose::Mine);
                whose.ask(cx, is);
            }
        }
        let end = right.min_rect().left() - 12.0;
        let builder = UiBuilder::new().max_rect(rest.with_max_x(end)).layout(Layout::left_to_right(Align::Center));
        let mut bar = ui.new_child(builder.id_salt("whose"));
        bar.spacing_mut().item_spacing.x = 4.0;
        choose_whose(&mut bar, cx, done);
        if !done {
            bar.add_space(8.0);
            for (by, words) in [("state", tr!("By state")), ("type", tr!("By type")), ("record", tr!("By record"))] {
                let on = cx.query.group_by.len() == 1 && cx.query.group_by[0] == by;
                if bar.add(Button::ghost(&words).small().selected(on)).clicked() {
                    cx.query.group_by = vec![by.to_owned()];
                }
            }
        }
        let count = self.shown.count;
        let count = tr!("{count} activity" | "{count} activities" % count, count = format::thousands(count as u64));
        bar.add_space(8.0);
        bar.label(type_scale::SECONDARY.text(count).color(p.text3));
    }

    /// What the type of the one that was done suggests.
    fn suggest(&mut self, ui: &mut Ui, cx: &mut Context) {
        let Some(suggested) = self.suggested.as_ref().filter(|s| s.is_due(cx.records)) else { return };
        let margin = Margin { left: size::VIEW_MARGIN as i8, right: size::VIEW_MARGIN as i8, top: 0, bottom: 8 };
        let answer = Panel::top("suggested")
            .exact_size(Suggested::HEIGHT + 8.0)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::new().inner_margin(margin))
            .show(ui, |ui| {
                let rect = ui.max_rect();
                suggested.show(ui, cx, rect.with_max_x(rect.right().min(rect.left() + size::LIST_MAX)), true)
            })
            .inner;
        let Some(answer) = answer else { return };
        if answer == finish::Answer::Plan {
            let command = suggested.command(cx);
            cx.execute(command);
        }
        self.suggested = None;
    }

    fn nothing(&mut self, ui: &mut Ui, cx: &mut Context) {
        let only_whose = cx.query.facets.len() <= 1 && cx.query.text.trim().is_empty();
        if !only_whose {
            let sentence = tr!("There may be activities that the search leaves out.");
            if empty::show(ui, icons::SEARCH, &tr!("No match"), &sentence, &[&tr!("Clear search")]).is_some() {
                cx.query.clear();
                Whose::Mine.ask(cx, false);
            }
            return;
        }
        let (title, sentence) = match (is_done(cx.query), Whose::of(cx) == Some(Whose::Mine)) {
            (true, _) => (tr!("Nothing done yet"), tr!("What is ticked off is found here.")),
            (_, true) => {
                (tr!("Nothing to do"), tr!("What is planned for you on opportunities and contacts is found here."))
            }
            _ => (tr!("Nothing to do"), tr!("Nothing is planned for them.")),
        };
        if empty::show(ui, icons::CHECKLIST, &title, &sentence, &[&tr!("Open the pipeline")]).is_some() {
            cx.open(Page::Pipeline);
        }
    }

    fn list(&mut self, ui: &mut Ui, cx: &mut Context) {
        let area = ui.available_rect_before_wrap();
        let width = (area.width() - 2.0 * size::VIEW_MARGIN).min(size::LIST_MAX);
        let shown = Rc::clone(&self.shown);
        let follow = std::mem::take(&mut self.follow);
        self.moving = follow;
        let mut hidden: Option<usize> = None;
        ScrollArea::vertical().id_salt("to-do").auto_shrink(false).show_viewport(ui, |ui, viewport| {
            let corner = ui.max_rect().min + vec2(size::VIEW_MARGIN, 0.0);
            let mut y = 0.0;
            for (at, one) in shown.lines.iter().enumerate() {
                if let Line::Head(head) = one {
                    hidden = hidden.filter(|depth| head.depth > *depth);
                }
                if hidden.is_some() {
                    continue;
                }
                let finishing = matches!((one, &self.finishing), (Line::Activity(id), Some(f)) if f.id == *id);
                let high = match one {
                    Line::Head(_) => HEAD,
                    _ => ROW,
                };
                let rect = Rect::from_min_size(corner + vec2(0.0, y), vec2(width, high));
                let rest = if finishing { FEEDBACK } else { 0.0 };
                let in_sight = y + high + rest >= viewport.top() && y <= viewport.bottom();
                let here = follow && at == self.cursor;
                if here && !in_sight {
                    ui.scroll_to_rect(rect, Some(Align::Center));
                }
                if in_sight || here {
                    match one {
                        Line::Head(head) => self.head(ui, head, rect),
                        Line::Event(entry) => self.event(ui, cx, at, entry, rect, here),
                        Line::Activity(id) => self.activity(ui, cx, at, *id, rect, here),
                    }
                }
                y += high;
                if finishing {
                    self.feedback(ui, cx, Rect::from_min_size(corner + vec2(0.0, y), vec2(width, FEEDBACK)));
                    y += FEEDBACK;
                }
                if let Line::Head(head) = one
                    && self.folded.contains(&head.title)
                {
                    hidden = Some(head.depth);
                }
            }
            ui.allocate_rect(Rect::from_min_size(ui.max_rect().min, vec2(width, y + 24.0)), Sense::hover());
        });
    }

    fn head(&mut self, ui: &mut Ui, head: &Head, rect: Rect) {
        let p = palette(ui);
        let id = Id::unique(("to-do group", head.depth, &head.title));
        ui.painter().rect_filled(rect, 0, p.sunken);
        let response = ui.interact(rect, id, Sense::click());
        let folded = self.folded.contains(&head.title);
        let count = format::thousands(head.count as u64);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, !folded, format!("{}, {count}", head.title)));
        let y = rect.center().y;
        if !head.ids.is_empty() && !self.done {
            let chosen = head.ids.iter().filter(|id| self.selected.contains(id)).count();
            let state = match chosen {
                0 => check::State::Off,
                n if n == head.ids.len() => check::State::On,
                _ => check::State::Some,
            };
            let place = Rect::from_center_size(pos2(rect.left() + 20.0, y), vec2(24.0, 24.0));
            let name = tr!("Select {}", head.title);
            if check::show_at(ui, place, id.with("check"), state, &name, Sense::click()).clicked() {
                match state {
                    check::State::On => head.ids.iter().for_each(|id| _ = self.selected.remove(id)),
                    _ => self.selected.extend(&head.ids),
                }
            }
        }
        let x = rect.left() + 40.0 + 16.0 * head.depth as f32;
        let arrow = if folded { icons::RIGHT } else { icons::EXPAND_MORE };
        icons::paint(ui.painter(), arrow, pos2(x + 8.0, y), size::ICON, p.text2);
        let color = match head.state.as_str() {
            "overdue" => p.late.text,
            "today" => p.due.text,
            "planned" => p.ok.text,
            _ => p.text,
        };
        let title = Text::new(&head.title, type_scale::CARD_TITLE, color);
        let end = line(ui.painter(), pos2(x + 24.0, y), rect.width() - 120.0, title).right();
        line(ui.painter(), pos2(end + 8.0, y), 80.0, Text::new(&count, type_scale::BODY, p.text3));
        if response.has_focus() {
            crate::widgets::line::focus_ring(ui.painter(), rect.shrink(1.0), 4, p);
        }
        if response.on_hover_cursor(CursorIcon::PointingHand).clicked() && !self.folded.remove(&head.title) {
            self.folded.insert(head.title.clone());
        }
    }

    /// What came of it, asked under the row.
    fn feedback(&mut self, ui: &mut Ui, cx: &mut Context, rect: Rect) {
        let Some(finishing) = &mut self.finishing else { return };
        let place = Rect::from_min_max(rect.min + vec2(row::TITLE, 2.0), rect.max);
        let Some(end) = finishing.show(ui, place) else { return };
        if end == End::Done {
            let command = finishing.command();
            let found = cx.records.activity(finishing.id);
            self.suggested = found.and_then(|(on, activity)| Suggested::after(cx, on, activity));
            cx.execute(command);
        }
        self.finishing = None;
        self.follow = true;
    }
}

/// Whose meetings and calls of today are shown: where activities stand by state, and nothing narrows them.
fn people(cx: &Context) -> People {
    let plain = cx.query.facets.len() <= 1 && cx.query.text.trim().is_empty() && !is_done(cx.query);
    if !plain || cx.query.group_by.first().is_none_or(|by| by != "state") {
        return People::Nobody;
    }
    match Whose::of(cx) {
        Some(Whose::Mine) => People::These(BTreeSet::from([cx.user])),
        Some(Whose::Of(user)) => People::These(BTreeSet::from([user])),
        Some(Whose::Team) => {
            let team = cx.records.users.get(&cx.user).and_then(|u| u.team);
            let members = cx.records.users.values().filter(|u| u.team == team).map(|u| u.id);
            People::These(members.collect())
        }
        Some(Whose::Everybody) => People::Everybody,
        None => People::Nobody,
    }
}

fn choose_whose(ui: &mut Ui, cx: &mut Context, done: bool) {
    let whose = Whose::of(cx);
    let words = whose.map_or_else(|| tr!("Several people"), |w| w.words(cx));
    let name = tr!("Whose: {}", words);
    let button = ui.add(Button::new(&words).name(&name).icon(icons::PERSON).trailing(icons::EXPAND_MORE).small());
    let mut chosen = None;
    Popup::menu(&button).gap(4.0).width(220.0).show(|ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
            for one in Whose::all(cx) {
                if menu::choice(ui, &one.words(cx), whose == Some(one)).clicked() {
                    chosen = Some(one);
                }
            }
        });
    });
    if let Some(one) = chosen {
        one.ask(cx, done);
    }
}
