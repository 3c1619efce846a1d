use super::*;

fn form(text: &str) -> String {
    format(text).unwrap()
}

#[test]
fn columns_stand_below_one_another() {
    let text = "source s=csv( \"s.csv\" ,delimiter : \"|\"){\ncust_no:text(10) key /// branch and serial\nname:text from \"Kunde\" or \"Kundenname\"\nborn : date?   as \"%d.%m.%Y\" from \"Geb.\" else null   warn \"bad {raw.born}\"\n\n\n\nctry:text( 2 )?\nignore fax,telex \"no channel\"\n}\n";
    insta::assert_snapshot!(form(text), @r#"
    source s = csv("s.csv", delimiter: "|") {
      cust_no : text(10) key  /// branch and serial
      name    : text                from "Kunde" or "Kundenname"
      born    : date? as "%d.%m.%Y" from "Geb." else null warn "bad {raw.born}"

      ctry: text(2)?
      ignore fax, telex "no channel"
    }
    "#);
}

#[test]
fn assignments_and_lets_stand_below_one_another() {
    let text = "map a->b{\nlet x=int64( trim(NO) ) else reject e\nlet long_name = date(D,\"%Y\") else reject e\n// why\nid=-x*(2+1) - -4/2\nfull = name|>trim|> must_fit\ncheck id>=0 else reject e20\ncheck born in 1900-01-01..=today() else warn \"implausible\"\n}";
    insta::assert_snapshot!(form(text), @r#"
    map a -> b {
      let x         = int64(trim(NO)) else reject e
      let long_name = date(D, "%Y")   else reject e
      // why
      id   = -x * (2 + 1) - -4/2
      full = name |> trim |> must_fit
      check id >= 0                        else reject e20
      check born in 1900-01-01 ..= today() else warn "implausible"
    }
    "#);
}

#[test]
fn a_block_on_one_line_stays_there_if_it_fits() {
    let text = "codes Flag : text(8) { \"R\" => \"RETURNED\", \"A\"=>\"ACCEPTED\" }\n";
    assert_eq!(form(text), text.replace("\"A\"=>\"", "\"A\" => \""));
    let columns: Vec<String> = (0..12).map(|n| format!("column_{n}: decimal(12, 2)")).collect();
    let long = format!("target t = csv(\"t.csv\") {{ {} }}\n", columns.join(", "));
    let formed = form(&long);
    assert!(formed.lines().all(|line| line.chars().count() <= WIDTH), "{formed}");
    assert!(formed.starts_with("target t = csv(\"t.csv\") {\n  column_0  : decimal(12, 2),\n  column_1 "), "{formed}");
    assert!(formed.ends_with("column_11 : decimal(12, 2)\n}\n"), "{formed}");
}

#[test]
fn a_long_line_of_members_is_broken_between_them() {
    let columns = "region: text(10), revenue: decimal(12, 2), cost: decimal(12, 2) as \"1.234,56\", margin: decimal(12, 2)?, note: text(200)? from \"Note\"";
    let formed = form(&format!("source s = csv(\"s.csv\") {{\n  {columns}\n}}\n"));
    insta::assert_snapshot!(formed, @r#"
    source s = csv("s.csv") {
      region  : text(10),
      revenue : decimal(12, 2),
      cost    : decimal(12, 2) as "1.234,56",
      margin  : decimal(12, 2)?,
      note    : text(200)? from "Note"
    }
    "#);
    assert_eq!(form(&formed), formed);
    let long = format!(
        "map s -> t {{\n  a = f(x, y), b = match k {{ \"a\" => 1, \"b\" => 2, else => 3 }}, c = g(x, {}), d = x\n}}\n",
        "y, ".repeat(30) + "z"
    );
    let formed = form(&long);
    assert!(
        formed.contains("\n  a = f(x, y),\n  b = match k { \"a\" => 1, \"b\" => 2, else => 3 },\n  c = g("),
        "{formed}"
    );
    let codes: Vec<String> = (0..40).map(|n| format!("\"{n}\" => \"{n}\"")).collect();
    let formed = form(&format!("codes C : text {{\n  {}\n}}\n", codes.join(", ")));
    assert!(formed.lines().count() < 10 && formed.lines().all(|line| line.chars().count() <= WIDTH), "{formed}");
}

#[test]
fn a_statement_that_cannot_be_read_stays_as_it_is() {
    let text = "migration   m\nsource s = csv(\"s.csv\") {\n a:text\n   b :  text(   key\"x\" 3)\n c:text\n}\n";
    let formed = form(text);
    assert!(formed.contains("\n   b :  text(   key\"x\" 3)\n"), "{formed}");
    assert!(formed.starts_with("migration m\n") && formed.contains("\n  c: text\n"), "{formed}");
}

#[test]
fn brackets_without_partners_are_refused() {
    for text in ["map a -> b { x = (y\n}\n", "map a -> b\n}\n", "map a -> b { x = y) }\n"] {
        assert!(matches!(format(text), Err(Refusal::Brackets(_))), "{text}");
    }
}

#[test]
fn line_ends_become_newlines_but_not_inside_texts() {
    assert_eq!(form("migration m\r\n\r\n\r\n// c\r\nparam a:text\r\n"), "migration m\n\n// c\nparam a: text\n");
    let text = "map a -> b {\n  x = \"\"\"one\r\ntwo\"\"\"\n}\n";
    assert_eq!(form(text), text);
}

#[test]
fn layer_numbers_keep_their_form() {
    let text =
        "source old = gds(\"a.gds\", dbu: 1nm) {\n  metal1  : layer 49/0, 51/2..5\n  outline : boundary 235/*\n}\n";
    assert_eq!(form(text), text);
}

#[test]
fn a_type_of_lists_has_no_blanks_in_its_angles() {
    let text = "source s = csv(\"s.csv\") {\n  no    : int64 from \"No\"\n  notes : list<{kind: text, body: text(3)?}> from \"Art {n}\", \"Inhalt {n}\" up to 9\n}\n";
    assert_eq!(form(&text.replace("<{", " < { ").replace("}>", " } > ")), text);
}

#[test]
fn a_line_that_goes_on_is_indented_further() {
    let text = "map a -> b {\n  x = c\n    |> trim\n    else null\n  y = match c {\n    \"a\" => 1\n    else => f(\n      2,\n      3\n    )\n  }\n}\n";
    let flat: String = text.lines().map(|line| format!("{}\n", line.trim())).collect();
    assert_eq!(form(&flat), text);
}

#[test]
fn a_bracket_stands_at_what_it_calls_and_apart_from_words() {
    let text = "target t = csv(\"t.csv\") {\n  unique(a, b) keep first\n}\nmap a -> b {\n  check(x in[1, 2])and not(y)\n  z = f (x) [0] - (-1)\n}\n";
    insta::assert_snapshot!(form(text), @r#"
    target t = csv("t.csv") {
      unique (a, b) keep first
    }
    map a -> b {
      check (x in [1, 2]) and not (y)
      z = f(x)[0] - (-1)
    }
    "#);
}

#[test]
fn arrows_stand_below_one_another_and_so_does_their_else() {
    let text = "map a {\n-> b when x {a=b}\n-> ccc when y {\na=b\nlong=c\n}\nelse drop as e \"x\"\n}";
    insta::assert_snapshot!(form(text), @r#"
    map a {
      -> b   when x { a = b }
      -> ccc when y {
        a    = b
        long = c
      }
      else drop as e "x"
    }
    "#);
}
