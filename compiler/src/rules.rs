//! The table of diagnostics: those of the checker here, those of lints beside each lint, those of syntax in the grammar.

use migc_grammar::diagnostic::{Level, Rule};

/// Every diagnostic that there is, by code.
pub fn all() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = migc_grammar::rules::RULES.to_vec();
    rules.extend(CHECKS);
    rules.extend(AGAINST);
    rules.extend(crate::lints::LINTS.iter().map(|l| l.rule));
    rules.sort_by_key(|r| r.code);
    rules
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident $code:literal $title:literal $explanation:literal failing $failing:literal mended $mended:literal;)*) => {
        $($(#[$doc])* pub static $name: Rule = Rule {
            code: $code, level: Level::Error, title: $title, explanation: $explanation, failing: $failing, mended: $mended,
        };)*
        /// The diagnostics of the checker.
        pub static CHECKS: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    /// A name that nothing in scope has.
    UNKNOWN_NAME "MIG0101" "unknown name"
        "A name must be a column, a `let` above, a parameter, or a declared source, target, reference or list of codes. \
         In assignments and before them, names are source columns and `let`s; in `check`, they are the target's columns, \
         and the source's are written `source.x`."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = aa }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n";
    /// Two things with one name.
    DEFINED_TWICE "MIG0102" "defined twice"
        "Sources, references, targets, code lists and parameters share one namespace; columns share that of their place; \
         `let`s that of their map."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text, a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n";
    /// A value that its column may not hold.
    MAY_NOT_FIT "MIG0103" "a value may not fit its column"
        "Nothing is narrowed silently. A value assigns by itself only where every value fits: a `text(10)` into a `text(20)`, \
         an `int32` into an `int64`, a `decimal(8, 2)` into a `decimal(10, 4)`. Where one may not fit, the spec says what \
         happens: `|> must_fit` rejects the record, `|> left(n)` cuts a text, `|> round(s)` rounds a decimal."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text(10) }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text(10) }\nmap s -> t { b = a |> must_fit }\n";
    /// Null into a required column.
    NULL_INTO_REQUIRED "MIG0104" "null into a required column"
        "A column without `?` never holds null. Say what stands instead (`?? value`), or let the record leave first \
         (`reject if x is null as CODE`), or allow null (`T?`)."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text? }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text? }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a ?? \"\" }\n";
    /// A value of the wrong type.
    WRONG_TYPE "MIG0105" "wrong type"
        "Types convert only by name: `int64(x)`, `decimal(x, 12, 2)`, `date(x, \"%d.%m.%Y\")`, `text(x)`, `Codes(x)`. \
         Operators take two numbers, two texts, two days or two truth values."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: int64 }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: int64 }\nmap s -> t { b = int64(a) else reject bad_a }\n";
    /// A type that does not exist.
    UNKNOWN_TYPE "MIG0106" "unknown type"
        "The types are `bool`, `int16`, `int32`, `int64`, `decimal(p, s)`, `float64`, `text`, `text(n)`, `date`, `time`, `timestamp`, `timestamptz`, \
         `uuid`, `bytes`, `bytes(n)`, `json`, `one of (\"a\", \"b\")`, lists (`list<T>`), and the names of code lists and of the spec's own types \
         (`type Name = text(5) check …`)."
        failing "migration m\nsource s = csv(\"s.csv\") { a: txet }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n";
    /// A function that does not exist.
    UNKNOWN_FUNCTION "MIG0107" "unknown function"
        "Functions are those of `migc functions`, the spec's own (`fn f(x: int64) = …`), the names of types as conversions, and the names of code lists."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = ltrim(a) }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = trim(a) }\n";
    /// Arguments that a function does not take.
    WRONG_ARGUMENT "MIG0108" "wrong argument"
        "The function's signature says how many arguments it takes and of which types; patterns and digits are written out."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: date }\nmap s -> t { b = date(a, \"%m/%Y\") else reject bad }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: date }\nmap s -> t { b = date(a, \"%m/%d/%Y\") else reject bad }\n";
    /// A target column that nothing assigns.
    UNMAPPED "MIG0109" "a target column or layer is not mapped"
        "Every column of a target is assigned by each of its maps, has a default (`= value`), or may be null."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text, c: text }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text, c: text = \"-\" }\nmap s -> t { b = a }\n";
    /// A source column that nothing uses.
    UNUSED "MIG0110" "a source column or layer is never used"
        "Nothing leaves silently: every column or layer of a source is used by a map, or ignored with a reason \
         (`ignore fax \"no such channel in the target\"`)."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text, fax: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text, ignore fax \"no such channel\" }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n";
    /// A format or an option that does not exist.
    UNKNOWN_OPTION "MIG0111" "unknown format or option"
        "Formats are `csv` (options `delimiter`, `quote`, `encoding`, `decimal`, `null`, `names`, `skip`, `comment`), `fixed` (`encoding`, `decimal`, `null`, `skip`, `record_length`), `jsonl` (`encoding`, `null`, `skip`), `json` (`null`), `gds` and `oasis` (`dbu`, `grid`). A target of records has `encoding`, `csv` has `delimiter`, and both `csv` and `fixed` have `decimal`. The path comes first."
        failing "migration m\nsource s = csv(\"s.csv\", delimeter: \";\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\", delimiter: \";\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\n";
    /// Places of a file of fixed width.
    FIXED_PLACES "MIG0140" "characters at fixed places"
        "In a file of fixed width, each column says which characters are its own, counted from 1: `name: text at 1..10`, both ends included, or \
         `at 1 for 10`. No character belongs to two columns, and in a source none is left out silently: `ignore 20..30 \"filler\"` says why."
        failing "migration m\nsource s = fixed(\"s.txt\") { a: text at 1..10, b: text at 12..20 }\ntarget t = csv(\"t.csv\") { a: text, b: text }\nmap s -> t { copy a, b }\n"
        mended "migration m\nsource s = fixed(\"s.txt\") { a: text at 1..10, b: text at 12..20, ignore 11 \"always blank\" }\ntarget t = csv(\"t.csv\") { a: text, b: text }\nmap s -> t { copy a, b }\n";
    /// A lookup by something else than the key.
    NOT_THE_KEY "MIG0112" "a lookup is not on the key"
        "A lookup names a value for each column of the reference's key, and nothing else, so that it finds at most one record."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\nreference r = csv(\"r.csv\") { k: int64 key, v: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  let x = r[a] else reject none\n  b = x.v\n}\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\nreference r = csv(\"r.csv\") { k: text key, v: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  let x = r[a] else reject none\n  b = x.v\n}\n";
    /// A place that cannot stand there.
    WRONG_PLACE "MIG0113" "not a source, or not a target"
        "A map goes from a source to a target, both of records or both of layout."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\nmap s -> s { a = a }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { a: text }\nmap s -> t { a = a }\n";
    /// A number without the unit or form that is wanted.
    WRONG_QUANTITY "MIG0114" "wrong quantity"
        "Lengths carry their unit (`5nm`, `0.1nm`, `2um`); a scale is an exact ratio of whole numbers or a decimal (`18/25`, `0.72`). \
         A layout map needs the database unit of both sides (`dbu: 1nm`) and the target's grid (`grid: 5nm`), a multiple of its unit. \
         What a rule of a layer demands can be broken, and keeps to the grid where it says where something lies (`on track per 480nm`)."
        failing "migration m\nsource a = gds(\"a.gds\", dbu: 1) { m: layer 1/0 }\ntarget b = gds(\"b.gds\", dbu: 1nm, grid: 5nm) { m: layer 1/0 }\nmap a -> b { m = m }\n"
        mended "migration m\nsource a = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0 }\ntarget b = gds(\"b.gds\", dbu: 1nm, grid: 5nm) { m: layer 1/0 }\nmap a -> b { m = m }\n";
    /// Something that always fails.
    ALWAYS_FAILS "MIG0115" "this always fails"
        "The value can be computed when the spec is compiled, and it fails: no record could pass."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text, c: int64 }\nmap s -> t { b = a, c = int64(\"x\") }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text, c: int64 }\nmap s -> t { b = a, c = int64(\"7\") }\n";
    /// Division without a scale.
    DIVISION "MIG0116" "division wants a scale"
        "A quotient of decimals has no last digit, so `/` does not compile on them: `div(a, b, 2)` says how many stay, and rounds half away \
         from zero; `quotient(a, b)` divides whole numbers without a rest. Two `float64` divide by `/`. On layout, `13/18` is an exact ratio."
        failing "migration m\nsource s = csv(\"s.csv\") { a: int64 }\ntarget t = csv(\"t.csv\") { b: int64 }\nmap s -> t { b = a / 2 }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: int64 }\ntarget t = csv(\"t.csv\") { b: decimal(21, 2) }\nmap s -> t { b = div(a, 2, 2) }\n";
    /// A reference without a key, or with several of one kind.
    WANTS_A_KEY "MIG0118" "a reference wants a key"
        "A lookup finds a record by its key: mark the columns with `key`, or write `key (a, b)`, \
         `key (a, from ..= to)` for a range that two columns declare, or `consensus by a, b` for the most frequent \
         values among the records of a key."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\nreference r = csv(\"r.csv\") { k: text, v: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  let x = r[a] else reject none\n  b = x.v\n}\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\nreference r = csv(\"r.csv\") { k: text key, v: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  let x = r[a] else reject none\n  b = x.v\n}\n";
    /// A statement that has no place there.
    MISPLACED "MIG0119" "this does not belong here"
        "Columns belong to records and layers to layout; `scale` and `snap` belong to layout maps, `let`, `clean`, `check`, `drop if` \
         and `reject if` to maps of records. A list stands where lists can be: as columns of a source whose headers are numbered, or as a member of JSON. \
         A condition of a rule belongs to spaces, and to areas; one that looks at nets to layers that cuts join."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  scale 1/2\n  b = a\n}\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t {\n  b = a\n}\n";
    /// A layer number that two layers of a place claim.
    LAYER_TWICE "MIG0120" "a layer number stands twice"
        "Each layer number belongs to one layer of shapes and one of texts, so that every element has one fate."
        failing "migration m\nsource a = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0, n: layer 1/0..2 }\ntarget b = gds(\"b.gds\", dbu: 1nm, grid: 1nm) { m: layer 1/0, n: layer 1/1 }\nmap a -> b { m = m, n = n }\n"
        mended "migration m\nsource a = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0, n: layer 1/1..2 }\ntarget b = gds(\"b.gds\", dbu: 1nm, grid: 1nm) { m: layer 1/0, n: layer 1/1 }\nmap a -> b { m = m, n = n }\n";
    /// A layout in two maps.
    ONE_MAP "MIG0121" "a layout stands in two maps"
        "A layout is migrated by one map: its cells are written once. Files of records may stand in several maps."
        failing "migration m\nsource a = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0 }\ntarget b = gds(\"b.gds\", dbu: 1nm, grid: 1nm) { m: layer 1/0 }\nmap a -> b { m = m }\nmap a -> b { m = m }\n"
        mended "migration m\nsource a = gds(\"a.gds\", dbu: 1nm) { m: layer 1/0 }\ntarget b = gds(\"b.gds\", dbu: 1nm, grid: 1nm) { m: layer 1/0 }\nmap a -> b { m = m }\n";
    /// Arrows that leave records without a fate.
    NOT_COVERED "MIG0122" "the arrows do not cover every record"
        "Nothing leaves silently: where no arrow of a map may hold, `else` behind the last one says what becomes of the record. \
         No `else` is needed where an arrow has no `when`, or where the conditions name every text of a closed set."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\ntarget u = csv(\"u.csv\") { b: text }\nmap s {\n  -> t when a == \"1\" { b = a }\n  -> u when a == \"2\" { b = a }\n}\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\ntarget u = csv(\"u.csv\") { b: text }\nmap s {\n  -> t when a == \"1\" { b = a }\n  -> u when a == \"2\" { b = a }\n  else drop as other \"not our business\"\n}\n";
    /// A type or a function that stands on itself.
    DEFINED_BY_ITSELF "MIG0123" "defined by itself"
        "A type narrows another type, and a function is written with other functions: neither can end at itself."
        failing "migration m\nfn f(x: int64) = f(x) + 1\nsource s = csv(\"s.csv\") { a: int64 }\ntarget t = csv(\"t.csv\") { b: int64 }\nmap s -> t { b = a }\n"
        mended "migration m\nfn f(x: int64) = x * 2\nsource s = csv(\"s.csv\") { a: int64 }\ntarget t = csv(\"t.csv\") { b: int64 }\nmap s -> t { b = f(a) |> must_fit }\n";
    /// A call that stands for too much.
    CALLS_TOO_MUCH "MIG0126" "a call stands for too much"
        "A call of a function of the spec's own is written out where it stands, with all that it calls itself: at most 100,000 expressions, \
         through at most 64 functions that call each other, at most 300 expressions inside one another. A function that calls another \
         twice doubles it: bind the value once with `let` in the map, or give it to the function as an argument."
        failing "migration m\nfn f0(x: text) = x\nfn f1(x: text) = \"{f0(x)}{f0(x)}{f0(x)}{f0(x)}\"\nfn f2(x: text) = \"{f1(x)}{f1(x)}{f1(x)}{f1(x)}\"\nfn f3(x: text) = \"{f2(x)}{f2(x)}{f2(x)}{f2(x)}\"\nfn f4(x: text) = \"{f3(x)}{f3(x)}{f3(x)}{f3(x)}\"\nfn f5(x: text) = \"{f4(x)}{f4(x)}{f4(x)}{f4(x)}\"\nfn f6(x: text) = \"{f5(x)}{f5(x)}{f5(x)}{f5(x)}\"\nfn f7(x: text) = \"{f6(x)}{f6(x)}{f6(x)}{f6(x)}\"\nfn f8(x: text) = \"{f7(x)}{f7(x)}{f7(x)}{f7(x)}\"\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = f8(a) }\n"
        mended "migration m\nfn twice(x: text) = \"{x}{x}\"\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = twice(a) }\n";
    /// What no value can meet.
    NEVER "MIG0127" "this can never be"
        "A range that ends before it begins holds nothing (`50 ..= 1`), and an arm of a `match` behind `else`, or with a pattern that an earlier \
         arm has, is never taken. A range is written from its lesser end to its greater, both included; `else` stands last."
        failing "migration m\nsource s = csv(\"s.csv\") { a: int64 }\ntarget t = csv(\"t.csv\") { b: int64 }\nmap s -> t {\n  reject if a not in 50 ..= 1 as high\n  b = a\n}\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: int64 }\ntarget t = csv(\"t.csv\") { b: int64 }\nmap s -> t {\n  reject if a not in 1 ..= 50 as high\n  b = a\n}\n";
    /// A test that tests nothing.
    WRONG_TEST "MIG0124" "a test that does not say what it shows"
        "A test gives records as they are extracted (`given SOURCE { column: \"text\" }`), and says for each what becomes of it: \
         a row (`then TARGET { column: value }`), or `then dropped REASON`, `then rejected CODE`, `then warned CODE`, `then apart`. \
         Values are written out."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\ntest \"a is copied\" {\n  given s { a: \"x\" }\n}\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\ntest \"a is copied\" {\n  given s { a: \"x\" }\n  then t { b: \"x\" }\n}\n";
    /// A gate that measures nothing that can be measured.
    WRONG_GATE "MIG0125" "a gate that cannot be measured"
        "`expect TARGET { … }` holds numbers of a whole target against written-out ones before anything is published: \
         `rejected`, `dropped`, `warned`, `loaded`, as a number or as a share in %; `count(condition)`, `share(condition)`, \
         `sum(x)`, `min(x)`, `max(x)` over the target's columns. A gate that does not hold publishes nothing (exit code 4)."
        failing "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\nexpect t { average(b) > 1 }\n"
        mended "migration m\nsource s = csv(\"s.csv\") { a: text }\ntarget t = csv(\"t.csv\") { b: text }\nmap s -> t { b = a }\nexpect t { share(b == \"\") <= 1%, rejected == 0 }\n";
}

/// A declared column that a file lacks.
pub static MISSING_IN_FILE: Rule = Rule {
    code: "MIG0190",
    level: Level::Error,
    title: "a declared column or member is not in the file",
    explanation: "`migc check --against` holds the columns of every delimited source and reference against the headers of its \
                  files, and those of JSON against the members of its first objects. A run of this spec would not begin, or reject every record. Say under which header the column stands now \
                  (`from \"HEADER\"`, `from \"NEW\" or \"OLD\"` where files differ), or say `absent null` where a file may \
                  lack it.",
    failing: "source s = csv(\"s.csv\") {\n  amount : decimal(8, 2)\n}\n// The header of s.csv is: id,total\n",
    mended: "source s = csv(\"s.csv\") {\n  id     : int64\n  amount : decimal(8, 2) from \"total\"\n}\n",
};

/// A column of a file that the spec does not name.
pub static UNDECLARED_IN_FILE: Rule = Rule {
    code: "MIG0191",
    level: Level::Error,
    title: "a column or member of the file is not declared",
    explanation: "`migc check --against` found a header, or a member of an object, that is neither declared nor ignored. Nothing leaves silently: a \
                  run of this spec would not begin, or reject every record that has it. Declare the column and map it, or say why it stays behind (`ignore x \"why\"`). A \
                  header that stands twice cannot be read by name; one of the two has to be called differently in the file.",
    failing: "source s = csv(\"s.csv\") {\n  id : int64\n}\n// The header of s.csv is: id,fax\n",
    mended: "source s = csv(\"s.csv\") {\n  id : int64\n  ignore fax \"no such channel\"\n}\n",
};

/// A number of a layout that the spec does not name.
pub static UNDECLARED_NUMBER: Rule = Rule {
    code: "MIG0192",
    level: Level::Error,
    title: "a layer number of the file is not declared",
    explanation: "`migc check --against` found shapes or texts on a number that the source neither declares nor ignores. Nothing leaves \
                  silently: a run of this spec would not begin. Declare the layer and map it, or say why it stays behind \
                  (`ignore 52/0 \"why\"`). Texts and shapes of one number are two layers: what is declared as `layer`, `cut` or \
                  `boundary` holds shapes alone, and `text` holds texts alone.",
    failing: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0\n}\n// a.gds has texts on 49/0\n",
    mended: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0\n  pins   : text 49/0 labels metal1\n}\n",
};

/// A layout that is not of the promised format or unit.
pub static OTHER_UNIT: Rule = Rule {
    code: "MIG0193",
    level: Level::Error,
    title: "the file has another database unit or format",
    explanation: "The database unit and the format of a source are promises, and a run holds the file to them: it is the guard against \
                  scaling twice, and against the wrong file. Where the file is the right one, write what it has. Its lengths are \
                  not looked at until it does.",
    failing: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0\n}\n// the unit of a.gds is 0.5nm\n",
    mended: "source old = gds(\"a.gds\", dbu: 0.5nm) {\n  metal1 : layer 49/0\n}\n",
};

