package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskNamesTest {

  private static DiskNames with(String... names) {
    return new DiskNames(Set.of(names));
  }

  @Test
  void numbersAreTheLowestThatNoFileCarries() {
    assertThat(with("VM.vmdk", "VM-flat.vmdk").nextDelta("VM")).isEqualTo("VM-000001.vmdk");
    assertThat(with("VM-000001.vmdk").nextDelta("VM")).isEqualTo("VM-000002.vmdk");
    assertThat(with("VM-000002.vmdk").nextDelta("VM")).isEqualTo("VM-000001.vmdk");
    assertThat(with("VM-1000000.vmdk").nextDelta("VM")).isEqualTo("VM-000001.vmdk");
  }

  @Test
  void leftoversTakeTheirNumber() {
    assertThat(
            with("VM-000001-ctk.vmdk", "VM-000002-sesparse.vmdk", "VM-000003-delta.vmdk")
                .nextDelta("VM"))
        .isEqualTo("VM-000004.vmdk");
  }

  @Test
  void eachDiskCountsApart() {
    DiskNames names = with("VM-000001.vmdk", "VM_1-000001.vmdk", "VM_1-000002.vmdk");

    assertThat(names.nextDelta("VM")).isEqualTo("VM-000002.vmdk");
    assertThat(names.nextDelta("VM_1")).isEqualTo("VM_1-000003.vmdk");
    assertThat(names.nextDelta("VM_2")).isEqualTo("VM_2-000001.vmdk");
  }

  @Test
  void findsTheLeftoverThatAHostWouldStumbleOver() {
    DiskNames names =
        with(
            "VM-000001.vmdk",
            "VM-000001-ctk.vmdk",
            "VM-000002-ctk.vmdk",
            "VM-000002-sesparse.vmdk");

    assertThat(names.leftoverInTheWay("VM"))
        .contains(
            new DiskNames.Leftover(
                "VM-000002.vmdk", List.of("VM-000002-ctk.vmdk", "VM-000002-sesparse.vmdk")));
    assertThat(names.leftoverInTheWay("VM_1")).isEmpty();
    assertThat(with("VM-000005-ctk.vmdk").leftoverInTheWay("VM")).isEmpty();
  }

  @Test
  void namesDisksAndStateFiles() {
    assertThat(DiskNames.disk("VM", 0)).isEqualTo("VM.vmdk");
    assertThat(DiskNames.disk("VM", 1)).isEqualTo("VM_1.vmdk");
    assertThat(DiskNames.vmsn("VM", 12)).isEqualTo("VM-Snapshot12.vmsn");
    assertThat(DiskNames.vmem("VM", 12)).isEqualTo("VM-Snapshot12.vmem");
    assertThat(DiskNames.baseName("my-000001.vmdk")).isEqualTo("my-000001");
    assertThatThrownBy(() -> DiskNames.baseName("x.iso")).hasMessageContaining("x.iso");
  }

  @Test
  void theNextDiskAvoidsEveryFileOfAnother() {
    assertThat(with().nextDisk("VM")).isEqualTo("VM.vmdk");
    assertThat(with("VM-flat.vmdk").nextDisk("VM")).isEqualTo("VM_1.vmdk");
    assertThat(with("VM.vmdk", "VM_1-000004-ctk.vmdk").nextDisk("VM")).isEqualTo("VM_2.vmdk");
    assertThat(with("VM-web.vmdk").nextDisk("VM")).isEqualTo("VM.vmdk");
  }

  @Test
  void readsAFolder(@TempDir Path folder) throws IOException {
    Files.createFile(folder.resolve("VM-000001-ctk.vmdk"));

    assertThat(DiskNames.in(folder).nextDelta("VM")).isEqualTo("VM-000002.vmdk");
    assertThatThrownBy(() -> DiskNames.in(folder.resolve("none")))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.NOT_FOUND));
  }

  @Test
  void manyDeltasAreCountedQuickly() {
    Set<String> names = new HashSet<>();
    for (int i = 1; i <= 300; i++) {
      names.add(String.format("VM-%06d.vmdk", i));
      names.add(String.format("VM-%06d-sesparse.vmdk", i));
    }
    assertThat(new DiskNames(names).nextDelta("VM")).isEqualTo("VM-000301.vmdk");
  }
}
