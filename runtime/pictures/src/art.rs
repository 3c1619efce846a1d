//! What a panel shows, in parts of its pixels: of each layer the shapes that are large enough for a hatching, those that are
//! large enough to be told apart, and the coverage of all others; frames, texts and marks.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::affine::{Affine, Extent};
use crate::clip::clipped;
use crate::page::{Layer, MarkRule, View};
use crate::raster::{FULL, Mask, PARTS, Raster};
use crate::sheet::{Number, Sheet};
use crate::walk::{Sink, Walk};

/// From this many pixels across, a shape has a hatching and an outline.
const LARGE: f64 = 5.0;
/// Cells smaller than this on the page are drawn as their frames.
const FRAMED: f64 = 8.0;
/// So many frames, texts and marks are drawn at most.
const MOST_FRAMES: usize = 4_000;
const MOST_TEXTS: usize = 400;
const MOST_MARKS: usize = 5_000;

/// A polygon in parts of pixels, y downward from the panel's upper left corner.
pub(crate) type Poly = Vec<[i32; 2]>;

/// A layer of a panel.
pub(crate) struct LayerArt {
    /// Its place among the picture's layers.
    pub(crate) layer: usize,
    pub(crate) large: Vec<Poly>,
    pub(crate) small: Vec<Poly>,
    pub(crate) fine: Option<Mask>,
    /// Whether there are shapes smaller than a pixel.
    pub(crate) tiny: bool,
    /// Whether shapes that are not small are in the coverage too, because there are so many.
    pub(crate) crowded: bool,
    /// Whether the walk was ended before everything was looked at.
    pub(crate) cut_short: bool,
}

/// A text, with its place in pixels.
pub(crate) struct TextArt {
    pub(crate) at: [f64; 2],
    pub(crate) text: String,
}

/// A mark, in pixels.
pub(crate) struct MarkArt {
    pub(crate) rule: usize,
    pub(crate) strokes: Vec<Vec<[f64; 2]>>,
    pub(crate) within: Extent,
}

/// What a panel shows.
#[derive(Default)]
pub(crate) struct Art {
    pub(crate) layers: Vec<LayerArt>,
    pub(crate) frames: Vec<(Extent, Option<String>)>,
    pub(crate) texts: Vec<TextArt>,
    pub(crate) marks: Vec<MarkArt>,
    /// Texts and marks for which there was no room.
    pub(crate) texts_left: usize,
    pub(crate) marks_left: usize,
    pub(crate) frames_left: bool,
}

/// How much is kept as shapes.
#[derive(Clone, Copy)]
pub(crate) struct Caps {
    pub(crate) large: usize,
    pub(crate) small: usize,
}

/// Collects what a view shows on a panel of so many pixels.
pub(crate) fn collect(
    view: &View<'_>,
    layers: &[Layer],
    rules: &[MarkRule],
    [width, height]: [usize; 2],
    caps: Caps,
) -> Art {
    let window = Extent { x0: -2.0, y0: -2.0, x1: width as f64 + 2.0, y1: height as f64 + 2.0 };
    let seen = view.seen([width, height]);
    let sheet = view.sheet;
    let mut numbers: Vec<(usize, Vec<usize>)> = (layers.iter().enumerate())
        .filter(|(_, l)| l.view == view.at && !l.texts)
        .map(|(i, l)| (i, (0..sheet.numbers.len()).filter(|n| l.has(sheet.numbers[*n])).collect()))
        .collect();
    // What covers most lies lowest, so that wells and outlines hide nothing.
    let area = |of: &(usize, Vec<usize>)| -> f64 {
        let reach = sheet.cells.get(view.cell).map(|c| &c.reach);
        of.1.iter().filter_map(|n| Some(reach?.get(n)?.1)).sum()
    };
    numbers.sort_by(|a, b| area(b).total_cmp(&area(a)));
    let of = |(layer, numbers): &(usize, Vec<usize>)| {
        let mut sink = Collector::new([width, height], window, caps);
        let mut whole = true;
        for number in numbers {
            whole &= Walk::new(sheet, *number, window, view.depth).run(view.cell, &seen, &mut sink);
        }
        sink.done(*layer, !whole)
    };
    let mut art = Art { layers: numbers.par_iter().map(of).collect(), ..Art::default() };
    let mut look = Look { view, window, art: &mut art };
    if view.frames {
        look.frames(view.cell, &seen, 0);
        if look.art.frames_left {
            look.art.frames.clear();
        }
    }
    look.texts(view.cell, &seen, 0, layers);
    look.marks(rules, &seen);
    art
}

/// Gathers the shapes of a layer.
struct Collector {
    window: Extent,
    caps: Caps,
    large: Vec<Poly>,
    small: Vec<Poly>,
    fine: Raster,
    tiny: bool,
    crowded: bool,
}

impl Collector {
    fn new([width, height]: [usize; 2], window: Extent, caps: Caps) -> Collector {
        Collector {
            window,
            caps,
            large: Vec::new(),
            small: Vec::new(),
            fine: Raster::new(width, height),
            tiny: false,
            crowded: false,
        }
    }

