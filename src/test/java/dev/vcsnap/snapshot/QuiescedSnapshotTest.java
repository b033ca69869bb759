package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.guest.simulated.GuestLab;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.quiesce.QuiesceService;
import dev.vcsnap.quiesce.QuiesceSpec;
import dev.vcsnap.quiesce.Quiescing;
import dev.vcsnap.quiesce.Trace;
import dev.vcsnap.vim.ApplicationQuiesceFault;
import dev.vcsnap.vim.FilesystemQuiesceFault;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class QuiescedSnapshotTest {

  @TempDir Path folder;

  @Test
  @Rule(
      value = "A33",
      says =
          "Scripts freeze, file systems freeze, the guest asks for the switch, thaws when told so,"
              + " names its manifest and ends.",
      by = Witness.SOURCE)
  void goesThroughTheHandshakeOfRealTools() {
    var guest = new GuestLab();
    try (var lab = new SnapshotLab(folder)) {
      int uid = create(lab, guest);
      assertThat(guest.lines("vm-1"))
          .containsExactly(
              "0.0 GUEST reset 0",
              "0.0 HOST vmbackup.start 0",
              "2.0 GUEST prov.snapshotCommit 0",
              "2.0 HOST vmbackup.snapshotDone 0",
              "3.0 GUEST req.genericManifest 0 /etc/vmware-tools/quiesce_manifest.xml",
              "4.0 GUEST req.done 0");
      assertThat(guest.work)
          .containsExactly(
              "application frozen",
              "file systems frozen",
              "file systems thawed",
              "application thawed");
      assertThat(lab.machine.state(uid).quiesced()).isTrue();
      assertThat(lab.machine.state(uid).details()).containsEntry("consistency", "application");
      assertThat(guest.ended).extracting(Trace::outcome).containsExactly("success");
    }
  }

  @Test
  @Rule(
      value = "A49",
      says = "backupManifest names the manifest by its whole datastore path.",
      by = Witness.OBSERVED)
  void keepsTheManifestAsLongAsTheSnapshot() {
    var guest = new GuestLab();
    try (var lab = new SnapshotLab(folder)) {
      int uid = create(lab, guest);
      VirtualMachineSnapshotTree tree =
          ((VirtualMachineSnapshotInfo) lab.machine.object().get("snapshot"))
              .rootSnapshotList.getFirst();
      assertThat(tree.quiesced).isTrue();
      assertThat(tree.backupManifest).isEqualTo("[ds] VM/VM-quiesce_manifest1.xml");
      assertThat(
              new String(
                  lab.machine.files().readFile("VM-quiesce_manifest1.xml"), StandardCharsets.UTF_8))
          .contains("<providerName>fifreeze</providerName>");
      assertThat(lab.machine.files().files())
          .anyMatch(file ->
              file.path().fileName().equals("VM-quiesce_manifest1.xml")
                  && file.type().wireName().equals("snapshotManifestList"));
      lab.remove(uid);
      assertThat(lab.machine.files().names().existing()).noneMatch(name -> name.contains("manif"));
    }
  }

  @Test
  @Rule(
      value = "A7",
      says = "A wish to quiesce is ignored for a machine that is off, and the snapshot says so.",
      by = Witness.DOCUMENT)
  void ignoresTheWishForMachineThatIsOff() {
    var guest = new GuestLab();
    try (var lab = new SnapshotLab(folder)) {
      lab.machine.power(VirtualMachinePowerState.poweredOff, lab.clock.now());
      int uid = create(lab, guest);
      assertThat(lab.machine.state(uid).quiesced()).isFalse();
      assertThat(guest.work).isEmpty();
    }
  }

  @Test
  void asksAMachineForLessWhereItsConfigurationSaysSo() {
    var guest = new GuestLab();
    try (var lab = new SnapshotLab(folder)) {
      Vmx vmx = lab.machine.vmx();
      vmx.put("vcsnap.quiesce.level", "fileSystem");
      lab.machine.save(vmx, guest.timers.now());
      int uid = create(lab, guest);
      assertThat(lab.machine.state(uid).details()).containsEntry("consistency", "fileSystem");
      assertThat(guest.work).containsExactly("file systems frozen", "file systems thawed");
    }
  }

  @Test
  @Rule(value = "A8", says = "With memory the guest is not frozen.", by = Witness.KNOWLEDGE_BASE)
  void leavesTheGuestAloneWhenMemoryIsTaken() {
    var guest = new GuestLab();
    try (var lab = new SnapshotLab(folder)) {
      lab.quiescer = guest.service();
      int uid =
          lab.snapshots.create(
              lab.machine, new SnapshotRequest("both", "", true, true), percent -> {});
      assertThat(lab.machine.state(uid).quiesced()).isFalse();
      assertThat(guest.work).isEmpty();
    }
  }

  @Test
  @Rule(
      value = "A40",
      says = "The guest's error code and message are told with the fault.",
      by = Witness.OBSERVED)
  void failingScriptFailsTheSnapshot() {
    var guest = new GuestLab("script-exits=3", Family.LINUX);
    try (var lab = new SnapshotLab(folder)) {
      assertThatThrownBy(() -> create(lab, guest))
          .isInstanceOfSatisfying(
              VimException.class,
              e -> {
                assertThat(e.fault()).isInstanceOf(ApplicationQuiesceFault.class);
                assertThat(e)
                    .hasMessage(
                        "An error occurred while saving the snapshot: Failed to quiesce the"
                            + " virtual machine.");
                assertThat(((ApplicationQuiesceFault) e.fault()).faultMessage.getLast().message)
                    .isEqualTo(
                        "The guest OS has reported an error during quiescing. The error code was:"
                            + " 2 The error message was: Custom quiesce script failed.");
              });
      assertThat(guest.lines("vm-1"))
          .containsExactly(
              "0.0 GUEST reset 0",
              "0.0 HOST vmbackup.start 0",
              "1.0 GUEST req.error 2 Custom quiesce script failed.",
              "1.0 GUEST req.error 5 'VmBackupOnFreeze' operation failed.",
              "2.0 GUEST req.done 0");
      nothingIsLeft(lab, guest);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Family.class,
      names = {"LINUX", "WINDOWS"})
  void aThawThatComesLateLeavesTheNextFreezeAlone(Family family) {
    var guest = new GuestLab("late-thaw=16m", family);
    try (var lab = new SnapshotLab(folder)) {
      Instant begun = guest.timers.now();
      assertThatThrownBy(() -> create(lab, guest)).isInstanceOf(VimException.class);
      guest.guests.behave(lab.machine, "");
      guest.timers.advance(
          Duration.between(guest.timers.now(), begun.plus(Duration.ofSeconds(16 * 60 - 4))));
      try (Quiescing next = guest.service().begin(lab.machine, QuiesceSpec.DEFAULT)) {
        next.freeze();
        guest.timers.advance(Duration.ofSeconds(6));
        assertThat(guest.isThawed()).as("%s", guest.work).isFalse();
        next.thaw();
        assertThat(next.finish().steps()).isNotEmpty();
      }
      assertThat(guest.isThawed()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "script-exits=1, guestError",
    "thaw-script-exits=1, guestError",
    "script-hangs, timedOut",
    "freeze-fails, guestError",
    "flush=16m, timedOut",
    "thaws-early=0ms, notFrozen",
    "late-thaw=16m, timedOut",
    "lost=freezing, lost",
    "lost=frozen, lost",
    "lost=thawing, lost",
    "silent=freezing, lost",
    "silent=frozen, lost",
    "silent=thawing, lost"
  })
  @Rule(
      value = "A41",
      says =
          "When quiescing fails there is no snapshot, no delta, and the current one is as before.",
      by = Witness.DOCUMENT)
  void whateverTheGuestDoesNothingIsLeftAndItThaws(String behaviour, String outcome) {
    var guest = new GuestLab(behaviour, Family.LINUX);
    try (var lab = new SnapshotLab(folder)) {
      lab.fill(7);
      assertThatThrownBy(() -> create(lab, guest)).isInstanceOf(VimException.class);
      assertThat(guest.ended).extracting(Trace::outcome).containsExactly(outcome);
      guest.timers.advance(Duration.ofMinutes(20));
      nothingIsLeft(lab, guest);
      assertThat(lab.byteAt(12345)).isEqualTo(7);
      // The guest can be quiesced again unless it misbehaves again.
      assertThat(lab.diskFiles()).containsExactly("VM-flat.vmdk", "VM.vmdk");
    }
  }

  @Test
  void silentGuestIsGivenUpAfterTenSeconds() {
    var guest = new GuestLab("silent=freezing", Family.LINUX);
    try (var lab = new SnapshotLab(folder)) {
      assertThatThrownBy(() -> create(lab, guest)).isInstanceOf(VimException.class);
      assertThat(guest.lines("vm-1"))
          .containsExactly(
              "0.0 GUEST reset 0",
              "0.0 HOST vmbackup.start 0",
              "10.0 HOST vmbackup.abort 1 The agent does not answer.");
    }
  }

  @Test
  void serverThatStopsWaitsForNoGuest() {
    var guest = new GuestLab("script-hangs", Family.LINUX);
    try (var lab = new SnapshotLab(folder)) {
      QuiesceService service = guest.service();
      lab.quiescer = service;
      guest.timers.after(Duration.ofMillis(4500), service::close);
      assertThatThrownBy(() ->
              lab.snapshots.create(
                  lab.machine, new SnapshotRequest("quiesced", "", false, true), percent -> {}))
          .isInstanceOf(VimException.class);
      assertThat(guest.lines("vm-1")).contains("4.5 HOST vmbackup.abort 0", "5.0 GUEST req.done 0");
      nothingIsLeft(lab, guest);
    }
  }

  @Test
  void specSaysHowLongToWait() {
    var guest = new GuestLab("flush=7m", Family.LINUX);
    try (var lab = new SnapshotLab(folder)) {
      lab.quiescer = guest.service();
      var spec = new QuiesceSpec(Optional.of(Duration.ofMinutes(6)), Optional.empty());
      assertThatThrownBy(() ->
              lab.snapshots.create(
                  lab.machine,
                  new SnapshotRequest("quiesced", "", false, Optional.of(spec)),
                  percent -> {}))
          .isInstanceOf(VimException.class);
      assertThat(guest.lines("vm-1"))
          .anyMatch(line -> line.startsWith("360.0 GUEST req.aborted 4"));
      guest.timers.advance(Duration.ofMinutes(2));
      nothingIsLeft(lab, guest);
    }
  }

  @Test
  @Rule(
      value = "A19",
      says = "A file in the delta's way fails the snapshot before the guest is asked to freeze.",
      by = Witness.OBSERVED)
  void fileInTheWayIsNoticedBeforeTheGuestFreezes() throws IOException {
    var guest = new GuestLab();
    try (var lab = new SnapshotLab(folder)) {
      Path leftover = lab.machine.files().fileOf("VM-000001-ctk.vmdk");
      Files.writeString(leftover, "stale");
      assertThatThrownBy(() -> create(lab, guest)).isInstanceOf(VimException.class);
      assertThat(guest.work).isEmpty();
      Files.delete(leftover);
    }
  }

  @Test
  @Rule(
      value = "A39",
      says = "A guest that was no longer frozen is a FilesystemQuiesceFault.",
      by = Witness.DOCUMENT)
  void guestThatThawedByItselfIsAFilesystemFault() {
    var guest = new GuestLab("thaws-early=0ms", Family.LINUX);
    try (var lab = new SnapshotLab(folder)) {
      assertThatThrownBy(() -> create(lab, guest))
          .isInstanceOfSatisfying(
              VimException.class,
              e -> assertThat(e.fault()).isInstanceOf(FilesystemQuiesceFault.class));
    }
  }

  @Test
  void startTakesBackWhatTheGuestWasFrozenFor() {
    try (var lab = new SnapshotLab(folder)) {
      lab.fill(7);
      int uid = create(lab, new GuestLab());
      Vmsn state = lab.machine.state(uid);
      lab.machine.save(
          uid, new Vmsn(state.vmx(), state.powerState(), false, false, Map.of("quiescing", "1")));
      lab.write(0, 4096, 8);
    }
    try (var lab = new SnapshotLab(folder)) {
      assertThat(lab.machine.snapshots().snapshots()).isEmpty();
      assertThat(lab.machine.consolidationNeeded()).isFalse();
      assertThat(lab.chain()).containsExactly("VM.vmdk");
      assertThat(lab.byteAt(100)).isEqualTo(8);
      assertThat(lab.byteAt(5000)).isEqualTo(7);
      assertThat(lab.machine.files().names().existing())
          .noneMatch(name -> name.contains("Snapshot") || name.contains("manifest"));
    }
  }

  private static int create(SnapshotLab lab, GuestLab guest) {
    lab.quiescer = guest.service();
    return lab.snapshots.create(
        lab.machine, new SnapshotRequest("quiesced", "", false, true), percent -> {});
  }

  private static void nothingIsLeft(SnapshotLab lab, GuestLab guest) {
    assertThat(lab.machine.snapshots().snapshots()).isEmpty();
    assertThat(lab.machine.snapshots().currentUid()).isZero();
    assertThat(lab.chain()).containsExactly("VM.vmdk");
    assertThat(lab.machine.files().names().existing())
        .noneMatch(name -> name.contains("Snapshot") || name.contains("000001"));
    assertThat(guest.isThawed()).as("%s", guest.work).isTrue();
  }
}
