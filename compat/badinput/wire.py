"""The server's doors without a client library in between: what is sent here is sent as it is."""

import base64
import contextlib
import http.client
import json
import socket
import struct

from server import PASSWORD, USER, trusting

ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    "<soapenv:Body>%s</soapenv:Body></soapenv:Envelope>"
)
BASIC = {"Authorization": "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()}


class Answer:
    def __init__(self, response, text):
        self.status, self.headers, self.body = response.status, response.headers, text

    @property
    def text(self):
        return self.body.decode(errors="replace")

    def __repr__(self):
        return f"{self.status} {dict(self.headers)} {self.text[:600]}"


class Wire:
    def __init__(self, server):
        self.server = server
        self.cookie = None

    def http(self, method, path, body=None, headers=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=60, context=trusting())
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def soap(self, body, action='"urn:vim25/8.0.2.0"', enveloped=True, path="/sdk"):
        text = ENVELOPE % body if enveloped else body
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": action}
        headers |= {"Cookie": self.cookie} if self.cookie else {}
        return self.http("POST", path, text.encode() if isinstance(text, str) else text, headers)

    def json(self, path, body, session=None):
        headers = {"Content-Type": "application/json"} | ({"vmware-api-session-id": session} if session else {})
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.http("POST", f"/sdk/vim25/8.0.2.0/{path}", text, headers)

    def json_session(self):
        answer = self.json("SessionManager/SessionManager/Login", {"userName": USER, "password": PASSWORD})
        assert answer.status == 200, answer
        return answer.headers["vmware-api-session-id"]

    def log_in(self):
        answer = self.soap(
            '<Login xmlns="urn:vim25"><_this type="SessionManager">SessionManager</_this>'
            f"<userName>{USER}</userName><password>{PASSWORD}</password></Login>"
        )
        assert answer.status == 200, answer
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        return self.cookie

    @contextlib.contextmanager
    def tls(self):
        with socket.create_connection(("127.0.0.1", self.server.port), 30) as plain:
            with trusting().wrap_socket(plain) as secured:
                yield secured

    @contextlib.contextmanager
    def nbd(self):
        """A connection to the NBD port after the greeting, with the client's flags sent."""
        with socket.create_connection(("127.0.0.1", self.server.nbd_port), 30) as connection:
            greeting = receive(connection, 18)
            assert greeting[:16] == b"NBDMAGICIHAVEOPT", greeting
            connection.sendall(struct.pack(">I", 3))
            yield connection

    @contextlib.contextmanager
    def nbd_export(self, name):
        """A connection that is ready for requests."""
        with self.nbd() as connection:
            connection.sendall(option(1, name.encode()))
            self.size, _ = struct.unpack(">QH", receive(connection, 10))
            yield connection

    def well(self):
        assert self.server.process.poll() is None, f"the server ended with status {self.server.process.poll()}"
        assert self.server.healthy(), "the server no longer answers"


def receive(connection, count):
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        assert piece, f"the server closed the connection after {len(data)} of {count} bytes"
        data += piece
    return data


def closed(connection):
    """Whether the server closes the connection, after whatever it still says."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


def option(number, data, length=None):
    return struct.pack(">8sII", b"IHAVEOPT", number, len(data) if length is None else length) + data


def request(command, offset, length, flags=0, magic=0x25609513, cookie=1):
    return struct.pack(">IHHQQI", magic, flags, command, cookie, offset, length)


def reply_error(connection):
    """The error number of a simple reply."""
    magic, error, _ = struct.unpack(">IIQ", receive(connection, 16))
    assert magic == 0x67446698, hex(magic)
    return error
