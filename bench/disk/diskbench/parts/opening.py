"""A 2 TiB disk with 3 % written in random 64 KiB pieces over 31 deltas: the time to open it and the heap that it takes.

The pieces are holes in the delta's files; the tables are whole. The heap is measured with one delta that has all of the 3 %,
once everything was read, and without the cache of grain tables, which has a limit of its own for all disks together.
"""
import os
import shutil
import subprocess

from ..settings import DEPTH


def measure(settings, product):
    rows = []
    for kind in settings.kinds:
        if kind == "vmfssparse":
            continue  # a disk of 2 TiB is too large for it
        deep, single = chain(settings, product, kind, DEPTH), chain(settings, product, kind, 1)
        first, later = ask(product, "open", deep)
        rows.append({"name": f"{kind}: opening the chain and the first read, program just started", "unit": "s", "ours": first / 1000,
                     "goal": 1, "at_most": True})
        rows.append({"name": f"{kind}: the same once more", "unit": "s", "ours": later / 1000})
        owners, heap = ask(product, "heap", single)
        rows.append({"name": f"{kind}: heap of the owner map and the change map, with the directory", "unit": "MiB",
                     "ours": heap, "goal": 64, "at_most": True, "note": f"owner map {owners:.0f} MiB"})
    return rows


def chain(settings, product, kind, depth):
    folder = settings.place(f"2t-{kind}-{depth}")
    done = os.path.join(folder, ".complete")
    if not os.path.exists(done):
        settings.say(f"making the 2 TiB {kind} chain of {depth}")
        shutil.rmtree(folder)
        os.makedirs(folder)
        subprocess.run(product.java("dev.vcsnap.bench.TwoTebibytes", "make", folder, kind, depth), check=True)
        open(done, "w").close()
    return os.path.join(folder, f"l{depth}.vmdk")


def ask(product, question, leaf):
    done = subprocess.run(product.java("dev.vcsnap.bench.TwoTebibytes", question, leaf),
                          check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    return map(float, done.stdout.split())
