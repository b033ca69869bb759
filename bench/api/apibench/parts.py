"""What is measured. Each part returns rows for the table; its first line says what it is about."""
import json
from statistics import median

SMALL = 16
WAITERS = 500


def compare(lines, figure):
    """Medians of ours and of the peer's figure, and of the ratio of the two in the same round with its range."""
    by_round = {}
    for line in lines:
        result = json.loads(line)
        if result["errors"]:
            raise SystemExit(f"{result['target']} failed in {result['test']}: {result['firstError']}")
        by_round.setdefault(result["round"], {})[result["target"]] = figure(result)
    ours = [pair["vcsnap"] for pair in by_round.values()]
    row = {"ours": median(ours)}
    if all("vcsim" in pair for pair in by_round.values()):
        ratios = [pair["vcsnap"] / pair["vcsim"] for pair in by_round.values() if pair["vcsim"]]
        row |= {"peer": median(pair["vcsim"] for pair in by_round.values()),
                "ratio": median(ratios), "low": min(ratios), "high": max(ratios)}
    return row


def row(name, unit, measured, **more):
    return {"name": name, "unit": unit} | measured | more


def rate(result):
    return result["perSecond"]


def cpu(result):
    return result["serverCpuMs"]


def p50(result):
    return result["p50ms"]


def p99(result):
    return result["p99ms"]


def reads(bench):
    """RetrievePropertiesEx of one machine's name, snapshot, devices and runtime, over TLS."""
    rows = []
    with bench.product(SMALL) as ours, bench.peer(SMALL) as peer:
        bench.load("rawretrieve", 8, ours, rounds=1, seconds=5, warm=2 if bench.quick else 30)
        for test, what in [("rawretrieve", "the answer drained"), ("retrieve", "decoded by govmomi")]:
            for sessions in [1, 8, 32]:
                lines = bench.load(test, sessions, ours, peer)
                goals = ({"goal": 3}, {"goal": 0.334, "at_most": True}) if sessions == 8 and test == "rawretrieve" else ({}, {})
                name = f"{sessions} session{'s' if sessions > 1 else ''}, {what}"
                rows.append(row(f"{name}: rate", "calls/s", compare(lines, rate), **goals[0]))
                rows.append(row(f"{name}: processor time of the server", "ms", compare(lines, cpu), **goals[1]))
                rows.append(row(f"{name}: p99", "ms", compare(lines, p99)))
    return rows


def snapshots(bench):
    """A snapshot is created and removed, with both tasks waited for; ours moves real files, vcsim's are records."""
    rows = []
    with bench.product(SMALL) as ours, bench.peer(SMALL) as peer:
        bench.load("snapcycle", 8, ours, rounds=1, seconds=5, warm=2 if bench.quick else 40)
        for workers in [1, 8]:
            lines = bench.load("snapcycle", workers, ours, peer)
            name = f"{workers} machine{'s' if workers > 1 else ''}"
            rows.append(row(f"{name}: rate", "cycles/s", compare(lines, rate), goal=1))
            rows.append(row(f"{name}: p99", "ms", compare(lines, p99)))
            rows.append(row(f"{name}: processor time of the server", "ms", compare(lines, cpu)))
    return rows


def many(bench):
    """An inventory of thousands of machines: all names and snapshots in one call, and hundreds of sessions that wait."""
    rows = []
    with bench.product(bench.many) as ours, bench.peer(bench.many) as peer:
        rows.append(row(f"first login with {bench.many} machines, the first start", "s",
                        {"ours": ours.first_login_seconds, "peer": peer.first_login_seconds}, goal=10, at_most=True))
        bench.load("list", 20, ours, rounds=1)
        lines = bench.load("list", 5, ours, peer)
        rows.append(row(f"list of {bench.many} machines: latency", "ms", compare(lines, p50), goal=0.334, at_most=True))
        rows.append(row(f"list of {bench.many} machines: processor time of the server", "ms", compare(lines, cpu)))
        rows.append(row(f"resident memory with {bench.many} machines, idle", "MiB", {"ours": ours.idle_mib, "peer": peer.idle_mib}))
        rows.append(row(f"resident memory with {bench.many} machines, after the listings", "MiB",
                        {"ours": ours.resident_mib(), "peer": peer.resident_mib()}))
        lines = bench.load("waiting", WAITERS, ours, rounds=2, warm=10)
        rows.append(row(f"8 sessions read while {WAITERS} wait for changes of any machine: p99", "ms", compare(lines, p99)))
        lines = bench.load("told", WAITERS, ours, rounds=1, warm=3)
        rows.append(row(f"a change of one machine until all {WAITERS} are told: median", "ms", compare(lines, p50)))
        rows.append(row(f"resident memory after {WAITERS} sessions waited", "MiB", {"ours": ours.resident_mib()}))
    with bench.product(bench.many, fresh=False) as ours:
        rows.append(row(f"first login with {bench.many} machines, a later start", "s",
                        {"ours": ours.first_login_seconds}, goal=10, at_most=True))
    return rows


def start(bench):
    """From the start of the program to the first accepted login, and the memory that is resident then."""
    rows = []
    starts = bench.starts
    for machines, goal in [(4, {"goal": 3, "at_most": True}), (1_000, {})]:
        seconds, idle, peers, peers_idle = [], [], [], []
        for number in range(starts):
            with bench.product(machines, fresh=number == 0) as ours:
                seconds.append(ours.first_login_seconds)
                idle.append(ours.idle_mib)
            if machines == 4 or number == 0:
                with bench.peer(machines) as peer:
                    peers.append(peer.first_login_seconds)
                    peers_idle.append(peer.idle_mib)
        rows.append(row(f"{machines} machines: first login", "s", {"ours": median(seconds), "peer": median(peers)}, **goal))
        rows.append(row(f"{machines} machines: resident memory, idle", "MiB", {"ours": median(idle), "peer": median(peers_idle)}))
    return rows


def growth(bench):
    """Memory over 100,000 calls: log in, list through a view, create and remove a snapshot, log out, again and again."""
    lives, calls = (400, 20) if bench.quick else (2_500, 20)
    rows = []
    with bench.product(4) as ours:
        for number in range(1, 4):
            line, = bench.load("calls", lives, ours, rounds=1)
            resident, after = json.loads(line)["serverRssMiB"], f"after {number * lives * calls} calls"
            rows.append(row(f"resident memory {after}", "MiB", {"ours": resident}))
            rows.append(row(f"objects in use {after}", "MiB", {"ours": ours.live_mib()}))
    return rows


def repeated(bench, part):
    """How often a part's figures were measured, for the table."""
    return {"start": f"Medians of {bench.starts} starts", "growth": "One run"}.get(
        part, f"Medians of {bench.rounds} alternating rounds")


PARTS = {"reads": reads, "snapshots": snapshots, "many": many, "start": start, "growth": growth}
