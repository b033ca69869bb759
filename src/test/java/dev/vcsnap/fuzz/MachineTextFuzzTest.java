package dev.vcsnap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever stands in a machine's text and state files: it is read or refused by name, and what was
 * read can be written and says the same when it is read again.
 */
class MachineTextFuzzTest {

  private static final long SEED = 20_260_405;
  private static final int ROUNDS = 1_000;

  private static void refusedByNameOrDone(Runnable target) {
    try {
      target.run();
    } catch (BlockError error) {
      assertThat(error.kind())
          .isIn(
              BlockError.Kind.NOT_THIS_FORMAT,
              BlockError.Kind.CORRUPT,
              BlockError.Kind.TOO_NEW,
              BlockError.Kind.UNSUPPORTED);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Stream<byte[]> configurations() {
    return Stream.of(vmx());
  }

  private static byte[][] vmx() {
    return new byte[][] {
      bytes(
          """
          .encoding = "UTF-8"
          config.version = "8"
          # a comment
          displayName = "a |22quoted|22 |C3|A9 name"
          scsi0:0.fileName = "VM.vmdk"
          memSize = "4096"
          """),
      bytes(".encoding = \"windows-1252\"\r\ndisplayName = \"caf\u00e9\"\r\nx=y\r\n"),
      // Found by fuzzing: the second carriage return was lost when the file was read again.
      bytes("x=y\r\r\n"),
      // And this named an encoding to one reader of the line ends and not to the other.
      bytes("&\r.encoding = \"windows-1252\"\r\nx = \"caf\u00e9\"\n"),
    };
  }

  @MethodSource("configurations")
  @FuzzTest(maxDuration = "1m")
  void configuration(byte[] file) {
    refusedByNameOrDone(() -> {
      Vmx vmx = Vmx.parse(file);
      Vmx again = Vmx.parse(vmx.bytes());
      assertThat(again.text()).isEqualTo(vmx.text());
      assertThat(again.get("displayName")).isEqualTo(vmx.get("displayName"));
      vmx.flag("config.version");
      vmx.number("memSize");
    });
  }

  @Test
  void damaged_configurations() {
    Mutations.each(vmx(), ROUNDS, SEED, this::configuration);
  }

  static Stream<byte[]> lists() {
    return Stream.of(vmsd());
  }

  private static byte[][] vmsd() {
    return new byte[][] {
      bytes(
          """
          .encoding = "UTF-8"
          snapshot.lastUID = "4"
          snapshot.current = "4"
          snapshot0.uid = "1"
          snapshot0.filename = "VM-Snapshot1.vmsn"
          snapshot0.displayName = "name"
          snapshot0.createTimeHigh = "388745"
          snapshot0.createTimeLow = "-1991180826"
          snapshot0.numDisks = "1"
          snapshot0.disk0.fileName = "VM.vmdk"
          snapshot0.disk0.node = "scsi0:0"
          snapshot.numSnapshots = "2"
          snapshot1.uid = "4"
          snapshot1.parent = "1"
          snapshot1.filename = "VM-Snapshot4.vmsn"
          snapshot1.displayName = "second"
          snapshot1.numDisks = "0"
          """),
      bytes("snapshot.lastUID = \"2\"\nsnapshot.needConsolidate = \"TRUE\"\n"),
    };
  }

  @MethodSource("lists")
  @FuzzTest(maxDuration = "1m")
  void snapshotList(byte[] file) {
    refusedByNameOrDone(() -> {
      Vmsd list = Vmsd.parse(file);
      assertThat(Vmsd.parse(list.text())).isEqualTo(list);
    });
  }

  @Test
  void damaged_snapshot_lists() {
    Mutations.each(vmsd(), ROUNDS, SEED, this::snapshotList);
  }

  static Stream<byte[]> states() {
    return Stream.of(vmsn());
  }

  private static byte[][] vmsn() {
    return new byte[][] {
      new Vmsn(".encoding = \"UTF-8\"\n", "poweredOn", true, false, Map.of("a", "b", "c", "d"))
          .bytes()
    };
  }

  @MethodSource("states")
  @FuzzTest(maxDuration = "1m")
  void state(byte[] file) {
    refusedByNameOrDone(() -> {
      Vmsn state = Vmsn.parse(file);
      assertThat(Vmsn.parse(state.bytes())).isEqualTo(state);
    });
  }

  @Test
  void damaged_states() {
    Mutations.each(vmsn(), ROUNDS, SEED, this::state);
  }
}
