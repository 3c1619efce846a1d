//! Lengths of the command line: whole and decimal numbers with a unit, exactly.

/// The window `X0,Y0,X1,Y1`, in 10⁻¹⁵ m.
pub(super) fn window(text: &str) -> Result<[i128; 4], String> {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [x0, y0, x1, y1] = parts.as_slice() else {
        return Err("write left, bottom, right and top, as 0,0,10um,10um".to_owned());
    };
    let [x0, y0, x1, y1] = [length(x0)?, length(y0)?, length(x1)?, length(y1)?];
    match x0 < x1 && y0 < y1 {
        true => Ok([x0, y0, x1, y1]),
        false => Err("it has no area: left stands before right, and bottom before top".to_owned()),
    }
}

/// A length in 10⁻¹⁵ m; 0 needs no unit.
fn length(text: &str) -> Result<i128, String> {
    let wrong = || format!("{text:?} is no length; write it as 10um, 2.5um or 500nm");
    let split = text.find(|c: char| c.is_ascii_alphabetic() || c == 'µ').unwrap_or(text.len());
    let (number, unit) = (text[..split].trim(), text[split..].trim());
    let (sign, digits) = number.strip_prefix('-').map_or((1, number), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all: String = [whole, part].concat();
    if all.is_empty() || all.len() > 18 || !all.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let n: i128 = all.parse().map_err(|_| wrong())?;
    let per: i128 = match unit {
        "pm" => 1_000,
        "nm" => 1_000_000,
        "um" | "µm" => 1_000_000_000,
        "mm" => 1_000_000_000_000,
        "" if n == 0 => 1,
        _ => return Err(wrong()),
    };
    Ok(sign * n * per / 10_i128.pow(part.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_four_lengths_with_units() {
        assert_eq!(window("0,-0.5um,10um,500nm"), Ok([0, -500_000_000, 10_000_000_000, 500_000_000]));
        for wrong in ["0,0,10um", "0,0,10,10", "0,0,-1um,1um", "0,0,xum,1um", "0,0,1um,1parsec"] {
            assert!(window(wrong).is_err(), "{wrong}");
        }
    }
}
