//! Circles as polygons, for what has no circles.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::model::Point;

/// sin and cos of i π / 32, for the first quarter.
const QUARTER: [(f64, f64); 16] = [
    (0.0, 1.0),
    (0.098_017_140_329_560_6, 0.995_184_726_672_196_9),
    (0.195_090_322_016_128_28, 0.980_785_280_403_230_4),
    (0.290_284_677_254_462_4, 0.956_940_335_732_208_9),
    (0.382_683_432_365_089_8, 0.923_879_532_511_286_7),
    (0.471_396_736_825_997_64, 0.881_921_264_348_355),
    (0.555_570_233_019_602_2, 0.831_469_612_302_545_2),
    (0.634_393_284_163_645_5, 0.773_010_453_362_737),
    (FRAC_1_SQRT_2, FRAC_1_SQRT_2),
    (0.773_010_453_362_737, 0.634_393_284_163_645_5),
    (0.831_469_612_302_545_2, 0.555_570_233_019_602_2),
    (0.881_921_264_348_355, 0.471_396_736_825_997_8),
    (0.923_879_532_511_286_7, 0.382_683_432_365_089_84),
    (0.956_940_335_732_208_9, 0.290_284_677_254_462_33),
    (0.980_785_280_403_230_4, 0.195_090_322_016_128_33),
    (0.995_184_726_672_196_9, 0.098_017_140_329_560_77),
];

/// The ring of 64 points on a circle that is given by its centre and the point of its rim to the right; closed by its
/// first point.
pub(crate) fn closed(points: &[Point]) -> Vec<[i64; 2]> {
    let &[centre, rim] = points else { return Vec::new() };
    let [x, y] = centre.map(i64::from);
    let radius = (i64::from(rim[0]) - x) as f64;
    let quarter = QUARTER.map(|(s, c)| [(radius * c).round() as i64, (radius * s).round() as i64]);
    let mut ring = Vec::with_capacity(65);
    for turn in 0..4 {
        ring.extend(quarter.iter().map(|&[dx, dy]| match turn {
            0 => [x + dx, y + dy],
            1 => [x - dy, y + dx],
            2 => [x - dx, y - dy],
            _ => [x + dy, y - dx],
        }));
    }
    ring.push([x + radius as i64, y]);
    ring
}
