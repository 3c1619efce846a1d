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
const ALIASES: [(&str, &str); 24] = [
    ("utf8", "utf-8"),
    ("utf16", "utf-16"),
    ("ascii", "us-ascii"),
    ("latin1", "iso-8859-1"),
    ("latin2", "iso-8859-2"),
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
    ("ibm437", "cp437"),
    ("ibm850", "cp850"),
    ("ibm852", "cp852"),
    ("ibm866", "cp866"),
];

/// All names, in the order in which a message shows them.
pub fn names() -> impl Iterator<Item = &'static str> {
    ["utf-8", "utf-16", "utf-16le", "utf-16be"].into_iter().chain(TABLES).chain(OWN).chain(MULTI).chain(EBCDIC_NAMES)
}

/// A name without the marks and the case that people write differently.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).map(|c| c.to_ascii_lowercase()).collect()
}

/// The encoding of a name; case, `-`, `_` and blanks do not matter, and `ibm…` is `cp…`.
pub fn find(name: &str) -> Option<Encoding> {
    let wanted = plain(name);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|(_, name)| plain(name));
    let wanted = alias.unwrap_or(wanted);
    let page = wanted.strip_prefix("ibm").or(wanted.strip_prefix("cp")).or(wanted.strip_prefix("ebcdic"));
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
