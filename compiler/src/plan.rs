//! The plan: what runs, typed and serialisable. The one contract between the front end and everything that runs.
//!
//! A [`Program`] works on one item at a time, be it a record of texts or a vertex of a polygon: it reads inputs, binds
//! slots in order, decides fates, and gives outputs. What differs between records and polygons is where inputs come
//! from and where outputs go ([`Work`]), not how a program means or runs.

use migc_functions::{Info, Kind, Ty, Value};
use migc_grammar::span::Span;
use serde::{Deserialize, Serialize};

mod layout;

pub use layout::{
    Axis, CellFate, CellPart, CellPattern, CellRule, CutArray, DesignRule, Device, Join, Joined, LayerAt, LayerExpr,
    LayerStep, LineEnd, Metric, OnNets, Picked, Reach, RuleCheck, ScaleOverride, Scaling, Shapes, SpaceWhen, TextField,
    TextOf, Texts, Verify, VerifyOf,
};

/// A compiled migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Raised when the meaning of a field changes.
    pub version: u32,
    /// The migration's name.
    pub migration: String,
    /// What `--set` can set.
    pub params: Vec<Param>,
    /// Code lists.
    pub codes: Vec<Codes>,
    /// Where items come from.
    pub sources: Vec<Source>,
    /// What is only looked up.
    pub references: Vec<Reference>,
    /// Where items go.
    pub targets: Vec<Target>,
    /// What must hold before anything is published.
    pub gates: Vec<Gate>,
    /// How many sets of keys its passes keep.
    pub key_sets: usize,
    /// How many numbers its passes measure.
    pub measures: usize,
    /// How a run is done, where the spec says it and the command does not.
    pub run: RunSettings,
    /// What runs: one pass a source, in the order of their first maps.
    pub passes: Vec<Pass>,
}

impl Plan {
    /// Every rule of a layer: those that sources promise, and those that targets demand.
    pub fn rules(&self) -> impl Iterator<Item = &DesignRule> {
        self.sources.iter().flat_map(Source::promises).chain(self.targets.iter().flat_map(Target::rules))
    }
}

impl Source {
    /// What its layers promise.
    fn promises(&self) -> &[DesignRule] {
        match &self.format {
            SourceFormat::Layout(g) => &g.promises,
            SourceFormat::Records(_) => &[],
        }
    }
}

impl Target {
    /// What its layers demand.
    fn rules(&self) -> &[DesignRule] {
        match &self.format {
            TargetFormat::Layout { rules, .. } => rules,
            TargetFormat::Records(_) => &[],
        }
    }
}

/// What must hold of a whole target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gate {
    /// The target, by its place in the plan.
    pub target: usize,
    /// As it stands in the spec.
    pub text: String,
    /// Its place there.
    pub at: Span,
    /// Whether it is held against what each file of the target's sources gives.
    pub per_file: bool,
    /// What is measured.
    pub of: GateOf,
    /// Its measures, each with the digits behind its point.
    pub measures: Vec<(usize, u8)>,
    /// What it is compared with: every comparison must hold.
    pub bounds: Vec<GateBound>,
}

/// What a gate measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GateOf {
    /// Records that are rejected, of all that the target's maps are concerned with.
    Rejected,
    /// Records that are dropped.
    Dropped,
    /// Warnings.
    Warned,
    /// Rows of the target.
    Loaded,
    /// Rows for which a condition is true, of all.
    Share,
    /// Rows for which a condition is true.
    Count,
    /// The sum of a value over the rows; null adds nothing.
    Sum,
    /// The smallest value.
    Min,
    /// The largest value.
    Max,
    /// Whether two sums are the same.
    Same,
    /// How often rules of the target's layers are broken.
    Violations,
}

/// A comparison of a gate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateBound {
    /// How it is compared.
    pub cmp: Cmp,
    /// The unscaled number.
    pub value: i128,
    /// Its type.
    pub kind: Kind,
    /// Whether it is a share of all.
    pub share: bool,
}

/// What a spec says of its runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSettings {
    /// How many threads work.
    pub threads: Option<u16>,
    /// Where rejects and ledger go.
    pub rejects: Option<String>,
}

/// The version of the plan that this compiler makes.
pub const VERSION: u32 = 2;

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// What it is when nothing is set, as written.
    pub default: Option<String>,
}

