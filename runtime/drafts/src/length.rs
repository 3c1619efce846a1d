//! Decimal numbers of micrometres, exactly.

/// A number of micrometres in 10⁻¹⁵ m; `None` for what is no decimal number, or no whole number of these.
pub(crate) fn micrometres(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let kept = fraction.trim_end_matches('0');
    let scale = 9usize.checked_sub(kept.len())?;
    let n: i64 = format!("0{whole}{kept}").parse().ok()?;
    n.checked_mul(10i64.pow(scale as u32))
}

/// A length in the unit in which it is shortest: `140nm`, `2um`, `5.5nm`.
pub(crate) fn shown(femtometres: i64) -> String {
    let (unit, scale) =
        if femtometres >= 10_000_000_000 && femtometres % 1_000_000_000 == 0 { ("um", 9) } else { ("nm", 6) };
    decimal(i128::from(femtometres), scale) + unit
}

/// An area of so many square micrometres, as it is written.
pub(crate) fn shown_area(square_micrometres: &str) -> Option<String> {
    let n = micrometres(square_micrometres)?;
    Some(decimal(i128::from(n), 9) + "um2")
}

/// `n / 10^scale`, as short as it can be written.
pub(crate) fn decimal(n: i128, scale: usize) -> String {
    let digits = format!("{n:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    match fraction.trim_end_matches('0') {
        "" => whole.to_owned(),
        fraction => format!("{whole}.{fraction}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, said) in
            [("0.14", "140nm"), (".0055", "5.5nm"), ("2", "2000nm"), ("12", "12um"), ("0.14000", "140nm")]
        {
            assert_eq!(micrometres(text).map(shown).as_deref(), Some(said), "{text}");
        }
        for wrong in ["", ".", "-1", "1e3", "0.0000000001", "99999999999999999999"] {
            assert_eq!(micrometres(wrong), None, "{wrong}");
        }
        assert_eq!(shown_area("0.0561").as_deref(), Some("0.0561um2"));
    }
}
