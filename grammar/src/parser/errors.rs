//! What pest expected, in the words of the language. No name of a grammar rule leaves this file.

use std::ops::Range;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::{Parser, Rule};
use crate::diagnostic::Diagnostic;
use crate::lexer::Kind;
use crate::rules;
use crate::span::Span;

/// What a token of the grammar is called. Keywords call themselves.
fn called(rule: Rule) -> Option<String> {
    let name = format!("{rule:?}");
    if rule == Rule::kw_one {
        return None;
    }
    if let Some(word) = name.strip_prefix("kw_") {
        return Some(format!("`{word}`"));
    }
    Some(
        match rule {
            Rule::name => "a name",
            Rule::number => "a number",
            Rule::string => "a string",
            Rule::layer_numbers => "layer numbers such as `66/20`",
            Rule::lparen => "`(`",
            Rule::rparen => "`)`",
            Rule::lbracket => "`[`",
            Rule::rbracket => "`]`",
            Rule::lbrace => "`{`",
            Rule::rbrace => "`}`",
            Rule::comma => "`,`",
            Rule::colon => "`:`",
            Rule::member
            | Rule::index
            | Rule::dot
            | Rule::infix
            | Rule::is_null
            | Rule::bar
            | Rule::upto
            | Rule::question => "an operator",
            Rule::dots => "`..`",
            Rule::star => "`*`",
            Rule::arrow => "`->`",
            Rule::fat_arrow | Rule::row_arrow => "`=>`",
            Rule::le => "`<=`",
            Rule::assign => "`=`",
            Rule::prefix
            | Rule::expr
            | Rule::operand
            | Rule::arg
            | Rule::args
            | Rule::line_number
            | Rule::paren
            | Rule::list => "a value",
            Rule::name_or_call | Rule::match_expr | Rule::if_arm | Rule::of_arm | Rule::pattern => "a value",
            Rule::pattern_side | Rule::pattern_value => "a value",
            Rule::type_ref | Rule::one_of => "a type",
            Rule::names | Rule::label | Rule::arg_name => "a name",
            Rule::numbers_list => "layer numbers such as `66/20`",
            Rule::places => "characters such as `2..21`",
            Rule::code_side => "a string",
            Rule::tail => "`else`",
            Rule::tail_reject => "`reject`",
            Rule::tail_drop => "`drop as`",
            Rule::tail_warn => "`warn`",
            Rule::tail_abort => "`abort`",
            Rule::if_arms | Rule::of_arms => "`{`",
            Rule::EOI => "the end of the statement",
            Rule::place_word | Rule::layer_kind => "its first word",
            Rule::shape | Rule::shapes => "a layer and a shape",
            Rule::verify_word => "`nets`, `labels`, `devices`",
            Rule::rule_cmp => "`>=`",
            Rule::rule_measure | Rule::measure => "a rule such as `width >= 150nm`",
            Rule::rule_by => "`by`",
            Rule::rule_in | Rule::rule_layers => "a layer",
            Rule::text_record => "`{`",
            Rule::selection => "`where`",
            _ => return None,
        }
        .to_string(),
    )
}

/// Where in a kind of statement something is missing.
fn place_of(entry: Rule, wanted: &str) -> Option<&'static str> {
    Some(match (entry, wanted) {
        (Rule::map_head, "`->`") => "after the source's name",
        (Rule::map_head, "a name") => "on both sides of `->`",
        (Rule::place_head, "`=`") => "after the name",
        (Rule::param_item, "`:`") => "and a type after the parameter's name",
        (Rule::codes_head, "`:`") => "and the type of the right sides after the name",
        (Rule::let_stmt, "`=`") => "after the new name",
        (Rule::drop_stmt, "`as`") => "and a reason after the condition",
        (Rule::reject_stmt, "`as`") => "and a code after the condition",
        (Rule::ignore, "a string") => "that says why",
        (Rule::column | Rule::param_item, "a type") => "after `:`",
        (Rule::column, "a name") => "of a type after `:`",
        _ => return None,
    })
}

