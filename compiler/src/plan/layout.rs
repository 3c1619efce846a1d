//! What a layout map does beyond its program of one vertex: how cells are scaled, which layers are carried over, what is
//! computed, and what must hold.

use migc_grammar::span::Span;
use serde::{Deserialize, Serialize};

use super::Program;

/// What a layout map does beyond its program of one vertex.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shapes {
    /// How coordinates are scaled and snapped.
    pub scaling: Scaling,
    /// Cells that are scaled otherwise; of several, the first one that fits holds.
    pub overrides: Vec<ScaleOverride>,
    /// Layers that are carried over element for element: places among the source's and the target's layers.
    pub routes: Vec<(usize, usize)>,
    /// What is computed after scaling, in order.
    pub steps: Vec<LayerStep>,
    /// The programs that decide on each island by its measures.
    pub programs: Vec<Program>,
    /// What becomes of cells by their names; of a cell, the first one that fits holds.
    pub cells: Vec<CellRule>,
    /// What is compared before and after.
    pub verify: Vec<Verify>,
    /// Whether layers that are not declared are carried over under their own numbers.
    pub every: bool,
    /// What becomes of texts.
    pub texts: Vec<Texts>,
}

/// What becomes of a layer of texts: each is a record, whose fields are written anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Texts {
    /// The layer of the source.
    pub from: usize,
    /// The layer of the target.
    pub to: usize,
    /// The fields that are written.
    pub fields: Vec<TextField>,
}

/// A field of texts that is written anew.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TextField {
    /// Which one.
    pub of: TextOf,
    /// What it comes to. Its inputs are the string and, but for the program of the string itself, the size (null where the
    /// text has none), the angle, and both coordinates, all as they are after scaling.
    pub program: Program,
}

/// A field of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextOf {
    /// What it says.
    String,
    /// Where it stands in its cell, in database units of the target.
    At,
    /// Its height, in database units of the target.
    Size,
    /// Its turn in millionths of a degree, counter-clockwise.
    Angle,
}

impl TextOf {
    /// All of them, by their names in a spec.
    pub const ALL: [(&str, TextOf); 4] =
        [("string", TextOf::String), ("at", TextOf::At), ("size", TextOf::Size), ("angle", TextOf::Angle)];

    /// Its name in a spec.
    pub fn name(self) -> &'static str {
        TextOf::ALL.iter().find(|(_, of)| *of == self).map_or("", |(name, _)| name)
    }
}

/// What is compared before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verify {
    /// What it is.
    pub of: VerifyOf,
    /// As it stands in the spec, behind the word `verify`.
    pub text: String,
    /// Its place there.
    pub at: Span,
}

/// What of a layout is compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum VerifyOf {
    /// Each net before is one net after, and the other way round.
    Nets,
    /// Nets have the labels that they had.
    Labels,
    /// There are as many devices as before, at the same places, with the lengths and widths that the target demands.
    Devices,
    /// Two layers cover the same, but for what lies so near, in database units.
    Xor(LayerExpr, LayerExpr, i64),
    /// No layer has slits of a grid step that were not there before.
    NoNewGaps,
    /// The area of a layer is a share of that of a drawn one: the layer of the target and of the source by their places, the
    /// least and the largest share in millionths of what the drawn one has, both in square metres.
    Area {
        /// The layer of the target.
        new: usize,
        /// The layer of the source.
        old: usize,
        /// The least share.
        least: i64,
        /// The largest share.
        most: i64,
    },
}

/// A device: where a gate crosses an active area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Its name.
    pub name: String,
    /// The gate.
    pub gate: LayerExpr,
    /// The active area.
    pub active: LayerExpr,
    /// The least and the largest length, from source to drain, in database units.
    pub length: [Option<i64>; 2],
    /// The least and the largest width.
    pub width: [Option<i64>; 2],
    /// Its place in the spec.
    pub at: Span,
}

/// What becomes of cells by their names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellRule {
    /// Their names.
    pub pattern: CellPattern,
    /// What becomes of them.
    pub fate: CellFate,
}

/// What becomes of cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CellFate {
    /// They are called so, variants with their numbers behind.
    Rename(CellPattern),
    /// Their names stay.
    Keep,
    /// They and their instances are left out, counted under a reason.
    Drop(String),
}

