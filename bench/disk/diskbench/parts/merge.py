"""Merging a delta with a quarter of the disk's grains into its base, alone against qemu-img commit, and with a guest writing.

Both begin with the same delta from a copy in the page cache, and end when the base is durable and the delta gone.
The guest writes 4 KiB at queue depth 8 over NBD; its rate during the merge is compared with that before.
"""
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from ..chains import Chains, copy_of_ours, pieces, run
from ..load import MIB, client

QUARTER = 25
DELTA = 1001  # a number of its own: other bytes than the deltas of the chain


def measure(settings, product):
    rows = []
    for kind in settings.kinds:
        bench = MergeBench(settings, product, kind)
        rows += [bench.alone(), bench.with_guest()]
    return rows


class MergeBench:
    def __init__(self, settings, product, kind):
        self.settings, self.product, self.kind = settings, product, kind
        self.chains = Chains(settings, product)
        self.folder = settings.place(f"merge-{settings.size >> 20}m-{kind}")
        self.peer_folder = settings.place(f"merge-{settings.size >> 20}m-qcow2")
        self._make()

    def _make(self):
        """Disks of their own, because the base of a merge changes."""
        self.delta = os.path.join(self.folder, "l1.vmdk")
        if not os.path.exists(self.delta):
            self.settings.say(f"making the {self.kind} disk for merges")
            shutil.rmtree(self.folder)
            os.makedirs(self.folder)
            self.chains.our_base(self.folder, shutil.copyfile)
            self.chains.our_deltas(self.folder, self.kind, [pieces(DELTA, self.settings.size, QUARTER)])
        # A merge gives the base a new content id; the bytes that it puts there are the same each time.
        content_id = open(self.delta).read().split("parentCID=", 1)[1].splitlines()[0]
        with open(os.path.join(self.folder, "base.vmdk")) as file:
            self.base_descriptor = re.sub(r"(?m)^CID=.*", f"CID={content_id}", file.read())
        self.image = os.path.join(self.peer_folder, "delta.qcow2")
        if not os.path.exists(self.image):
            self.settings.say("making the qcow2 disk for merges")
            base = os.path.join(self.peer_folder, "base.qcow2")
            run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", self.chains.raw(), base)
            self.chains.qcow2_delta(self.image, base, pieces(DELTA, self.settings.size, QUARTER))

    def alone(self):
        pairs = []
        for number in range(self.settings.rounds):
            order = [self._ours, self._peer] if number % 2 == 0 else [self._peer, self._ours]
            taken = {merge: merge() for merge in order}
            pairs.append((taken[self._ours], taken[self._peer]))
        ratios = sorted(peer / ours for ours, peer in pairs)
        return {"name": f"{self.kind} : qemu-img commit, a quarter of the grains", "unit": "s",
                "ours": statistics.median(ours for ours, _ in pairs), "peer": statistics.median(peer for _, peer in pairs),
                "ratio": statistics.median(ratios), "low": ratios[0], "high": ratios[-1], "goal": 1.2}

    def _peer(self):
        copy = os.path.join(self.peer_folder, "run.qcow2")
        shutil.copyfile(self.image, copy)
        self._settle(self.peer_folder)
        start = time.monotonic()
        run("qemu-img", "commit", "-q", "-d", copy)
        run("sync", os.path.join(self.peer_folder, "base.qcow2"))
        os.remove(copy)
        return time.monotonic() - start

    def _ours(self):
        leaf = self._leaf()
        with Merging(self.product, leaf, self.kind) as merging:
            return merging.ask("merge")[0]

    def _leaf(self):
        with open(os.path.join(self.folder, "base.vmdk"), "w") as file:
            file.write(self.base_descriptor)
        leaf = copy_of_ours(self.delta, "run")
        self._settle(self.folder)
        return leaf

    @staticmethod
    def _settle(folder):
        """The copy and the base are in the page cache, and nothing waits to be written."""
        os.sync()
        for name in os.listdir(folder):
            if name.startswith(("base", "run")):
                with open(os.path.join(folder, name), "rb") as file:
                    while file.read(4 * MIB):
                        pass

    def with_guest(self):
        shares, seconds = [], []
        for number in range(self.settings.rounds):
            with Merging(self.product, self._leaf(), self.kind) as merging:
                guest = subprocess.Popen(
                    [client(self.settings), "-u", merging.uri, "-w", "randwrite", "-q", "8", "-1", "-t", "120",
                     "-r", str(256 * MIB), "-s", str(number)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                try:
                    merging.ask("count 2.5")
                    before, requests_before = merging.ask("count 2")
                    during, requests_during = merging.ask("merge")
                finally:
                    guest.kill()
                    guest.wait()
            shares.append((requests_during / during) / (requests_before / before))
            seconds.append(during)
        shares.sort()
        return {"name": f"{self.kind}: the guest's rate while its disk is merged, of its rate before", "unit": "of it",
                "ours": statistics.median(shares), "low": shares[0], "high": shares[-1], "goal": 0.5,
                "note": f"the merge took {statistics.median(seconds):.2f} s"}


class Merging:
    """The program that serves a disk and merges it when asked, with its code compiled."""

    def __init__(self, product, leaf, kind):
        self.socket = os.path.join(tempfile.gettempdir(), f"vcsnap-bench-{os.getpid()}-merge.sock")
        self.uri = f"nbd+unix:///?socket={self.socket}"
        if os.path.exists(self.socket):
            os.remove(self.socket)
        self.process = subprocess.Popen(product.java("dev.vcsnap.bench.MergeUnderLoad", leaf, self.socket, kind),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._line()

    def _line(self):
        line = self.process.stdout.readline().strip()
        if not line:
            raise SystemExit("the merge failed")
        return line

    def ask(self, command):
        """Seconds and requests."""
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        seconds, requests = self._line().split()
        return float(seconds), int(requests)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        os.remove(self.socket)