/// A text with parameters in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template(pub Vec<TemplatePart>);

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TemplatePart {
    /// Text.
    Text(String),
    /// A parameter, by its place in the plan.
    Param(usize),
    /// Any text without `/`: a part of the names of several files, by its place among the source's parts.
    Glob(usize),
}

/// A list of codes: what comes in, what goes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Codes {
    /// Its name.
    pub name: String,
    /// Its rows; no left side stands twice.
    pub rows: Vec<(String, String)>,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: Template,
    /// Its form.
    pub format: SourceFormat,
    /// The columns that name a record in rejects, by their place among the columns.
    pub identify: Vec<usize>,
}

/// The form of a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum SourceFormat {
    /// Files of records.
    Records(RecordFile),
    /// A layout: a library of GDSII or OASIS.
    Layout(LayoutSource),
}

/// Files of records: what they all are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordFile {
    /// How records are laid out.
    pub layout: RecordLayout,
    /// The name of the encoding.
    pub encoding: String,
    /// Lines before the header, or before the data where there is none.
    pub skip: u32,
    /// What lines begin with that are no data.
    pub comment: Option<u8>,
    /// The columns that the spec declares.
    pub columns: Vec<SourceColumn>,
    /// Headers or members that the spec ignores.
    pub ignored: Vec<String>,
    /// Whether undeclared headers, members or characters are ignored too.
    pub ignore_others: bool,
    /// The names of the parts of its path that differ from file to file.
    pub parts: Vec<String>,
}

/// How records are laid out: one line a format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordLayout {
    /// Fields between delimiters.
    Delimited {
        /// Between fields.
        delimiter: u8,
        /// Round fields that hold a delimiter.
        quote: Option<u8>,
        /// Whether a header names the columns; without one they stand in the order of declaration.
        header: bool,
    },
    /// Columns at fixed places.
    Fixed {
        /// The length of a record in characters.
        width: u32,
        /// Its length in bytes, where no line ends stand between records.
        record_length: Option<u32>,
    },
    /// An object of JSON a line.
    JsonLines,
    /// One list of objects of JSON.
    JsonList,
}

/// A declared column of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceColumn {
    /// Its name in the spec.
    pub name: String,
    /// Where it stands in a record.
    pub place: ColumnPlace,
    /// Whether a file may lack it, so that it is null in all of the file.
    pub absent: bool,
    /// Whether an empty unquoted field is null.
    pub empty_is_null: bool,
    /// Texts that are null.
    pub null_if: Vec<String>,
}

/// Where a column stands in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnPlace {
    /// Under one of these headers, the first that stands in the file counts.
    Headers(Vec<String>),
    /// At this place among the fields, from 0.
    Order(usize),
    /// At these characters, from 0, the end excluded; `both` if blanks before the value are padding too.
    Characters {
        /// The first.
        first: u32,
        /// One past the last.
        end: u32,
        /// Whether blanks before the value are padding.
        both: bool,
    },
    /// At the end of this path, from the outermost member.
    Path(Vec<PathStep>),
}

/// A step into an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PathStep {
    /// To the member of a name.
    Member(String),
    /// To an element of a list, from 0.
    Element(usize),
    /// To the value itself, as its JSON: a text keeps its quotes. The last step of a path, if it is there.
    Whole,
}

impl PathStep {
    /// A path as it is shown: `address.city`, `items[0].sku`.
    pub fn shown(path: &[PathStep]) -> String {
        let mut out = String::new();
        for step in path {
            match step {
                PathStep::Member(name) if out.is_empty() => out.push_str(name),
                PathStep::Member(name) => out.extend([".", name]),
                PathStep::Element(at) => out.push_str(&format!("[{at}]")),
                PathStep::Whole => {}
            }
        }
        out
    }
}

impl ColumnPlace {
    /// A field without its padding, and whether quotes tell an empty one from null: at fixed places blanks at the end are
    /// padding, at some those at the front too, and there are no quotes.
    pub fn read<'t>(&self, field: &'t str) -> (&'t str, bool) {
        let ColumnPlace::Characters { both, .. } = self else { return (field, true) };
        let field = field.trim_end_matches(' ');
        (if *both { field.trim_start_matches(' ') } else { field }, false)
    }
}

/// The format of a file of layouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LayoutFile {
    /// GDSII.
    Gds,
    /// OASIS.
    Oasis,
}

