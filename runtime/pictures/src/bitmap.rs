//! Pictures as pixels.

use crate::art::LayerArt;
use crate::canvas::{Anchor, Canvas};
use crate::font::{HIGH, WIDE, letter};
use crate::page::{Metrics, Placed};
use crate::raster::{FULL, PARTS, Raster};
use crate::style::{Colour, GROUND, LINE, Style};
use crate::svg::fine;

/// Pixels of a page.
pub(crate) struct Bitmap {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
    /// Where what is drawn may lie, and where it starts: the page, or a panel.
    origin: [usize; 2],
    room: [usize; 2],
}

impl Bitmap {
    pub(crate) fn new(width: usize, height: usize) -> Bitmap {
        Bitmap { width, height, rgb: vec![255; 3 * width * height], origin: [0, 0], room: [width, height] }
    }

    /// The whole file.
    pub(crate) fn finish(self) -> Vec<u8> {
        crate::png::rgb(self.width, self.height, &self.rgb)
    }

    /// Lays a colour over a pixel, so opaque in 255ths.
    fn blend(&mut self, x: i64, y: i64, Colour(colour): Colour, opacity: u32) {
        let inside =
            |c: i64, k: usize| usize::try_from(c).ok().filter(|c| *c < self.room[k]).map(|c| c + self.origin[k]);
        let (Some(x), Some(y)) = (inside(x, 0), inside(y, 1)) else { return };
        if x >= self.width || y >= self.height {
            return;
        }
        let at = 3 * (y * self.width + x);
        for (under, over) in self.rgb[at..at + 3].iter_mut().zip(colour) {
            let mixed = u32::from(*under) * (255 - opacity) + u32::from(over) * opacity;
            *under = ((mixed + 127) / 255) as u8;
        }
    }

    fn block(&mut self, [x, y]: [i64; 2], [w, h]: [i64; 2], colour: Colour) {
        for at in 0..w * h {
            self.blend(x + at % w, y + at / w, colour, 255);
        }
    }

    /// A line between two pixels.
    fn line(&mut self, a: [f64; 2], b: [f64; 2], width: i64, colour: Colour) {
        // What lies far outside costs nothing.
        let room = [self.room[0] as f64 + 20.0, self.room[1] as f64 + 20.0];
        let near = |p: [f64; 2]| [p[0].clamp(-20.0, room[0]).floor() as i64, p[1].clamp(-20.0, room[1]).floor() as i64];
        let ([mut x, mut y], [x1, y1]) = (near(a), near(b));
        let (dx, dy) = ((x1 - x).abs(), -(y1 - y).abs());
        let (sx, sy) = ((x1 - x).signum(), (y1 - y).signum());
        let mut off = dx + dy;
        let half = width / 2;
        loop {
            match width {
                1 => self.blend(x, y, colour, 255),
                _ => self.block([x - half, y - half], [width, width], colour),
            }
            if [x, y] == [x1, y1] {
                return;
            }
            let twice = 2 * off;
            if twice >= dy {
                (off, x) = (off + dy, x + sx);
            }
            if twice <= dx {
                (off, y) = (off + dx, y + sy);
            }
        }
    }

    fn letters(&mut self, [x, y]: [i64; 2], text: &str, scale: i64, colour: Colour) {
        for (i, c) in text.chars().enumerate() {
            let left = x + (i * WIDE) as i64 * scale;
            for (column, bits) in letter(c).into_iter().enumerate() {
                for row in (0..HIGH).filter(|row| bits >> row & 1 == 1) {
                    self.block([left + column as i64 * scale, y + row as i64 * scale], [scale, scale], colour);
                }
            }
        }
    }
}

/// How many pixels a dot of a letter has along a side, and of small texts.
const DOT: i64 = 2;

impl Canvas for Bitmap {
    fn metrics(&self) -> Metrics {
        Metrics { letter: (WIDE as i64 * DOT) as f64, row: 22.0 }
    }

    fn begin(&mut self, panel: &Placed) {
        self.origin = panel.at.map(|c| c.round() as usize);
        self.room = panel.size;
    }

    fn end(&mut self) {
        (self.origin, self.room) = ([0, 0], [self.width, self.height]);
    }

    fn layer(&mut self, art: &LayerArt, style: &Style, _name: &str) {
        let [width, height] = self.room;
        let at = |i: usize| ((i % width) as i64, (i / width) as i64);
        if let Some(mask) = &art.fine {
            for (i, covered) in mask.coverage.iter().enumerate().filter(|(_, c)| **c > 0) {
                let (x, y) = at(i);
                self.blend(x, y, style.colour, fine(u32::from(*covered)));
            }
        }
        if art.large.is_empty() && art.small.is_empty() {
            return;
        }
        if style.filled {
            let mut raster = Raster::new(width, height);
            art.large.iter().chain(&art.small).for_each(|p| raster.polygon(p, FULL));
            for (i, covered) in raster.mask().coverage.into_iter().enumerate().filter(|(_, c)| *c > 0) {
                let (x, y) = at(i);
                let full = if style.hatch.is_line(i % width, i / width) { LINE } else { GROUND };
                self.blend(x, y, style.colour, full * u32::from(covered) / 255);
            }
        }
        let pixel = |p: &[i32; 2]| p.map(|c| f64::from(c) / PARTS as f64);
        for p in art.large.iter().chain(&art.small) {
            let Some(mut a) = p.last().map(pixel) else { continue };
            for b in p.iter().map(pixel) {
                self.line(a, b, 1, style.colour);
                a = b;
            }
        }
    }

    fn swatch(&mut self, [x, y]: [f64; 2], [w, h]: [f64; 2], style: &Style) {
        let [x, y] = [x.round(), y.round()];
        if style.filled {
            for at in 0..(w as usize * h as usize) {
                let (dx, dy) = (at % w as usize, at / w as usize);
                let opacity = if style.hatch.is_line(dx, dy) { LINE } else { GROUND };
                self.blend(x as i64 + dx as i64, y as i64 + dy as i64, style.colour, opacity);
            }
        }
        self.stroke(&[[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]], 1, style.colour);
    }

    fn fill(&mut self, at: [f64; 2], size: [f64; 2], colour: Colour) {
        let whole = |c: f64| c.round() as i64;
        self.block(at.map(whole), size.map(whole).map(|n| n.max(1)), colour);
    }

    fn stroke(&mut self, points: &[[f64; 2]], width: usize, colour: Colour) {
        match points {
            [one] => self.line(*one, *one, width as i64, colour),
            points => points.windows(2).for_each(|w| self.line(w[0], w[1], width as i64, colour)),
        }
    }

    fn text(&mut self, [x, y]: [f64; 2], text: &str, anchor: Anchor, colour: Colour) {
        let wide = (text.chars().count() * WIDE) as i64 * DOT;
        let left = if anchor == Anchor::Middle { x as i64 - wide / 2 } else { x as i64 };
        self.letters([left, y as i64 - 4 * DOT], text, DOT, colour);
    }

    fn label(&mut self, [x, y]: [f64; 2], text: &str) {
        let wide = (text.chars().count() * WIDE) as i64;
        let (left, top) = (x as i64 - wide / 2, y as i64 - 4);
        for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1)] {
            self.letters([left + dx, top + dy], text, 1, Colour::PAPER);
        }
        self.letters([left, top], text, 1, Colour::INK);
    }
}
