"""Builds the load program and the peer, starts and stops the servers, and knows what a run was asked for."""
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request

from diskbench.product import Product

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HERE))
START_LIMIT_SECONDS = 1200
LOGIN = """<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><Login
 xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this><userName>user</userName><password>pass</password></Login>
</Body></Envelope>"""


class Bench:
    """VCSNAP_BENCH_DIR is where programs, data and results are kept between runs (default: target/bench)."""

    def __init__(self, chosen):
        self.quick = chosen.quick
        self.rounds = chosen.rounds or (2 if chosen.quick else 5)
        self.starts = 2 if chosen.quick else 5
        self.seconds = 3 if chosen.quick else 8
        self.many = 1_000 if chosen.quick else 10_000
        self.directory = os.path.join(os.environ.get("VCSNAP_BENCH_DIR", os.path.join(ROOT, "target", "bench")), "api")
        self.programs = os.path.join(self.directory, "bin")
        self.started = time.time()
        os.makedirs(self.programs, exist_ok=True)

    def say(self, sentence):
        print(f"[{time.time() - self.started:5.0f} s] {sentence}", file=sys.stderr, flush=True)

    def build(self):
        """Builds the load program and vcsim from the Go module proxy, and the product, whose starts are trained."""
        subprocess.run(["go", "build", "-o", self.programs + "/", "./apiload", "./vcsim"], cwd=HERE, check=True)
        if "VCSNAP_BENCH_CLASSPATH" not in os.environ:
            subprocess.run([f"{ROOT}/vcsnap", "train"], check=True)

    def product(self, machines, fresh=True):
        """The product with that many machines; with fresh data, or with those of the last start."""
        data = os.path.join(self.directory, f"data-{machines}")
        if fresh:
            shutil.rmtree(data, ignore_errors=True)
        classes = os.environ.get("VCSNAP_BENCH_CLASSPATH")
        program = [f"{ROOT}/vcsnap"] if classes is None else [
            f"{Product.find_java()}/bin/java", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-cp", classes,
            "dev.vcsnap.VcsnapApplication"]
        port = free_port()
        return Server("vcsnap", port, program + ["serve", "--port", str(port), "--nbd-port", "0", "--data", data,
                                                 "--machines", str(machines)])

    def peer(self, machines):
        """vcsim with that many machines, half of them in each of its two resource pools."""
        port = free_port()
        return Server("vcsim", port, [f"{self.programs}/vcsim", "-l", f"127.0.0.1:{port}", "-vm", str(machines // 2)])

    def load(self, test, number, *servers, rounds=None, seconds=None, warm=None):
        """Runs one test of the load program; returns its output, which is one JSON object a line."""
        command = [f"{self.programs}/apiload", "-t", test, "-n", str(number), "-rounds", str(rounds or self.rounds),
                   "-d", f"{seconds or self.seconds}s", "-w", f"{warm or 2}s", *(server.target for server in servers)]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


class Server:
    """A server that has accepted its first login; ended with the block that it is used in."""

    def __init__(self, name, port, command):
        begun = time.time()
        self.address = f"127.0.0.1:{port}"
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.target = f"{name}@{self.process.pid}=https://user:pass@{self.address}/sdk"
        while not self._login():
            if self.process.poll() is not None or time.time() - begun > START_LIMIT_SECONDS:
                self.process.kill()
                raise SystemExit(f"{' '.join(command)}: no login")
            time.sleep(0.01)
        self.first_login_seconds = time.time() - begun
        time.sleep(0.5)
        self.idle_mib = self.resident_mib()

    def _login(self):
        try:
            # No TLS handshake before the port is open.
            socket.create_connection(self.address.split(":"), 1).close()
            request = urllib.request.Request(f"https://{self.address}/sdk", LOGIN.encode(),
                                             {"Content-Type": "text/xml", "SOAPAction": "urn:vim25/6.5"})
            with urllib.request.urlopen(request, context=ssl._create_unverified_context(), timeout=60) as answer:
                return answer.status == 200
        except OSError:
            return False

    def resident_mib(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS:")) / 1024

    def live_mib(self):
        """What is left of a Java server's heap when it is collected, which this does first."""
        histogram = subprocess.run([f"{Product.find_java()}/bin/jcmd", str(self.process.pid), "GC.class_histogram"],
                                   check=True, stdout=subprocess.PIPE, text=True).stdout
        return int(histogram.split()[-1]) / 2**20

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
