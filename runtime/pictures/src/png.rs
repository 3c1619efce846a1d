//! PNG files: of pixels of a page, and of coverage in one colour.

use png::{BitDepth, ColorType, Compression, Encoder, Filter};

use crate::raster::Mask;
use crate::style::Colour;

/// Pixels of red, green and blue as a file.
pub(crate) fn rgb(width: usize, height: usize, pixels: &[u8]) -> Vec<u8> {
    encoded(width, height, ColorType::Rgb, pixels, |_| {})
}

/// Coverage as a file of one colour: each pixel says how far it is covered, and a table how opaque that is.
pub(crate) fn indexed(mask: &Mask, colour: Colour, opacity: &[u8]) -> Vec<u8> {
    encoded(mask.width, mask.height(), ColorType::Indexed, &mask.coverage, |encoder| {
        encoder.set_palette(colour.0.repeat(256));
        encoder.set_trns(opacity.to_vec());
        encoder.set_filter(Filter::NoFilter);
    })
}

/// The file; nothing where there is no pixel. Writing into memory does not fail.
fn encoded(
    width: usize,
    height: usize,
    kind: ColorType,
    pixels: &[u8],
    more: impl Fn(&mut Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut out = Vec::new();
    let side = |n: usize| u32::try_from(n).unwrap_or(0);
    let mut encoder = Encoder::new(&mut out, side(width), side(height));
    encoder.set_color(kind);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    more(&mut encoder);
    if let Ok(mut writer) = encoder.write_header() {
        let _ = writer.write_image_data(pixels);
    }
    out
}
