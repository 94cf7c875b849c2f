//! The reports of spec §6 and §7 by the names that the command line gives them (spec/cli.md).

use chrono::{DateTime, Utc};

use super::{Entry, Line, Page};
use crate::{
    error::Result,
    exchange::export::Column,
    id::DocId,
    query::{
        Asker, Listing, Period, Query,
        dashboard::{self, Dashboard, Detail, Figure, Performance, TeamDashboard, ToDo, Whose, dashboard},
        forecast::{Span, forecast},
        pivot::{Cell, Layout, Pivot, pivot},
        reports::{self, Frame, Ratio, Won},
    },
    record::{FieldType, Measure, Records},
    value::{Money, Value},
};

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Report {
    MyDashboard,
    TeamDashboard,
    MissedSales,
    ActualVsTarget,
    SalesCycle,
    WinLoss,
    Revenue,
    Pipeline,
    Forecast,
    Activities,
}

impl Report {
    pub const ALL: [Report; 10] = [
        Report::MyDashboard,
        Report::TeamDashboard,
        Report::MissedSales,
        Report::ActualVsTarget,
        Report::SalesCycle,
        Report::WinLoss,
        Report::Revenue,
        Report::Pipeline,
        Report::Forecast,
        Report::Activities,
    ];

    /// `my-dashboard`, `win-loss`
    pub fn name(self) -> &'static str {
        match self {
            Report::MyDashboard => "my-dashboard",
            Report::TeamDashboard => "team-dashboard",
            Report::MissedSales => "missed-sales",
            Report::ActualVsTarget => "actual-vs-target",
            Report::SalesCycle => "sales-cycle",
            Report::WinLoss => "win-loss",
            Report::Revenue => "revenue",
            Report::Pipeline => "pipeline",
            Report::Forecast => "forecast",
            Report::Activities => "activities",
        }
    }

    pub fn named(name: &str) -> Result<Report> {
        let plain = name.trim().to_lowercase().replace(['_', ' '], "-");
        Report::ALL.into_iter().find(|report| report.name() == plain).ok_or_else(|| {
            let known = Report::ALL.map(Report::name).join(", ");
            refused!("‘{name}’ is no report: one of {known}", name, known)
        })
    }

    /// The period it is about where nothing is said.
    pub fn period(self) -> Period {
        match self {
            Report::SalesCycle | Report::WinLoss | Report::Revenue => Period::Year,
            _ => Period::Month,
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub report: Report,
    pub whose: Whose,
    pub period: Period,
    /// How the pipeline is laid out; of it alone.
    pub layout: Layout,
    /// Narrows the pipeline and the forecast.
    pub query: Query,
}

impl Wish {
    /// As the report is asked for when nothing is said: one's own dashboard, of all others everybody's.
    pub fn new(report: Report, asker: &Asker) -> Wish {
        let whose = match (report, asker.user) {
            (Report::MyDashboard, Some(user)) => Whose::User(user),
            _ => Whose::All,
        };
        let layout = Layout::new("prorated_revenue", &["stage"], None);
        Wish { report, whose, period: report.period(), layout, query: Query::default() }
    }

    /// In words, one line each: whose, and which period.
    pub fn notes(&self, records: &Records, asker: &Asker) -> Vec<String> {
        let whose = match self.whose {
            Whose::User(user) => format!("Salesperson: {}", records.name(user)),
            Whose::Team(team) => format!("Sales team: {}", records.name(team)),
            Whose::All => "Of all teams".to_owned(),
        };
        let period = format!("Period: {}", self.period.title(self.period.start(asker.today)));
        let filters = self.query.filters().into_iter().map(|filter| format!("Filter: {filter}"));
        [whose, period, format!("As of: {}", asker.today)].into_iter().chain(filters).collect()
    }
}

/// The pages of a report at a moment. `lost` says what an opportunity expected when it was lost
/// ([`Past::expected_when_lost`](crate::query::past::Past::expected_when_lost)).
///
/// Refused with what is wrong about a filter, a group or a measure.
pub fn pages(
    records: &Records,
    wish: &Wish,
    asker: &Asker,
    now: DateTime<Utc>,
    lost: impl Fn(DocId) -> Option<Money>,
) -> Result<Vec<Page>> {
    let frame = Frame::new(wish.whose, wish.period, asker.today);
    Ok(match wish.report {
        Report::MyDashboard => mine(&dashboard(records, wish.whose, asker, now)),
        Report::TeamDashboard => {
            let by = match wish.period {
                Period::Year => Period::Month,
                Period::Quarter => Period::Week,
                _ => Period::Day,
            };
            team(&dashboard::team_dashboard(records, wish.whose, asker, now, by, wish.period))
        }
        Report::MissedSales => {
            let missed = reports::missed_sales(records, frame, asker, lost);
            let rows = missed.by_reason.iter().map(|(reason, _, figure)| row([(*reason).into()], figure)).collect();
            let columns = columns(&[("lost_reason", "Lost reason", FieldType::Text), COUNT, EXPECTED]);
            let total = Some(row(["Total".into()], &missed.total).entries);
            vec![Page { columns, rows, total, ..page("by_reason", "Missed sales") }]
        }
        Report::ActualVsTarget => {
            let reached = reports::actual_vs_target(records, frame, asker);
            let line = |line: &reports::Line, name: Entry| {
                let mut row = row([name], &line.actual);
                row.entries.push(line.target.map(Money).into());
                row.entries.push(line.percent().into());
                row
            };
            let whom = |of: &reports::Line| match (of.whose, wish.whose) {
                (Whose::All, _) => "Without a team".into(),
                (Whose::Team(_), Whose::Team(_)) => "Without a salesperson".into(),
                (Whose::User(id) | Whose::Team(id), _) => id.into(),
            };
            let rows = reached.lines.iter().map(|of| line(of, whom(of))).collect();
            let total = Some(line(&reached.total, "Total".into()).entries);
            let target = [("target", "Target", FieldType::Money), ("percent", "Reached, %", FieldType::Int)];
            let columns = columns(&[&[("whom", "Of", FieldType::Text), COUNT, EXPECTED][..], &target].concat());
            vec![Page { columns, rows, total, ..page("targets", "Actual against target") }]
        }
        Report::SalesCycle => {
            let cycle = reports::sales_cycle(records, frame, asker)?;
            let days = |days: Option<f64>| days.map_or(Entry::NOTHING, Entry::Number);
            let entries =
                vec!["days".into(), days(cycle.days), days(cycle.days_before), (cycle.won.count as i64).into()];
            let average = Page {
                columns: columns(&[
                    ("item", "Average sales cycle", FieldType::Text),
                    ("this_period", "This period", FieldType::Number),
                    ("last_period", "Last period", FieldType::Number),
                    ("won", "Won", FieldType::Int),
                ]),
                rows: vec![Line { depth: 0, entries }],
                keyed: true,
                ..page("average", "Average sales cycle")
            };
            vec![average, of_pivot("months", "By month", &cycle.months)]
        }
        Report::WinLoss => {
            let closed = reports::win_loss(records, frame, asker);
            let ratio = |by| match closed.ratio(by) {
                Ratio::Ratio(ratio) => Entry::Number(ratio),
                Ratio::NoLosses => "no losses".into(),
                Ratio::Nothing => Entry::NOTHING,
            };
            let rate = |by| closed.rate(by).map_or(Entry::NOTHING, |rate| Entry::Number(rate * 100.0));
            let counts = [closed.won.count, closed.lost.count].map(|n| (n as i64).into());
            let amounts = [closed.won.amount, closed.lost.amount].map(Entry::from);
            let line = |name: &str, [won, lost]: [Entry; 2], by| Line {
                depth: 0,
                entries: vec![name.into(), won, lost, ratio(by), rate(by)],
            };
            vec![Page {
                columns: columns(&[
                    ("item", "Win/loss ratio", FieldType::Text),
                    ("won", "Won", FieldType::Number),
                    ("lost", "Lost", FieldType::Number),
                    ("ratio", "Ratio", FieldType::Number),
                    ("rate", "Won, %", FieldType::Number),
                ]),
                rows: vec![line("count", counts, Won::ByCount), line("amount", amounts, Won::ByAmount)],
                keyed: true,
                ..page("win_loss", "Win loss ratio")
            }]
        }
        Report::Revenue => revenue(&reports::revenue(records, frame, 2, asker)?),
        Report::Pipeline => {
            let mut query = wish.query.clone();
            query.facets.extend(wish.whose.facet(records, asker, Listing::Opportunities, "user"));
            if wish.query.is_open() {
                query
                    .facets
                    .push(dashboard::about(("Outcome", crate::query::Term::new("Open", "won_status = pending"))));
            }
            let made = pivot(records, Listing::Opportunities, &query, &wish.layout, asker)?;
            vec![of_pivot("pipeline", "Pipeline", &made)]
        }
        Report::Forecast => {
            let mut query = wish.query.clone();
            query.facets.extend(wish.whose.facet(records, asker, Listing::Opportunities, "user"));
            let made = forecast(records, &query, asker, asker.today, 12)?;
            let line = |name: Entry, count: usize, sums: [Money; 2]| {
                let [expected, probable] = sums.map(Entry::from);
                Line { depth: 0, entries: vec![name, (count as i64).into(), expected, probable] }
            };
            let span = |span: Span| match span {
                Span::Before => "before".into(),
                Span::Month(first) => Period::Month.title(first).into(),
                Span::Later => "later".into(),
                Span::NoDate => Entry::NOTHING,
            };
            let row = |c: &crate::query::forecast::ForecastColumn| {
                line(span(c.span), c.cards.len(), [c.expected_revenue, c.prorated_revenue])
            };
            let total = line("Total".into(), made.count, [made.expected_revenue, made.prorated_revenue]);
            let columns = columns(&[("month", "Expected closing", FieldType::Text), COUNT, EXPECTED, PROBABLE]);
            let rows = made.columns.iter().map(row).collect();
            vec![Page { columns, rows, total: Some(total.entries), ..page("forecast", "Forecast") }]
        }
        Report::Activities => {
            vec![of_pivot("activities", "Activities done", &reports::activities(records, frame, asker)?)]
        }
    })
}

type Name = (&'static str, &'static str, FieldType);
const COUNT: Name = ("count", "Count", FieldType::Int);
const EXPECTED: Name = ("expected_revenue", "Expected revenue", FieldType::Money);
const PROBABLE: Name = ("prorated_revenue", "Probable turnover", FieldType::Money);

fn columns(names: &[Name]) -> Vec<Column> {
    let column = |(name, label, ty): &Name| Column { name: (*name).into(), label: (*label).into(), ty: *ty };
    names.iter().map(column).collect()
}

fn page(name: &str, title: &str) -> Page {
    Page { name: name.to_owned(), title: title.to_owned(), ..Page::default() }
}

/// A name, then count and amount.
fn row(name: [Entry; 1], figure: &Figure) -> Line {
    let [name] = name;
    Line { depth: 0, entries: vec![name, (figure.count as i64).into(), figure.amount.into()] }
}

fn mine(shown: &Dashboard) -> Vec<Page> {
    let count = |figure: &Figure| Entry::from(figure.count as i64);
    let to_do = |name: &str, of: &ToDo| {
        let is_list = matches!(of.overdue.detail, Detail::List(..));
        let overdue = if is_list { count(&of.overdue) } else { Entry::NOTHING };
        let amount = if name == "expected_closings" { of.next_days.amount.into() } else { Entry::NOTHING };
        Line { depth: 0, entries: vec![name.into(), count(&of.today), count(&of.next_days), overdue, amount] }
    };
    let performances = [("activities_done", &shown.done), ("won", &shown.won), ("invoiced", &shown.invoiced)];
    vec![
        Page {
            columns: columns(&[
                ("item", "To do", FieldType::Text),
                ("today", "Today", FieldType::Int),
                ("next_7_days", "Next 7 days", FieldType::Int),
                ("overdue", "Overdue", FieldType::Int),
                ("expected_revenue", "Expected in 7 days", FieldType::Money),
            ]),
            rows: vec![
                to_do("meetings", &shown.meetings),
                to_do("next_actions", &shown.next_actions),
                to_do("expected_closings", &shown.closings),
            ],
            keyed: true,
            ..page("to_do", "To do")
        },
        Page { rows: performances.map(|(name, of)| performance(name, of)).into(), ..performance_page() },
    ]
}

fn performance_page() -> Page {
    Page {
        columns: columns(&[
            ("item", "Performances", FieldType::Text),
            ("this_month", "This month", FieldType::Money),
            ("last_month", "Last month", FieldType::Money),
            ("target", "Target", FieldType::Money),
            ("percent", "Reached, %", FieldType::Int),
            ("count", "Count this month", FieldType::Int),
        ]),
        keyed: true,
        ..page("performances", "Performances")
    }
}

fn performance(name: &str, of: &Performance) -> Line {
    let value = |number: i64| match of.measure {
        Measure::Done => Entry::from(number),
        _ => Entry::from(Money(number)),
    };
    let target = of.target.map_or(Entry::NOTHING, value);
    let figures = [value(of.value(&of.this_month)), value(of.value(&of.last_month)), target];
    let more = [of.percent().into(), (of.this_month.count as i64).into()];
    Line { depth: 0, entries: [Entry::from(name)].into_iter().chain(figures).chain(more).collect() }
}

fn team(shown: &TeamDashboard) -> Vec<Page> {
    let items = [("unassigned_leads", &shown.unassigned), ("open", &shown.open), ("overdue", &shown.overdue)];
    let closings = shown.closings.iter().map(|step| {
        let mut line = row([step.from.into()], &step.figure);
        line.entries.insert(1, step.to.into());
        line
    });
    let streams = shown.streams.iter().map(|stream| row([stream.name.as_str().into()], &stream.figure));
    let date = |name, label| (name, label, FieldType::Date);
    vec![
        Page {
            columns: columns(&[("item", "Pipeline", FieldType::Text), COUNT, ("amount", "Amount", FieldType::Money)]),
            rows: items.map(|(name, figure)| row([name.into()], figure)).into(),
            keyed: true,
            ..page("pipeline", "Pipeline")
        },
        Page { rows: vec![performance("invoiced", &shown.invoiced)], ..performance_page() },
        Page {
            columns: columns(&[date("from", "From"), date("to", "To"), COUNT, PROBABLE]),
            rows: closings.collect(),
            ..page("closings", "Expected closings")
        },
        Page {
            columns: columns(&[("stream", "Revenue", FieldType::Text), COUNT, ("amount", "Amount", FieldType::Money)]),
            rows: streams.collect(),
            ..page("streams", "Revenue streams")
        },
    ]
}

fn revenue(shown: &reports::Revenue) -> Vec<Page> {
    let year = |year: &i32| Column { name: year.to_string(), label: year.to_string(), ty: FieldType::Money };
    let first = |name: &str, label: &str| Column { name: name.into(), label: label.into(), ty: FieldType::Text };
    let sum = |cell: &Cell| Entry::from(Money(cell.sum));
    let month = |month: &reports::MonthRevenue| Line {
        depth: 0,
        entries: [Entry::from(i64::from(month.month))].into_iter().chain(month.cells.iter().map(sum)).collect(),
    };
    let totals = (0..shown.years.len()).map(|at| sum(&shown.total(at)));
    let top = |name: &str, title: &str, label: &str, made: &Pivot, most: usize| {
        let line = |row: &crate::query::pivot::PivotRow| {
            let head = row.head().map_or(Value::Null, |head| head.value.clone());
            Line { depth: 0, entries: vec![head.into(), (row.total.count as i64).into(), sum(&row.total)] }
        };
        Page {
            columns: [first(name, label)].into_iter().chain(columns(&[COUNT, EXPECTED])).collect(),
            rows: made.top(most).into_iter().map(|(_, row)| line(row)).collect(),
            ..page(title, label)
        }
    };
    vec![
        Page {
            columns: [first("month", "Month")].into_iter().chain(shown.years.iter().map(year)).collect(),
            rows: shown.months.iter().map(month).collect(),
            total: Some([Entry::from("Total")].into_iter().chain(totals).collect()),
            ..page("months", "Revenue")
        },
        top("partner", "customers", "Top 10 customers", &shown.customers, 10),
        top("user", "salespeople", "Top 5 salespeople", &shown.people, 5),
    ]
}

/// A pivot as a page: the rows under each other, a column for each of its columns, count and total.
pub fn of_pivot(name: &str, title: &str, made: &Pivot) -> Page {
    let text = |name: &str, label: &str| Column { name: name.into(), label: label.into(), ty: FieldType::Text };
    let groups: Vec<(&str, &str)> = made.row_groups.iter().map(|g| (&*g.field.name, &*g.field.label)).collect();
    let first = match groups.as_slice() {
        [] => text("group", ""),
        [(name, label)] => text(name, label),
        [(name, label), (_, inner), ..] => text(name, &format!("{label} / {inner}")),
    };
    let ty = match made.number(&made.total) {
        crate::query::pivot::Number::Money(_) => FieldType::Money,
        _ => FieldType::Number,
    };
    let figure = |name: &str, label: &str| Column { name: name.into(), label: label.into(), ty };
    let across = made.columns.iter().map(|head| {
        let title = head.title.as_deref().unwrap_or("–");
        figure(title, title)
    });
    let measure = made.measure.name.as_str();
    let total_name = if made.columns.is_empty() { measure } else { "total" };
    let mut columns: Vec<Column> = [first].into_iter().chain(across).collect();
    if measure != "count" {
        columns.push(Column { name: "count".into(), label: "Count".into(), ty: FieldType::Int });
    }
    columns.push(figure(total_name, &made.measure.label));
    let line = |head: Entry, depth: u8, cells: &[Cell], total: &Cell| {
        let mut entries = vec![head];
        entries.extend(cells.iter().map(|cell| Entry::from(made.number(cell))));
        if measure != "count" {
            entries.push((total.count as i64).into());
        }
        entries.push(made.number(total).into());
        Line { depth, entries }
    };
    let head = |row: &crate::query::pivot::PivotRow| match row.head() {
        Some(head) if matches!(head.value, Value::Ref(_)) => head.value.clone().into(),
        Some(head) => head.title.clone().map_or(Entry::NOTHING, Entry::from),
        None => Entry::NOTHING,
    };
    let rows = made.rows.iter().map(|row| line(head(row), row.path.len() as u8 - 1, &row.cells, &row.total));
    Page {
        columns,
        rows: rows.collect(),
        total: Some(line("Total".into(), 0, &made.totals, &made.total).entries),
        ..page(name, title)
    }
}
