"""Real VMware Tools, with this repository's recordings and with vcsnap as their host."""

import functools
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import runner
import traces
from mounts import room, run
from runner import check
from vmtools import PACKAGES, fetch

WORK = Path(__file__).resolve().parents[2] / "target/compat/guest"
# Each has a loop device, of which machines have eight.
SIDE_BY_SIDE = 4
# Writes the recordings anew.
RECORD = "--record" in sys.argv
if RECORD:
    sys.argv.remove("--record")


class Recordings:
    """What Tools say now, and what they said when it was recorded. All situations run side by side."""

    def __init__(self, packages, shim):
        self.packages, self.shim = packages, shim
        self.pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    @functools.cached_property
    def now(self):
        return {name: self.pool.submit(self._run, name) for name in traces.SITUATIONS}

    def _run(self, name):
        with room() as folder:
            return traces.trace(name, folder, self.packages, self.shim)

    def hold(self, name):
        recorded = traces.RECORDED / f"{name}.txt"
        now = self.now[name].result()
        if RECORD:
            recorded.write_text(now)
        assert now == recorded.read_text(), f"{recorded}:\n{recorded.read_text()}\nnow:\n{now}"


def recorded(name):
    """Makes the check of a situation."""

    def holds(subject):
        subject.hold(name)

    holds.__name__ = f"recorded: {name.replace('-', ' ')}"
    check(holds)


for name in traces.SITUATIONS:
    recorded(name)


def prepare():
    WORK.mkdir(parents=True, exist_ok=True)
    packages = fetch(WORK / "packages", PACKAGES)
    shim = WORK / "shim.so"
    run("gcc", "-shared", "-fPIC", "-O2", "-Wall", "-o", shim, Path(__file__).with_name("shim.c"), "-ldl")
    subject = Recordings(packages, shim)
    return lambda label: subject, None


if __name__ == "__main__":
    runner.run(prepare)
