//! Types as they are written.

use migc_functions::{Info, Kind, Ty};
use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree;

use super::{Env, similar};
use crate::rules;

impl Env<'_> {
    /// A type as written.
    pub(crate) fn ty(&mut self, t: &tree::TypeRef) -> Option<Ty> {
        let number = |i: usize| t.args.get(i).map(|a| a.0);
        let wanted = |env: &mut Self, n: usize, form: &str| {
            let fits = t.args.len() == n;
            if !fits {
                let label = format!("`{}` takes {n} number{}: `{form}`", t.name.text, if n == 1 { "" } else { "s" });
                env.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
            }
            fits
        };
        if !t.one_of.is_empty() {
            return self.one_of(t);
        }
        let kind = match t.name.text.as_str() {
            name if let Some((_, kind)) = PLAIN.iter().find(|(n, _)| *n == name) => {
                if !wanted(self, 0, &t.name.text) {
                    return None;
                }
                kind.clone()
            }
            "bytes" => match number(0) {
                None => Kind::Bytes(None),
                Some(n @ 1..=1_000_000_000) if t.args.len() == 1 => Kind::Bytes(Some(n as u32)),
                Some(_) => {
                    let label = "`bytes(n)` holds n bytes, at least one";
                    self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                    return None;
                }
            },
            "text" => match number(0) {
                None => Kind::Text(None),
                Some(n @ 1..=1_000_000_000) if t.args.len() == 1 => Kind::Text(Some(n as u32)),
                Some(_) => {
                    let label = "`text(n)` holds n characters, at least one";
                    self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                    return None;
                }
            },
            "decimal" => {
                if !wanted(self, 2, "decimal(12, 2)") {
                    return None;
                }
                match (number(0), number(1)) {
                    (Some(p @ 1..=38), Some(s)) if (0..=p).contains(&s) => Kind::Decimal { p: p as u8, s: s as u8 },
                    _ => {
                        let label = "`decimal(p, s)` has 1 to 38 digits, and at most that many behind the point";
                        self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                        return None;
                    }
                }
            }
            name => {
                match (self.codes.iter().any(|c| c.name == name), self.types.iter().find(|d| d.tree.name.text == name))
                {
                    (true, _) => Kind::Codes(name.to_owned()),
                    (false, Some(def)) => {
                        let ty = def.ty.clone()?;
                        if !t.args.is_empty() {
                            let label = format!("`{name}` has its length from its declaration");
                            self.error(Diagnostic::new(&rules::UNKNOWN_TYPE, t.span, label));
                        }
                        return Some(Ty { nullable: t.nullable || ty.nullable, ..ty });
                    }
                    _ => {
                        let types = self.types.iter().map(|d| d.tree.name.text.as_str());
                        self.error(unknown_type(t, self.codes.iter().map(|c| c.name.as_str()).chain(types)));
                        return None;
                    }
                }
            }
        };
        Some(Ty { kind, nullable: t.nullable })
    }

    /// What is known of a value of a declared type.
    pub(crate) fn info(&self, ty: &Ty) -> Info {
        let mut info = Info::of(ty.clone());
        if let Kind::OneOf(texts) = &ty.kind {
            info.set = Some(texts.clone());
        }
        if let Kind::Codes(name) = &ty.kind {
            let list = self.codes.iter().position(|c| c.name == *name);
            info.set = list.and_then(|at| self.codes_texts.get(at)).cloned();
        }
        info
    }
}

/// The types that are a word alone.
const PLAIN: [(&str, Kind); 11] = [
    ("bool", Kind::Bool),
    ("int16", Kind::Int16),
    ("int32", Kind::Int32),
    ("int64", Kind::Int64),
    ("float64", Kind::Float64),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("timestamp", Kind::Timestamp),
    ("timestamptz", Kind::TimestampTz),
    ("uuid", Kind::Uuid),
    ("json", Kind::Json),
];

/// The words of the language's own types.
pub(crate) fn type_words() -> impl Iterator<Item = &'static str> {
    PLAIN.iter().map(|(name, _)| *name).chain(["decimal", "text", "bytes"])
}

/// Types of other languages, and what to write.
const FOREIGN_TYPES: &[(&str, &str)] = &[
    ("varchar", "text(n)"),
    ("varchar2", "text(n)"),
    ("nvarchar", "text(n)"),
    ("char", "text(n)"),
    ("character", "text(n)"),
    ("string", "text"),
    ("str", "text"),
    ("clob", "text"),
    ("number", "decimal(12, 2)"),
    ("numeric", "decimal(12, 2)"),
    ("money", "decimal(18, 2)"),
    ("int", "int32"),
    ("integer", "int32"),
    ("smallint", "int16"),
    ("tinyint", "int16"),
    ("bigint", "int64"),
    ("long", "int64"),
    ("float", "float64"),
    ("double", "float64"),
    ("real", "float64"),
    ("boolean", "bool"),
    ("bit", "bool"),
    ("datetime", "timestamp"),
    ("datetime2", "timestamp"),
    ("guid", "uuid"),
    ("uniqueidentifier", "uuid"),
    ("blob", "bytes"),
    ("bytea", "bytes"),
    ("binary", "bytes(n)"),
    ("varbinary", "bytes(n)"),
    ("jsonb", "json"),
];

fn unknown_type<'c>(t: &tree::TypeRef, codes: impl Iterator<Item = &'c str>) -> Diagnostic {
    let mut all: Vec<&str> = type_words().collect();
    all.extend(codes);
    let name = t.name.text.to_lowercase();
    let d = Diagnostic::new(&rules::UNKNOWN_TYPE, t.name.span, format!("there is no type `{}`", t.name.text));
    if name == "list" {
        return d.help("`list` is part of the language, and not built yet; as text it can be carried through");
    }
    if let Some((_, ours)) = FOREIGN_TYPES.iter().find(|(theirs, _)| *theirs == name) {
        return d.help(format!("write `{ours}`"));
    }
    similar::offer(d, &t.name, "types", &all)
}
