//! A loaded record as a line of fixed width.

use migc_functions::Value;

use crate::plan::{Output, Slab};

/// Appends the outputs of a record at their places. Null is blank, whatever else fills its column.
pub(super) fn write(outputs: &[Output], values: &[Value<'_>], slabs: &[Slab], out: &mut Vec<u8>) {
    let mut at = 0;
    for slab in slabs {
        out.resize(out.len() + slab.first.saturating_sub(at) as usize, b' ');
        at = slab.first + slab.width;
        let (Some(output), Some(value)) = (outputs.get(slab.column), values.get(slab.column)) else { continue };
        let mut text = Vec::new();
        match value {
            Value::Text(t) => text.extend_from_slice(t.as_bytes()),
            other => other.write(&output.value.info.ty.kind, &mut text),
        }
        let fill = if *value == Value::Null { b' ' } else { slab.fill };
        migc_abi::layouts::pad(&mut text, slab.width as usize, slab.right, fill);
        out.extend_from_slice(&text);
    }
    out.push(b'\n');
}
