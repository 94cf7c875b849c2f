//! What one cell says and how it is painted; worked out once per revision for the rows in sight.

use eframe::egui::{Color32, Painter, Rect, pos2};
use satchel_core::{
    Kind, Records, Value,
    query::{Item, ListField},
    record::{ActivityState, FieldType, WonStatus},
};
use tr::tr;

use crate::{
    design::{Palette, icons, size, type_scale},
    locale,
    shell::Context,
    views::{
        board::face::{self, Tint},
        form::words,
        format, sales,
    },
    widgets::{Line, avatar, chip, line, line_right, stars},
};

/// A cell in words, and in which shape they are painted.
#[derive(Clone, Debug)]
pub struct Cell {
    pub words: String,
    look: Look,
}

#[derive(Clone, Debug)]
enum Look {
    Text(Tint),
    /// Medium, in full colour: what the record is called.
    Name,
    /// At the right; in full colour or quiet.
    Figure {
        strong: bool,
    },
    Next(Tint),
    Stars(i64),
    Stage(Dot),
    Person(u64),
    Tags(Vec<(String, u64)>),
}

/// The colour of a stage's dot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dot {
    First,
    /// The how-manieth of those between.
    Between(usize),
    Won,
    Lost,
}

impl Dot {
    pub fn color(self, p: &Palette) -> Color32 {
        match self {
            Dot::First => p.none,
            Dot::Between(0) => p.due.fill,
            Dot::Between(1) => p.accent,
            // Teal, rose, olive, slate, brick.
            Dot::Between(n) => p.people[[1, 2, 3, 5, 6][(n - 2) % 5]].0,
            Dot::Won => p.ok.fill,
            Dot::Lost => p.late.fill,
        }
    }
}

impl Cell {
    pub fn of(cx: &Context, item: Item, field: &ListField) -> Cell {
        let records = cx.records;
        let value = field.value(records, item, cx.today);
        let plain = |look| Cell { words: words::value(cx, field.ty, &value), look };
        match (&*field.name, &value, item) {
            ("name", _, Item::Activity(_, a)) => Cell { words: format::activity(records, a), look: Look::Name },
            ("name", _, Item::Invoice(invoice)) => Cell { words: sales::invoice_title(invoice), look: Look::Name },
            ("name", ..) => plain(Look::Name),
            ("state", _, Item::Quotation(q)) => {
                let late = matches!(q.state.as_str(), "draft" | "sent") && q.validity.is_some_and(|day| day < cx.today);
                let look = Look::Text(if late { Tint::Late } else { Tint::Plain });
                Cell { words: sales::quotation_words(q, cx.today), look }
            }
            ("state", _, Item::Invoice(invoice)) => {
                Cell { words: sales::invoice_words(invoice), look: Look::Text(Tint::Plain) }
            }
            ("activity_type", Value::Text(kind), _) | ("type", Value::Text(kind), Item::Activity(..)) => {
                let words = format::activity_type_named(records, kind);
                Cell { words, look: Look::Text(Tint::Plain) }
            }
            ("priority", Value::Int(stars), _) => {
                Cell { words: tr!("{} of 3 stars", stars.clamp(&0, &3)), look: Look::Stars(*stars) }
            }
            ("stage", Value::Ref(_), Item::Opportunity(o)) => {
                let dot = match records.won_status(o) {
                    WonStatus::Lost => Dot::Lost,
                    WonStatus::Won => Dot::Won,
                    WonStatus::Pending => dot(records, records.stage(o).map(|s| s.id)),
                };
                plain(Look::Stage(dot))
            }
            ("date_deadline", Value::Date(day), Item::Opportunity(o)) => {
                let late = (cx.today - *day).num_days();
                match late > 0 && records.won_status(o) == WonStatus::Pending {
                    true => {
                        let words = tr!("{day}, {late} d late", day = locale::month_day(*day), late = late);
                        Cell { words, look: Look::Text(Tint::Late) }
                    }
                    false => Cell { words: cx.day(*day), look: Look::Text(Tint::Plain) },
                }
            }
            ("activity_date_deadline", ..) => next_activity(cx, item),
            (_, Value::Date(day), _) => Cell { words: cx.day(*day), look: Look::Text(Tint::Plain) },
            (_, Value::Time(at), _) => Cell {
                words: format!("{} {}", cx.day(cx.environment.day(*at)), format::clock(*at, cx.environment)),
                look: Look::Text(Tint::Plain),
            },
            (_, Value::Ref(id), _) if field.ty == FieldType::Ref(Kind::User) => {
                plain(Look::Person(format::person_number(*id)))
            }
            (_, Value::Refs(ids), _) => {
                let tags = ids.iter().filter_map(|id| records.tags.get(id));
                plain(Look::Tags(tags.map(|t| (t.name.clone(), t.color.unsigned_abs())).collect()))
            }
            // Worked out: cents only make noise.
            ("prorated_revenue" | "recurring_revenue_prorated" | "recurring_revenue_monthly", Value::Money(sum), _) => {
                let words = format::money_round(*sum, format::currency(records));
                Cell { words: if sum.0 == 0 { String::new() } else { words }, look: Look::Figure { strong: false } }
            }
            (name, Value::Money(_) | Value::Percent(_) | Value::Int(_), _) => {
                plain(Look::Figure { strong: name == "expected_revenue" })
            }
            (_, Value::Text(text), _) if matches!(field.ty, FieldType::Choice(_)) => {
                // What may be chosen in a field of one's own is data.
                let own = records.custom_fields.values().any(|own| own.key == *field.name);
                let words = if own || text.is_empty() { text.clone() } else { crate::locale::text(text) };
                Cell { words: format::capital(&words), look: Look::Text(Tint::Plain) }
            }
            (_, Value::Bool(false), _) => Cell { words: String::new(), look: Look::Text(Tint::Plain) },
            _ => plain(Look::Text(Tint::Plain)),
        }
    }

