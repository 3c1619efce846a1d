#!/usr/bin/env python3
"""The reference job on other formats of the same records: JSON lines (against Polars), fixed width, and gzip.

usage: benches/formats.py DATA OUT [--records N] [--rounds N] [--migc BINARY] [--peers FOLDER] [--python PYTHON]

DATA holds order_lines.psv and customers.psv, as for run.py; OUT is a folder on a disk. The first N records are written there
once in each format; files that are there already are taken as they are. The specs are that of the reference job with another
source. Figures are medians of N rounds; MB/s are of the source file, and of its uncompressed bytes for gzip.
"""
import argparse, csv, json, os, re, resource, shutil, statistics, subprocess, sys

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
p = argparse.ArgumentParser()
p.add_argument("data"), p.add_argument("out")
p.add_argument("--records", type=int, default=1_500_000), p.add_argument("--rounds", type=int, default=3)
p.add_argument("--migc", default=os.path.join(root, "target/release/migc"))
p.add_argument("--peers", default=os.path.join(root, "../shared/bench/records"))
p.add_argument("--python", default=sys.executable)
a = p.parse_args()
WIDTHS = [12, 4, 10, 10, 10, 10, 14, 8, 8, 6, 4, 12, 12, 12, 14, 60]


def records():
    with open(os.path.join(a.data, "order_lines.psv"), newline="", encoding="utf-8", errors="replace") as f:
        rows = csv.reader(f, delimiter="|")
        names = next(rows)
        for at, row in enumerate(rows):
            if at == a.records:
                return
            if len(row) == len(names):
                yield names, row


def write(name, line):
    """A file of all records, made once."""
    path = os.path.join(a.out, name)
    if not os.path.exists(path):
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.writelines(line(names, row) for names, row in records())
        os.rename(path + ".new", path)
    return path


def fixed(names, row):
    return "".join(v.replace("\n", " ")[:w].ljust(w) for v, w in zip(row, WIDTHS)) + "\n"


def spec(name, format, places):
    """The spec of the reference job with another source."""
    text = open(os.path.join(root, "benches/order_lines.mig")).read()
    head, rest = text.split("source lines = ", 1)
    body, rest = re.search(r"\{\n(.*?)\n\}", rest, re.S).group(1), rest[re.search(r"\n\}", rest).start() :]
    at = 0
    if places:
        ends = dict(zip([n for n in next(records())[0]], [(sum(WIDTHS[:i]) + 1, w) for i, w in enumerate(WIDTHS)]))
        body = re.sub(r"(\w+): text", lambda m: f"{m[0]} at {ends[m[1]][0]} for {ends[m[1]][1]}", body)
        first, width = ends["LINE_STAT"]
        body = body.replace("ignore LINE_STAT", f"ignore {first}..{first + width - 1}")
    path = os.path.join(a.out, f"{name}.mig")
    open(path, "w").write(f"{head}source lines = {format} {{\n{body}{rest}")
    return path


def once(command):
    out = os.path.join(a.out, "out")
    shutil.rmtree(out, ignore_errors=True)
    begun = os.times().elapsed
    child = subprocess.Popen([c.replace("{out}", out) for c in command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed with status {status}")
    shutil.rmtree(out, ignore_errors=True)
    return os.times().elapsed - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


os.makedirs(a.out, exist_ok=True)
lines = write("order_lines.jsonl", lambda names, row: json.dumps(dict(zip(names, row)), ensure_ascii=False) + "\n")
places = write("order_lines.dat", fixed)
if not os.path.exists(places + ".gz"):
    subprocess.run(["gzip", "-k", places], check=True)
sizes = {"jsonl": os.path.getsize(lines), "fixed": os.path.getsize(places), "gzip": os.path.getsize(places)}
sizes["polars"], sizes["gzip -dc"] = sizes["jsonl"], sizes["gzip"]
run = lambda path: [a.migc, "run", path, "--quiet", "--no-sync", "--set", f"data={a.data}", "--set", "out={out}"]
jobs = {
    "jsonl": run(spec("jsonl", f'jsonl("{lines}")', False)),
    "fixed": run(spec("fixed", f'fixed("{places}")', True)),
    "gzip": run(spec("gzip", f'fixed("{places}.gz")', True)),
    "gzip -dc": ["gzip", "-dc", places + ".gz"],
}
job = os.path.join(a.peers, "job_polars.py")
if os.path.exists(job) and subprocess.run([a.python, "-c", "import polars"], capture_output=True).returncode == 0:
    text = open(job).read()
    text = re.sub(r"lf = pl\.scan_csv\(.*\)", f'lf = pl.scan_ndjson("{lines}", schema={{k: pl.String for k in cols}})', text, count=1)
    open(os.path.join(a.out, "job_polars_jsonl.py"), "w").write(text)
    jobs["polars"] = [a.python, os.path.join(a.out, "job_polars_jsonl.py"), a.data, "{out}", "csv"]
else:
    print("polars: left out, its job or its package is not there")
figures = {name: [] for name in jobs}
for _ in range(a.rounds):
    for name, command in jobs.items():
        figures[name].append(once(command))
print(f"{'':9} {'wall s':>8} {'CPU s':>8} {'peak MiB':>9} {'MB/s':>7}")
for name, rows in figures.items():
    wall, cpu, peak = (statistics.median(r[i] for r in rows) for i in range(3))
    print(f"{name:9} {wall:8.2f} {cpu:8.2f} {peak:9.0f} {sizes[name] / wall / 1e6:7.0f}")
pairs = [("polars", "jsonl"), ("gzip", "gzip -dc")]
for name, own in pairs:
    if name in figures:
        wall, cpu = (statistics.median(b[i] / m[i] for m, b in zip(figures[own], figures[name])) for i in range(2))
        print(f"{name} / {own}, run by run: wall {wall:.2f}, CPU {cpu:.2f}")
