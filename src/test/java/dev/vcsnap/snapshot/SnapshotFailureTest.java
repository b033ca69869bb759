package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.FailingFiles;
import dev.vcsnap.inventory.DiskFaults;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.NoDiskSpace;
import dev.vcsnap.vim.VimException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Lets each call that an operation makes on the files of disks fail once (rule A18): the operation
 * ends with its fault, every byte is what it was, and the same server does it again when the host
 * works again.
 */
class SnapshotFailureTest {

  private static final int CALLS_MAX = 400;

  @TempDir Path temporary;

  /** An operation on the machine of {@link #prepare}. */
  private enum Operation {
    CREATE(lab -> lab.create("more")),
    CREATE_WITH_MEMORY(lab -> lab.createWithMemory("more")),
    REVERT(lab -> lab.snapshots.revert(lab.machine, 1, false, percent -> {})),
    MERGE_THE_LEAF(lab -> lab.remove(5)),
    MERGE_BELOW_THE_LEAF(lab -> lab.remove(4)),
    MERGE_ASIDE(lab -> lab.remove(2)),
    DELETE_ASIDE(lab -> lab.remove(3)),
    REMOVE_ALL(lab -> lab.snapshots.removeAll(lab.machine, true, percent -> {}));

    private final Consumer<SnapshotLab> body;

    Operation(Consumer<SnapshotLab> body) {
      this.body = body;
    }

    boolean creates() {
      return this == CREATE || this == CREATE_WITH_MEMORY;
    }
  }

  static Stream<Arguments> failures() {
    return Stream.of(Operation.values())
        .flatMap(operation ->
            Stream.of(BlockError.Kind.NO_SPACE, BlockError.Kind.IO)
                .flatMap(kind ->
                    Stream.of(false, true).map(tracked -> Arguments.of(operation, kind, tracked))));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void every_call_may_fail_and_the_operation_is_done_again_without_a_restart(
      Operation operation, BlockError.Kind kind) {
    for (int number = 0; number < CALLS_MAX; number++) {
      if (!fail(operation, kind, number)) {
        return;
      }
    }
    throw new AssertionError("more than " + CALLS_MAX + " calls");
  }

  /** False if the operation makes fewer calls than that. */
  private boolean fail(Operation operation, BlockError.Kind kind, int number) {
    var files = new FailingFiles();
    Path root = temporary.resolve(number + "");
    String place = "call " + number;
    try (var lab = new SnapshotLab(root, 32, files)) {
      prepare(lab);
      Map<Integer, Integer> frozen = frozenBytes(lab);
      List<SnapshotEntry> before = lab.machine.snapshots().snapshots();
      String chainBefore = lab.chain().toString();
      files.failOnce(kind, number);
      VimException fault = faultOf(() -> operation.body.accept(lab), lab);
      files.heal();
      if (files.failed().isEmpty()) {
        return false;
      }
      place += ", " + files.failed() + (fault == null ? "" : ", " + fault.getMessage());

      assertThat(lab.byteAt(0)).as(place).isIn(7, 1);
      frozenBytes(lab)
          .forEach((uid, value) -> {
            if (frozen.containsKey(uid)) {
              assertThat(value).isEqualTo(frozen.get(uid));
            }
          });
      if (fault != null) {
        assertThat(fault.fault())
            .as(place)
            .isInstanceOfAny(FileFault.class, dev.vcsnap.vim.InvalidDiskFormat.class);
        if (kind == BlockError.Kind.NO_SPACE) {
          var full = (NoDiskSpace) fault.fault();
          assertThat(full.file).as(place).startsWith("[ds] VM/VM");
          assertThat(full.datastore).as(place).isEqualTo("ds");
        }
        boolean made = lab.machine.snapshots().snapshots().size() > before.size();
        if (operation.creates() && made) {
          // Complete, and only the reading of it for clients failed.
          assertThat(files.failed()).startsWith("READ");
          assertThat(lab.chain()).as(place).hasSize(5);
        } else if (operation.creates()) {
          assertThat(lab.machine.snapshots().snapshots()).as(place).isEqualTo(before);
          assertThat(lab.machine.files().readVmsd().snapshots()).as(place).isEqualTo(before);
          assertThat(lab.chain()).as(place).hasToString(chainBefore);
        }
      }
      assertThat(
              lab.machine.files().fileOf(lab.machine.vmx().get("scsi0:0.fileName").orElseThrow()))
          .as(place)
          .isEqualTo(lab.disk().leaf());
      assertThat(lab.strayMemory()).as(place).isEmpty();
      lab.write(4096, 4096, 9);
      lab.disk().flush();

      int running = lab.byteAt(0);
      int again = lab.create("again");
      lab.write(8192, 4096, 10);
      assertThat(lab.frozenByteAt(again, 0)).as(place).isEqualTo(running);
      lab.snapshots.removeAll(lab.machine, true, percent -> {});
      assertThat(lab.machine.consolidationNeeded()).as(place).isFalse();
      assertThat(lab.diskFiles()).as(place).noneMatch(name -> name.matches("VM-[0-9]{6}.*"));
      assertThat(lab.byteAt(0)).as(place).isEqualTo(running);
      assertThat(lab.byteAt(4096)).as(place).isEqualTo(9);
      assertThat(lab.byteAt(8192)).as(place).isEqualTo(10);
    } catch (RuntimeException e) {
      throw new AssertionError("After " + place + " failed: " + e.getMessage(), e);
    }
    return true;
  }

  /**
   * The first snapshot has two children: the second below the third, the fourth below the fifth.
   */
  private static void prepare(SnapshotLab lab) {
    var vmx = lab.machine.vmx();
    vmx.putFlag("ctkEnabled", true);
    lab.machine.save(vmx, lab.clock.now());
    lab.write(0, 4096, 1);
    int first = lab.create("first");
    lab.write(0, 4096, 2);
    lab.create("second");
    lab.write(0, 4096, 3);
    lab.create("third");
    lab.write(0, 4096, 4);
    lab.snapshots.revert(lab.machine, first, false, percent -> {});
    lab.write(0, 4096, 5);
    lab.create("fourth");
    lab.write(0, 4096, 6);
    lab.create("fifth");
    lab.write(0, 4096, 7);
    lab.disk().flush();
  }

  private static Map<Integer, Integer> frozenBytes(SnapshotLab lab) {
    Map<Integer, Integer> bytes = new HashMap<>();
    for (SnapshotEntry snapshot : lab.machine.snapshots().snapshots()) {
      bytes.put(snapshot.uid(), lab.frozenByteAt(snapshot.uid(), 0));
    }
    return bytes;
  }

  private static VimException faultOf(Runnable operation, SnapshotLab lab) {
    try {
      operation.run();
      return null;
    } catch (RuntimeException failure) {
      return DiskFaults.translate(failure, List.of(lab.machine.files().datastore()));
    }
  }
}
