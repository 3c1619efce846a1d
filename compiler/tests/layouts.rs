//! Layers, rules and comparisons of layouts: what they compile to, and what is said of mistakes in them.

use std::collections::BTreeMap;

use migc_compiler::{compile, show};
use migc_grammar::diagnostic::Diagnostic;

const SPEC: &str = r#"migration m
source old = gds("a.gds", dbu: 1nm, grid: 5nm) {
  diff: layer 65/20
  poly: layer 66/20 { width >= 150nm }
  cont: cut 66/44 { size == 170nm x 170nm, joins (poly, diff - poly) to metal }
  metal: layer 67/20
  pins: text 67/5 labels metal
  outline: boundary 236/0 { pitch 460nm x 2720nm }
  let gate = poly & diff
  device fet = poly & diff { length == 150nm }
}
target new = gds("b.gds", dbu: 1nm, grid: 5nm) {
  d: layer 1/0
  p: layer 2/0 { width >= 105nm, space >= 100nm where width > 1um, extends d by 90nm, space to d >= 50nm projection }
  c: cut 3/0 { size == 120nm x 120nm, inside (p by 20nm) or (d by 25nm, 40nm on opposite sides), joins (p, d - p) to m }
  m: layer 4/0 { area >= 0.02um2, encloses c by 30nm on opposite sides, density in 20% ..= 80% per 100um step 50um }
  pin: text 4/5 labels m
  box: boundary 5/0 { pitch 320nm x 1920nm }
  g: layer 6/0
  device fet = p & d { length >= 105nm }
}
map old -> new {
  scale 7/10 on pitch outline
  let wide = metal where width > 300nm and area >= 0.1um2
  d = diff
  p = poly |> size(5nm)
  c = cont |> recut
  m = (metal |> size(match { width < 400nm => 10nm, else => 0nm })) | (new.c |> size(30nm)) | wide
  pin = pins
  box = outline
  g = gate
  cells { rename "old_{x}" -> "new_{x}", keep "seal", drop "fill_{n}" as fill }
}
expect new { violations == 0, no new gaps, total_area(m) in 40% ..= 60% of total_area(old.metal) }
verify new { nets, labels, devices, xor(d, old.diff scaled) within 5nm }
test "a contact" {
  given old { cont box(0, 0, 170nm, 170nm) }
  then new { c box(0, 0, 120nm, 120nm) }
}
"#;

fn found(text: &str) -> Vec<Diagnostic> {
    compile(text, &BTreeMap::new()).diagnostics
}

/// The one finding after a change of the spec: its code, and where it is.
#[track_caller]
fn after(from: &str, to: &str, place: &str) -> Diagnostic {
    assert_eq!(SPEC.matches(from).count(), 1, "{from}");
    let text = SPEC.replace(from, to);
    let found = found(&text);
    let shown: Vec<String> =
        found.iter().map(|d| format!("{} {}", d.rule.code, text.get(d.span.range()).unwrap_or_default())).collect();
    assert_eq!(shown, [place], "{:?}", found.iter().map(|d| &d.label).collect::<Vec<_>>());
    found.into_iter().next().unwrap()
}

/// The same, and what is offered mends it.
#[track_caller]
fn mends(from: &str, to: &str, place: &str) {
    let d = after(from, to, place);
    let mut text = SPEC.replace(from, to);
    let (span, new) = d.help.as_ref().and_then(|h| h.edit.clone()).expect("an edit");
    text.replace_range(span.range(), &new);
    let left: Vec<String> = found(&text).iter().map(|d| d.label.clone()).collect();
    assert_eq!(left, [""; 0], "{text}");
}

#[test]
fn every_construct_compiles_without_a_finding() {
    let labels: Vec<String> = found(SPEC).iter().map(|d| format!("{} {}", d.rule.code, d.label)).collect();
    assert_eq!(labels, [""; 0]);
}

