"""What KLayout computes of a library, against what the spec beside this file made of it. Prints what differs.

    oracle.py SOURCE RESULT LAYER:RULE=COUNT...
"""

import sys

import klayout.db as kdb

source, result = kdb.Layout(), kdb.Layout()
source.read(sys.argv[1])
result.read(sys.argv[2])
found = dict(c.rsplit("=", 1) for c in sys.argv[3:])
counts = dict.fromkeys(found, 0)


def check(top, get, want):
    for number, region in want.items():
        layer = result.layer(number, 0)
        is_ = kdb.Region(result.cell(top.name).begin_shapes_rec(layer))
        differs = is_ ^ region
        if not differs.is_empty():
            print(f"{top.name}: layer {number} differs:", differs.count(), str(differs)[:200])


for top in source.top_cells():
    def get(layer, datatype):
        return kdb.Region(top.begin_shapes_rec(source.layer(layer, datatype))).merged()

    diff, poly, licon = get(65, 20), get(66, 20), get(66, 44)
    li, mcon, met1, nwell = get(67, 20), get(67, 44), get(68, 20), get(64, 20)
    sd, grown = (diff - poly).merged(), met1.sized(10).merged()
    wide = kdb.Region()
    for p in met1.each():
        b = p.bbox()
        if min(b.width(), b.height()) > 300 and p.area() > 500000:
            wide.insert(p)
    # Grown along x first, then shrunk along y.
    mixed = met1.sized(20, 0, 2).merged().sized(0, -10, 2).merged() - mcon.sized(15)
    check(
        top,
        get,
        {
            1: poly & diff,
            2: sd,
            3: diff | poly,
            4: diff ^ poly,
            5: grown,
            6: met1.sized(-30),
            7: wide,
            8: diff.inside(nwell),
            9: li.interacting(licon),
            10: li.covering(mcon),
            11: diff.outside(nwell),
            12: mixed,
            13: licon,
            14: li,
        },
    )
    counts["sd:width >= 150nm"] += sd.width_check(150).count()
    counts["sd:space >= 270nm"] += sd.space_check(270).count()
    counts["grown:space >= 210nm"] += grown.space_check(210).count()
    counts["grown:width >= 160nm"] += grown.width_check(160).count()
    counts["grown:notch >= 200nm"] += grown.notch_check(200).count()
    counts["licon:size == 170nm x 170nm"] += sum(
        1 for p in licon.each() if not (p.is_box() and p.bbox().width() == 170 and p.bbox().height() == 170)
    )

for name, count in found.items():
    if name.startswith("li:"):
        continue
    if counts.get(name) != int(count):
        print(f"{name}: {count} violations, and {counts.get(name)} here")
