//! The lines of a quotation as a table: edited in place like a spreadsheet while it may still change, else read.

use std::collections::HashMap;

use eframe::egui::{
    CornerRadius, Id, Key, Modifiers, Rect, Role, Sense, Shape, Stroke, StrokeKind, Ui, WidgetInfo, epaint::RectShape,
    pos2, vec2,
};
use satchel_core::{
    Command, DocId, Kind, Money, Percent, Record, Value,
    query::prices::price_for,
    record::{FrozenLine, OrderLine},
};
use tr::tr;

use crate::{
    design::{icons, palette, radius, type_scale},
    locale,
    shell::Context,
    views::{
        form::{Form, def, words},
        format,
    },
    widgets::{
        Row,
        button::icon_button_at,
        in_place::{Draft, InPlace},
        picker::{Open, Picked, Picker},
    },
};

/// Room for the button behind a line.
pub const AFTER: f32 = 34.0;
const HEAD: f32 = 30.0;
const ROW: f32 = 36.0;

/// The lines of one quotation, and what is being typed in them.
#[derive(Default)]
pub struct Lines {
    of: Option<DocId>,
    states: HashMap<DocId, State>,
    draft: Option<Draft>,
    list: Option<Open<DocId>>,
    /// A cell that is to get the focus once it is there.
    wanted: Option<Id>,
}

#[derive(Default)]
struct State {
    form: Form,
    draft: Option<Draft>,
    list: Option<Open<DocId>>,
}

/// The cells of a line that are typed into, from the left.
const FIELDS: [&str; 5] = ["name", "quantity", "price", "discount", "tax"];

/// Where the columns of the table lie.
struct Places {
    number: Rect,
    product: Rect,
    fields: [Rect; 5],
    amount: Rect,
    after: Rect,
}

impl Places {
    fn of(row: Rect) -> Places {
        let mut right = row.right();
        let mut take = |width: f32, gap: f32| {
            let rect = Rect::from_min_max(pos2(right - width, row.top()), pos2(right, row.bottom()));
            right -= width + gap;
            rect
        };
        let after = take(AFTER, 0.0);
        let amount = take(104.0, 10.0);
        let tax = take(62.0, 10.0);
        let discount = take(74.0, 10.0);
        let price = take(92.0, 10.0);
        let quantity = take(66.0, 14.0);
        let number = Rect::from_min_size(row.min, vec2(36.0, row.height()));
        let rest = right - number.right() - 14.0;
        let product = Rect::from_min_size(pos2(number.right(), row.top()), vec2(rest * 0.42, row.height()));
        let name = Rect::from_min_max(pos2(product.right() + 14.0, row.top()), pos2(right, row.bottom()));
        Places { number, product, fields: [name, quantity, price, discount, tax], amount, after }
    }
}

/// A line as it is read.
pub struct Read {
    pub product: String,
    pub name: String,
    pub quantity: i64,
    pub price: Money,
    pub discount: Percent,
    pub tax: Percent,
    pub subtotal: Money,
}

impl Read {
    pub fn of(cx: &Context, line: &OrderLine) -> Read {
        Read {
            product: line.product.map_or_else(String::new, |p| cx.records.name(p).to_owned()),
            name: line.name.clone(),
            quantity: line.quantity,
            price: line.price,
            discount: line.discount,
            tax: line.tax,
            subtotal: line.subtotal(),
        }
    }

    pub fn frozen(line: &FrozenLine) -> Read {
        Read {
            product: String::new(),
            name: line.name.clone(),
            quantity: line.quantity,
            price: line.price,
            discount: line.discount,
            tax: line.tax,
            subtotal: line.subtotal,
        }
    }
}

/// The lines as they stay.
pub fn table(ui: &mut Ui, lines: &[Read]) {
    let p = palette(ui);
    let is_named = lines.iter().any(|line| !line.product.is_empty() && line.product != line.name);
    framed(ui, |ui| {
        head(ui, is_named);
        for (at, line) in lines.iter().enumerate() {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
            let places = Places::of(rect);
            number(ui, places.number, at);
            let amount = locale::exact(line.subtotal.0);
            let says = tr!(
                "Line {n}: {name}, {quantity} × {price}, {amount}",
                n = at + 1,
                name = line.name,
                quantity = line.quantity,
                price = locale::exact(line.price.0),
                amount = amount
            );
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &says));
            let name = match is_named {
                true => {
                    Row::new(ui, places.product).text(&line.product, type_scale::BODY, p.text);
                    places.fields[0]
                }
                false => places.product.union(places.fields[0]),
            };
            Row::new(ui, name).text(&line.name, type_scale::BODY, p.text);
            let figures =
                [line.quantity.to_string(), locale::exact(line.price.0), share(line.discount), share(line.tax)];
            for (place, figure) in places.fields[1..].iter().zip(figures) {
                figure_at(ui, *place, &figure, false);
            }
            figure_at(ui, places.amount, &amount, true);
        }
    });
}

