"""One vcsnap server: the start script with free ports of the loopback address and a data directory of its own."""

import atexit
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("VCSNAP_PROGRAM", str(ROOT / "vcsnap"))
READY_SECONDS = 120
STOP_SECONDS = 60
USER, PASSWORD = "administrator@vsphere.local", "VMware1!"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def trusting():
    """A TLS context that takes the server's self-signed certificate."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Server:
    def __init__(self, data=None, *, plain_http=False, options=(), keep_ports=False):
        """With `keep_ports` it is found at the same place after a restart."""
        self.home = Path(tempfile.mkdtemp(prefix="vcsnap-compat-"))
        atexit.register(self._clean)
        self.data = Path(data) if data else self.home / "data"
        self.plain_http, self.keep_ports = plain_http, keep_ports
        self.options = list(options)
        self.log = self.home / "server.log"
        self.port = self.nbd_port = 0
        self.process = None

    @property
    def url(self):
        return f"{'http' if self.plain_http else 'https'}://127.0.0.1:{self.port}"

    def nbd(self, export):
        """The URI of an export, such as DC0_H0_VM0/scsi0:0 or, for a snapshot, DC0_H0_VM0/scsi0:0@snapshot-21-1."""
        return f"nbd://127.0.0.1:{self.nbd_port}/{export}"

    def launch(self):
        """Starts the process and returns at once."""
        assert self.process is None, "the server runs already"
        if not (self.keep_ports and self.port):
            self.port, self.nbd_port = free_port(), free_port()
        command = [PROGRAM, "serve", "--port", str(self.port), "--nbd-port", str(self.nbd_port)]
        command += ["--data", self.data] + (["--plain-http"] if self.plain_http else []) + self.options
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def start(self):
        """Starts the process and returns when it is ready."""
        self.launch()
        end = time.monotonic() + READY_SECONDS
        while not self.healthy():
            if self.process.poll() is not None or time.monotonic() > end:
                self.show_log()
                raise AssertionError(f"the server did not become ready (exit status {self.process.poll()})")
            time.sleep(0.1)
        return self

    def healthy(self):
        try:
            return self.get("/health").status == 200
        except (OSError, urllib.error.URLError):
            return False

    def get(self, path, headers=None, method="GET"):
        request = urllib.request.Request(self.url + path, headers=headers or {}, method=method)
        return urllib.request.urlopen(request, timeout=30, context=None if self.plain_http else trusting())

    def stop(self):
        """Asks the process to end and expects exit status 0."""
        assert self.process is not None, "the server does not run"
        self._note_methods()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not end within {STOP_SECONDS} s of SIGTERM") from None
        self.process = None
        assert status == 0, f"exit status {status} after SIGTERM"

    def _note_methods(self):
        """Keeps the names of the methods that were called, for `compat/record`."""
        told = self.get("/actuator/prometheus").read().decode()
        client = Path(sys.argv[0]).resolve().parent.name
        notes = ROOT / "target" / "compat" / "methods" / f"{client}.txt"
        notes.parent.mkdir(parents=True, exist_ok=True)
        with notes.open("a") as file:
            file.writelines(name + "\n" for name in re.findall(r'^vcsnap_calls_total\{method="([^"]+)"', told, re.MULTILINE))

    def kill(self):
        """Ends the process without giving it a chance, as a power cut would."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def refusal(self):
        """Starts a server that is expected to give up by itself; returns its exit status and what it said."""
        self.launch()
        try:
            status = self.process.wait(READY_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the server came up though it should have refused") from None
        self.process = None
        return status, self.log.read_text(errors="replace")

    def show_log(self, lines=80):
        print(f"--- the server's log ends with ({self.log}):", file=sys.stderr)
        text = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        print("\n".join(text[-lines:]), file=sys.stderr, flush=True)

    def _clean(self):
        if self.process is not None and self.process.poll() is None:
            self.kill()
        if not os.environ.get("VCSNAP_COMPAT_KEEP"):
            shutil.rmtree(self.home, ignore_errors=True)
