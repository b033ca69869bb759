"""Servers of one disk each, ours and the peer's, as context managers."""
import itertools
import os
import subprocess
import tempfile
import time

_numbers = itertools.count()


class Server:
    """A process that serves a disk on a UNIX socket."""

    name = "server"

    def __init__(self, settings, command_for):
        self.socket = os.path.join(tempfile.gettempdir(), f"vcsnap-bench-{os.getpid()}-{next(_numbers)}.sock")
        self.uri = f"nbd+unix:///?socket={self.socket}"
        self.log = os.path.join(settings.place("logs"), f"{self.name}.log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command_for(self.socket), stdout=log, stderr=log)
        self.pid = self.process.pid
        self._await()

    def _await(self):
        for _ in range(1500):
            if os.path.exists(self.socket):
                time.sleep(0.1)
                return
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} did not start:\n{open(self.log).read()}")
            time.sleep(0.02)
        raise SystemExit(f"{self.name} does not listen; see {self.log}")

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        if os.path.exists(self.socket):
            os.remove(self.socket)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Vcsnap(Server):
    name = "vcsnap"

    def __init__(self, settings, product, descriptor, *options):
        super().__init__(settings, lambda socket: product.nbd(descriptor, socket, *options))


class Qemu(Server):
    """qemu-nbd at its best setting: io_uring, with which qemu 7.2 loses a request in a deep chain of VMDKs and hangs."""

    name = "qemu-nbd"

    def __init__(self, settings, image, image_format, *options):
        way = "threads" if image_format == "vmdk" else "io_uring"
        super().__init__(settings, lambda socket: [
            "qemu-nbd", "-t", "-k", socket, f"--aio={way}", "-f", image_format, *options, image])
