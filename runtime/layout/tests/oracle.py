"""What an independent program (KLayout's Python module) says of two layouts. Prints differences; none is agreement.

    oracle.py has                                 whether the module is there
    oracle.py same A B                            the same content, element for element, property for property
    oracle.py alike A B LOSES...                  the same content but for what a format loses: any of the words
                                                  names (of layers), arrays (come apart), boxes (are polygons),
                                                  properties, texts (their size), paths (are polygons), ghosts (cells
                                                  that are placed and not there)
    oracle.py area A B                            the top cells cover the same on each layer
    oracle.py convert A B                         writes A as B, as OASIS with all that packs it
    oracle.py reads FILE...                       whether it reads each file
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
    xor(a, b)


FLAGS = {
    "names": kdb.LayoutDiff.NoLayerNames,
    "arrays": kdb.LayoutDiff.FlattenArrayInsts,
    "boxes": kdb.LayoutDiff.BoxesAsPolygons,
    "properties": kdb.LayoutDiff.NoProperties,
    "texts": kdb.LayoutDiff.NoTextDetails | kdb.LayoutDiff.NoTextOrientation,
    "paths": kdb.LayoutDiff.PathsAsPolygons,
}


def alike(a, b, *loses):
    first, second = a, b
    a, b = load(a), load(b)
    if abs(a.dbu - b.dbu) > 1e-15:
        print("database units", a.dbu, b.dbu)
    for layout in (a, b) if "ghosts" in loses else ():
        for cell in [c.cell_index() for c in layout.each_cell() if c.is_ghost_cell()]:
            layout.delete_cell(cell)
    flags = 0
    for word in loses:
        flags |= FLAGS.get(word, 0)
    diff, found = kdb.LayoutDiff(), []

    def say(kind):
        return lambda *args: found.append((kind, *map(str, args)))

    for event in sorted(n for n in dir(diff) if n.startswith("on_")):
        args = {"on_begin_cell", "on_end_cell", "on_begin_layer", "on_end_layer", "on_begin_polygon_differences"}
        if "_begin_" in event or "_end_" in event and event not in args:
            continue
        try:
            setattr(diff, event, say(event))
        except (AttributeError, TypeError):
            pass
    if not diff.compare(a, b, flags | kdb.LayoutDiff.Verbose, 0):
        print("the layouts differ:", first, second, found[:8])
    xor(a, b)


def xor(a, b):
    """Cell by cell, since the cells place each other alike where the comparison before found nothing."""
    for layer in a.layer_infos():
        for cell in a.each_cell():
            other = b.cell(cell.name)
            x = kdb.Region(cell.shapes(a.find_layer(layer)))
            y = kdb.Region(other.shapes(b.layer(layer))) if other else kdb.Region()
            if not (x ^ y).is_empty():
                print("XOR is not empty:", cell.name, layer)


def area(a, b):
    a, b = load(a), load(b)
    for layout in (a, b):
        for cell in layout.top_cells():
            cell.flatten(-1, True)
    xor(a, b)


def convert(a, b):
    layout, options = load(a), kdb.SaveLayoutOptions()
    options.format = "OASIS" if b.endswith(".oas") else "GDS2"
    options.oasis_compression_level = 10
    options.oasis_write_cblocks = True
    options.oasis_write_std_properties_ext = 2
    options.oasis_permissive = True
    layout.write(b, options)


def reads(*paths):
    for path in paths:
        layout = kdb.Layout()
        try:
            layout.read(path)
            print("ok", path)
        except RuntimeError as why:
            print("refused", path, str(why).split(", in file")[0], file=sys.stdout)


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
    elif command == "alike":
        alike(*args)
    elif command == "area":
        area(*args)
    elif command == "convert":
        convert(*args)
    elif command == "reads":
        reads(*args)
    elif command == "snapped":
        snapped(*args)