impl LayoutFile {
    /// All of them.
    pub const ALL: [LayoutFile; 2] = [LayoutFile::Gds, LayoutFile::Oasis];

    /// Its word in a spec.
    pub fn word(self) -> &'static str {
        match self {
            LayoutFile::Gds => "gds",
            LayoutFile::Oasis => "oasis",
        }
    }
}

/// A layout as a source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayoutSource {
    /// The format of the file.
    pub file: LayoutFile,
    /// The database unit in units of 10⁻¹⁵ m, as the layout is meant.
    pub dbu: i64,
    /// The promised database unit of the file: another one where the spec reads it so.
    pub file_dbu: i64,
    /// The scale along x and y that the file is promised to say of itself.
    pub scaled: Option<[(i64, i64); 2]>,
    /// The promised grid in units of 10⁻¹⁵ m.
    pub grid: Option<i64>,
    /// Its layers.
    pub layers: Vec<Layer>,
    /// What is computed on drawn sizes before anything is scaled.
    pub lets: Vec<LayerStep>,
    /// The programs of these.
    pub programs: Vec<Program>,
    /// What its layers promise, in database units.
    pub promises: Vec<DesignRule>,
    /// What its cuts join.
    pub joins: Vec<Join>,
    /// Its devices.
    pub devices: Vec<Device>,
    /// Numbers that the spec ignores.
    pub ignored: Vec<Numbers>,
    /// Whether undeclared layers are ignored too.
    pub ignore_others: bool,
    /// Whether undeclared layers are the source's as well, under their own numbers.
    pub every: bool,
}

/// A layer of a source or target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// Whether it holds texts, and not shapes.
    pub texts: bool,
    /// Whether it holds cuts, which join other layers.
    pub cuts: bool,
    /// The layer that its texts label, by its place.
    pub labels: Option<usize>,
    /// The pitch of its boxes along x and y, in units of 10⁻¹⁵ m, where it holds the outlines of cells.
    pub pitch: Option<[i64; 2]>,
    /// Its numbers.
    pub numbers: Vec<Numbers>,
}

/// A layer number with a range of datatypes, inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// The layer.
    pub layer: u16,
    /// The first datatype.
    pub first: u16,
    /// The last datatype.
    pub last: u16,
}

impl Numbers {
    /// Whether a layer and datatype are among them.
    pub fn hold(&self, layer: u32, datatype: u32) -> bool {
        u32::from(self.layer) == layer && (u32::from(self.first)..=u32::from(self.last)).contains(&datatype)
    }
}

impl Layer {
    /// Whether a layer and datatype are among its numbers.
    pub fn holds(&self, layer: u32, datatype: u32) -> bool {
        self.numbers.iter().any(|n| n.hold(layer, datatype))
    }
}

/// A reference, loaded whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: Template,
    /// Its form.
    pub format: RecordFile,
    /// How its columns are read: slots in column order, one `Let` step each.
    pub program: Program,
    /// The key, by its columns: those that must be equal.
    pub key: Vec<usize>,
    /// The columns between which a looked-up value lies, ends included, where the key ends in a range. Null is no end.
    pub range: Option<(usize, usize)>,
    /// Whether each column holds its most frequent value among the records of a key, and not the one record's.
    pub consensus: bool,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Its name.
    pub name: String,
    /// Its path.
    pub path: Template,
    /// Its form.
    pub format: TargetFormat,
}

/// The form of a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum TargetFormat {
    /// A file of records.
    Records(RecordTarget),
    /// A layout: a library of GDSII or OASIS.
    Layout {
        /// The format of the file.
        file: LayoutFile,
        /// The database unit in units of 10⁻¹⁵ m.
        dbu: i64,
        /// The grid in database units.
        grid: i64,
        /// Its layers.
        layers: Vec<Layer>,
        /// Their rules.
        rules: Vec<DesignRule>,
        /// Programs of islands that rules decide by; they stand first among those of the map.
        programs: Vec<Program>,
        /// What its cuts join.
        joins: Vec<Join>,
        /// Its devices.
        devices: Vec<Device>,
        /// Whether it takes undeclared layers of the source, under their own numbers.
        every: bool,
        /// Whether the file carries how far it was scaled.
        marked: bool,
    },
}

/// A file of records to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordTarget {
    /// How records are laid out.
    pub layout: TargetLayout,
    /// The name of the encoding.
    pub encoding: String,
    /// The columns, in order.
    pub columns: Vec<(String, Ty)>,
}

