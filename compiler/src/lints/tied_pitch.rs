//! A pitch at which halves between two grid points exist.

use migc_grammar::diagnostic::{Diagnostic, Level, Rule};
use migc_grammar::tree::Stmt;

use super::{Input, Lint};
use crate::check::quantity::{gcd, shown_length};
use crate::plan::{SourceFormat, TargetFormat, Work};

pub(super) const LINT: Lint = Lint { rule: &RULE, find };

static RULE: Rule = Rule {
    code: "MIG1111",
    level: Level::Warning,
    title: "points half way between two grid points",
    explanation: "With the scale m/d, the target's grid g and the source's grid h, points that lie half way between two grid points exist \
                  exactly where D = d·g / gcd(m·h, d·g) is even. On a pitch, each cell rounds them in its own frame, so that a mirrored \
                  cell rounds them the other way than its neighbour: a grid step where the two meet. A pitch near by has no such points.",
    failing: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm, grid: 5nm) { a: layer 1/0 }\ntarget t = gds(\"t.gds\", dbu: 1nm, grid: 5nm) { a: layer 1/0 }\nmap s -> t {\n  scale on pitch 460nm x 2720nm -> 330nm x 1960nm\n  a = a\n}\n",
    mended: "migration m\nsource s = gds(\"s.gds\", dbu: 1nm, grid: 5nm) { a: layer 1/0 }\ntarget t = gds(\"t.gds\", dbu: 1nm, grid: 5nm) { a: layer 1/0 }\nmap s -> t {\n  scale on pitch 460nm x 2720nm -> 320nm x 1920nm\n  a = a\n}\n",
};

fn find(input: &Input<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for map in input.maps() {
        let scale = map.stmts.iter().find_map(|s| match s {
            Stmt::Scale { pitch: Some((from, _)), span, .. } => Some((from.span, *span)),
            _ => None,
        });
        let pass = input.plan.passes.iter().find(|p| input.plan.sources[p.source].name == map.source.text);
        let (Some((at, _)), Some(pass)) = (scale, pass) else { continue };
        let Work::Shapes(shapes) = &pass.work else { continue };
        let SourceFormat::Layout(from) = &input.plan.sources[pass.source].format else { continue };
        let target = pass.program.targets().first().and_then(|t| input.plan.targets.get(*t));
        let Some(TargetFormat::Layout { dbu, grid, .. }) = target.map(|t| &t.format) else { continue };
        let scaling = &shapes.scaling;
        let h = from.grid.map_or(1, |g| g / from.dbu).max(1);
        let mut said = Vec::new();
        for (axis, word) in ["x", "y"].into_iter().enumerate() {
            let tie = scaling.tie_numbers[axis];
            if tie % 2 != 0 {
                continue;
            }
            // The old pitch is any multiple of the factor's denominator; the new one moves by grid steps.
            let Some(old) = scaling.pitches.map(|p| p[0][axis]) else { continue };
            let Some(new) = scaling.pitches.map(|p| p[1][axis]) else { continue };
            let from_dbu = from.dbu;
            let ties = |new: i64| {
                let g = gcd(new, old);
                let (m, d) = (new / g * (from_dbu / gcd(from_dbu, *dbu)), old / g * (dbu / gcd(from_dbu, *dbu)));
                let step = d.saturating_mul(*grid);
                (step / gcd(m.saturating_mul(h), step)) % 2 == 0
            };
            let step = grid * dbu;
            let near = |up: bool| {
                (1..=40i64).map(|k| if up { new + k * step } else { new - k * step }).find(|n| *n > 0 && !ties(*n))
            };
            let near: Vec<String> =
                [near(false), near(true)].into_iter().flatten().map(|n| format!("`{}`", shown_length(n))).collect();
            said.push(match near.is_empty() {
                true => format!("along {word} D is {tie}"),
                false => format!("along {word} D is {tie}, and {} have none", near.join(" and ")),
            });
        }
        if !said.is_empty() {
            let label = "at this pitch, points lie half way between two grid points";
            found.push(Diagnostic::new(&RULE, at, label).help(said.join("; ")));
        }
    }
    found
}
