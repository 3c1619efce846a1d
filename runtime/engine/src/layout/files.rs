//! The files of a map of layouts: what was promised of the source's format, and the target in its own.

use std::io::{BufWriter, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use migc_compiler::plan::{Layer, LayoutFile, TargetFormat};
use migc_layout::{Format, Interval, LayerName, Library, Name, Outcome, ScaleMark};

use super::LayoutJob;
use crate::error::RunError;

/// The format of a word of the language.
fn format(of: LayoutFile) -> Format {
    match of {
        LayoutFile::Gds => Format::Gds,
        LayoutFile::Oasis => Format::Oasis,
    }
}

/// The promise of the format: who took one file for another hears of it.
pub(super) fn keeps_its_format(promised: LayoutFile, library: &Library) -> Result<(), String> {
    if library.format == format(promised) {
        return Ok(());
    }
    let is = LayoutFile::ALL.into_iter().find(|f| format(*f) == library.format).map_or("", LayoutFile::word);
    let (said, found) = (promised.word(), library.format);
    Err(format!("the file is {found}, and the spec says `{said}(…)`; write `{is}(…)` if the file is the right one"))
}

/// Writes the target; what its format cannot hold is noted.
pub(super) fn write(
    job: &LayoutJob<'_>,
    layers: &[Layer],
    mark: Option<ScaleMark>,
    outcome: &mut Outcome,
) -> Result<(), RunError> {
    let TargetFormat::Layout { file, marked, .. } = &job.map.plan.targets[job.map.to].format else { return Ok(()) };
    let file = *file;
    if let Some(mark) = mark.filter(|_| !marked) {
        outcome.notes.push(format!("the file does not carry that it was scaled by {mark}"));
    }
    outcome.library.set_scale_mark(format(file), mark.filter(|_| *marked));
    outcome.notes.append(&mut outcome.library.remarks);
    if file == LayoutFile::Oasis {
        outcome.library.layer_names = layer_names(layers);
    }
    let cannot = |why: String| RunError::Layout { path: job.target.path.to_path_buf(), why };
    let mut out = BufWriter::with_capacity(1 << 20, &*job.target.file);
    let packed = job.target.path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    let written = match packed {
        true => {
            let mut packer = GzEncoder::new(&mut out, Compression::default());
            migc_layout::write(&outcome.library, format(file), &mut packer)
                .and_then(|lost| packer.finish().map(|_| lost).map_err(Into::into))
        }
        false => migc_layout::write(&outcome.library, format(file), &mut out),
    };
    let lost = written.map_err(|e| cannot(e.to_string()))?;
    out.flush().map_err(|e| cannot(e.to_string()))?;
    let format = format(file);
    outcome.notes.extend(lost.iter().map(|l| format!("{format} cannot hold everything: {l}")));
    Ok(())
}

/// The names of the target's layers, as OASIS can carry them.
fn layer_names(layers: &[Layer]) -> Vec<LayerName> {
    let named = layers.iter().flat_map(|l| l.numbers.iter().map(move |n| (l, n)));
    let interval = |first: u16, last: u16| Interval { first: first.into(), last: last.into() };
    named
        .map(|(l, n)| LayerName {
            name: Name::from(l.name.as_str()),
            texts: l.texts,
            layers: interval(n.layer, n.layer),
            datatypes: interval(n.first, n.last),
            properties: Vec::new(),
        })
        .collect()
}
