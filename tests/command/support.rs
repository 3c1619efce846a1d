//! A folder for each test, and the command in it.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that goes when the test ends.
pub(crate) struct Folder(PathBuf);

/// What the command said and did.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new() -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("migc-command-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Folder {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).unwrap()
    }
    pub(crate) fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }
    /// Every file below, in order.
    pub(crate) fn files(&self, name: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(name))
            .map(|entries| entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect())
            .unwrap_or_default();
        names.sort();
        names
    }
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migc"));
        command.current_dir(&self.0).args(arguments.split_whitespace()).stdin(Stdio::null());
        command
    }
    pub(crate) fn migc(&self, arguments: &str) -> Said {
        said(self.command(arguments).output().unwrap())
    }
    /// Runs and expects that everything held.
    pub(crate) fn done(&self, arguments: &str) -> Said {
        let said = self.migc(arguments);
        assert_eq!(said.code, 0, "{}", said.err);
        said
    }
}

pub(crate) fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A small job with every kind of step.
pub(crate) const SPEC: &str = r#"migration orders

param data: text = "data"
param out: text = "out"

source lines = csv("{data}/lines.psv", delimiter: "|") {
  NO: text, CUST: text, QTY: text, DAY: text, NOTE: text
  identify by NO
  ignore OLD "not carried over"
}

reference customers = csv("{data}/customers.psv", delimiter: "|") {
  CUST: int64 key, SEGMENT: text(10)
  ignore NAME "not needed"
}

codes Segment : text(4) { "BUILDING" => "bld", "AUTO" => "auto" }

target ok = csv("{out}/ok.csv") {
  no: int64, segment: Segment, qty: decimal(8, 2), day: date, note: text
}

map lines -> ok {
  clean NOTE |> trim
  let no = int64(NO) else reject bad_no
  drop if NOTE == "obsolete" as obsolete
  let qty = decimal(QTY, 8, 2) else reject bad_qty "{NO} has the quantity {QTY}"
  reject if qty <= 0 as bad_qty
  let day = date(DAY, "%Y-%m-%d") else reject bad_day
  let customer_id = int64(CUST) else reject bad_customer
  let customer = customers[customer_id] else reject no_customer
  copy no, qty, day
  note = NOTE
  segment = Segment(customer.SEGMENT) else reject bad_segment
  check qty <= 1000 else warn "a large quantity"
}
"#;

pub(crate) const CUSTOMERS: &str = "CUST|NAME|SEGMENT\n1|Ann|BUILDING\n2|Bob|AUTO\n3|Cid|NAVY\n";
pub(crate) const HEADER: &str = "NO|CUST|OLD|QTY|DAY|NOTE\n";

/// Good and bad lines of every kind, many of them; each line ends as `end` says.
pub(crate) fn lines(records: usize, end: &str) -> Vec<u8> {
    let mut out = HEADER.replace('\n', end).into_bytes();
    for at in 1..=records {
        let line: Vec<u8> = match at % 23 {
            1 => format!("{at}|9|x|5|2024-01-31|no customer").into_bytes(),
            2 => format!("x{at}|1|x|five|2024-02-30|many faults").into_bytes(),
            3 => format!("{at}|1|x|5|2024-02-30|bad day").into_bytes(),
            4 => format!("{at}|1|x|5").into_bytes(),
            5 => format!("{at}|1|x|5|2024-01-31|stray \" quote").into_bytes(),
            6 => [format!("{at}|1|x|5|2024-01-31|").as_bytes(), b"not \xff utf-8"].concat(),
            7 => format!("{at}|1|x|5|2024-01-31|\"two\nlines | and \"\"quotes\"\"\"").into_bytes(),
            8 => format!("{at}|1|x|5|2024-01-31|obsolete").into_bytes(),
            9 => format!("{at}|2|x|5000|2024-01-31|  large  ").into_bytes(),
            10 => format!("{at}|3|x|5|2024-01-31|segment").into_bytes(),
            11 => Vec::new(),
            12 => format!("{at}|1|x|0|2024-01-31|zero").into_bytes(),
            13 => format!("{at}|1|x|5|2024-01-31|a|b|c").into_bytes(),
            14 => format!("{at}|1|x|5|2024-01-31|\u{e4}\u{f6}\u{fc} \u{20ac}").into_bytes(),
            _ => {
                format!("{at}|{}|x|{}.5|2024-{:02}-{:02}|note {at}", 1 + at % 2, 1 + at % 900, 1 + at % 12, 1 + at % 28)
                    .into_bytes()
            }
        };
        out.extend_from_slice(&line);
        out.extend_from_slice(end.as_bytes());
    }
    out
}

/// A folder with the job and this many lines.
pub(crate) fn job(records: usize) -> Folder {
    let folder = Folder::new();
    folder.write("m.mig", SPEC).write("data/customers.psv", CUSTOMERS).write("data/lines.psv", lines(records, "\n"));
    folder
}
