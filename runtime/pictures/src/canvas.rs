//! What a picture is drawn on, and the drawing of a page, the same for every form.

use crate::art::LayerArt;
use crate::page::{MARGIN, Metrics, Page, Picture, Placed, Row, SWATCH};
use crate::style::{Colour, Style};

/// Where a text stands relative to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
}

/// Something to draw on; y goes downward, and lengths are pixels of the page.
pub(crate) trait Canvas {
    /// How large its letters are.
    fn metrics(&self) -> Metrics;
    /// Begins a panel: what follows lies within it, until it ends.
    fn begin(&mut self, panel: &Placed);
    /// Ends the panel.
    fn end(&mut self);
    /// The shapes of a layer, in a panel.
    fn layer(&mut self, art: &LayerArt, style: &Style, name: &str);
    /// A rectangle filled as a layer is.
    fn swatch(&mut self, at: [f64; 2], size: [f64; 2], style: &Style);
    /// A rectangle filled with a colour.
    fn fill(&mut self, at: [f64; 2], size: [f64; 2], colour: Colour);
    /// A line of some points, so many pixels wide.
    fn stroke(&mut self, points: &[[f64; 2]], width: usize, colour: Colour);
    /// A text, its middle line at the place.
    fn text(&mut self, at: [f64; 2], text: &str, anchor: Anchor, colour: Colour);
    /// A small text with paper round its letters.
    fn label(&mut self, at: [f64; 2], text: &str);
}

/// Draws a page.
pub(crate) fn draw(canvas: &mut dyn Canvas, picture: &Picture<'_>, page: &Page) {
    let m = canvas.metrics();
    canvas.text([MARGIN, MARGIN + 0.4 * m.row], &page.heading, Anchor::Start, Colour::INK);
    for panel in &page.panels {
        if !panel.title.is_empty() {
            canvas.text([panel.at[0], panel.at[1] - 0.6 * m.row], &panel.title, Anchor::Start, Colour::GREY);
        }
        canvas.begin(panel);
        for art in panel.art.iter().flat_map(|a| &a.layers) {
            let layer = &picture.layers[art.layer];
            canvas.layer(art, &layer.style, &layer.title());
        }
        for art in &panel.art {
            for (e, name) in &art.frames {
                let ring = [[e.x0, e.y0], [e.x1, e.y0], [e.x1, e.y1], [e.x0, e.y1], [e.x0, e.y0]];
                canvas.stroke(&ring, 1, Colour::GREY);
                let room = name.as_ref().is_some_and(|n| n.chars().count() as f64 * 7.0 < e.width());
                if let Some(name) = name.as_ref().filter(|_| room) {
                    canvas.label([(e.x0 + e.x1) / 2.0, (e.y0 + e.y1) / 2.0], name);
                }
            }
            for text in &art.texts {
                let [x, y] = text.at;
                canvas.stroke(&[[x - 2.0, y], [x + 2.0, y]], 1, Colour::INK);
                canvas.stroke(&[[x, y - 2.0], [x, y + 2.0]], 1, Colour::INK);
                canvas.label([x, y - 8.0], &text.text);
            }
            for mark in &art.marks {
                for stroke in &mark.strokes {
                    canvas.stroke(stroke, 4, Colour::PAPER);
                    canvas.stroke(stroke, 2, Colour::ALARM);
                }
                let e = &mark.within;
                symbol(canvas, mark.rule, [(e.x0 + e.x1) / 2.0, (e.y0 + e.y1) / 2.0]);
            }
        }
        canvas.end();
        frame(canvas, panel, m);
    }
    for ([x, y], row) in &page.rows {
        let middle = y + SWATCH[1] / 2.0;
        match row {
            Row::Title(text) => canvas.text([*x, middle], text, Anchor::Start, Colour::GREY),
            Row::Layer(layer, text) => {
                canvas.swatch([*x, *y], SWATCH, &picture.layers[*layer].style);
                canvas.text([x + SWATCH[0] + 10.0, middle], text, Anchor::Start, Colour::INK);
            }
            Row::Rule(rule, text) => {
                symbol(canvas, *rule, [x + SWATCH[0] / 2.0, middle]);
                canvas.text([x + SWATCH[0] + 10.0, middle], text, Anchor::Start, Colour::INK);
            }
        }
    }
    for (at, line) in &page.notes {
        canvas.text(*at, line, Anchor::Start, Colour::GREY);
    }
}

/// The frame of a panel, and its scale bar below.
fn frame(canvas: &mut dyn Canvas, panel: &Placed, m: Metrics) {
    let [x, y] = panel.at;
    let (right, low) = (x + panel.size[0] as f64, y + panel.size[1] as f64);
    canvas.stroke(&[[x, y], [right, y], [right, low], [x, low], [x, y]], 1, Colour::INK);
    if let Some((length, said)) = &panel.bar {
        let at = low + 0.7 * m.row;
        canvas.stroke(&[[x, at - 4.0], [x, at + 4.0]], 1, Colour::INK);
        canvas.stroke(&[[x + length, at - 4.0], [x + length, at + 4.0]], 1, Colour::INK);
        canvas.fill([x, at - 1.0], [*length, 3.0], Colour::INK);
        canvas.text([x + length + 8.0, at], said, Anchor::Start, Colour::INK);
    }
    canvas.text([x, low + 1.8 * m.row], &panel.range, Anchor::Start, Colour::GREY);
}

/// The sign of a rule, of one size at every scale: five forms, so that rules are told apart without colours.
fn symbol(canvas: &mut dyn Canvas, rule: usize, [x, y]: [f64; 2]) {
    let at = |dx: f64, dy: f64| [x + dx, y + dy];
    let octagon = [
        (-3.0, -7.0),
        (3.0, -7.0),
        (7.0, -3.0),
        (7.0, 3.0),
        (3.0, 7.0),
        (-3.0, 7.0),
        (-7.0, 3.0),
        (-7.0, -3.0),
        (-3.0, -7.0),
    ];
    let line: Vec<[f64; 2]> = match rule % 5 {
        0 => octagon.iter().map(|(dx, dy)| at(*dx, *dy)).collect(),
        1 => vec![at(-6.0, -6.0), at(6.0, -6.0), at(6.0, 6.0), at(-6.0, 6.0), at(-6.0, -6.0)],
        2 => vec![at(0.0, -8.0), at(8.0, 0.0), at(0.0, 8.0), at(-8.0, 0.0), at(0.0, -8.0)],
        3 => vec![at(0.0, -7.0), at(7.0, 6.0), at(-7.0, 6.0), at(0.0, -7.0)],
        _ => vec![at(0.0, 7.0), at(7.0, -6.0), at(-7.0, -6.0), at(0.0, 7.0)],
    };
    canvas.stroke(&line, 4, Colour::PAPER);
    canvas.stroke(&line, 2, Colour::ALARM);
}
