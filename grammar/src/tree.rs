//! The syntax tree of a `.mig` spec: what was written, with its places, nothing resolved.
//!
//! A tree always exists, whatever the text: what could not be read stands as [`Item::Broken`], [`Stmt::Broken`],
//! [`Member::Broken`] or [`ExprKind::Broken`], so that the rest of the file is still checked. What the language
//! knows but the compiler does not build yet stands as `Later` with the word that opens it.

use crate::span::Span;

/// A name as written (backticks removed), with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The characters of the name, without backticks.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A whole file.
#[derive(Debug, Clone, Default)]
pub struct Spec {
    /// The items in text order.
    pub items: Vec<Item>,
}

/// One top-level statement.
#[derive(Debug, Clone)]
pub enum Item {
    /// `migration name`
    Migration {
        /// Its name.
        name: Name,
        /// The `///` text before it.
        doc: Option<String>,
        /// The whole statement.
        span: Span,
    },
    /// `param name: type [= default]`
    Param(Param),
    /// `source`, `reference` or `target`
    Place(Place),
    /// `codes Name : type { … }`
    Codes(Codes),
    /// `map a -> b { … }`
    Map(Map),
    /// `use "other.mig"`
    Use(Use),
    /// `type Name = type { … }`
    Type(TypeDef),
    /// `fn name(a: type) = value`
    Fn(FnDef),
    /// `test "…" { … }`
    Test(Test),
    /// `expect target { … }`
    Expect(Expect),
    /// `verify target { nets, labels, devices }`
    Verify(Verify),
    /// `conserve source.a in target.b`
    Conserve(Conserve),
    /// `run { … }`
    Run(RunBlock),
    /// A statement of the language that this version recognises and does not build.
    Later(Later),
    /// A statement that could not be read; its errors are in the error list.
    Broken(Span),
}

/// A recognised construct that this version does not build.
#[derive(Debug, Clone)]
pub struct Later {
    /// The construct in the user's words: `connection`, `merge by`, `expect` …
    pub what: String,
    /// Where it stands.
    pub span: Span,
}

/// `param name: type [= default]`
#[derive(Debug, Clone)]
pub struct Param {
    /// Its name, as given to `--set`.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// What it is when `--set` does not name it.
    pub default: Option<Expr>,
    /// The `///` text before it.
    pub doc: Option<String>,
    /// The whole statement.
    pub span: Span,
}

/// `use "other.mig"`
#[derive(Debug, Clone)]
pub struct Use {
    /// The path, from the file that says it.
    pub path: StringLit,
    /// The whole statement.
    pub span: Span,
}

/// `type Email = text(254) { clean it |> trim, check it matches r"…" else reject bad_email }`
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Its name.
    pub name: Name,
    /// The type that it narrows.
    pub ty: TypeRef,
    /// Its `clean`s and `check`s, in text order; the value is called `it`.
    pub stmts: Vec<Stmt>,
    /// The `///` text before it.
    pub doc: Option<String>,
    /// The whole statement.
    pub span: Span,
}

/// `fn name(a: type, b: type) = value`
#[derive(Debug, Clone)]
pub struct FnDef {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub params: Vec<(Name, TypeRef)>,
    /// What it gives.
    pub value: Expr,
    /// The `///` text before it.
    pub doc: Option<String>,
    /// The whole statement.
    pub span: Span,
}

/// `test "…" { given … then … }`
#[derive(Debug, Clone)]
pub struct Test {
    /// What it shows.
    pub title: StringLit,
    /// The records that it gives, in text order.
    pub given: Vec<Given>,
    /// What must become of them.
    pub then: Vec<Then>,
    /// The whole statement.
    pub span: Span,
}

impl Test {
    /// Whether it gives or expects shapes, and no records.
    pub fn is_of_shapes(&self) -> bool {
        self.given.iter().any(|g| !g.shapes.is_empty())
            || self.then.iter().any(|t| matches!(t.what, ThenWhat::Shapes(..)))
    }
}

/// `given place { column: "text" }`
#[derive(Debug, Clone)]
pub struct Given {
    /// The source or reference.
    pub place: Name,
    /// Its columns, as extracted.
    pub fields: Vec<(Name, Expr)>,
    /// Its shapes, of a layout.
    pub shapes: Vec<Shape>,
    /// The whole statement.
    pub span: Span,
}