#[test]
fn the_plan_says_what_is_computed_and_what_must_hold() {
    let plan = show::plan(&compile(SPEC, &BTreeMap::new()).plan.unwrap());
    for line in [
        "  let gate = (poly & diff)",
        "  promises cont: size == 170nm x 170nm",
        "  cont joins poly, (diff - poly) to metal",
        "  device fet: poly crosses diff, length 150..=150",
        "  rule p: space >= 100nm where width > 1um, checked only",
        "  rule p: space to d >= 50nm projection",
        "  scale x 16/23, grid 5, period 115, tie number 23",
        "  scale y 12/17, grid 5, period 85, tie number 17",
        "  at most 1 variants, each cell in its own frame",
        "  layer d = diff",
        "  layer p = size(poly, 5)",
        "  layer c = recut(cont, 120 x 120)",
        "  layer m = ((size(metal, measures 1) | size(new c, 30)) | wide)",
        "  layer g = gate",
        "  verify nets",
        "  cells \"old_{x}\" are called \"new_{x}\"",
    ] {
        assert!(plan.lines().any(|l| l == line), "{line}\n{plan}");
    }
}

#[test]
fn lengths_and_areas_are_not_mixed() {
    after("width > 300nm and", "width + area > 300nm and", "MIG0105 width + area");
    after("width > 300nm and", "width > 0.3um2 and", "MIG0105 width > 0.3um2");
    after("width > 300nm and", "width > 300 and", "MIG0105 width > 300");
    after(
        "width < 400nm => 10nm, else => 0nm",
        "width < 400nm => 0.1um2, else => 0.2um2",
        "MIG0105 match { width < 400nm => 0.1um2, else => 0.2um2 }",
    );
    after("area >= 0.02um2,", "area >= 20nm,", "MIG0114 20nm");
    after("poly |> size(5nm)", "poly |> size(0.05um2)", "MIG0114 0.05um2");
}

#[test]
fn sizes_and_cuts_keep_to_the_grid() {
    after("size(5nm)", "size(7nm)", "MIG0114 7nm");
    after("size(5nm)", "size(0.5nm)", "MIG0114 0.5nm");
    after("size == 120nm x 120nm", "size == 122nm x 120nm", "MIG0114 122nm x 120nm");
    mends("size == 120nm x 120nm", "size == 120nm", "MIG0114 120nm");
    mends("size == 120nm x 120nm", "size >= 120nm x 120nm", "MIG0001 >=");
    after("{ pitch 320nm x 1920nm }", "{ pitch 322nm x 1920nm }", "MIG0114 outline");
    after("scale 7/10", "scale 1/2", "MIG0114 outline");
}

#[test]
fn names_of_layers_are_looked_up_where_they_belong() {
    mends("g = gate", "g = gat", "MIG0101 gat");
    mends("p = poly |>", "p = polyy |>", "MIG0101 polyy");
    mends("(new.c |> size(30nm))", "(c |> size(30nm))", "MIG0101 c");
    mends("| wide", "| old.metal", "MIG0105 old.metal");
    after("extends d by", "extends diff by", "MIG0101 diff");
    after("p = poly |> size(5nm)", "p = new.m |> size(5nm)", "MIG0101 new.m");
    after("let gate = poly & diff", "let gate = poly & pins", "MIG0105 pins");
    after("  g = gate\n", "", "MIG0109 map old -> new");
}

#[test]
fn operators_of_other_tools_are_offered_in_words_of_this_one() {
    mends("poly |> size(5nm)", "poly + gate", "MIG0105 poly + gate");
    after("poly |> size(5nm)", "poly |> sized(5nm)", "MIG0101 sized");
    after("poly |> size(5nm)", "poly |> size(5nm) |> merged", "MIG0101 merged");
}

#[test]
fn rules_stand_where_they_mean_something() {
    after("width >= 105nm,", "width <= 105nm,", "MIG0114 width <= 105nm");
    after("width >= 105nm,", "width > 105nm,", "MIG0114 width > 105nm");
    after("{ area >= 0.02um2,", "{ size == 100nm x 100nm, area >= 0.02um2,", "MIG0119 size == 100nm x 100nm");
    after("{ area >= 0.02um2,", "{ joins p to d, area >= 0.02um2,", "MIG0119 joins p to d");
    after("{ area >= 0.02um2,", "{ pitch 1um x 1um, area >= 0.02um2,", "MIG0119 pitch 1um x 1um");
    after("space to d >= 50nm projection", "space to p >= 50nm projection", "MIG0114 space to p >= 50nm projection");
    after("20% ..= 80%", "80% ..= 20%", "MIG0114 80% ..= 20%");
    after("by 25nm, 40nm on opposite", "by 25nm, 20nm on opposite", "MIG0114 20nm");
}

