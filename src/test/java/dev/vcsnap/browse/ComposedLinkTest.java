package dev.vcsnap.browse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.ComposedLinks;
import dev.vcsnap.vim.FileLocked;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names of flat disks behind which there is a delta. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ComposedLinkTest {

  private static final String Q = "?dcPath=DC0&dsName=ds";
  private static final String FIRST = "/folder/VM/VM-000001-flat.vmdk" + Q;
  private static final String SECOND = "/folder/VM/VM-000002-flat.vmdk" + Q;

  @TempDir Path root;
  @TempDir Path other;
  private MachineLab lab;
  private VirtualMachine machine;
  private ComposedLinks links;
  private FolderServer server;

  @BeforeEach
  void start() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    links =
        new ComposedLinks(
            vmx -> lab.machines.at(vmx).flatMap(object -> lab.machines.find(object.id())),
            lab.machines::all,
            lab.factory);
    server = new FolderServer(true, links, lab.datastore);
  }

  @AfterEach
  void stop() {
    server.close();
    lab.close();
  }

  private byte[] bytesOf(BlockDevice disk) {
    var bytes = new byte[(int) disk.sizeBytes()];
    disk.readAt(0, ByteBuffer.wrap(bytes));
    return bytes;
  }

  @Test
  void aDeltaIsTheDiskThatItMakesWithWhatIsBelowIt() throws IOException {
    lab.write(machine, 0, 3 << 20, 1);
    lab.snapshot(machine, "one");
    lab.write(machine, 1 << 20, 1 << 20, 2);
    byte[] frozen = bytesOf(lab.disk(machine));
    lab.snapshot(machine, "two");
    lab.write(machine, 100, 1000, 3);

    var reply = server.get(FIRST, "Accept-Encoding: gzip");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Length")).isEqualTo("" + MachineLab.DISK_BYTES);
    assertThat(reply.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(reply.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(reply.header("Transfer-Encoding")).isNull();
    assertThat(reply.body()).isEqualTo(frozen);
    assertThat(server.send("HEAD", FIRST).header("Content-Length"))
        .isEqualTo("" + MachineLab.DISK_BYTES);
    var part = server.get(FIRST, "Range: bytes=2097100-2097251");
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("Content-Range"))
        .isEqualTo("bytes 2097100-2097251/" + MachineLab.DISK_BYTES);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(frozen, 2_097_100, 2_097_252));
    assertThat(server.get(FIRST, "Range: bytes=99999999-").status()).isEqualTo(416);
  }

  @Test
  void theLinkThatIsWrittenIsTheDiskOfThisMoment() throws IOException {
    lab.snapshot(machine, "one");
    lab.write(machine, 5000, 100, 1);
    assertThat(server.get(FIRST).body()).isEqualTo(bytesOf(lab.disk(machine)));
    lab.write(machine, 5000, 50, 2);
    assertThat(server.get(FIRST).body()).isEqualTo(bytesOf(lab.disk(machine)));
  }

  @Test
  void aBranchThatARevertLeftBehindIsShown() throws IOException {
    int first = lab.snapshot(machine, "one");
    lab.write(machine, 0, 1 << 20, 1);
    lab.snapshot(machine, "two");
    byte[] frozen = bytesOf(lab.disk(machine));
    lab.snapshots.revert(machine, first, true, percent -> {});
    assertThat(lab.disk(machine).links().toString()).doesNotContain("VM-000001.vmdk");
    assertThat(server.get(FIRST).body()).isEqualTo(frozen);
  }

  @Test
  void aLinkOfNoMachineIsReadFromItsFiles() throws IOException {
    lab.write(machine, 0, 1 << 20, 1);
    lab.snapshot(machine, "one");
    lab.write(machine, 70_000, 1000, 2);
    byte[] content = bytesOf(lab.disk(machine));
    lab.machines.withdraw(machine);
    assertThat(server.get(FIRST).status()).as("the disk is open elsewhere").isEqualTo(423);
    machine.closeDisks();
    assertThat(server.get(FIRST).body()).isEqualTo(content);
  }

  @Test
  @Rule(
      value = "B22",
      says = "A link that somebody reads over HTTP is not changed by a merge meanwhile.",
      by = Witness.DOCUMENT)
  void aFrozenLinkIsNotMergedWhileItIsRead() throws IOException {
    lab.write(machine, 0, MachineLab.DISK_BYTES, 1);
    lab.snapshot(machine, "zero");
    lab.write(machine, 0, MachineLab.DISK_BYTES, 2);
    int merged = lab.snapshot(machine, "one");
    lab.write(machine, 0, 4096, 3);
    lab.snapshot(machine, "two");
    var link = new StoredFile(lab.datastore, new DatastorePath("ds", "VM/VM-000001.vmdk"));
    boolean shown =
        links.look(
            link,
            disk -> {
              BlockError refusal =
                  catchThrowableOfType(BlockError.class, () -> lab.remove(machine, merged));
              assertThat(refusal).hasMessageContaining("a reader of '[ds] VM/VM-000001.vmdk'");
              assertThat(DiskFaults.translate(refusal, List.of(lab.datastore)).fault())
                  .isInstanceOf(FileLocked.class);
            });
    assertThat(shown).isTrue();
    lab.snapshots.consolidate(machine, percent -> {});
    assertThat(server.get("/folder/VM/VM-000003-flat.vmdk" + Q).body())
        .isEqualTo(bytesOf(lab.disk(machine)));
  }

  @Test
  void aNameOfNothingIsNotFound() throws IOException {
    lab.snapshot(machine, "one");
    assertThat(server.get(SECOND).status()).isEqualTo(404);
    assertThat(server.send("HEAD", SECOND).status()).isEqualTo(404);
    assertThat(server.get("/folder/VM/-flat.vmdk" + Q).status()).isEqualTo(404);
    assertThat(server.get("/folder/none/VM-000001-flat.vmdk" + Q).status()).isEqualTo(404);
    Files.delete(Files.move(root.resolve("VM/VM-flat.vmdk"), root.resolve("gone")));
    assertThat(server.get("/folder/VM/VM-flat.vmdk" + Q).status()).as("a base").isEqualTo(404);
    Files.writeString(root.resolve("VM/x.vmdk"), "no descriptor");
    assertThat(server.get("/folder/VM/x-flat.vmdk" + Q).status()).isEqualTo(404);
  }

  @Test
  void aDeltaOnADiskOfAnotherDatastoreShowsNothingOfIt() throws IOException {
    lab.write(machine, 0, 1 << 20, 1);
    lab.snapshot(machine, "one");
    byte[] content = bytesOf(lab.disk(machine));
    lab.machines.withdraw(machine);
    machine.closeDisks();
    assertThat(server.get(FIRST).body()).isEqualTo(content);

    Path elsewhere = Files.createDirectory(other.resolve("secret"));
    for (String name : List.of("VM.vmdk", "VM-flat.vmdk")) {
      Files.move(root.resolve("VM").resolve(name), elsewhere.resolve(name));
    }
    Path delta = root.resolve("VM/VM-000001.vmdk");
    String text = Files.readString(delta);
    String hint = "parentFileNameHint=\"";
    for (String parent :
        List.of(
            elsewhere.resolve("VM.vmdk").toString(),
            delta.getParent().relativize(elsewhere.resolve("VM.vmdk")).toString())) {
      Files.writeString(delta, text.replace(hint + "VM.vmdk", hint + parent));
      for (String verb : List.of("GET", "HEAD")) {
        assertThat(server.send(verb, FIRST).status()).as(verb + " " + parent).isEqualTo(404);
      }
    }
    Files.createDirectory(root.resolve("moved"));
    for (String name : List.of("VM.vmdk", "VM-flat.vmdk")) {
      Files.move(elsewhere.resolve(name), root.resolve("moved").resolve(name));
    }
    Files.writeString(delta, text.replace(hint + "VM.vmdk", hint + "../moved/VM.vmdk"));
    assertThat(server.get(FIRST).body()).isEqualTo(content);
  }

  @Test
  void aBranchOfAMachineOnADiskOfAnotherDatastoreShowsNothingOfIt() throws IOException {
    int first = lab.snapshot(machine, "one");
    lab.write(machine, 0, 1 << 20, 1);
    lab.snapshot(machine, "two");
    lab.snapshots.revert(machine, first, true, percent -> {});
    assertThat(server.get(FIRST).status()).isEqualTo(200);
    for (String name : List.of("VM.vmdk", "VM-flat.vmdk")) {
      Files.copy(root.resolve("VM").resolve(name), other.resolve(name));
    }
    Path delta = root.resolve("VM/VM-000001.vmdk");
    String hint = "parentFileNameHint=\"";
    String text = Files.readString(delta);
    Files.writeString(delta, text.replace(hint + "VM.vmdk", hint + other.resolve("VM.vmdk")));
    var reply = server.get(FIRST);
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.header("Accept-Ranges")).isNull();
    Files.writeString(delta, text);
    assertThat(server.get(FIRST).status()).isEqualTo(200);
  }

  @Test
  void aMachineOfAnotherFolderIsFoundToo() throws IOException {
    lab.snapshot(machine, "one");
    lab.write(machine, 0, 1 << 20, 1);
    try (var far =
        new FolderServer(
            true,
            new ComposedLinks(vmx -> Optional.empty(), lab.machines::all, lab.factory),
            lab.datastore)) {
      assertThat(far.get(FIRST).body()).isEqualTo(bytesOf(lab.disk(machine)));
    }
  }

  @Test
  void aDiskThatCannotBeReadIsARefusalThatSaysNothingOfBytes() throws IOException {
    lab.snapshot(machine, "one");
    lab.disk(machine).close();
    for (String range : List.of("Range: bytes=0-999", "X: y")) {
      var reply = server.get(FIRST, range);
      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.header("Content-Range")).isNull();
      assertThat(reply.header("Accept-Ranges")).isNull();
      assertThat(reply.header("Content-Length")).isEqualTo("" + reply.body().length);
      assertThat(reply.text()).contains("cannot be served");
    }
  }

  @Test
  void itIsNoFile() throws IOException {
    lab.snapshot(machine, "one");
    assertThat(server.get("/folder/VM" + Q).text()).doesNotContain("VM-000001-flat.vmdk");
    assertThat(server.send("DELETE", FIRST).status()).isEqualTo(404);
  }
}