/// `then target { … }`, `then dropped reason`, `then rejected CODE`
#[derive(Debug, Clone)]
pub struct Then {
    /// What is expected.
    pub what: ThenWhat,
    /// The whole statement.
    pub span: Span,
}

/// `cont box(0, 0, 220nm, 220nm)`: a shape of a test.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The layer.
    pub layer: Name,
    /// `box(…)`, `polygon(…)`; none for `empty`.
    pub drawn: Option<Expr>,
    /// The whole shape.
    pub span: Span,
}

/// What a test expects.
#[derive(Debug, Clone)]
pub enum ThenWhat {
    /// A row of a target with these columns; the others are not looked at.
    Row(Name, Vec<(Name, Expr)>),
    /// A fate (`dropped`, `rejected`, `warned`, `apart`) and its name, if one is said.
    Fate(Name, Option<Name>),
    /// All that these layers of a target have.
    Shapes(Name, Vec<Shape>),
}

/// `expect target { rejected <= 0.5%, share(x == "a") >= 60% }`
#[derive(Debug, Clone)]
pub struct Expect {
    /// The target.
    pub target: Name,
    /// What must hold of it, and whether of what each file of its sources gives.
    pub conditions: Vec<(Expr, bool)>,
    /// What must hold of it as a layout, compared with its source.
    pub compared: Vec<VerifyCheck>,
    /// The whole statement.
    pub span: Span,
}

/// `verify target { nets, labels, devices, xor(met2, old.metal2 scaled) within 20nm }`
#[derive(Debug, Clone)]
pub struct Verify {
    /// The target.
    pub target: Name,
    /// What is compared with the source.
    pub checks: Vec<VerifyCheck>,
    /// The whole statement.
    pub span: Span,
}

/// What of a layout is compared before and after.
#[derive(Debug, Clone)]
pub struct VerifyCheck {
    /// What it is.
    pub what: Verified,
    /// The whole entry.
    pub span: Span,
}

/// What is compared.
#[derive(Debug, Clone)]
pub enum Verified {
    /// `nets`: each net before is one net after, and the other way round.
    Nets,
    /// `labels`: nets have the labels that they had.
    Labels,
    /// `devices`: there are as many as before, at the same places.
    Devices,
    /// `xor(a, b) within 20nm`: two layers cover the same, but for what lies so near.
    Xor(Expr, Expr, Option<Expr>),
    /// `no new gaps`: no slit of a grid step that was not there before.
    NoNewGaps,
    /// `total_area(met1) in 48% ..= 56% of total_area(old.metal1)`: the layer, the shares, the drawn layer.
    Area(Expr, Expr, Expr),
}

/// `conserve source.a in target.b`
#[derive(Debug, Clone)]
pub struct Conserve {
    /// The source and its column.
    pub from: (Name, Name),
    /// The target and its column.
    pub to: (Name, Name),
    /// The whole statement.
    pub span: Span,
}

/// `run { … }`: how a run is done.
#[derive(Debug, Clone)]
pub struct RunBlock {
    /// Its settings.
    pub settings: Vec<RunSetting>,
    /// The whole statement.
    pub span: Span,
}

/// A setting of a `run` block.
#[derive(Debug, Clone)]
pub enum RunSetting {
    /// `validate before load`: what always is so.
    ValidateBeforeLoad(Span),
    /// `threads N`
    Threads(u16, Span),
    /// `rejects "DIR"`
    Rejects(StringLit),
}

/// A type as written: `int64`, `text(10)`, `decimal(12, 2)?`, `Flag`.
#[derive(Debug, Clone)]
pub struct TypeRef {
    /// The type's name.
    pub name: Name,
    /// Its numbers: lengths, digits.
    pub args: Vec<(i64, Span)>,
    /// The texts of `one of "A", "C"`; empty for every other type.
    pub one_of: Vec<StringLit>,
    /// `?`: null is allowed.
    pub nullable: bool,
    /// The whole type.
    pub span: Span,
}

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Its records have fates.
    Source,
    /// Only looked up.
    Reference,
    /// Written.
    Target,
}