/// How coordinates are scaled and snapped, one number an axis where the axes differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scaling {
    /// The factors from source to target database units along x and y, in lowest terms.
    pub factors: [(i64, i64); 2],
    /// The grid in target database units.
    pub grid: i64,
    /// Coordinates that differ by this (in source units) snap alike, along x and y.
    pub periods: [i64; 2],
    /// Whether each cell is snapped in its own frame, so that it keeps one variant: the factors come from the pitch on which
    /// cells stand.
    pub on_pitch: bool,
    /// The old and the new pitch along x and y, in 10⁻¹⁵ m, where the factors come from them.
    pub pitches: Option<[[i64; 2]; 2]>,
    /// Whether rounding ties exist (an even tie number).
    pub ties: bool,
    /// The tie numbers of the factors and the grid, along x and y.
    pub tie_numbers: [i64; 2],
    /// How many variants of a cell may stand; `None` is as many as it takes.
    pub variants: Option<u32>,
}

/// Cells that are scaled otherwise than those that place them, with all that they place. Each is a frame of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScaleOverride {
    /// Their names.
    pub pattern: CellPattern,
    /// How coordinates are scaled and snapped, as seen from such a cell.
    pub scaling: Scaling,
    /// The program of one vertex.
    pub program: Program,
}

impl Scaling {
    /// Whether both axes have one factor.
    pub fn is_even(&self) -> bool {
        self.factors[0] == self.factors[1]
    }
}

/// Where a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LayerAt {
    /// Among the source's layers, scaled and snapped.
    Source(usize),
    /// Among what is computed on drawn sizes, scaled and snapped.
    Drawn(usize),
    /// Among the target's layers.
    Target(usize),
    /// Among the names that the map gives.
    Let(usize),
}

/// A layer that is computed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerStep {
    /// Its name in the spec.
    pub name: String,
    /// Where it goes.
    pub to: LayerAt,
    /// What it holds.
    pub value: LayerExpr,
    /// Its place in the spec.
    pub at: Span,
}

/// How two layers are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Joined {
    /// What either covers.
    Or,
    /// What both cover.
    And,
    /// What the first covers and the second does not.
    Not,
    /// What one of them covers.
    Xor,
}

/// Which islands of a layer are selected by another layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Picked {
    /// Those that lie in it.
    Inside,
    /// Those that have nothing in common with it.
    Outside,
    /// Those that overlap or touch it.
    Touching,
    /// Those that an island of it lies in.
    Covering,
}

/// How cuts fill an area, in database units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutArray {
    /// The sides of a cut, the shorter one first.
    pub size: [i64; 2],
    /// The least distance between cuts.
    pub space: i64,
    /// How far the area reaches beyond its cuts on all sides.
    pub margin: i64,
    /// In arrays of at least so many cuts one way and so many the other, the least distance is this.
    pub dense: Option<([u32; 2], i64)>,
}

/// A layer that is computed of others. Every operator sees its operands merged across cells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum LayerExpr {
    /// A layer.
    Layer(LayerAt),
    /// No shapes at all.
    Nothing,
    /// Two layers, joined.
    Joined(Joined, Box<LayerExpr>, Box<LayerExpr>),
    /// Grown, or shrunk, by so many database units along x and y.
    Size(Box<LayerExpr>, [i64; 2]),
    /// Each island grown or shrunk by what a program says of its measures.
    SizeBy(Box<LayerExpr>, usize),
    /// Each island redrawn about its centre with exact sides; a side without a number keeps its length.
    Recut(Box<LayerExpr>, [Option<i64>; 2]),
    /// Cuts that fill the islands of a layer in which they lie.
    Grow(Box<LayerExpr>, Box<LayerExpr>, CutArray),
    /// The islands that another layer selects.
    Picked(Picked, Box<LayerExpr>, Box<LayerExpr>),
    /// The islands that a program keeps by their measures.
    Where(Box<LayerExpr>, usize),
    /// What lies in cells with names of this pattern, or in what these place.
    InCells(LayerAt, CellPattern),
}

