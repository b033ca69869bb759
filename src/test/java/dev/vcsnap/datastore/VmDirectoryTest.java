package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmDirectoryTest {

  @TempDir Path temp;
  private VmDirectory vm;
  private Path folder;

  @BeforeEach
  void create() {
    Datastore datastore = new Datastore("ds", temp.resolve("ds"));
    vm = new VmDirectory(datastore, DatastorePath.parse("[ds] web/web.vmx"));
    Vmx vmx = new Vmx();
    vmx.put("displayName", "web");
    vm.create(vmx);
    folder = vm.folder();
  }

  @Test
  void aNewMachineHasItsConfigurationAndAnEmptySnapshotList() {
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("web.vmx", "web.vmsd");
    assertThat(folder.resolve("web.vmsd")).isEmptyFile();
    assertThat(vm.readVmx().get("displayName")).contains("web");
    assertThat(vm.readVmsd()).isEqualTo(Vmsd.EMPTY);
    assertThatThrownBy(() -> vm.create(new Vmx()))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.ALREADY_EXISTS));
  }

  @Test
  void writesAndReadsItsState() {
    Vmx vmx = vm.readVmx();
    vmx.putFlag("ctkEnabled", true);
    vm.writeVmx(vmx);
    String vmsnName = DiskNames.vmsn(vm.baseName(), 1);
    Vmsn vmsn = new Vmsn(vmx.text(), "poweredOn", true, false, Map.of());
    vm.writeVmsn(vmsnName, vmsn);
    Vmsd vmsd =
        vm.readVmsd()
            .withAdded(new SnapshotEntry(1, 0, "s", "", Instant.EPOCH, vmsnName, List.of(), 0));
    vm.writeVmsd(vmsd);

    assertThat(vm.readVmx().flag("ctkEnabled")).isTrue();
    assertThat(vm.readVmsd()).isEqualTo(vmsd);
    assertThat(vm.readVmsn(vmsnName)).isEqualTo(vmsn);
    vm.deleteFile(vmsnName);
    vm.deleteFile(vmsnName);
    assertThat(folder.resolve(vmsnName)).doesNotExist();
  }

  @Test
  void failuresNameTheFile() throws IOException {
    Files.writeString(folder.resolve("web.vmx"), "nonsense");
    Files.writeString(folder.resolve("web.vmsd"), "snapshot.current = \"3\"");
    Files.writeString(folder.resolve("web-Snapshot1.vmsn"), "nonsense");

    assertThatThrownBy(vm::readVmx)
        .isInstanceOf(BlockError.class)
        .hasMessageContaining(folder + "/web.vmx");
    assertThatThrownBy(vm::readVmsd)
        .isInstanceOf(BlockError.class)
        .hasMessageContaining(folder + "/web.vmsd");
    assertThatThrownBy(() -> vm.readVmsn("web-Snapshot1.vmsn"))
        .hasMessageContaining(folder + "/web-Snapshot1.vmsn");
    assertThatThrownBy(() -> vm.readVmsn("none.vmsn"))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.NOT_FOUND));
    Files.write(folder.resolve("web.vmx"), new byte[2 << 20]);
    assertThatThrownBy(vm::readVmx)
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.UNSUPPORTED));
    Files.delete(folder.resolve("web.vmsd"));
    assertThat(vm.readVmsd()).isEqualTo(Vmsd.EMPTY);
  }

  @Test
  void listsFilesInTheWordsOfLayoutEx() throws IOException {
    for (String name :
        new String[] {
          "web.vmdk",
          "web-flat.vmdk",
          "web-ctk.vmdk",
          "web-000001.vmdk",
          "web-000001-sesparse.vmdk",
          "web-000001-ctk.vmdk",
          "x-flat.vmdk",
          "web.nvram",
          "web.vmxf",
          "vmware.log",
          "web-1f3a.vswp",
          "web-Snapshot1.vmsn",
          "web-Snapshot1.vmem",
          "web-aux.xml",
          "web.vmss",
          "web.vmem",
          "readme.txt",
          "notes",
          ".vcsnap-0.tmp"
        }) {
      Files.writeString(folder.resolve(name), "123");
    }

    assertThat(vm.files())
        .extracting(file -> file.path().fileName(), file -> file.type().wireName())
        .containsExactlyInAnyOrder(
            tuple("web.vmx", "config"),
            tuple("web.vmxf", "extendedConfig"),
            tuple("web.vmsd", "snapshotList"),
            tuple("web.vmdk", "diskDescriptor"),
            tuple("web-flat.vmdk", "diskExtent"),
            tuple("web-ctk.vmdk", "diskExtent"),
            tuple("web-000001.vmdk", "diskDescriptor"),
            tuple("web-000001-sesparse.vmdk", "diskExtent"),
            tuple("web-000001-ctk.vmdk", "diskExtent"),
            tuple("x-flat.vmdk", "diskDescriptor"),
            tuple("web.nvram", "nvram"),
            tuple("vmware.log", "log"),
            tuple("web-1f3a.vswp", "swap"),
            tuple("web-Snapshot1.vmsn", "snapshotData"),
            tuple("web-Snapshot1.vmem", "snapshotMemory"),
            tuple("web-aux.xml", "snapshotManifestList"),
            tuple("web.vmss", "suspend"),
            tuple("web.vmem", "suspendMemory"));
    assertThat(vm.files())
        .filteredOn(file -> file.type() == VmFileType.NVRAM)
        .singleElement()
        .isEqualTo(new VmFile(DatastorePath.parse("[ds] web/web.nvram"), VmFileType.NVRAM, 3));
  }

  @Test
  void resolvesFileNamesAsTheConfigurationSpellsThem() {
    Datastore datastore = vm.datastore();

    assertThat(vm.pathOf("web_1.vmdk")).hasToString("[ds] web/web_1.vmdk");
    assertThat(vm.pathOf("/vmfs/volumes/" + datastore.uuid() + "/other/o.vmdk"))
        .hasToString("[ds] other/o.vmdk");
    assertThat(vm.fileOf("web_1.vmdk")).isEqualTo(folder.resolve("web_1.vmdk"));
    assertThatThrownBy(() -> vm.pathOf("/etc/passwd.vmdk"))
        .isInstanceOf(DatastorePathException.class);
    assertThatThrownBy(() -> vm.fileOf("../../../etc/passwd"))
        .isInstanceOf(DatastorePathException.class);
  }

  @Test
  void recoversFromAWriteThatWasCutShort() throws IOException {
    Files.writeString(folder.resolve(".vcsnap-0.tmp"), "half of a configurat");

    assertThat(vm.recover()).containsExactly(".vcsnap-0.tmp");
    assertThat(vm.names().existing()).containsExactlyInAnyOrder("web.vmx", "web.vmsd");
  }

  @Test
  void refusesAPathThatIsNoConfiguration() {
    for (String path : new String[] {"[ds] web", "[ds] web/web.vmdk", "[ds] web/.vmx", "[ds]"}) {
      assertThatThrownBy(() -> new VmDirectory(vm.datastore(), DatastorePath.parse(path)))
          .isInstanceOf(DatastorePathException.class)
          .hasMessageContaining(path);
    }
  }
}