/// `source name = csv("…", delimiter: "|") { … }`
#[derive(Debug, Clone)]
pub struct Place {
    /// Source, reference or target.
    pub role: Role,
    /// Its name.
    pub name: Name,
    /// The format or connection: `csv`, `gds` …
    pub format: Name,
    /// The arguments of the format: first the path, then options by name.
    pub args: Vec<Arg>,
    /// What stands between its braces, in text order.
    pub members: Vec<Member>,
    /// The `///` text before it.
    pub doc: Option<String>,
    /// The whole statement.
    pub span: Span,
}

impl Place {
    /// Whether it is a layout, by its format's name.
    pub fn is_layout(&self) -> bool {
        matches!(self.format.text.as_str(), "gds" | "oasis")
    }

    /// Every column, those of lists one by one.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        fn of(m: &Member) -> Vec<&Column> {
            match m {
                Member::Column(c) => vec![c],
                Member::List(l) => l.elements.iter().flatten().collect(),
                _ => Vec::new(),
            }
        }
        self.members.iter().flat_map(of)
    }
}

/// One entry of a place's block.
// Nearly every member is a column: boxing it would cost an allocation for each and save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone)]
pub enum Member {
    /// `name : type attributes`
    Column(Column),
    /// `name : layer 66/20` and its kin
    Layer(Layer),
    /// `ignore a, b "why"`, `ignore others "why"`, `ignore 52/0 "why"`
    Ignore(Ignore),
    /// `let gate = poly & active`: a layer that is computed on drawn sizes.
    LayerLet(LayerLet),
    /// `device nfet = poly & active { length == 180nm }`
    Device(Device),
    /// `every layer`, `every other layer`: all numbers that are not declared, under their own numbers.
    Every(Span),
    /// `read dbu 1nm as 0.25nm`: the unit that a layout has, and the one that it is meant in.
    ReadDbu(Expr, Expr, Span),
    /// `identify by a, b`
    IdentifyBy(Vec<Name>),
    /// `consensus by a, b`: a reference whose record of a key holds each column's most frequent value among the
    /// records of that key.
    ConsensusBy(Vec<Name>, Span),
    /// `notes: list<{kind: text, body: text}> from "Art {n}", "Inhalt {n}" up to 12`
    List(ListColumn),
    /// `key (a, from ..= to)`: the columns of a reference's key, and the range that ends it, if one does.
    Key(KeyDef),
    /// `unique (a, b) keep first [else …]`
    Unique(UniqueDef),
    /// A recognised member that this version does not build.
    Later(Later),
    /// What could not be read.
    Broken(Span),
}

/// A list that stands in numbered columns.
#[derive(Debug, Clone)]
pub struct ListColumn {
    /// Its name.
    pub name: Name,
    /// The names of an element's fields; of a list of single values, none.
    pub fields: Vec<Name>,
    /// The columns of each element, in the order of the fields: they are called `name.1.field`, and a file may lack them.
    pub elements: Vec<Vec<Column>>,
    /// Whether the headers of its columns are named.
    pub headers: bool,
    /// The whole member.
    pub span: Span,
}

/// `key (a, from ..= to)`
#[derive(Debug, Clone)]
pub struct KeyDef {
    /// Columns that must be equal.
    pub columns: Vec<Name>,
    /// Two columns between which a value lies, ends included.
    pub range: Option<(Name, Name)>,
    /// The whole member.
    pub span: Span,
}

/// `unique (a, b) keep first [else …]`
#[derive(Debug, Clone)]
pub struct UniqueDef {
    /// The columns that stand once together.
    pub columns: Vec<Name>,
    /// What happens to a record whose values stand already.
    pub tail: Option<Tail>,
    /// The whole member.
    pub span: Span,
}

/// A column of a source, reference or target.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeRef,
    /// What stands behind the type, in text order.
    pub attrs: Vec<Attr>,
    /// `= value`: what a target column holds when no map assigns it.
    pub default: Option<Expr>,
    /// `else …`: what happens when its text cannot be read as its type.
    pub tail: Option<Tail>,
    /// The `///` text that belongs to it.
    pub doc: Option<String>,
    /// The whole member.
    pub span: Span,
}