/// How a kind of statement is written, for the help of a finding.
fn shape_of(entry: Rule) -> Option<&'static str> {
    Some(match entry {
        Rule::migration_item => "migration name",
        Rule::param_item => "param name : type = value",
        Rule::place_head => "source name = csv(\"file.csv\", delimiter: \";\") { … }",
        Rule::codes_head => "codes Name : text { \"from\" => \"to\", … }",
        Rule::code_row => "\"from\" => \"to\"",
        Rule::use_item => "use \"file.mig\"",
        Rule::type_head => "type Name = text(40) { check … else reject code }",
        Rule::fn_item => "fn name(a: type) = value",
        Rule::test_head => "test \"what it shows\" { given … then … }",
        Rule::given_stmt => "given source { column: value, … }",
        Rule::then_stmt => "then target { column: value, … }`, `then rejected code`, `then dropped reason",
        Rule::expect_head => "expect target { … }",
        Rule::conserve_item => "conserve source.column in target.column",
        Rule::map_head => "map source -> target { … }",
        Rule::route_head => "map source { -> target when condition { … } … }",
        Rule::arrow_head => "-> target when condition { … }",
        Rule::list_column => "name : list<type> from \"Header {n}\" up to 16",
        Rule::ignore => "ignore column \"why it is not needed\"",
        Rule::identify => "identify by column, …",
        Rule::key_of => "key (column, from ..= to)",
        Rule::unique => "unique (column, …) else …",
        Rule::let_stmt => "let name = value",
        Rule::clean_stmt => "clean column |> function …",
        Rule::drop_stmt => "drop if condition as reason",
        Rule::reject_stmt => "reject if condition as code \"text\"",
        Rule::explode_stmt => "explode list as item where condition",
        Rule::copy_stmt => "copy column, …",
        Rule::check_stmt => "check condition else reject code",
        Rule::where_stmt => "where condition",
        Rule::given_shapes => "given source { layer box(0, 0, 220nm, 220nm), … }",
        Rule::then_shapes => "then target { layer box(0, 0, 170nm, 170nm), layer empty }",
        Rule::verify_head => "verify target { nets, labels }",
        Rule::verify_entry => "nets`, `labels`, `devices`, `xor(met2, old.metal2 scaled) within 20nm",
        Rule::layer => "name : layer 66/20 { width >= 150nm, space >= 210nm }",
        Rule::layer_rule => "width >= 150nm`, `space to poly >= 75nm`, `size == 170nm x 170nm`, `encloses cut by 80nm",
        Rule::layer_let => "let name = poly & active",
        Rule::every => "every other layer",
        Rule::device => "device name = poly & diff { length == 150nm }",
        Rule::scale_stmt => "scale 13/18`, `scale 13/18 on pitch outline",
        Rule::cells_entry => "rename \"a_{x}\" -> \"b_{x}\"`, `keep \"c\"`, `drop \"fill_{n}\" as reason",
        _ => return None,
    })
}

const ATTRIBUTES: [&str; 10] = ["key", "as", "from", "unique", "at", "absent", "null", "path", "align", "fill"];

