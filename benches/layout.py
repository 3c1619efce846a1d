#!/usr/bin/env python3
"""Layouts, `migc` and its peers in turn on one machine: CPU and wall time, peak memory, and whether results agree.

usage: benches/layout.py LAYOUTS OUT [--rounds N] [--only PATTERN] [--limit SECONDS] [--migc BINARY] [--bench BINARY]
                         [--peers NAMES] [--python PYTHON] [--keep]

LAYOUTS holds ihp_stdcell_abutment.gds and RAM32_1RW1R.gds.gz; OUT is a folder on a disk. PYTHON has klayout (0.30.12) and
gdstk; what is absent is left out, and said so. BENCH is the example `layers_bench` of runtime/layers, built by
`cargo build --release -p migc-layers --example layers_bench`; PATTERN chooses jobs by `FILE OP`, a regular expression.

NAMES are those of the peers that take part: on flat layers gdstk needs minutes where the others need a second.

Each operation runs in a process of its own, and a round runs everyone once, in turn; figures are medians. `gds` and `oasis` read
and write. `exact` and `pitch` are `migc run` on all layers of the file, 100 higher, the whole process from outside: exactly
by 18/25 on 5 nm, and to the pitches below, where it is proven that no island was torn. Both stand beside `scale_and_snap` of
KLayout, which has no other mode. `flat-` and `deep-` are operations on one or two layers, flattened or in the hierarchy, and
`nets` a stack of conductors; reading does not count. A peer's figures are without the start of Python.

Results are the number of cells written, and else of polygons, violations or nets, with the area. Of `exact`, what two layers of
the written files merge to is compared as well. Figures are held against those of `benches/layout.json`, which `--keep` replaces.
"""
import argparse, gzip, json, os, re, shutil, statistics, subprocess, sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
p = argparse.ArgumentParser()
p.add_argument("layouts"), p.add_argument("out")
p.add_argument("--rounds", type=int, default=3)
p.add_argument("--only", default=""), p.add_argument("--limit", type=float, default=300)
target = os.environ.get("CARGO_TARGET_DIR", os.path.join(root, "target"))
p.add_argument("--migc", default=os.path.join(target, "release/migc"))
p.add_argument("--bench", default=os.path.join(target, "release/examples/layers_bench"))
p.add_argument("--peers", default="klayout,gdstk")
p.add_argument("--python", default=sys.executable)
p.add_argument("--keep", action="store_true")
a = p.parse_args()

# Two layers of each file, the layer that stands for the abutment box, its pitch before and after.
FILES = {
    "ihp": ("ihp_stdcell_abutment.gds", ["8/0", "6/0"], (189, 4), "240nm x 7560nm", "175nm x 5445nm", None),
    "ram": (
        "RAM32_1RW1R.gds.gz",
        ["68/20", "68/44"],
        (235, 4),
        "460nm x 2720nm",
        "330nm x 1960nm",
        "66/20:66/44:67/20:67/44:68/20:68/44:69/20:69/44:70/20:70/44:71/20",
    ),
}
AREAS = ["merge", "size", "and", "not", "xor", "width", "space"]


def spec(name, file, mode, box, pitches):
    """A migration of all layers of a file; the target's are 100 higher."""
    found = json.loads(subprocess.check_output([a.bench, file, "layers"]))
    lines, maps = {"old": [], "new": []}, []
    for kind, list_ in (("layer", found["shapes"]), ("text", found["texts"])):
        for layer, datatype in list_:
            own = f"{kind[0]}{layer}_{datatype}"
            for side, up, pitch in (("old", 0, pitches[0]), ("new", 100, pitches[1])):
                number = f"{layer + up}/{datatype}"
                outline = mode == "pitch" and kind == "layer" and (layer, datatype) == box
                lines[side].append(f"{own}: boundary {number} {{ pitch {pitch} }}" if outline else f"{own}: {kind} {number}")
            maps.append(f"{own} = {own}")
    how = "snap exact" if mode == "exact" else ""
    on = f" on pitch l{box[0]}_{box[1]}" if mode == "pitch" else ""
    path = os.path.join(a.out, f"{name}_{mode}.mig")
    body = {side: "\n  ".join(of) for side, of in lines.items()}
    with open(path, "w") as f:
        f.write(
            f"migration bench\nparam out: text\nsource old = gds(\"{file}\", dbu: 1nm) {{\n  {body['old']}\n}}\n"
            f"target new = gds(\"{{out}}/new.gds\", dbu: 1nm, grid: 5nm) {{\n  {body['new']}\n}}\n"
            f"map old -> new {{\n  scale 18/25{on}\n  {how}\n  " + "\n  ".join(maps) + "\n}\n"
        )
    return path


