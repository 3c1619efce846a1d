//! `uuid_v3`, `uuid_v5`

use sha2::Digest;

use super::hashes::hex;
use super::uuid::hyphenated;
use crate::function::{Eval, Example, Fail, Function, Mismatch, PLAIN, Ret, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

const DETAILS: &str = "The namespace is an identifier, or one of the four that RFC 9562 names: `\"dns\"`, `\"url\"`, `\"oid\"`, `\"x500\"`. The same \
                       namespace and name give the same identifier in every run and in every program.";

/// `uuid_v5(namespace, name)`
pub(super) static UUID_V5: Function = Function {
    name: "uuid_v5",
    params: "namespace, name",
    summary: "The identifier of a name in a namespace, by SHA-1 (version 5).",
    details: DETAILS,
    examples: &[
        Example(r#"uuid_v5("dns", "www.example.com")"#, "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        Example(
            r#"uuid_v5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "www.example.com")"#,
            "2ed6657d-e927-568b-95e1-2665a8aea6a2",
        ),
        Example(r#"uuid_v5("example", "a")"#, "fails"),
    ],
    arity: (2, 2),
    infer: named,
    prepare: |_| of_name(5, |b| sha1::Sha1::digest(b).to_vec()),
    ..PLAIN
};

/// `uuid_v3(namespace, name)`
pub(super) static UUID_V3: Function = Function {
    name: "uuid_v3",
    params: "namespace, name",
    summary: "The identifier of a name in a namespace, by MD5 (version 3).",
    details: DETAILS,
    examples: &[Example(r#"uuid_v3("dns", "www.example.com")"#, "5df41881-3aed-3515-88a7-2f4a814cf09e")],
    arity: (2, 2),
    infer: named,
    prepare: |_| of_name(3, |b| md5::Md5::digest(b).to_vec()),
    ..PLAIN
};

const NAMESPACES: [(&str, u8); 4] = [("dns", 0x10), ("url", 0x11), ("oid", 0x12), ("x500", 0x14)];

fn named(args: &[Info]) -> Result<Ret, Mismatch> {
    want_text(args, &[0, 1])?;
    let known = args[0].ty.kind == Kind::Uuid || args[0].constant_text().is_some_and(|t| namespace(t).is_some());
    Ok(Ret { info: Info::required(Kind::Uuid), fails: !known })
}

fn of_name(version: u8, hash: fn(&[u8]) -> Vec<u8>) -> Eval {
    Box::new(move |args| {
        let Some(mut all) = namespace(text(args, 0)) else {
            return Err(Fail::because("is no namespace: an identifier, \"dns\", \"url\", \"oid\" or \"x500\""));
        };
        all.extend_from_slice(text(args, 1).as_bytes());
        let mut bytes = hash(&all);
        bytes.truncate(16);
        for (i, b) in bytes.iter_mut().enumerate() {
            match i {
                6 => *b = *b & 0x0F | version << 4,
                8 => *b = *b & 0x3F | 0x80,
                _ => {}
            }
        }
        Ok(Value::owned(hyphenated(&hex(&bytes))))
    })
}

/// The bytes of a namespace.
fn namespace(t: &str) -> Option<Vec<u8>> {
    if let Some((_, last)) = NAMESPACES.iter().find(|(name, _)| *name == t) {
        return Some(vec![
            0x6b, 0xa7, 0xb8, *last, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]);
    }
    let well = t.len() == 36 && t.bytes().enumerate().all(|(i, b)| [8, 13, 18, 23].contains(&i) == (b == b'-'));
    let digits = t.replace('-', "");
    if well && digits.bytes().all(|b| b.is_ascii_hexdigit()) { Some(super::bytes::held(&digits)) } else { None }
}