/// A layout whose cells do not hang together.
pub static BROKEN_HIERARCHY: Rule = Rule {
    code: "MIG0194",
    level: Level::Error,
    title: "the cells of the file do not hang together",
    explanation: "Two cells have one name, a cell is placed that is not in the file, or cells place each other in a ring. What such a \
                  file shows depends on who reads it, so a run refuses it. Mend the file where it was made: name the cells apart, \
                  add the missing one, or take the ring out.",
    failing: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0\n}\n// a.gds places a cell PAD that it does not have\n",
    mended: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0\n}\n// PAD is in the file\n",
};

/// An instance that cannot be scaled.
pub static NOT_UPRIGHT: Rule = Rule {
    code: "MIG0195",
    level: Level::Error,
    title: "something in the file cannot be scaled and snapped",
    explanation: "An instance that is magnified, or turned by no quarter, has no place on a grid; and one that is turned by a quarter \
                  needs one factor for both axes. What only an extension of OASIS understands, and paths of unknown types, have no size that \
                  anybody could scale. A run refuses them. Flatten the instance in the file, or say one scale \
                  for both axes.",
    failing: "map old -> new {\n  scale 13/18\n  met1 = metal1\n}\n// a.gds places LOGO turned by 45°\n",
    mended: "map old -> new {\n  scale 13/18\n  met1 = metal1\n}\n// LOGO is drawn turned\n",
};

