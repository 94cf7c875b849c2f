//! Where things stand: pages of marks, in points from the upper left corner.

use tr::tr;

use super::{
    content::{Line, Paper},
    text::{Cut, Fonts},
};
use crate::locale::{self, Region};

/// A piece of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// `x` is the left end, or the right one; `y` the base line. Grey 0 is black.
    Text {
        x: f32,
        y: f32,
        text: String,
        size: f32,
        cut: Cut,
        grey: u8,
        right: bool,
    },
    Rule {
        left: f32,
        right: f32,
        y: f32,
        grey: u8,
    },
    Ground {
        left: f32,
        right: f32,
        top: f32,
        bottom: f32,
    },
    /// The picture of the company in a box, its upper left corner kept.
    Logo {
        left: f32,
        top: f32,
        width: f32,
        height: f32,
    },
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub width: f32,
    pub height: f32,
    pub marks: Vec<Mark>,
}

impl Page {
    /// What stands on the page, in the order in which it was written.
    pub fn texts(&self) -> Vec<&str> {
        let texts = self.marks.iter().filter_map(|mark| match mark {
            Mark::Text { text, .. } => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }
}

const MARGIN: f32 = 56.0;
const BODY: f32 = 9.5;
const SMALL: f32 = 8.0;
const LEADING: f32 = 13.0;
const HEAD: f32 = 22.0;
const INK: u8 = 26;
const QUIET: u8 = 105;
const LINE: u8 = 222;

/// A paper over as many pages as it needs.
pub fn lay_out(paper: &Paper, fonts: &Fonts) -> Vec<Page> {
    // As large as the paper people have.
    let (width, height) = match locale::current().region {
        Region::UnitedStates => (612.0, 792.0),
        _ => (595.28, 841.89),
    };
    let mut sheet = Sheet { paper, fonts, width, height, pages: Vec::new(), y: 0.0 };
    sheet.turn();
    sheet.letterhead();
    sheet.title();
    sheet.lines();
    sheet.totals();
    sheet.notes();
    sheet.foot();
    sheet.pages
}

struct Sheet<'a> {
    paper: &'a Paper,
    fonts: &'a Fonts,
    width: f32,
    height: f32,
    pages: Vec<Page>,
    /// How far down the page is written on.
    y: f32,
}

/// Where the columns of the table end, from the right; the description takes what is left.
struct Columns {
    number: f32,
    name: (f32, f32),
    quantity: f32,
    price: f32,
    discount: Option<f32>,
    tax: Option<f32>,
    amount: f32,
}

impl Sheet<'_> {
    fn right(&self) -> f32 {
        self.width - MARGIN
    }

    /// Down to here is written; below stands the foot.
    fn bottom(&self) -> f32 {
        self.height - 92.0
    }

    /// A new page; all but the first begin with what they belong to.
    fn turn(&mut self) {
        self.pages.push(Page { width: self.width, height: self.height, marks: Vec::new() });
        self.y = 48.0;
        if self.pages.len() > 1 {
            let name = self.paper.seller.name.clone();
            self.text(MARGIN, self.y, &name, SMALL, Cut::Regular, QUIET);
            let title = self.paper.title.clone();
            self.text_right(self.right(), self.y, &title, SMALL, Cut::SemiBold, QUIET);
            self.y += 8.0;
            self.rule(self.y, LINE);
            self.y += 16.0;
        }
    }