/// The findings after a change of the spec.
fn labels_after(from: &str, to: &str) -> Vec<String> {
    assert_eq!(SPEC.matches(from).count(), 1, "{from}");
    found(&SPEC.replace(from, to)).iter().map(|d| format!("{} {}", d.rule.code, d.label)).collect()
}

#[test]
fn spaces_have_conditions() {
    for rule in [
        "space >= 90nm at line end",
        "space >= 90nm at line end where width < 110nm projection",
        "space >= 90nm where width < 110nm at line end",
        "space >= 90nm where width > 110nm run > 1um",
        "space to d >= 50nm where width > 1um",
        "space >= 90nm on same net, space to c >= 90nm on other nets square",
        "area >= 0.02um2 where length < 400nm and width < 1um",
        "encloses c by 20nm projection, encloses c by 20nm, 40nm on opposite sides square",
        "inside d by 20nm square, inside (d by 20nm projection) or (m by 5nm)",
        "extends d by 90nm projection",
        "on track per 480nm, vertical on track per 480nm from 240nm, horizontal on track per 5nm from 2.5nm",
    ] {
        let found = labels_after("width >= 105nm,", &format!("{rule},"));
        let expected: &[&str] = match rule.contains("2.5nm") {
            // A database unit is the least.
            true => &["MIG0114 this is no whole number of database units of 1nm"],
            false => &[],
        };
        assert_eq!(found, expected, "{rule}");
    }
    assert_eq!(labels_after("inside (p by", "space >= 250nm where array >= 3 x 4, inside (p by"), [""; 0]);
}

#[test]
fn the_plan_says_which_rules_can_be_mended() {
    let rules = "space >= 90nm at line end projection, space >= 90nm on other nets projection, space >= 90nm projection run > 1um, \
                 on track per 480nm, area >= 0.02um2 where length < 400nm,";
    let plan = show::plan(&compile(&SPEC.replace("width >= 105nm,", rules), &BTreeMap::new()).plan.unwrap());
    for line in [
        "  rule p: space >= 90nm at line end projection, checked only",
        "  rule p: space >= 90nm on other nets projection",
        "  rule p: space >= 90nm projection run > 1um, checked only",
        "  rule p: on track per 480nm, checked only",
        "  rule p: area >= 0.02um2 where length < 400nm, checked only",
    ] {
        assert!(plan.lines().any(|l| l == line), "{line}\n{plan}");
    }
}

#[test]
fn conditions_stand_where_they_mean_something() {
    let p = |rule: &str, place: &str| after("width >= 105nm,", &format!("{rule},"), place);
    p("width >= 105nm at line end", "MIG0119 at line end");
    p("notch >= 105nm where width > 1um", "MIG0119 width > 1um");
    p("area >= 0.02um2 projection", "MIG0119 projection");
    p("hole area >= 0.02um2 where length < 1um", "MIG0119 length < 1um");
    p("space >= 105nm where length > 1um", "MIG0114 length > 1um");
    p("space >= 105nm where array >= 3 x 3", "MIG0119 array >= 3 x 3");
    p("space >= 105nm at line end where width > 1um", "MIG0114 space >= 105nm at line end where width > 1um");
    p("space to (d - c) >= 50nm on other nets", "MIG0119 on other nets");
    p("extends d by 90nm square", "MIG0114 square");
    p("extends d by 90nm, 100nm on opposite sides", "MIG0114 100nm");
    p("encloses c by 30nm on opposite sides square", "MIG0114 square");
    p("on track per 482nm", "MIG0114 482nm");
    p("on track per 0nm", "MIG0114 0nm");
    p("on track per 480nm from 241nm", "MIG0114 241nm");
    p("space >= 105nm at line end at line end", "MIG0114 at line end");
    p("space >= 105nm on other nets on same net", "MIG0114 on same net");
    p("space >= 105nm projection square", "MIG0114 square");
    p("space >= 105nm where width > 1um where width > 2um", "MIG0114 width > 2um");
    p("space >= 105nm where width > 1um and width > 2um", "MIG0114 width > 2um");
    mends("width >= 105nm,", "space >= 90nm where width < 1um,", "MIG0114 width < 1um");
    mends("width >= 105nm,", "space >= 90nm where width < 1um projection,", "MIG0114 width < 1um");
    mends("width >= 105nm,", "width >= 105nm, pitch 480nm,", "MIG0119 pitch 480nm");
    let cut = |rule: &str, place: &str| after("inside (p by", &format!("{rule}, inside (p by"), place);
    cut("space >= 250nm where array >= 3", "MIG0114 3");
    cut("space >= 250nm where array >= 1 x 3", "MIG0114 1 x 3");
}

