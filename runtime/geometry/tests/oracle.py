"""What an independent program (KLayout's Python module) makes of areas.

    oracle.py has           whether the module is there
    oracle.py CASES         answers the cases of a file

A case is a line `case WHAT ARGUMENT…`, then its operands, then `end`. An operand is a polygon, `a X Y X Y …` or
`b X Y X Y …`, or a layer of a layout, `a file PATH LAYER DATATYPE`. An answer is a line for each polygon or pair,
ordered, and then `end`: a polygon is its contours, a pair its two edges in order.
"""

import sys

import klayout.db as kdb

METRICS = {"euclidean": kdb.Region.Euclidian, "square": kdb.Region.Square, "projection": kdb.Region.Projection}


def points(contour):
    return " ".join(f"{p.x},{p.y}" for p in contour)


def polygon(p):
    holes = sorted((list(p.each_point_hole(h)) for h in range(p.holes())), key=lambda h: (h[0].y, h[0].x))
    return " | ".join(points(c) for c in [p.each_point_hull(), *holes])


def edge(e):
    return f"{e.x1},{e.y1} {e.x2},{e.y2}"


def pair(p):
    return " | ".join(sorted((edge(p.first), edge(p.second))))


def answer(what, args, a, b):
    n = [int(x) for x in args if x.lstrip("-").isdigit()]
    if what == "merge":
        return a.merged()
    if what == "size":
        return a.sized(n[0], n[1], 2).merged()
    if what in ("and", "not", "xor"):
        return {"and": a & b, "not": a - b, "xor": a ^ b}[what].merged()
    if what in ("interacting", "inside", "outside", "covering"):
        return getattr(a.merged(), what)(b.merged())
    # Checks are asked of merged regions: of raw ones they sometimes also report edges that are not of the merged area.
    a, b = (r if r.is_merged() else r.merged() for r in (a, b))
    rule = (n[0], False, METRICS[args[1]], None, None, None, args[2] == "shielded")
    two = {"separation": a.separation_check, "enclosure": a.enclosing_check, "overlap": a.overlap_check}
    one = {"width": a.width_check, "space": a.space_check, "notch": a.notch_check, "isolated": a.isolated_check}
    return two[what](b, *rule) if what in two else one[what](*rule)


def layer(layouts, path, number, datatype):
    if path not in layouts:
        layouts[path] = kdb.Layout()
        layouts[path].read(path)
    key = (path, number, datatype)
    if key not in layouts:
        # Flat, so that it is not merged anew for every case.
        region = kdb.Region()
        for cell in layouts[path].top_cells():
            region.insert(cell.begin_shapes_rec(layouts[path].layer(int(number), int(datatype))))
        layouts[key] = region.merged()
    return layouts[key]


def cases(path):
    layouts = {}
    for line in open(path):
        words = line.split()
        if words[0] == "case":
            what, operands = words[1:], {"a": kdb.Region(), "b": kdb.Region()}
        elif words[0] == "end":
            result = answer(what[0], what[1:], operands["a"], operands["b"])
            show = pair if isinstance(result, kdb.EdgePairs) else polygon
            print("\n".join(sorted(show(r) for r in result.each()) + ["end"]))
        elif words[1] == "file":
            operands[words[0]] = layer(layouts, *words[2:])
        else:
            at = [int(w) for w in words[1:]]
            corners = [kdb.Point(x, y) for x, y in zip(at[::2], at[1::2])]
            operands[words[0]].insert(kdb.Polygon(corners, True))


if sys.argv[1] != "has":
    cases(sys.argv[1])
