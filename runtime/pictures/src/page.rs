//! What is asked of a picture, and where on the page everything lies.

use crate::affine::{Affine, Extent};
use crate::art::Art;
use crate::sheet::{Number, Sheet};
use crate::style::Style;

/// A cell, seen through a window.
#[derive(Debug, Clone, Copy)]
pub struct View<'s> {
    /// Its place among the views; layers and rules name it.
    pub at: usize,
    /// The library.
    pub sheet: &'s Sheet,
    /// The cell, by its place.
    pub cell: usize,
    /// What its coordinates are stretched by along x and y, so that views lie upon one another.
    pub stretch: [f64; 2],
    /// Cells deeper than this are drawn as their frames.
    pub depth: usize,
    /// Whether cells that are too small to be drawn are framed.
    pub frames: bool,
    /// The window, in stretched coordinates.
    pub window: Extent,
}

impl View<'_> {
    /// From the cell to a panel of so many pixels.
    pub(crate) fn seen(&self, [width, height]: [usize; 2]) -> Affine {
        let w = &self.window;
        let (x, y) = (width as f64 / w.width(), height as f64 / w.height());
        let scaled = Affine::stretched(x * self.stretch[0], -y * self.stretch[1]);
        scaled.moved([-w.x0 * x, w.y1 * y])
    }
}

/// A layer of a picture.
#[derive(Debug, Clone)]
pub struct Layer {
    /// The view that it belongs to.
    pub view: usize,
    /// Its name; `None` where nobody gives it one.
    pub name: Option<String>,
    /// Its numbers, with ranges of datatypes, both ends included.
    pub numbers: Vec<(u32, u32, u32)>,
    /// Whether it holds texts, and not shapes.
    pub texts: bool,
    /// How it looks.
    pub style: Style,
}

impl Layer {
    pub(crate) fn has(&self, n: Number) -> bool {
        self.numbers.iter().any(|(layer, first, last)| *layer == n.layer && (*first..=*last).contains(&n.datatype))
    }

    /// Its name and numbers, for the legend.
    pub(crate) fn title(&self) -> String {
        let number = |(layer, first, last): &(u32, u32, u32)| match last - first {
            0 => format!("{layer}/{first}"),
            65_535 => format!("{layer}/*"),
            _ => format!("{layer}/{first}..{last}"),
        };
        let numbers: Vec<String> = self.numbers.iter().take(3).map(number).collect();
        let more = if self.numbers.len() > 3 { " …" } else { "" };
        match &self.name {
            Some(name) => format!("{name}  {}{more}", numbers.join(", ")),
            None => format!("{}{more}", numbers.join(", ")),
        }
    }
}

/// A rule, and what breaks it.
#[derive(Debug, Clone)]
pub struct MarkRule {
    /// The view in which it is marked.
    pub view: usize,
    /// Its name.
    pub name: String,
    /// What breaks it.
    pub marks: Vec<Mark>,
}

/// A mark in a cell.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The cell.
    pub cell: String,
    /// Lines, in the cell's coordinates.
    pub strokes: Vec<Vec<[i32; 2]>>,
}

/// A part of the page with one or more views that lie upon one another, in the order in which they are drawn.
#[derive(Debug, Clone)]
pub struct Panel {
    /// What it shows.
    pub title: String,
    /// From where to where, in words.
    pub range: String,
    /// Its views, by their places.
    pub views: Vec<usize>,
    /// The unit of its coordinates in 10⁻¹⁵ m, where it is known.
    pub unit: Option<f64>,
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture<'s> {
    /// What it is of.
    pub heading: String,
    /// What is seen; all views of one panel have one window.
    pub views: Vec<View<'s>>,
    /// Its panels, from left to right.
    pub panels: Vec<Panel>,
    /// Its layers, in the order in which they are drawn.
    pub layers: Vec<Layer>,
    /// Rules with marks.
    pub rules: Vec<MarkRule>,
    /// The longer side of a panel, in pixels.
    pub size: usize,
}