def once(command):
    """One process: what it says of itself, or what it used in all; nothing where it cannot, or not in time."""
    begun = os.times().elapsed
    child = subprocess.Popen(["timeout", str(a.limit), *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    if status:
        return None
    whole = {"wall": os.times().elapsed - begun, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}
    return json.loads(said) if said.startswith("{") else {**whole, "n": None, "area": None}


def merged(path, layers):
    """What layers of a written file merge to."""
    up = ["/".join([str(int(l.split("/")[0]) + 100), l.split("/")[1]]) for l in layers]
    return [{k: v for k, v in once([a.bench, path, "flat-merge", l]).items() if k in ("n", "area")} for l in up]


def jobs():
    """Each operation on each file, and the command of each tool."""
    peers = [t for t, module in (("klayout", "klayout.db"), ("gdstk", "gdstk")) if t in a.peers.split(",") and has(t, module)]
    peer = lambda tool, *rest: [a.python, os.path.join(root, "benches/layout_peers.py"), tool, *rest]
    for name, (base, layers, box, *pitches, stack) in FILES.items():
        file = os.path.join(os.path.abspath(a.layouts), base)
        plain = file
        if file.endswith(".gz") and "gdstk" in peers:
            # gdstk reads no compressed files.
            plain = os.path.join(a.out, base.removesuffix(".gz"))
            with gzip.open(file) as f, open(plain, "wb") as o:
                shutil.copyfileobj(f, o)
        written = lambda tool: os.path.join(a.out, f"{tool}.out")
        for op in ("gds", "oasis"):
            of = {"migc": [a.bench, file, op, written("migc")]}
            of.update((t, peer(t, plain if t == "gdstk" else file, op, written(t))) for t in peers)
            yield f"{name} {op}", of
        for op in ("exact", "pitch"):
            folder = os.path.join(a.out, f"{name}_{op}")
            run = [a.migc, "run", spec(name, file, op, box, pitches), "--quiet", "--force", "--no-sync", "--set", f"out={folder}"]
            of = {"migc": run}
            if "klayout" in peers:
                of["klayout"] = peer("klayout", file, "scale", written("klayout"))
            yield f"{name} {op}", of
        for how in ("flat", "deep"):
            for op in AREAS:
                two = layers if op in ("and", "not") else layers[:1]
                of = {"migc": [a.bench, file, f"{how}-{op}", *two]}
                if "klayout" in peers:
                    of["klayout"] = peer("klayout", file, f"{how}-{op}", *two)
                if "gdstk" in peers and how == "flat" and op in ("merge", "size", "and", "not"):
                    of["gdstk"] = peer("gdstk", plain, f"{how}-{op}", *two)
                yield f"{name} {how}-{op}", of
        if stack:
            of = {"migc": [a.bench, file, "nets", stack]}
            if "klayout" in peers:
                of["klayout"] = peer("klayout", file, "nets", stack)
            yield f"{name} nets", of


def has(tool, module):
    if subprocess.run([a.python, "-c", f"import {module}"], capture_output=True).returncode == 0:
        return True
    print(f"{tool}: left out, its package is not there")
    return False


def same(mine, peer):
    """Whether results agree, as far as both tell them."""
    differs = [k for k in ("n", "area") if mine[k] is not None and peer[k] is not None and mine[k] != peer[k]]
    told = any(mine[k] is not None and peer[k] is not None for k in ("n", "area"))
    return "differs: " + ", ".join(f"{k} {mine[k]} and {peer[k]}" for k in differs) if differs else "same" if told else "-"


os.makedirs(a.out, exist_ok=True)
kept = os.path.join(root, "benches/layout.json")
before = json.load(open(kept)) if os.path.exists(kept) else {}
now = {}
print(f"{'':16} {'tool':8} {'CPU s':>8} {'wall s':>8} {'MiB':>6}  {'of migc':>7}  result")
for job, tools in jobs():
    if not re.search(a.only, job):
        continue
    rows = {tool: [] for tool in tools}
    for _ in range(a.rounds):
        for tool, command in tools.items():
            # Who was not in time will not be.
            if None not in rows[tool]:
                rows[tool].append(once(command))
    name, op = job.split()
    own = rows["migc"]
    if None in own:
        sys.exit(f"{job} failed: {' '.join(tools['migc'])}")
    result = own[-1]
    if op in ("exact", "pitch"):
        path = os.path.join(a.out, f"{name}_{op}", "new.gds")
        result["n"] = json.loads(subprocess.check_output([a.bench, path, "layers"]))["cells"]
    for tool, of in rows.items():
        if None in of:
            print(f"{job if tool == 'migc' else '':16} {tool:8} {'-':>8} {'-':>8} {'-':>6}  {'':7}  not done in {a.limit:.0f} s")
            continue
        cpu, wall, peak = (statistics.median(r[k] for r in of) for k in ("cpu", "wall", "peak"))
        if tool == "migc":
            now[job] = [round(cpu, 4), round(wall, 4), round(peak)]
            more = f"{result['n']}"
            if job in before:
                more += f", CPU x{cpu / max(before[job][0], 0.001):.2f} of the figures kept"
        elif op in ("exact", "pitch"):
            more = f"{of[-1]['n']} cells"
            if op == "exact":
                agree = merged(path, FILES[name][1]) == merged(os.path.join(a.out, "klayout.out"), FILES[name][1])
                more += ", layers " + ("same" if agree else "differ")
        else:
            more = same(result, of[-1])
            if of[-1].get("merging"):
                more += f"; merging it takes {of[-1]['merging']:.2f} s more"
        times = statistics.median(r["cpu"] / max(m["cpu"], 0.001) for r, m in zip(of, own))
        print(f"{job if tool == 'migc' else '':16} {tool:8} {cpu:8.3f} {wall:8.3f} {peak:6.0f}  {times:6.1f}x  {more}", flush=True)
if a.keep:
    with open(kept, "w") as f:
        f.write("{\n" + ",\n".join(f"  {json.dumps(k)}: {v}" for k, v in {**before, **now}.items()) + "\n}\n")