/// An attribute of a column.
#[derive(Debug, Clone)]
pub enum Attr {
    /// `key`
    Key(Span),
    /// `as "…"`: how its text is written.
    As(StringLit),
    /// `from "HEADER" or "OTHER"`
    From(Vec<StringLit>),
    /// `null if "-", "N/A"`
    NullIf(Vec<StringLit>),
    /// `unique`
    Unique(Span),
    /// `at 2..21`, `at 2 for 20`: the first and the last character of a column at fixed places, from 1.
    At(Places),
    /// `path "$.address.city"`: where a column stands in an object.
    Path(StringLit),
    /// `absent null`: a file may lack the column.
    Absent(Span),
    /// The column is one of a list's: a file may lack it, and an element that has nothing in its columns is none.
    Element(ElementOf),
    /// `align left`, `align right` (true): where a value stands in a column that is wider.
    Align(bool, Span),
    /// `fill "0"`: what fills such a column up.
    Fill(StringLit),
    /// A recognised attribute that this version does not build (`unique`, `-> target` …).
    Later(Later),
}

/// Which column of a list a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ElementOf {
    /// The list.
    pub list: String,
    /// The element, from 1.
    pub number: usize,
    /// The element's field; of a list of single values, none.
    pub field: Option<String>,
    /// The whole list.
    pub span: Span,
}

/// A range of characters, from 1, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// The first character.
    pub first: u32,
    /// The last character.
    pub last: u32,
    /// Where it stands in the spec.
    pub span: Span,
}

/// What a layer member holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerKind {
    /// Polygons, boxes and paths.
    Layer,
    /// Cuts: polygons that join two layers.
    Cut,
    /// Texts.
    Text,
    /// The abutment box.
    Boundary,
}

/// `66/20`, `51/2..5` (inclusive), `7/*` is `0..=65535`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerNumbers {
    /// The GDSII layer.
    pub layer: u16,
    /// The first datatype (or texttype).
    pub first: u16,
    /// The last datatype, inclusive.
    pub last: u16,
    /// Where it stands.
    pub span: Span,
}

/// `metal1 : layer 49/0`
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its name.
    pub name: Name,
    /// Its kind.
    pub kind: LayerKind,
    /// Its numbers.
    pub numbers: Vec<LayerNumbers>,
    /// `labels metal1`
    pub labels: Option<Name>,
    /// Its rules; on a layer of a source, what it promises.
    pub rules: Vec<LayerRule>,
    /// The `///` text that belongs to it.
    pub doc: Option<String>,
    /// The whole member.
    pub span: Span,
}

/// `let gate = poly & active`
#[derive(Debug, Clone)]
pub struct LayerLet {
    /// Its name.
    pub name: Name,
    /// What it holds.
    pub value: Expr,
    /// The whole member.
    pub span: Span,
}

/// `device nfet = poly & diff { length == 150nm, width >= 150nm }`
#[derive(Debug, Clone)]
pub struct Device {
    /// Its name.
    pub name: Name,
    /// Where its channels are.
    pub value: Expr,
    /// What holds of length and width.
    pub rules: Vec<LayerRule>,
    /// The whole member.
    pub span: Span,
}

/// A rule of a layer, between its braces.
#[derive(Debug, Clone)]
pub struct LayerRule {
    /// What it says.
    pub kind: RuleKind,
    /// The whole rule.
    pub span: Span,
}

