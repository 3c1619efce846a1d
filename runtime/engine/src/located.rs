//! One record within its block.

use std::borrow::Cow;

use migc_compiler::plan::Input;
use migc_functions::Value;
use migc_records::{Block, Index, Run, trim_line_end, unquote};

use crate::binding::Binding;
use crate::code::Interpreter;

/// A good record's bytes and fields.
#[derive(Clone, Copy)]
pub(crate) struct Located<'b> {
    /// Offset in the block's data.
    pub(crate) start: u32,
    /// The record with its line end.
    pub(crate) bytes: &'b [u8],
    /// Its number among the block's records, from 0.
    pub(crate) number: u32,
    cuts: &'b [u32],
    line: &'b [u8],
}

impl<'b> Located<'b> {
    /// The record `item` of a run.
    pub(crate) fn new(block: &'b Block, index: &'b Index, run: &Run, item: u32, stride: usize) -> Option<Located<'b>> {
        let data = block.data();
        let first = run.first_position + item as usize * stride;
        let cuts = index.positions.get(first..first + stride)?;
        let start = if item == 0 { run.start } else { index.positions.get(first - 1)? + 1 };
        let end = data.len().min(*cuts.last()? as usize + 1);
        let bytes = data.get(start as usize..end)?;
        Some(Located { start, bytes, number: run.first_record + item, cuts, line: trim_line_end(bytes) })
    }
    /// The field at a place of the file, as it stands, quotes included.
    pub(crate) fn field(&self, place: usize) -> &'b [u8] {
        let from = if place == 0 { 0 } else { self.cuts[place - 1] + 1 - self.start } as usize;
        let to = ((self.cuts[place] - self.start) as usize).min(self.line.len());
        self.line.get(from..to).unwrap_or_default()
    }
    /// The text of a field, and whether it was quoted.
    pub(crate) fn text(&self, place: usize, quote: Option<u8>) -> (Cow<'b, str>, bool) {
        let field = self.field(place);
        match quote {
            Some(quote) if field.first() == Some(&quote) => match unquote(field, quote) {
                Cow::Borrowed(text) => (String::from_utf8_lossy(text), true),
                Cow::Owned(text) => (Cow::Owned(String::from_utf8_lossy(&text).into_owned()), true),
            },
            _ => (String::from_utf8_lossy(field), false),
        }
    }
    /// The values of a program's inputs.
    pub(crate) fn inputs(&self, inputs: &[Input], binding: &Binding, program: &Interpreter, out: &mut Vec<Value<'b>>) {
        out.clear();
        for (at, input) in inputs.iter().enumerate() {
            let (text, quoted) = self.text(binding.physical[input.column], binding.quote);
            out.push(program.input_value(at, text, quoted));
        }
    }
}
