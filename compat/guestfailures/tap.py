"""Stands between VMware Tools and their host, and acts at the steps of the handshake.

What goes by is passed on unchanged. A step is named after the request of the host (`vmbackup.snapshotDone`) or the event of
the guest (`prov.snapshotCommit`); what is to be done at one is done before that message is passed on, so that the guest is
still where it was: frozen, for both of these.
"""

import contextlib
import socket
import struct
import threading

from wire import RPCI, TCLO, exactly

EVENT = b"vmbackup.eventSet "


def step(data):
    """What a packet says of the handshake; nothing for most."""
    at = data.find(b"vmbackup.")
    if at < 0:
        return None
    if data.startswith(EVENT, at):
        at += len(EVENT)
    return data[at:].split(b" ")[0].split(b"\0")[0].decode("ascii", "replace")


class Tap:
    """Sockets 975 and 976 in a folder, each connection to which goes on to the same one in the host's folder."""

    def __init__(self, folder, host):
        self.folder, self.host = folder, host
        self.acts, self.seen, self.problems = {}, [], []
        self.open, self.doors = [], []

    def __enter__(self):
        self.folder.mkdir()
        for port in RPCI, TCLO:
            door = socket.socket(socket.AF_UNIX)
            door.bind(str(self.folder / port))
            door.listen(8)
            self.doors.append(door)
            threading.Thread(target=self._accept, args=(door, port), daemon=True).start()
        return self

    def __exit__(self, *_):
        for sock in self.doors + self.open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def at(self, name, act):
        """Does something once, the next time that a step comes."""
        self.acts[name] = act

    def _accept(self, door, port):
        while True:
            try:
                guest, _ = door.accept()
            except OSError:
                return
            host = socket.socket(socket.AF_UNIX)
            try:
                host.connect(str(self.host / port))
            except OSError:
                guest.close()
                continue
            self.open += [guest, host]
            for one, other in (guest, host), (host, guest):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one, other):
        try:
            while True:
                head = exactly(one, 4)
                data = exactly(one, struct.unpack(">I", head)[0])
                self._look(data)
                other.sendall(head + data)
        except (EOFError, OSError):
            pass
        finally:
            # An end that is gone is gone for both.
            for sock in one, other:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _look(self, data):
        name = step(data)
        if name is None:
            return
        self.seen.append(name)
        act = self.acts.pop(name, None)
        if act:
            try:
                act()
            except Exception as problem:  # told by the check, which waits for what does not come
                self.problems.append(problem)
