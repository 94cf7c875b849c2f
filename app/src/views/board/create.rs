//! Quick create at the head of a column: customer, title, revenue, stars.

use eframe::egui::{
    Id, Key, Label, Modifiers, Popup, PopupCloseBehavior, Rect, Response, Stroke, StrokeKind, Ui, UiBuilder, pos2, vec2,
};
use satchel_core::{Command, DocId, Kind, Money, Value, query::board::ColumnKey};
use tr::tr;

use crate::{
    design::{icons, palette, radius, shadow, size, type_scale},
    shell::{Context, Page},
    views::{
        alike::{self, Alike},
        format, reading,
    },
    widgets::{Button, Input, menu, stars},
};

const HEIGHT: f32 = 120.0;
/// How high the warning is that it may be here already.
const WARNING: f32 = 28.0;
/// How wide the button that adds is.
const ADD: f32 = 62.0;

pub struct QuickCreate {
    pub column: ColumnKey,
    /// What the column asks of its cards.
    beginning: Vec<(String, Value)>,
    customer: String,
    title: String,
    revenue: String,
    stars: i64,
    /// The field to focus at the next frame.
    focus: Option<&'static str>,
    /// Enter was pressed with nothing to create from.
    nothing: bool,
    /// Which of the suggested customers the arrow keys are on.
    suggestion: Option<usize>,
    found: Found,
    alike: Alike,
    /// Whether the warning was shown in the last frame.
    warned: bool,
}

/// What became of it this frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum After {
    Open,
    Closed,
}

/// The fields, not what they are called.
const CUSTOMER: &str = "Customer";
const TITLE: &str = "Title";

impl QuickCreate {
    pub fn new(column: ColumnKey, beginning: Vec<(String, Value)>) -> QuickCreate {
        QuickCreate {
            column,
            beginning,
            customer: String::new(),
            title: String::new(),
            revenue: String::new(),
            stars: 0,
            focus: Some(CUSTOMER),
            nothing: false,
            suggestion: None,
            found: Found::default(),
            alike: Alike::default(),
            warned: false,
        }
    }

    /// Of leads, which stand in no column.
    pub fn lead() -> QuickCreate {
        QuickCreate::new(ColumnKey::Value(Value::Null), vec![("type".to_owned(), "lead".into())])
    }

    fn makes_lead(&self) -> bool {
        self.beginning.iter().any(|(name, value)| name == "type" && *value == Value::from("lead"))
    }

    /// The next thing typed goes here.
    pub fn focus(&mut self) {
        self.focus = Some(CUSTOMER);
    }

    /// In another column with what is typed already.
    pub fn again(typed: Option<QuickCreate>, column: ColumnKey, beginning: Vec<(String, Value)>) -> QuickCreate {
        match typed {
            Some(typed) => QuickCreate { column, beginning, focus: Some(CUSTOMER), ..typed },
            None => QuickCreate::new(column, beginning),
        }
    }

    /// What is typed and not added.
    pub fn unsaved(&self, cx: &mut Context) {
        let typed = [&self.title, &self.customer].into_iter().find(|text| !text.trim().is_empty());
        cx.unsaved.extend(typed.map(|text| match self.makes_lead() {
            true => tr!("The new lead ‘{}’ is not added yet", text.trim()),
            false => tr!("The new opportunity ‘{}’ is not added yet", text.trim()),
        }));
    }

    pub fn height(&self) -> f32 {
        if self.warned { HEIGHT + WARNING } else { HEIGHT }
    }

    /// The line under the fields: why the amount is none, or what is here already.
    fn warn(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Context) {
        let mut typed: Vec<(String, Value)> = alike::typed("email_from", &self.customer).into_iter().collect();
        let known = self.found.look(cx, &self.customer).exact;
        typed.extend(known.map(|id| ("partner".to_owned(), Value::Ref(id))));
        let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
        if let Err(why) = self.amount() {
            let p = palette(ui);
            child.add(Label::new(type_scale::SECONDARY.text(why).color(p.late.text)).truncate());
            self.warned = true;
            return;
        }
        let before = child.cursor().min.y;
        let opened = self.alike.line(&mut child, cx, Kind::Opportunity, &typed);
        self.warned = child.cursor().min.y > before;
        if let Some(id) = opened {
            cx.open(Page::of(id));
        }
    }

    fn amount(&self) -> Result<Money, String> {
        reading::money(&self.revenue)
    }

