"""The pages and documents around the interface answer and say the truth."""

import http.client
import json
import re
import urllib.error

from runner import check, run
from server import PASSWORD, ROOT, USER, Server, trusting


class Pages:
    def __init__(self, server):
        self.server = server

    def text(self, path):
        with self.server.get(path) as answer:
            return answer.read().decode()

    def json(self, path):
        return json.loads(self.text(path))

    def document(self):
        return self.json("/openapi.json")

    def operation(self, method):
        """The path template and the operation of a method such as VirtualMachine.CreateSnapshotEx_Task."""
        kind, name = method.split(".")
        pattern = re.compile(rf"/sdk/vim25/[^/]+/{kind}/\{{\w+}}/{name}")
        ((path, item),) = [(path, item) for path, item in self.document()["paths"].items() if pattern.fullmatch(path)]
        return path, item["post"]

    def post(self, path, body, session=None):
        connection = http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=60, context=trusting())
        headers = {"Content-Type": "application/json"} | ({"vmware-api-session-id": session} if session else {})
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


@check
def health_is_up(pages):
    assert pages.server.get("/health").status == 200
    assert pages.json("/actuator/health")["status"] == "UP"


@check
def swagger_ui_opens(pages):
    page = pages.text("/swagger-ui.html")
    assert "swagger-ui" in page, page[:500]
    script = pages.text("/swagger-ui/swagger-initializer.js")
    assert "SwaggerUIBundle" in script, script[:500]
    documents = [each["url"] for each in pages.json("/v3/api-docs/swagger-config")["urls"]]
    assert sorted(documents) == ["/openapi-rest.json", "/openapi.json", "/v3/api-docs"], documents


@check
def the_document_is_openapi_3_1_with_the_snapshot_methods(pages):
    document = pages.document()
    assert document["openapi"].startswith("3.1"), document["openapi"]
    for method in (
        "VirtualMachine.CreateSnapshot_Task",
        "VirtualMachine.CreateSnapshotEx_Task",
        "VirtualMachine.QueryChangedDiskAreas",
        "VirtualMachine.RemoveAllSnapshots_Task",
        "VirtualMachineSnapshot.RemoveSnapshot_Task",
        "VirtualMachineSnapshot.RevertToSnapshot_Task",
        "VirtualMachineSnapshot.RenameSnapshot",
        "SessionManager.Login",
    ):
        _, operation = pages.operation(method)
        assert operation.get("description") or operation.get("summary"), f"{method} is not described"
        assert "200" in operation["responses"] or "204" in operation["responses"], operation
        assert "500" in operation["responses"], f"{method} does not say its faults"


@check
def the_checked_in_document_is_the_served_one(pages):
    checked_in = json.loads((ROOT / "openapi/vcsnap.json").read_text())
    served = pages.document()
    for part in (lambda it: it["paths"], lambda it: it["components"]["schemas"]):
        differ = [
            name for name in part(checked_in) | part(served) if part(checked_in).get(name) != part(served).get(name)
        ]
        assert not differ, f"these differ: {differ}"


@check
def every_reference_in_the_document_leads_somewhere(pages):
    document = pages.document()
    for reference in set(re.findall(r'"\$ref": ?"#/([^"]+)"', json.dumps(document))):
        place = document
        for step in reference.split("/"):
            place = place[step.replace("~1", "/").replace("~0", "~")]


@check
def a_call_made_as_the_document_says_it_works(pages):
    path, _ = pages.operation("SessionManager.Login")
    status, headers, _ = pages.post(
        re.sub(r"\{\w+}", "SessionManager", path), {"userName": USER, "password": PASSWORD}
    )
    assert status == 200, status
    path, _ = pages.operation("ServiceInstance.CurrentTime")
    status, _, body = pages.post(re.sub(r"\{\w+}", "ServiceInstance", path), {}, headers["vmware-api-session-id"])
    assert status == 200 and re.match(r'"\d{4}-\d\d-\d\dT', body.decode()), (status, body)


@check
def metrics_are_there_for_prometheus(pages):
    metrics = pages.text("/actuator/prometheus")
    assert re.search(r"^jvm_memory_used_bytes\{", metrics, re.M)
    assert re.search(r"^vcsnap_", metrics, re.M), "no metric of our own"


@check
def info_names_the_version(pages):
    information = pages.json("/actuator/info")
    assert information["build"]["artifact"] == "vcsnap", information


@check
def the_versions_and_the_interface_are_told_without_a_login(pages):
    versions = pages.text("/sdk/vimServiceVersions.xml")
    assert "<name>urn:vim25</name>" in versions and "<version>8.0.2.0</version>" in versions, versions
    assert 'name="CreateSnapshotEx_Task"' in pages.text("/sdk/vimService.wsdl")


@check
def what_does_not_exist_is_404(pages):
    for path in ("/nowhere", "/actuator/heapdump", "/actuator/env", "/sdk/nowhere"):
        try:
            answer = pages.server.get(path)
        except urllib.error.HTTPError as problem:
            assert problem.code in (401, 404, 405), (path, problem.code)
        else:
            raise AssertionError(f"{path} answers {answer.status}")


def prepare():
    pages = Pages(Server().start())
    return lambda label: pages, pages.server


if __name__ == "__main__":
    run(prepare)