/// How records are written: one line a format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetLayout {
    /// Fields between delimiters, under a header.
    Delimited {
        /// Between fields.
        delimiter: u8,
    },
    /// Columns at fixed places, one a column of the target and in the order of their places.
    Fixed(Vec<Slab>),
    /// An object of JSON a line.
    JsonLines,
}

/// The place of a column in a record of fixed width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slab {
    /// The column, by its place in the target.
    pub column: usize,
    /// Its first character, from 0.
    pub first: u32,
    /// How many characters it has.
    pub width: u32,
    /// Whether the value stands at the right.
    pub right: bool,
    /// What fills the rest: an ASCII character.
    pub fill: u8,
}

/// One pass over a source: every map that reads it, as one program, so that a record that one of them rejects is rejected
/// in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// The source, by its place in the plan.
    pub source: usize,
    /// What happens to one item: a branch for each map.
    pub program: Program,
    /// What an item is.
    pub work: Work,
}

/// What the items of a pass are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Work {
    /// Records: inputs are fields, outputs are columns.
    Records,
    /// Layout: inputs are the coordinates of a vertex as seen from the top, outputs its new coordinates.
    Shapes(Box<Shapes>),
}

/// What happens to one item.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Program {
    /// What it reads.
    pub inputs: Vec<Input>,
    /// What it binds, in order of binding.
    pub slots: Vec<Slot>,
    /// What it does: the maps of a source one after the other. Nothing is written before all of them are through.
    pub branches: Vec<Branch>,
    /// The ways out, which steps name by place.
    pub fates: Vec<Fate>,
    /// The fate of an item that no branch is concerned with, where that can be.
    pub unclaimed: Option<usize>,
    /// What must stand once: in the source, or in a target.
    pub keys: Vec<KeyRule>,
}

/// Values that stand once together. They are noted while the program runs over the whole source a first time; the second
/// time, items whose values stand elsewhere too meet the fate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeyRule {
    /// The set that they are kept in, which several programs may share: those that write one target.
    pub set: usize,
    /// The fate of an item whose values stand elsewhere.
    pub fate: usize,
    /// Whether all items with the same values meet it, and not all but the first.
    pub all: bool,
}

/// What one map does with an item. A slot that a branch binds is bound in that branch alone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Branch {
    /// The map, as `source -> target`.
    pub title: String,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// What it writes, once all steps of all branches are done.
    pub arrows: Vec<Arrow>,
}

/// A row for a target. A slot that an arrow binds is bound in that arrow alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arrow {
    /// The target, by its place in the plan.
    pub target: usize,
    /// Whether there is a row at all: it cannot fail, and null is no.
    pub when: Option<Expr>,
    /// What is done where there is one.
    pub steps: Vec<Step>,
    /// The row, in the target's order.
    pub outputs: Vec<Output>,
    /// What is measured of the row for gates, by the measure's place in the plan: numbers are added up, truths are counted.
    pub measures: Vec<(usize, Expr)>,
    /// The values of keys, by their places among the program's; null in one of them is no key.
    pub keys: Vec<(usize, Vec<Expr>)>,
}

impl Program {
    /// The arrow of a program of one branch and one row, in which every item has a fate.
    pub fn of_one(&self) -> Option<&Arrow> {
        if self.unclaimed.is_some() {
            return None;
        }
        match self.branches.as_slice() {
            [Branch { arrows, .. }] => match arrows.as_slice() {
                [arrow @ Arrow { when: None, .. }] => Some(arrow),
                _ => None,
            },
            _ => None,
        }
    }
    /// Every arrow, in order, each with its branch's place.
    pub fn arrows(&self) -> impl Iterator<Item = (usize, &Arrow)> {
        self.branches.iter().enumerate().flat_map(|(b, branch)| branch.arrows.iter().map(move |a| (b, a)))
    }
    /// Every step of every branch and arrow, in order, each with its branch's place.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &Step)> {
        fn of(branch: &Branch) -> impl Iterator<Item = &Step> {
            branch.steps.iter().chain(branch.arrows.iter().flat_map(|a| &a.steps))
        }
        self.branches.iter().enumerate().flat_map(|(b, branch)| of(branch).map(move |s| (b, s)))
    }
    /// The targets of its arrows, each once, in order of first use.
    pub fn targets(&self) -> Vec<usize> {
        targets(self.arrows().map(|(_, arrow)| arrow))
    }
    /// The branch of each fate; a fate of none, such as that of unclaimed items, counts with the first.
    pub fn branch_of_fates(&self) -> Vec<usize> {
        let mut of = vec![0; self.fates.len()];
        for (branch, step) in self.steps() {
            for fate in step.fates() {
                if let Some(place) = of.get_mut(fate) {
                    *place = branch;
                }
            }
        }
        of
    }
}

