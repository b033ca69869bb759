package dev.vcsnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.Vmsd;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.guest.simulated.disk.SimulatedDisk;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.verify.Finding;
import dev.vcsnap.verify.Finding.Weight;
import dev.vcsnap.verify.Verdict;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

  @TempDir Path directory;

  @Test
  void the_exit_status_says_whether_the_bytes_prove_it() {
    Path disk = directory.resolve("ds").resolve("VM.vmdk");
    assertThat(directory.resolve("ds").toFile().mkdir()).isTrue();
    var factory = new DiskFactory(new Ids(new Dice(3)), new SystemClock());
    factory.createFlat(disk, 4 << 20, true);
    assertThat(verify(disk)).isEqualTo(1);
    try (RunningDisk running = factory.open(disk, OpenMode.READ_WRITE)) {
      SimulatedDisk guest = SimulatedDisk.boot(running, new Random(3));
      guest.freezeFileSystem();
      PreparedFork fork = running.prepareFork(directory.resolve("ds").resolve("VM-000001.vmdk"));
      fork.closeGate();
      fork.commit();
      fork.openGate();
      guest.thawFileSystem();
    }
    assertThat(verify(disk)).isZero();
    assertThat(verify(disk, "--expect", "fileSystem", "--json")).isZero();
    assertThat(verify(disk, "--expect", "application")).isEqualTo(1);
    assertThat(verify("[ds] VM.vmdk", "--data", directory, "--expect", "crash")).isZero();
    assertThat(verify("[ds] VM-000001.vmdk", "--data", directory, "--expect", "fileSystem"))
        .isEqualTo(1);
    assertThat(verify("[ds] VM.vmdk")).isEqualTo(2);
    assertThat(verify()).isEqualTo(2);
    assertThat(verify(disk + "x")).isEqualTo(1);
  }

  @Test
  void aSnapshotIsHeldAgainstWhatIsRecordedOfIt() throws Exception {
    Path vmx = directory.resolve("VM.vmx");
    Path disk = directory.resolve("VM.vmdk");
    var factory = new DiskFactory(new Ids(new Dice(3)), new SystemClock());
    factory.createFlat(disk, 4 << 20, true);
    try (RunningDisk running = factory.open(disk, OpenMode.READ_WRITE)) {
      SimulatedDisk.boot(running, new Random(3));
    }
    note(vmx, 1, "honest", "crash");
    assertThat(verify(vmx, "--snapshot", "honest")).isZero();
    assertThat(verify(vmx, "--snapshot", "1", "--json")).isZero();
    note(vmx, 2, "a lie", "application");
    assertThat(verify(vmx, "--snapshot", "a lie")).isEqualTo(1);
    assertThat(verify(vmx, "--snapshot", "nobody")).isEqualTo(1);
  }

  @Test
  void aBaseAndChangedAreasAreHeldAgainstASnapshot() throws Exception {
    Path disk = directory.resolve("VM.vmdk");
    Path areas = directory.resolve("areas.json");
    var factory = new DiskFactory(new Ids(new Dice(3)), new SystemClock());
    factory.createFlat(disk, 4 << 20, true);
    try (RunningDisk running = factory.open(disk, OpenMode.READ_WRITE)) {
      running.writeAt(1 << 20, ByteBuffer.wrap(new byte[] {1}));
    }
    Path base = Files.write(directory.resolve("base.raw"), new byte[4 << 20]);
    Files.writeString(areas, "[{\"start\": 1048576, \"length\": 65536}]");
    assertThat(verify(disk, "--areas", areas, "--base", base)).isZero();
    assertThat(verify(disk, "--areas", areas, "--json")).isZero();
    Files.writeString(areas, "[]");
    assertThat(verify(disk, "--areas", areas, "--base", base)).isEqualTo(1);
    assertThat(verify(disk, "--areas", areas, "--base", base, "--json")).isEqualTo(1);
    assertThat(verify(disk, "--areas", directory.resolve("nothing"))).isEqualTo(1);
    assertThat(verify(disk, disk, "--areas", areas)).isEqualTo(2);
    assertThat(verify(disk, "--areas", areas, "--expect", "crash")).isEqualTo(2);
    assertThat(verify(disk, "--base", base)).isEqualTo(2);
  }

  private static void note(Path vmx, int uid, String name, String kind) throws Exception {
    String state = "VM-Snapshot" + uid + ".vmsn";
    var entry =
        new SnapshotEntry(
            uid,
            0,
            name,
            "",
            Instant.EPOCH,
            state,
            List.of(new SnapshotDisk("scsi0:0", "VM.vmdk")),
            0);
    Files.write(vmx.resolveSibling("VM.vmsd"), Vmsd.EMPTY.withAdded(entry).bytes());
    Files.write(
        vmx.resolveSibling(state),
        new Vmsn("", "poweredOff", true, false, Map.of("consistency", kind)).bytes());
  }

  private static int verify(Object... arguments) {
    String[] words = new String[arguments.length + 1];
    words[0] = "verify";
    for (int i = 0; i < arguments.length; i++) {
      words[i + 1] = arguments[i].toString();
    }
    return VcsnapCommand.run(words);
  }

  @Test
  void the_verdict_as_json() {
    var finding =
        new Finding(
            "VM.vmdk",
            "ext4",
            Weight.DECIDED,
            Consistency.FILE_SYSTEM,
            Consistency.APPLICATION,
            List.of("so"));
    var out = new ByteArrayOutputStream();
    VerdictJson.write(new Verdict(List.of(finding)), Consistency.APPLICATION, out);
    assertThat(out.toString(StandardCharsets.UTF_8).replace('"', '\''))
        .isEqualTo(
            "{'kind':'fileSystem','expected':'application','answer':'possible','findings':["
                + "{'place':'VM.vmdk','content':'ext4','weight':'decided','least':'fileSystem',"
                + "'most':'application','reasons':['so']}]}\n");
  }
}
