//! The names of encodings: one table.

use std::sync::OnceLock;

use crate::single::Single;
use crate::{Encoding, Form, ebcdic};

/// Names of encodings of which `encoding_rs` has the table of one byte a character.
const TABLES: [&str; 26] = [
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-874",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "x-mac-cyrillic",
];
/// Names of encodings of several bytes a character.
const MULTI: [&str; 6] = ["shift_jis", "gbk", "gb18030", "big5", "euc-jp", "euc-kr"];
/// EBCDIC code pages.
const EBCDIC: [u16; 21] =
    [37, 273, 277, 278, 280, 284, 285, 297, 500, 871, 1047, 1140, 1141, 1142, 1143, 1144, 1145, 1146, 1147, 1148, 1149];
const EBCDIC_NAMES: [&str; 21] = [
    "cp037", "cp273", "cp277", "cp278", "cp280", "cp284", "cp285", "cp297", "cp500", "cp871", "cp1047", "cp1140",
    "cp1141", "cp1142", "cp1143", "cp1144", "cp1145", "cp1146", "cp1147", "cp1148", "cp1149",
];
/// Tables of our own: ISO 8859-1 and two that differ from it, ASCII, and code pages of DOS, by their upper halves.
const OWN: [&str; 9] =
    ["us-ascii", "iso-8859-1", "iso-8859-9", "iso-8859-11", "cp437", "cp850", "cp852", "cp858", "cp866"];
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

/// Other names under which encodings are known, without marks and in lower case.
const ALIASES: &[(&str, &str)] = &[
    ("utf8", "utf-8"),
    ("utf16", "utf-16"),
    ("ascii", "us-ascii"),
    ("latin1", "iso-8859-1"),
    ("l1", "iso-8859-1"),
    ("iso88591", "iso-8859-1"),
    ("iso885911987", "iso-8859-1"),
    ("latin2", "iso-8859-2"),
    ("latin3", "iso-8859-3"),
    ("latin4", "iso-8859-4"),
    ("cyrillic", "iso-8859-5"),
    ("arabic", "iso-8859-6"),
    ("greek", "iso-8859-7"),
    ("hebrew", "iso-8859-8"),
    ("latin6", "iso-8859-10"),
    ("latin7", "iso-8859-13"),
    ("latin8", "iso-8859-14"),
    ("latin10", "iso-8859-16"),
    ("latin5", "iso-8859-9"),
    ("latin9", "iso-8859-15"),
    ("ansi", "windows-1252"),
    ("macroman", "macintosh"),
    ("mac", "macintosh"),
    ("maccyrillic", "x-mac-cyrillic"),
    ("sjis", "shift_jis"),
    ("cp932", "shift_jis"),
    ("windows31j", "shift_jis"),
    ("cp936", "gbk"),
    ("gb2312", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("koi8", "koi8-r"),
    ("tis620", "iso-8859-11"),
    ("xsjis", "shift_jis"),
    ("xgbk", "gbk"),
    ("big5hkscs", "big5"),
    ("ksc56011987", "euc-kr"),
    ("unicode", "utf-16"),
    ("ucs2", "utf-16"),
];

/// All names, in the order in which a message shows them.
pub fn names() -> impl Iterator<Item = &'static str> {
    ["utf-8", "utf-16", "utf-16le", "utf-16be"].into_iter().chain(TABLES).chain(OWN).chain(MULTI).chain(EBCDIC_NAMES)
}

/// A name's letters and digits, in lower case: the rest people write differently.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Names that may be meant by one that is none, at most six: those of the same number, else those that begin alike; the most
/// used code pages where only the family is said.
fn close(name: &str) -> Vec<&'static str> {
    let wanted = plain(name);
    let digits = |name: &str| name.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = digits(&wanted);
    let mut found: Vec<&str> = match wanted.as_str() {
        "ebcdic" => vec!["cp037", "cp273", "cp500", "cp1047", "cp1140", "cp1141"],
        "windows" | "win" | "cp" => vec!["windows-1250", "windows-1251", "windows-1252"],
        "dos" | "oem" => vec!["cp437", "cp850", "cp852", "cp866"],
        "iso8859" | "iso" | "latin" => vec!["iso-8859-1", "iso-8859-2", "iso-8859-15"],
        _ => names().filter(|known| !number.is_empty() && digits(known) == number).collect(),
    };
    if found.is_empty() {
        let alike = |known: &str, n: usize| wanted.get(..n).is_some_and(|front| plain(known).starts_with(front));
        found = names().filter(|known| alike(known, 5)).collect();
        if found.is_empty() {
            found = names().filter(|known| alike(known, 3)).collect();
        }
    }
    found.truncate(6);
    found
}

/// What to write in place of a name that is none.
pub fn advice(name: &str) -> String {
    let close: Vec<String> = close(name).iter().map(|known| format!("`{known}`")).collect();
    let list = "specs/LANGUAGE.md, *Encodings and compression*, lists all of them";
    if close.is_empty() { list.to_owned() } else { format!("did you mean one of {}? {list}", close.join(", ")) }
}

