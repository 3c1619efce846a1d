//! Colours and hatchings that can be told apart, by colour-blind people too: seven colours of Okabe and Ito, the yellow
//! darkened for white paper, and nine hatchings, so that the first 63 layers differ in one or the other.

/// A colour: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

impl Colour {
    pub(crate) const PAPER: Colour = Colour([255, 255, 255]);
    pub(crate) const INK: Colour = Colour([34, 34, 34]);
    pub(crate) const GREY: Colour = Colour([120, 120, 120]);
    pub(crate) const ALARM: Colour = Colour([204, 0, 34]);
}

const COLOURS: [Colour; 7] = [
    Colour([0, 114, 178]),
    Colour([213, 94, 0]),
    Colour([0, 158, 115]),
    Colour([204, 121, 167]),
    Colour([176, 148, 0]),
    Colour([86, 180, 233]),
    Colour([230, 159, 0]),
];

/// How an area is hatched, in squares of [`Hatch::SIDE`] pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hatch(pub(crate) usize);

const HATCHES: usize = 9;

impl Hatch {
    /// The side of the square that repeats.
    pub(crate) const SIDE: usize = 8;

    /// Whether a pixel is on a line of the hatching.
    pub(crate) fn is_line(self, x: usize, y: usize) -> bool {
        let (x, y) = (x % Hatch::SIDE, y % Hatch::SIDE);
        let (up, down) = ((x + y).is_multiple_of(Hatch::SIDE), (x + Hatch::SIDE - y).is_multiple_of(Hatch::SIDE));
        match self.0 {
            0 => up,
            1 => down,
            2 => y == 0,
            3 => x == 0,
            4 => up || down,
            5 => x == 0 || y == 0,
            6 => (x + y).is_multiple_of(4),
            7 => (x == 1 || x == 2) && (y == 1 || y == 2) || (x == 5 || x == 6) && (y == 5 || y == 6),
            _ => (x + Hatch::SIDE - y).is_multiple_of(4),
        }
    }
}

/// How a layer looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Its colour.
    pub colour: Colour,
    /// Its hatching.
    pub hatch: Hatch,
    /// Whether it is filled; else its outlines alone are drawn.
    pub filled: bool,
}

impl Style {
    /// The look of the layer at a place in the legend.
    pub fn nth(n: usize) -> Style {
        Style { colour: COLOURS[n % COLOURS.len()], hatch: Hatch(n % HATCHES), filled: true }
    }

    /// Outlines that lie over what is filled.
    pub fn outline() -> Style {
        Style { colour: Colour::INK, hatch: Hatch(0), filled: false }
    }
}

/// How opaque things are, in 255ths: the ground between lines of a hatching, its lines, small shapes, and full coverage of
/// what is too fine to be drawn, which has a least opacity, so that nothing is invisible.
pub(crate) const GROUND: u32 = 28;
pub(crate) const LINE: u32 = 130;
pub(crate) const SMALL: u32 = 130;
pub(crate) const FINE: u32 = 140;
pub(crate) const LEAST: u32 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_three_layers_look_different() {
        let looks: Vec<Style> = (0..63).map(Style::nth).collect();
        for (i, a) in looks.iter().enumerate() {
            assert!(looks[..i].iter().all(|b| a != b), "{i}");
        }
        for (i, a) in (0..HATCHES).map(Hatch).enumerate() {
            let lines = |h: Hatch| (0..64).map(|at| h.is_line(at % 8, at / 8)).collect::<Vec<_>>();
            assert!((0..i).all(|b| lines(a) != lines(Hatch(b))), "{i}");
        }
    }
}
