"""The table of the last results, with the machine and the versions that they were measured with."""
import os
import platform
import re
import subprocess

from . import results
from .parts import PARTS
from .product import Product
from .settings import GIB, ROOT

README = os.path.join(ROOT, "bench", "README.md")
START, END = "<!-- disk figures: start -->", "<!-- disk figures: end -->"


def table(settings):
    """Markdown: a heading and a table for each part that was measured."""
    lines = [machine(settings)]
    for part, module in PARTS.items():
        kept = results.load(settings, part)
        if not kept or not kept["rows"]:
            continue
        lines += ["", f"**{part}** ({kept['at']}). {module.__doc__.splitlines()[0]}", "",
                  "| what | ours | peer | ratio | from .. to | goal | |", "|---|---:|---:|---:|---:|---:|---|"]
        lines += [line(row) for row in kept["rows"]]
    return "\n".join(lines) + "\n"


def line(row):
    goal = row.get("goal")
    relation = "≤" if row.get("at_most") else "≥"
    cells = [
        row["name"],
        number(row["ours"], row["unit"]),
        number(row.get("peer"), row["unit"]),
        "" if row.get("ratio") is None else f"{row['ratio']:.2f}",
        "" if row.get("low") is None else f"{row['low']:.2f} .. {row['high']:.2f}",
        "" if goal is None else f"{relation} {goal:g}",
        row.get("note", "") if goal is None or results.figure(row) is None else "met" if results.met(row) else "**missed**",
    ]
    return "| " + " | ".join(cells) + " |"


def number(value, unit):
    if value is None:
        return ""
    text = f"{value / 1000:.1f} k" if value >= 10000 else f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{text} {unit}"


def machine(settings):
    """One paragraph: what all this ran on."""
    kept = [result for result in (results.load(settings, part) for part in PARTS) if result]
    others = [row["others"] for result in kept for row in result["rows"] if row.get("others") is not None]
    disturbed = f" Others took {sorted(others)[len(others) // 2]:.0%} of the machine meanwhile (median), at most {max(others):.0%}." if others else ""
    facts = [
        f"{os.cpu_count()} cores ({processor()})", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') // GIB} GiB of memory",
        f"Linux {platform.release()}", f"{file_system(settings.directory)}", java(), first_line("qemu-img", "--version"),
        f"vcsnap at {first_line('git', '-C', ROOT, 'describe', '--always', '--dirty')}",
    ]
    size = f"A disk of {settings.size // GIB} GiB with 31 deltas of 3 % each"
    return f"{size}; medians of {settings.rounds} alternating rounds. {', '.join(facts)}.{disturbed}"


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return f"{command[0]} unknown"


def processor():
    with open("/proc/cpuinfo") as file:
        found = re.search(r"model name\s*: (.*)", file.read())
    return found.group(1) if found else platform.machine()


def file_system(path):
    kind = first_line("stat", "-f", "-c", "%T", path)
    source = first_line("findmnt", "-n", "-o", "FSTYPE,OPTIONS", "-T", path)
    return f"{source.split()[0] if 'unknown' not in source else kind} file system"


def java():
    program = f"{Product.find_java()}/bin/java"
    try:
        said = subprocess.run([program, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return "Java unknown"
    return said.splitlines()[1].split("(build")[0].strip() + " " + re.search(r'"(.*?)"', said).group(1)


def write(settings, text):
    """Replaces what stands between the markers."""
    with open(README) as file:
        before, _, rest = file.read().partition(START)
    _, _, after = rest.partition(END)
    with open(README, "w") as file:
        file.write(f"{before}{START}\n{text}{END}{after}")