/// The encoding of a name. Of a name only its letters and digits count, `ibm…` and `cp…` name code pages, and so do `win…` and
/// `windows…`.
pub fn find(name: &str) -> Option<Encoding> {
    let wanted = plain(name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|(_, name)| plain(name));
    let wanted = alias.unwrap_or(wanted);
    let page = ["ibm", "cp", "ccsid", "ebcdic", "xcp", "windows", "win", "dos"]
        .iter()
        .find_map(|word| wanted.strip_prefix(word));
    let page = page.filter(|page| !page.is_empty() && page.bytes().all(|b| b.is_ascii_digit()));
    let known = |name: &&str| {
        plain(name) == wanted
            || page.is_some_and(|page| {
                let number = name.strip_prefix("cp").or(name.strip_prefix("windows-"));
                number.is_some_and(|number| number.trim_start_matches('0') == page.trim_start_matches('0'))
            })
    };
    let name = names().find(known)?;
    let form = match name {
        "utf-8" => Form::Utf8,
        "utf-16" => Form::Marked,
        "utf-16le" => Form::Wide { big: false },
        "utf-16be" => Form::Wide { big: true },
        _ if MULTI.contains(&name) => Form::Multi(encoding_rs::Encoding::for_label(name.as_bytes())?),
        _ => Form::Single(table(name)?),
    };
    Some(Encoding { name, form })
}

/// The table of an encoding of one byte a character, made once.
fn table(name: &'static str) -> Option<&'static Single> {
    static MADE: OnceLock<Vec<(&'static str, Single)>> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let all = TABLES.into_iter().chain(OWN).chain(EBCDIC_NAMES);
        all.filter_map(|name| Some((name, Single::new(chars(name)?)))).collect()
    });
    made.iter().find(|(known, _)| *known == name).map(|(_, single)| single)
}

/// What the bytes of an encoding mean.
fn chars(name: &str) -> Option<[Option<char>; 256]> {
    if let Some(at) = EBCDIC_NAMES.iter().position(|known| *known == name) {
        return ebcdic::page(EBCDIC[at]);
    }
    let mut table = [None; 256];
    for (byte, to) in (0..=255u8).zip(&mut table) {
        *to = match name {
            _ if byte < 0x80 => Some(char::from(byte)),
            "us-ascii" => None,
            "iso-8859-1" => Some(char::from(byte)),
            "iso-8859-9" => Some(match byte {
                0xd0 => 'Ğ',
                0xdd => 'İ',
                0xde => 'Ş',
                0xf0 => 'ğ',
                0xfd => 'ı',
                0xfe => 'ş',
                other => char::from(other),
            }),
            "iso-8859-11" if byte < 0xa0 => Some(char::from(byte)),
            "iso-8859-11" => whatwg("windows-874", byte),
            "cp437" => CP437.chars().nth(usize::from(byte) - 0x80),
            "cp850" => CP850.chars().nth(usize::from(byte) - 0x80),
            "cp852" => CP852.chars().nth(usize::from(byte) - 0x80),
            "cp858" if byte == 0xd5 => Some('€'),
            "cp858" => CP850.chars().nth(usize::from(byte) - 0x80),
            "cp866" => whatwg("ibm866", byte),
            // The bytes that Windows leaves without a meaning are not given one.
            _ => whatwg(name, byte).filter(|c| !(name.starts_with("windows") && ('\u{80}'..='\u{9f}').contains(c))),
        };
    }
    Some(table)
}

/// What a byte means in an encoding of the web.
fn whatwg(name: &str, byte: u8) -> Option<char> {
    let encoding = encoding_rs::Encoding::for_label(name.as_bytes())?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(&[byte])?.into_owned();
    text.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_as_people_write_them() {
        for (written, name) in [
            ("win1252", "windows-1252"),
            ("WIN-1252", "windows-1252"),
            ("cp1252", "windows-1252"),
            ("latin1", "iso-8859-1"),
            ("ISO_8859-1:1987", "iso-8859-1"),
            ("iso88591", "iso-8859-1"),
            ("iso8859-15", "iso-8859-15"),
            ("utf8", "utf-8"),
            ("UTF 16", "utf-16"),
            ("IBM-1047", "cp1047"),
            ("ebcdic-273", "cp273"),
            ("x-sjis", "shift_jis"),
        ] {
            assert_eq!(find(written).map(|e| e.name()), Some(name), "{written}");
        }
    }

    #[test]
    fn a_name_that_is_none_has_a_few_beside_it() {
        assert!(find("ebcdic").is_none() && find("").is_none() && find("cp").is_none());
        assert_eq!(close("ebcdic")[0], "cp037");
        assert_eq!(close("iso-8859-12"), close("iso-8859-99"));
        for name in ["ebcdic", "iso-8859-12", "windows-1299", "klingon", "", "cp"] {
            assert!(close(name).len() <= 6 && advice(name).len() < 200, "{name}: {}", advice(name));
        }
    }
}