fn share(percent: Percent) -> String {
    if percent.0 == 0 { String::new() } else { format::percent(percent) }
}

fn figure_at(ui: &Ui, place: Rect, text: &str, strong: bool) {
    let p = palette(ui);
    let place = Rect::from_min_max(place.min, pos2(place.right() - 6.0, place.bottom()));
    let (style, color) = if strong { (type_scale::VALUE, p.text) } else { (type_scale::BODY, p.text2) };
    Row::new(ui, place).text_right(text, style, color);
}

fn number(ui: &Ui, place: Rect, at: usize) {
    let mut row = Row::new(ui, place.shrink2(vec2(10.0, 0.0)));
    row.text(&(at + 1).to_string(), type_scale::SECONDARY, palette(ui).text3);
}

/// A box around what is drawn.
fn framed(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let p = palette(ui);
    let behind = ui.painter().add(Shape::Noop);
    let area = ui
        .scope(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            add(ui);
        })
        .response
        .rect;
    let corner = CornerRadius::same(radius::CARD);
    let frame = RectShape::new(area, corner, p.card, Stroke::new(1.0, p.line), StrokeKind::Outside);
    ui.painter().set(behind, frame);
}

fn head(ui: &mut Ui, with_product: bool) {
    let p = palette(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let corner = CornerRadius { nw: radius::CARD, ne: radius::CARD, sw: 0, se: 0 };
    ui.painter().rect_filled(rect, corner, p.sunken);
    let places = Places::of(rect);
    let style = type_scale::SECONDARY.medium();
    if with_product {
        Row::new(ui, places.product).text(&tr!("Product"), style, p.text2);
    }
    let name = if with_product { places.fields[0] } else { places.product.union(places.fields[0]) };
    Row::new(ui, name).text(&tr!("Description"), style, p.text2);
    let figures = [tr!("Quantity"), tr!("Unit price"), tr!("Discount"), tr!("Tax"), tr!("Amount")];
    for (place, title) in places.fields[1..].iter().chain([&places.amount]).zip(figures) {
        let place = Rect::from_min_max(place.min, pos2(place.right() - 6.0, place.bottom()));
        Row::new(ui, place).text_right(&title, style, p.text2);
    }
}

impl Lines {
    /// What is typed and not saved.
    pub fn unsaved(&self, cx: &mut Context) {
        self.states.values().for_each(|state| state.form.unsaved(cx));
    }

    /// Whether what was typed in a line was not taken.
    pub fn is_wrong(&self) -> bool {
        self.states.values().any(|state| !state.form.status().1)
    }

    /// The lines to be edited, and one to add more.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Context, order: DocId, lines: &[&OrderLine]) {
        if self.of != Some(order) {
            *self = Lines { of: Some(order), ..Lines::default() };
        }
        // Before it is drawn: a field notices that it gets the focus while it is drawn.
        if let Some(id) = self.wanted.take_if(|id| ui.ctx().read_response(*id).is_some()) {
            ui.memory_mut(|m| m.request_focus(id));
        }
        framed(ui, |ui| {
            head(ui, true);
            for (at, line) in lines.iter().enumerate() {
                self.line(ui, cx, lines, at, line);
            }
            self.more(ui, cx, order, lines);
        });
        if self.wanted.is_some() {
            ui.ctx().request_repaint();
        }
    }

    fn line(&mut self, ui: &mut Ui, cx: &mut Context, lines: &[&OrderLine], at: usize, line: &OrderLine) {
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
        let places = Places::of(rect);
        let record = Record::OrderLine(line.clone());
        number(ui, places.number, at);
        let n = at + 1;
        let state = self.states.entry(line.id).or_default();
        state.form.turn_to(line.id);
        let inner = |place: Rect| place.shrink2(vec2(0.0, 3.0));
        product(ui, cx, state, line, inner(places.product), n);
        let mut go = None;
        for (field, place) in FIELDS.into_iter().zip(places.fields) {
            let Some(def) = def(Kind::OrderLine, field) else { continue };
            let id = Form::field_id(&record, field);
            if ui.memory(|m| m.has_focus(id)) {
                go = go.or(steps(ui).map(|step| (step, field)));
            }
            let name = tr!("{field}, line {n}", field = words::label(&def), n = n);
            state.form.cell(ui, cx, &record, def, inner(place), &name);
        }
        figure_at(ui, places.amount, &locale::exact(line.subtotal().0), true);
        let square = Rect::from_center_size(places.after.center(), vec2(26.0, 26.0));
        let id = Id::unique(("remove line", line.id));
        let remove = icon_button_at(ui, square, id, icons::CLOSE, &tr!("Remove line {}", n), 16.0);
        for field in FIELDS {
            state.form.error(ui, field, places.product.left());
        }
        if let Some(error) = state.draft.as_ref().and_then(|d| d.error.clone()) {
            wrong(ui, &error, places.product.left());
        }
        match go {
            Some((Step::Remove, _)) => cx.execute(Command::Trash { ids: vec![line.id] }),
            Some((Step::Shift(by), _)) => shift(cx, lines, at, by),
            Some((Step::Go(by), field)) => self.wanted = Some(self.beside(lines, at, by, field)),
            None if remove.clicked() => cx.execute(Command::Trash { ids: vec![line.id] }),
            None => {}
        }
    }

    /// The cell above or below; below the last line the one that adds another.
    fn beside(&self, lines: &[&OrderLine], at: usize, by: isize, field: &str) -> Id {
        match at.checked_add_signed(by).map(|to| lines.get(to)) {
            Some(Some(line)) => Id::unique(("field", line.id, field)),
            Some(None) => adder(),
            None => Id::unique(("field", lines[at].id, field)),
        }
    }

    /// The row that adds a line: of a product, or of nothing yet.
    fn more(&mut self, ui: &mut Ui, cx: &mut Context, order: DocId, lines: &[&OrderLine]) {
        let p = palette(ui);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        ui.painter().hline(rect.x_range(), rect.top(), (1.0, p.line));
        let places = Places::of(rect);
        icons::paint(ui.painter(), icons::ADD, pos2(rect.left() + 16.0, rect.center().y), 16.0, p.text3);
        let (name, hint, create) = (tr!("Add a product"), tr!("Add a product"), tr!("Create product"));
        let text = InPlace { hint: &hint, ..InPlace::new(adder(), &name, "") };
        let picker = Picker { text, create: Some(&create), what: &tr!("product") };
        let records = cx.records;
        let customer = records.quotations.get(&order).and_then(|order| order.partner);
        let place = places.product.shrink2(vec2(0.0, 3.0));
        let picked = picker.show(ui, place, &mut self.draft, &mut self.list, |query| suggest(cx, customer, query));
        let next = lines.iter().map(|line| line.sequence).max().unwrap_or(0) + 1;
        let new = cx.new_id(Kind::OrderLine);
        let fields = |name: &str, product: Option<DocId>| {
            let mut fields: Vec<(String, Value)> =
                vec![("name".into(), name.into()), ("order".into(), order.into()), ("sequence".into(), next.into())];
            fields.extend(product.map(|product| ("product".to_owned(), Value::Ref(product))));
            Command::Create { id: new, fields }
        };
        match picked {
            Picked::Item(product) => {
                cx.execute(fields(records.name(product), Some(product)));
                self.wanted = Some(Id::unique(("field", new, "quantity")));
            }
            Picked::Create(name) => {
                let product = cx.new_id(Kind::Product);
                let made = Command::Create { id: product, fields: vec![("name".into(), name.as_str().into())] };
                let label = format!("Create {name}");
                cx.execute(Command::Together { label, commands: vec![made, fields(&name, Some(product))] });
                self.wanted = Some(Id::unique(("field", new, "price")));
            }
            Picked::Cleared => (self.draft, self.list) = (None, None),
            Picked::None | Picked::Began => {}
        }
        let words = tr!("Add a line without a product");
        let free = places.fields[0];
        let mut child = ui.new_child(eframe::egui::UiBuilder::new().max_rect(free.shrink2(vec2(0.0, 6.0))));
        if child.add(crate::widgets::Button::ghost(&words).small()).clicked() {
            cx.execute(fields(&tr!("New item"), None));
            self.wanted = Some(Id::unique(("field", new, "name")));
        }
        if let Some(error) = self.draft.as_ref().and_then(|d| d.error.clone()) {
            wrong(ui, &error, places.product.left());
        }
    }
}

