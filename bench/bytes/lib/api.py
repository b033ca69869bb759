"""The few calls that a measure takes, over VI/JSON."""

import json
import time
import urllib.request

from server import PASSWORD, USER, trusting


class Api:
    def __init__(self, server):
        self.base = f"{server.url}/sdk/vim25/8.0.3.0"
        self.trust = None if server.plain_http else trusting()
        self.session = None
        self.call("SessionManager", "SessionManager", "Login", userName=USER, password=PASSWORD)

    def call(self, kind, id, method, **arguments):
        return self.send(f"{kind}/{id}/{method}", json.dumps(arguments).encode())

    def get(self, reference, name):
        return self.send(f"{reference['type']}/{reference['value']}/{name}")

    def send(self, path, body=None):
        headers = {"vmware-api-session-id": self.session} if self.session else {}
        request = urllib.request.Request(f"{self.base}/{path}", data=body, headers=headers)
        with urllib.request.urlopen(request, context=self.trust) as reply:
            self.session = reply.headers.get("vmware-api-session-id", self.session)
            text = reply.read()
            return json.loads(text) if text else None

    def finish(self, task):
        while (info := self.get(task, "info"))["state"] not in ("success", "error"):
            time.sleep(0.05)
        assert info["state"] == "success", info
        return info.get("result")

    def machine(self, name, datacenter="DC0"):
        return self.call("SearchIndex", "SearchIndex", "FindByInventoryPath", inventoryPath=f"{datacenter}/vm/{name}")

    def snapshot(self, machine, name):
        task = self.call(
            "VirtualMachine", machine["value"], "CreateSnapshot_Task", name=name, memory=False, quiesce=False
        )
        return self.finish(task)

    def disk_file(self, server, described):
        """Where the first disk of a machine or a snapshot lies."""
        devices = self.get(described, "config")["hardware"]["device"]
        name = next(device["backing"]["fileName"] for device in devices if device["_typeName"] == "VirtualDisk")
        return next(server.data.rglob(name.split("/")[-1]))
