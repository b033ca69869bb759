"""Whatever comes in, the answer is a clear fault or sentence, and the server answers the next one."""

import errno
import http.client
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

import disk
from pyVmomi import vim
from runner import check, run
from server import PROGRAM, Server, trusting
from vsphere import Machine, disk_of, log_in, path_of
from wire import BASIC, Wire, closed, option, receive, reply_error, request

VMX = "/folder/DC0_H0_VM0/DC0_H0_VM0.vmx?dcPath=DC0&dsName=LocalDS_0"
DISK = "DC0_H0_VM0/scsi0:0"


def fault(answer, *words):
    """A SOAP fault with these words in it."""
    assert answer.status == 500 and answer.headers["Content-Type"].startswith("text/xml"), answer
    assert "<faultcode>" in answer.text and "<faultstring>" in answer.text, answer
    for word in words:
        assert word in answer.text, f"{word} is missing in {answer}"
    assert "\tat " not in answer.text and "java." not in answer.text, f"a stack trace leaks out: {answer}"


def json_fault(answer, *words, status=(400, 404, 500)):
    assert answer.status in status, answer
    for word in words:
        assert word in answer.text, f"{word} is missing in {answer}"
    assert "\tat " not in answer.text and '"trace"' not in answer.text, f"a stack trace leaks out: {answer}"


# SOAP


@check
def a_malformed_envelope_is_a_fault(wire):
    for text in (
        "",
        "hello",
        "<",
        "<a/>",
        "<Envelope><Body>",
        "\0\1\2",
        "<?xml version='1.0' encoding='klingon'?><a/>",
    ):
        fault(wire.soap(text, enveloped=False))
    fault(wire.soap(""))
    fault(wire.soap('<RetrieveServiceContent xmlns="urn:vim25"/>'))
    wire.well()


@check
def bytes_that_are_no_text_are_a_fault(wire):
    fault(wire.soap(b"<a>\xff\xfe\xfd</a>", enveloped=False))
    fault(wire.soap(os.urandom(4096), enveloped=False))
    wire.well()


@check
def an_unknown_method_is_a_fault_that_names_it(wire):
    wire.log_in()
    fault(wire.soap('<MakeCoffee xmlns="urn:vim25"><_this type="Folder">group-d1</_this></MakeCoffee>'), "MakeCoffee")


@check
def a_method_that_is_not_served_is_not_supported(wire):
    fault(
        wire.soap(
            '<QueryMemoryOverhead xmlns="urn:vim25"><_this type="HostSystem">host-1</_this></QueryMemoryOverhead>'
        )
    )
    answer = wire.soap(
        '<RetrieveDiskPartitionInfo xmlns="urn:vim25"><_this type="HostStorageSystem">x</_this>'
        "<devicePath>a</devicePath></RetrieveDiskPartitionInfo>"
    )
    fault(answer)
    wire.well()


@check
def an_unknown_type_is_a_fault(wire):
    fault(
        wire.soap(
            '<RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">propertyCollector</_this>'
            '<specSet xsi:type="NoSuchSpec"><propSet/></specSet><options/></RetrievePropertiesEx>'
        ),
        "NoSuchSpec",
    )
    fault(
        wire.soap(
            '<RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">propertyCollector</_this>'
            '<specSet><propSet><type>NoSuchObject</type></propSet><objectSet><obj type="Folder">group-d1</obj>'
            "</objectSet></specSet><options/></RetrievePropertiesEx>"
        )
    )


@check
def a_wrong_reference_is_managed_object_not_found(wire):
    wire.log_in()
    answer = wire.soap(
        '<PowerOnVM_Task xmlns="urn:vim25"><_this type="VirtualMachine">vm-4711</_this></PowerOnVM_Task>'
    )
    fault(answer, "ManagedObjectNotFound", "vm-4711")


@check
def a_value_that_does_not_fit_is_a_fault(wire):
    for value in ("perhaps", "", "1e9", "<nested/>"):
        fault(
            wire.soap(
                '<CreateSnapshot_Task xmlns="urn:vim25"><_this type="VirtualMachine">'
                f"vm-4711</_this><name>n</name><memory>{value}</memory><quiesce>false</quiesce></CreateSnapshot_Task>"
            )
        )


