package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmsdTest {

  private static final Instant TIME = Instant.parse("2022-12-01T10:37:39.848772Z");

  /** 1 with the children 3 and 7 (current). */
  private static final Vmsd THREE =
      Vmsd.EMPTY
          .withAdded(
              new SnapshotEntry(
                  1,
                  0,
                  "before \"the\" update",
                  "first line\r\nsecond | line",
                  Instant.parse("2022-11-28T15:24:12.664346Z"),
                  "DC0_H0_VM0-Snapshot1.vmsn",
                  List.of(
                      new SnapshotDisk("scsi0:0", "DC0_H0_VM0.vmdk"),
                      new SnapshotDisk("scsi0:1", "DC0_H0_VM0_1.vmdk")),
                  0))
          .withAdded(entry(3, 1, "größer 雪 🧊", 1, TIME))
          .withAdded(entry(7, 1, "after", 0, TIME.plusNanos(1999)));

  private static SnapshotEntry entry(int uid, int parent, String name, int type, Instant time) {
    return new SnapshotEntry(
        uid,
        parent,
        name,
        "",
        time,
        DiskNames.vmsn("DC0_H0_VM0", uid),
        List.of(new SnapshotDisk("scsi0:0", "DC0_H0_VM0-00000" + (uid / 3) + ".vmdk")),
        type);
  }

  @Test
  @Rule(
      value = "B17",
      says = "A snapshot list has the keys of real files in their order.",
      by = Witness.OBSERVED)
  void writesTheKeysInTheOrderOfRealFiles() throws IOException {
    assertThat(THREE.text())
        .isEqualTo(new String(Golden.read("three-snapshots.vmsd"), StandardCharsets.UTF_8));
  }

  @Test
  void readsWhatItWrites() throws IOException {
    assertThat(Vmsd.parse(Golden.read("three-snapshots.vmsd"))).isEqualTo(THREE);
  }

  @Test
  @Rule(
      value = "B17",
      says = "The creation time is two signed halves of microseconds since 1970.",
      by = Witness.OBSERVED)
  void theTwoHalvesOfTheTimeAreSigned() {
    Vmsd vmsd =
        Vmsd.parse(
            "snapshot.numSnapshots = \"1\"\n"
                + "snapshot0.uid = \"1\"\n"
                + "snapshot0.createTimeHigh = \"388745\"\n"
                + "snapshot0.createTimeLow = \"1991180826\"\n");

    assertThat(vmsd.snapshots().get(0).createTime()).isEqualTo("2022-11-28T15:24:12.664346Z");
    assertThat(THREE.text()).contains("createTimeLow = \"-814770620\"");
  }

  @Test
  void aMachineThatNeverHadASnapshotHasAnEmptyFile() {
    assertThat(Vmsd.EMPTY.text()).isEmpty();
    assertThat(Vmsd.EMPTY.bytes()).isEmpty();
    assertThat(Vmsd.parse("")).isEqualTo(Vmsd.EMPTY);
    assertThat(Vmsd.parse(".encoding = \"UTF-8\"\n")).isEqualTo(Vmsd.EMPTY);
  }

  @Test
  void afterTheLastRemovalTheCountGoesOnAndThereIsNoCurrentKey() throws IOException {
    Vmsd removed = THREE.withAllRemoved();

    assertThat(removed.text())
        .isEqualTo(new String(Golden.read("all-removed.vmsd"), StandardCharsets.UTF_8));
    assertThat(Vmsd.parse(removed.bytes())).isEqualTo(removed);
    assertThat(removed.nextUid()).isEqualTo(8);
    assertThat(Vmsd.parse("snapshot.lastUID = \"7\"\nsnapshot.current = \"0\"\n"))
        .isEqualTo(removed);
  }

  @Test
  void remembersThatFilesWaitForConsolidation() {
    Vmsd waiting = new Vmsd(THREE.lastUid(), 0, true, List.of());

    assertThat(waiting.text()).contains("snapshot.needConsolidate = \"TRUE\"");
    assertThat(Vmsd.parse(waiting.text())).isEqualTo(waiting);
    assertThat(Vmsd.parse("snapshot.needConsolidate = \"TRUE\"\n").needConsolidate()).isTrue();
  }

  @Test
  void readsAFileOfADesktopProduct() throws IOException {
    Vmsd vmsd = Vmsd.parse(Golden.read("desktop-windows-1252.vmsd"));

    assertThat(vmsd.snapshots()).extracting(SnapshotEntry::displayName).containsExactly("größer");
    assertThat(vmsd.currentUid()).isEqualTo(2);
  }

  @Test
  void removingASnapshotHangsItsChildrenToItsParent() {
    Vmsd vmsd = THREE.withAdded(entry(9, 7, "top", 0, TIME)).withRemoved(7);

    assertThat(vmsd.find(9).orElseThrow().parent()).isEqualTo(1);
    assertThat(vmsd.currentUid()).isEqualTo(9);
    assertThat(vmsd.lastUid()).isEqualTo(9);
    assertThat(vmsd.withRemoved(1).childrenOf(0))
        .extracting(SnapshotEntry::uid)
        .containsExactly(3, 9);
    assertThat(vmsd.withRemoved(9).currentUid()).isEqualTo(1);
    assertThat(vmsd.withRemoved(9).withRemoved(1).currentUid()).isZero();
    assertThat(vmsd.text()).contains("snapshot2.uid = \"9\"").doesNotContain("snapshot3.");
  }

  @Test
  void removingASubtreeTakesAllThatDescends() {
    Vmsd vmsd = THREE.withAdded(entry(9, 7, "top", 0, TIME));

    assertThat(vmsd.subtreeOf(7)).containsExactlyInAnyOrder(7, 9);
    assertThat(vmsd.withSubtreeRemoved(7).snapshots())
        .extracting(SnapshotEntry::uid)
        .containsExactly(1, 3);
    assertThat(vmsd.withSubtreeRemoved(7).currentUid()).isEqualTo(1);
    assertThat(vmsd.withSubtreeRemoved(3).currentUid()).isEqualTo(9);
    assertThat(vmsd.withSubtreeRemoved(1)).isEqualTo(new Vmsd(9, 0, false, List.of()));
  }

  @Test
  void renamesAndMovesDisks() {
    SnapshotEntry renamed = THREE.find(3).orElseThrow().withName("x", "y");

    assertThat(THREE.withReplaced(renamed).find(3)).contains(renamed);
    assertThat(
            THREE
                .withDiskFile("DC0_H0_VM0-000001.vmdk", "DC0_H0_VM0.vmdk")
                .find(3)
                .orElseThrow()
                .disks())
        .containsExactly(new SnapshotDisk("scsi0:0", "DC0_H0_VM0.vmdk"));
    assertThat(THREE.withCurrent(3).currentUid()).isEqualTo(3);
    assertThatThrownBy(() -> THREE.withReplaced(entry(5, 0, "x", 0, TIME)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5");
  }

  @Test
  void uidsAreNeverGivenTwice() {
    assertThatThrownBy(() -> THREE.withAllRemoved().withAdded(entry(7, 0, "again", 0, TIME)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("7");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "snapshot.numSnapshots = \"1\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"one\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"0\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"99999999999\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.parent = \"1\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.parent = \"5\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot.current = \"2\"\n",
        "snapshot.numSnapshots = \"2\"\nsnapshot0.uid = \"1\"\nsnapshot1.uid = \"1\"\n",
        "snapshot.numSnapshots = \"2\"\n"
            + "snapshot0.uid = \"1\"\n"
            + "snapshot0.parent = \"2\"\n"
            + "snapshot1.uid = \"2\"\n"
            + "snapshot1.parent = \"1\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.numDisks = \"1\"\n",
        "snapshot.numSnapshots = \"1\"\n"
            + "snapshot0.uid = \"1\"\n"
            + "snapshot0.numDisks = \"2000000000\"\n",
        "snapshot.numSnapshots = \"1\"\nsnapshot0.uid = \"1\"\nsnapshot0.numDisks = \"-1\"\n",
        "snapshot.lastUID = \"-4\"\n",
        "snapshot.current = \"4\"\n",
        "garbage"
      })
  void aListThatContradictsItselfIsCorrupt(String text) {
    assertThatThrownBy(() -> Vmsd.parse(text))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.CORRUPT));
  }

  @Test
  void otherFailuresHaveTheirOwnNames() {
    assertThatThrownBy(() -> Vmsd.parse("config.version = \"8\"\n"))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.NOT_THIS_FORMAT));
    assertThatThrownBy(() -> Vmsd.parse("snapshot.numSnapshots = \"2000000000\"\n"))
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.UNSUPPORTED));
    Vmsd tooLong = Vmsd.EMPTY.withAdded(entry(1, 0, "x".repeat(1 << 20), 0, TIME));
    assertThatThrownBy(tooLong::bytes)
        .isInstanceOfSatisfying(
            BlockError.class, e -> assertThat(e.kind()).isEqualTo(BlockError.Kind.UNSUPPORTED));
  }

  @Test
  void aDeepTreeIsReadInNoTime() {
    Vmsd vmsd = Vmsd.EMPTY;
    for (int uid = 1; uid <= 500; uid++) {
      vmsd = vmsd.withAdded(entry(uid, uid - 1, "s", 0, TIME));
    }
    assertThat(Vmsd.parse(vmsd.bytes())).isEqualTo(vmsd);
    assertThat(vmsd.subtreeOf(1)).hasSize(500);
  }
}