impl LayerExpr {
    /// What it is computed of.
    pub fn parts(&self) -> Vec<&LayerExpr> {
        match self {
            LayerExpr::Layer(_) | LayerExpr::InCells(..) | LayerExpr::Nothing => Vec::new(),
            LayerExpr::Joined(_, a, b) | LayerExpr::Picked(_, a, b) | LayerExpr::Grow(a, b, _) => vec![a, b],
            LayerExpr::Size(a, _) | LayerExpr::SizeBy(a, _) | LayerExpr::Recut(a, _) | LayerExpr::Where(a, _) => {
                vec![a]
            }
        }
    }

    /// Calls `f` with it and with all that it is computed of.
    pub fn each<'e>(&'e self, f: &mut dyn FnMut(&'e LayerExpr)) {
        f(self);
        self.parts().into_iter().for_each(|part| part.each(f));
    }

    /// Calls `f` with every layer that it reads.
    pub fn each_layer(&self, f: &mut dyn FnMut(LayerAt)) {
        self.each(&mut |e| {
            if let LayerExpr::Layer(at) | LayerExpr::InCells(at, _) = e {
                f(*at);
            }
        });
    }

    /// Calls `f` with every layer of which something can be in the result: not with what only cuts or selects.
    pub fn each_drawn(&self, f: &mut dyn FnMut(LayerAt)) {
        match self {
            LayerExpr::Layer(at) | LayerExpr::InCells(at, _) => f(*at),
            LayerExpr::Joined(Joined::Not, a, _) | LayerExpr::Picked(_, a, _) | LayerExpr::Grow(a, ..) => {
                a.each_drawn(f);
            }
            other => other.parts().into_iter().for_each(|part| part.each_drawn(f)),
        }
    }

    /// Calls `f` with every pattern of cells in it.
    pub fn each_pattern<'e>(&'e self, f: &mut dyn FnMut(&'e CellPattern)) {
        self.each(&mut |e| {
            if let LayerExpr::InCells(_, pattern) = e {
                f(pattern);
            }
        });
    }

    /// How far from a shape, in database units, what is computed of it can lie without covering any of it.
    pub fn moves(&self) -> i64 {
        let own = match self {
            LayerExpr::Grow(_, _, how) => {
                let space = how.dense.map_or(how.space, |(_, space)| space.max(how.space));
                how.size[1] + space + how.margin
            }
            _ => 0,
        };
        own + self.parts().into_iter().map(LayerExpr::moves).max().unwrap_or(0)
    }
}

/// What a cut joins: each layer of one side that it touches to each of the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Join {
    /// The cut, by its place among the layers.
    pub cut: usize,
    /// The layers of one side.
    pub from: Vec<LayerExpr>,
    /// The layers of the other.
    pub to: Vec<LayerExpr>,
}

/// Names of cells: texts, with holes that any text fills, if only an empty one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CellPattern(pub Vec<CellPart>);

/// A part of names of cells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CellPart {
    /// This text.
    Text(String),
    /// Any text, by the hole's name.
    Hole(String),
}

impl CellPattern {
    /// What fills the holes of a name, in order; `None` for a name of another form. A hole takes as little as it can.
    pub fn fills<'n>(&self, name: &'n str) -> Option<Vec<&'n str>> {
        let mut rest = name;
        let (mut open, mut fills) = (false, Vec::new());
        for (i, part) in self.0.iter().enumerate() {
            let last = i + 1 == self.0.len();
            match part {
                CellPart::Hole(_) if last => return Some([fills, vec![rest]].concat()),
                CellPart::Hole(_) => open = true,
                CellPart::Text(text) => {
                    let at = match (open, last) {
                        // The last text stands at the end.
                        (true, true) => {
                            rest.len().checked_sub(text.len()).filter(|at| rest.get(*at..) == Some(text))?
                        }
                        (true, false) => rest.find(text.as_str())?,
                        (false, _) => rest.starts_with(text.as_str()).then_some(0)?,
                    };
                    fills.extend(open.then(|| &rest[..at]));
                    rest = rest.get(at + text.len()..)?;
                    open = false;
                }
            }
        }
        rest.is_empty().then_some(fills)
    }

    /// The name that this pattern makes of what fills the holes of another, by their names.
    pub fn filled(&self, other: &CellPattern, fills: &[&str]) -> String {
        let holes = other.0.iter().filter_map(|p| if let CellPart::Hole(n) = p { Some(n) } else { None });
        let known: Vec<(&String, &&str)> = holes.zip(fills).collect();
        let part = |p: &CellPart| match p {
            CellPart::Text(text) => text.clone(),
            CellPart::Hole(n) => {
                known.iter().find(|(name, _)| *name == n).map_or(String::new(), |(_, f)| (**f).to_owned())
            }
        };
        self.0.iter().map(part).collect()
    }
}