/// What a rule of a layer says.
#[derive(Debug, Clone)]
pub enum RuleKind {
    /// `width >= 150nm`, `space to diff >= 75nm where width > 3um`
    Measure {
        /// What is measured.
        what: Measure,
        /// `to diff`: the other layer.
        to: Option<Expr>,
        /// How it is compared.
        cmp: BinOp,
        /// With what.
        value: Expr,
        /// Where it holds, and how it is measured.
        when: Vec<RuleWhen>,
    },
    /// `size == 170nm x 170nm`; a bar has `keep` for its second side
    Size(Expr),
    /// `inside (poly by 50nm) or (diff by 40nm)`
    Inside(Vec<Margin>),
    /// `encloses licon by 80nm on opposite sides`
    Encloses(Margin),
    /// `extends diff by 130nm`
    Extends(Margin),
    /// `density in 20% ..= 80% per 100um step 50um`
    Density {
        /// The shares between which it lies.
        within: Expr,
        /// The side of a window.
        window: Expr,
        /// From one window to the next; a window's side where it is not said.
        step: Option<Expr>,
    },
    /// `joins (poly, diff - poly) to li`
    Joins {
        /// What is joined.
        from: Vec<Expr>,
        /// To what.
        to: Vec<Expr>,
    },
    /// `pitch 660nm x 5040nm`
    Pitch(Expr),
    /// `horizontal on track per 480nm from 240nm`
    Track {
        /// `horizontal` or `vertical`, where it is said.
        along: Option<String>,
        /// From one track to the next.
        pitch: Expr,
        /// Where one of them is; at nothing, where it is not said.
        from: Option<Expr>,
    },
    /// `manhattan`, `angles 45`, `on grid`, `vertical`, `horizontal`
    Word(String),
}

/// What a rule measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// From edge to edge inside a polygon; of a device, along the gate.
    Width,
    /// Between polygons, and between the sides of a notch.
    Space,
    /// Between the sides of a notch alone.
    Notch,
    /// From edge to edge inside both layers.
    Overlap,
    /// Of a device, from source to drain.
    Length,
    /// Of a hole.
    HoleArea,
    /// Of a polygon.
    Area,
}

/// Where a rule holds, and how it is measured.
#[derive(Debug, Clone)]
pub enum RuleWhen {
    /// `where width > 3um`
    Where(Expr),
    /// `run > 1um`: how long both sides run beside one another.
    Run(BinOp, Expr),
    /// `at line end`, `on other nets`, `on same net`, `projection`, `square`
    Word(String, Span),
}

/// A layer, and how far it reaches beyond another.
#[derive(Debug, Clone)]
pub struct Margin {
    /// The other layer.
    pub layer: Expr,
    /// On all sides; none where only opposite sides are named.
    pub by: Option<Expr>,
    /// On two sides that are opposite to one another.
    pub opposite: Option<Expr>,
    /// How it is measured: `projection`, `square`, where it is said.
    pub metric: Option<(String, Span)>,
}

/// `ignore …`
#[derive(Debug, Clone)]
pub struct Ignore {
    /// What is ignored.
    pub what: Ignored,
    /// The reason, which the language demands.
    pub why: Option<StringLit>,
    /// The whole member.
    pub span: Span,
}

/// What an `ignore` names.
#[derive(Debug, Clone)]
pub enum Ignored {
    /// Columns by name.
    Columns(Vec<Name>),
    /// Characters at fixed places.
    Places(Places),
    /// Layers: an optional name for the reader, and numbers.
    Layers(Option<Name>, Vec<LayerNumbers>),
    /// `others`: everything that is not declared.
    Others,
}

/// `codes Flag : text(8) { "R" => "RETURNED", … }`
#[derive(Debug, Clone)]
pub struct Codes {
    /// Its name, which is also the name of its type and of its conversion.
    pub name: Name,
    /// The type of its right sides.
    pub ty: TypeRef,
    /// Its rows: what comes in, what goes out.
    pub rows: Vec<(StringLit, StringLit)>,
    /// `else …`: what happens to what no row takes, where the use does not say.
    pub otherwise: Option<Tail>,
    /// The `///` text before it.
    pub doc: Option<String>,
    /// The whole statement.
    pub span: Span,
}

/// `map a -> b { … }`
#[derive(Debug, Clone)]
pub struct Map {
    /// Where records or shapes come from.
    pub source: Name,
    /// Where they go; none where the statements route them by arrows.
    pub target: Option<Name>,
    /// `where …` on the head.
    pub filter: Option<Expr>,
    /// The statements in text order.
    pub stmts: Vec<Stmt>,
    /// The `///` text before it.
    pub doc: Option<String>,
    /// The head `map a -> b`.
    pub head: Span,
    /// The whole statement.
    pub span: Span,
}

