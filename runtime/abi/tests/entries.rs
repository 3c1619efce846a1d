//! The fast entries against the functions that they stand for, and the writers against the one way of writing.

use std::sync::Arc;

use migc_abi::{Frame, PAD, Pair, Tables, emit, parse, text};
use migc_functions::{Info, Kind, Ty, Value, find};
use proptest::prelude::*;

/// A text with readable bytes round it.
fn padded(t: &str, around: u8) -> Vec<u8> {
    let mut bytes = vec![around; PAD];
    bytes.extend_from_slice(t.as_bytes());
    bytes.resize(bytes.len() + PAD, around);
    bytes
}

fn frame() -> Frame {
    Frame::new(Arc::new(Tables::default()), Arc::new(Vec::new()), 0, 0, 0)
}

fn meaning(function: &str, args: Vec<Value<'static>>) -> Option<Value<'static>> {
    let kind = |v: &Value<'static>| if matches!(v, Value::Text(_)) { Kind::Text(None) } else { Kind::Int64 };
    let mut infos: Vec<Info> = args.iter().map(|v| Info::constant(v.clone(), kind(v))).collect();
    infos[0] = Info::of(Ty::required(Kind::Text(None)));
    let f = find(function).unwrap();
    (f.prepare)(&infos)(&args).ok().map(Value::into_static)
}

fn number(p: Pair) -> Option<i128> {
    (p.1 == 1).then_some(i128::from(p.0 as i64))
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[+-]?[0-9]{0,20}(\\.[0-9]{0,8})?",
        "[0-9]{1,9}\\.[0-9]{2}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        "[0-9]{2}/[0-9]{2}/[0-9]{4}",
        "[0-3][0-9]\\.[01][0-9]\\.(19|20)[0-9]{2}",
        "[ -~]{0,80}",
        "[ a-zéßÄ日,\"\n]{0,80}",
        any::<i64>().prop_map(|n| n.to_string()),
    ]
}

fn shown(t: Pair) -> String {
    // SAFETY: the entry gave a text, which lives in the padded text or in the frame's arena.
    String::from_utf8(unsafe { std::slice::from_raw_parts(t.0 as *const u8, t.1 as usize) }.to_vec()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn numbers_and_days_are_read_as_the_functions_read_them(t in texts(), around in any::<u8>(), scale in 0u8..9) {
        let bytes = padded(&t, around);
        let (p, n) = (bytes[PAD..].as_ptr(), t.len());
        let mut frame = frame();
        let v = || vec![Value::owned(t.clone())];
        for (name, least, most) in [("int16", i64::from(i16::MIN), i64::from(i16::MAX)), ("int32", i64::from(i32::MIN), i64::from(i32::MAX)), ("int64", i64::MIN, i64::MAX)] {
            // SAFETY: the text is padded.
            let fast = number(unsafe { parse::parse_int(&mut frame, p, n, least, most) });
            prop_assert_eq!(fast, meaning(name, v()).and_then(|v| v.num()), "{} {:?}", name, &t);
        }
        for digits in [scale.max(1), 12, 18] {
            let args = [v(), vec![Value::Num(i128::from(digits)), Value::Num(i128::from(scale))]].concat();
            // SAFETY: the text is padded.
            let fast = number(unsafe { parse::parse_decimal(&mut frame, p, n, i64::from(scale), 10i64.pow(u32::from(digits)) - 1) });
            prop_assert_eq!(fast, meaning("decimal", args).and_then(|v| v.num()), "decimal({}, {}) {:?}", digits, scale, &t);
        }
        // SAFETY: the text is padded.
        let days = unsafe {
            [
                ("%Y-%m-%d", parse::parse_date_ymd(&mut frame, p, n, i64::from(b'-'))),
                ("%m/%d/%Y", parse::parse_date_mdy(&mut frame, p, n, i64::from(b'/'))),
                ("%d.%m.%Y", parse::parse_date_dmy(&mut frame, p, n, i64::from(b'.'))),
            ]
        };
        for (pattern, fast) in days {
            let args = [v(), vec![Value::text(pattern)]].concat();
            prop_assert_eq!(number(fast), meaning("date", args).and_then(|v| v.num()), "{} {:?}", pattern, &t);
        }
    }

    #[test]
    fn texts_come_out_as_the_functions_make_them(t in texts(), around in any::<u8>()) {
        let bytes = padded(&t, around);
        let (p, n) = (bytes[PAD..].as_ptr(), t.len());
        let mut frame = frame();
        let v = |more: &[&'static str]| {
            std::iter::once(Value::owned(t.clone())).chain(more.iter().map(|m| Value::text(m))).collect::<Vec<_>>()
        };
        // SAFETY: the text is padded, and the frame is this test's own.
        unsafe {
            prop_assert_eq!(Some(Value::owned(shown(text::text_trim(&mut frame, p, n)))), meaning("trim", v(&[])));
            prop_assert_eq!(Some(Value::owned(shown(text::text_upper(&mut frame, p, n)))), meaning("upper", v(&[])));
            let replaced = text::text_replace_byte(&mut frame, p, n, i64::from(b'a'), i64::from(b'-'));
            prop_assert_eq!(Some(Value::owned(shown(replaced))), meaning("replace", v(&["a", "-"])));
            let needle = i64::from_le_bytes(*b"12\0\0\0\0\0\0");
            let found = text::text_contains8(&mut frame, p, n, needle, 2);
            prop_assert_eq!(Some(Value::Bool(found.0 == 1)), meaning("like", v(&["%12%"])));
            prop_assert_eq!(text::text_chars(&mut frame, p, n) as usize, t.chars().count());
        }
    }

    #[test]
    fn values_are_written_the_one_way(n in prop_oneof![any::<i64>(), -200_000_000i64..200_000_000, -100i64..100], s in 0u8..19, t in texts(), day in (0u32..10_000, 1u32..13, 1u32..29)) {
        let mut out = vec![0u8; 2 * t.len() + 4 * PAD];
        let o = out.as_mut_ptr();
        // SAFETY: the output has room for all of it.
        let end = |e: *mut u8| String::from_utf8(unsafe { std::slice::from_raw_parts(o, e as usize - o as usize) }.to_vec()).unwrap();
        // SAFETY: as above; the texts are padded.
        unsafe {
            prop_assert_eq!(end(emit::emit_int(o, n)), Value::Num(i128::from(n)).display(&Kind::Int64));
            let kind = Kind::Decimal { p: 38, s };
            prop_assert_eq!(end(emit::emit_decimal(o, n, i64::from(s))), Value::Num(i128::from(n)).display(&kind));
            let packed = day.0 << 9 | day.1 << 5 | day.2;
            prop_assert_eq!(end(emit::emit_date(o, i64::from(packed))), Value::Num(i128::from(packed)).display(&Kind::Date));
            let bytes = padded(&t, b',');
            let quoted = if t.contains([',', '"', '\n', '\r']) { format!("\"{}\"", t.replace('"', "\"\"")) } else { t.clone() };
            prop_assert_eq!(end(emit::emit_text(o, bytes[PAD..].as_ptr(), t.len(), i64::from(b','))), quoted);
            let written = padded(&n.to_string(), b'9');
            prop_assert_eq!(end(emit::pass_int(o, written[PAD..].as_ptr(), n.to_string().len(), n)), n.to_string());
        }
    }
}
