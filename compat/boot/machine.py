"""QEMU as the hardware of one of vcsnap's machines, in pure emulation: its disk comes over NBD, and its agent's channel leads to
where vcsnap lets the machine's guest connect.
"""

import re
import socket
import subprocess
import time
from pathlib import Path


def until(true, what, seconds=30):
    """Waits for something, and returns it."""
    end = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return found


class Hardware:
    """One run of a guest, from its power on to its end."""

    MEMORY_MB = 128

    def __init__(self, image, folder, disk, agent):
        """Starts it with the disk of an NBD address, and the agent's channel at a UNIX socket."""
        place = re.fullmatch(r"nbd://([\d.]+):(\d+)/(.*)", disk)
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.console = self.folder / "console"
        self.console.unlink(missing_ok=True)
        self.test = self.folder / "test"
        self.test.unlink(missing_ok=True)
        self.panel = self.folder / "monitor"
        self.panel.unlink(missing_ok=True)
        self.began = time.monotonic()
        command = ["qemu-system-x86_64", "-M", "q35", "-accel", "tcg,tb-size=32", "-m", str(self.MEMORY_MB)]
        command += ["-nodefaults", "-no-user-config", "-display", "none", "-serial", f"file:{self.console}"]
        command += ["-monitor", f"unix:{self.panel},server=on,wait=off"]
        command += ["-kernel", image.kernel, "-initrd", image.initrd]
        command += ["-append", "console=ttyS0 quiet panic=-1 mitigations=off"]
        # A server that is away for a while is waited for.
        command += ["-blockdev", "driver=nbd,node-name=disk,reconnect-delay=60,server.type=inet"
                    f",server.host={place[1]},server.port={place[2]},export={place[3]}"]
        command += ["-device", "virtio-blk-pci,drive=disk", "-device", "virtio-serial-pci"]
        command += ["-chardev", f"socket,id=agent,path={agent},server=off,reconnect=1"]
        command += ["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"]
        command += ["-chardev", f"socket,id=test,path={self.test},server=on,wait=off"]
        command += ["-device", "virtserialport,chardev=test,name=vcsnap.test"]
        with (self.folder / "qemu.log").open("ab") as log:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.shell = None

    def said(self, pattern):
        """What the guest wrote to its console."""
        text = self.console.read_text(errors="replace") if self.console.exists() else ""
        return re.findall(pattern, text, re.MULTILINE)

    def up(self):
        """Waits for the application in the guest, and returns what it found at its start."""
        found = until(lambda: self.ended() or self.said(r"ledger: intent=(\S+) a=(\S+) b=(\S+) damaged=(\d+)"), "the guest boots", 60)
        assert found is not True, f"the guest did not boot:\n{self.console.read_text(errors='replace')}"
        return Found(*map(int, found[-1]))

    def ended(self):
        return self.process.poll() is not None

    def run(self, line, seconds=10):
        """Runs a line of shell in the guest; returns what it said and its status."""
        if self.shell is None:
            self.shell = socket.socket(socket.AF_UNIX)
            self.shell.connect(str(self.test))
        self.shell.settimeout(seconds)
        self.shell.sendall(line.encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\0"):
            part = self.shell.recv(65536)
            assert part, "the guest is gone"
            answer += part
        said, _, status = answer[:-1].decode().rpartition("\n")
        return said, int(status)

    def monitor(self, line):
        """Says something to QEMU itself; returns its answer."""
        with socket.socket(socket.AF_UNIX) as panel:
            panel.settimeout(10)
            panel.connect(str(self.panel))
            answers = []
            for request in b"", line.encode() + b"\n":
                panel.sendall(request)
                answer = b""
                while not answer.endswith(b"(qemu) "):
                    part = panel.recv(4096)
                    assert part, "QEMU is gone"
                    answer += part
                answers.append(answer.decode())
            return answers[-1]

    def transactions(self):
        """How many the application did, which goes on only when nothing in the guest is frozen."""
        said, status = self.run("cat /run/count")
        return int(said) if status == 0 and said.isdigit() else 0

    def goes_on(self, seconds=20):
        before = self.transactions()
        until(lambda: self.transactions() > before, "the application goes on", seconds)

    def is_frozen(self):
        """Whether its agent, alive or dead, left it so: the file that the agent keeps for its successor says it."""
        return self.run("ls /run/*.isfrozen")[1] == 0

    def cut(self):
        """Ends it as a power cut does."""
        if self.shell is not None:
            self.shell.close()
        if not self.ended():
            self.process.kill()
        self.process.wait()


class Found:
    """What the application found at its start."""

    def __init__(self, intent, a, b, damaged):
        self.intent, self.a, self.b, self.damaged = intent, a, b, damaged
        self.holds = intent == 0 and a == b > 0

    def __str__(self):
        return f"{'holds' if self.holds else 'broken'} (intent {self.intent}, a {self.a}, b {self.b})"