impl Map {
    /// Its arrows, where it routes.
    pub fn arrows(&self) -> impl Iterator<Item = &Arrow> {
        self.stmts.iter().filter_map(|s| if let Stmt::Arrow(a) = s { Some(a) } else { None })
    }
    /// Every target that it names.
    pub fn targets(&self) -> impl Iterator<Item = &Name> {
        self.target.iter().chain(self.arrows().map(|a| &a.target))
    }
    /// Its statements, and those of its arrows.
    pub fn all_stmts(&self) -> impl Iterator<Item = &Stmt> {
        self.stmts.iter().chain(self.arrows().flat_map(|a| &a.stmts))
    }
}

/// A statement of a map.
#[derive(Debug, Clone)]
pub enum Stmt {
    /// `clean name |> trim |> upper`: the column and the whole pipe (whose innermost left side is the column).
    Clean {
        /// The column that is rewritten.
        column: Name,
        /// The pipe.
        value: Expr,
        /// What happens when it fails.
        tail: Option<Tail>,
        /// The whole statement.
        span: Span,
    },
    /// `let name = value [else …]`
    Let {
        /// The new name.
        name: Name,
        /// Its value.
        value: Expr,
        /// What happens when it fails.
        tail: Option<Tail>,
        /// The whole statement.
        span: Span,
    },
    /// `drop if cond as reason ["why"]`
    DropIf {
        /// When the record leaves.
        cond: Expr,
        /// The name it is counted under.
        reason: Name,
        /// For the reader of the ledger.
        why: Option<StringLit>,
        /// The whole statement.
        span: Span,
    },
    /// `reject if cond as CODE ["message"]`
    RejectIf {
        /// When the record is rejected.
        cond: Expr,
        /// The reject code.
        code: Name,
        /// The message, interpolated.
        message: Option<StringLit>,
        /// The whole statement.
        span: Span,
    },
    /// `column = value [else …]`; on layout, `layer = layer expression`
    Assign {
        /// The target's column or layer.
        column: Name,
        /// Its value.
        value: Expr,
        /// What happens when it fails.
        tail: Option<Tail>,
        /// The whole statement.
        span: Span,
    },
    /// `copy a, b` or `copy * except c`
    Copy {
        /// Named columns; empty with `all`.
        names: Vec<Name>,
        /// `*`
        all: bool,
        /// `except …`
        except: Vec<Name>,
        /// The whole statement.
        span: Span,
    },
    /// `check cond else …`
    Check {
        /// What must hold.
        cond: Expr,
        /// What happens when it does not.
        tail: Option<Tail>,
        /// The whole statement.
        span: Span,
    },
    /// `explode list as item [where cond] [else …]`: from here on, each element of the list makes a row
    Explode(Explode),
    /// `-> target [when cond] { … }` [`else …` behind the last one]
    Arrow(Arrow),
    /// `scale 13/18`, `scale 13/18 on pitch outline`, `scale on pitch 460nm x 2720nm -> 330nm x 1960nm`
    Scale {
        /// The factor, an exact rational; with a pitch, what the pitches may give or none.
        factor: Option<Expr>,
        /// `on pitch outline`, or both pitches.
        pitch: Option<(Expr, Option<Expr>)>,
        /// The whole statement.
        span: Span,
    },
    /// `cells { rename "a_{x}" -> "b_{x}", keep "c", drop "fill_{n}" as fill }`
    Cells(Vec<CellRule>, Span),
    /// `every layer`, `every other layer`: what is not declared is carried over under its own numbers.
    Every(Span),
    /// `cells "ram_{n}" { scale 13/18, snap exact }`: how some cells and what they place are scaled and snapped.
    CellsOf {
        /// Their names.
        pattern: StringLit,
        /// What holds of them.
        stmts: Vec<Stmt>,
        /// The whole statement.
        span: Span,
    },
    /// `snap exact [variants <= N]`
    Snap {
        /// The budget of variants of a cell; one when the word `exact` stands alone is unbounded, `None`.
        variants: Option<(i64, Span)>,
        /// The whole statement.
        span: Span,
    },
    /// A recognised statement that this version does not build.
    Later(Later),
    /// What could not be read.
    Broken(Span),
}