    /// So much room it takes, painted whole.
    pub fn width(&self, painter: &Painter) -> f32 {
        let text = |ty| Line::new(&self.words, ty, Color32::PLACEHOLDER).layout(painter, f32::INFINITY).size().x;
        match &self.look {
            Look::Name => text(type_scale::VALUE),
            Look::Text(_) => text(type_scale::BODY),
            Look::Figure { strong } => text(if *strong { type_scale::VALUE } else { type_scale::BODY }),
            Look::Next(_) => text(type_scale::SECONDARY.medium()),
            Look::Stars(_) => stars::WIDTH,
            Look::Stage(_) => 14.0 + text(type_scale::BODY),
            Look::Person(_) => 24.0 + text(type_scale::BODY),
            Look::Tags(tags) => tags.iter().map(|(name, _)| chip::tag_width(painter, name) + 4.0).sum(),
        }
    }

    pub fn paint(&self, painter: &Painter, rect: Rect, hovered: bool, p: &Palette) {
        let room = rect.width();
        let (left, right) = (rect.left_center(), rect.right_center());
        match &self.look {
            Look::Name => {
                let color = if hovered { p.accent } else { p.text };
                let none = if self.words.is_empty() { tr!("No title") } else { String::new() };
                let text = if self.words.is_empty() { &none } else { &self.words };
                line(painter, left, room, Line::new(text, type_scale::VALUE, color));
            }
            Look::Text(tint) => {
                line(painter, left, room, Line::new(&self.words, type_scale::BODY, tint.color(p)));
            }
            Look::Figure { strong } => {
                let (ty, color) = match strong {
                    true => (type_scale::VALUE, p.text),
                    false => (type_scale::BODY, p.text2),
                };
                line_right(painter, right, room, Line::new(&self.words, ty, color));
            }
            Look::Next(tint) => {
                line(painter, left, room, Line::new(&self.words, type_scale::SECONDARY.medium(), tint.color(p)));
            }
            Look::Stars(stars) => _ = stars::paint(painter, left, *stars, p),
            Look::Stage(dot) => {
                painter.circle_filled(pos2(left.x + 4.0, left.y), 4.0, dot.color(p));
                let at = pos2(left.x + 14.0, left.y);
                line(painter, at, room - 14.0, Line::new(&self.words, type_scale::BODY, p.text));
            }
            Look::Person(number) => {
                let centre = pos2(left.x + 9.0, left.y);
                let initials = format::initials(&self.words);
                avatar::paint(painter, centre, size::AVATAR_SMALL, &initials, *number, p);
                let at = pos2(left.x + 24.0, left.y);
                line(painter, at, room - 24.0, Line::new(&self.words, type_scale::BODY, p.text2));
            }
            Look::Tags(tags) => {
                let mut x = left.x;
                for (name, color) in tags {
                    let wide = chip::tag_width(painter, name);
                    if x > left.x && x + wide > rect.right() {
                        line(painter, pos2(x, left.y), 20.0, Line::new("…", type_scale::TAG, p.text3));
                        break;
                    }
                    let room = (rect.right() - x).max(0.0);
                    x = chip::tag(painter, pos2(x, left.y), room, name, *color, p).right() + 4.0;
                }
            }
        }
    }
}