impl std::fmt::Display for CellPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|p| match p {
            CellPart::Text(text) => f.write_str(text),
            CellPart::Hole(name) => write!(f, "{{{name}}}"),
        })
    }
}

/// A rule of a layer; on a layer of a source, what it promises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DesignRule {
    /// The rule as written, behind its layer's name.
    pub text: String,
    /// Its place in the spec.
    pub at: Span,
    /// The layer, by its place among the layers of its target or source.
    pub layer: usize,
    /// What must hold.
    pub check: RuleCheck,
}

/// How distances are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    /// Along the straight line.
    Euclidean,
    /// Along the larger of both axes.
    Square,
    /// Between sides that face one another, at right angles to them.
    Projection,
}

/// How far a layer reaches beyond another: on all sides, and on two opposite ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reach {
    /// The other layer.
    pub layer: LayerExpr,
    /// On all sides.
    pub by: i64,
    /// On two opposite sides at least, where it is more; measured across them.
    pub opposite: Option<i64>,
    /// How the margin on all sides is measured.
    pub metric: Metric,
}

/// What a rule checks. Lengths are in database units of the target (or the source), areas in their squares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RuleCheck {
    /// From edge to edge inside a polygon.
    Width {
        /// The least width.
        least: i64,
        /// How it is measured.
        metric: Metric,
    },
    /// Between polygons, and between the sides of a notch.
    Space {
        /// The other layer; the same where it is none.
        to: Option<LayerExpr>,
        /// The least distance.
        least: i64,
        /// How it is measured.
        metric: Metric,
        /// Only where it holds.
        when: SpaceWhen,
    },
    /// Between the sides of a notch.
    Notch {
        /// The least distance.
        least: i64,
        /// How it is measured.
        metric: Metric,
    },
    /// Within both layers.
    Overlap {
        /// The other layer.
        to: LayerExpr,
        /// The least overlap.
        least: i64,
        /// How it is measured.
        metric: Metric,
    },
    /// The area of a polygon.
    Area {
        /// The least area.
        least: i64,
        /// The polygons of which it is demanded, where it is not all of them.
        of: Option<LayerExpr>,
    },
    /// The area of a hole.
    HoleArea(i64),
    /// Exact sides; none where any length will do.
    Size([Option<i64>; 2]),
    /// Inside one of these layers, by a margin.
    Inside(Vec<Reach>),
    /// Round all of another layer, by a margin.
    Encloses(Reach),
    /// Beyond the sides of another layer that it crosses.
    Extends(Reach),
    /// The covered share of each window, in millionths.
    Density {
        /// The least share.
        least: i64,
        /// The largest share.
        most: i64,
        /// The side of a window.
        window: i64,
        /// From one window to the next.
        step: i64,
    },
    /// Edges along the axes; with `diagonal`, at 45° too.
    Angles {
        /// Whether diagonals are allowed.
        diagonal: bool,
    },
    /// Rectangles that are no longer along the other axis than along this one.
    Lies(Axis),
    /// Coordinates on multiples of this.
    Grid(i64),
    /// Wires with their centre lines on tracks, as seen from the top.
    Tracks {
        /// Only of wires that are at least as long along this axis as across it; otherwise of all.
        along: Option<Axis>,
        /// From one track to the next.
        pitch: i64,
        /// Where one of them is.
        first: i64,
    },
}

