"""Creating a snapshot at depth 31 of a 2 TiB disk while it is written: how long the guest stands still.

Ours: 8 threads write 4 KiB at random to 64 MiB; the stun is the time in which no request is let in, and each snapshot is merged back
before the next. The peer's figure is the time of blockdev-snapshot-sync with such a client at queue depth 8, which drains its
requests and holds all later ones meanwhile.
"""
import os
import shutil
import statistics
import subprocess
import time

from ..chains import run
from ..load import client, have
from ..qmp import StorageDaemon
from ..settings import DEPTH

LIMIT_MS = 5


def measure(settings, product):
    rows = []
    peer = peer_millis(settings)
    for kind in settings.kinds:
        if kind == "vmfssparse":
            continue  # a disk of 2 TiB is too large for it
        median, p99, longest, creation, writes = ours(settings, product, kind)
        rows.append({"name": f"{kind} : qemu-storage-daemon: snapshot of a 2 TiB disk at depth {DEPTH} with 8 writers, p99 of the stun",
                     "unit": "ms", "ours": p99, "peer": statistics.quantiles(peer, n=100)[98] if peer else None, "goal": LIMIT_MS, "at_most": True})
        rows.append({"name": f"{kind}: median of the stun; of the peer's command", "unit": "ms", "ours": median,
                     "peer": statistics.median(peer) if peer else None,
                     "note": f"longest {longest:.1f} ms; whole creation {creation:.0f} ms; {writes:.0f} writes/s"})
    if not peer:
        settings.say("qemu-storage-daemon is not installed (Debian: qemu-system-common)")
    return rows


def ours(settings, product, kind):
    folder = settings.place(f"snapshots-{kind}")
    shutil.rmtree(folder)
    os.makedirs(folder)
    count = 30 if settings.quick else 150
    done = subprocess.run(product.java("dev.vcsnap.bench.Snapshots", folder, kind, count),
                          check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    shutil.rmtree(folder)
    return map(float, done.stdout.split())


def peer_millis(settings):
    """The milliseconds of each snapshot; nothing where the program is missing."""
    if not have("qemu-storage-daemon"):
        return []
    folder = settings.place("snapshots-qcow2")
    shutil.rmtree(folder)
    os.makedirs(folder)
    image = None
    for number in range(DEPTH):
        child = os.path.join(folder, f"l{number}.qcow2")
        backing = ["-F", "qcow2", "-b", image] if image else []
        run("qemu-img", "create", "-q", "-f", "qcow2", *backing, child, *([] if image else ["2T"]))
        image = child
    millis = []
    with StorageDaemon(image) as daemon:
        guest = subprocess.Popen([client(settings), "-u", daemon.uri, "-w", "randwrite", "-q", "8", "-1", "-t", "120", "-r", str(64 << 20)],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            for number in range(10 if settings.quick else 40):
                start = time.monotonic()
                daemon.ask("blockdev-snapshot-sync", **{"node-name": f"disk{number}", "snapshot-file": os.path.join(folder, f"s{number}.qcow2"),
                                                        "snapshot-node-name": f"disk{number + 1}", "format": "qcow2"})
                millis.append((time.monotonic() - start) * 1000)
                time.sleep(0.1)
        finally:
            guest.kill()
            guest.wait()
    shutil.rmtree(folder)
    return millis
