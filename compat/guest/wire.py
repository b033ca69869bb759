"""The host's side of VMware Tools' wire, written down a second time and independently of the server's: packets over
stream sockets, as a guest connects to a host's ports 975 and 976."""

import contextlib
import socket
import struct
import threading
from pathlib import Path

RPCI, TCLO = "976", "975"
DATA, PING = 1, 2
INT64, STRING = 1, 2
TYPE, PAYLOAD, FAST_CLOSE = 1, 2, 3


def packet(payload):
    fields = struct.pack(">IIII", INT64, TYPE, DATA, 0)
    fields += struct.pack(">III", STRING, PAYLOAD, len(payload)) + payload
    return struct.pack(">I", len(fields)) + fields


def exactly(sock, count):
    data = b""
    while len(data) < count:
        part = sock.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def receive(sock):
    """The next packet: its fields, with the type and the payload always there."""
    (length,) = struct.unpack(">I", exactly(sock, 4))
    assert length <= 1 << 17, f"a packet of {length} bytes"
    data, fields, at = exactly(sock, length), {TYPE: DATA, PAYLOAD: b""}, 0
    while at < length:
        kind, name = struct.unpack_from(">II", data, at)
        if kind == INT64:
            low, high = struct.unpack_from(">II", data, at + 8)
            fields[name], at = low | high << 32, at + 16
        else:
            assert kind == STRING, f"a field of type {kind}"
            (size,) = struct.unpack_from(">I", data, at + 8)
            fields[name], at = data[at + 12 : at + 12 + size], at + 12 + size
    return fields


class Host:
    """Listens where a guest connects. `told` gets each request of the guest and answers it as (accepted, text)."""

    def __init__(self, folder, told):
        self.told, self.tclo, self.answer = told, None, threading.Lock()
        self.here = threading.Event()
        self.pings = 0
        self.replies, self.replied = [], threading.Condition()
        self.doors, self.guests = [], []
        for port, serve in (RPCI, self._rpci), (TCLO, self._tclo):
            door = socket.socket(socket.AF_UNIX)
            door.bind(str(Path(folder) / port))
            door.listen(8)
            self.doors.append(door)
            threading.Thread(target=self._accept, args=(door, serve), daemon=True).start()

    def _accept(self, door, serve):
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(guest, serve), daemon=True).start()

    def _serve(self, guest, serve):
        self.guests.append(guest)
        try:
            serve(guest)
        except (EOFError, OSError):
            pass
        finally:
            guest.close()

    def _rpci(self, guest):
        while True:
            fields = receive(guest)
            if fields[TYPE] == DATA:
                accepted, text = self.told(fields[PAYLOAD])
                guest.sendall(packet((b"1 " if accepted else b"0 ") + text.encode()))
            if fields.get(FAST_CLOSE):
                return

    def _tclo(self, guest):
        self.tclo = guest
        self.here.set()
        while True:
            fields = receive(guest)
            with self.replied:
                if fields[TYPE] == PING:
                    self.pings += 1
                else:
                    self.replies.append(fields[PAYLOAD].rstrip(b"\0"))
                self.replied.notify_all()

    def ask(self, request, seconds=10):
        """Sends a request to the guest and returns its answer."""
        with self.answer, self.replied:
            self.replies.clear()
            self.tclo.sendall(packet(request))
            assert self.replied.wait_for(lambda: self.replies, seconds), f"no answer to {request[:40]}"
            return self.replies.pop(0).decode("utf-8", "backslashreplace")

    def close(self):
        for sock in self.doors + self.guests:
            # Only this ends a wait for it that goes on in another thread.
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


def options(manifest=0, apps=0, fs=1, writable=0, scripts=1, argument=b"", timeout=0, disks=b""):
    """The argument of vmbackup.startWithOpts."""

    def text(value):
        return struct.pack(">I", len(value)) + value + bytes(-len(value) % 4)

    return struct.pack(">IIIIIII", 1, 1, manifest, apps, fs, writable, scripts) + text(argument) + struct.pack(">I", timeout) + text(disks)
