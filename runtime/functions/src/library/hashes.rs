//! `sha256`, `sha1`, `md5`, `crc32`, `hash64`

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::function::{Eval, Example, Function, Mismatch, PLAIN, Ret, text, want_text};
use crate::types::{Info, Kind};
use crate::value::Value;

/// `sha256(value)`
pub(super) static SHA256: Function = Function {
    name: "sha256",
    params: "value",
    summary: "The SHA-256 of a text in UTF-8, or of `bytes`, as 64 hexadecimal digits.",
    examples: &[Example(r#"sha256("abc")"#, r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#)],
    infer: |args| digest(args, 64),
    prepare: |args| of_bytes(args, |b| Value::owned(hex(&Sha256::digest(b)))),
    ..PLAIN
};

/// `sha1(value)`
pub(super) static SHA1: Function = Function {
    name: "sha1",
    params: "value",
    summary: "The SHA-1 of a text in UTF-8, or of `bytes`, as 40 hexadecimal digits.",
    details: "For what an old system has hashed; it protects nothing any more.",
    examples: &[Example(r#"sha1("abc")"#, r#""a9993e364706816aba3e25717850c26c9cd0d89d""#)],
    infer: |args| digest(args, 40),
    prepare: |args| of_bytes(args, |b| Value::owned(hex(&sha1::Sha1::digest(b)))),
    ..PLAIN
};

/// `md5(value)`
pub(super) static MD5: Function = Function {
    name: "md5",
    params: "value",
    summary: "The MD5 of a text in UTF-8, or of `bytes`, as 32 hexadecimal digits.",
    details: "For what an old system has hashed; it protects nothing any more.",
    examples: &[Example(r#"md5("abc")"#, r#""900150983cd24fb0d6963f7d28e17f72""#)],
    infer: |args| digest(args, 32),
    prepare: |args| of_bytes(args, |b| Value::owned(hex(&md5::Md5::digest(b)))),
    ..PLAIN
};

/// `crc32(value)`
pub(super) static CRC32: Function = Function {
    name: "crc32",
    params: "value",
    summary: "The CRC-32 of a text in UTF-8, or of `bytes`, as zip and PNG have it.",
    examples: &[Example(r#"crc32("123456789")"#, "3421780262")],
    infer: |args| {
        bytes_or_text(args)?;
        Ret::total(Info::number(Kind::Int64, 0, i128::from(u32::MAX)))
    },
    prepare: |args| of_bytes(args, |b| Value::Num(i128::from(crc32fast::hash(b)))),
    ..PLAIN
};

/// `hash64(value, …)`
pub(super) static HASH64: Function = Function {
    name: "hash64",
    params: "value, …",
    summary: "A whole number that follows from the values and is the same in every run, for keys made of others.",
    details: "The first eight bytes of the SHA-256 of the values as they are written, each with its length before it. Two keys in a billion \
              have the same number with a chance of about 3 %.",
    examples: &[
        Example(r#"hash64("ab", "c") == hash64("a", "bc")"#, "false"),
        Example(r#"hash64("abc")"#, "-3561823530028811859"),
    ],
    arity: (1, 64),
    infer: |args| match args.iter().position(|a| matches!(a.ty.kind, Kind::Record(_) | Kind::Null)) {
        Some(i) => Mismatch::at(i, format!("{} cannot be written", args[i].ty)),
        None => Ret::total(Info::required(Kind::Int64)),
    },
    prepare: |args| {
        let kinds: Vec<Kind> = args.iter().map(|a| a.ty.kind.clone()).collect();
        Box::new(move |args| {
            let mut hash = Sha256::new();
            let mut written = Vec::new();
            for (value, kind) in args.iter().zip(&kinds) {
                written.clear();
                value.write(kind, &mut written);
                hash.update((written.len() as u64).to_le_bytes());
                hash.update(&written);
            }
            let first = hash.finalize().first_chunk::<8>().copied().unwrap_or_default();
            Ok(Value::Num(i128::from(i64::from_be_bytes(first))))
        })
    },
    ..PLAIN
};

fn bytes_or_text(args: &[Info]) -> Result<(), Mismatch> {
    if matches!(args[0].ty.kind, Kind::Bytes(_)) { Ok(()) } else { want_text(args, &[0]) }
}

fn digest(args: &[Info], digits: u32) -> Result<Ret, Mismatch> {
    bytes_or_text(args)?;
    Ret::total(Info::text(Some(digits)))
}

fn of_bytes(args: &[Info], f: fn(&[u8]) -> Value<'static>) -> Eval {
    let held = matches!(args[0].ty.kind, Kind::Bytes(_));
    Box::new(move |args| {
        let t = text(args, 0);
        Ok(if held { f(&super::bytes::held(t)) } else { f(t.as_bytes()) })
    })
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        // Writing to a text cannot fail.
        let _ = write!(out, "{b:02x}");
        out
    })
}