/// What becomes of cells by their names.
#[derive(Debug, Clone)]
pub struct CellRule {
    /// Their names.
    pub pattern: StringLit,
    /// What becomes of them.
    pub what: CellFate,
    /// The whole rule.
    pub span: Span,
}

/// What becomes of cells.
#[derive(Debug, Clone)]
pub enum CellFate {
    /// They are called so.
    Rename(StringLit),
    /// Their names stay.
    Keep,
    /// They and their instances are left out, and counted under a reason.
    Drop(Name, Option<StringLit>),
}

/// `explode list as item [where cond] [else …]`
#[derive(Debug, Clone)]
pub struct Explode {
    /// The list.
    pub list: Name,
    /// What an element is called.
    pub item: Name,
    /// Which elements count.
    pub filter: Option<Expr>,
    /// What happens to a record without elements.
    pub otherwise: Option<Tail>,
    /// The whole statement.
    pub span: Span,
}

/// `-> target [when cond] { … }`: a row of its own, where the condition holds.
#[derive(Debug, Clone)]
pub struct Arrow {
    /// The target.
    pub target: Name,
    /// When there is a row.
    pub when: Option<Expr>,
    /// What makes the row.
    pub stmts: Vec<Stmt>,
    /// What happens to a record for which no arrow holds; stands behind the last arrow.
    pub otherwise: Option<Tail>,
    /// `-> target when cond`
    pub head: Span,
    /// The whole statement.
    pub span: Span,
}

/// `else …` behind a statement or inside an expression.
#[derive(Debug, Clone)]
pub struct Tail {
    /// What happens.
    pub kind: TailKind,
    /// `warn "…"` behind a replacement.
    pub warn: Option<StringLit>,
    /// From `else` to its end.
    pub span: Span,
}

/// What an `else` does.
#[derive(Debug, Clone)]
pub enum TailKind {
    /// `else value` (`else null` is a null literal)
    Value(Box<Expr>),
    /// `else reject CODE ["…"]`
    Reject {
        /// The code.
        code: Name,
        /// The message, interpolated.
        message: Option<StringLit>,
    },
    /// `else drop as reason ["…"]`
    Drop {
        /// The reason it is counted under.
        reason: Name,
        /// For the reader of the ledger.
        why: Option<StringLit>,
    },
    /// `else warn "…"` alone: the record goes on
    Warn(StringLit),
    /// `else abort "…"`
    Abort(Option<StringLit>),
    /// What could not be read.
    Broken,
}

/// An argument of a call or an index: `x`, `delimiter: "|"`.
#[derive(Debug, Clone)]
pub struct Arg {
    /// The name before the colon.
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
}

/// An expression with its place.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands, without surrounding blanks.
    pub span: Span,
}

/// A string as written, cut at its interpolations.
#[derive(Debug, Clone)]
pub struct StringLit {
    /// Text and expressions in turn; escapes resolved.
    pub parts: Vec<StrPart>,
    /// With its quotes.
    pub span: Span,
}

/// A piece of a string.
#[derive(Debug, Clone)]
pub enum StrPart {
    /// Text, escapes resolved.
    Text(String),
    /// `{expr}`
    Expr(Expr),
    /// `{*month}`: a part of a glob.
    Glob(Name),
}

/// Binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum BinOp {
    Or,
    /// `||` of other languages, where the text alone does not say whether texts or conditions are joined.
    Bars,
    And,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// `a in b`: b is a range, a list or a set
    In,
    /// `not in` is `Unary(Not, In)`
    Like,
    Matches,
    Coalesce,
    /// `moment at zone "Europe/Berlin"`
    AtZone,
    Add,
    Sub,
    Mul,
    Div,
    /// `|` on layers
    LayerOr,
    /// `^` on layers
    LayerXor,
    /// `&` on layers
    LayerAnd,
    /// `cont inside poly`
    Inside,
    /// `cont outside poly`
    Outside,
    /// `cont touching poly`
    Touching,
    /// `poly covering cont`
    Covering,
    /// `460nm x 2720nm`
    By,
}

/// Unary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum UnOp {
    Not,
    Neg,
}

