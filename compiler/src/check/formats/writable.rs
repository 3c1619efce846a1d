//! What a target's file cannot hold, although its types can: characters without bytes, line ends in lines of fixed width.

use migc_functions::{Kind, Value};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{Attr, Name, Role};

use super::super::exprs::Body;
use crate::plan::{Expr, Op, Otherwise, Output, Step};
use crate::rules;

impl Body<'_, '_> {
    /// Texts that the target's file may not be able to hold are asked before they are written; one that it cannot hold
    /// rejects its record.
    pub(in super::super) fn writable(&mut self, target: &Name, outputs: &mut [Output]) -> Option<()> {
        let place = self.env.find(&target.text, Role::Target)?;
        let (encoding, fixed) = (place.encoding, place.tree.format.text == "fixed");
        let columns = place.columns.clone();
        let said = migc_encodings::find(encoding)?;
        for output in outputs {
            if self.broken_outputs.contains(&output.name) {
                continue;
            }
            let at = output.value.at;
            let column = columns.iter().find(|c| c.tree.name.text == output.name)?;
            let places = column.tree.attrs.iter().find_map(|a| if let Attr::At(p) = a { Some(*p) } else { None });
            let info = &output.value.info;
            let is_written = column.tree.attrs.iter().any(|a| matches!(a, Attr::As(_)));
            if let (true, true, Some(places)) = (fixed, is_written, places) {
                let width = places.last - places.first + 1;
                if info.chars().is_none_or(|chars| chars > width) {
                    let can = info.chars().map_or("any number of".to_owned(), |n| n.to_string());
                    let label = format!("written so, this can take {can} characters, and here are {width}");
                    self.env.error(
                        Diagnostic::new(&rules::MAY_NOT_FIT, places.span, label)
                            .help("give the column more characters"),
                    );
                }
            }
            if !info.ty.kind.is_text() && info.ty.kind != Kind::Json {
                continue;
            }
            let one_of = info.set.clone().or(info.constant_text().map(|t| vec![t.to_owned()]));
            let (mut asks, mut breaks) = (!said.says_all(), fixed);
            if let Some(texts) = &one_of {
                asks &= texts.iter().any(|t| said.unsayable(t).is_some());
                breaks &= texts.iter().any(|t| t.contains(['\n', '\r', '\u{85}']));
            }
            for (function, wanted) in [("encodable", asks), ("one_line", breaks)] {
                if !wanted {
                    continue;
                }
                let mut args = vec![output.value.clone()];
                if function == "encodable" {
                    let chars = encoding.chars().count() as u32;
                    args.push(Expr::constant(Value::owned(encoding.to_owned()), Kind::Text(Some(chars)), at));
                }
                output.value = self.apply(function, args, at)?;
                self.settle_output(output, &format!("{}.{function}", output.name));
            }
        }
        Some(())
    }

    /// A text that cannot be written as the target asks rejects its record before anything is written.
    pub(in super::super) fn settle_output(&mut self, output: &mut Output, code: &str) -> Option<()> {
        let at = output.value.at;
        let (value, otherwise, info) = self.otherwise(output.value.clone(), None, &output.name, code)?;
        if otherwise != Otherwise::Never {
            let slot = self.bind(&output.name, info);
            self.steps.push(Step::Let { slot, value, otherwise });
            output.value = Expr { op: Op::Slot(slot), ..self.slot(slot, at) };
        }
        Some(())
    }
}
