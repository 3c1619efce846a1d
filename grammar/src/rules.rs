//! The table of this crate's diagnostics: one entry for each code, with a spec that shows it and the same spec mended.

use crate::diagnostic::{Level, Rule};

/// All rules of the text, by code.
pub static RULES: &[&Rule] = &[
    &SYNTAX,
    &UNTERMINATED_STRING,
    &UNKNOWN_CHARACTER,
    &SMART_QUOTES,
    &UNCLOSED_BRACKET,
    &STRAY_BRACKET,
    &CONFLICT,
    &LIMIT,
    &BAD_DATE,
    &UNKNOWN_ITEM,
    &UNKNOWN_STATEMENT,
    &UNKNOWN_MEMBER,
    &NO_SEPARATOR,
    &BAD_INTERPOLATION,
    &BAD_ESCAPE,
    &FOREIGN_SIGN,
    &FOREIGN_TYPE,
    &NO_IF,
    &MIXED_LAYERS,
    &LAYER_NUMBER,
    &NO_REASON,
    &CHAINED,
    &PIPE,
    &BAD_BACKTICK,
    &CODE_NOT_TEXT,
    &USE,
    &NOT_YET,
];

/// A statement is not complete, or not written as the language writes it.
pub static SYNTAX: Rule = Rule {
    code: "MIG0001",
    level: Level::Error,
    title: "a statement is not complete, or not written as the language writes it",
    explanation: "Every kind of statement has a fixed order of words. The label says what was expected at this place, and what stands there. The rest of the file is read on.",
    failing: r#"migration demo
map a b {
  x = y
}
"#,
    mended: r#"migration demo
map a -> b {
  x = y
}
"#,
};

/// A string does not end.
pub static UNTERMINATED_STRING: Rule = Rule {
    code: "MIG0002",
    level: Level::Error,
    title: "a string does not end",
    explanation: "A string ends on the line on which it starts. A text of several lines stands between three double quotes.",
    failing: r#"migration demo
map a -> b {
  x = "abc
}
"#,
    mended: r#"migration demo
map a -> b {
  x = "abc"
}
"#,
};

/// A character that means nothing here.
pub static UNKNOWN_CHARACTER: Rule = Rule {
    code: "MIG0003",
    level: Level::Error,
    title: "a character that means nothing here",
    explanation: "Outside strings and comments, specs are written in ASCII. A name with other letters stands in backticks.",
    failing: r#"migration demo
map a -> b {
  x = größe
}
"#,
    mended: r#"migration demo
map a -> b {
  x = `größe`
}
"#,
};

/// Quotes that are no straight double quotes.
pub static SMART_QUOTES: Rule = Rule {
    code: "MIG0004",
    level: Level::Error,
    title: "quotes that are no straight double quotes",
    explanation: "Word processors replace quotes, and other languages use single ones. Here a string stands between straight double quotes.",
    failing: r#"migration demo
map a -> b {
  x = “abc”
}
"#,
    mended: r#"migration demo
map a -> b {
  x = "abc"
}
"#,
};

/// A bracket is never closed.
pub static UNCLOSED_BRACKET: Rule = Rule {
    code: "MIG0005",
    level: Level::Error,
    title: "a bracket is never closed",
    explanation: "The bracket is taken as closed before the next statement that stands less indented, or starts with a word that only begins an item.",
    failing: r#"migration demo
map a -> b {
  x = f(y
}
"#,
    mended: r#"migration demo
map a -> b {
  x = f(y)
}
"#,
};

/// A bracket closes nothing.
pub static STRAY_BRACKET: Rule = Rule {
    code: "MIG0006",
    level: Level::Error,
    title: "a bracket closes nothing",
    explanation: "No bracket of this kind is open here.",
    failing: r#"migration demo
map a -> b {
  x = y)
}
"#,
    mended: r#"migration demo
map a -> b {
  x = y
}
"#,
};

/// A merge conflict is unresolved.
pub static CONFLICT: Rule = Rule {
    code: "MIG0007",
    level: Level::Error,
    title: "a merge conflict is unresolved",
    explanation: "Lines of seven `<`, `=` and `>` are left by a merge that did not know which side to keep. Until it is resolved, the first side is read.",
    failing: r#"migration demo
<<<<<<< ours
map a -> b { x = y }
=======
map a -> b { x = z }
>>>>>>> theirs
"#,
    mended: r#"migration demo
map a -> b { x = y }
"#,
};

/// A statement is too large.
pub static LIMIT: Rule = Rule {
    code: "MIG0008",
    level: Level::Error,
    title: "a statement is too large",
    explanation: "Limits of a statement: 128 nested brackets, 64 prefix operators in a row, 1,000 operators. They keep every answer quick, and far from the end of the stack.",
    failing: r#"migration demo
map a -> b {
  x = - not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not not y
}
"#,
    mended: r#"migration demo
map a -> b {
  x = not y
}
"#,
};