    fn done(mut self, layer: usize, cut_short: bool) -> LayerArt {
        // Too many for outlines: the picture has one form of them all.
        if self.large.len() > self.caps.large {
            std::mem::take(&mut self.large).iter().for_each(|p| self.fine.polygon(p, FULL));
            self.crowded = true;
        }
        if self.small.len() > self.caps.small {
            std::mem::take(&mut self.small).iter().for_each(|p| self.fine.polygon(p, FULL));
            self.crowded |= self.caps.small > 0;
        }
        let fine = (!self.fine.is_empty()).then(|| self.fine.mask());
        LayerArt {
            layer,
            large: self.large,
            small: self.small,
            fine,
            tiny: self.tiny,
            crowded: self.crowded,
            cut_short,
        }
    }
}

impl Sink for Collector {
    fn shape(&mut self, corners: &[[f64; 2]]) {
        let Some(within) = Extent::round(corners.iter().copied()) else { return };
        let cut;
        let inside = within.x0 >= self.window.x0 && within.x1 <= self.window.x1;
        let corners = if inside && within.y0 >= self.window.y0 && within.y1 <= self.window.y1 {
            corners
        } else {
            cut = clipped(corners, &self.window);
            &cut
        };
        let part = |c: f64| (c * PARTS as f64).round() as i32;
        let poly = |corners: &[[f64; 2]]| corners.iter().map(|p| p.map(part)).collect::<Poly>();
        if within.longer() < 1.0 || self.caps.small == 0 && within.shorter() < LARGE {
            self.tiny |= within.longer() < 1.0;
            match corners {
                [a, b, c, d] if a[1] == b[1] && b[0] == c[0] && c[1] == d[1] && d[0] == a[0] => {
                    let ([x0, y0], [x1, y1]) = (a.map(part), c.map(part));
                    let (low, high) = ([x0.min(x1), y0.min(y1)], [x0.max(x1), y0.max(y1)]);
                    self.fine.rect(low.map(i64::from), high.map(i64::from), FULL);
                }
                corners => self.fine.polygon(&poly(corners), FULL),
            }
            return;
        }
        let (list, most) = match within.shorter() >= LARGE {
            true => (&mut self.large, self.caps.large),
            false => (&mut self.small, self.caps.small),
        };
        match list.len() > most {
            true => self.fine.polygon(&poly(corners), FULL),
            false => list.push(poly(corners)),
        }
    }

    fn haze(&mut self, within: &Extent, share: f64) {
        let part = |c: f64| (c * PARTS as f64).round() as i64;
        let weight = ((share * FULL as f64).round() as i64).clamp(1, FULL);
        self.tiny = true;
        if within.longer() < 1.0 {
            let covered = share * within.width() * within.height() * (PARTS * PARTS * FULL) as f64;
            let middle = [(within.x0 + within.x1) / 2.0, (within.y0 + within.y1) / 2.0];
            self.fine.spot(middle[0].floor() as i64, middle[1].floor() as i64, covered.round() as i64);
            return;
        }
        let w = &self.window;
        let [x0, x1] = [within.x0, within.x1].map(|x| part(x.clamp(w.x0, w.x1)));
        let [y0, y1] = [within.y0, within.y1].map(|y| part(y.clamp(w.y0, w.y1)));
        self.fine.rect([x0, y0], [x1, y1], weight);
    }
}

/// Looks for what stands in cells beside shapes.
struct Look<'a, 'v> {
    view: &'a View<'v>,
    window: Extent,
    art: &'a mut Art,
}