#[test]
fn nets_are_those_that_cuts_join() {
    // `d` is joined as `d - p` alone, `g` not at all.
    for (layer, rule) in
        [("d: layer 1/0", "space >= 90nm on other nets"), ("g: layer 6/0", "space >= 90nm on same net")]
    {
        let d = after(layer, &format!("{layer} {{ {rule} }}"), &format!("MIG0119 {}", &rule[14..]));
        assert!(d.label.contains("no cut of `new` joins"), "{}", d.label);
    }
    after("width >= 105nm,", "space to g >= 90nm on other nets,", "MIG0119 on other nets");
    assert_eq!(
        labels_after("inside (p by", "space >= 250nm on other nets, space to p >= 55nm on other nets, inside (p by"),
        [""; 0]
    );
    // A promise looks at the nets of the source.
    assert_eq!(labels_after("metal: layer 67/20", "metal: layer 67/20 { space >= 90nm on other nets }"), [""; 0]);
}

#[test]
fn rules_that_nothing_breaks_are_mistakes() {
    for rule in
        ["width >= 0nm", "space >= 0nm", "notch >= 0nm", "area >= 0um2", "overlap to d >= 0nm", "extends d by 0nm"]
    {
        after("width >= 105nm,", &format!("{rule},"), &format!("MIG0114 {rule}"));
    }
    after("density in 20% ..= 80%", "density in 0% ..= 100%", "MIG0114 0% ..= 100%");
    assert_eq!(labels_after("width >= 105nm,", "space to d >= 0nm,"), [""; 0]);
}

#[test]
fn what_other_tools_call_a_rule_is_offered_in_words_of_this_one() {
    for (rule, place) in [
        ("spacing >= 105nm", "spacing"),
        ("min_space >= 105nm", "min_space"),
        ("min width >= 105nm", "min width"),
        ("minwidth >= 105nm", "minwidth"),
        ("pitch >= 105nm", "pitch"),
        ("enclosure of c >= 20nm", "enclosure of c >="),
        ("enclosure c by 20nm", "enclosure"),
        ("extension d by 20nm", "extension"),
        ("space >= 105nm at end of line", "at end of line"),
        ("space >= 105nm on different nets", "on different nets"),
        ("separation to d >= 20nm", "separation"),
        ("min area >= 0.02um2", "min area"),
        ("on track 480nm", "on track"),
        ("horizontal on tracks per 480nm", "on tracks per"),
        ("vertical track 480nm", "track"),
        ("on track per 480nm offset 240nm", "offset"),
    ] {
        mends("width >= 105nm,", &format!("{rule},"), &format!("MIG0001 {place}"));
    }
}

#[test]
fn words_that_join_layers_in_other_tools_become_signs() {
    mends("poly |> size(5nm)", "poly AND gate", "MIG0016 AND");
    mends("poly |> size(5nm)", "poly NOT gate", "MIG0016 NOT");
    mends("poly |> size(5nm)", "(poly OR gate) |> size(5nm)", "MIG0016 OR");
    mends("poly |> size(5nm)", "poly XOR gate", "MIG0016 XOR");
    let d = after("poly |> size(5nm)", "NOT poly", "MIG0016 NOT");
    assert!(d.help.is_some_and(|h| h.edit.is_none() && h.text.contains("diff - poly")));
    // A condition is none of layers.
    mends("300nm and area", "300nm AND area", "MIG0016 AND");
}

