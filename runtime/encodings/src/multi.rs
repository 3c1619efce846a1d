//! Encodings of several bytes a character, through `encoding_rs`.

use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use crate::MALFORMED;

pub(crate) fn decode(encoding: &'static Encoding, bytes: &[u8], out: &mut Vec<u8>) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut rest = bytes;
    loop {
        let from = out.len();
        let room = decoder.max_utf8_buffer_length_without_replacement(rest.len()).unwrap_or(rest.len() * 3 + 16);
        out.resize(from + room, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(rest, &mut out[from..], true);
        out.truncate(from + written);
        rest = &rest[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                out.push(MALFORMED);
                // The end was announced: what follows is read anew, from a character's start.
                decoder = encoding.new_decoder_without_bom_handling();
            }
        }
    }
}

pub(crate) fn malformed_at(encoding: &'static Encoding, bytes: &[u8]) -> Option<usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut out = vec![0; decoder.max_utf8_buffer_length_without_replacement(bytes.len())?];
    match decoder.decode_to_utf8_without_replacement(bytes, &mut out, true) {
        (DecoderResult::Malformed(bad, behind), read, _) => {
            Some(read.saturating_sub(usize::from(bad) + usize::from(behind)))
        }
        _ => None,
    }
}

pub(crate) fn encode(encoding: &'static Encoding, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
    let begin = out.len();
    encode_as_standard(encoding, text, out)?;
    // The standard writes some characters as others, `¥` in Shift_JIS as a backslash: those cannot be said either.
    let same = |text: &str, bytes: &[u8]| {
        let mut back = Vec::new();
        decode(encoding, bytes, &mut back);
        back == text.as_bytes()
    };
    if text.is_ascii() || same(text, &out[begin..]) {
        return Ok(());
    }
    let mut bytes = Vec::new();
    let changed = |c: &char| {
        bytes.clear();
        let one = c.encode_utf8(&mut [0; 4]).to_owned();
        encode_as_standard(encoding, &one, &mut bytes).is_err() || !same(&one, &bytes)
    };
    match text.chars().find(changed) {
        Some(c) => Err(c),
        None => Ok(()),
    }
}

fn encode_as_standard(encoding: &'static Encoding, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
    let mut encoder = encoding.new_encoder();
    let mut rest = text;
    loop {
        let from = out.len();
        out.resize(from + 2 * rest.len() + 16, 0);
        let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, &mut out[from..], true);
        out.truncate(from + written);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return Ok(()),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(c) => return Err(c),
        }
    }
}