@check
def an_unknown_version_is_answered_and_a_foreign_interface_is_not(wire):
    content = (
        '<RetrieveServiceContent xmlns="urn:vim25"><_this type="ServiceInstance">ServiceInstance</_this>'
        "</RetrieveServiceContent>"
    )
    for action in ('"urn:vim25/99.9.9.9"', "urn:vim25/nonsense", "", '""', "urn:vim25/"):
        assert wire.soap(content, action).status == 200, action
    fault(wire.soap(content.replace("urn:vim25", "urn:somethingelse"), '"urn:somethingelse/1.0"'))


@check
def without_a_session_nothing_is_told(wire):
    stranger = Wire(wire.server)
    answer = stranger.soap(
        '<RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">propertyCollector</_this>'
        '<specSet><propSet><type>Folder</type><pathSet>name</pathSet></propSet><objectSet><obj type="Folder">group-d1'
        "</obj></objectSet></specSet><options/></RetrievePropertiesEx>"
    )
    fault(answer, "NotAuthenticated", "session is not authenticated")
    stranger.cookie = 'vmware_soap_session="0000000000000000000000000000000000000000"'
    fault(
        stranger.soap('<CurrentTime xmlns="urn:vim25"><_this>ServiceInstance</_this></CurrentTime>'),
        "NotAuthenticated",
    )


@check
def an_entity_bomb_does_not_go_off(wire):
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = f'<!DOCTYPE a [<!ENTITY e0 "boom">{levels}]><Envelope><Body><a>&e11;</a></Body></Envelope>'
    begin = time.monotonic()
    fault(wire.soap(text, enveloped=False))
    assert time.monotonic() - begin < 5
    wire.well()


@check
def an_external_entity_is_not_read(wire):
    secret = wire.server.home / "secret"
    secret.write_text("the-secret-words")
    for kind in (f'<!ENTITY x SYSTEM "file://{secret}">', f'<!ENTITY % p SYSTEM "file://{secret}"> %p;'):
        text = (
            f'<?xml version="1.0"?><!DOCTYPE e [{kind}]>'
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            '<Login xmlns="urn:vim25"><_this>SessionManager</_this><userName>&x;</userName><password>p</password>'
            "</Login></e:Body></e:Envelope>"
        )
        answer = wire.soap(text, enveloped=False)
        fault(answer)
        assert "the-secret-words" not in answer.text


@check
def a_very_deep_document_is_a_fault(wire):
    fault(wire.soap("<a>" * 200_000, enveloped=False))
    answer = wire.soap('<Login xmlns="urn:vim25">' + "<x>" * 50_000 + "</x>" * 50_000 + "</Login>")
    fault(answer)
    wire.well()


@check
def an_oversized_body_is_refused_without_being_kept(wire):
    piece = b"x" * (1 << 20)
    connection = http.client.HTTPSConnection("127.0.0.1", wire.server.port, timeout=60, context=trusting())
    connection.putrequest("POST", "/sdk")
    connection.putheader("Content-Type", "text/xml")
    connection.putheader("Content-Length", str(1 << 30))
    connection.endheaders()
    sent = 0
    try:
        connection.send(b'<?xml version="1.0"?><a>')
        while sent < 1 << 30:
            connection.send(piece)
            sent += len(piece)
        status = connection.getresponse().status
    except OSError:
        status = "closed"
    connection.close()
    assert status in ("closed", 413, 500), status
    assert sent < 1 << 29, f"the server took {sent} bytes"
    wire.well()


@check
def a_connection_closed_in_the_middle_harms_nobody(wire):
    for cut in range(0, 400, 13):
        with wire.tls() as connection:
            text = (
                b"POST /sdk HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 300\r\n\r\n"
                + b"<a>" * 100
            )
            connection.sendall(text[:cut])
    wire.well()


@check
def noise_on_the_tls_port_harms_nobody(wire):
    for noise in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", os.urandom(1000), b"", b"\x16\x03\x01\xff\xff" + bytes(100)):
        with socket.create_connection(("127.0.0.1", wire.server.port), 30) as connection:
            connection.sendall(noise)
            connection.shutdown(socket.SHUT_WR)
            assert closed(connection)
    wire.well()


# VI/JSON


@check
def malformed_json_is_a_fault(wire):
    session = wire.json_session()
    for text in ("", "{", "[]", "null", "nonsense", '{"a":' * 5000, '{"name":1,"name":{}}', b"\xff\xff"):
        json_fault(wire.json("VirtualMachine/vm-4711/CreateSnapshot_Task", text, session))
    wire.well()


