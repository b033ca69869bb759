package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.vim.NoDiskSpace;
import dev.vcsnap.vim.VimException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rule A18 on file systems that are really full: nothing is lost, and it goes on with new space.
 */
class FullDatastoreTest {

  private static final int MIB = 1 << 20;

  @TempDir Path temporary;
  private Path mounted = Path.of("");

  /** What can be made and mounted small. */
  private enum Volume {
    TMPFS,
    EXT4
  }

  @AfterEach
  void unmount() throws Exception {
    if (!mounted.toString().isEmpty()) {
      run("umount", mounted.toString());
    }
  }

  @ParameterizedTest
  @EnumSource(Volume.class)
  void a_guest_that_fills_the_datastore_is_refused_and_goes_on_with_new_space(Volume volume)
      throws Exception {
    try (var lab = new SnapshotLab(mount(volume))) {
      lab.write(0, 4096, 1);
      lab.create("first");
      Path ballast = fill(64);

      BlockError refused = writeUntilFull(lab);
      assertThat(refused.kind()).isEqualTo(BlockError.Kind.NO_SPACE);
      assertThat(lab.byteAt(0)).isEqualTo(1);
      assertThat(lab.frozenByteAt(1, 0)).isEqualTo(1);

      Files.delete(ballast);
      lab.fill(3);
      lab.disk().flush();
      assertThat(lab.byteAt(SnapshotLab.DISK_BYTES - 1)).isEqualTo(3);
      assertThat(lab.frozenByteAt(1, 0)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Volume.class)
  @Rule(value = "A18", says = "Without room creation is NoDiskSpace.", by = Witness.DOCUMENT)
  void a_snapshot_without_room_leaves_machine_and_tree_as_they_were(Volume volume)
      throws Exception {
    try (var lab = new SnapshotLab(mount(volume))) {
      var tracked = lab.machine.vmx();
      tracked.putFlag("ctkEnabled", true);
      lab.machine.save(tracked, lab.clock.now());
      lab.write(0, 4096, 1);
      lab.create("first");
      lab.write(0, 4096, 2);
      lab.disk().flush();
      String vmx = lab.machine.vmx().text();
      var before = lab.machine.snapshots();
      // From nothing left to just enough: each of the files in turn is the one that does not fit.
      boolean made = false;
      for (int kilobytesLeft = 0; !made; kilobytesLeft += 4) {
        Path ballast = fill(kilobytesLeft);
        NoDiskSpace fault = noSpaceOf(lab, () -> lab.create("second"));
        made = fault == null;
        if (fault != null) {
          assertThat(fault.file).startsWith("[ds] VM/VM");
          assertThat(fault.datastore).isEqualTo("ds");
          assertThat(lab.machine.vmx().text()).isEqualTo(vmx);
          assertThat(lab.machine.files().readVmx().text()).isEqualTo(vmx);
          assertThat(lab.machine.snapshots()).isEqualTo(before);
          assertThat(lab.chain()).containsExactly("VM.vmdk", "VM-000001.vmdk");
          assertThat(lab.diskFiles()).noneMatch(name -> name.startsWith("VM-000002"));
          assertThat(lab.byteAt(0)).isEqualTo(2);
        }
        Files.delete(ballast);
        assertThat(kilobytesLeft).isLessThan(4096);
      }
      assertThat(lab.frozenByteAt(2, 0)).isEqualTo(2);
      lab.snapshots.removeAll(lab.machine, true, percent -> {});
      assertThat(lab.diskFiles()).containsExactly("VM-ctk.vmdk", "VM-flat.vmdk", "VM.vmdk");
    }
  }

  @ParameterizedTest
  @EnumSource(Volume.class)
  void a_merge_without_room_needs_consolidation_and_ends_with_new_space(Volume volume)
      throws Exception {
    try (var lab = new SnapshotLab(mount(volume))) {
      int uid = lab.create("first");
      lab.write(0, 4 * MIB, 2);
      lab.disk().flush();
      Path ballast = fill(256);

      NoDiskSpace fault = noSpaceOf(lab, () -> lab.remove(uid));
      assertThat(fault).isNotNull();
      assertThat(fault.datastore).isEqualTo("ds");
      assertThat(lab.machine.consolidationNeeded()).isTrue();
      assertThat(lab.machine.snapshots().snapshots()).isEmpty();
      assertThat(lab.byteAt(4 * MIB - 1)).isEqualTo(2);
      lab.write(0, 4096, 3);
      lab.disk().flush();

      Files.delete(ballast);
      lab.snapshots.consolidate(lab.machine, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
      assertThat(lab.byteAt(0)).isEqualTo(3);
      assertThat(lab.byteAt(4 * MIB - 1)).isEqualTo(2);
    }
  }

  private static BlockError writeUntilFull(SnapshotLab lab) {
    try {
      for (int at = 0; at < SnapshotLab.DISK_BYTES; at += 64 << 10) {
        lab.disk()
            .writeAt(
                at + 8192 > SnapshotLab.DISK_BYTES ? at : at + 8192,
                ByteBuffer.allocate(32 << 10).put(0, (byte) 2));
        lab.disk().flush();
      }
      throw new AssertionError("everything fitted");
    } catch (BlockError refused) {
      return refused;
    }
  }

  private static NoDiskSpace noSpaceOf(SnapshotLab lab, Runnable operation) {
    try {
      operation.run();
      return null;
    } catch (RuntimeException failure) {
      VimException fault = DiskFaults.translate(failure, List.of(lab.machine.files().datastore()));
      if (fault.fault() instanceof NoDiskSpace full) {
        return full;
      }
      throw failure;
    }
  }

  /** Fills the volume up to that many kilobytes. */
  private Path fill(int kilobytesLeft) throws IOException {
    Path ballast = mounted.resolve("ballast");
    try (OutputStream out = Files.newOutputStream(ballast)) {
      var page = new byte[4096];
      while (Files.getFileStore(mounted).getUsableSpace() > kilobytesLeft * 1024L) {
        out.write(page);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space");
    }
    return ballast;
  }

  private Path mount(Volume volume) throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "mounting a small file system needs root");
    Path folder = Files.createDirectory(temporary.resolve("mounted"));
    boolean works =
        switch (volume) {
          case TMPFS -> run("mount", "-t", "tmpfs", "-o", "size=24m", "none", folder.toString());
          case EXT4 -> {
            Path image = temporary.resolve("image");
            yield run("truncate", "-s", "32M", image.toString())
                && run("mkfs.ext4", "-q", "-m", "0", "-O", "^has_journal", image.toString())
                && run("mount", "-o", "loop", image.toString(), folder.toString());
          }
        };
    assumeTrue(works, volume + " cannot be mounted here");
    mounted = folder;
    return Files.createDirectory(folder.resolve("ds"));
  }

  private static boolean run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException absent) {
      return false;
    }
  }
}
