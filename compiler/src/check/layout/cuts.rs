//! What the rules of a target demand of its cuts.

use crate::plan::{DesignRule, Reach, RuleCheck, SpaceWhen};

/// What a layer's rules demand of its cuts, in database units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CutRules {
    /// Their sides.
    pub(super) size: [Option<i64>; 2],
    /// How far they are from one another.
    pub(super) space: Option<i64>,
    /// How far what they lie in reaches beyond them; none where there are several answers.
    pub(super) margin: Option<i64>,
    /// The larger distance in arrays of so many rows and columns.
    pub(super) dense: Option<([u32; 2], i64)>,
}

impl CutRules {
    /// Those of a layer; none where the rules give no exact size.
    pub(super) fn of(rules: &[DesignRule], layer: usize) -> Option<CutRules> {
        let own = || rules.iter().filter(|r| r.layer == layer).map(|r| &r.check);
        let size = own().find_map(|check| if let RuleCheck::Size(size) = check { Some(*size) } else { None })?;
        let spaces = own().filter_map(|check| match check {
            RuleCheck::Space { to: None, least, when, .. } if when.is_always() => Some(*least),
            _ => None,
        });
        let dense = own().find_map(|check| match check {
            RuleCheck::Space { to: None, least, when: when @ SpaceWhen { array: Some(array), .. }, .. }
                if (SpaceWhen { array: None, ..when.clone() }).is_always() =>
            {
                Some((*array, *least))
            }
            _ => None,
        });
        let mut margin = Some(0);
        for check in own() {
            let RuleCheck::Inside(list) = check else { continue };
            margin = match list.as_slice() {
                [Reach { by, opposite: None, .. }] => margin.map(|m: i64| m.max(*by)),
                _ => None,
            };
        }
        Some(CutRules { size, space: spaces.max(), margin, dense })
    }
}
