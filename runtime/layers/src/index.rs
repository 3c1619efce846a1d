//! Which of many rectangles touch a window: a packed tree of boxes, built once.

use migc_geometry::Rect;

/// How many boxes a box of the next level holds.
const FAN: usize = 16;

/// Rectangles that can be asked for by window.
#[derive(Debug, Default)]
pub struct Index {
    /// The rectangles in the order of the tree, each with its place in the list that was given, or another number.
    leaves: Vec<(Rect, u32)>,
    /// The boxes of each level above, from the lowest; each holds [`FAN`] of what is below.
    levels: Vec<Vec<Rect>>,
}

impl Index {
    /// Builds the index; `None` stands for nothing.
    pub fn new(rects: impl Iterator<Item = Option<Rect>>) -> Index {
        Index::numbered(rects.enumerate().filter_map(|(i, r)| Some((r?, i as u32))).collect())
    }

    /// The index of rectangles that have numbers of their own.
    pub(crate) fn numbered(mut leaves: Vec<(Rect, u32)>) -> Index {
        // Slices by x, each sorted by y: neighbours in the plane become neighbours in the list.
        let centre = |a: i32, b: i32| i64::from(a) + i64::from(b);
        leaves.sort_unstable_by_key(|(r, i)| (centre(r.x0, r.x1), *i));
        let slices = ((leaves.len() as f64 / FAN as f64).sqrt().ceil() as usize).max(1);
        let slice = leaves.len().div_ceil(slices).max(1);
        for part in leaves.chunks_mut(slice) {
            part.sort_unstable_by_key(|(r, i)| (centre(r.y0, r.y1), *i));
        }
        let mut levels: Vec<Vec<Rect>> = Vec::new();
        let join = |list: &mut dyn Iterator<Item = Rect>| list.reduce(|a, b| a.join(&b));
        let mut level: Vec<Rect> = leaves.chunks(FAN).filter_map(|c| join(&mut c.iter().map(|(r, _)| *r))).collect();
        while level.len() > 1 {
            let above = level.chunks(FAN).filter_map(|c| join(&mut c.iter().copied())).collect();
            levels.push(std::mem::replace(&mut level, above));
        }
        levels.push(level);
        Index { leaves, levels }
    }

    /// Calls `f` with the place of each rectangle that touches the window, sides and corners included.
    pub fn touching(&self, window: &Rect, f: &mut dyn FnMut(u32)) {
        self.each_touching(window, &mut |_, i| f(i));
    }

    /// All rectangles with their numbers.
    pub(crate) fn all(&self) -> &[(Rect, u32)] {
        &self.leaves
    }

    /// Calls `f` with each rectangle that touches the window, and its number.
    pub(crate) fn each_touching(&self, window: &Rect, f: &mut dyn FnMut(&Rect, u32)) {
        let top = self.levels.len().saturating_sub(1);
        if self.levels.get(top).is_some_and(|l| l.first().is_some_and(|r| touch(r, window))) {
            self.descend(top, 0, window, f);
        }
    }

    fn descend(&self, level: usize, at: usize, window: &Rect, f: &mut dyn FnMut(&Rect, u32)) {
        let below = at * FAN..;
        if level == 0 {
            for (r, i) in self.leaves[below].iter().take(FAN) {
                if touch(r, window) {
                    f(r, *i);
                }
            }
            return;
        }
        let boxes = &self.levels[level - 1];
        for (i, r) in boxes[below].iter().take(FAN).enumerate() {
            if touch(r, window) {
                self.descend(level - 1, at * FAN + i, window, f);
            }
        }
    }
}

/// Whether two rectangles overlap or touch.
#[inline]
pub(crate) fn touch(a: &Rect, b: &Rect) -> bool {
    a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_what_looking_at_all_finds(
            rects in prop::collection::vec((0..200i32, 0..200i32, 0..40i32, 0..40i32), 0..600),
            (x, y, w, h) in (0..200i32, 0..200i32, 0..80i32, 0..80i32),
        ) {
            let rects: Vec<Rect> = rects.iter().map(|(x, y, w, h)| Rect::new([*x, *y], [x + w, y + h])).collect();
            let window = Rect::new([x, y], [x + w, y + h]);
            let mut found = Vec::new();
            Index::new(rects.iter().map(|r| Some(*r))).touching(&window, &mut |i| found.push(i));
            found.sort_unstable();
            let all: Vec<u32> = (0..rects.len() as u32).filter(|i| touch(&rects[*i as usize], &window)).collect();
            prop_assert_eq!(found, all);
        }
    }
}
