//! Outputs as JSON and in columns of fixed width.

use cranelift_codegen::ir::{InstBuilder, Value, types};
use migc_functions::Value as Constant;

use super::NativeError;
use super::program::Generator;
use super::values::{Form, Val, Words, trusted};
use crate::plan::{Output, Slab};
use crate::row;

impl<'a> Generator<'a> {
    /// How many bytes a line takes besides its values.
    pub(super) fn framing(outputs: &[Output], slabs: Option<&[Slab]>) -> i64 {
        match slabs {
            Some(slabs) => slabs.last().map_or(0, |s| i64::from(s.first + s.width)) + 64,
            None => outputs.iter().map(|o| row::member(&o.name, false).len() as i64 + 64).sum(),
        }
    }

    /// Writes a record as an object of JSON.
    pub(super) fn json_line(&mut self, outputs: &'a [Output], values: &[Option<Val>]) -> Result<(), NativeError> {
        for (i, (output, v)) in outputs.iter().zip(values).enumerate() {
            self.put(&row::member(&output.name, i == 0));
            let v = match v {
                Some(v) => *v,
                None => self.apart(&output.value)?,
            };
            let [null, some, end] = [(); 3].map(|()| self.b.create_block());
            let is_null = self.null_flag(v);
            self.b.ins().brif(is_null, null, &[], some, &[]);
            self.b.switch_to_block(null);
            self.put(b"null");
            self.b.ins().jump(end, &[]);
            self.b.switch_to_block(some);
            let kind = &output.value.info.ty.kind;
            match v.words {
                Words::Text(p, n) => {
                    let out = self.b.use_var(self.out);
                    let helper = if row::is_bare(kind) { "emit_raw" } else { "emit_json" };
                    let behind = self.call(helper, &[out, p, n])[0];
                    self.b.def_var(self.out, behind);
                }
                _ if row::is_bare(kind) => self.plain(output, v),
                _ => {
                    self.put(b"\"");
                    self.plain(output, v);
                    self.put(b"\"");
                }
            }
            self.b.ins().jump(end, &[]);
            self.b.switch_to_block(end);
        }
        self.put(b"}\n");
        Ok(())
    }

    /// Writes a record into columns of fixed width.
    pub(super) fn fixed_line(
        &mut self,
        slabs: &[Slab],
        outputs: &'a [Output],
        values: &[Option<Val>],
    ) -> Result<(), NativeError> {
        let mut at = 0;
        for slab in slabs {
            let (Some(output), Some(v)) = (outputs.get(slab.column), values.get(slab.column)) else { continue };
            let v = match v {
                Some(v) => *v,
                None => self.apart(&output.value)?,
            };
            if slab.first > at {
                let out = self.b.use_var(self.out);
                self.fill(out, slab.first - at, false, b' ');
            }
            at = slab.first + slab.width;
            let [null, some, end] = [(); 3].map(|()| self.b.create_block());
            let is_null = self.null_flag(v);
            let from = self.b.use_var(self.out);
            self.b.ins().brif(is_null, null, &[], some, &[]);
            self.b.switch_to_block(null);
            self.fill(from, slab.width, false, b' ');
            self.b.ins().jump(end, &[]);
            self.b.switch_to_block(some);
            if let Words::Text(p, n) = v.words {
                let behind = self.call("emit_raw", &[from, p, n])[0];
                self.b.def_var(self.out, behind);
            } else {
                self.plain(output, v);
            }
            self.fill(from, slab.width, slab.right, slab.fill);
            self.b.ins().jump(end, &[]);
            self.b.switch_to_block(end);
        }
        self.put(b"\n");
        Ok(())
    }

    /// Fills up the column that starts at `from` and ends here.
    fn fill(&mut self, from: Value, width: u32, right: bool, fill: u8) {
        let out = self.b.use_var(self.out);
        let (width, right, fill) = (self.int(i64::from(width)), self.int(i64::from(right)), self.int(i64::from(fill)));
        let behind = self.call("pad_column", &[from, out, width, right, fill])[0];
        self.b.def_var(self.out, behind);
    }

    /// Writes constant bytes, which are UTF-8; a word more may be written.
    fn put(&mut self, bytes: &[u8]) {
        let out = self.b.use_var(self.out);
        let n = bytes.len() as i64;
        let behind = if bytes.len() <= 40 {
            for (i, word) in bytes.chunks(8).enumerate() {
                let mut eight = [0; 8];
                eight[..word.len()].copy_from_slice(word);
                let word = self.b.ins().iconst(types::I64, i64::from_le_bytes(eight));
                self.b.ins().store(trusted(), word, out, 8 * i as i32);
            }
            self.b.ins().iadd_imm_s(out, n)
        } else {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let constant = self.constant(&Constant::owned(text), Form::Text);
            let Words::Text(p, len) = constant.words else { return };
            self.call("emit_raw", &[out, p, len])[0]
        };
        self.b.def_var(self.out, behind);
    }
}
