//! Which edges face each other as a rule says.

use super::Between;
use super::sides::{Owner, Side};

/// Which pairs of sides a rule is about, and which sides can hide them from each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facing<'a> {
    kind: Kind,
    between: Between<'a>,
}

/// To which side of an edge: into its polygon, or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Inward,
    Outward,
}

/// To which sides two edges look, and whether they run against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) first: Look,
    pub(super) second: Look,
    pub(super) opposed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Width,
    Space,
    Separation,
    Enclosure,
    Overlap,
}

impl<'a> Facing<'a> {
    pub(super) fn width() -> Facing<'a> {
        Facing { kind: Kind::Width, between: Between::Same }
    }

    pub(super) fn space(between: Between<'a>) -> Facing<'a> {
        Facing { kind: Kind::Space, between }
    }

    pub(super) fn separation() -> Facing<'a> {
        Facing { kind: Kind::Separation, between: Between::Any }
    }

    pub(super) fn enclosure() -> Facing<'a> {
        Facing { kind: Kind::Enclosure, between: Between::Any }
    }

    pub(super) fn overlap() -> Facing<'a> {
        Facing { kind: Kind::Overlap, between: Between::Any }
    }

    /// Whether a side and one that does not stand left of it are a pair that the rule is about.
    pub(super) fn holds(&self, left: &Side, right: &Side) -> bool {
        match self.kind {
            Kind::Width => left.step > 0 && right.step < 0 && left.polygon == right.polygon,
            Kind::Space => left.step < 0 && right.step > 0 && self.is_between(left.polygon, right.polygon),
            Kind::Separation => left.step < 0 && right.step > 0 && left.other != right.other,
            Kind::Overlap => left.step > 0 && right.step < 0 && left.other != right.other,
            // The other region lies within: right of a left side, left of a right side.
            Kind::Enclosure if left.step > 0 => right.step > 0 && !left.other && right.other,
            Kind::Enclosure => right.step < 0 && left.other && !right.other,
        }
    }

    /// To which sides edges of two polygons look to face each other, the first of the checked region if there are two;
    /// `None` where the rule is not about them.
    pub(super) fn looks(&self, a: Owner, b: Owner) -> Option<Looks> {
        use Look::{Inward, Outward};
        let (first, second, applies) = match self.kind {
            Kind::Width => (Inward, Inward, a == b),
            Kind::Space => (Outward, Outward, self.is_between(a.polygon, b.polygon)),
            Kind::Separation => (Outward, Outward, a.other != b.other),
            Kind::Overlap => (Inward, Inward, a.other != b.other),
            Kind::Enclosure => (Inward, Outward, a.other != b.other),
        };
        applies.then_some(Looks { first, second, opposed: self.kind != Kind::Enclosure })
    }

    fn is_between(&self, a: u32, b: u32) -> bool {
        match self.between {
            Between::Any => true,
            Between::Same => a == b,
            Between::Different => a != b,
            Between::Nets(nets) => match (nets.get(a as usize), nets.get(b as usize)) {
                (Some(m), Some(n)) => m != n,
                _ => a != b,
            },
        }
    }

    /// Whether a third side can hide the two from each other. As in KLayout, of two regions the checked polygon and
    /// all of the other region count; of one, the polygon, or all of them where the rule is about more than one.
    pub(super) fn hides(&self, third: Owner, left: Owner, right: Owner) -> bool {
        match self.kind {
            Kind::Width => third.polygon == left.polygon,
            Kind::Space => self.between != Between::Same || third.polygon == left.polygon,
            _ => third.other || third.polygon == if left.other { right.polygon } else { left.polygon },
        }
    }
}
