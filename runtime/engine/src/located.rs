//! One record within its block.

use std::borrow::Cow;

use migc_compiler::interp::Interpreter;
use migc_compiler::native::{Fields, Place};
use migc_compiler::plan::Input;
use migc_functions::Value;
use migc_records::{Block, Index, Run, Shape, trim_line_end, unquote};

/// A good record's text and fields.
#[derive(Clone, Copy)]
pub(crate) struct Located<'b> {
    /// Offset in the block's text.
    pub(crate) start: u32,
    /// The record's text with its line end.
    pub(crate) bytes: &'b [u8],
    /// Its number among the block's records, from 0.
    pub(crate) number: u32,
    block: &'b Block,
    shape: Shape,
    positions: &'b [u32],
    /// Of cuts: the line without its end.
    line: &'b [u8],
}

impl<'b> Located<'b> {
    /// The record `item` of a run.
    pub(crate) fn new(block: &'b Block, index: &'b Index, run: &Run, item: u32) -> Option<Located<'b>> {
        let (start, end) = index.extent(block, run, item)?;
        let first = run.first_position + item as usize * index.stride();
        let positions = index.positions.get(first..first + index.stride())?;
        let bytes = block.data().get(start as usize..end as usize)?;
        let (shape, line) = (index.shape, trim_line_end(bytes));
        Some(Located { start, bytes, number: run.first_record + item, block, shape, positions, line })
    }
    /// The field at a place of the file, as it stands, quotes included.
    pub(crate) fn field(&self, place: usize) -> &'b [u8] {
        match self.shape {
            Shape::Spans => {
                let at = |i: usize| self.positions.get(i).copied().unwrap_or_default();
                self.block.piece(at(2 * place), at(2 * place + 1))
            }
            Shape::Cuts => {
                let cut = |i: usize| self.positions.get(i).copied().unwrap_or(self.start);
                let from = if place == 0 { 0 } else { cut(place - 1) + 1 - self.start } as usize;
                let to = ((cut(place) - self.start) as usize).min(self.line.len());
                self.line.get(from..to).unwrap_or_default()
            }
        }
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
    /// The values of a program's inputs; `file` are the texts that are known of the file.
    pub(crate) fn inputs(
        &self,
        inputs: &[Input],
        binding: &Fields,
        file: &[String],
        program: &Interpreter,
        out: &mut Vec<Value<'b>>,
    ) {
        out.clear();
        for (at, input) in inputs.iter().enumerate() {
            out.push(match binding.physical.get(input.column) {
                Some(Place::At(place)) => {
                    let (text, quoted) = self.text(*place, binding.quote);
                    program.input_value(at, text, quoted)
                }
                Some(Place::File(text)) => {
                    let text = file.get(*text).cloned().unwrap_or_default();
                    program.input_value(at, Cow::Owned(text), true)
                }
                Some(Place::Number) => Value::Num(i128::from(self.block.first_record + u64::from(self.number))),
                Some(Place::Absent) | None => program.input_value(at, Cow::Borrowed(""), false),
            });
        }
    }
}
