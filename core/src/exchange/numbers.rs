//! Numbers as files write them. Which of point and comma is the decimal sign is worked out from all cells of a column.

use crate::value::Money;

/// The decimal sign that a column's cells prove, nothing if they leave it open.
pub fn decimal_sign<'a>(cells: impl Iterator<Item = &'a str>) -> Option<char> {
    cells.take(5000).find_map(|cell| {
        let last = cell.rfind(['.', ','])?;
        let sign = cell[last..].chars().next()?;
        let other = if sign == '.' { ',' } else { '.' };
        if cell.matches(sign).count() > 1 {
            return Some(other);
        }
        let decimals = cell[last + 1..].chars().take_while(char::is_ascii_digit).count();
        (decimals != 3 || cell[..last].contains(other)).then_some(sign)
    })
}

/// An amount, multiplied by a whole number (a column in millions). Nothing for what is no amount.
pub fn money(cell: &str, decimal_sign: Option<char>, times: i64) -> Option<Money> {
    let Some(sign) = decimal_sign else {
        return Money::parse(cell).and_then(|m| times_exactly(m, times));
    };
    let mut plain = String::with_capacity(cell.len() + 4);
    let (mut decimals, mut last_digit) = (None, 0);
    for c in cell.chars() {
        match c {
            '.' | ',' if c == sign => {
                plain.push('.');
                decimals = Some(0);
            }
            '.' | ',' => {}
            _ => {
                plain.push(c);
                if c.is_ascii_digit() {
                    decimals = decimals.map(|d: usize| d + 1);
                    last_digit = plain.len();
                }
            }
        }
    }
    // Three decimals would be read as thousands.
    if decimals == Some(3) {
        plain.insert(last_digit, '0');
    }
    if times == 1 {
        return Money::parse(&plain);
    }
    // Shifted before rounding to cents: 1.23456 million is 1,234,560.
    let shift = times.checked_ilog10()? as usize;
    let (whole, part) = plain[..last_digit].split_once('.').unwrap_or((&plain[..last_digit], ""));
    let part = format!("{part:0<shift$}");
    Money::parse(&format!("{whole}{}.{:0<4}", &part[..shift], &part[shift..]))
}

fn times_exactly(amount: Money, times: i64) -> Option<Money> {
    amount.0.checked_mul(times).map(Money).filter(|m| m.0.abs() <= Money::MAX.0)
}

/// A whole number, `9.395` and `9,395` too.
pub fn whole(cell: &str) -> Option<i64> {
    let amount = Money::parse(cell)?;
    (amount.0 % 100 == 0).then_some(amount.0 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_is_shown_by_all_cells() {
        let sign = |cells: &[&str]| decimal_sign(cells.iter().copied());
        assert_eq!(sign(&["1.234", "5,50"]), Some(','));
        assert_eq!(sign(&["1,234", "1,234.5"]), Some('.'));
        assert_eq!(sign(&["1,234,567"]), Some('.'));
        assert_eq!(sign(&["1054", "50"]), None);
        assert_eq!(sign(&["1.234"]), None);
    }

    #[test]
    fn amounts() {
        let text = |cell, sign, times| money(cell, sign, times).map_or("none".to_owned(), |m| m.to_string());
        assert_eq!(text("1.234", Some(','), 1), "1234.00");
        assert_eq!(text("1.234", Some('.'), 1), "1.23");
        assert_eq!(text("$1,234.50", Some('.'), 1), "1234.50");
        assert_eq!(text("1.234,5 €", Some(','), 1), "1234.50");
        assert_eq!(text("1100.04", Some('.'), 1_000_000), "1100040000.00");
        assert_eq!(text("4269.9", Some('.'), 1_000_000), "4269900000.00");
        assert_eq!(text("4618", Some('.'), 1_000_000), "4618000000.00");
        assert_eq!(text("4618", None, 1_000_000), "4618000000.00");
        assert_eq!(text("abc", None, 1), "none");
        assert_eq!(whole("9,395"), Some(9395));
        assert_eq!(whole("1.5"), None);
    }
}