/// The least side of a panel, in pixels.
const LEAST: f64 = 160.0;

impl Picture<'_> {
    /// The pixels of a panel with this window, and the window made as wide or high as a readable panel is.
    pub fn fit(size: usize, window: Extent) -> ([usize; 2], Extent) {
        let mut w = window;
        let longer = w.longer().max(1.0);
        let scale = size as f64 / longer;
        let least = (LEAST / scale).min(longer);
        let mut widen = |low: fn(&mut Extent) -> (&mut f64, &mut f64)| {
            let (low, high) = low(&mut w);
            let lack = least - (*high - *low);
            if lack > 0.0 {
                (*low, *high) = (*low - lack / 2.0, *high + lack / 2.0);
            }
        };
        widen(|w| (&mut w.x0, &mut w.x1));
        widen(|w| (&mut w.y0, &mut w.y1));
        let pixels = |length: f64| (length * scale).round().max(1.0) as usize;
        ([pixels(w.width()), pixels(w.height())], w)
    }
}

/// How large letters are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Metrics {
    pub(crate) letter: f64,
    pub(crate) row: f64,
}

/// Where a panel lies on the page.
pub(crate) struct Placed {
    pub(crate) at: [f64; 2],
    pub(crate) size: [usize; 2],
    pub(crate) title: String,
    pub(crate) range: String,
    pub(crate) bar: Option<(f64, String)>,
    pub(crate) art: Vec<Art>,
}

/// A row of the legend.
pub(crate) enum Row {
    Title(String),
    Layer(usize, String),
    Rule(usize, String),
}

/// A page: where everything lies.
pub(crate) struct Page {
    pub(crate) size: [f64; 2],
    pub(crate) heading: String,
    pub(crate) panels: Vec<Placed>,
    pub(crate) rows: Vec<([f64; 2], Row)>,
    pub(crate) notes: Vec<([f64; 2], String)>,
}

/// The margin round everything, and the swatches of the legend.
pub(crate) const MARGIN: f64 = 16.0;
pub(crate) const SWATCH: [f64; 2] = [28.0, 14.0];

impl Page {
    /// Lays out a picture whose panels have been collected.
    pub(crate) fn new(picture: &Picture<'_>, arts: Vec<Vec<Art>>, m: Metrics) -> Page {
        let titled = picture.panels.iter().any(|p| !p.title.is_empty());
        let top = (MARGIN + if titled { 2.2 } else { 1.2 } * m.row).round();
        let mut x = MARGIN;
        let mut panels = Vec::new();
        for (panel, art) in picture.panels.iter().zip(arts) {
            let Some(view) = panel.views.first().and_then(|v| picture.views.get(*v)) else { continue };
            let (size, window) = Picture::fit(picture.size, view.window);
            let bar = bar(&window, size[0], panel.unit);
            panels.push(Placed {
                at: [x, top],
                size,
                title: panel.title.clone(),
                range: panel.range.clone(),
                bar,
                art,
            });
            x += size[0] as f64 + MARGIN;
        }
        let tall = panels.iter().map(|p| p.size[1] as f64).fold(0.0, f64::max);
        let bottom = top + tall;
        let (rows, right) = legend(picture, &panels, [x, top], tall.max(18.0 * m.row), m);
        let low = rows.iter().map(|(at, _)| at[1] + m.row).fold(bottom + 2.2 * m.row, f64::max);
        let least = picture.heading.chars().count() as f64 * m.letter + 2.0 * MARGIN;
        let width = right.max(least.min(x + 480.0));
        let letters = ((width - 2.0 * MARGIN) / m.letter).max(20.0) as usize;
        let mut notes = Vec::new();
        let mut y = low + m.row;
        for line in notes_of(picture, &panels).iter().flat_map(|note| wrapped(note, letters)) {
            notes.push(([MARGIN, y], line));
            y += m.row;
        }
        let height = if notes.is_empty() { low } else { y - 0.5 * m.row };
        Page { size: [width.ceil(), (height + MARGIN).ceil()], heading: picture.heading.clone(), panels, rows, notes }
    }
}

