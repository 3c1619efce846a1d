//! The syntax tree as text: one line a statement, expressions bracketed as they were read.

use std::fmt::Write;

use crate::tree::{
    Arg, Attr, BinOp, CellFate, CellRule, Expr, ExprKind, Ignored, Item, LayerNumbers, LayerRule, Margin, Member, Name,
    Role, RuleKind, RuleWhen, RunSetting, Shape, Spec, Stmt, StrPart, StringLit, Tail, TailKind, ThenWhat, TypeRef,
    UnOp, Verified,
};

/// The whole tree.
pub fn tree(spec: &Spec) -> String {
    let mut out = String::new();
    for i in &spec.items {
        item(i, &mut out);
    }
    out
}

fn item(i: &Item, o: &mut String) {
    let _ = match i {
        Item::Migration { name, .. } => writeln!(o, "migration {}", name.text),
        Item::Param(p) => {
            writeln!(o, "param {}: {}{}", p.name.text, ty(&p.ty), opt(" = ", p.default.as_ref().map(expr)))
        }
        Item::Codes(c) => {
            let _ = writeln!(o, "codes {}: {}", c.name.text, ty(&c.ty));
            let _ = c.rows.iter().try_for_each(|(a, b)| writeln!(o, "  {} => {}", string(a), string(b)));
            c.otherwise.iter().try_for_each(|t| writeln!(o, "  {}", tail(t)))
        }
        Item::Place(p) => {
            let role = match p.role {
                Role::Source => "source",
                Role::Reference => "reference",
                Role::Target => "target",
            };
            let _ = writeln!(o, "{role} {} = {}({})", p.name.text, p.format.text, args(&p.args));
            p.members.iter().try_for_each(|m| writeln!(o, "  {}", member(m)))
        }
        Item::Map(m) => {
            let _ = writeln!(
                o,
                "map {}{}{}",
                m.source.text,
                opt(" -> ", m.target.as_ref().map(|t| t.text.clone())),
                opt(" where ", m.filter.as_ref().map(expr))
            );
            m.stmts.iter().try_for_each(|s| writeln!(o, "  {}", stmt(s)))
        }
        Item::Use(u) => writeln!(o, "use {}", string(&u.path)),
        Item::Type(t) => {
            let _ = writeln!(o, "type {} = {}", t.name.text, ty(&t.ty));
            t.stmts.iter().try_for_each(|s| writeln!(o, "  {}", stmt(s)))
        }
        Item::Fn(f) => {
            let params: Vec<String> = f.params.iter().map(|(n, t)| format!("{}: {}", n.text, ty(t))).collect();
            writeln!(o, "fn {}({}) = {}", f.name.text, params.join(", "), expr(&f.value))
        }
        Item::Test(t) => {
            let _ = writeln!(o, "test {}", string(&t.title));
            let given = |g: &crate::tree::Given| {
                let what = if g.shapes.is_empty() { fields(&g.fields) } else { shapes(&g.shapes) };
                writeln!(o, "  given {} {{ {what} }}", g.place.text)
            };
            let _ = t.given.iter().try_for_each(given);
            t.then.iter().try_for_each(|t| match &t.what {
                ThenWhat::Row(target, of) => writeln!(o, "  then {} {{ {} }}", target.text, fields(of)),
                ThenWhat::Shapes(target, of) => writeln!(o, "  then {} {{ {} }}", target.text, shapes(of)),
                ThenWhat::Fate(word, code) => {
                    writeln!(o, "  then {}{}", word.text, opt(" ", code.as_ref().map(|c| c.text.clone())))
                }
            })
        }
        Item::Verify(v) => {
            let checks: Vec<String> = v.checks.iter().map(verified).collect();
            writeln!(o, "verify {} {{ {} }}", v.target.text, checks.join(", "))
        }
        Item::Expect(e) => {
            let _ = writeln!(o, "expect {}", e.target.text);
            e.conditions
                .iter()
                .try_for_each(|(c, per_file)| writeln!(o, "  {}{}", if *per_file { "per file " } else { "" }, expr(c)))
        }
        Item::Conserve(c) => {
            writeln!(o, "conserve {}.{} in {}.{}", c.from.0.text, c.from.1.text, c.to.0.text, c.to.1.text)
        }
        Item::Run(r) => {
            let _ = writeln!(o, "run");
            r.settings.iter().try_for_each(|s| match s {
                RunSetting::ValidateBeforeLoad(_) => writeln!(o, "  validate before load"),
                RunSetting::Threads(n, _) => writeln!(o, "  threads {n}"),
                RunSetting::Rejects(dir) => writeln!(o, "  rejects {}", string(dir)),
            })
        }
        Item::Later(l) => writeln!(o, "later {:?}", l.what),
        Item::Broken(_) => writeln!(o, "broken"),
    };
}

