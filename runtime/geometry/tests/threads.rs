//! Results are the same whatever the number of threads, and so whatever the bands and stretches.

mod common;

use common::{Dice, merged, shapes};
use migc_geometry::{Between, Metric, Op, Rect, Region, Rule, Shapes};

/// Enough shapes that work is shared: rows of rectangles, long wires across them, and some that overlap.
fn layer(seed: u64) -> Shapes {
    let mut dice = Dice(seed);
    let mut rects: Vec<Rect> = (0..18_000)
        .map(|_| {
            let (x, y) = (dice.roll(0, 4000), dice.roll(0, 4000));
            Rect { x0: x, y0: y, x1: x + dice.roll(1, 25), y1: y + dice.roll(1, 25) }
        })
        .collect();
    for k in 0..40 {
        rects.push(Rect { x0: k * 100, y0: -50, x1: k * 100 + 7, y1: 4100 });
        rects.push(Rect { x0: -50, y0: k * 100, x1: 4100, y1: k * 100 + 5 });
    }
    shapes(&rects)
}

/// Everything that is made in parallel.
fn everything() -> impl PartialEq + std::fmt::Debug {
    let (a, b) = (layer(1), layer(2));
    let (p, q) = (merged(&a), merged(&b));
    let rule = Rule::new(6);
    let regions: Vec<Region> = [Op::Or, Op::And, Op::Not, Op::Xor]
        .into_iter()
        .map(|op| Region::combined(op, &a, &b))
        .chain([Region::sized(&a, 3, 2).unwrap(), Region::sized(&p, -2, -1).unwrap(), p.gaps(2).unwrap()])
        .chain([p.interacting(&q), p.inside(&q), q.and(&p).outside(&p.not(&q))])
        .collect();
    let pairs = vec![
        p.width_check(&rule),
        p.space_check(&rule, Between::Any),
        p.space_check(&rule.metric(Metric::Projection), Between::Different),
        p.separation_check(&q, &rule),
        p.enclosure_check(&q, &rule),
        p.overlap_check(&q, &Rule { shielded: false, ..rule }),
    ];
    let counts: Vec<usize> = regions.iter().map(Region::count).collect();
    assert!(counts.iter().all(|c| *c > 0) && pairs.iter().all(|p| !p.is_empty()));
    (counts, pairs, p.strips(), p.polygons(), p.meetings(&q), regions)
}

#[test]
fn one_thread_or_many_make_the_same() {
    let with = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(everything);
    let one = with(1);
    for threads in [3, 8] {
        assert!(with(threads) == one, "{threads} threads make something else");
    }
}