/// The legend: layers that the picture shows, and rules; in as many columns as it takes.
fn legend(
    picture: &Picture<'_>,
    panels: &[Placed],
    [x, y]: [f64; 2],
    tall: f64,
    m: Metrics,
) -> (Vec<([f64; 2], Row)>, f64) {
    let shown = |i: usize| {
        let art = panels.iter().flat_map(|p| &p.art).flat_map(|a| &a.layers).find(|l| l.layer == i);
        art.is_some_and(|l| !l.large.is_empty() || !l.small.is_empty() || l.fine.is_some())
    };
    let mut rows = Vec::new();
    for (panel, v) in picture.panels.iter().flat_map(|p| p.views.iter().map(move |v| (p, *v))) {
        let Some(view) = picture.views.get(v) else { continue };
        let of: Vec<usize> = (0..picture.layers.len())
            .filter(|i| picture.layers[*i].view == view.at && !picture.layers[*i].texts && shown(*i))
            .collect();
        // One row will do for outlines of one look.
        if let Some(first) = of.first().filter(|i| picture.layers[**i].style == Style::outline()) {
            rows.push(Row::Layer(*first, "before".to_owned()));
            continue;
        }
        if picture.panels.len() > 1 && !of.is_empty() {
            rows.push(Row::Title(panel.title.clone()));
        }
        rows.extend(of.iter().map(|i| Row::Layer(*i, picture.layers[*i].title())));
    }
    if !picture.rules.is_empty() {
        rows.push(Row::Title("broken rules".to_owned()));
        let title = |r: &MarkRule| format!("{} ({})", r.name, r.marks.len());
        rows.extend(picture.rules.iter().enumerate().map(|(i, r)| Row::Rule(i, title(r))));
    }
    let each = m.row * 1.35;
    let in_column = ((tall / each).floor() as usize).max(1);
    let (mut out, mut left) = (Vec::new(), x);
    let mut rest = rows.into_iter().peekable();
    while rest.peek().is_some() {
        let column: Vec<Row> = rest.by_ref().take(in_column).collect();
        let letters = |r: &Row| match r {
            Row::Title(t) => t.chars().count() as f64 * m.letter,
            Row::Layer(_, t) | Row::Rule(_, t) => t.chars().count() as f64 * m.letter + SWATCH[0] + 10.0,
        };
        let wide = column.iter().map(letters).fold(0.0, f64::max);
        out.extend(column.into_iter().enumerate().map(|(i, row)| ([left, y + i as f64 * each], row)));
        left += wide + MARGIN;
    }
    (out, left)
}

/// The length of the scale bar in pixels, and what it says: 1, 2 or 5 times a power of ten, about a sixth of the panel.
fn bar(window: &Extent, pixels: usize, unit: Option<f64>) -> Option<(f64, String)> {
    let a_pixel = window.width() / pixels as f64;
    let wanted = (pixels as f64 / 6.0).clamp(60.0, 240.0) * a_pixel;
    // In 10⁻¹⁵ m, or in units where nobody knows what they are.
    let fm = unit.unwrap_or(1.0);
    let most = (wanted * fm) as i128;
    let mut length: i128 = 1;
    for step in [2, 5, 10].into_iter().cycle() {
        let decade = 10_i128.checked_pow(length.checked_ilog10()?)?;
        let next = decade.checked_mul(step)?;
        if next > most {
            break;
        }
        length = next;
    }
    let said = match unit {
        None => format!("{length} units"),
        Some(_) => shown(length),
    };
    Some((length as f64 / fm / a_pixel, said))
}

/// A length of so many 10⁻¹⁵ m, in the unit that suits it.
pub fn shown(fm: i128) -> String {
    let (per, unit) = match fm.abs() {
        0..1_000_000 => (1_000, "pm"),
        1_000_000..1_000_000_000 => (1_000_000, "nm"),
        1_000_000_000..1_000_000_000_000 => (1_000_000_000, "µm"),
        _ => (1_000_000_000_000, "mm"),
    };
    format!("{} {unit}", decimal(fm, per))
}

