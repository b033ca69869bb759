package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.inventory.SnapshotDetails;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.quiesce.QuiesceResult;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a snapshot's state file says of its guest: that it is not known yet whether the guest stayed
 * frozen until the disks were switched, later what consistency was reached.
 *
 * <p>A start that finds the first takes the snapshot back: nobody heard the guest's last word.
 */
final class QuiescedState {

  private static final String UNFINISHED = "quiescing";

  private QuiescedState() {}

  static void markUnfinished(Map<String, String> details) {
    details.put(UNFINISHED, "1");
  }

  static boolean isUnfinished(Vmsn state) {
    return state.details().containsKey(UNFINISHED);
  }

  /** Keeps what was reached, and the guest's manifest beside it (rules A48, A49). */
  static void keep(VirtualMachine machine, int uid, QuiesceResult result) {
    Vmsn before = machine.state(uid);
    Map<String, String> details = new TreeMap<>(before.details());
    details.remove(UNFINISHED);
    details.put(SnapshotDetails.CONSISTENCY, result.consistency().word());
    details.put(SnapshotDetails.FROZEN_WRITES, Long.toString(result.frozenWrites()));
    details.put(SnapshotDetails.HANDSHAKE, result.trace());
    result
        .frozen()
        .ifPresent(window -> {
          details.put(SnapshotDetails.FROZEN_FROM, window.from().toString());
          details.put(SnapshotDetails.FROZEN_UNTIL, window.until().toString());
        });
    result
        .manifest()
        .ifPresent(manifest -> {
          String base = machine.files().baseName();
          String name =
              manifest.windows()
                  ? DiskNames.vssManifests(base, uid)
                  : DiskNames.quiesceManifest(base, uid);
          machine.files().writeFile(name, manifest.content());
          details.put(SnapshotDetails.MANIFEST, name);
        });
    boolean quiesced = result.consistency() != Consistency.CRASH;
    machine.save(
        uid, new Vmsn(before.vmx(), before.powerState(), quiesced, before.memory(), details));
  }

  /** Deletes the manifest of a snapshot that goes, whichever it has. */
  static void deleteManifests(VirtualMachine machine, int uid) {
    String base = machine.files().baseName();
    machine.files().deleteFile(DiskNames.vssManifests(base, uid));
    machine.files().deleteFile(DiskNames.quiesceManifest(base, uid));
  }
}
