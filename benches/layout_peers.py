"""One operation on a layout in KLayout or gdstk, in this process: what `benches/layout.py` compares with.

usage: benches/layout_peers.py klayout|gdstk FILE OP [LAYER…|OUT]

Operations and the line of JSON are those of runtime/layers/examples/layers_bench.rs: wall and processor seconds of the
operation without the start of Python, peak memory after it, how many polygons, violations or nets there are, and the area.
`scale` is KLayout's own exact scaling and snapping (18/25, 5 units), layers 100 higher, and writing. Of deep booleans, `merging`
is what it takes further to make one polygon of what several cells have, which is not counted.
Exits with 3 where a tool cannot do an operation.
"""
import json, os, resource, sys, time

GROWN, WIDTH, SPACE, MOVED = 10, 160, 180, 5


class Clock:
    """When an operation began."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def stop(self):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"wall": time.perf_counter() - self.wall, "cpu": time.process_time() - self.cpu, "peak": peak}


def numbers(layer):
    return tuple(int(part) for part in layer.split("/"))


def klayout(file, op, rest):
    import klayout.db as db

    clock = Clock()
    layout = db.Layout()
    layout.read(file)
    top = layout.top_cell()
    if op in ("gds", "oasis", "scale"):
        if op == "scale":
            layout.scale_and_snap(top, 5, 18, 25)
            for index in layout.layer_indexes():
                info = layout.get_info(index)
                layout.set_info(index, db.LayerInfo(info.layer + 100, info.datatype))
        options = db.SaveLayoutOptions()
        options.format = "OASIS" if op == "oasis" else "GDS2"
        if op == "oasis":
            options.oasis_compression_level, options.oasis_write_cblocks = 2, True
        layout.write(rest[0], options)
        return {**clock.stop(), "n": layout.cells(), "area": None}
    if op == "nets":
        return klayout_nets(db, layout, top, rest[0].split(":"))
    how, what = op.split("-")
    other = None
    if what == "xor":
        other = db.Layout()
        other.read(file)
        index = other.layer(*numbers(rest[0]))
        first = next(c for c in other.each_cell() if not c.shapes(index).is_empty())
        first.shapes(index).transform(db.Trans(MOVED, 0))
    store = db.DeepShapeStore()
    store.threads = 2

    def region(of, layer):
        shapes = of.top_cell().begin_shapes_rec(of.layer(*numbers(layer)))
        return db.Region(shapes, store) if how == "deep" else db.Region(shapes)

    clock = Clock()
    a = region(layout, rest[0])
    if what in ("and", "not", "xor"):
        b = region(other or layout, rest[0] if other else rest[1])
    came = {
        "merge": lambda: a.merged(),
        "size": lambda: a.sized(GROWN).merged(),
        "and": lambda: a & b,
        "not": lambda: a - b,
        "xor": lambda: a ^ b,
        # Of what is not merged, KLayout reports some pairs of edges several times over.
        "width": lambda: a.merged().width_check(WIDTH, metrics=db.Region.Euclidian),
        "space": lambda: a.merged().space_check(SPACE, metrics=db.Region.Euclidian),
    }[what]()
    if how == "deep":
        # It is computed when it is asked for.
        came.hier_count()
    told = clock.stop()
    if isinstance(came, db.Region):
        if how == "deep" and what not in ("merge", "size"):
            # What cells have apart is one polygon only when it is merged.
            again = Clock()
            came = came.merged()
            came.hier_count()
            told["merging"] = again.stop()["cpu"]
        return {**told, "n": came.count(), "area": came.area()}
    return {**told, "n": came.count(), "area": None}


def klayout_nets(db, layout, top, stack):
    clock = Clock()
    nets = db.LayoutToNetlist(db.RecursiveShapeIterator(layout, top, []))
    layers = [nets.make_layer(layout.layer(*numbers(name)), f"l{k}") for k, name in enumerate(stack)]
    for layer in layers:
        nets.connect(layer)
    for low, high in zip(layers, layers[1:]):
        nets.connect(low, high)
    nets.extract_netlist()
    told = clock.stop()
    netlist = nets.netlist()
    netlist.flatten()
    return {**told, "n": sum(1 for c in netlist.each_circuit() for n in c.each_net()), "area": None}


def gdstk(file, op, rest):
    import gdstk

    clock = Clock()
    library = gdstk.read_gds(file)
    if op == "gds":
        library.write_gds(rest[0])
        return {**clock.stop(), "n": len(library.cells), "area": None}
    if op == "oasis":
        library.write_oas(rest[0], compression_level=2)
        return {**clock.stop(), "n": len(library.cells), "area": None}
    how, what = (op.split("-") + [""])[:2]
    if how != "flat" or what not in ("merge", "size", "and", "not"):
        sys.exit(3)
    top = library.top_level()[0]
    clock = Clock()
    flat = [top.get_polygons(layer=layer, datatype=datatype) for layer, datatype in map(numbers, rest[: 1 + (what in ("and", "not"))])]
    unit = library.unit / library.precision
    if what == "size":
        came = gdstk.offset(flat[0], GROWN / unit, use_union=True, precision=1 / unit)
    elif what == "merge":
        came = gdstk.boolean(flat[0], [], "or", precision=1 / unit)
    else:
        came = gdstk.boolean(flat[0], flat[1], what, precision=1 / unit)
    return {**clock.stop(), "n": len(came), "area": round(sum(p.area() for p in came) * unit * unit)}


if __name__ == "__main__":
    tool, file, op, *rest = sys.argv[1:]
    print(json.dumps({"klayout": klayout, "gdstk": gdstk}[tool](file, op, rest)))
