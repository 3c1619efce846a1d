//! `migc draft`: a first spec of a layout.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use migc_drafts::{Names, Technology, draft};
use migc_layout::Format;

use crate::Exit;
use crate::output::{self, Why, tell};

#[derive(Args)]
pub(crate) struct Draft {
    /// The layout, of GDSII or OASIS, packed by gzip or not.
    file: PathBuf,
    /// Names of its layers: a layer properties file of KLayout.
    #[arg(long, value_name = "FILE.lyp")]
    layers: Option<PathBuf>,
    /// Rules of the target: a technology in LEF, whose layers are called like those of the layout.
    #[arg(long, value_name = "FILE.lef")]
    rules: Option<PathBuf>,
    /// The format of the target; that of the layout if not given.
    #[arg(long, value_enum)]
    to: Option<To>,
    /// The spec, NAME.mig; to standard output if not given.
    #[arg(long, short, value_name = "SPEC")]
    output: Option<PathBuf>,
    /// Replaces a spec that is there.
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    /// GDSII.
    Gds,
    /// OASIS.
    Oasis,
}

impl Draft {
    pub(crate) fn run(self) -> Exit {
        match self.write() {
            Ok(()) => Exit::Done,
            Err((sentence, exit)) => {
                tell(&sentence);
                exit
            }
        }
    }

    fn write(&self) -> Result<(), Why> {
        output::is_free(self.output.as_deref(), self.force)?;
        let library = output::read_layout(&self.file)?;
        let mut names = match &self.layers {
            Some(path) => Names::read(&text(path)?).map_err(|e| wrong(path, &e))?,
            None => Names::default(),
        };
        // A file of OASIS can name its own layers.
        for layer in &library.layer_names {
            let one = |i: migc_layout::Interval| u32::try_from(i.first).ok().filter(|_| i.first == i.last);
            if let (Some(l), Some(d)) = (one(layer.layers), one(layer.datatypes)) {
                names.add((l, d), &layer.name.to_string());
            }
        }
        let technology = match &self.rules {
            Some(path) => Some(Technology::read(&text(path)?).map_err(|e| wrong(path, &e))?),
            None => None,
        };
        let format = match self.to {
            Some(To::Gds) => Format::Gds,
            Some(To::Oasis) => Format::Oasis,
            None => library.format,
        };
        let stem = self.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = stem.trim_end_matches(".gz");
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
        let end = if format == Format::Gds { "gds" } else { "oas" };
        let text = draft(&migc_drafts::Draft {
            library: &library,
            source: &self.file.display().to_string(),
            target: &format!("out/{stem}.{end}"),
            format,
            name: stem,
            names,
            technology: technology.as_ref(),
        })
        .map_err(|why| (format!("{}: {why}", self.file.display()), Exit::Failed))?;
        // The one style; a draft that could not be formatted would be a mistake of this program, and is shown as it is.
        let text = migc_grammar::format::format(&text).unwrap_or(text);
        output::write_bytes(self.output.as_deref(), text.as_bytes())
    }
}

fn text(path: &Path) -> Result<String, Why> {
    std::fs::read_to_string(path).map_err(|e| wrong(path, &e))
}

fn wrong(path: &Path, why: &dyn std::fmt::Display) -> Why {
    (format!("{} cannot be read: {why}", path.display()), Exit::Failed)
}
