//! Pictures as SVG: shapes as paths, whose lines stay hairlines at any zoom, and what is too fine for paths as images of
//! coverage, so that the size of a file has a bound.

use std::fmt::Write;

use crate::art::{LayerArt, Poly};
use crate::canvas::{Anchor, Canvas};
use crate::page::{Metrics, Placed};
use crate::png::indexed;
use crate::raster::{Mask, PARTS};
use crate::style::{Colour, FINE, GROUND, Hatch, LEAST, LINE, SMALL, Style};

/// An SVG in the making.
pub(crate) struct Svg {
    body: String,
    /// Hatchings that are used, with their colours.
    patterns: Vec<Style>,
    panels: Vec<([f64; 2], [usize; 2])>,
}

impl Svg {
    pub(crate) fn new() -> Svg {
        Svg { body: String::new(), patterns: Vec::new(), panels: Vec::new() }
    }

    /// The whole file.
    pub(crate) fn finish(self, [width, height]: [f64; 2], title: &str) -> String {
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
             <title>{}</title>\n<style>text{{font:13px ui-monospace,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;dominant-baseline:central}}\
             text.l{{font-size:11px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3px;fill:#222}}\
             path{{vector-effect:non-scaling-stroke;stroke-linejoin:round}}</style>\n<defs>\n",
            escaped(title)
        );
        for (i, style) in self.patterns.iter().enumerate() {
            pattern(&mut out, i, style);
        }
        for (i, (_, size)) in self.panels.iter().enumerate() {
            let _ =
                writeln!(out, "<clipPath id=\"c{i}\"><rect width=\"{}\" height=\"{}\"/></clipPath>", size[0], size[1]);
        }
        let _ = write!(out, "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n", self.body);
        out
    }

    fn pattern(&mut self, style: &Style) -> usize {
        self.patterns.iter().position(|p| p == style).unwrap_or_else(|| {
            self.patterns.push(*style);
            self.patterns.len() - 1
        })
    }
}

impl Canvas for Svg {
    fn metrics(&self) -> Metrics {
        Metrics { letter: 7.9, row: 18.0 }
    }

    fn begin(&mut self, panel: &Placed) {
        let [x, y] = panel.at;
        let _ = writeln!(
            self.body,
            "<g transform=\"translate({} {})\" clip-path=\"url(#c{})\">",
            num(x),
            num(y),
            self.panels.len()
        );
        self.panels.push((panel.at, panel.size));
    }

    fn end(&mut self) {
        self.body.push_str("</g>\n");
    }

    fn layer(&mut self, art: &LayerArt, style: &Style, name: &str) {
        if art.large.is_empty() && art.small.is_empty() && art.fine.is_none() {
            return;
        }
        let colour = hex(style.colour);
        let _ = writeln!(self.body, "<g><title>{}</title>", escaped(name));
        if let Some(mask) = &art.fine {
            image(&mut self.body, mask, style.colour);
        }
        if !art.small.is_empty() {
            let look = match style.filled {
                true => format!("fill=\"{colour}\" fill-opacity=\"{}\"", share(SMALL)),
                false => format!("fill=\"none\" stroke=\"{colour}\""),
            };
            let _ = writeln!(self.body, "<path {look} d=\"{}\"/>", path(&art.small));
        }
        if !art.large.is_empty() {
            let fill = match style.filled {
                true => format!("url(#h{})", self.pattern(style)),
                false => "none".to_owned(),
            };
            let _ = writeln!(self.body, "<path fill=\"{fill}\" stroke=\"{colour}\" d=\"{}\"/>", path(&art.large));
        }
        self.body.push_str("</g>\n");
    }

    fn swatch(&mut self, [x, y]: [f64; 2], [w, h]: [f64; 2], style: &Style) {
        let fill = if style.filled { format!("url(#h{})", self.pattern(style)) } else { "none".to_owned() };
        let colour = hex(style.colour);
        let (x, y) = (num(x.round() + 0.5), num(y.round() + 0.5));
        let _ = writeln!(self.body, "<path d=\"M{x} {y}h{w}v{h}h-{w}z\" fill=\"{fill}\" stroke=\"{colour}\"/>");
    }

    fn fill(&mut self, [x, y]: [f64; 2], [w, h]: [f64; 2], colour: Colour) {
        let (x, y, w, h) = (num(x), num(y), num(w), num(h));
        let _ =
            writeln!(self.body, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{}\"/>", hex(colour));
    }

    fn stroke(&mut self, points: &[[f64; 2]], width: usize, colour: Colour) {
        let mut d = String::new();
        for (i, [x, y]) in points.iter().enumerate() {
            // A hairline in the middle of its pixels is crisp.
            let at = |c: f64| num(if width == 1 { c.round() + 0.5 } else { c });
            let _ = write!(d, "{}{} {}", if i == 0 { "M" } else { "L" }, at(*x), at(*y));
        }
        let _ =
            writeln!(self.body, "<path d=\"{d}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{width}\"/>", hex(colour));
    }

