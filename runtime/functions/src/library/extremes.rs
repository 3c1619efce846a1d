//! `least`, `greatest`, `clamp`, `sign`

use crate::decimal::{self, NotANumber};
use crate::function::{Example, Fail, Function, Mismatch, PLAIN, Ret, num, want_number};
use crate::types::{Info, Kind, digits};
use crate::value::Value;

/// `least(a, b, …)`
pub(super) static LEAST: Function = Function {
    name: "least",
    params: "a, b, …",
    summary: "The smallest of several values: numbers, texts, days, times or points in time.",
    details: "Texts compare by their code points.",
    examples: &[
        Example("least(3, 1.50, 2)", "1.50"),
        Example("least(2024-02-29, 2023-12-31)", "2023-12-31"),
        Example(r#"least("b", "a")"#, r#""a""#),
    ],
    arity: (2, 64),
    infer: |args| level(args, |bounds| bounds.iter().copied().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))),
    prepare: |args| {
        let scales = scales(args);
        Box::new(move |args| {
            chosen(args, &scales, |values| values.into_iter().reduce(|a, b| if less(&b, &a) { b } else { a }))
        })
    },
    ..PLAIN
};

/// `greatest(a, b, …)`
pub(super) static GREATEST: Function = Function {
    name: "greatest",
    params: "a, b, …",
    summary: "The largest of several values: numbers, texts, days, times or points in time.",
    details: "Texts compare by their code points.",
    examples: &[Example("greatest(3, 1.50, 2)", "3.00"), Example(r#"greatest("B", "a", "A")"#, r#""a""#)],
    arity: (2, 64),
    infer: |args| level(args, |bounds| bounds.iter().copied().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))),
    prepare: |args| {
        let scales = scales(args);
        Box::new(move |args| {
            chosen(args, &scales, |values| values.into_iter().reduce(|a, b| if less(&a, &b) { b } else { a }))
        })
    },
    ..PLAIN
};

/// `clamp(value, low, high)`
pub(super) static CLAMP: Function = Function {
    name: "clamp",
    params: "value, low, high",
    summary: "A value, or the nearest end of a range that it lies outside of.",
    details: "The ends are of the value's type, and the lower one stands first.",
    examples: &[
        Example("clamp(120, 0, 100)", "100"),
        Example("clamp(-0.5, 0, 1)", "0.0"),
        Example("clamp(1812-06-01, 1900-01-01, 2100-12-31)", "1900-01-01"),
    ],
    arity: (3, 3),
    infer: |args| {
        level(args, |bounds| {
            let &[x, low, high] = bounds else { return None };
            Some((x.0.max(low.0).min(high.0), x.1.max(low.1).min(high.1)))
        })
    },
    prepare: |args| {
        let scales = scales(args);
        Box::new(move |args| {
            chosen(args, &scales, |values| {
                let [x, low, high] = <[Value<'_>; 3]>::try_from(values).ok()?;
                let x = if less(&x, &low) { low } else { x };
                Some(if less(&high, &x) { high } else { x })
            })
        })
    },
    ..PLAIN
};

/// `sign(number)`
pub(super) static SIGN: Function = Function {
    name: "sign",
    params: "number",
    summary: "-1 for a number below zero, 0 for zero, and 1 for a number above it.",
    examples: &[Example("sign(-2.50)", "-1"), Example("sign(0)", "0"), Example(r#"sign(float64("0.1"))"#, "1")],
    infer: |args| {
        if args[0].ty.kind != Kind::Float64 {
            want_number(args, 0)?;
        }
        let (lo, hi) = args[0].bounds();
        Ret::total(Info::number(Kind::Int64, lo.signum(), hi.signum()))
    },
    // The numbers that stand for doubles have the doubles' signs.
    prepare: |_| Box::new(|args| Ok(Value::Num(num(args, 0).signum()))),
    ..PLAIN
};

/// The least and the most that a value can be.
type Ends = (i128, i128);

/// The type of one of several values, which are brought to one.
fn level(args: &[Info], range: fn(&[Ends]) -> Option<Ends>) -> Result<Ret, Mismatch> {
    let first = &args[0].ty;
    let same = |f: &dyn Fn(&Kind) -> bool| args.iter().all(|a| f(&a.ty.kind));
    if same(&Kind::is_textual) {
        let chars = args.iter().try_fold(0u32, |n, a| Some(n.max(a.chars()?)));
        return Ret::total(Info::text(chars));
    }
    if same(&|k| k.is_number() && !k.has_dimension()) {
        let s = scales(args).into_iter().max().unwrap_or(0);
        let bounds: Option<Vec<Ends>> = args
            .iter()
            .map(|a| {
                let ((lo, hi), have) = (a.bounds(), a.ty.kind.scale());
                decimal::rescale(lo, have, s).zip(decimal::rescale(hi, have, s))
            })
            .collect();
        let Some((lo, hi)) = bounds.and_then(|b| range(&b)).filter(|(lo, hi)| digits(*lo, *hi) <= 38) else {
            return Mismatch::at(0, "with one number of digits behind the point, these have more than 38 digits");
        };
        let kind = if same(&Kind::is_int) { Kind::Int64 } else { Kind::Decimal { p: digits(lo, hi).max(s), s } };
        return Ret::total(Info::number(kind, lo, hi));
    }
    let ordered = matches!(first.kind, Kind::Date | Kind::Time | Kind::Timestamp | Kind::TimestampTz | Kind::Float64);
    if !ordered {
        return Mismatch::at(0, format!("this is {first}, of which none is the smallest"));
    }
    if let Some(i) = args.iter().position(|a| a.ty.kind != first.kind) {
        return Mismatch::at(i, format!("this is {}, and the first value is {first}", args[i].ty));
    }
    let bounds: Vec<Ends> = args.iter().map(Info::bounds).collect();
    let (lo, hi) = range(&bounds).unwrap_or_else(|| args[0].bounds());
    Ret::total(Info::number(first.kind.clone(), lo, hi))
}

fn scales(args: &[Info]) -> Vec<u8> {
    args.iter().map(|a| a.ty.kind.scale()).collect()
}

/// One of several values, brought to the largest of their scales.
fn chosen<'a>(
    args: &[Value<'a>],
    scales: &[u8],
    choose: impl Fn(Vec<Value<'a>>) -> Option<Value<'a>>,
) -> Result<Value<'a>, Fail> {
    let most = scales.iter().max().copied().unwrap_or(0);
    let one = |(v, s): (&Value<'a>, &u8)| match v {
        Value::Num(n) => decimal::rescale(*n, *s, most).map(Value::Num),
        other => Some(other.clone()),
    };
    let values: Option<Vec<Value<'a>>> = args.iter().zip(scales).map(one).collect();
    values.and_then(choose).ok_or_else(|| Fail::because(NotANumber::Large.reason()))
}

fn less(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (a, b) {
        (Value::Num(a), Value::Num(b)) => a < b,
        (Value::Text(a), Value::Text(b)) => a < b,
        _ => false,
    }
}
