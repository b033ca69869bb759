"""The smallest NBD client: writes pieces, one at a time."""
import os
import socket
import struct

OPT_GO = 7
REP_ACK = 1
CMD_READ, CMD_WRITE, CMD_DISCONNECT, CMD_FLUSH = range(4)


class Writer:
    """A connection to the default export of a UNIX socket; everything is flushed when it is left."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self._take(18)
        self.socket.sendall(struct.pack(">I", 3) + b"IHAVEOPT" + struct.pack(">IIIH", OPT_GO, 6, 0, 0))
        while True:
            _, _, kind, length = struct.unpack(">QIII", self._take(20))
            self._take(length)
            if kind == REP_ACK:
                return
            if kind >> 31:
                raise OSError(f"the export was refused: {kind:#x}")

    def _take(self, count):
        taken = b""
        while len(taken) < count:
            part = self.socket.recv(count - len(taken))
            if not part:
                raise EOFError("the server left")
            taken += part
        return taken

    def _ask(self, command, offset=0, length=0, data=b""):
        self.socket.sendall(struct.pack(">IHHQQI", 0x25609513, 0, command, 1, offset, length) + data)
        error = struct.unpack(">IIQ", self._take(16))[1]
        if error:
            raise OSError(error, os.strerror(error))

    def write(self, offset, data):
        self._ask(CMD_WRITE, offset, len(data), data)

    def read(self, offset, length):
        self._ask(CMD_READ, offset, length)
        return self._take(length)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        if not failure[0]:
            self._ask(CMD_FLUSH)
            self.socket.sendall(struct.pack(">IHHQQI", 0x25609513, 0, CMD_DISCONNECT, 1, 0, 0))
        self.socket.close()
