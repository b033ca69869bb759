"""Keeps the last results of each part, and makes the table of them."""
import json
import os
import time

from diskbench import report as disk
from diskbench.results import met, sentence

from .parts import PARTS, repeated
from .servers import ROOT

START, END = "<!-- api figures: start -->", "<!-- api figures: end -->"


def _path(bench, part):
    return os.path.join(bench.directory, f"{'quick-' if bench.quick else ''}{part}.json")


def save(bench, part, rows):
    for row in rows:
        bench.say(sentence(row))
    with open(_path(bench, part), "w") as file:
        json.dump({"at": time.strftime("%Y-%m-%d %H:%M"), "load": os.getloadavg()[2], "how": repeated(bench, part),
                   "rows": rows}, file, indent=1)


def load(bench):
    """What was measured last, by part."""
    kept = {}
    for part in PARTS:
        if os.path.exists(_path(bench, part)):
            with open(_path(bench, part)) as file:
                kept[part] = json.load(file)
    return kept


def all_met(bench):
    return all(met(row) for result in load(bench).values() for row in result["rows"])


def table(bench):
    """Markdown: what it ran on, then a heading and a table for each part that was measured."""
    kept = load(bench)
    facts = [
        f"{os.cpu_count()} cores ({disk.processor()}), shared with the load", f"Linux {os.uname().release}",
        disk.file_system(bench.directory), disk.java(), disk.first_line("go", "version"), "vcsim of govmomi v0.56.0",
        f"vcsnap at {disk.first_line('git', '-C', ROOT, 'describe', '--always', '--dirty')}",
        f"load of the last 15 minutes {max((result['load'] for result in kept.values()), default=0):.1f} at most",
    ]
    lines = [f"Measured on {', '.join(facts)}."]
    for part, result in kept.items():
        lines += ["", f"**{part}** ({result['at']}). {PARTS[part].__doc__} {result.get('how', repeated(bench, part))}.", "",
                  "| what | ours | peer | ratio | from .. to | goal | |", "|---|---:|---:|---:|---:|---:|---|"]
        lines += [disk.line(row) for row in result["rows"]]
    return "\n".join(lines) + "\n"


def write(text):
    """Replaces what stands between the markers of bench/README.md."""
    with open(disk.README) as file:
        before, _, rest = file.read().partition(START)
    _, _, after = rest.partition(END)
    with open(disk.README, "w") as file:
        file.write(f"{before}{START}\n{text}{END}{after}")