/// This is no date.
pub static BAD_DATE: Rule = Rule {
    code: "MIG0009",
    level: Level::Error,
    title: "this is no date",
    explanation: "A date has four, two and two digits and exists. Other runs of numbers joined by `-` are refused: 2020-1-1 would silently be 2018. A subtraction has blanks around its `-`.",
    failing: r#"migration demo
map a -> b {
  check x > 2020-1-1 else warn "old"
}
"#,
    mended: r#"migration demo
map a -> b {
  check x > 2020-01-01 else warn "old"
}
"#,
};

/// No statement starts with this word.
pub static UNKNOWN_ITEM: Rule = Rule {
    code: "MIG0010",
    level: Level::Error,
    title: "no statement starts with this word",
    explanation: "A file consists of migration, use, param, source, reference, target, codes, type, fn, map, test, expect, conserve and run.",
    failing: r#"migration demo
sink b = csv("b.csv") { x: text }
"#,
    mended: r#"migration demo
target b = csv("b.csv") { x: text }
"#,
};

/// No statement of a map starts with this word.
pub static UNKNOWN_STATEMENT: Rule = Rule {
    code: "MIG0011",
    level: Level::Error,
    title: "no statement of a map starts with this word",
    explanation: "A map consists of where, clean, let, drop if, reject if, explode, assignments, copy and check, or of arrows (`-> target when …`); on layout also of scale and snap.",
    failing: r#"migration demo
map a -> b {
  assert x > 1 else warn "small"
}
"#,
    mended: r#"migration demo
map a -> b {
  check x > 1 else warn "small"
}
"#,
};

/// No member of a source or target starts like this.
pub static UNKNOWN_MEMBER: Rule = Rule {
    code: "MIG0012",
    level: Level::Error,
    title: "no member of a source or target starts like this",
    explanation: r#"A member is `name : type …`, `name : layer 66/20`, `key (…)`, `unique (…)`, `ignore … "why"`, `identify by …` or `consensus by …`."#,
    failing: r#"migration demo
source a = csv("a.csv") { x text }
"#,
    mended: r#"migration demo
source a = csv("a.csv") { x: text }
"#,
};

/// Two entries on one line without a comma.
pub static NO_SEPARATOR: Rule = Rule {
    code: "MIG0013",
    level: Level::Error,
    title: "two entries on one line without a comma",
    explanation: "Entries stand on lines of their own, or are separated by commas.",
    failing: r#"migration demo
source a = csv("a.csv") { x: text y: text }
"#,
    mended: r#"migration demo
source a = csv("a.csv") { x: text, y: text }
"#,
};

/// Braces in a string that hold no expression.
pub static BAD_INTERPOLATION: Rule = Rule {
    code: "MIG0014",
    level: Level::Error,
    title: "braces in a string that hold no expression",
    explanation: r#"In a string, `{name}` is replaced by its value. Braces themselves are doubled. In r"…" nothing is replaced: that is how patterns are written."#,
    failing: r#"migration demo
map a -> b {
  check x matches "[0-9]{3}" else warn "odd"
}
"#,
    mended: r#"migration demo
map a -> b {
  check x matches r"[0-9]{3}" else warn "odd"
}
"#,
};

/// An unknown escape.
pub static BAD_ESCAPE: Rule = Rule {
    code: "MIG0015",
    level: Level::Error,
    title: "an unknown escape",
    explanation: r#"The escapes of a string are \n \t \\ \" and \u{…}. In r"…" a backslash means itself."#,
    failing: r#"migration demo
map a -> b {
  x = "a\d"
}
"#,
    mended: r#"migration demo
map a -> b {
  x = r"a\d"
}
"#,
};

/// A sign of another language.
pub static FOREIGN_SIGN: Rule = Rule {
    code: "MIG0016",
    level: Level::Error,
    title: "a sign of another language",
    explanation: "Other languages write `&&`, `<>` or `;`. Here the words are `and`, `or`, `not`; the signs are `==` to compare, `=` to assign, `=>` in rows and arms. Layers are joined by `&`, `|`, `-`, `^`.",
    failing: r#"migration demo
map a -> b {
  drop if x <> 1 && y = 2 as odd
}
"#,
    mended: r#"migration demo
map a -> b {
  drop if x != 1 and y == 2 as odd
}
"#,
};

/// A type of another tool.
pub static FOREIGN_TYPE: Rule = Rule {
    code: "MIG0017",
    level: Level::Error,
    title: "a type of another tool",
    explanation: "Types are named alike for all formats and databases: text(n), decimal(p, s), int64, bool, date and their kin.",
    failing: r#"migration demo
target b = csv("b.csv") { x: VARCHAR(30) }
"#,
    mended: r#"migration demo
target b = csv("b.csv") { x: text(30) }
"#,
};

/// There is no if … else.
pub static NO_IF: Rule = Rule {
    code: "MIG0018",
    level: Level::Error,
    title: "there is no if … else",
    explanation: r#"The conditional is `match { cond => value, else => other }`, or `match x { "a" => 1, else => 0 }`. The word `else` always means "and if that fails"."#,
    failing: r#"migration demo
map a -> b {
  x = if y > 1 then 2
}
"#,
    mended: r#"migration demo
map a -> b {
  x = match { y > 1 => 2, else => 0 }
}
"#,
};