fn dot(records: &Records, stage: Option<satchel_core::DocId>) -> Dot {
    let stages = records.stages_of(None);
    match stages.iter().position(|s| Some(s.id) == stage) {
        Some(0) | None => Dot::First,
        Some(at) => Dot::Between(at - 1),
    }
}

fn next_activity(cx: &Context, item: Item) -> Cell {
    let activities = match item {
        Item::Opportunity(o) => &o.activities,
        Item::Contact(c) => &c.activities,
        _ => return Cell { words: String::new(), look: Look::Text(Tint::Quiet) },
    };
    let next = activities.iter().filter(|a| a.done.is_none()).min_by_key(|a| (a.date_deadline, a.id));
    match next.and_then(|a| Some((a, a.state(cx.today)?))) {
        None => Cell { words: tr!("next activity" => "None"), look: Look::Text(Tint::Quiet) },
        Some((a, state)) => {
            let (when, tint) = face::when(a.date_deadline, state, cx.today);
            let comma = if state == ActivityState::Overdue { "," } else { "" };
            Cell {
                words: format!("{}{comma} {when}", format::activity_type(cx.records.activity_type(a.kind))),
                look: Look::Next(tint),
            }
        }
    }
}

/// What stands before the name, most urgent first: two values, rotting, changed by somebody else.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    pub conflict: bool,
    pub rotting: Option<i64>,
    pub unread: bool,
    /// Of contacts: a company, or a person.
    company: Option<bool>,
}

impl Marks {
    pub fn of(cx: &Context, item: Item) -> Marks {
        let conflict = cx.records.meta(item.id()).is_some_and(|m| !m.conflicts.is_empty());
        let rotting = match item {
            Item::Opportunity(o) => cx.records.rotting_days(o, cx.today),
            _ => None,
        };
        let company = match item {
            Item::Contact(c) => Some(c.is_company),
            _ => None,
        };
        Marks { conflict, rotting, unread: cx.is_unread(item.id()), company }
    }

    pub fn words(self) -> Option<String> {
        let parts = [
            self.conflict.then(|| tr!("two values")),
            self.rotting.map(|days| tr!("untouched for {n} day" | "untouched for {n} days" % days)),
            self.unread.then(|| tr!("changed by somebody else")),
        ];
        let words: Vec<String> = parts.into_iter().flatten().collect();
        (!words.is_empty()).then(|| words.join(", "))
    }

    pub fn paint(self, painter: &Painter, rect: Rect, p: &Palette) {
        let centre = rect.center();
        if self.conflict {
            icons::paint(painter, icons::CONFLICT, centre, size::ICON_MEDIUM, p.two.text);
        } else if self.rotting.is_some() {
            icons::paint(painter, icons::ROTTING, centre, size::ICON_MEDIUM, p.old.text);
        } else if self.unread {
            painter.circle_filled(centre, 3.5, p.accent);
        } else if let Some(company) = self.company {
            let icon = if company { icons::BUSINESS } else { icons::PERSON };
            icons::paint(painter, icon, centre, size::ICON_MEDIUM, p.text3);
        }
    }
}