fn adder() -> Id {
    Id::unique("add a line")
}

/// What keys in a cell do with its line.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Go(isize),
    Shift(isize),
    Remove,
}

/// Up and down go to the lines beside, with Alt they carry the line there; Enter goes down, as in a spreadsheet.
fn steps(ui: &Ui) -> Option<Step> {
    ui.input_mut(|i| {
        let mut took = |held, key| i.consume_key(held, key);
        if took(Modifiers::ALT, Key::ArrowDown) {
            return Some(Step::Shift(1));
        } else if took(Modifiers::ALT, Key::ArrowUp) {
            return Some(Step::Shift(-1));
        } else if took(Modifiers::ALT, Key::Delete) {
            return Some(Step::Remove);
        } else if took(Modifiers::NONE, Key::ArrowDown) {
            return Some(Step::Go(1));
        } else if took(Modifiers::NONE, Key::ArrowUp) {
            return Some(Step::Go(-1));
        }
        // The field takes it too, to save what was typed.
        (i.modifiers.is_none() && i.key_pressed(Key::Enter)).then_some(Step::Go(1))
    })
}

/// Puts a line before or behind the next one.
fn shift(cx: &mut Context, lines: &[&OrderLine], at: usize, by: isize) {
    let Some(to) = at.checked_add_signed(by).filter(|to| *to < lines.len()) else { return };
    let mut order: Vec<&OrderLine> = lines.to_vec();
    order.swap(at, to);
    let set = |(n, line): (usize, &&OrderLine)| {
        let fields = vec![("sequence".to_owned(), Value::Int(n as i64 + 1))];
        (line.sequence != n as i64 + 1).then_some(Command::Set { id: line.id, fields, seen: None })
    };
    let commands = order.iter().enumerate().filter_map(set).collect();
    cx.execute(Command::Together { label: "Move line".to_owned(), commands });
}