impl Branch {
    /// The targets of its arrows, each once, in order of first use.
    pub fn targets(&self) -> Vec<usize> {
        targets(self.arrows.iter())
    }
}

fn targets<'a>(arrows: impl Iterator<Item = &'a Arrow>) -> Vec<usize> {
    let mut targets = Vec::new();
    for arrow in arrows {
        if !targets.contains(&arrow.target) {
            targets.push(arrow.target);
        }
    }
    targets
}

impl Step {
    /// The fates that it can lead to.
    pub fn fates(&self) -> Vec<usize> {
        match self {
            Step::Let { otherwise, .. } | Step::Clean { otherwise, .. } => match otherwise {
                Otherwise::Leave(fate) | Otherwise::Value(_, Some(fate)) => vec![*fate],
                _ => Vec::new(),
            },
            Step::LeaveIf { fate, .. } | Step::Check { fate, .. } => vec![*fate],
            Step::Note { .. } => Vec::new(),
        }
    }
}

/// An input of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its name in the spec.
    pub name: String,
    /// What is known of it: a text (nullable where empty or listed texts are null), or a length.
    pub info: Info,
    /// Its place among the source's columns or coordinates. Behind the columns of a file of records stand its path, the
    /// parts of the path, and the number of the record in it.
    pub column: usize,
    /// Whether an empty unquoted field is null.
    pub empty_is_null: bool,
    /// Texts that are null.
    pub null_if: Vec<String>,
}

/// A bound value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its name in the spec.
    pub name: String,
    /// What is known of it where it is bound.
    pub info: Info,
}

/// A step.
#[expect(clippy::large_enum_variant, reason = "a program has few steps, and most of them bind")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Binds a slot.
    Let {
        /// The slot.
        slot: usize,
        /// Its value.
        value: Expr,
        /// What happens when that fails.
        otherwise: Otherwise,
    },
    /// Binds the cleaned value of a column, and counts where it differs from what stood there.
    Clean {
        /// The slot.
        slot: usize,
        /// What stood there.
        before: Expr,
        /// The cleaned value.
        value: Expr,
        /// What happens when that fails.
        otherwise: Otherwise,
    },
    /// The item leaves by a fate when this is true.
    LeaveIf {
        /// The condition; null is not true.
        when: Expr,
        /// The fate.
        fate: usize,
    },
    /// Notes the values of a key of the source, unless one is null.
    Note {
        /// The key, by its place in the program.
        key: usize,
        /// The values, which cannot fail.
        values: Vec<Expr>,
    },
    /// The item leaves by a fate (or is warned of) when this is false.
    Check {
        /// What must hold; null holds.
        holds: Expr,
        /// The fate.
        fate: usize,
    },
}

/// What happens when an expression fails.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Otherwise {
    /// It cannot fail.
    Never,
    /// The item leaves by a fate.
    Leave(usize),
    /// Another value stands instead, with a warning if a fate is named.
    Value(Box<Expr>, Option<usize>),
}

impl Otherwise {
    /// The value that stands instead, if one does.
    pub fn value(&self) -> Option<&Expr> {
        if let Otherwise::Value(e, _) = self { Some(e) } else { None }
    }
}

/// An output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Output {
    /// The target's column or coordinate.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// Its value: it cannot fail any more, since what can is bound by a step before.
    pub value: Expr,
}

/// A way out of a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fate {
    /// What it means for the item.
    pub kind: FateKind,
    /// The reject code or drop reason.
    pub code: String,
    /// What is said of the item; a text.
    pub message: Option<Expr>,
    /// The column or name at whose place it happens.
    pub about: Option<String>,
    /// Its place in the spec.
    pub at: Span,
}