#[test]
fn statements_of_layouts_stand_behind_commas() {
    let text = SPEC.replace("  g = gate\n  cells {", "  g = gate, cells {");
    assert_ne!(text, SPEC);
    assert_eq!(found(&text).iter().map(|d| d.label.clone()).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn rules_of_a_target_decide_by_measures() {
    // The programs of its rules and of its map are one list.
    let text = SPEC.replace("width >= 105nm,", "space to (d where width > 1um) >= 90nm,");
    let plan = show::plan(&compile(&text, &BTreeMap::new()).plan.unwrap());
    for line in
        ["  layer m = ((size(metal, measures 2) | size(new c, 30)) | wide)", "  let wide = (metal where measures 1)"]
    {
        assert!(plan.lines().any(|l| l == line), "{line}\n{plan}");
    }
}

#[test]
fn comparisons_need_what_they_compare() {
    after("joins (p, d - p) to m", "space >= 100nm", "MIG0125 nets");
}

#[test]
fn cells_are_named_once_and_keep_their_holes() {
    after("\"new_{x}\"", "\"new_{y}\"", "MIG0101 \"new_{y}\"");
    after("keep \"seal\"", "keep \"{all}\"", "MIG0102 drop \"fill_{n}\" as fill");
}

#[test]
fn tests_of_shapes_are_read_against_the_layers() {
    mends("given old { cont box", "given old { contt box", "MIG0101 contt");
    after("box(0, 0, 170nm, 170nm)", "box(0, 0, 170nm)", "MIG0124 box(0, 0, 170nm)");
    after("box(0, 0, 170nm, 170nm)", "box(170nm, 0, 0, 170nm)", "MIG0124 box(170nm, 0, 0, 170nm)");
}

#[test]
fn what_belongs_to_layouts_is_told_of_in_records() {
    let records = |line: &str| {
        format!(
            "migration m\nsource s = csv(\"s.csv\") {{ a: text }}\ntarget t = csv(\"t.csv\") {{ a: text }}\nmap s -> t {{\n  {line}\n}}\n"
        )
    };
    for line in ["a = a inside a", "a = none \"why\"", "a = a where a == \"x\"", "a = a scaled"] {
        let text = records(line);
        let found = found(&text);
        assert!(!found.is_empty() && found.iter().all(|d| !d.label.is_empty()), "{line}");
    }
}

#[test]
fn fields_of_texts_are_of_their_types() {
    let ok =
        "pin = pins { string = upper(string), at = (at.x + 10nm) x at.y, size = size ?? 100nm, angle = angle + 45 }";
    let text = SPEC.replace("pin = pins", ok);
    assert_eq!(found(&text).iter().map(|d| d.label.clone()).collect::<Vec<_>>(), [""; 0]);
    for (wrong, place) in [
        ("size = size", "MIG0105 size"),
        ("size = 12", "MIG0105 12"),
        ("size = 0nm", "MIG0114 0nm"),
        ("angle = 10nm", "MIG0105 10nm"),
        ("at = 10nm", "MIG0105 10nm"),
        ("at = at.z x 5nm", "MIG0101 z"),
        ("string = size", "MIG0101 size"),
        ("colour = 1", "MIG0101 colour"),
        ("angle = 1, angle = 2", "MIG0102 angle"),
    ] {
        after("pin = pins", &format!("pin = pins {{ {wrong} }}"), place);
    }
    mends("pin = pins", "pin = pins { strin = \"a\" }", "MIG0101 strin");
}

#[test]
fn a_unit_is_read_as_another_once_and_from_the_one_that_the_file_has() {
    let text = SPEC.replace("  diff: layer 65/20\n", "  read dbu 1nm as 0.5nm\n  diff: layer 65/20\n");
    let plan = show::plan(&compile(&text, &BTreeMap::new()).plan.unwrap());
    assert!(plan.contains("dbu 1000000 fm") && plan.contains("read as dbu 500000 fm"), "{plan}");
    assert!(plan.contains("length 300..=300"), "lengths are those that are meant: {plan}");
    let first = "  diff: layer 65/20\n";
    mends(first, &format!("  read dbu 2nm as 1nm\n{first}"), "MIG0114 2nm");
    after(first, &format!("  read dbu 1nm as 1nm\n  read dbu 1nm as 2nm\n{first}"), "MIG0102 read dbu 1nm as 2nm");
}

#[test]
fn arrays_of_cuts_are_drawn_by_the_rules_of_the_target() {
    let size = "c: cut 3/0 { size == 120nm x 120nm,";
    let spaced = SPEC.replace(size, &format!("{size} space >= 100nm,"));
    let grown = |how: &str| spaced.replace("cont |> recut", how);
    let plan =
        show::plan(&compile(&grown("cont |> grow to array in new.p & new.d by 20nm"), &BTreeMap::new()).plan.unwrap());
    let line = "  layer c = grow(cont in (new p & new d), 120 x 120, space 100, margin 20)";
    assert!(plan.lines().any(|l| l == line), "{plan}");
    for (text, said) in [
        (grown("cont |> grow to array in new.p & new.d"), "how far the area reaches beyond its cuts is not known"),
        (
            SPEC.replace("cont |> recut", "cont |> grow to array in new.p by 20nm"),
            "how far the cuts are from one another is not known",
        ),
        (
            SPEC.replace(
                "wide = metal where width > 300nm and area >= 0.1um2",
                "wide = cont |> grow to array in metal",
            ),
            "the size of the cuts is not known",
        ),
    ] {
        let labels: Vec<String> = found(&text).iter().map(|d| d.label.clone()).collect();
        assert_eq!(labels, [said], "{text}");
    }
}

#[test]
fn layers_that_are_called_alike_can_be_copied() {
    let spec = |copy: &str, more: &str| {
        format!(
            "migration m\nsource s = gds(\"a.gds\", dbu: 1nm) {{ a: layer 1/0, b: layer 2/0, t: text 1/0 }}\n\
             target n = gds(\"b.gds\", dbu: 1nm) {{ a: layer 1/0, b: layer 2/0, t: text 1/0{more} }}\nmap s -> n {{\n  {copy}\n}}\n"
        )
    };
    let all = ["  layer a = a", "  layer b = b", "  layer t = t"];
    for copy in ["copy *", "copy a, b, t", "copy a\n  copy * except a"] {
        let plan = show::plan(&compile(&spec(copy, ""), &BTreeMap::new()).plan.unwrap());
        assert!(all.iter().all(|line| plan.lines().any(|l| l == *line)), "{copy}\n{plan}");
    }
    let plan =
        show::plan(&compile(&spec("copy *\n  b = a |> size(5nm)\n  let u = b", ""), &BTreeMap::new()).plan.unwrap());
    assert!(plan.contains("layer b = size(a, 5)"), "{plan}");
    for (copy, more, code) in [
        ("copy a, a, b, t", "", "MIG0102"),
        ("copy a, b, tt", "", "MIG0101"),
        ("copy *", ", c: layer 3/0", "MIG0109"),
        ("copy *, except c", "", "MIG0001"),
    ] {
        let found = found(&spec(copy, more));
        assert!(found.iter().any(|d| d.rule.code == code), "{copy}: {found:?}");
    }
}

#[test]
fn scales_of_both_axes_are_said_without_parentheses() {
    let spec = SPEC.replace("dbu: 1nm, grid: 5nm) {\n  diff", "dbu: 1nm, grid: 5nm, scaled: 8/11 x 26/36) {\n  diff");
    let plan = show::plan(&compile(&spec, &BTreeMap::new()).plan.unwrap());
    assert!(plan.contains("scaled before by 8/11 x 13/18"), "{plan}");
    let micro = SPEC.replace("width > 300nm and", "width > 0.3µm and");
    assert_eq!(found(&micro).len(), 0);
    after(
        "  device fet = p & d { length >= 105nm }",
        "  device fett = p & d { length >= 105nm }",
        "MIG0101 device fet = poly & diff { length == 150nm }",
    );
}

#[test]
fn where_lines_begin_says_nothing_of_brackets_that_pair() {
    let flat: String = SPEC.lines().map(|l| format!("{}\n", l.trim_start())).collect();
    let odd = SPEC
        .replace("{ width >= 105nm, space", "{\n      width >= 105nm, space")
        .replace("50nm projection }", "50nm projection\n}");
    for text in [flat, odd] {
        let labels: Vec<String> = found(&text).iter().map(|d| d.label.clone()).collect();
        assert_eq!(labels, [""; 0], "{text}");
    }
}