    pub fn show(&mut self, ui: &mut Ui, rect: Rect, cx: &mut Context) -> After {
        let p = palette(ui);
        ui.painter().add(shadow::card(p).as_shape(rect, radius::CARD));
        ui.painter().rect(rect, radius::CARD, p.card, Stroke::new(1.0, p.accent), StrokeKind::Inside);
        let inner = rect.shrink(9.0);
        let row = |i: f32| Rect::from_min_size(inner.min + vec2(0.0, 36.0 * i), vec2(inner.width(), size::CONTROL));
        let id = Id::unique("quick create");
        let mut after = After::Open;
        // Before the fields take the keys for themselves.
        if ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            after = After::Closed;
        }
        let customer = field(ui, row(0.0), |ui| {
            let name = tr!("Customer");
            Input::new(&mut self.customer, &name).hint(&name).id(id.with(CUSTOMER)).reserve(20.0).show(ui)
        });
        let known = self.found.look(cx, &self.customer).exact.is_some();
        let at = pos2(row(0.0).right() - 17.0, row(0.0).center().y);
        let color = if known { p.accent } else { p.text3 };
        icons::paint(ui.painter(), icons::BUSINESS, at, size::ICON_MEDIUM, color);
        self.suggest(ui, &customer, row(0.0), cx);
        let title = field(ui, row(1.0), |ui| {
            let (name, hint) = (tr!("Title"), tr!("Title, e.g. GTX Basic for reception"));
            Input::new(&mut self.title, &name).hint(&hint).id(id.with(TITLE)).wrong(self.nothing).show(ui)
        });
        let last = row(2.0);
        let sign = format::currency_sign(format::currency(cx.records));
        let money = (last.width() - ADD - stars::WIDTH - 18.0).clamp(60.0, 96.0);
        let money = Rect::from_min_size(last.min, vec2(money, last.height()));
        let wrong = self.amount().is_err();
        field(ui, money, |ui| {
            Input::new(&mut self.revenue, &tr!("Expected revenue")).hint("0").prefix(sign.trim()).wrong(wrong).show(ui)
        });
        let rating = Rect::from_min_size(pos2(money.right() + 8.0, last.top() + 3.0), vec2(stars::WIDTH, 24.0));
        field(ui, rating, |ui| stars::edit(ui, &mut self.stars, &tr!("Priority")));
        let add = Rect::from_min_max(pos2(last.right() - ADD, last.top() + 3.0), pos2(last.right(), last.top() + 27.0));
        let add = field(ui, add, |ui| {
            ui.add(Button::primary(&tr!("button of a card" => "Add")).small().trailing(icons::RETURN).width(ADD))
        });
        let warning = Rect::from_min_size(pos2(inner.left(), last.bottom() + 3.0), vec2(inner.width(), 22.0));
        self.warn(ui, warning, cx);
        let esc = Rect::from_min_size(pos2(last.right() - ADD - 36.0, last.top() + 3.0), vec2(34.0, 24.0));
        let room = esc.left() > rating.right() + 2.0;
        if room
            && field(ui, esc, |ui| ui.add(Button::ghost("Esc").name(&tr!("Close quick create")).small().width(34.0)))
                .clicked()
        {
            after = After::Closed;
        }
        match self.focus.take() {
            Some(CUSTOMER) => customer.request_focus(),
            Some(_) => title.request_focus(),
            None => {}
        }
        // Enter leaves a field of one line; whichever it was, it means "add".
        let entered = ui.input(|i| i.key_pressed(Key::Enter)) && (customer.lost_focus() || self.left_by_enter(ui, id));
        if title.changed() || customer.changed() {
            self.nothing = false;
        }
        if after == After::Open && (entered || add.clicked()) {
            self.create(cx);
        }
        after
    }

    fn left_by_enter(&self, ui: &Ui, id: Id) -> bool {
        let focused = ui.memory(|m| m.focused());
        focused.is_none() || focused == Some(id.with(TITLE)) || focused == Some(id.with(CUSTOMER))
    }

    /// Customers whose names begin like, or hold, what is typed.
    fn suggest(&mut self, ui: &mut Ui, customer: &Response, under: Rect, cx: &Context) {
        let found = self.found.look(cx, &self.customer);
        if self.customer.trim().chars().count() < 2 || !customer.has_focus() || found.exact.is_some() {
            self.suggestion = None;
            return;
        }
        let names = &found.names;
        if names.is_empty() {
            return;
        }
        let (down, up) = ui.input_mut(|i| {
            (i.consume_key(Modifiers::NONE, Key::ArrowDown), i.consume_key(Modifiers::NONE, Key::ArrowUp))
        });
        let last = names.len() - 1;
        self.suggestion = match (self.suggestion, down, up) {
            (None, true, _) => Some(0),
            (Some(i), true, _) => Some((i + 1).min(last)),
            (Some(0), _, true) => None,
            (Some(i), _, true) => Some(i - 1),
            (now, ..) => now.filter(|i| *i <= last),
        };
        let mut chosen = None;
        if let Some(i) = self.suggestion
            && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
        {
            chosen = Some(names[i].clone());
        }
        Popup::from_response(customer)
            .open(true)
            .anchor(under)
            .gap(3.0)
            .width(under.width())
            .close_behavior(PopupCloseBehavior::IgnoreClicks)
            .show(|ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                for (i, name) in names.iter().enumerate() {
                    let row = menu::item(ui, Some(icons::BUSINESS), name, None);
                    if self.suggestion == Some(i) {
                        ui.painter().rect_stroke(
                            row.rect,
                            radius::CONTROL,
                            Stroke::new(1.0, palette(ui).accent),
                            StrokeKind::Inside,
                        );
                    }
                    // Pressed, not clicked: the field loses the focus with the press and the list would be gone.
                    if row.is_pointer_button_down_on() || row.clicked() {
                        chosen = Some(name.clone());
                    }
                }
            });
        if let Some(name) = chosen {
            self.customer = name;
            self.suggestion = None;
            self.focus = Some(TITLE);
        }
    }

    fn create(&mut self, cx: &mut Context) {
        let (customer, title) = (self.customer.trim().to_owned(), self.title.trim().to_owned());
        let Ok(amount) = self.amount() else { return };
        if customer.is_empty() && title.is_empty() {
            self.nothing = true;
            self.focus = Some(TITLE);
            return;
        }
        let lead = self.makes_lead();
        let title = match (title.is_empty(), lead) {
            (false, _) => title,
            (true, false) => tr!("{customer}’s opportunity", customer),
            (true, true) => tr!("{customer}’s lead", customer),
        };
        let mut fields = vec![
            ("type".to_owned(), Value::from("opportunity")),
            ("name".to_owned(), Value::from(title)),
            ("expected_revenue".to_owned(), Value::Money(amount)),
            ("priority".to_owned(), Value::Int(self.stars)),
            ("user".to_owned(), Value::Ref(cx.user)),
        ];
        fields.retain(|(name, _)| !self.beginning.iter().any(|(other, _)| other == name));
        fields.extend(self.beginning.iter().cloned());
        let mut commands = Vec::new();
        if !customer.is_empty() {
            let partner = self.found.look(cx, &customer).exact.unwrap_or_else(|| {
                let id = cx.new_id(Kind::Contact);
                let fields = vec![
                    ("name".to_owned(), Value::from(customer.as_str())),
                    ("is_company".to_owned(), Value::Bool(true)),
                ];
                commands.push(Command::Create { id, fields });
                id
            });
            fields.retain(|(name, _)| name != "partner");
            fields.push(("partner".to_owned(), Value::Ref(partner)));
        }
        let opportunity = Command::Create { id: cx.new_id(Kind::Opportunity), fields };
        if commands.is_empty() {
            cx.execute(opportunity);
        } else {
            commands.push(opportunity);
            let label = if lead { "Create lead" } else { "Create opportunity" };
            cx.execute(Command::Together { label: label.to_owned(), commands });
        }
        *self = QuickCreate::new(self.column.clone(), std::mem::take(&mut self.beginning));
    }
}