/// What a fate means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FateKind {
    /// The item is kept with the rejects.
    Reject,
    /// The item leaves, counted under a reason.
    Drop,
    /// The run stops.
    Abort,
    /// The item goes on, and the ledger counts the warning.
    Warn,
    /// The item is not the business of this map, and has no fate in it.
    Apart,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expr {
    /// What it is.
    pub op: Op,
    /// What is known of its value.
    pub info: Info,
    /// Whether it can fail, itself or in a part that is not covered.
    pub fails: bool,
    /// Its place in the spec.
    pub at: Span,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Cmp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Arith {
    Add,
    Sub,
    Mul,
    /// Division that rounds down; the divisor is a positive constant.
    FloorDiv,
}

/// The kinds of expression. Null in gives null out, except where said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Op {
    /// A constant.
    Const(Value<'static>),
    /// An input.
    Input(usize),
    /// A slot that is bound.
    Slot(usize),
    /// A column of a looked-up record.
    Column {
        /// The record.
        record: Box<Expr>,
        /// The reference, by its place in the plan.
        reference: usize,
        /// The column's place.
        column: usize,
    },
    /// A call of a function of the table.
    Call {
        /// Its name.
        function: String,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// Arithmetic on numbers of one scale (of any scales for `Mul`); fails outside the bounds of the result's type.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// The number times this power of ten.
    Scale(Box<Expr>, u8),
    /// Comparison of two numbers of one scale, two texts, days or booleans.
    Compare(Cmp, Box<Expr>, Box<Expr>),
    /// Whether the first lies between the others, ends included.
    Between(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Whether a value is one of these constants.
    OneOf(Box<Expr>, Vec<Value<'static>>),
    /// True if all are; false if one is false; else null. Stops at the first false.
    And(Vec<Expr>),
    /// False if all are; true if one is true; else null. Stops at the first true.
    Or(Vec<Expr>),
    /// The other truth value.
    Not(Box<Expr>),
    /// Whether it is null; never null itself.
    IsNull(Box<Expr>),
    /// The first, or the second if that is null.
    Coalesce(Box<Expr>, Box<Expr>),
    /// What a list of codes gives for a text; fails if the text is not in it.
    Codes(usize, Box<Expr>),
    /// The record of a reference with this key; fails if there is none.
    Lookup {
        /// The reference, by its place in the plan.
        reference: usize,
        /// Whether the last of the keys is a number that lies in the range of the record.
        within: bool,
        /// The values of the key's columns.
        keys: Vec<Expr>,
    },
    /// The value of the first arm that fits; fails if none does.
    Match(Option<Box<Expr>>, Vec<Arm>),
    /// The value in the type of this expression; fails if it does not fit.
    Fit(Box<Expr>),
    /// The first, or the second if the first fails.
    Else(Box<Expr>, Box<Expr>),
    /// Texts written behind each other; null is written as nothing.
    Concat(Vec<Expr>),
    /// The second, in which the slot stands for the value of the first.
    Bind(usize, Box<Expr>, Box<Expr>),
}

/// An arm of a match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Arm {
    /// With a subject: constants, one of which it must equal. Without: one condition. Empty: fits always.
    pub tests: Vec<Expr>,
    /// The value.
    pub value: Expr,
}

impl Expr {
    /// A constant.
    pub fn constant(value: Value<'static>, kind: Kind, at: Span) -> Expr {
        Expr { info: Info::constant(value.clone(), kind), op: Op::Const(value), fails: false, at }
    }
    /// Calls `f` on each direct part.
    pub fn each_part<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match &self.op {
            Op::Const(_) | Op::Input(_) | Op::Slot(_) => {}
            Op::Column { record: a, .. }
            | Op::Scale(a, _)
            | Op::OneOf(a, _)
            | Op::Not(a)
            | Op::IsNull(a)
            | Op::Codes(_, a)
            | Op::Fit(a) => f(a),
            Op::Arith(_, a, b) | Op::Compare(_, a, b) | Op::Coalesce(a, b) | Op::Else(a, b) | Op::Bind(_, a, b) => {
                f(a);
                f(b);
            }
            Op::Between(a, b, c) => {
                f(a);
                f(b);
                f(c);
            }
            Op::Call { args, .. } | Op::And(args) | Op::Or(args) | Op::Lookup { keys: args, .. } | Op::Concat(args) => {
                args.iter().for_each(f);
            }
            Op::Match(subject, arms) => {
                if let Some(s) = subject {
                    f(s);
                }
                for arm in arms {
                    arm.tests.iter().for_each(&mut *f);
                    f(&arm.value);
                }
            }
        }
    }
}