/// A number of thousandths and finer, without zeros at its end.
pub fn decimal(n: i128, per: i128) -> String {
    let (sign, n) = (if n < 0 { "-" } else { "" }, n.abs());
    let digits = per.checked_ilog10().unwrap_or(0) as usize;
    let rest = format!("{:0digits$}", n % per);
    let rest = if digits == 0 { "" } else { rest.trim_end_matches('0') };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{rest}", n / per)
}

/// What the picture does not show as it is.
fn notes_of(picture: &Picture<'_>, panels: &[Placed]) -> Vec<String> {
    let mut notes = Vec::new();
    let all = || panels.iter().flat_map(|p| &p.art);
    let listed = |of: &dyn Fn(&crate::art::LayerArt) -> bool| {
        let mut at: Vec<usize> = all().flat_map(|a| &a.layers).filter(|l| of(l)).map(|l| l.layer).collect();
        at.sort_unstable();
        let name = |i: usize| picture.layers[i].name.clone().unwrap_or_else(|| picture.layers[i].title());
        let mut names: Vec<String> = at.into_iter().map(name).collect();
        names.dedup();
        names.join(", ")
    };
    let (fine, crowded) = (listed(&|l| l.tiny && !l.crowded), listed(&|l| l.crowded));
    if !fine.is_empty() {
        notes
            .push(format!("Shapes smaller than a pixel are drawn as the share of each pixel that they cover: {fine}."));
    }
    if !crowded.is_empty() {
        notes.push(format!(
            "Too many shapes for outlines, so they are drawn as the share of each pixel that they cover: {crowded}."
        ));
    }
    let short = listed(&|l| l.cut_short);
    if !short.is_empty() {
        notes.push(format!("Not everything is drawn, since there is too much in this window: {short}."));
    }
    let texts: usize = all().map(|a| a.texts_left).sum();
    if texts > 0 {
        notes.push(format!("{} no room here; look at a smaller window.", many(texts as u64, "text has", "texts have")));
    }
    let marks: usize = all().map(|a| a.marks_left).sum();
    if marks > 0 {
        notes.push(format!("{} left out; look at a smaller window.", many(marks as u64, "mark is", "marks are")));
    }
    if all().any(|a| a.frames_left) {
        notes.push("There are too many cells of a few pixels to frame them.".to_owned());
    }
    let missing: u64 = picture.views.iter().map(|v| v.sheet.missing).sum();
    if missing > 0 {
        notes
            .push(format!("{} of cells that the file does not have.", many(missing, "placement is", "placements are")));
    }
    notes
}

fn many(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

/// A text in lines of at most so many letters, broken between words.
fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() || line.chars().count() + 1 + word.chars().count() <= letters {
                let blank = if line.is_empty() { "" } else { " " };
                line.push_str(blank);
                line.push_str(word);
            } else {
                lines.push(word.to_owned());
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scale_bars_are_one_two_or_five_times_a_power_of_ten() {
        let window = |w: f64| Extent { x0: 0.0, y0: 0.0, x1: w, y1: w };
        assert_eq!(bar(&window(4000.0), 1200, Some(1e6)), Some((150.0, "500 nm".into())));
        assert_eq!(bar(&window(430_000.0), 1200, Some(1e6)).map(|b| b.1), Some("50 µm".into()));
        assert_eq!(bar(&window(1000.0), 1000, None).map(|b| b.1), Some("100 units".into()));
        assert_eq!(shown(2_500_000), "2.5 nm");
    }

    #[test]
    fn a_flat_window_is_made_high_enough_to_be_seen() {
        let (size, window) = Picture::fit(1000, Extent { x0: 0.0, y0: 0.0, x1: 1000.0, y1: 10.0 });
        assert_eq!((size, window.y0, window.y1), ([1000, 160], -75.0, 85.0));
    }
}
