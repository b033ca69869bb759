"""What schemathesis finds in the served document: each operation with made-up arguments, by the document's schemas."""

import json
import os
import re
import subprocess
import urllib.request

from runner import check, run
from server import PASSWORD, USER, Server

# What waits for something to happen, ends the session that all calls share, or is there for that.
LEFT_OUT = r"/(WaitForUpdates|WaitForUpdatesEx|Logout|TerminateSession|Login\w*|CloneSession)$"
# Faults of the vSphere interface are answered with 500; one address takes GET and POST, so Allow names both; and clients that
# name an unknown release or send null for what they leave out are served.
NOT_MEANT = ",".join((
    "not_a_server_error", "allow_header_conformance", "unsupported_method", "negative_data_rejection",
    "missing_required_header", "ignored_auth",
))


class Document:
    def __init__(self, server):
        self.server = server

    def session(self):
        body = json.dumps({"userName": USER, "password": PASSWORD}).encode()
        request = urllib.request.Request(
            f"{self.server.url}/sdk/vim25/8.0.3.0/SessionManager/SessionManager/Login",
            body, {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.headers["vmware-api-session-id"]

    def tried(self, path, *options):
        """Runs schemathesis; how many operations it tested, and what it found wrong."""
        command = ["schemathesis", "run", self.server.url + path, "--no-color", "--warnings", "off"]
        command += ["-H", f"vmware-api-session-id: {self.session()}", "--exclude-checks", NOT_MEANT]
        command += ["--exclude-path-regex", LEFT_OUT, "--seed", os.environ.get("SEED", "1"), "--no-shrink", *options]
        done = subprocess.run(command, cwd=self.server.home, capture_output=True, text=True, timeout=900)
        tested = re.search(r"Tested: (\d+)", done.stdout)
        cases = re.search(r"(\d+) generated", done.stdout)
        assert tested and done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
        print(f"      {tested.group(1)} operations, {cases.group(1) if cases else 0} calls")
        return int(tested.group(1))


@check
def every_method_answers_as_its_schema_says(document):
    assert document.tried("/openapi.json", "--phases", "examples,coverage,fuzzing", "-n", "20") > 80


def prepare():
    server = Server(plain_http=True).start()
    document = Document(server)
    return lambda label: document, server


run(prepare)
