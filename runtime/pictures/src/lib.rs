//! Pictures of layouts, as SVG and PNG: cells seen through a window, one or more side by side or upon one another, with a
//! legend, a scale bar, texts, and marks of what breaks rules.
//!
//! - A [`Sheet`] is a library made ready: an index of each cell's shapes, and how far each cell reaches. What a window does
//!   not show, or what is smaller than a pixel, is not looked at one by one.
//! - A [`Picture`] says what is seen; [`svg()`] and [`png()`] draw it. Equal pictures give equal bytes.
//! - The size of either form has a bound, whatever the layout: what is too fine or too much for outlines is drawn as the
//!   share of each pixel that it covers, and the picture says so.
#![forbid(unsafe_code)]

mod affine;
mod art;
mod bitmap;
mod canvas;
mod clip;
mod copies;
mod font;
mod page;
mod png;
mod raster;
mod sheet;
mod style;
mod svg;
mod walk;

pub use affine::Extent;
pub use page::{Layer, Mark, MarkRule, Panel, Picture, View, decimal, shown};
pub use sheet::{Number, Sheet, SheetError};
pub use style::{Colour, Hatch, Style};

use art::{Art, Caps, collect};
use canvas::{Canvas, draw};
use page::Page;

/// Draws a picture as SVG.
pub fn svg(picture: &Picture<'_>) -> String {
    let mut canvas = svg::Svg::new();
    let arts = arts(picture, Caps { large: 10_000, small: 10_000 });
    let page = Page::new(picture, arts, canvas.metrics());
    draw(&mut canvas, picture, &page);
    canvas.finish(page.size, &picture.heading)
}

/// Draws a picture as PNG.
pub fn png(picture: &Picture<'_>) -> Vec<u8> {
    let arts = arts(picture, Caps { large: 100_000, small: 0 });
    let page = Page::new(picture, arts, bitmap::Bitmap::new(0, 0).metrics());
    let mut canvas = bitmap::Bitmap::new(page.size[0] as usize, page.size[1] as usize);
    draw(&mut canvas, picture, &page);
    canvas.finish()
}

/// What each panel shows, view by view.
fn arts(picture: &Picture<'_>, caps: Caps) -> Vec<Vec<Art>> {
    let of = |panel: &Panel| {
        let views = panel.views.iter().filter_map(|v| picture.views.get(*v));
        let art = |view: &View<'_>| {
            let (size, window) = Picture::fit(picture.size, view.window);
            collect(&View { window, ..*view }, &picture.layers, &picture.rules, size, caps)
        };
        views.map(art).collect()
    };
    picture.panels.iter().map(of).collect()
}