/// Where a least space holds: all of it together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpaceWhen {
    /// Only of what is wider than this: one of both, or, to another layer, the layer itself.
    pub wide: Option<i64>,
    /// Only where both run side by side for more than this.
    pub run: Option<i64>,
    /// Only at ends of lines.
    pub ends: Option<LineEnd>,
    /// Only between polygons of other nets, or of the same.
    pub nets: Option<OnNets>,
    /// Only where one of both stands in an array of so many rows and columns, or columns and rows.
    pub array: Option<[u32; 2]>,
}

impl SpaceWhen {
    /// Whether it holds everywhere.
    pub fn is_always(&self) -> bool {
        *self == SpaceWhen::default()
    }
}

/// Edges between two convex corners that are shorter than both edges beside them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineEnd {
    /// And shorter than this.
    pub shorter_than: Option<i64>,
}

/// Between which nets a space counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnNets {
    /// Those that have no net in common.
    Other,
    /// Those that have one.
    Same,
}

/// Along which axis something lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Axis {
    /// From left to right.
    Horizontal,
    /// From bottom to top.
    Vertical,
}

impl RuleCheck {
    /// Whether moving edges can mend what breaks it: the rule is a bound on the difference of two edges. The others can
    /// only be checked.
    pub fn can_be_mended(&self) -> bool {
        match self {
            RuleCheck::Width { metric, .. } | RuleCheck::Notch { metric, .. } => *metric == Metric::Projection,
            // Which nets there are does not depend on where edges are; everything else does.
            RuleCheck::Space { metric, when, .. } => {
                *metric == Metric::Projection && SpaceWhen { nets: None, ..when.clone() }.is_always()
            }
            RuleCheck::Size(_) | RuleCheck::Grid(_) | RuleCheck::Overlap { .. } => true,
            RuleCheck::Encloses(r) | RuleCheck::Extends(r) => r.opposite.is_none(),
            RuleCheck::Inside(list) => matches!(list.as_slice(), [r] if r.opposite.is_none()),
            RuleCheck::Area { .. } | RuleCheck::HoleArea(_) | RuleCheck::Density { .. } => false,
            RuleCheck::Angles { .. } | RuleCheck::Lies(_) => false,
            // Which track it is to be is a choice.
            RuleCheck::Tracks { .. } => false,
        }
    }

    /// How far a shape can lie that matters to it, in database units.
    pub fn reach(&self) -> i64 {
        match self {
            RuleCheck::Width { least, .. }
            | RuleCheck::Space { least, .. }
            | RuleCheck::Notch { least, .. }
            | RuleCheck::Overlap { least, .. } => *least,
            RuleCheck::Encloses(r) | RuleCheck::Extends(r) => r.by.max(r.opposite.unwrap_or(0)),
            RuleCheck::Inside(list) => list.iter().map(|r| r.by.max(r.opposite.unwrap_or(0))).max().unwrap_or(0),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(parts: &[&str]) -> CellPattern {
        let part = |p: &&str| match p.strip_prefix('$') {
            Some(hole) => CellPart::Hole(hole.to_owned()),
            None => CellPart::Text((*p).to_owned()),
        };
        CellPattern(parts.iter().map(part).collect())
    }

    #[test]
    fn names_fill_holes_and_make_other_names() {
        let std = pattern(&["std_", "$rest"]);
        assert_eq!(std.fills("std_inv_1"), Some(vec!["inv_1"]));
        assert_eq!(std.fills("std_"), Some(vec![""]));
        assert_eq!(std.fills("xstd_a"), None);
        assert_eq!(pattern(&["s130_", "$rest"]).filled(&std, &["inv_1"]), "s130_inv_1");
        let two = pattern(&["$a", "_x", "$b", "_1"]);
        assert_eq!(two.fills("inv_x4_1"), Some(vec!["inv", "4"]));
        assert_eq!(two.fills("inv_x4_2"), None);
        assert_eq!(two.fills("_x_1"), Some(vec!["", ""]));
        assert_eq!(pattern(&["seal"]).fills("seal"), Some(vec![]));
        assert_eq!(pattern(&["seal"]).fills("seal2"), None);
        assert_eq!(pattern(&["a", "$n", "aa"]).fills("aaa"), Some(vec![""]));
        assert_eq!(pattern(&["a", "$n", "aa"]).fills("aa"), None);
    }
}