/// More variants than the spec allows.
pub static TOO_MANY_VARIANTS: Rule = Rule {
    code: "MIG0196",
    level: Level::Error,
    title: "cells need more variants than the map allows",
    explanation: "Every coordinate is snapped as seen from the top. A cell whose placements lie differently against the target's grid needs \
                  several variants, and the map allows fewer: one without `snap`, and `n` with `snap exact variants <= n`. A run \
                  would refuse. The price of the choices is known from a dry pass over this file. With `scale … on pitch \
                  OUTLINE`, every cell keeps one variant.",
    failing: "map old -> new {\n  scale 13/18\n  met1 = metal1\n}\n// INV of a.gds stands at places that snap in three ways\n",
    mended: "map old -> new {\n  scale 13/18\n  snap exact variants <= 3\n  met1 = metal1\n}\n",
};

/// A promise of a source's layer that does not hold.
pub static BROKEN_PROMISE: Rule = Rule {
    code: "MIG0197",
    level: Level::Error,
    title: "a promise of a layer does not hold",
    explanation: "A rule on a layer of a source is what it promises, in drawn lengths. A run counts what breaks it, and publishes no \
                  target. Mend the file, or promise less.",
    failing: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0 { width >= 180nm }\n}\n// a wire of a.gds is 170nm wide\n",
    mended: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0 { width >= 170nm }\n}\n",
};