impl Look<'_, '_> {
    fn sheet(&self) -> &'_ Sheet {
        self.view.sheet
    }

    /// Frames of cells that are too small to be drawn, or that the picture does not enter.
    fn frames(&mut self, cell: usize, seen: &Affine, depth: usize) {
        let sheet = self.view.sheet;
        let Some(window) = seen.inverse().map(|back| back.extent(&self.window)) else { return };
        for p in &sheet.cells[cell].placed {
            let Some(whole) = sheet.cells[p.cell].whole else { continue };
            let one = p.seen.extent(&whole);
            let size = seen.extent(&one).longer();
            if size < 2.0 || self.art.frames_left {
                continue;
            }
            p.copies.each(&one, &window, &mut |by| {
                if size < FRAMED || depth >= self.view.depth {
                    self.art.frames_left |= self.art.frames.len() >= MOST_FRAMES;
                    let named = (depth >= self.view.depth).then(|| sheet.names()[p.cell].clone());
                    self.art.frames.push((seen.extent(&one.moved(by)), named));
                } else {
                    self.frames(p.cell, &seen.after(&p.seen.moved(by)), depth + 1);
                }
                !self.art.frames_left
            });
        }
    }

    /// Texts, those of the upper cells first; one that would lie over another is left out, and counted.
    fn texts(&mut self, cell: usize, seen: &Affine, depth: usize, layers: &[Layer]) {
        let view = self.view;
        let Some(window) = seen.inverse().map(|back| back.extent(&self.window)) else { return };
        let sketch = &self.sheet().cells[cell];
        if !sketch.told.is_some_and(|told| told.touches(&window)) {
            return;
        }
        let sketch = &view.sheet.cells[cell];
        let shown = |n: Number| layers.iter().any(|l| l.view == view.at && l.texts && l.has(n));
        for label in sketch.texts.iter().filter(|l| shown(l.number)) {
            let one = Extent { x0: label.at[0], y0: label.at[1], x1: label.at[0], y1: label.at[1] };
            label.copies.each(&one, &window, &mut |by| {
                let at = seen.point([label.at[0] + by[0], label.at[1] + by[1]]);
                self.text(at, &label.text);
                self.art.texts_left < 1_000_000
            });
        }
        if depth >= view.depth {
            return;
        }
        for p in &sketch.placed {
            let Some(told) = view.sheet.cells[p.cell].told else { continue };
            let one = p.seen.extent(&told);
            // Texts of cells that are a few pixels wide would be larger than the cells.
            if seen.extent(&p.seen.extent(&view.sheet.cells[p.cell].whole.unwrap_or(told))).longer() < 6.0 * FRAMED {
                continue;
            }
            p.copies.each(&one, &window, &mut |by| {
                self.texts(p.cell, &seen.after(&p.seen.moved(by)), depth + 1, layers);
                self.art.texts_left < 1_000_000
            });
        }
    }

    fn text(&mut self, at: [f64; 2], text: &str) {
        let (wide, tall) = (7.0, 12.0);
        let long = |t: &str| t.chars().count() as f64 * wide;
        let meets = |t: &TextArt| {
            let dx = (t.at[0] - at[0]).abs() * 2.0;
            dx < long(&t.text) + long(text) + wide && (t.at[1] - at[1]).abs() < tall
        };
        let inside = at[0] >= 0.0 && at[1] >= 0.0 && at[0] <= self.window.x1 - 2.0 && at[1] <= self.window.y1 - 2.0;
        match inside && !text.is_empty() && self.art.texts.len() < MOST_TEXTS && !self.art.texts.iter().any(meets) {
            true => self.art.texts.push(TextArt { at, text: text.to_owned() }),
            false => self.art.texts_left += usize::from(inside && !text.is_empty()),
        }
    }

    /// Marks, at each place where their cell stands.
    fn marks(&mut self, rules: &[MarkRule], seen: &Affine) {
        let mut of: BTreeMap<usize, Vec<(usize, &crate::page::Mark)>> = BTreeMap::new();
        for (rule, r) in rules.iter().enumerate().filter(|(_, r)| r.view == self.view.at) {
            for mark in &r.marks {
                if let Some(cell) = self.view.sheet.cell(&mark.cell) {
                    of.entry(cell).or_default().push((rule, mark));
                }
            }
        }
        if of.is_empty() {
            return;
        }
        let cells = &self.view.sheet.cells;
        let mut has: BTreeMap<usize, bool> = BTreeMap::new();
        below(self.view.cell, cells, &of, &mut has);
        self.marked(self.view.cell, seen, &of, &has);
    }

    fn marked(
        &mut self,
        cell: usize,
        seen: &Affine,
        of: &BTreeMap<usize, Vec<(usize, &crate::page::Mark)>>,
        has: &BTreeMap<usize, bool>,
    ) {
        let Some(window) = seen.inverse().map(|back| back.extent(&self.window)) else { return };
        for (rule, mark) in of.get(&cell).into_iter().flatten() {
            let strokes: Vec<Vec<[f64; 2]>> =
                mark.strokes.iter().map(|s| s.iter().map(|p| seen.point(p.map(f64::from))).collect()).collect();
            let Some(within) = Extent::round(strokes.iter().flatten().copied()) else { continue };
            if !within.touches(&self.window) {
                continue;
            }
            match self.art.marks.len() < MOST_MARKS {
                true => self.art.marks.push(MarkArt { rule: *rule, strokes, within }),
                false => self.art.marks_left += 1,
            }
        }
        for p in &self.view.sheet.cells[cell].placed {
            let Some(whole) = self.view.sheet.cells[p.cell].whole.filter(|_| has.get(&p.cell) == Some(&true)) else {
                continue;
            };
            p.copies.each(&p.seen.extent(&whole), &window, &mut |by| {
                self.marked(p.cell, &seen.after(&p.seen.moved(by)), of, has);
                self.art.marks_left < 1_000_000
            });
        }
    }
}

/// Which cells have marks, themselves or below.
fn below<T>(
    cell: usize,
    cells: &[crate::sheet::Sketch],
    of: &BTreeMap<usize, T>,
    has: &mut BTreeMap<usize, bool>,
) -> bool {
    if let Some(known) = has.get(&cell) {
        return *known;
    }
    let mut any = of.contains_key(&cell);
    for p in &cells[cell].placed {
        any |= below(p.cell, cells, of, has);
    }
    has.insert(cell, any);
    any
}
