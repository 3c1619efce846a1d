//! Tests of a spec that give shapes.

use migc_grammar::diagnostic::Diagnostic;
use migc_grammar::tree::{self, Expr, ExprKind, Item, Name, Role, Shape, ThenWhat, UnOp};

use super::super::{Env, offer};
use crate::plan::{Layer, Plan, SourceFormat, TargetFormat};
use crate::rules;
use crate::trial::{LayerExpected, LayoutTrial};

impl<'t> Env<'t> {
    /// Every test of the spec that gives shapes.
    pub(in super::super) fn layout_trials(&mut self, spec: &'t tree::Spec, plan: &Plan) -> Vec<LayoutTrial> {
        let mut out = Vec::new();
        for item in &spec.items {
            let Item::Test(test) = item else { continue };
            if test.is_of_shapes() {
                out.extend(self.layout_trial(test, plan));
            }
        }
        out
    }

    fn layout_trial(&mut self, test: &'t tree::Test, plan: &Plan) -> Option<LayoutTrial> {
        let title = self.plain(&test.title)?;
        let wrong = |label: &str| Diagnostic::new(&rules::WRONG_TEST, test.title.span, label.to_owned());
        let (Some(first), false) = (test.given.first(), test.then.is_empty()) else {
            let d = wrong("a test gives shapes and says what becomes of them");
            self.error(d.help("write: given SOURCE { layer box(0, 0, 220nm, 220nm) }, then TARGET { layer box(…) }"));
            return None;
        };
        let source = plan.sources.iter().position(|s| s.name == first.place.text);
        let Some(source) = source else {
            // A source with a mistake was told of.
            if !self.places.iter().any(|p| p.tree.role == Role::Source && p.tree.name.text == first.place.text) {
                let known: Vec<&str> = plan.sources.iter().map(|s| s.name.as_str()).collect();
                let label = format!("there is no source `{}`", first.place.text);
                let d = Diagnostic::new(&rules::UNKNOWN_NAME, first.place.span, label);
                self.error(offer(d, &first.place, "sources", &known));
            }
            return None;
        };
        let SourceFormat::Layout(from) = &plan.sources[source].format else {
            self.error(wrong("shapes are given to a layout, and this source has records"));
            return None;
        };
        let pass = plan.passes.iter().position(|p| p.source == source)?;
        let mut given = Vec::new();
        for g in &test.given {
            if g.place.text != first.place.text || g.shapes.is_empty() {
                self.error(Diagnostic::new(&rules::WRONG_TEST, g.span, "a test of shapes gives them to one source"));
                continue;
            }
            for shape in &g.shapes {
                let Some(layer) = self.layer_of_test(&shape.layer, "source", &from.layers) else { continue };
                match &shape.drawn {
                    Some(drawn) => given.extend(self.corners(drawn, from.dbu).map(|c| (layer, c))),
                    None => self.error(Diagnostic::new(
                        &rules::WRONG_TEST,
                        shape.span,
                        "a layer that is not given is empty already",
                    )),
                }
            }
        }
        let mut then: Vec<LayerExpected> = Vec::new();
        let mut unit = 1_000_000;
        for t in &test.then {
            let ThenWhat::Shapes(place, shapes) = &t.what else {
                let label = "a test of shapes expects shapes";
                let d = Diagnostic::new(&rules::WRONG_TEST, t.span, label);
                self.error(d.help("write `then TARGET { layer box(…), other empty }`"));
                continue;
            };
            let target = plan.targets.iter().position(|t| t.name == place.text);
            let of_pass = |t: &usize| plan.passes[pass].program.targets().contains(t);
            let Some(target) = target.filter(of_pass) else {
                let label = format!("no map goes from `{}` to `{}`", first.place.text, place.text);
                self.error(Diagnostic::new(&rules::UNKNOWN_NAME, place.span, label));
                continue;
            };
            let TargetFormat::Layout { layers, dbu, .. } = &plan.targets[target].format else { continue };
            unit = *dbu;
            for Shape { layer, drawn, span } in shapes {
                let Some(at) = self.layer_of_test(layer, "target", layers) else { continue };
                let corners = match drawn {
                    Some(drawn) => match self.corners(drawn, *dbu) {
                        Some(corners) => Some(corners),
                        None => continue,
                    },
                    None => None,
                };
                match then.iter_mut().find(|e| e.target == target && e.layer == at) {
                    Some(expected) => expected.polygons.extend(corners),
                    None => {
                        let polygons = corners.into_iter().collect();
                        then.push(LayerExpected { target, layer: at, polygons, at: *span });
                    }
                }
            }
        }
        Some(LayoutTrial { title, at: test.span, pass, given, then, dbu: unit })
    }

    fn layer_of_test(&mut self, n: &Name, what: &str, layers: &[Layer]) -> Option<usize> {
        let at = layers.iter().position(|l| l.name == n.text);
        match at {
            Some(i) if layers[i].texts => {
                let label = format!("`{}` holds texts, and tests give shapes", n.text);
                self.error(Diagnostic::new(&rules::WRONG_TEST, n.span, label));
                None
            }
            Some(i) => Some(i),
            None => {
                let known: Vec<&str> = layers.iter().map(|l| l.name.as_str()).collect();
                self.unknown_layer(n, what, &known);
                None
            }
        }
    }

    /// The corners of `box(0, 0, 220nm, 220nm)` or `polygon(0, 0, 0, 10nm, 10nm, 10nm)`, in database units.
    fn corners(&mut self, drawn: &Expr, dbu: i64) -> Option<Vec<[i32; 2]>> {
        let wrong = |label: &str| {
            Diagnostic::new(&rules::WRONG_TEST, drawn.span, label.to_owned())
                .help("write `box(0, 0, 220nm, 220nm)`: left, bottom, right, top; or `polygon(x, y, x, y, x, y …)`")
        };
        let ExprKind::Call(name, args) = &drawn.kind else {
            self.error(wrong("a shape is wanted here"));
            return None;
        };
        let mut numbers = Vec::new();
        for arg in args {
            let (sign, e) = match &arg.value.kind {
                ExprKind::Unary(UnOp::Neg, inner) => (-1, &**inner),
                _ => (1, &arg.value),
            };
            let n = match &e.kind {
                ExprKind::Int(zero) if zero == "0" => Some(0),
                _ => self.in_units(e, dbu),
            };
            numbers.push(i32::try_from(sign * n?).ok()?);
        }
        match (name.text.as_str(), numbers.as_slice()) {
            ("box", &[x0, y0, x1, y1]) if x0 < x1 && y0 < y1 => Some(vec![[x0, y0], [x0, y1], [x1, y1], [x1, y0]]),
            ("box", &[x0, y0, x1, y1]) => {
                self.error(wrong(match x0 == x1 || y0 == y1 {
                    true => "this box has no area",
                    false => "left is less than right, and bottom less than top",
                }));
                None
            }
            ("polygon", list) if list.len() >= 6 && list.len() % 2 == 0 => {
                Some(list.chunks(2).map(|p| [p[0], p[1]]).collect())
            }
            _ => {
                self.error(wrong("this is no shape that a test can give"));
                None
            }
        }
    }
}
