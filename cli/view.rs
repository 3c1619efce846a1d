//! `migc view`: pictures of layouts.

mod file;
mod length;
mod marks;
mod sides;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use migc_layout::Library;
use migc_pictures::{Extent, Picture, Sheet};

use crate::Exit;
use crate::output::{self, Why, tell};
use crate::run::name_and_value;

#[derive(Args)]
pub(crate) struct View {
    /// The layout, of GDSII or OASIS, packed by gzip or not.
    #[arg(required_unless_present = "spec", conflicts_with = "spec")]
    file: Option<PathBuf>,
    /// Shows the source and the target of a spec of layouts, with its own names of layers.
    #[arg(long, value_name = "SPEC")]
    spec: Option<PathBuf>,
    /// Gives a parameter of the spec its value; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value, requires = "spec")]
    set: Vec<(String, String)>,
    /// What of the spec is shown; `both` if its target is there.
    #[arg(long, value_enum, requires = "spec")]
    show: Option<Show>,
    /// The cell; the largest one that nothing places if not given.
    #[arg(long, value_name = "NAME")]
    cell: Option<String>,
    /// The window: left, bottom, right and top, as 0,0,10um,10um; the whole cell if not given. Of a spec's two sides, those
    /// of the target.
    #[arg(long, value_name = "X0,Y0,X1,Y1", allow_hyphen_values = true, value_parser = length::window)]
    window: Option<[i128; 4]>,
    /// The layers, as 68/20,66/20, or by their names; all if not given.
    #[arg(long, value_name = "LAYERS", value_delimiter = ',')]
    layers: Vec<String>,
    /// How many levels of cells are drawn; deeper ones are framed, with their names.
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// Marks what breaks rules: a run's TARGET.violations.jsonl.
    #[arg(long, value_name = "FILE")]
    violations: Option<PathBuf>,
    /// The picture, NAME.svg or NAME.png; SVG to standard output if not given.
    #[arg(long, short, value_name = "PICTURE")]
    output: Option<PathBuf>,
    /// Replaces a picture that is there.
    #[arg(long)]
    force: bool,
    /// The longer side of what is shown, in pixels.
    #[arg(long, value_name = "PIXELS", default_value_t = 1200, value_parser = clap::value_parser!(u16).range(100..=8000))]
    size: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Show {
    /// The source.
    Before,
    /// The target.
    After,
    /// Side by side.
    Both,
    /// Upon one another: before in outlines, after filled.
    Overlay,
}

/// The form of a picture.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Svg,
    Png,
}

impl View {
    pub(crate) fn run(self) -> Exit {
        match self.draw() {
            Ok(()) => Exit::Done,
            Err((sentence, exit)) => {
                if !sentence.is_empty() {
                    tell(&sentence);
                }
                exit
            }
        }
    }

    fn draw(&self) -> Result<(), Why> {
        let form = self.form()?;
        output::is_free(self.output.as_deref(), self.force)?;
        match (&self.spec, &self.file) {
            (Some(spec), _) => sides::draw(self, spec, form),
            (None, Some(file)) => file::draw(self, file, form),
            (None, None) => Err(("name a layout, or a spec with --spec".to_owned(), Exit::Usage)),
        }
    }

    fn form(&self) -> Result<Form, Why> {
        let Some(path) = self.output.as_ref().filter(|p| p.as_os_str() != "-") else { return Ok(Form::Svg) };
        let end = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match end.as_deref() {
            Some("svg") => Ok(Form::Svg),
            Some("png") => Ok(Form::Png),
            _ => Err((format!("{} is neither NAME.svg nor NAME.png; call it so", path.display()), Exit::Usage)),
        }
    }

    /// Writes the picture.
    fn write(&self, picture: &Picture<'_>, form: Form) -> Result<(), Why> {
        let bytes = match form {
            Form::Svg => migc_pictures::svg(picture).into_bytes(),
            Form::Png => migc_pictures::png(picture),
        };
        output::write_bytes(self.output.as_deref(), &bytes)
    }

    /// The window in units of so many 10⁻¹⁵ m.
    fn window_in(&self, unit: f64) -> Option<Extent> {
        let [x0, y0, x1, y1] = self.window?.map(|fm| fm as f64 / unit);
        Some(Extent { x0, y0, x1, y1 })
    }

    fn depth(&self) -> usize {
        self.depth.unwrap_or(usize::MAX)
    }
}

/// Makes a layout ready to be drawn.
fn sheet(path: &Path, library: &Library) -> Result<Sheet, Why> {
    Sheet::new(library).map_err(|e| (format!("{} cannot be drawn: {e}", path.display()), Exit::Failed))
}

/// The cell that was asked for, or the largest one that nothing places.
fn cell(path: &Path, sheet: &Sheet, name: Option<&str>) -> Result<usize, Why> {
    match name {
        Some(name) => sheet.cell(name).ok_or_else(|| {
            let known: Vec<&str> = sheet.names().iter().map(String::as_str).collect();
            let meant = migc_compiler::did_you_mean(name, &known);
            let meant = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
            (format!("{} has no cell `{name}`{meant}", path.display()), Exit::Usage)
        }),
        None => sheet.tops().first().copied().ok_or_else(|| (format!("{} has no cells", path.display()), Exit::Failed)),
    }
}

/// The window round a cell, with a little room; of an empty cell, one unit.
fn whole(extent: Option<Extent>) -> Extent {
    let e = extent.unwrap_or(Extent { x0: 0.0, y0: 0.0, x1: 1.0, y1: 1.0 });
    let room = (e.width().max(e.height()) * 0.02).max(1.0);
    Extent { x0: e.x0 - room, y0: e.y0 - room, x1: e.x1 + room, y1: e.y1 + room }
}

/// A window, in words; `unit` is that of its coordinates in 10⁻¹⁵ m.
fn spoken(w: &Extent, unit: Option<f64>) -> String {
    let um = |c: f64| match unit {
        Some(unit) => migc_pictures::decimal((c * unit / 1e6).round() as i128, 1000),
        None => format!("{}", c.round()),
    };
    let unit = if unit.is_some() { "µm" } else { "units" };
    format!("({}, {}) … ({}, {}) {unit}", um(w.x0), um(w.y0), um(w.x1), um(w.y1))
}