impl Parser<'_> {
    /// The one finding of a statement that pest could not read.
    pub(super) fn syntax_error(&self, entry: Rule, range: Range<usize>, error: &Error<Rule>) -> Diagnostic {
        let at = self.base
            + match error.location {
                InputLocation::Pos(at) => at,
                InputLocation::Span((at, _)) => at,
            };
        let token = range.clone().find(|i| self.lexed.span(*i).end as usize > at).unwrap_or(range.end);
        let span = if token < range.end {
            self.lexed.span(token)
        } else {
            let end = self.span_of(range.clone()).end;
            Span { start: end, end }
        };
        let idiom = self.mending(entry, range.clone(), token).or_else(|| self.idiom(entry, range.clone(), token));
        if let Some(known) = idiom.or_else(|| self.foreign_construct(entry, range.clone(), token)) {
            return known;
        }
        let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
            return Diagnostic::new(&rules::LIMIT, self.span_of(range), "this statement is nested too deep to be read")
                .help("split it: give the parts names with `let`");
        };
        if entry == Rule::column && self.kind_is_attribute(token) && self.has_ending_before(range.clone(), token) {
            return Diagnostic::new(&rules::SYNTAX, span, format!("`{}` stands too late", self.lexed.word(token)))
                .help(
                    "the order is: name : type, then `key`, `as`, `from`, `null if`, then `= default`, then `else …`",
                );
        }
        let wanted = wanted(positives);
        let attributes = positives.iter().any(|r| matches!(r, Rule::attr_key | Rule::kw_key));
        let what = match wanted.as_slice() {
            _ if attributes => {
                "an attribute (`key`, `as`, `from`, `null if`), `=`, `else` or the end of the column".to_string()
            }
            [] => "something else".to_string(),
            [one] => match place_of(entry, one) {
                Some(place) => format!("{one} {place}"),
                None => one.clone(),
            },
            [many @ .., last] => {
                let first = many.first().map_or("", String::as_str);
                match place_of(entry, first) {
                    Some(place) => format!("{first} {place}"),
                    None => format!("{} or {last}", many.join(", ")),
                }
            }
        };
        let got = match self.lexed.kind(token) {
            _ if token >= range.end => "the end of the statement".to_string(),
            Kind::Str => "a string".to_string(),
            _ => format!("`{}`", self.lexed.word(token)),
        };
        let found = Diagnostic::new(&rules::SYNTAX, span, format!("expected {what}, found {got}"));
        match shape_of(entry) {
            Some(shape) => found.help(format!("it is written `{shape}`")),
            None => found,
        }
    }

    fn kind_is_attribute(&self, token: usize) -> bool {
        ATTRIBUTES.contains(&self.lexed.word(token))
    }

    fn has_ending_before(&self, range: Range<usize>, token: usize) -> bool {
        (range.start..token).any(|i| self.lexed.is_word(i, "else") || self.lexed.is_op(i, "="))
    }
}

/// The expected things, each once, the telling ones only.
fn wanted(positives: &[Rule]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let opens_value = positives.contains(&Rule::prefix) || positives.contains(&Rule::expr);
    for rule in positives {
        let implied = opens_value
            && matches!(
                rule,
                Rule::name
                    | Rule::number
                    | Rule::string
                    | Rule::lparen
                    | Rule::lbracket
                    | Rule::kw_null
                    | Rule::kw_true
                    | Rule::kw_false
                    | Rule::kw_match
                    | Rule::kw_cells
                    | Rule::kw_grow
                    | Rule::kw_none
            );
        let Some(word) = called(*rule).filter(|_| !implied) else { continue };
        if !out.contains(&word) {
            out.push(word);
        }
    }
    // After a complete operand an operator can always stand, and a tail, and the end: say what is specific first.
    let vague = |w: &String| {
        matches!(w.as_str(), "an operator" | "`(`" | "`[`" | "`else`" | "`warn`" | "`scaled`" | "`where`" | "`{`")
    };
    let end = "the end of the statement";
    if out.iter().any(|w| !vague(w) && w != end) {
        out.retain(|w| !vague(w));
        if out.iter().any(|w| w == "a value") {
            out.retain(|w| w == "a value");
        } else if let Some(at) = out.iter().position(|w| w == end) {
            let end = out.remove(at);
            if out.len() > 3 {
                out.clear();
            }
            out.push(end);
        }
    } else if out.iter().any(|w| w == end) {
        out.retain(|w| w == "an operator" || w == end);
    }
    out.truncate(5);
    out
}