    fn text(&mut self, [x, y]: [f64; 2], text: &str, anchor: Anchor, colour: Colour) {
        let anchor = if anchor == Anchor::Middle { " text-anchor=\"middle\"" } else { "" };
        let (x, y, fill) = (num(x), num(y), hex(colour));
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\"{anchor} fill=\"{fill}\" xml:space=\"preserve\">{}</text>",
            escaped(text)
        );
    }

    fn label(&mut self, [x, y]: [f64; 2], text: &str) {
        let _ = writeln!(self.body, "<text class=\"l\" x=\"{}\" y=\"{}\">{}</text>", num(x), num(y), escaped(text));
    }
}

/// The pattern of a hatching.
fn pattern(out: &mut String, i: usize, style: &Style) {
    let side = Hatch::SIDE;
    let mut lines = String::new();
    for y in 0..side {
        let mut x = 0;
        while x < side {
            let run = (x..side).take_while(|x| style.hatch.is_line(*x, y)).count();
            if run > 0 {
                let _ = write!(lines, "M{x} {y}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    let colour = hex(style.colour);
    let _ = writeln!(
        out,
        "<pattern id=\"h{i}\" width=\"{side}\" height=\"{side}\" patternUnits=\"userSpaceOnUse\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"{colour}\" fill-opacity=\"{}\"/><path d=\"{lines}\" fill=\"{colour}\" fill-opacity=\"{}\"/></pattern>",
        share(GROUND),
        share(LINE)
    );
}

/// Polygons as one path, each the same way round, so that what overlaps is filled once. Coordinates are pixels, with steps
/// reckoned between rounded corners: programs that do not know of lines of one width at every scale draw hairlines too.
fn path(polygons: &[Poly]) -> String {
    let mut d = String::new();
    for p in polygons {
        let Some(last) = p.last() else { continue };
        let twice = |a: [i32; 2], b: [i32; 2]| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1]);
        let mut before = *last;
        let around: i64 = p.iter().map(|q| twice(std::mem::replace(&mut before, *q), *q)).sum();
        let ring: Box<dyn Iterator<Item = &[i32; 2]>> =
            if around < 0 { Box::new(p.iter().rev()) } else { Box::new(p.iter()) };
        let mut at: Option<[i64; 2]> = None;
        for q in ring {
            let q = q.map(|c| (i64::from(c) * 100 + PARTS / 2).div_euclid(PARTS));
            let hundredths = |n: i64| crate::page::decimal(n.into(), 100);
            let by = |a: [i64; 2], k: usize| hundredths(q[k] - a[k]);
            let _ = match at {
                None => write!(d, "M{} {}", hundredths(q[0]), hundredths(q[1])),
                Some(a) if a == q => Ok(()),
                Some(a) if a[1] == q[1] => write!(d, "h{}", by(a, 0)),
                Some(a) if a[0] == q[0] => write!(d, "v{}", by(a, 1)),
                Some(a) => write!(d, "l{} {}", by(a, 0), by(a, 1)),
            };
            at = Some(q);
        }
        d.push('z');
    }
    d
}

/// Coverage as an image of one colour.
fn image(out: &mut String, mask: &Mask, colour: Colour) {
    let opacity: Vec<u8> = (0..=255_u32).map(|c| fine(c) as u8).collect();
    let bytes = indexed(mask, colour, &opacity);
    let (width, height) = (mask.width, mask.height());
    let _ = writeln!(
        out,
        "<image width=\"{width}\" height=\"{height}\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>",
        base64(&bytes)
    );
}

/// How opaque a pixel is that is covered so far: a little at once, so that nothing is invisible.
pub(crate) fn fine(covered: u32) -> u32 {
    if covered == 0 { 0 } else { LEAST + covered * (FINE - LEAST) / 255 }
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

fn share(of_255: u32) -> String {
    format!("{:.2}", f64::from(of_255) / 255.0)
}

fn hex(Colour([r, g, b]): Colour) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// A coordinate with at most two digits behind its point.
fn num(c: f64) -> String {
    let hundredths = (c * 100.0).round() as i128;
    crate::page::decimal(hundredths, 100)
}

/// A text as XML; characters that XML does not have become its replacement character.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygons_go_one_way_round_and_use_short_words() {
        let square = vec![[0, 0], [256, 0], [256, 384], [0, 384]];
        let other = square.iter().rev().copied().collect();
        assert_eq!(path(&[square, other]), "M0 0h1v1.5h-1zM0 0h1v1.5h-1z");
    }

    #[test]
    fn bytes_become_base64() {
        assert_eq!(base64(b"migc"), "bWlnYw==");
        assert_eq!(base64(b"layer"), "bGF5ZXI=");
        assert_eq!(base64(b"window"), "d2luZG93");
    }

    #[test]
    fn numbers_have_two_digits_at_most() {
        assert_eq!([num(-1.5), num(3.0), num(0.126)], ["-1.5", "3", "0.13"]);
    }
}