@check
def unknown_names_in_a_json_path_are_faults(wire):
    session = wire.json_session()
    json_fault(wire.json("ServiceInstance/ServiceInstance/MakeCoffee", {}, session), "MakeCoffee")
    json_fault(wire.json("VirtualMachine/vm-4711/PowerOnVM_Task", {}, session), "ManagedObjectNotFound")
    json_fault(wire.json("CoffeeMachine/vm-4711/PowerOnVM_Task", {}, session))
    answer = wire.json("VirtualMachine/vm-4711/ReconfigVM_Task", {"spec": {"_typeName": "NoSuchType"}}, session)
    json_fault(answer)
    wire.well()


@check
def json_without_a_session_is_not_authenticated(wire):
    json_fault(wire.json("VirtualMachine/vm-4711/PowerOnVM_Task", {}), "NotAuthenticated", status=(401, 500))


# The datastore over HTTP


@check
def a_file_needs_a_login_and_takes_basic_or_the_cookie(wire):
    anonymous = wire.http("GET", VMX)
    assert anonymous.status == 401 and anonymous.headers["WWW-Authenticate"].startswith("Basic"), anonymous
    wrong = wire.http("GET", VMX, headers={"Authorization": "Basic dXNlcjp3cm9uZw=="})
    assert wrong.status == 401, wrong
    assert wire.http("GET", VMX, headers={"Authorization": "Basic %%%"}).status == 401
    basic = wire.http("GET", VMX, headers=BASIC)
    assert basic.status == 200 and "displayName" in basic.text, basic
    cookie = wire.http("GET", VMX, headers={"Cookie": wire.log_in()})
    assert cookie.status == 200 and cookie.body == basic.body
    handed = basic.headers["Set-Cookie"].split(";")[0]
    assert wire.http("GET", VMX, headers={"Cookie": handed}).status == 200, "the cookie of a Basic answer"


@check
def a_file_can_be_read_in_parts(wire):
    whole = wire.http("GET", VMX, headers=BASIC).body
    head = wire.http("HEAD", VMX, headers=BASIC)
    assert head.status == 200 and head.body == b"" and head.headers["Accept-Ranges"] == "bytes", head
    assert head.headers["Content-Length"] == str(len(whole)), head
    assert head.headers["Content-Type"] == "application/octet-stream", head
    for span, start, end in (
        ("5-14", 5, 15),
        ("10-", 10, None),
        (f"5-{len(whole) + 100}", 5, None),
        ("-7", -7, None),
    ):
        part = wire.http("GET", VMX, headers=BASIC | {"Range": f"bytes={span}"})
        assert part.status == 206 and part.body == whole[start:end], (span, part)
        assert part.headers["Content-Range"].endswith(f"/{len(whole)}"), part
    assert wire.http("GET", VMX, headers=BASIC | {"Range": f"bytes={len(whole)}-"}).status == 416
    for nonsense in ("bytes=9-3", "lines=1-2", "bytes=", "bytes=a-b"):
        assert wire.http("GET", VMX, headers=BASIC | {"Range": nonsense}).status == 200, nonsense


@check
def the_ways_in_which_clients_spell_a_path_all_work(wire):
    whole = wire.http("GET", VMX, headers=BASIC).body
    for path in (
        "/folder/DC0_H0_VM0%2FDC0_H0_VM0.vmx?dcPath=DC0&dsName=LocalDS_0",
        "/folder/DC0%5fH0%5fVM0/DC0%5fH0%5fVM0.vmx?dcPath=%2FDC0&dsName=LocalDS_0",
        "/folder/DC0_H0_VM0/DC0_H0_VM0.vmx?dcName=DC0&dsName=LocalDS_0",
        "/folder/DC0_H0_VM0/DC0_H0_VM0.vmx?dcPath=ha-datacenter&dsName=LocalDS_0",
    ):
        answer = wire.http("GET", path, headers=BASIC)
        assert answer.status == 200 and answer.body == whole, (path, answer)


