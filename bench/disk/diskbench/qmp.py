"""qemu-storage-daemon, asked over its control socket (QMP)."""
import json
import os
import socket
import subprocess
import tempfile
import time


class StorageDaemon:
    """Serves one image over NBD and takes snapshots of it."""

    name = "qemu-storage-daemon"

    def __init__(self, image):
        folder = tempfile.mkdtemp(prefix="vcsnap-bench-")
        self.control, self.socket = os.path.join(folder, "qmp"), os.path.join(folder, "nbd")
        self.uri = f"nbd+unix:///disk?socket={self.socket}"
        self.process = subprocess.Popen([
            "qemu-storage-daemon",
            "--blockdev", f"driver=file,node-name=file0,filename={image},aio=io_uring",
            "--blockdev", "driver=qcow2,node-name=disk0,file=file0,discard=unmap",
            "--nbd-server", f"addr.type=unix,addr.path={self.socket}",
            "--export", "type=nbd,id=export0,node-name=disk0,name=disk,writable=on",
            "--chardev", f"socket,path={self.control},server=on,wait=off,id=control0",
            "--monitor", "chardev=control0"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(500):
            if os.path.exists(self.control) and os.path.exists(self.socket):
                break
            time.sleep(0.02)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.control)
        self.stream = connection.makefile("rw")
        self.stream.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "error" in answer:
                raise SystemExit(f"{self.name}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