/// A declared layer that a layout lacks.
pub static EMPTY_LAYER: Rule = Rule {
    code: "MIG1190",
    level: Level::Warning,
    title: "a declared layer is not in the file",
    explanation: "`migc check --against` found nothing on any number of this layer. A run goes on, and its part of the target stays empty: \
                  often the number is that of another process, or texts are declared where the file has shapes.",
    failing: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 49/0\n}\n// a.gds has shapes on 31/0 alone\n",
    mended: "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1 : layer 31/0\n}\n",
};

/// Points off the promised grid.
pub static OFF_GRID: Rule = Rule {
    code: "MIG1191",
    level: Level::Warning,
    title: "points are off the promised grid",
    explanation: "The source promises a grid, and these points are not on it. A run goes on, and reckons ties without the promise, so that \
                  more cells may need variants. Mend the file, or promise the grid that it has.",
    failing: "source old = gds(\"a.gds\", dbu: 1nm, grid: 10nm) {\n  metal1 : layer 49/0\n}\n// a shape of a.gds has a corner at (15, 20)\n",
    mended: "source old = gds(\"a.gds\", dbu: 1nm, grid: 5nm) {\n  metal1 : layer 49/0\n}\n",
};

/// The price of snapping.
pub static VARIANTS: Rule = Rule {
    code: "MIG1192",
    level: Level::Hint,
    title: "cells need variants",
    explanation: "The map allows the variants that cells of this file need, and this is their price: how many cells and shapes the target \
                  will have. With `scale … on pitch OUTLINE`, every cell keeps one variant.",
    failing: "map old -> new {\n  scale 13/18\n  snap exact\n  met1 = metal1\n}\n// INV of a.gds stands at places that snap in three ways\n",
    mended: "map old -> new {\n  scale on pitch outline\n  met1 = metal1\n}\n",
};

/// What only `migc check --against` can find: its examples need files.
pub static AGAINST: &[&Rule] = &[
    &MISSING_IN_FILE,
    &UNDECLARED_IN_FILE,
    &UNDECLARED_NUMBER,
    &OTHER_UNIT,
    &BROKEN_HIERARCHY,
    &NOT_UPRIGHT,
    &TOO_MANY_VARIANTS,
    &BROKEN_PROMISE,
    &EMPTY_LAYER,
    &OFF_GRID,
    &VARIANTS,
];
