"""Checks that run on a server of each kind of delta."""

from server import Server

VMFS_SPARSE = "vmfsSparse"


class Sites:
    """One server for each label of the checks, started when it is first asked for; what checks get is made of it."""

    process = "each site has one"

    def __init__(self, make):
        self.make = make
        self.open = {}

    def __call__(self, label):
        if label not in self.open:
            options = ["--datastore-type", "vmfs5"] if label == VMFS_SPARSE else []
            self.open[label] = self.make(Server(options=options).start())
        return self.open[label]

    def stop(self):
        for subject in self.open.values():
            getattr(subject, "close", lambda: None)()
            subject.server.stop()

    def show_log(self):
        for subject in self.open.values():
            subject.server.show_log()
