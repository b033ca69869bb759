"""Puts load on two servers in alternating rounds and compares what they reach."""
import hashlib
import json
import mmap
import os
import random
import shutil
import statistics
import subprocess

from .nbd import Writer
from .settings import HERE

KIB, MIB = 1 << 10, 1 << 20

# Others on the machine took more than this share of it: the pair is measured again.
DISTURBED = 0.35


class Load:
    """One kind of work.

    first: a write to places that were not written yet, after which Load.again overwrites the same ones. share is the part
    of the disk that the writes go to.
    """

    def __init__(self, name, work, block, depth, one_by_one=True, share=None, requests=0, flush_each=False, first=False):
        self.name, self.work, self.block, self.depth = name, work, block, depth
        self.one_by_one, self.share, self.requests = one_by_one, share, requests
        self.flush_each, self.first = flush_each, first

    @property
    def unit(self):
        return "requests/s" if self.work.startswith("rand") else "MiB/s"

    def arguments(self, size, seconds, seed):
        arguments = ["-w", self.work, "-b", str(self.block), "-q", str(self.depth), "-s", str(seed)]
        arguments += ["-1"] if self.one_by_one and self.depth > 1 else []
        if self.share is None:
            return arguments + ["-t", str(seconds)]
        low, high = (int(size * part) // MIB * MIB for part in self.share)
        requests = min(self.requests or 1 << 62, self._capacity(high - low))
        arguments += ["-o", str(low), "-r", str(high - low), "-n", str(requests)]
        return arguments + (["-f", "1"] if self.flush_each else [])

    def _capacity(self, span):
        """Few random writes meet where one was before; sequential ones take all."""
        if self.work.startswith("rand"):
            return int(span / 65536 * 0.65) if self.block < 65536 else int(span / 65536 * 0.3)
        return span // self.block


def client(settings):
    """The compiled load client."""
    source = f"{HERE}/client/nbdload.c"
    with open(source, "rb") as file:
        key = hashlib.sha256(file.read()).hexdigest()[:12]
    program = os.path.join(settings.place(), f"nbdload-{key}")
    if not os.path.exists(program):
        subprocess.run(["cc", "-O2", "-o", program + ".new", source], check=True)
        os.rename(program + ".new", program)
    return program


class Measuring:
    """Measures loads on servers of disks of one size."""

    def __init__(self, settings):
        self.settings = settings
        self.client = client(settings)

    def once(self, load, server, size, seed):
        """One run: the rate, and how busy others kept the machine meanwhile."""
        command = [self.client, "-u", server.uri] + load.arguments(size, self.settings.read_seconds, seed)
        # Between two processors of a virtual machine a wake-up costs several times the request.
        alone = load.depth == 1
        if alone:
            pin(server.pid, {0})
            command = ["taskset", "-c", "0"] + command
        before = Usage(server.pid)
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        after = Usage(server.pid)
        if alone:
            pin(server.pid, range(os.cpu_count()))
        if done.returncode:
            raise SystemExit(f"{load.name} on {server.name}: {done.stderr.strip()}")
        answer = json.loads(done.stdout)
        answer["rate"] = answer["mib_s"] if load.unit == "MiB/s" else answer["iops"]
        answer["others"] = after.others_since(before, answer["client_us_op"] * answer["ops"] / 1e6)
        answer["server_us_op"] = after.server_since(before) / max(1, answer["ops"]) * 1e6
        return answer

    def pair(self, load, ours, peer, size, round_number, prepare=lambda: None):
        """One load on both, the one that goes first changing each round; the two answers."""
        for attempt in range(3):
            answers = {}
            for server in (ours, peer) if round_number % 2 == 0 else (peer, ours):
                if load.first or load.flush_each:
                    os.sync()
                if load.first:
                    back_memory()
                if load.flush_each:
                    self.flush(server)
                prepare()
                answers[server] = self.once(load, server, size, 1000 + 10 * round_number + attempt)
            if load.share or max(answer["others"] for answer in answers.values()) <= DISTURBED:
                break
        return answers[ours], answers[peer]

    def flush(self, server):
        """Makes durable what earlier loads left, which is not the next one's work."""
        subprocess.run([self.client, "-u", server.uri, "-w", "randwrite", "-q", "1", "-n", "1", "-f", "1"],
                       stdout=subprocess.DEVNULL, check=True)

    def warm(self, server, size, cached=False):
        """Everything into the page cache, unless it is there, and the server's code compiled."""
        whole = [] if cached else [["-w", "read", "-b", str(MIB), "-q", "4", "-n", str(size // MIB)]]
        for arguments in whole + [["-w", "randread", "-t", str(self.settings.warm_seconds)],
                                  ["-w", "randread", "-1", "-t", str(self.settings.warm_seconds / 2)]]:
            subprocess.run([self.client, "-u", server.uri] + arguments, stdout=subprocess.DEVNULL, check=True)


def pin(pid, processors):
    """Binds a server's threads, but not those of a compiler: it works ahead, not for the request."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/comm") as file:
                if not file.read().startswith(("C1 ", "C2 ")):
                    os.sched_setaffinity(int(thread), processors)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile


class Usage:
    """Processor time so far: of one process and of the machine."""

    def __init__(self, pid):
        tick = os.sysconf("SC_CLK_TCK")
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        self.server = (int(fields[11]) + int(fields[12])) / tick
        with open("/proc/stat") as file:
            times = [int(x) for x in file.readline().split()[1:9]]
        self.idle, self.all = (times[3] + times[4]) / tick, sum(times) / tick

    def server_since(self, earlier):
        return self.server - earlier.server

    def others_since(self, earlier, client_seconds):
        total = max(0.01, self.all - earlier.all)
        busy = total - (self.idle - earlier.idle)
        return max(0.0, busy - self.server_since(earlier) - client_seconds) / total


def back_memory(mib=1536):
    """Touches memory and frees it: pages that a hypervisor has not backed yet cost more at their first touch than most
    servers do, and the page cache of the coming writes takes those that were just freed."""
    memory = mmap.mmap(-1, mib * MIB)
    for page in range(0, mib * MIB, 4096):
        memory[page] = 1
    memory.close()


def compare(name, load, pairs, goal=None):
    """The row of a comparison: medians, and the median of the rounds' own ratios."""
    ratios = sorted(ours["rate"] / peer["rate"] for ours, peer in pairs)
    median = lambda side, key: statistics.median(pair[side][key] for pair in pairs)
    return {
        "name": name, "unit": load.unit, "ours": median(0, "rate"), "peer": median(1, "rate"),
        "ratio": statistics.median(ratios), "low": ratios[0], "high": ratios[-1], "goal": goal, "rounds": len(pairs),
        "p99_us": [median(0, "p99_us"), median(1, "p99_us")], "server_us_op": [median(0, "server_us_op"), median(1, "server_us_op")],
        "others": max(median(0, "others"), median(1, "others")),
    }


def require_same(ours, peer, size, count=100):
    """Compares random places of both disks: a comparison of different bytes says nothing."""
    chance = random.Random(1)
    with Writer(ours.socket) as a, Writer(peer.socket) as b:
        for _ in range(count):
            length = chance.choice((512, 4096, 65536))
            offset = chance.randrange((size - length) // 512) * 512
            if a.read(offset, length) != b.read(offset, length):
                raise SystemExit(f"the disks of {ours.name} and {peer.name} differ at {offset}")


def have(program):
    return shutil.which(program) is not None