fn field(ui: &mut Ui, rect: Rect, add: impl FnOnce(&mut Ui) -> Response) -> Response {
    ui.scope_builder(UiBuilder::new().max_rect(rect), add).inner
}

/// Whom the typed customer may be, looked up once for a text and a revision.
#[derive(Default)]
struct Found {
    of: Option<(u64, String)>,
    /// The contact of exactly this name, any case; a company before a person.
    exact: Option<DocId>,
    /// Names that begin like, or hold, what is typed.
    names: Vec<String>,
}

/// How many names are suggested.
const MOST: usize = 6;

impl Found {
    fn look(&mut self, cx: &Context, customer: &str) -> &Found {
        let typed = customer.trim().to_lowercase();
        let of = Some((cx.records.revision, typed));
        if self.of == of {
            return self;
        }
        *self = Found { of, ..Found::default() };
        let Some((_, typed)) = self.of.as_ref().filter(|(_, typed)| !typed.is_empty()) else { return self };
        let mut exact = None;
        let mut names = Vec::new();
        for contact in cx.records.contacts.values().filter(|c| !c.meta.deleted && !c.meta.archived) {
            let name = contact.name.to_lowercase();
            if name == *typed {
                exact = exact.min(Some((!contact.is_company, contact.id))).or(Some((!contact.is_company, contact.id)));
            }
            if name.contains(typed.as_str()) {
                names.push((!name.starts_with(typed.as_str()), name, &contact.name));
            }
        }
        names.sort_unstable();
        names.dedup();
        self.exact = exact.map(|(_, id)| id);
        self.names = names.into_iter().take(MOST).map(|(_, _, name)| name.clone()).collect();
        self
    }
}
