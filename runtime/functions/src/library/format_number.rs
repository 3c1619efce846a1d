//! `format_number`

use crate::form::NumberForm;
use crate::function::{Example, Function, Mismatch, PLAIN, Ret, num, want_constant_text, want_number};
use crate::types::Info;
use crate::value::Value;

/// `format_number(number, form)`
pub(super) static FORMAT_NUMBER: Function = Function {
    name: "format_number",
    params: "number, form",
    summary: "A number as a text of a form that an example shows.",
    details: "The example is the number 1234.56 as it is to be written: `\"1.234,56\"`, `\"1,234.56\"`, `\"1234,56\"`, `\"(1,234.56)\"`, \
              `\"$1,234.56\"`, a whole number as `\"1.234\"`. The number keeps the digits behind the point that its type has. \
              `\"implied 2\"` writes digits without the point, two of them behind it; `\"zoned 2\"` the same with the sign in the last digit.",
    examples: &[
        Example(r#"format_number(1234567.80, "1.234,56")"#, r#""1.234.567,80""#),
        Example(r#"format_number(-0.50, "(1,234.56)")"#, r#""(0.50)""#),
        Example(r#"format_number(12.50, "implied 2")"#, r#""1250""#),
        Example(r#"format_number(-12.50, "zoned 2")"#, r#""125}""#),
        Example(r#"format_number(-1234567, "1,234")"#, r#""-1,234,567""#),
    ],
    arity: (2, 2),
    infer: |args| {
        let form = form(args)?;
        want_number(args, 0)?;
        let s = args[0].ty.kind.scale();
        if !form.holds(s) {
            return Mismatch::at(
                1,
                format!("this form has no place for the {s} digits behind the point; round them first: `round(…, 0)`"),
            );
        }
        let (lo, hi) = args[0].bounds();
        let written = |n: i128| {
            let mut out = Vec::new();
            form.write(n, s, &mut out);
            String::from_utf8_lossy(&out).chars().count() as u32
        };
        Ret::total(Info::text(Some(written(lo).max(written(hi)))))
    },
    prepare: |args| {
        let (form, s) = (form(args).ok(), args[0].ty.kind.scale());
        Box::new(move |args| {
            let mut out = Vec::new();
            if let Some(form) = &form {
                form.write(num(args, 0), s, &mut out);
            }
            Ok(Value::owned(String::from_utf8(out).unwrap_or_default()))
        })
    },
    ..PLAIN
};

fn form(args: &[Info]) -> Result<NumberForm, Mismatch> {
    let example = want_constant_text(args, 1, "the form")?;
    NumberForm::new(example).map_err(|message| Mismatch { arg: Some(1), message })
}
