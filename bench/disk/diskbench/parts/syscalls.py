"""System calls of the server for each request, counted by strace: a read, an overwrite, a write with a flush.

With one request in flight there should be one receive, one send, and what the request itself needs: a pread, a pwrite, and
an fdatasync for the flush. In batches of 32 the receive and the send are shared.
"""
import os
import re
import signal
import subprocess
import time

from ..chains import Chains, copy_of_ours
from ..load import client, have
from ..servers import Vcsnap

WORK = [
    ("read, queue depth 1", ["-w", "randread", "-q", "1"], 3000, 3.2),
    ("read, batches of 32", ["-w", "randread", "-q", "32"], 20000, None),
    ("overwrite, queue depth 1", ["-w", "randwrite", "-q", "1", "-r", "1048576"], 3000, 3.2),
    ("write + flush, queue depth 1", ["-w", "randwrite", "-q", "1", "-r", "1048576", "-f", "1"], 500, 6.5),
    ("sequential write of 1 MiB", ["-w", "write", "-b", "1048576", "-q", "4", "-r", "268435456"], 256, None),
]
WAITING = ("futex", "restart_syscall")  # what the JVM's own threads do now and then


def measure(settings, product):
    if not have("strace"):
        settings.say("strace is not installed")
        return []
    chains = Chains(settings, product)
    rows = []
    for kind in settings.kinds:
        with Vcsnap(settings, product, copy_of_ours(chains.ours(kind), "run")) as server:
            for name, work, requests, goal in WORK:
                load = [client(settings), "-u", server.uri, *work]
                subprocess.run(load + ["-n", "30000" if "-b" not in work and "-f" not in work else "100"], check=True, stdout=subprocess.DEVNULL)
                calls = counted(settings, server.pid, load + ["-n", str(requests)])
                each = {call: count / requests for call, count in calls.items() if count / requests >= 0.02}
                own = {call: count for call, count in each.items() if call not in WAITING}
                rows.append({"name": f"{kind}: {name}", "unit": "calls", "ours": sum(own.values()), "goal": goal, "at_most": True,
                             "note": "; ".join(f"{call} {count:.2f}" for call, count in sorted(each.items(), key=lambda item: -item[1]))})
    return rows


def counted(settings, pid, load):
    """What the process called while a load ran."""
    summary = os.path.join(settings.place("logs"), "strace.txt")
    tracer = subprocess.Popen(["strace", "-f", "-c", "-o", summary, "-p", str(pid)], stderr=subprocess.PIPE)
    try:
        while not traced(pid):
            time.sleep(0.05)
        time.sleep(0.5)
        subprocess.run(load, check=True, stdout=subprocess.DEVNULL)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait()
    with open(summary) as file:
        rows = (line.split() for line in file if re.match(r"\s*\d", line))
        return {row[-1]: int(row[3]) for row in rows if row[-1] != "total"}


def traced(pid):
    with open(f"/proc/{pid}/status") as file:
        return re.search(r"TracerPid:\s+[1-9]", file.read()) is not None
