"""What real VMware Tools answer and report in eight situations, with this file as their host.

Each situation is written down line by line: what the host asks, what Tools answer, what they report and whether the
host goes along, and at the end which scripts ran. Signs of life come at their own times: one is kept, from while the
guest is frozen, and only in the situation that is about them.
"""

import threading
import time
from pathlib import Path

from mounts import loop, make, mounted, run
from vmtools import Guest
from wire import Host, options

RECORDED = Path(__file__).resolve().parents[2] / "src/test/resources/dev/vcsnap/guest/traces"
COMMIT, DONE, ALIVE = "prov.snapshotCommit", "req.done", "req.keepAlive"


class Situation:
    """A guest with one file system, and the host's end of its wire."""

    def __init__(self, room, guest, refuses=(), keeps_alive=False):
        self.guest, self.refuses, self.keeps_alive = guest, refuses, keeps_alive
        self.lines, self.heard = [], threading.Condition()
        self.host = Host(guest.root / "host", self.told)
        guest.start([room / "data"])
        assert self.host.here.wait(20), "Tools did not connect"
        for request in b"reset", b"ping", b"Capabilities_Register":
            self.host.ask(request)

    def told(self, request):
        request = request.rstrip(b"\0").decode("utf-8", "replace")
        if not request.startswith("vmbackup.eventSet "):
            known = request.startswith(("info-set ", "SetGuest", "tools.", "vmx.capability.", "log "))
            return known, "" if known else "Unknown command"
        name, code, text = (request.split(" ", 3) + [""])[1:4]
        accepted = name not in self.refuses
        line = f"event {name} {code} {text}".rstrip() + ("" if accepted else " -> refused")
        with self.heard:
            if name != ALIVE or (self.keeps_alive and COMMIT in self.lines[-1]):
                self.lines.append(line)
            self.heard.notify_all()
        return accepted, ""

    def ask(self, text, request=None):
        with self.heard:
            self.lines.append(f"host {text}")
            at = len(self.lines)
        answer = self.host.ask(request or f"vmbackup.{text}".encode()).strip()
        with self.heard:
            # The answer may come behind the first event.
            self.lines.insert(at, f"tools {answer}")

    def start(self, **wanted):
        text = " ".join(f"{name}={value}" for name, value in wanted.items())
        self.ask(f"start {text}", b"vmbackup.startWithOpts " + options(**wanted))

    def wait(self, name, seconds=30):
        with self.heard:
            assert self.heard.wait_for(lambda: any(f"event {name} " in line for line in self.lines), seconds), (
                f"no {name}: {self.lines}"
            )

    def finish(self):
        self.wait(DONE)
        time.sleep(0.2)
        scripts = self.guest.root / "tmp/scripts"
        if scripts.exists():
            self.lines += [f"script {line.strip()}" for line in scripts.read_text().splitlines()]
        return self.lines


def normal(it):
    it.start(manifest=1, fs=1, scripts=1)
    it.wait(COMMIT)
    it.ask("snapshotDone")


def host_holds_long(it):
    it.start(fs=1, scripts=1)
    it.wait(COMMIT)
    time.sleep(6)
    it.ask("snapshotDone")


def abort_while_frozen(it):
    it.start(fs=1, scripts=1)
    it.wait(COMMIT)
    it.ask("abort")
    it.wait(DONE)
    it.ask("snapshotDone")


def abort_in_freeze_script(it):
    it.start(fs=1, scripts=1)
    it.wait("reset")
    time.sleep(1.5)
    it.ask("abort")


def script_fails(it):
    it.start(fs=1, scripts=1)


def host_refuses(it):
    it.start(fs=1, scripts=1)


def time_runs_out(it):
    it.start(fs=1, scripts=1, timeout=9)
    it.wait(COMMIT)
    it.wait(DONE)
    it.ask("snapshotDone")


def second_start(it):
    it.start(fs=1, scripts=1)
    it.wait("reset")
    it.start(fs=1, scripts=1)
    it.wait(COMMIT)
    it.ask("snapshotDone")


NOTE = 'echo "$(/bin/basename $0) $*" >>/tmp/scripts\n'
SITUATIONS = {
    "normal": (normal, {}, NOTE),
    "host-holds-long": (host_holds_long, {"keeps_alive": True}, NOTE),
    "abort-while-frozen": (abort_while_frozen, {}, NOTE),
    "abort-in-freeze-script": (abort_in_freeze_script, {}, NOTE + '[ "$1" != freeze ] || exec sleep 60\n'),
    "script-fails": (script_fails, {}, NOTE + '[ "$1" != freeze ] || exit 3\n'),
    "host-refuses": (host_refuses, {"refuses": (COMMIT,)}, NOTE),
    "time-runs-out": (time_runs_out, {}, NOTE),
    "second-start": (second_start, {}, NOTE),
}


def trace(name, room, packages, shim):
    """The lines of a situation, with Tools of their own in a room of their own."""
    act, behaviour, second_script = SITUATIONS[name]
    guest = Guest(room / "root", packages, shim)
    guest.script("10-first", NOTE)
    guest.script("20-second", second_script)
    guest.script("30-third", NOTE)
    run("truncate", "-s", "32M", room / "disk")
    make("ext4", room / "disk")
    it = None
    with loop(room / "disk") as device, mounted(device, room / "data"):
        try:
            it = Situation(room, guest, **behaviour)
            act(it)
            return "".join(line + "\n" for line in it.finish())
        finally:
            guest.stop()
            if it:
                it.host.close()