/// Layer operators mixed without parentheses.
pub static MIXED_LAYERS: Rule = Rule {
    code: "MIG0019",
    level: Level::Error,
    title: "layer operators mixed without parentheses",
    explanation: "`a & b - c` is read in two ways by two readers. Parentheses say which is meant.",
    failing: r#"migration demo
map a -> b {
  x = a & b - c
}
"#,
    mended: r#"migration demo
map a -> b {
  x = a & (b - c)
}
"#,
};

/// A layer number that no file can hold.
pub static LAYER_NUMBER: Rule = Rule {
    code: "MIG0020",
    level: Level::Error,
    title: "a layer number that no file can hold",
    explanation: "Layers and datatypes are numbers from 0 to 65535; a range has its smaller number first.",
    failing: r#"migration demo
source a = gds("a.gds") { m: layer 70000/0 }
"#,
    mended: r#"migration demo
source a = gds("a.gds") { m: layer 700/0 }
"#,
};

/// An ignore without a reason.
pub static NO_REASON: Rule = Rule {
    code: "MIG0021",
    level: Level::Error,
    title: "an ignore without a reason",
    explanation: "Nothing leaves silently: every `ignore` says why, and reports repeat it.",
    failing: r#"migration demo
source a = csv("a.csv") { ignore fax }
"#,
    mended: r#"migration demo
source a = csv("a.csv") { ignore fax "no such channel" }
"#,
};

/// Comparisons do not chain.
pub static CHAINED: Rule = Rule {
    code: "MIG0022",
    level: Level::Error,
    title: "comparisons do not chain",
    explanation: "`a < b < c` compares a truth value with c. A range is tested with `in`.",
    failing: r#"migration demo
map a -> b {
  drop if 1 < x < 9 as odd
}
"#,
    mended: r#"migration demo
map a -> b {
  drop if x in 1 ..= 9 as odd
}
"#,
};

/// Behind |> stands no function.
pub static PIPE: Rule = Rule {
    code: "MIG0023",
    level: Level::Error,
    title: "behind |> stands no function",
    explanation: "`x |> f(y)` means `f(x, y)`. What stands behind `|>` is the name of a function or a call.",
    failing: r#"migration demo
map a -> b {
  x = y |> 1
}
"#,
    mended: r#"migration demo
map a -> b {
  x = y |> trim
}
"#,
};

/// A name in backticks does not end, or is empty.
pub static BAD_BACKTICK: Rule = Rule {
    code: "MIG0024",
    level: Level::Error,
    title: "a name in backticks does not end, or is empty",
    explanation: "Names that are no plain words stand between two backticks on one line.",
    failing: r#"migration demo
map a -> b {
  x = `Kunden Nr
}
"#,
    mended: r#"migration demo
map a -> b {
  x = `Kunden Nr`
}
"#,
};

/// A side of a row of codes is no string.
pub static CODE_NOT_TEXT: Rule = Rule {
    code: "MIG0025",
    level: Level::Error,
    title: "a side of a row of codes is no string",
    explanation: "Codes turn text into text: both sides stand between quotes, numbers too.",
    failing: r#"migration demo
codes C : text { 1 => "one" }
"#,
    mended: r#"migration demo
codes C : text { "1" => "one" }
"#,
};

/// Another file cannot be used.
pub static USE: Rule = Rule {
    code: "MIG0026",
    level: Level::Error,
    title: "another file cannot be used",
    explanation: "`use` takes in what another file declares: codes, types, functions, parameters, sources, references and targets. Its path is taken from the folder of the file that says `use`. A file is taken in once, and none may come back to itself.",
    failing: r#"migration demo
use "no_such_file.mig"
"#,
    mended: r#"migration demo
"#,
};

/// Recognised, but not built by this version.
pub static NOT_YET: Rule = Rule {
    code: "MIG0090",
    level: Level::Error,
    title: "recognised, but not built by this version",
    explanation: "The language has this construct, and this version does not build it. Where something else does the same today, the help says what.",
    failing: r#"migration demo
connection crm = postgres("crm")
"#,
    mended: r#"migration demo
"#,
};
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failing_example_shows_its_rule_and_every_mended_one_is_clean() {
        for rule in RULES {
            let found = crate::files::Files::one("m", rule.failing).parse().diagnostics;
            assert!(!found.is_empty(), "{}: nothing found", rule.code);
            for d in &found {
                assert_eq!(d.rule.code, rule.code, "{}: {}", d.label, rule.failing);
            }
            let found = crate::parse(rule.mended).diagnostics;
            assert!(found.is_empty(), "{}: {:?}", rule.code, found.first().map(|d| &d.label));
        }
    }

    #[test]
    fn codes_are_used_once() {
        let mut codes: Vec<&str> = RULES.iter().map(|r| r.code).collect();
        codes.dedup();
        assert_eq!(codes.len(), RULES.len());
    }
}
