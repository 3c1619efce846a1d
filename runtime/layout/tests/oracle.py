"""What an independent program (KLayout's Python module) says of two layouts. Prints differences; none is agreement.

    oracle.py has                                 whether the module is there
    oracle.py same A B                            the same content, element for element, property for property
    oracle.py snapped SOURCE RESULT M D GRID DBU  the source flattened, scaled by M/D and snapped, is the result flattened
"""

import sys
import time

import klayout.db as kdb


def load(path):
    layout = kdb.Layout()
    layout.read(path)
    return layout


def same(a, b):
    a, b = load(a), load(b)
    if a.dbu != b.dbu:
        print("database units", a.dbu, b.dbu)
    diff = kdb.LayoutDiff()
    if not diff.compare(a, b, 0, 0):
        print("the layouts differ")
    for layer in a.layer_infos():
        for cell in a.top_cells():
            x = kdb.Region(cell.begin_shapes_rec(a.find_layer(layer)))
            other = b.cell(cell.name)
            y = kdb.Region(other.begin_shapes_rec(b.layer(layer)))
            if not (x ^ y).is_empty():
                print("XOR is not empty:", cell.name, layer)


def texts(cell, layer):
    return sorted((t.string, t.x, t.y) for t in (s.text for s in cell.shapes(layer).each() if s.is_text()))


def snapped(source, result, m, d, grid, dbu):
    source, result = load(source), load(result)
    m, d, grid = int(m), int(d), int(grid)
    if abs(result.dbu - float(dbu)) > 1e-12:
        print("database unit", result.dbu)
    tops = sorted(c.name for c in source.top_cells())
    if tops != sorted(c.name for c in result.top_cells()):
        print("other top cells", sorted(c.name for c in result.top_cells()))
    start = time.time()
    for layout in (source, result):
        for cell in layout.top_cells():
            cell.flatten(-1, True)
    for name in tops:
        for layer in source.layer_infos():
            s, t = source.cell(name), result.cell(name)
            i, j = source.find_layer(layer), result.layer(layer)
            snap = lambda v: (2 * m * v + d * grid) // (2 * d * grid) * grid
            want = sorted((string, snap(x), snap(y)) for string, x, y in texts(s, i))
            if want != texts(t, j):
                print("texts differ:", name, layer)
    for cell in source.top_cells():
        source.scale_and_snap(cell, grid, m, d)
    shapes = 0
    for name in tops:
        for layer in source.layer_infos():
            s, t = source.cell(name), result.cell(name)
            i, j = source.find_layer(layer), result.layer(layer)
            shapes += s.shapes(i).size()
            left = kdb.Region(s.shapes(i)) ^ kdb.Region(t.shapes(j))
            if not left.is_empty():
                print("XOR is not empty:", name, layer, left.count(), str(left)[:400])
    print(f"{len(tops)} tops, {shapes} flat shapes, {time.time() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    command, *args = sys.argv[1:]
    if command == "same":
        same(*args)
    elif command == "snapped":
        snapped(*args)
