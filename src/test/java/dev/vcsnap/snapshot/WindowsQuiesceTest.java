package dev.vcsnap.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.guest.simulated.GuestLab;
import dev.vcsnap.guest.simulated.VssWriterStatus;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.quiesce.QuiesceSpec;
import dev.vcsnap.quiesce.Quiescing;
import dev.vcsnap.quiesce.VssOptions;
import dev.vcsnap.vim.ApplicationQuiesceFault;
import dev.vcsnap.vim.FilesystemQuiesceFault;
import dev.vcsnap.vim.VimException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WindowsQuiesceTest {

  @TempDir Path folder;

  @Test
  void waitsForTheHostToReadTheManifests() {
    var guest = new GuestLab("", Family.WINDOWS);
    try (var lab = new SnapshotLab(folder)) {
      create(lab, guest, QuiesceSpec.DEFAULT);
      assertThat(guest.lines("vm-1"))
          .containsExactly(
              "0.0 GUEST reset 0",
              "0.0 HOST vmbackup.start 0",
              "2.0 GUEST prov.snapshotCommit 0",
              "2.0 HOST vmbackup.snapshotDone 0",
              "4.0 GUEST req.manifest 0 C:\\Windows\\Temp\\vmware\\vss_manifests.zip",
              "4.0 HOST vmbackup.snapshotCompleted 0",
              "5.0 GUEST req.done 0");
      assertThat(guest.isThawed()).isTrue();
      assertThat(guest.guests.writers(lab.machine))
          .allMatch(writer -> writer.state().equals("[1] Stable"));
    }
  }

  @Test
  @Rule(
      value = "A50",
      says =
          "Applications on Windows are quiesced only with disk.EnableUUID; else the file systems"
              + " are.",
      by = Witness.KNOWLEDGE_BASE)
  void applicationsNeedDisksThatTellTheirUuid() {
    var guest = new GuestLab("", Family.WINDOWS);
    try (var lab = new SnapshotLab(folder)) {
      int without = create(lab, guest, QuiesceSpec.DEFAULT);
      assertThat(lab.machine.state(without).details()).containsEntry("consistency", "fileSystem");
      assertThat(guest.work).doesNotContain("application frozen");
      enableUuid(lab);
      int with = create(lab, guest, QuiesceSpec.DEFAULT);
      assertThat(lab.machine.state(with).details()).containsEntry("consistency", "application");
      assertThat(guest.work).contains("application frozen");
    }
  }

  @Test
  @Rule(
      value = "A47",
      says =
          "vss.disableAppQuiescing leaves applications out of the shadow copy; without enableVSS"
              + " there is none.",
      by = Witness.SOURCE)
  void toolsConfSaysHowMuchOfVssIsUsed() {
    var guest = new GuestLab("", Family.WINDOWS);
    try (var lab = new SnapshotLab(folder)) {
      enableUuid(lab);
      toolsConf(lab, "vss.disableAppQuiescing=true");
      int uid = create(lab, guest, QuiesceSpec.DEFAULT);
      assertThat(lab.machine.state(uid).details()).containsEntry("consistency", "fileSystem");
      assertThat(guest.work).doesNotContain("application frozen").contains("file systems frozen");
      toolsConf(lab, "enableVSS=false");
      assertThatThrownBy(() -> create(lab, guest, QuiesceSpec.DEFAULT))
          .isInstanceOf(VimException.class);
      assertThat(lab.machine.snapshots().snapshots()).hasSize(1);
      assertThat(guest.isThawed()).isTrue();
    }
  }

  private static void toolsConf(SnapshotLab lab, String text) {
    Vmx vmx = lab.machine.vmx();
    vmx.put("vcsnap.guest.tools-conf", text);
    lab.machine.save(vmx, lab.clock.now());
  }

  @Test
  @Rule(
      value = "A48",
      says =
          "A Windows guest's manifests are a zip with the backup components and each writer's"
              + " document, kept with the snapshot.",
      by = Witness.OBSERVED)
  void keepsTheManifestsOfTheWriters() throws IOException {
    var guest = new GuestLab("", Family.WINDOWS);
    try (var lab = new SnapshotLab(folder)) {
      enableUuid(lab);
      var spec =
          new QuiesceSpec(
              Optional.empty(), Optional.of(new VssOptions(1, true, false, "ctx_backup")));
      int uid = create(lab, guest, spec);
      Map<String, String> documents = unzip(lab.machine.files().readFile("VM-vss_manifests1.zip"));
      assertThat(documents.get("backup.xml"))
          .contains("backupType=\"full\"", "bootableSystemStateBackup=\"yes\"");
      assertThat(documents.values()).anyMatch(text -> text.contains("\"SqlServerWriter\""));
      lab.remove(uid);
      assertThat(lab.machine.files().names().existing()).noneMatch(name -> name.endsWith(".zip"));
    }
  }

  @Test
  void writerThatFailsIsSeenInItsState() {
    var guest = new GuestLab("writer-error=SqlServerWriter", Family.WINDOWS);
    try (var lab = new SnapshotLab(folder)) {
      enableUuid(lab);
      assertThatThrownBy(() -> create(lab, guest, QuiesceSpec.DEFAULT))
          .isInstanceOfSatisfying(
              VimException.class,
              e -> assertThat(e.fault()).isInstanceOf(ApplicationQuiesceFault.class));
      assertThat(guest.guests.writers(lab.machine))
          .contains(
              new VssWriterStatus(
                  "SqlServerWriter",
                  "{a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}",
                  "[9] Failed",
                  "Non-retryable error"));
      assertThat(guest.isThawed()).isTrue();
      assertThat(lab.machine.snapshots().snapshots()).isEmpty();
    }
  }

  @Test
  @Rule(
      value = "A38",
      says =
          "A host that needs longer than VSS holds off I/O tells that the time limit was exceeded.",
      by = Witness.KNOWLEDGE_BASE)
  void hostThatIsTooSlowMissesTheHold() {
    var guest = new GuestLab("", Family.WINDOWS);
    try (var lab = new SnapshotLab(folder);
        Quiescing quiescing = guest.service().begin(lab.machine, QuiesceSpec.DEFAULT)) {
      quiescing.freeze();
      guest.timers.advance(Duration.ofSeconds(11));
      quiescing.thaw();
      assertThatThrownBy(quiescing::finish)
          .hasMessageContaining(
              "exceeded the time limit for holding off I/O in the frozen virtual machine.")
          .isInstanceOfSatisfying(
              VimException.class,
              e -> assertThat(e.fault()).isInstanceOf(FilesystemQuiesceFault.class));
      assertThat(guest.isThawed()).isTrue();
    }
  }

  @Test
  void writersStayFrozenForOneMinuteAtMost() {
    var guest = new GuestLab("writer-freeze=61s", Family.WINDOWS);
    try (var lab = new SnapshotLab(folder)) {
      enableUuid(lab);
      assertThatThrownBy(() -> create(lab, guest, QuiesceSpec.DEFAULT))
          .isInstanceOf(VimException.class);
      assertThat(guest.guests.writers(lab.machine))
          .anyMatch(writer -> writer.lastError().equals("Timed out"));
      assertThat(guest.isThawed()).isTrue();
    }
  }

  private static int create(SnapshotLab lab, GuestLab guest, QuiesceSpec spec) {
    lab.quiescer = guest.service();
    return lab.snapshots.create(
        lab.machine, new SnapshotRequest("quiesced", "", false, Optional.of(spec)), percent -> {});
  }

  private static void enableUuid(SnapshotLab lab) {
    Vmx vmx = lab.machine.vmx();
    vmx.putFlag("disk.EnableUUID", true);
    lab.machine.save(vmx, lab.clock.now());
  }

  private static Map<String, String> unzip(byte[] archive) throws IOException {
    Map<String, String> documents = new LinkedHashMap<>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(archive), StandardCharsets.UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        documents.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return documents;
  }
}