fn wrong(ui: &mut Ui, error: &str, left: f32) {
    let p = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 20.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, error));
    let place = Rect::from_min_max(pos2(left, rect.top()), rect.max);
    Row::new(ui, place).text(error, type_scale::SECONDARY, p.late.text);
}

/// What a product costs this customer: by a price list, else its sales price.
fn price(cx: &Context, product: DocId, customer: Option<DocId>) -> Money {
    let listed = price_for(cx.records, product, customer, cx.today).map(|quoted| quoted.price);
    listed.or(cx.records.products.get(&product).map(|p| p.list_price)).unwrap_or_default()
}

/// Products with their prices.
fn suggest(cx: &Context, customer: Option<DocId>, query: &str) -> Vec<crate::widgets::picker::Suggestion<DocId>> {
    let mut found = words::suggestions(cx.records, Kind::Product, query);
    for item in &mut found {
        let price = price(cx, item.key, customer);
        item.detail = if price.0 == 0 { String::new() } else { cx.money(price) };
    }
    found
}

/// The product of a line: another one brings its name, price and tax.
fn product(ui: &mut Ui, cx: &mut Context, state: &mut State, line: &OrderLine, place: Rect, n: usize) {
    let customer = line.order.and_then(|order| cx.records.quotations.get(&order)).and_then(|order| order.partner);
    let name = tr!("Product, line {}", n);
    let shown = line.product.map_or_else(String::new, |p| cx.records.name(p).to_owned());
    let (hint, create) = (tr!("Choose"), tr!("Create product"));
    let id = Id::unique(("field", line.id, "product"));
    let hint = if ui.rect_contains_pointer(place) { hint.as_str() } else { "" };
    let picker = Picker {
        text: InPlace { hint, ..InPlace::new(id, &name, &shown) },
        create: Some(&create),
        what: &tr!("product"),
    };
    let picked = picker.show(ui, place, &mut state.draft, &mut state.list, |query| suggest(cx, customer, query));
    let set = |fields: Vec<(&str, Value)>| Command::Set {
        id: line.id,
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        seen: None,
    };
    match picked {
        Picked::Item(chosen) if Some(chosen) != line.product => {
            let Some(product) = cx.records.products.get(&chosen) else { return };
            cx.execute(set(vec![
                ("product", chosen.into()),
                ("name", product.name.as_str().into()),
                ("price", price(cx, chosen, customer).into()),
                ("tax", product.tax.into()),
            ]));
        }
        Picked::Create(name) => {
            let made = cx.new_id(Kind::Product);
            let fields = vec![("name".to_owned(), name.as_str().into()), ("list_price".to_owned(), line.price.into())];
            let create = Command::Create { id: made, fields };
            let link = set(vec![("product", made.into()), ("name", name.as_str().into())]);
            cx.execute(Command::Together { label: format!("Create {name}"), commands: vec![create, link] });
        }
        Picked::Cleared if line.product.is_some() => cx.execute(set(vec![("product", Value::Null)])),
        _ => {}
    }
}