/// The kinds of expression.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `1_000`: digits without separators
    Int(String),
    /// `1.25`: digits and one point, without separators
    Decimal(String),
    /// `1900-01-01`: an existing day
    Date {
        /// Year.
        year: u16,
        /// Month, 1-based.
        month: u8,
        /// Day, 1-based.
        day: u8,
    },
    /// `5nm`, `30 days`, `2%`, `64MiB`: the number's text, and the unit
    Quantity(String, String),
    /// `"…"`, `r"…"`, `"""…"""`
    Text(StringLit),
    /// A name.
    Name(Name),
    /// `a.b`
    Member(Box<Expr>, Name),
    /// `a[b]`, `a[b: c, d: e]`
    Index(Box<Expr>, Vec<Arg>),
    /// `f(a, b)`
    Call(Name, Vec<Arg>),
    /// `not a`, `-a`
    Unary(UnOp, Box<Expr>),
    /// `a + b` …
    Binary(BinOp, Box<Expr>, Box<Expr>),
    /// `a ..= b`
    Range(Box<Expr>, Box<Expr>),
    /// `a is null`, `a is not null`
    IsNull(Box<Expr>, bool),
    /// `a |> f` or `a |> f(b)`: the right side is a `Name` or a `Call` (which takes the left side as its first argument)
    Pipe(Box<Expr>, Box<Expr>),
    /// `match x { … }` or `match { … }`
    Match(Option<Box<Expr>>, Vec<Arm>),
    /// `(a else b)` inside an expression
    Else(Box<Expr>, Tail),
    /// `["", "-"]`
    List(Vec<Expr>),
    /// `metal1 where width < 400nm`: a layer, and what is selected of it.
    Where(Box<Expr>, Box<Expr>),
    /// `old.x scaled`: a drawn layer where the scaled one stands.
    Scaled(Box<Expr>),
    /// `cells "ram_{n}"`: cells by their names.
    Cells(StringLit),
    /// `none "why"`: a layer without shapes.
    Nothing(StringLit),
    /// `m1text { string = upper(string) }`: a layer of texts, each of which is a record.
    Texts(Box<Expr>, Vec<(Name, Expr)>),
    /// What could not be read; its error is in the error list.
    Broken,
}

impl Expr {
    /// Calls `f` on each direct part, in text order.
    pub fn each_part<'e>(&'e self, f: &mut dyn FnMut(&'e Expr)) {
        match &self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Date { .. }
            | ExprKind::Quantity(..)
            | ExprKind::Name(_)
            | ExprKind::Cells(_)
            | ExprKind::Nothing(_)
            | ExprKind::Broken => {}
            ExprKind::Text(lit) => {
                for part in &lit.parts {
                    if let StrPart::Expr(e) = part {
                        f(e);
                    }
                }
            }
            ExprKind::Member(a, _) | ExprKind::Unary(_, a) | ExprKind::IsNull(a, _) | ExprKind::Scaled(a) => f(a),
            ExprKind::Index(a, args) => {
                f(a);
                args.iter().for_each(|arg| f(&arg.value));
            }
            ExprKind::Call(_, args) => args.iter().for_each(|arg| f(&arg.value)),
            ExprKind::Binary(_, a, b) | ExprKind::Range(a, b) | ExprKind::Pipe(a, b) | ExprKind::Where(a, b) => {
                f(a);
                f(b);
            }
            ExprKind::Texts(a, fields) => {
                f(a);
                fields.iter().for_each(|(_, value)| f(value));
            }
            ExprKind::Match(subject, arms) => {
                if let Some(subject) = subject {
                    f(subject);
                }
                for arm in arms {
                    arm.tests.iter().for_each(&mut *f);
                    f(&arm.value);
                }
            }
            ExprKind::Else(a, tail) => {
                f(a);
                if let TailKind::Value(b) = &tail.kind {
                    f(b);
                }
            }
            ExprKind::List(entries) => entries.iter().for_each(f),
        }
    }
}

/// An arm of a `match`.
#[derive(Debug, Clone)]
pub struct Arm {
    /// Patterns (with a subject) or one condition (without); empty is `else`.
    pub tests: Vec<Expr>,
    /// The value.
    pub value: Expr,
    /// The whole arm.
    pub span: Span,
}
