//! Which operands go together: numbers with numbers, truths with truths. A condition that would fail or surprise only
//! when a run asks it is refused when its workflow is read.

use std::fmt;

use minijinja::machinery::ast::{BinOpKind, CompareOpKind, Const, Expr, UnaryOpKind};
use minijinja::machinery::parse_expr;
use minijinja::value::ValueKind;

/// What a value in a condition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An integer or a fraction.
    Number,
    /// True or false.
    Truth,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "a number",
            Self::Truth => "true or false",
        })
    }
}

/// Checks that the operands of a condition go together and that it comes to a truth; `kind_of` tells what stands at a
/// path. The error says in words which part is wrong.
pub fn check(condition: &str, kind_of: &dyn Fn(&str) -> Result<Kind, String>) -> Result<(), String> {
    let expression = parse_expr(condition).map_err(|e| super::said(&e))?;
    match kind(&expression, kind_of)? {
        Kind::Truth => Ok(()),
        Kind::Number => Err("it evaluates to a number (expected a boolean)".into()),
    }
}

type KindOf<'k> = &'k dyn Fn(&str) -> Result<Kind, String>;

fn kind(expression: &Expr<'_>, kind_of: KindOf<'_>) -> Result<Kind, String> {
    match expression {
        Expr::Var(_) | Expr::GetAttr(_) => {
            let path = path(expression).ok_or("only the result of a step, a loop or a parameter is asked")?;
            kind_of(&path)
        }
        Expr::Const(value) => constant(value),
        Expr::UnaryOp(operation) => {
            let wanted = match operation.op {
                UnaryOpKind::Not => Kind::Truth,
                UnaryOpKind::Neg => Kind::Number,
            };
            wants(wanted, &operation.expr, kind_of)
        }
        Expr::BinOp(operation) => {
            let (left, right) = (&operation.left, &operation.right);
            match operation.op {
                BinOpKind::Eq | BinOpKind::Ne => same(left, right, kind_of),
                BinOpKind::Lt | BinOpKind::Lte | BinOpKind::Gt | BinOpKind::Gte => {
                    wants(Kind::Number, left, kind_of)?;
                    wants(Kind::Number, right, kind_of).map(|_| Kind::Truth)
                }
                BinOpKind::ScAnd | BinOpKind::ScOr => {
                    wants(Kind::Truth, left, kind_of)?;
                    wants(Kind::Truth, right, kind_of)
                }
                BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem if is_zero(right) => {
                    Err("it divides by zero".into())
                }
                BinOpKind::Add
                | BinOpKind::Sub
                | BinOpKind::Mul
                | BinOpKind::Div
                | BinOpKind::FloorDiv
                | BinOpKind::Rem
                | BinOpKind::Pow => {
                    wants(Kind::Number, left, kind_of)?;
                    wants(Kind::Number, right, kind_of)
                }
                BinOpKind::Concat | BinOpKind::In => Err("there is no `~` and no `in`".into()),
            }
        }
        Expr::Compare(comparison) => {
            let mut left = &comparison.expr;
            for next in &comparison.ops {
                match next.op {
                    CompareOpKind::Eq | CompareOpKind::Ne => drop(same(left, &next.expr, kind_of)?),
                    CompareOpKind::Lt | CompareOpKind::Lte | CompareOpKind::Gt | CompareOpKind::Gte => {
                        wants(Kind::Number, left, kind_of)?;
                        wants(Kind::Number, &next.expr, kind_of)?;
                    }
                    CompareOpKind::In | CompareOpKind::NotIn => return Err("there is no `in`".into()),
                }
                left = &next.expr;
            }
            Ok(Kind::Truth)
        }
        Expr::IfExpr(choice) => {
            wants(Kind::Truth, &choice.test_expr, kind_of)?;
            let otherwise = choice.false_expr.as_ref().ok_or("an `if` needs its `else`")?;
            let kind = kind(&choice.true_expr, kind_of)?;
            wants(kind, otherwise, kind_of)
        }
        Expr::Slice(_)
        | Expr::Filter(_)
        | Expr::Test(_)
        | Expr::GetItem(_)
        | Expr::Call(_)
        | Expr::List(_)
        | Expr::Tuple(_)
        | Expr::Map(_) => Err("there are no lists, filters, tests or functions".into()),
    }
}

fn constant(value: &Const) -> Result<Kind, String> {
    match value.value.kind() {
        ValueKind::Number => Ok(Kind::Number),
        ValueKind::Bool => Ok(Kind::Truth),
        _ => Err(format!("`{:?}` is neither a number nor true or false", value.value)),
    }
}

fn is_zero(expression: &Expr<'_>) -> bool {
    matches!(expression, Expr::Const(c) if f64::try_from(c.value.clone()).is_ok_and(|n| n == 0.0))
}

fn wants(wanted: Kind, expression: &Expr<'_>, kind_of: KindOf<'_>) -> Result<Kind, String> {
    let found = kind(expression, kind_of)?;
    if found == wanted {
        return Ok(wanted);
    }
    let what = path(expression).map_or_else(|| "an operand".to_owned(), |path| format!("`{path}`"));
    Err(format!("{what} is {found}, and {wanted} is needed there"))
}

fn same(left: &Expr<'_>, right: &Expr<'_>, kind_of: KindOf<'_>) -> Result<Kind, String> {
    let found = kind(left, kind_of)?;
    wants(found, right, kind_of).map(|_| Kind::Truth)
}

fn path(expression: &Expr<'_>) -> Option<String> {
    match expression {
        Expr::Var(name) => Some(name.id.to_owned()),
        Expr::GetAttr(of) => Some(format!("{}.{}", path(&of.expr)?, of.name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(condition: &str) -> Result<(), String> {
        check(condition, &|path| match path {
            "count.words" | "enough" => Ok(Kind::Number),
            "sit" => Ok(Kind::Truth),
            other => Err(format!("nothing is called `{other}`")),
        })
    }

    #[test]
    fn m17_numbers_go_with_numbers_and_truths_with_truths() {
        for condition in [
            "count.words >= enough",
            "1 < count.words <= 2 * enough",
            "sit and not (count.words == -3)",
            "sit == true or sit != false",
            "(1 if sit else 2) > 1",
        ] {
            assert_eq!(checked(condition), Ok(()), "{condition}");
        }
        for (condition, told) in [
            ("count.words >= 'a'", "neither a number"),
            ("'a' in 'abc'", "no `in`"),
            ("count.words >= true", "an operand is true or false"),
            ("count.words == sit", "`sit` is true or false, and a number is needed there"),
            ("sit > false", "`sit` is true or false, and a number"),
            ("not count.words", "`count.words` is a number, and true or false is needed"),
            ("sit and count.words", "`count.words` is a number"),
            ("sit or 'x'", "neither a number"),
            ("count.words == none", "neither a number"),
            ("count.words ~ 'a' == 'b'", "no `~`"),
            ("[1] == count.words", "no lists"),
            ("count.words is defined", "no lists, filters, tests"),
            ("count.words + sit > 1", "`sit` is true or false"),
            ("count.words % 0 > 1", "divides by zero"),
            ("count.words if sit", "needs its `else`"),
            ("count.words", "evaluates to a number"),
            ("other > 1", "nothing is called"),
        ] {
            let refused = checked(condition).unwrap_err();
            assert!(refused.contains(told), "{condition}: {refused}");
        }
    }
}