@check
def nothing_outside_a_datastore_can_be_reached(wire):
    (wire.server.data / "outside.txt").write_text("the-secret-words")
    (wire.server.home / "outside.txt").write_text("the-secret-words")
    up = (
        "../",
        "..%2f",
        "%2e%2e/",
        "%2e%2e%2f",
        "..%5c",
        "....//",
        "DC0_H0_VM0/../../",
        "..;/",
        "%252e%252e%252f",
        "/",
    )
    for way in up:
        for target in ("outside.txt", "etc/passwd", "../outside.txt"):
            answer = wire.http("GET", f"/folder/{way * 3}{target}?dcPath=DC0&dsName=LocalDS_0", headers=BASIC)
            again = wire.http("GET", f"/folder/{way}{target}?dcPath=DC0&dsName=LocalDS_0", headers=BASIC)
            for seen in (answer, again):
                assert seen.status in (400, 403, 404) and "secret" not in seen.text and "root:" not in seen.text, (
                    way,
                    seen,
                )
    for store in ("..", "../data", "LocalDS_0/..", "nowhere"):
        answer = wire.http(
            "GET", f"/folder/outside.txt?dcPath=DC0&dsName={urllib.parse.quote(store, safe='')}", headers=BASIC
        )
        assert answer.status in (400, 403, 404), (store, answer)
    answer = wire.http("GET", "/folder/a%00b?dcPath=DC0&dsName=LocalDS_0", headers=BASIC)
    assert answer.status in (400, 403, 404), answer
    (wire.server.data / "outside.txt").unlink()
    wire.well()


@check
def what_is_missing_is_404_and_what_is_unknown_405(wire):
    missing = VMX.replace(".vmx", "-000007.vmdk")
    assert wire.http("GET", missing, headers=BASIC).status == 404
    assert wire.http("HEAD", missing, headers=BASIC).status == 404
    assert wire.http("GET", VMX.replace("LocalDS_0", "LocalDS_9"), headers=BASIC).status == 404
    assert wire.http("PATCH", VMX, b"x", headers=BASIC).status in (405, 501)


# NBD


@check
def an_nbd_request_past_the_end_is_an_error_and_the_connection_goes_on(wire):
    with disk.opened(wire.server.nbd(DISK)) as export:
        export.set_strict_mode(0)
        size = export.get_size()
        for call in (
            lambda: export.pread(512, size),
            lambda: export.pread(1024, size - 512),
            lambda: export.pwrite(b"x" * 1024, size - 512),
            lambda: export.zero(4096, size - 512),
            lambda: export.trim(4096, (1 << 62)),
        ):
            try:
                call()
            except Exception as problem:
                assert problem.errnum in (errno.EINVAL, errno.ENOSPC), problem
            else:
                raise AssertionError("no error")
        assert len(export.pread(512, size - 512)) == 512
    wire.well()


@check
def an_unknown_export_is_refused_by_name(wire):
    for name in ("no such disk", "DC0_H0_VM0/scsi9:9", f"{DISK}@snapshot-4711", "../../etc/passwd", "", "x" * 4096):
        with wire.nbd() as connection:
            text = name.encode()
            connection.sendall(option(7, len(text).to_bytes(4, "big") + text + b"\0\0"))
            assert receive(connection, 8) == (0x3E889045565A9).to_bytes(8, "big")
            receive(connection, 4)
            kind = int.from_bytes(receive(connection, 4), "big")
            assert kind & 0x80000000, f"{name!r} was answered with {kind:#x}"
    wire.well()


@check
def a_wrong_magic_ends_the_connection_and_nothing_else(wire):
    with wire.nbd() as connection:
        connection.sendall(b"NOTMAGIC" + bytes(8))
        assert closed(connection)
    with wire.nbd_export(DISK) as other, wire.nbd_export(DISK) as connection:
        connection.sendall(request(0, 0, 512, magic=0xDEADBEEF))
        assert closed(connection)
        other.sendall(request(0, 0, 512))
        assert reply_error(other) == 0 and receive(other, 512)
    wire.well()


@check
def an_oversized_nbd_option_or_request_is_refused(wire):
    with wire.nbd() as connection:
        connection.sendall(option(7, b"", length=0xFFFFFFFF))
        assert closed(connection) or receive(connection, 1)
    with wire.nbd_export(DISK) as connection:
        connection.sendall(request(0, 0, 0xFFFFFFFF))
        try:
            assert reply_error(connection) != 0
        except (AssertionError, ConnectionError):
            pass  # closing is an answer as well
    wire.well()


@check
def a_write_cut_in_the_middle_is_not_half_applied_elsewhere(wire):
    place = 512 << 20
    disk.write(wire.server.nbd(DISK), place, b"\x11" * 65536)
    with wire.nbd_export(DISK) as connection:
        connection.sendall(request(1, place, 65536) + b"\x22" * 1000)
    deadline = time.monotonic() + 5
    with disk.opened(wire.server.nbd(DISK)) as export:
        while time.monotonic() < deadline:
            seen = export.pread(65536, place)
            assert seen in (b"\x11" * 65536, b"\x22" * 1000 + b"\x11" * 64536), "bytes that nobody sent"
            time.sleep(0.5)
    wire.well()


