#!/usr/bin/env python3
"""The reference job, `migc` and its peers in turn on one machine: wall and CPU time, peak memory, ratios.

usage: benches/run.py DATA OUT [--rounds N] [--migc BINARY] [--peers FOLDER] [--spike BINARY] [--python PYTHON] [--keep]

DATA holds order_lines.psv and customers.psv (see the peers' own README for their generator); OUT is a folder on a disk,
emptied before each run, so that every run writes fresh files. FOLDER holds job_polars.py and job_duckdb.py, which run with
PYTHON; SPIKE is a hand-written program for this one job, the measuring stick. What is absent is left out, and said so.

`migc` puts its outputs on the disk (fsync) before it shows them, and its peers do not: the line `migc` is the whole of it,
`publish` the part of it that waits at the end, and `no-sync` is `migc run --no-sync`, which leaves the disk to the system
as the peers do. `interp` is the reference interpreter on the first tenth of the
file, scaled up. Medians are of N rounds; a round runs everyone once, in turn.

The figures are held against those of `benches/figures.json`, which `--keep` replaces: a change that makes the job slower shows.
Compare on one machine only; CPU time says more than wall time where others share it.
"""
import argparse, json, os, resource, shutil, statistics, subprocess, sys, tempfile

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
p = argparse.ArgumentParser()
p.add_argument("data"), p.add_argument("out")
p.add_argument("--rounds", type=int, default=5)
p.add_argument("--migc", default=os.path.join(root, "target/release/migc"))
p.add_argument("--peers", default=os.path.join(root, "../shared/bench/records"))
p.add_argument("--keep", action="store_true")
p.add_argument("--spike"), p.add_argument("--python", default=sys.executable)
a = p.parse_args()
spec = os.path.join(root, "benches/order_lines.mig")


def once(name, command):
    """One run in a fresh folder: wall, user, sys, peak MiB, and what it printed."""
    out = os.path.join(a.out, name)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(a.out, exist_ok=True)
    with tempfile.TemporaryFile("w+") as said:
        begun = os.times().elapsed
        child = subprocess.Popen([c.replace("{out}", out) for c in command], stdout=said, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        wall = os.times().elapsed - begun
        said.seek(0)
        text = said.read()
    if status:
        sys.exit(f"{name} failed with status {status}")
    shutil.rmtree(out, ignore_errors=True)
    return wall, used.ru_utime, used.ru_stime, used.ru_maxrss / 1024, text


def tenth():
    """The first tenth of the data, cut at a line end outside quotes."""
    folder = tempfile.mkdtemp(dir=a.out if os.path.isdir(a.out) else None)
    path = os.path.join(a.data, "order_lines.psv")
    size = os.path.getsize(path) // 10
    with open(path, "rb") as f, open(os.path.join(folder, "order_lines.psv"), "wb") as o:
        piece = f.read(size)
        while True:
            end = piece.rfind(b"\n") + 1
            if piece[:end].count(b'"') % 2 == 0:
                break
            piece = piece[: end - 1]
        o.write(piece[:end])
    os.symlink(os.path.abspath(os.path.join(a.data, "customers.psv")), os.path.join(folder, "customers.psv"))
    return folder


os.makedirs(a.out, exist_ok=True)
run = [a.migc, "run", spec, "--quiet", "--summary", "json", "--set", f"data={a.data}", "--set", "out={out}"]
jobs = {"migc": run, "no-sync": [*run, "--no-sync"]}
if a.spike:
    jobs["spike"] = [a.spike, a.data, "{out}"]
for name, more in (("polars", []), ("duckdb", ["--plan", "temp2", "--noorder"])):
    job = os.path.join(a.peers, f"job_{name}.py")
    found = os.path.exists(job) and subprocess.run([a.python, "-c", f"import {name}"], capture_output=True).returncode == 0
    if found:
        jobs[name] = [a.python, job, a.data, "{out}", "csv", *more]
    else:
        print(f"{name}: left out, its job or its package is not there")
figures = {name: [] for name in jobs}
publish = []
for _ in range(a.rounds):
    for name, command in jobs.items():
        *figure, text = once(name, command)
        figures[name].append(figure)
        if name == "migc":
            publish.append(json.loads(text)["timings"]["publish"])
print(f"{'':8} {'wall s':>8} {'user s':>8} {'sys s':>8} {'CPU s':>8} {'peak MiB':>9}")
median = {}
for name, rows in figures.items():
    wall, user, sys_, peak = (statistics.median(r[i] for r in rows) for i in range(4))
    cpu = statistics.median(r[1] + r[2] for r in rows)
    median[name] = (wall, cpu)
    print(f"{name:8} {wall:8.2f} {user:8.2f} {sys_:8.2f} {cpu:8.2f} {peak:9.0f}")
kept = os.path.join(root, "benches/figures.json")
before = json.load(open(kept)) if os.path.exists(kept) else {}
for name in ("migc", "no-sync"):
    if name in before:
        wall, cpu = (now / then for now, then in zip(median[name], before[name]))
        print(f"{name} against the figures kept: wall x{wall:.2f}, CPU x{cpu:.2f}")
if a.keep:
    with open(kept, "w") as f:
        json.dump({name: [round(x, 3) for x in median[name]] for name in ("migc", "no-sync")}, f)
        f.write("\n")
print(f"publish  {statistics.median(publish):8.2f}   of migc's wall time, waiting for the disk")
for name in jobs:
    for own in ("migc", "no-sync"):
        if name not in ("migc", "no-sync"):
            walls = statistics.median(b[0] / m[0] for m, b in zip(figures[own], figures[name]))
            cpus = statistics.median((b[1] + b[2]) / (m[1] + m[2]) for m, b in zip(figures[own], figures[name]))
            print(f"{name} / {own}, run by run: wall {walls:.2f}, CPU {cpus:.2f}")
small = tenth()
interp = [c if c != f"data={a.data}" else f"data={small}" for c in run]
times = {}
for engine in ("interp", "native"):
    text = once("interp", [*interp, "--engine", engine])[4]
    times[engine] = json.loads(text)["timings"]["run"]
shutil.rmtree(small, ignore_errors=True)
print(f"interpreter / native on a tenth of the file, without start and publishing: {times['interp'] / times['native']:.1f}")
