"""Ours and a peer take turns at the same work; what is told are medians and how far the rounds lay apart."""

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "compat" / "lib"))

HEADER = "| what | ours | peer | ratio | from .. to | goal | |\n|---|---:|---:|---:|---:|---:|---|"


@dataclass(frozen=True)
class Row:
    """A line of the table; `met` is None where nothing is wanted."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    spread: str = ""
    goal: str = ""
    met: bool | None = None

    def __str__(self):
        verdict = {None: "", True: "met", False: "**missed**"}[self.met]
        return f"| {self.what} | {self.ours} | {self.peer} | {self.ratio} | {self.spread} | {self.goal} | {verdict} |"


def compare(what, ours, peer, *, rounds, goal=None, mebibytes=None, before=lambda: None):
    """Both do the same work in each round, the one that goes first changes; the first round only warms up.

    `goal` is how many times as fast as the peer ours is to be. With `mebibytes`, how much one run moves, rates are told
    instead of times. `before` runs before each round and is not measured.
    """
    sides, times = (ours, peer), []
    for round in range(rounds + 1):
        before()
        taken = {side: timed(sides[side]) for side in ((0, 1) if round % 2 else (1, 0))}
        if round:
            times.append((taken[0], taken[1]))
            say(f"{what}, round {round}: ours {taken[0]:.2f} s, peer {taken[1]:.2f} s")
    ratios = [theirs / own for own, theirs in times]
    ratio = statistics.median(ratios)
    own, theirs = (statistics.median(side) for side in zip(*times))
    told = (lambda s: f"{mebibytes / s:.0f} MiB/s") if mebibytes else (lambda s: f"{s:.2f} s")
    return Row(
        what,
        told(own),
        told(theirs),
        f"{ratio:.2f}",
        f"{min(ratios):.2f} .. {max(ratios):.2f}",
        f"≥ {goal}" if goal else "",
        ratio >= goal if goal else None,
    )


def limit(what, figure, unit, *, at_most=None):
    """A figure that has no peer, and what it must not exceed."""
    goal = f"≤ {at_most:g} {unit}" if at_most is not None else ""
    return Row(what, f"{figure:.3g} {unit}", goal=goal, met=figure <= at_most if at_most is not None else None)


def timed(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


def options(purpose, *, rounds=5):
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--rounds", type=int, default=rounds, help="alternating rounds after one that warms up")
    return parser


def tell(rows):
    """Prints the table; the exit status is 1 if a goal is missed."""
    print(HEADER, *rows, sep="\n", flush=True)
    return 1 if any(row.met is False for row in rows) else 0


def say(text):
    print(text, file=sys.stderr, flush=True)


def busy(seconds=2.0):
    """Which share of the machine is taken, before anything is measured."""
    idle, total = _processor_time()
    time.sleep(seconds)
    idle_then, total_then = _processor_time()
    return 1 - (idle_then - idle) / (total_then - total)


def _processor_time():
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return fields[3] + fields[4], sum(fields)


def processors():
    return os.cpu_count()
