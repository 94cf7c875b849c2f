//! What the sample team quotes, sells, bills and is to reach.

use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};

use super::{
    team::{Sample, field},
    words::PRODUCTS,
};
use crate::{
    Command,
    command::SaleStep,
    id::{DocId, Kind},
    record::Measure,
    value::{Money, Percent, Value},
};

const SHOP: [(&str, i64); 6] = [
    ("Mounting kit", 340),
    ("Cable set", 120),
    ("Power meter", 290),
    ("Wall box cover", 85),
    ("Portable panel 120 W", 240),
    ("Power station 1 kWh", 890),
];

impl Sample {
    /// A quotation of a deal, sent; valid for a month.
    pub(super) fn offer(
        &mut self,
        deal: DocId,
        n: usize,
        at: DateTime<Utc>,
        (product, count, revenue): (usize, i64, Money),
    ) -> DocId {
        let (name, _, _, price, _) = PRODUCTS[product];
        let id = self.id(Kind::Quotation, &n.to_string());
        let line = self.id(Kind::OrderLine, &n.to_string());
        let valid = at.date_naive() + TimeDelta::days(30);
        let fields = vec![
            field("opportunity", deal),
            field("validity", valid),
            field("note", "Delivery eight weeks after the order. Scaffold and grid connection are included."),
        ];
        self.tell(at, Command::Create { id, fields });
        let whole = price * 100 * count;
        let off = (100 - revenue.0.saturating_mul(100) / whole.max(1)).clamp(0, 12);
        let product = self.products[product];
        let fields = vec![
            field("name", name),
            field("order", id),
            field("sequence", 1i64),
            field("product", product),
            field("quantity", count),
            field("discount", Percent::whole(off as i32)),
        ];
        self.tell(at, Command::Create { id: line, fields });
        if n.is_multiple_of(3) {
            let audit = PRODUCTS.iter().position(|p| p.1 == "EA-1").unwrap_or_default();
            let fields = vec![
                field("name", PRODUCTS[audit].0),
                field("order", id),
                field("sequence", 2i64),
                field("product", self.products[audit]),
            ];
            let line = self.id(Kind::OrderLine, &format!("{n} audit"));
            self.tell(at, Command::Create { id: line, fields });
        }
        self.tell(at + TimeDelta::minutes(20), Command::Sale(SaleStep::Send { id }));
        id
    }

    /// A deal that was won: quoted before, ordered then, mostly invoiced and paid since; now and then some of it goes back.
    pub(super) fn sell(&mut self, deal: DocId, n: usize, won: DateTime<Utc>, sold: (usize, i64, Money)) {
        let order = self.offer(deal, n, won - TimeDelta::days(8), sold);
        self.tell(won + TimeDelta::minutes(5), Command::Sale(SaleStep::Confirm { id: order }));
        let billed = won + TimeDelta::days(self.dice.between(2, 12));
        if billed >= self.now || self.dice.percent(8) {
            return;
        }
        let id = self.id(Kind::Invoice, &n.to_string());
        self.tell(billed, Command::Sale(SaleStep::Invoice { order, id }));
        self.tell(billed + TimeDelta::minutes(5), Command::Sale(SaleStep::Post { id }));
        let paid = billed + TimeDelta::days(self.dice.between(9, 44));
        if paid < self.now {
            let on = paid.date_naive();
            self.tell(paid, Command::Sale(SaleStep::Pay { id, on }));
        }
        let back = billed + TimeDelta::days(self.dice.between(15, 40));
        if self.dice.percent(7) && back < self.now {
            let new = self.id(Kind::Invoice, &format!("{n} back"));
            let untaxed = Some(Money(sold.2.0 / 10 / 5_000 * 5_000).max(Money(5_000)));
            self.tell(back, Command::Sale(SaleStep::Refund { id, new, untaxed }));
            self.tell(back + TimeDelta::minutes(5), Command::Sale(SaleStep::Post { id: new }));
        }
    }

    /// A letterhead where there is none, a price list, what the web shop sold, and what everybody is to reach, month by month.
    pub(super) fn business(&mut self) {
        let now = self.now;
        if let Some(company) = self.company {
            let letterhead = vec![
                field("address", "12 Harbour Road\nBristol BS1 4QA\nUnited Kingdom"),
                field("email", "office@example.com"),
                field("website", "www.example.com"),
                field("tax_id", "GB 123 4567 89"),
                field("bank", "Harbour Bank, Bristol\nIBAN GB29 NWBK 6016 1331 9268 19"),
                field("terms", "Payment within 30 days without deduction."),
            ];
            self.change(now - TimeDelta::days(366), company, letterhead);
        }
        let list = self.id(Kind::PriceList, "food");
        let fields = vec![
            field("name", "Food industry"),
            field("customers", "industry = Food"),
            field("discount", Percent::whole(5)),
            field("sequence", 10i64),
        ];
        self.tell(now, Command::Create { id: list, fields });
        let charging = self.products[4];
        self.tell(now, Command::SetPrice { list, product: charging, price: Some(Money(219_000)) });
        let teams: Vec<DocId> =
            [0, 4].into_iter().filter_map(|at| self.people.get(at)).map(|(_, team)| *team).collect();
        for n in 0..90usize {
            let (what, price) = *self.dice.pick(&SHOP);
            let day = self.today - TimeDelta::days(self.dice.between(0, 360));
            let channel = if n.is_multiple_of(3) { "Point of sale" } else { "Web shop" };
            let fields = vec![
                field("name", what),
                field("channel", channel),
                field("date", day),
                field("team", teams[n % teams.len().max(1)]),
                field("amount", Money(price * 100 * self.dice.between(1, 9))),
            ];
            self.tell(now, Command::Create { id: self.id(Kind::RevenueLine, &n.to_string()), fields });
        }
        let people = self.people.clone();
        let this_month = self.today.with_day(1).unwrap_or(self.today);
        for back in 0..12u32 {
            let month = this_month - Months::new(back);
            let mut sums = [(teams.first().copied(), 0i64), (teams.get(1).copied(), 0)];
            for (at, (user, team)) in people.iter().enumerate() {
                let won = 70_000 + 5_000 * self.dice.between(0, 10);
                sums.iter_mut().filter(|(of, _)| *of == Some(*team)).for_each(|(_, sum)| *sum += won);
                let set = |measure, target| Command::SetTarget { whom: *user, month, measure, target };
                self.tell(now, set(Measure::Won, Money(won * 100).into()));
                self.tell(now, set(Measure::Invoiced, Money(won * 80).into()));
                self.tell(now, set(Measure::Done, Value::Int(8 + at as i64 % 4)));
            }
            for (team, sum) in sums {
                let Some(whom) = team else { continue };
                let set = |measure, amount| Command::SetTarget { whom, month, measure, target: Money(amount).into() };
                self.tell(now, set(Measure::Won, sum * 100));
                self.tell(now, set(Measure::Invoiced, sum * 80));
            }
        }
    }
}
