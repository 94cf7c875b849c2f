//! Reading filter expressions.

use std::sync::OnceLock;

use super::{Check, Compare, Expression, Wanted};
use crate::{
    error::{Error, Result},
    id::{DocId, Kind},
    message::Message,
    query::{Asker, Listing, fields::ListField, fold, period::Span},
    record::{FieldType, Records},
    value::{Money, Percent, parse_iso_time},
};

/// The name that stands for all fields the search looks into.
const ANYWHERE: &str = "anywhere";

/// Deeper parentheses are nobody's filter.
const DEEPEST: usize = 64;

pub(super) fn parse(records: &Records, listing: Listing, text: &str, asker: &Asker) -> Result<Expression> {
    let tokens = tokens(text)?;
    let mut parser = Parser { text, tokens, at: 0, depth: 0, records, listing, asker };
    let expression = parser.any()?;
    match parser.peek() {
        None => Ok(expression),
        Some(_) => Err(parser.wrong(message!("expected and, or, or the end"))),
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

/// A token with the bytes it was read from.
struct Placed {
    token: Token,
    from: usize,
    to: usize,
}

const SIGNS: [&str; 10] = ["!=", "<>", "<=", ">=", "=", "<", ">", "(", ")", ","];

fn tokens(text: &str) -> Result<Vec<Placed>> {
    let mut tokens = Vec::new();
    let mut from = 0;
    while let Some(c) = text[from..].chars().next() {
        let rest = &text[from..];
        if c.is_whitespace() {
            from += c.len_utf8();
            continue;
        }
        let (token, length) = if let Some(sign) = SIGNS.into_iter().find(|s| rest.starts_with(s)) {
            (Token::Sign(sign), sign.len())
        } else if c == '\'' || c == '"' {
            quoted(rest, c).ok_or_else(|| wrong(text, from, message!("the quote is not closed")))?
        } else {
            let length = rest.find(|c: char| c.is_whitespace() || "()=<>!,".contains(c)).unwrap_or(rest.len());
            if length == 0 {
                return Err(wrong(text, from, message!("‘{sign}’ means nothing here", sign = c)));
            }
            (Token::Word(rest[..length].to_owned()), length)
        };
        tokens.push(Placed { token, from, to: from + length });
        from += length;
    }
    Ok(tokens)
}

/// A quoted text and its length with the quotes; a quote inside is written twice.
fn quoted(text: &str, quote: char) -> Option<(Token, usize)> {
    let mut inner = String::new();
    let mut rest = &text[1..];
    loop {
        let end = rest.find(quote)?;
        inner.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        if !rest.starts_with(quote) {
            return Some((Token::Quoted(inner), text.len() - rest.len()));
        }
        inner.push(quote);
        rest = &rest[1..];
    }
}

fn wrong(text: &str, at: usize, why: Message) -> Error {
    let place = text[..at].chars().count() + 1;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text: String = text.chars().take(120).collect();
    refused!("filter ‘{text}’, character {place}: {why}", text, place, why)
}

struct Parser<'a> {
    records: &'a Records,
    text: &'a str,
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
    listing: Listing,
    asker: &'a Asker,
}

/// A value as written.
struct Written {
    text: String,
    from: usize,
    is_quoted: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|t| &t.token)
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word));
        self.at += usize::from(is);
        is
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(is);
        is
    }

    /// What is wrong at the next token.
    fn wrong(&self, why: Message) -> Error {
        match self.tokens.get(self.at) {
            Some(t) => {
                wrong(self.text, t.from, message!("{why}, found ‘{found}’", why, found = &self.text[t.from..t.to]))
            }
            None => wrong(self.text, self.text.len(), message!("{why}, found the end", why)),
        }
    }

    fn any(&mut self) -> Result<Expression> {
        let mut parts = vec![self.all()?];
        while self.takes_word("or") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Any(parts) })
    }

    fn all(&mut self) -> Result<Expression> {
        let mut parts = vec![self.one()?];
        while self.takes_word("and") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::All(parts) })
    }

    fn one(&mut self) -> Result<Expression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong(message!("too many parentheses")));
        }
        let expression = if self.takes_word("not") {
            negated(self.one()?)
        } else if self.takes_sign("(") {
            let inner = self.any()?;
            if !self.takes_sign(")") {
                return Err(self.wrong(message!("expected )")));
            }
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(expression)
    }

    fn test(&mut self) -> Result<Expression> {
        let from = self.tokens.get(self.at).map(|t| t.from);
        let Some(Token::Word(name)) = self.peek() else { return Err(self.wrong(message!("expected a field"))) };
        if name == ANYWHERE {
            return self.anywhere();
        }
        let field = ListField::named(self.records, self.listing, name)
            .map_err(|e| wrong(self.text, from.unwrap_or_default(), e.message()))?;
        self.at += 1;
        if field.ty == FieldType::Bool && self.ends() {
            return Ok(Expression::test(field, Check::Equals(true)));
        }
        if self.takes_word("is") {
            let not = self.takes_word("not");
            if !self.takes_word("empty") {
                return Err(self.wrong(message!("expected empty or not empty")));
            }
            let test = Expression::test(field, Check::Empty);
            return Ok(if not { negated(test) } else { test });
        }
        let not = self.takes_word("not");
        if self.takes_word("in") {
            if field.name == "id" {
                let ids = self.values()?.iter().map(|written| self.id(written)).collect::<Result<_>>()?;
                let test = Expression::test(field, Check::Among(ids));
                return Ok(if not { negated(test) } else { test });
            }
            let tests = self.values()?.iter().map(|w| self.check(&field, Compare::Equal, w)).collect::<Result<_>>()?;
            let test = Expression::Any(tests);
            return Ok(if not { negated(test) } else { test });
        }
        let (not, compare) = if self.takes_word("contains") {
            (not, Compare::Contains)
        } else if self.takes_word("starts") {
            self.takes_word("with");
            (not, Compare::Starts)
        } else if not {
            return Err(self.wrong(message!("expected contains, starts or in")));
        } else {
            let operator = match self.peek() {
                Some(Token::Sign("=")) => (false, Compare::Equal),
                Some(Token::Sign("!=" | "<>")) => (true, Compare::Equal),
                Some(Token::Sign("<")) => (false, Compare::Less),
                Some(Token::Sign("<=")) => (false, Compare::LessOrEqual),
                Some(Token::Sign(">")) => (false, Compare::Greater),
                Some(Token::Sign(">=")) => (false, Compare::GreaterOrEqual),
                _ => return Err(self.wrong(message!("expected one of = != < <= > >= contains starts in is"))),
            };
            self.at += 1;
            operator
        };
        let written = self.value(&[])?;
        let test = self.check(&field, compare, &written)?;
        Ok(if not { negated(test) } else { test })
    }

    /// `anywhere contains 'acme lamps'`
    fn anywhere(&mut self) -> Result<Expression> {
        self.at += 1;
        let not = self.takes_word("not");
        if !self.takes_word("contains") {
            return Err(self.wrong(message!("expected contains")));
        }
        let test = Expression::Anywhere(self.value(&[])?.text, OnceLock::new());
        Ok(if not { negated(test) } else { test })
    }

    /// Whether the test ends here.
    fn ends(&self) -> bool {
        match self.peek() {
            None | Some(Token::Sign(")")) => true,
            Some(Token::Word(w)) => w.eq_ignore_ascii_case("and") || w.eq_ignore_ascii_case("or"),
            _ => false,
        }
    }

    /// One value: a quoted text, or all words up to the end of the test.
    fn value(&mut self, until: &[&str]) -> Result<Written> {
        let first = self.at;
        if let Some(Placed { token: Token::Quoted(text), from, .. }) = self.tokens.get(first) {
            let written = Written { text: text.clone(), from: *from, is_quoted: true };
            self.at += 1;
            return Ok(written);
        }
        while let Some(token) = self.peek() {
            let stops = match token {
                Token::Sign(",") => until.contains(&","),
                Token::Sign(_) | Token::Quoted(_) => true,
                Token::Word(_) => until.is_empty() && self.ends(),
            };
            if stops {
                break;
            }
            self.at += 1;
        }
        if self.at == first {
            return Err(self.wrong(message!("expected a value")));
        }
        let (from, to) = (self.tokens[first].from, self.tokens[self.at - 1].to);
        Ok(Written { text: self.text[from..to].to_owned(), from, is_quoted: false })
    }

    /// `(a, 'b', c)`
    fn values(&mut self) -> Result<Vec<Written>> {
        if !self.takes_sign("(") {
            return Err(self.wrong(message!("expected ( and values")));
        }
        let mut values = vec![self.value(&[","])?];
        while self.takes_sign(",") {
            values.push(self.value(&[","])?);
        }
        match self.takes_sign(")") {
            true => Ok(values),
            false => Err(self.wrong(message!("expected , or )"))),
        }
    }

    fn id(&self, written: &Written) -> Result<DocId> {
        let text = written.text.trim();
        text.parse().map_err(|_| wrong(self.text, written.from, message!("‘{text}’ is no id", text)))
    }

    fn check(&self, field: &ListField, compare: Compare, written: &Written) -> Result<Expression> {
        let text = written.text.trim();
        let wrong = |why: Message| Err(wrong(self.text, written.from, why));
        let name = &*field.name;
        if written.is_quoted && text.is_empty() && compare == Compare::Equal {
            return Ok(Expression::test(field.clone(), Check::Empty));
        }
        let is_partial = matches!(compare, Compare::Contains | Compare::Starts);
        let check = match field.ty {
            FieldType::Text | FieldType::LongText => Check::Text(compare, fold(text)),
            FieldType::Ref(kind) | FieldType::Refs(kind) => match (compare, kind) {
                (Compare::Equal, Kind::User) if text == "me" && !written.is_quoted => {
                    named(Wanted::Me(self.asker.user))
                }
                (Compare::Equal, Kind::Team) if text == "my team" && !written.is_quoted => {
                    named(Wanted::MyTeam(self.asker.user))
                }
                (Compare::Equal, _) => {
                    named(text.parse().map_or_else(|_| Wanted::Name(compare, fold(text), kind), Wanted::Id))
                }
                _ if is_partial => named(Wanted::Name(compare, fold(text), kind)),
                _ => return wrong(message!("{name} names a record: compare it with = != contains starts in", name)),
            },
            FieldType::Choice(choices) => match compare {
                Compare::Equal if !choices.iter().any(|c| fold(c) == fold(text)) => {
                    return wrong(message!("‘{text}’ is not one of {known}", text, known = choices.join(", ")));
                }
                _ if compare == Compare::Equal || is_partial => Check::Text(compare, fold(text)),
                _ => {
                    return wrong(message!(
                        "{name} is one of {known}: compare it with = != in",
                        name,
                        known = choices.join(", ")
                    ));
                }
            },
            _ if is_partial => {
                return wrong(message!("contains and starts are for text and names, which {name} is not", name));
            }
            FieldType::Bool => match (compare, fold(text).as_str()) {
                (Compare::Equal, "true" | "yes" | "1") => Check::Equals(true),
                (Compare::Equal, "false" | "no" | "0") => Check::Equals(false),
                (Compare::Equal, _) => return wrong(message!("‘{text}’ is neither true nor false", text)),
                _ => return wrong(message!("{name} is true or false: compare it with = or !=", name)),
            },
            FieldType::Int | FieldType::Number => match text.parse() {
                Ok(number) => Check::Number(compare, number),
                Err(_) => return wrong(message!("‘{text}’ is not a whole number", text)),
            },
            FieldType::Money => match Money::parse(text) {
                Some(amount) => Check::Number(compare, amount.0),
                None => return wrong(message!("‘{text}’ is not an amount", text)),
            },
            FieldType::Percent => match Percent::parse(text) {
                Some(percent) => Check::Number(compare, i64::from(percent.0)),
                None => return wrong(message!("‘{text}’ is not a percentage", text)),
            },
            FieldType::Date | FieldType::Time | FieldType::When => {
                match (Span::parse(text, self.asker.today), parse_iso_time(text)) {
                    (Some(span), _) => Check::Days(compare, span),
                    (None, Some(time)) => Check::Moment(compare, time),
                    _ => {
                        let known = "2026-12-01, 2026-12, today, today+7, this month, last quarter";
                        return wrong(message!("‘{text}’ is not a day: write it like {known}", text, known));
                    }
                }
            }
        };
        Ok(Expression::test(field.clone(), check))
    }
}

fn named(wanted: Wanted) -> Check {
    Check::Named(wanted, OnceLock::new())
}

fn negated(expression: Expression) -> Expression {
    Expression::Not(Box::new(expression))
}
