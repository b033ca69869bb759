"""Stands between QEMU and vcsnap on the agent's channel, passes every byte on, and can act in the moment in which the guest says
that it is frozen, before vcsnap hears of it.
"""

import contextlib
import socket
import threading

FREEZE = b'"guest-fsfreeze-freeze"'


class Relay:
    def __init__(self, place, host):
        """Takes QEMU's connections at one UNIX socket, and makes one to another for each."""
        self.place, self.host = place, host
        self.when_frozen = None
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(place))
        self.door.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                guest, _ = self.door.accept()
            except OSError:
                return
            host = socket.socket(socket.AF_UNIX)
            try:
                host.connect(str(self.host))
            except OSError:
                guest.close()
                continue
            asked = threading.Event()
            for way in (self._ask, host, guest, asked), (self._answer, guest, host, asked):
                threading.Thread(target=way[0], args=way[1:], daemon=True).start()

    @staticmethod
    def _pass(source, target):
        """Each part that comes; both ends are closed behind the last."""
        try:
            while part := source.recv(65536):
                yield part
        except OSError:
            pass
        finally:
            for end in (source, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()

    def _ask(self, host, guest, asked):
        for part in self._pass(host, guest):
            if FREEZE in part:
                asked.set()
            with contextlib.suppress(OSError):
                guest.sendall(part)

    def _answer(self, guest, host, asked):
        for part in self._pass(guest, host):
            if asked.is_set() and b'"return"' in part:
                # One question at a time: this answers the freeze.
                asked.clear()
                if self.when_frozen:
                    act, self.when_frozen = self.when_frozen, None
                    act()
            with contextlib.suppress(OSError):
                host.sendall(part)

    def close(self):
        self.door.close()
        self.place.unlink(missing_ok=True)