    fn put(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.marks.push(mark);
        }
    }

    fn text(&mut self, x: f32, y: f32, text: &str, size: f32, cut: Cut, grey: u8) {
        self.put(Mark::Text { x, y, text: text.to_owned(), size, cut, grey, right: false });
    }

    fn text_right(&mut self, x: f32, y: f32, text: &str, size: f32, cut: Cut, grey: u8) {
        self.put(Mark::Text { x, y, text: text.to_owned(), size, cut, grey, right: true });
    }

    fn rule(&mut self, y: f32, grey: u8) {
        let right = self.right();
        self.put(Mark::Rule { left: MARGIN, right, y, grey });
    }

    /// Logo or name at the left, who sells at the right, the customer where a window envelope shows them.
    fn letterhead(&mut self) {
        let seller = &self.paper.seller;
        let half = self.width / 2.0;
        if self.paper.logo.is_some() {
            self.put(Mark::Logo { left: MARGIN, top: 44.0, width: 170.0, height: 60.0 });
        } else {
            let lines = self.fonts.wrap(&seller.name, 17.0, Cut::SemiBold, half - MARGIN);
            for (at, line) in lines.iter().take(2).enumerate() {
                self.text(MARGIN, 60.0 + 21.0 * at as f32, line, 17.0, Cut::SemiBold, INK);
            }
        }
        let mut y = 54.0;
        let right = self.right();
        let mut says = vec![(seller.name.clone(), Cut::SemiBold)];
        says.extend(seller.address.lines().map(|line| (line.to_owned(), Cut::Regular)));
        for line in [&seller.phone, &seller.email, &seller.website] {
            says.push((line.clone(), Cut::Regular));
        }
        for (line, cut) in says.iter().filter(|(line, _)| !line.trim().is_empty()).take(9) {
            let line = self.fonts.cut(line, SMALL, *cut, half - MARGIN);
            let grey = if *cut == Cut::SemiBold { INK } else { QUIET };
            self.text_right(right, y, &line, SMALL, *cut, grey);
            y += 11.0;
        }
        let mut y: f32 = 142.0;
        let back = [&seller.name].into_iter().map(String::as_str).chain(seller.address.lines());
        let back = back.filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" · ");
        if !self.paper.customer.is_empty() && !back.is_empty() {
            let back = self.fonts.cut(&back, 6.5, Cut::Regular, half - MARGIN);
            self.text(MARGIN, y, &back, 6.5, Cut::Regular, QUIET);
            y += 15.0;
        }
        for (at, line) in self.paper.customer.iter().take(8).enumerate() {
            let cut = if at == 0 { Cut::SemiBold } else { Cut::Regular };
            let line = self.fonts.cut(line, 10.5, cut, half - MARGIN);
            self.text(MARGIN, y, &line, 10.5, cut, INK);
            y += 14.0;
        }
        self.y = y.max(236.0) + 18.0;
    }

    fn title(&mut self) {
        let room = self.right() - MARGIN;
        for line in self.fonts.wrap(&self.paper.title, 17.0, Cut::SemiBold, room - 90.0) {
            self.text(MARGIN, self.y, &line, 17.0, Cut::SemiBold, INK);
            self.y += 22.0;
        }
        if !self.paper.mark.is_empty() {
            let (right, mark) = (self.right(), self.paper.mark.clone());
            self.text_right(right, self.y - 22.0, &mark, 12.0, Cut::SemiBold, QUIET);
        }
        self.y += 4.0;
        let wide = (self.right() - MARGIN) / 4.0;
        for (at, (label, value)) in self.paper.facts.iter().take(4).enumerate() {
            let x = MARGIN + wide * at as f32;
            self.text(x, self.y, label, SMALL, Cut::Regular, QUIET);
            let value = self.fonts.cut(value, BODY, Cut::Regular, wide - 8.0);
            self.text(x, self.y + 13.0, &value, BODY, Cut::Regular, INK);
        }
        self.y += 36.0;
    }

    fn columns(&self) -> Columns {
        let is_reduced = self.paper.lines.iter().any(|line| !line.discount.is_empty());
        let is_taxed = self.paper.lines.iter().any(|line| !line.tax.is_empty());
        let amount = self.right() - 6.0;
        let mut x = amount - 74.0;
        let mut take = |is_there: bool, wide: f32| {
            is_there.then(|| {
                let end = x;
                x -= wide;
                end
            })
        };
        let tax = take(is_taxed, 40.0);
        let discount = take(is_reduced, 50.0);
        let price = take(true, 70.0).unwrap_or_default();
        let quantity = take(true, 48.0).unwrap_or_default();
        Columns { number: MARGIN + 6.0, name: (MARGIN + 26.0, x - 6.0), quantity, price, discount, tax, amount }
    }

    fn head(&mut self, columns: &Columns) {
        let top = self.y;
        let right = self.right();
        self.put(Mark::Ground { left: MARGIN, right, top, bottom: top + HEAD });
        let y = top + 14.5;
        let texts = [
            (Some(columns.quantity), tr!("Quantity")),
            (Some(columns.price), tr!("Unit price")),
            (columns.discount, tr!("Discount")),
            (columns.tax, tr!("Tax")),
            (Some(columns.amount), tr!("Amount")),
        ];
        self.text(columns.name.0, y, &tr!("Description"), SMALL, Cut::SemiBold, QUIET);
        for (x, title) in texts {
            if let Some(x) = x {
                self.text_right(x, y, &title, SMALL, Cut::SemiBold, QUIET);
            }
        }
        self.y += HEAD;
    }

    fn lines(&mut self) {
        let columns = self.columns();
        self.head(&columns);
        let lines = &self.paper.lines;
        for (at, line) in lines.iter().enumerate() {
            let says = self.fonts.wrap(&line.name, BODY, Cut::Regular, columns.name.1 - columns.name.0);
            let height = LEADING * says.len() as f32 + 9.0;
            let carried = if at + 1 < lines.len() { LEADING + 9.0 } else { 0.0 };
            // A line that is longer than a page begins where it is and goes on.
            let fits = self.y + height + carried <= self.bottom();
            if !fits && at > 0 && height < self.bottom() / 2.0 {
                self.carry(&columns, &lines[at - 1], &tr!("Carried forward"));
                self.turn();
                self.head(&columns);
                self.carry(&columns, &lines[at - 1], &tr!("Brought forward"));
            }
            self.line(&columns, at, line, &says);
        }
    }

    /// What the lines so far come to, where a page ends and where the next begins.
    fn carry(&mut self, columns: &Columns, line: &Line, says: &str) {
        let y = self.y + 14.0;
        self.text(columns.name.0, y, says, SMALL, Cut::Regular, QUIET);
        self.text_right(columns.amount, y, &line.sum, SMALL, Cut::Regular, QUIET);
        self.y += LEADING + 7.0;
        self.rule(self.y, LINE);
    }

    fn line(&mut self, columns: &Columns, at: usize, line: &Line, says: &[String]) {
        let y = self.y + 14.0;
        self.text(columns.number, y, &(at + 1).to_string(), SMALL, Cut::Regular, QUIET);
        let figures = [
            (Some(columns.quantity), &line.quantity),
            (Some(columns.price), &line.price),
            (columns.discount, &line.discount),
            (columns.tax, &line.tax),
            (Some(columns.amount), &line.amount),
        ];
        let mut left = y;
        self.text(columns.name.0, left, &says[0], BODY, Cut::Regular, INK);
        for (x, figure) in figures {
            if let Some(x) = x.filter(|_| !figure.is_empty()) {
                self.text_right(x, y, figure, BODY, Cut::Regular, INK);
            }
        }
        for more in &says[1..] {
            if left + LEADING > self.bottom() {
                self.turn();
                self.head(columns);
                left = self.y + 1.0;
            }
            left += LEADING;
            self.text(columns.name.0, left, more, BODY, Cut::Regular, INK);
        }
        self.y = left + 8.0;
        self.rule(self.y, LINE);
    }

    /// Kept together: on a page of its own where it does not fit.
    fn totals(&mut self) {
        let rows = &self.paper.totals;
        let height = 17.0 * rows.len() as f32 + 22.0;
        if self.y + height > self.bottom() {
            self.turn();
        }
        self.y += 8.0;
        let right = self.right() - 6.0;
        let left = right - 210.0;
        for (at, (label, value)) in rows.iter().enumerate() {
            let is_last = at + 1 == rows.len();
            let (size, cut) = if is_last { (11.5, Cut::SemiBold) } else { (BODY, Cut::Regular) };
            if is_last {
                self.y += 5.0;
                self.put(Mark::Rule { left, right: right + 6.0, y: self.y, grey: INK });
                self.y += 3.0;
            }
            self.y += 14.0;
            self.text(left, self.y, label, size, cut, if is_last { INK } else { QUIET });
            self.text_right(right, self.y, value, size, cut, INK);
            self.y += 3.0;
        }
        self.y += 22.0;
    }

    fn notes(&mut self) {
        for note in &self.paper.notes {
            for line in self.fonts.wrap(note, BODY, Cut::Regular, self.right() - MARGIN) {
                if self.y + LEADING > self.bottom() {
                    self.turn();
                }
                self.y += LEADING;
                self.text(MARGIN, self.y, &line, BODY, Cut::Regular, INK);
            }
            self.y += 5.0;
        }
    }

    /// Under every page: tax number, bank, and which page it is.
    fn foot(&mut self) {
        let count = self.pages.len();
        let seller = &self.paper.seller;
        let tax = match seller.tax_id.is_empty() {
            true => String::new(),
            false => tr!("Tax number {}", seller.tax_id),
        };
        let (top, wide) = (self.height - 72.0, (self.right() - MARGIN) / 2.0);
        let first: Vec<String> = [seller.name.clone(), tax].into_iter().filter(|l| !l.is_empty()).collect();
        let bank: Vec<String> = seller.bank.lines().map(str::to_owned).filter(|l| !l.is_empty()).collect();
        for at in 0..count {
            let page = tr!("Page {at} of {count}", at = at + 1, count = count);
            let mut marks = vec![Mark::Rule { left: MARGIN, right: self.width - MARGIN, y: top, grey: LINE }];
            let mut write = |x: f32, y: f32, text: String, right: bool| {
                marks.push(Mark::Text { x, y, text, size: 7.5, cut: Cut::Regular, grey: QUIET, right });
            };
            for (column, lines) in [&first, &bank].into_iter().enumerate() {
                for (n, line) in lines.iter().take(4).enumerate() {
                    let text = self.fonts.cut(line, 7.5, Cut::Regular, wide - 70.0);
                    write(MARGIN + wide * 0.8 * column as f32, top + 13.0 + 10.0 * n as f32, text, false);
                }
            }
            write(self.width - MARGIN, top + 13.0, page, true);
            self.pages[at].marks.extend(marks);
        }
    }
}