@check
def idle_and_half_open_nbd_connections_do_not_block_others(wire):
    held = [socket.create_connection(("127.0.0.1", wire.server.nbd_port), 30) for _ in range(50)]
    assert disk.size_of(wire.server.nbd(DISK)) > 0
    for connection in held:
        connection.close()
    wire.well()


# The data directory


def refused(server, *words):
    status, said = server.refusal()
    assert status not in (0, None), said
    for word in words:
        assert str(word) in said, f"{word} is missing in: {said[-1000:]}"
    assert "\tat " not in said, f"a stack trace beside the sentence: {said[:300]} ... {said[-300:]}"


@check
def a_directory_that_is_not_ours_is_refused(wire):
    foreign = wire.server.home / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("precious")
    refused(Server(foreign), foreign)
    assert os.listdir(foreign) == ["thesis.txt"]


@check
def a_file_as_data_directory_is_refused(wire):
    file = wire.server.home / "file"
    file.write_text("precious")
    refused(Server(file), file)
    assert file.read_text() == "precious"


@check
def a_directory_in_use_is_refused_and_its_user_named(wire):
    refused(Server(wire.server.data), wire.server.data, wire.server.process.pid)
    wire.well()


@check
def a_port_in_use_is_a_sentence(wire):
    second = Server()
    command = [PROGRAM, "serve", "--port", str(wire.server.port), "--nbd-port", "0", "--data", second.data]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    said = done.stdout + done.stderr
    assert done.returncode != 0 and str(wire.server.port) in said and "\tat " not in said, said


@check
def a_damaged_chain_is_shown_with_its_reason_and_nothing_is_changed(wire):
    machine = Machine(wire.server, log_in(wire.server))
    with disk.Guest(machine.running, seed=51):
        machine.snapshot("one")
        machine.snapshot("two")
    leaf = path_of(machine.vm, disk_of(machine.vm.config).backing.fileName)
    extent = leaf.replace(".vmdk", "-sesparse.vmdk")
    assert os.path.exists(extent), extent
    wire.server.stop()

    def damaged(change, name, state):
        copy = wire.server.home / "damaged"
        subprocess.run(["cp", "-a", wire.server.data, copy], check=True)  # keeps holes
        change(str(copy) + extent[len(str(wire.server.data)) :], str(copy) + leaf[len(str(wire.server.data)) :])
        folder = Path(str(copy) + os.path.dirname(leaf)[len(str(wire.server.data)) :])
        before = files(folder)
        server = Server(copy).start()
        shown = Machine(server, log_in(server))
        assert shown.vm.runtime.connectionState == state, shown.vm.runtime.connectionState
        said = server.log.read_text(errors="replace")
        assert name in said and "\tat " not in said, said[-2000:]
        try:
            shown.snapshot("three")
        except vim.fault.InvalidState as refused:
            assert name in refused.msg, refused.msg
        else:
            raise AssertionError("a damaged machine took a snapshot")
        assert Machine(server, shown.connection, name="DC0_H0_VM1").snapshot("others go on")
        server.stop()
        assert files(folder) == before
        shutil.rmtree(copy)

    def files(folder):
        return {file.name: (file.stat().st_size, file.stat().st_mtime_ns) for file in folder.iterdir()}

    def cut(extent, leaf):
        os.truncate(extent, 5000)

    def scribbled(extent, leaf):
        with open(extent, "r+b") as file:
            file.write(os.urandom(512))

    def missing(extent, leaf):
        os.remove(extent)

    def orphaned(extent, leaf):
        with open(leaf, "r+") as file:
            text = file.read()
            file.seek(0)
            file.write(re.sub("parentCID=[0-9a-f]{8}", "parentCID=0badcafe", text))

    try:
        damaged(cut, os.path.basename(extent), "invalid")
        damaged(scribbled, os.path.basename(extent), "invalid")
        damaged(missing, os.path.basename(extent), "inaccessible")
        damaged(orphaned, os.path.basename(leaf), "invalid")
    finally:
        wire.server.start()
    again = Machine(wire.server, log_in(wire.server))
    assert len(again.tree()) == 2
    again.remove_all()


def prepare():
    wire = Wire(Server().start())
    return lambda label: wire, wire.server


if __name__ == "__main__":
    run(prepare)