fn fields(of: &[(Name, Expr)]) -> String {
    of.iter().map(|(n, e)| format!("{}: {}", n.text, expr(e))).collect::<Vec<_>>().join(", ")
}

fn opt(before: &str, of: Option<String>) -> String {
    of.map_or(String::new(), |t| format!("{before}{t}"))
}

fn names(names: &[Name]) -> String {
    names.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join(", ")
}

fn ty(t: &TypeRef) -> String {
    if !t.one_of.is_empty() {
        let texts: Vec<String> = t.one_of.iter().map(string).collect();
        return format!("one of {}{}", texts.join(", "), if t.nullable { "?" } else { "" });
    }
    let args: Vec<String> = t.args.iter().map(|a| a.0.to_string()).collect();
    let args = if args.is_empty() { String::new() } else { format!("({})", args.join(", ")) };
    format!("{}{args}{}", t.name.text, if t.nullable { "?" } else { "" })
}

fn numbers(n: &[LayerNumbers]) -> String {
    let one = |n: &LayerNumbers| {
        if n.first == n.last {
            format!("{}/{}", n.layer, n.first)
        } else {
            format!("{}/{}..{}", n.layer, n.first, n.last)
        }
    };
    n.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn member(m: &Member) -> String {
    match m {
        Member::Column(c) => {
            let attrs: String = c.attrs.iter().map(|a| format!(" {}", attr(a))).collect();
            let default = opt(" = ", c.default.as_ref().map(expr));
            format!("column {}: {}{attrs}{default}{}", c.name.text, ty(&c.ty), opt(" ", c.tail.as_ref().map(tail)))
        }
        Member::Layer(l) => {
            let labels = opt(" labels ", l.labels.as_ref().map(|n| n.text.clone()));
            let head = format!("{:?} {}: {}{labels}", l.kind, l.name.text, numbers(&l.numbers)).to_lowercase();
            format!("{head}{}", rules(&l.rules))
        }
        Member::LayerLet(l) => format!("let {} = {}", l.name.text, expr(&l.value)),
        Member::Every(_) => "every other layer".into(),
        Member::ReadDbu(was, is, _) => format!("read dbu {} as {}", expr(was), expr(is)),
        Member::Device(d) => format!("device {} = {}{}", d.name.text, expr(&d.value), rules(&d.rules)),
        Member::Ignore(i) => {
            let what = match &i.what {
                Ignored::Columns(n) => names(n),
                Ignored::Layers(name, n) => {
                    format!("{}{}", opt("", name.as_ref().map(|n| format!("{} ", n.text))), numbers(n))
                }
                Ignored::Places(p) => format!("{}..{}", p.first, p.last),
                Ignored::Others => "others".into(),
            };
            format!("ignore {what}{}", opt(" ", i.why.as_ref().map(string)))
        }
        Member::IdentifyBy(n) => format!("identify by {}", names(n)),
        Member::ConsensusBy(n, _) => format!("consensus by {}", names(n)),
        Member::List(l) => {
            let element = |e: &Vec<crate::tree::Column>| {
                let columns: Vec<String> = e.iter().map(|c| format!("{}: {}", c.name.text, ty(&c.ty))).collect();
                columns.join(", ")
            };
            let first = l.elements.first().map_or(String::new(), element);
            format!("list {} of {} elements such as {first}", l.name.text, l.elements.len())
        }
        Member::Key(k) => {
            let range = k.range.as_ref().map(|(a, b)| format!("{} ..= {}", a.text, b.text));
            let parts: Vec<String> = k.columns.iter().map(|n| n.text.clone()).chain(range).collect();
            format!("key ({})", parts.join(", "))
        }
        Member::Unique(u) => format!("unique ({}){}", names(&u.columns), opt(" ", u.tail.as_ref().map(tail))),
        Member::Later(l) => format!("later {:?}", l.what),
        Member::Broken(_) => "broken".into(),
    }
}

fn attr(a: &Attr) -> String {
    let list = |l: &[StringLit], by: &str| l.iter().map(string).collect::<Vec<_>>().join(by);
    match a {
        Attr::Key(_) => "key".into(),
        Attr::As(s) => format!("as {}", string(s)),
        Attr::From(l) => format!("from {}", list(l, " or ")),
        Attr::NullIf(l) => format!("null if {}", list(l, ", ")),
        Attr::At(p) => format!("at {}..{}", p.first, p.last),
        Attr::Path(s) => format!("path {}", string(s)),
        Attr::Absent(_) => "absent null".into(),
        Attr::Element(_) => "element".into(),
        Attr::Align(right, _) => format!("align {}", if *right { "right" } else { "left" }),
        Attr::Fill(s) => format!("fill {}", string(s)),
        Attr::Unique(_) => "unique".into(),
        Attr::Later(l) => format!("later {:?}", l.what),
    }
}

fn stmt(s: &Stmt) -> String {
    let end = |t: &Option<Tail>| opt(" ", t.as_ref().map(tail));
    let why = |w: &Option<StringLit>| opt(" ", w.as_ref().map(string));
    match s {
        Stmt::Clean { column, value, tail, .. } => format!("clean {} = {}{}", column.text, expr(value), end(tail)),
        Stmt::Let { name, value, tail, .. } => format!("let {} = {}{}", name.text, expr(value), end(tail)),
        Stmt::DropIf { cond, reason, why: w, .. } => format!("drop if {} as {}{}", expr(cond), reason.text, why(w)),
        Stmt::RejectIf { cond, code, message, .. } => {
            format!("reject if {} as {}{}", expr(cond), code.text, why(message))
        }
        Stmt::Assign { column, value, tail, .. } => format!("{} = {}{}", column.text, expr(value), end(tail)),
        Stmt::Copy { names: n, all, except, .. } => {
            let what = if *all { "*".to_owned() } else { names(n) };
            format!(
                "copy {what}{}",
                if except.is_empty() { String::new() } else { format!(" except {}", names(except)) }
            )
        }
        Stmt::Check { cond, tail, .. } => format!("check {}{}", expr(cond), end(tail)),
        Stmt::Explode(e) => {
            let filter = opt(" where ", e.filter.as_ref().map(expr));
            format!("explode {} as {}{filter}{}", e.list.text, e.item.text, end(&e.otherwise))
        }
        Stmt::Arrow(a) => {
            let stmts: String = a.stmts.iter().map(|s| format!("\n    {}", stmt(s))).collect();
            let when = opt(" when ", a.when.as_ref().map(expr));
            format!("-> {}{when}{stmts}{}", a.target.text, opt("\n  ", a.otherwise.as_ref().map(tail)))
        }
        Stmt::Scale { factor, pitch, .. } => {
            let pitch =
                pitch.as_ref().map(|(from, to)| format!("{}{}", expr(from), opt(" -> ", to.as_ref().map(expr))));
            format!("scale{}{}", opt(" ", factor.as_ref().map(expr)), opt(" on pitch ", pitch))
        }
        Stmt::Every(_) => "every other layer".into(),
        Stmt::Cells(rules, _) => {
            let rules: Vec<String> = rules.iter().map(cell_rule).collect();
            format!("cells {{ {} }}", rules.join(", "))
        }
        Stmt::CellsOf { pattern, stmts, .. } => {
            let stmts: Vec<String> = stmts.iter().map(stmt).collect();
            format!("cells {} {{ {} }}", string(pattern), stmts.join(", "))
        }
        Stmt::Snap { variants, .. } => format!("snap exact{}", opt(" variants <= ", variants.map(|v| v.0.to_string()))),
        Stmt::Later(l) => format!("later {:?}", l.what),
        Stmt::Broken(_) => "broken".into(),
    }
}

fn verified(c: &crate::tree::VerifyCheck) -> String {
    match &c.what {
        Verified::Nets => "nets".to_owned(),
        Verified::Labels => "labels".to_owned(),
        Verified::Devices => "devices".to_owned(),
        Verified::NoNewGaps => "no new gaps".to_owned(),
        Verified::Area(a, within, b) => {
            format!("total_area({}) in {} of total_area({})", expr(a), expr(within), expr(b))
        }
        Verified::Xor(a, b, within) => {
            format!("xor({}, {}){}", expr(a), expr(b), opt(" within ", within.as_ref().map(expr)))
        }
    }
}

fn shapes(of: &[Shape]) -> String {
    let one = |s: &Shape| format!("{} {}", s.layer.text, s.drawn.as_ref().map_or("empty".into(), expr));
    of.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn cell_rule(r: &CellRule) -> String {
    let pattern = string(&r.pattern);
    match &r.what {
        CellFate::Rename(to) => format!("rename {pattern} -> {}", string(to)),
        CellFate::Keep => format!("keep {pattern}"),
        CellFate::Drop(reason, why) => {
            format!("drop {pattern} as {}{}", reason.text, opt(" ", why.as_ref().map(string)))
        }
    }
}

/// The rules of a layer, in braces.
fn rules(of: &[LayerRule]) -> String {
    if of.is_empty() {
        return String::new();
    }
    format!(" {{ {} }}", of.iter().map(|r| rule(&r.kind)).collect::<Vec<_>>().join(", "))
}

fn rule(of: &RuleKind) -> String {
    let margin = |m: &Margin| {
        let by = [m.by.as_ref().map(expr), m.opposite.as_ref().map(|o| format!("{} on opposite sides", expr(o)))];
        let by: Vec<String> = by.into_iter().flatten().collect();
        let metric = m.metric.as_ref().map_or(String::new(), |(word, _)| format!(" {word}"));
        let by = if by.is_empty() { String::new() } else { format!(" by {}{metric}", by.join(", ")) };
        format!("{}{by}", expr(&m.layer))
    };
    let side = |of: &[Expr]| of.iter().map(expr).collect::<Vec<_>>().join(", ");
    match of {
        RuleKind::Measure { what, to, cmp, value, when } => {
            let what = format!("{what:?}").to_lowercase();
            let when: String = when
                .iter()
                .map(|w| match w {
                    RuleWhen::Where(e) => format!(" where {}", expr(e)),
                    RuleWhen::Run(cmp, e) => format!(" run {} {}", binary(*cmp), expr(e)),
                    RuleWhen::Word(word, _) => format!(" {word}"),
                })
                .collect();
            let to = opt(" to ", to.as_ref().map(expr));
            format!("{what}{to} {} {}{when}", binary(*cmp), expr(value))
        }
        RuleKind::Size(e) => format!("size == {}", expr(e)),
        RuleKind::Inside(list) => {
            let list: Vec<String> = list.iter().map(|m| format!("({})", margin(m))).collect();
            format!("inside {}", list.join(" or "))
        }
        RuleKind::Encloses(m) => format!("encloses {}", margin(m)),
        RuleKind::Extends(m) => format!("extends {}", margin(m)),
        RuleKind::Density { within, window, step } => {
            format!("density in {} per {}{}", expr(within), expr(window), opt(" step ", step.as_ref().map(expr)))
        }
        RuleKind::Joins { from, to } => format!("joins ({}) to ({})", side(from), side(to)),
        RuleKind::Pitch(e) => format!("pitch {}", expr(e)),
        RuleKind::Track { along, pitch, from } => {
            let along = along.as_ref().map_or(String::new(), |a| format!("{a} "));
            let from = from.as_ref().map_or(String::new(), |e| format!(" from {}", expr(e)));
            format!("{along}on track per {}{from}", expr(pitch))
        }
        RuleKind::Word(word) => word.clone(),
    }
}

fn tail(t: &Tail) -> String {
    let why = |w: &Option<StringLit>| opt(" ", w.as_ref().map(string));
    let kind = match &t.kind {
        TailKind::Value(e) => expr(e),
        TailKind::Reject { code, message } => format!("reject {}{}", code.text, why(message)),
        TailKind::Drop { reason, why: w } => format!("drop as {}{}", reason.text, why(w)),
        TailKind::Warn(w) => format!("warn {}", string(w)),
        TailKind::Abort(w) => format!("abort{}", why(w)),
        TailKind::Broken => "broken".into(),
    };
    format!("else {kind}{}", opt(" warn ", t.warn.as_ref().map(string)))
}

fn string(s: &StringLit) -> String {
    let part = |p: &StrPart| match p {
        StrPart::Text(t) => t.escape_debug().to_string().replace('{', "{{").replace('}', "}}"),
        StrPart::Expr(e) => format!("{{{}}}", expr(e)),
        StrPart::Glob(n) => format!("{{*{}}}", n.text),
    };
    format!("\"{}\"", s.parts.iter().map(part).collect::<String>())
}

fn args(a: &[Arg]) -> String {
    let one = |a: &Arg| format!("{}{}", opt("", a.name.as_ref().map(|n| format!("{}: ", n.text))), expr(&a.value));
    a.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn expr(e: &Expr) -> String {
    match &e.kind {
        ExprKind::Null => "null".into(),
        ExprKind::Bool(b) => b.to_string(),
        ExprKind::Int(t) | ExprKind::Decimal(t) => t.clone(),
        ExprKind::Date { year, month, day } => format!("{year:04}-{month:02}-{day:02}"),
        ExprKind::Quantity(n, u) => format!("{n}{u}"),
        ExprKind::Text(s) => string(s),
        ExprKind::Name(n) => n.text.clone(),
        ExprKind::Member(a, n) => format!("{}.{}", expr(a), n.text),
        ExprKind::Index(a, of) => format!("{}[{}]", expr(a), args(of)),
        ExprKind::Call(n, of) => format!("{}({})", n.text, args(of)),
        ExprKind::Unary(UnOp::Not, a) => format!("(not {})", expr(a)),
        ExprKind::Unary(UnOp::Neg, a) => format!("(-{})", expr(a)),
        ExprKind::Binary(op, a, b) => format!("({} {} {})", expr(a), binary(*op), expr(b)),
        ExprKind::Range(a, b) => format!("{} ..= {}", expr(a), expr(b)),
        ExprKind::IsNull(a, negated) => format!("({} is {}null)", expr(a), if *negated { "not " } else { "" }),
        ExprKind::Pipe(a, b) => format!("({} |> {})", expr(a), expr(b)),
        ExprKind::Match(s, arms) => {
            let arm = |a: &crate::tree::Arm| {
                let tests: Vec<String> = a.tests.iter().map(expr).collect();
                format!("{} => {}", if tests.is_empty() { "else".into() } else { tests.join(" | ") }, expr(&a.value))
            };
            format!(
                "match {}{{ {} }}",
                opt("", s.as_ref().map(|s| format!("{} ", expr(s)))),
                arms.iter().map(arm).collect::<Vec<_>>().join(", ")
            )
        }
        ExprKind::Else(a, t) => format!("({} {})", expr(a), tail(t)),
        ExprKind::List(of) => format!("[{}]", of.iter().map(expr).collect::<Vec<_>>().join(", ")),
        ExprKind::Where(a, cond) => format!("({} where {})", expr(a), expr(cond)),
        ExprKind::Scaled(a) => format!("({} scaled)", expr(a)),
        ExprKind::Cells(s) => format!("cells {}", string(s)),
        ExprKind::Nothing(s) => format!("none {}", string(s)),
        ExprKind::Texts(a, fields) => {
            let fields: Vec<String> = fields.iter().map(|(n, v)| format!("{} = {}", n.text, expr(v))).collect();
            format!("{} {{ {} }}", expr(a), fields.join(", "))
        }
        ExprKind::Broken => "broken".into(),
    }
}

fn binary(op: BinOp) -> &'static str {
    match op {
        BinOp::Or => "or",
        BinOp::Bars => "||",
        BinOp::And => "and",
        BinOp::Eq => "==",
        BinOp::Ne => "!=",
        BinOp::Lt => "<",
        BinOp::Le => "<=",
        BinOp::Gt => ">",
        BinOp::Ge => ">=",
        BinOp::In => "in",
        BinOp::Like => "like",
        BinOp::Matches => "matches",
        BinOp::Coalesce => "??",
        BinOp::AtZone => "at zone",
        BinOp::Add => "+",
        BinOp::Sub => "-",
        BinOp::Mul => "*",
        BinOp::Div => "/",
        BinOp::LayerOr => "|",
        BinOp::LayerXor => "^",
        BinOp::Inside => "inside",
        BinOp::Outside => "outside",
        BinOp::Touching => "touching",
        BinOp::Covering => "covering",
        BinOp::By => "x",
        BinOp::LayerAnd => "&",
    }
}
