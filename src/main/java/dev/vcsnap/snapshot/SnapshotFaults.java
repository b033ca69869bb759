package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.vim.DeltaDiskFormatNotSupported;
import dev.vcsnap.vim.GenericVmConfigFault;
import dev.vcsnap.vim.InvalidDiskFormat;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MemorySnapshotOnIndependentDisk;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.SnapshotDisabled;
import dev.vcsnap.vim.SnapshotLocked;
import dev.vcsnap.vim.TooManySnapshotLevels;
import dev.vcsnap.vim.VimException;
import java.util.List;

/** The refusals of the snapshot operations. */
final class SnapshotFaults {

  private SnapshotFaults() {}

  /** Rule A11. */
  static VimException tooManyLevels() {
    return new VimException(new TooManySnapshotLevels(), "Snapshot hierarchy is too deep.");
  }

  /** Rule A12. */
  static VimException tooMany() {
    var fault = new GenericVmConfigFault();
    fault.reason =
        "An error occurred while taking a snapshot: Exceeded the maximum number of permitted"
            + " snapshots.";
    var message = new LocalizableMessage();
    message.key = "msg.snapshot.vigor.take.error";
    message.message = fault.reason;
    fault.faultMessage = List.of(message);
    return new VimException(fault, fault.reason);
  }

  static VimException disabled() {
    return new VimException(
        new SnapshotDisabled(), "Snapshots are disabled for this virtual machine.");
  }

  static VimException locked() {
    return new VimException(new SnapshotLocked(), "Snapshots are locked for this virtual machine.");
  }

  static VimException independentDisk() {
    return new VimException(
        new MemorySnapshotOnIndependentDisk(),
        "A memory snapshot cannot be taken of a virtual machine with an independent disk.");
  }

  /** Rule A19. */
  static VimException leftover(DiskNames.Leftover leftover) {
    return new VimException(
        new InvalidDiskFormat(),
        "An error occurred while taking a snapshot: One or more disks are corrupted or of an"
            + " unsupported format: "
            + leftover.descriptor()
            + " cannot be made while "
            + String.join(", ", leftover.files())
            + " lies in its place.");
  }

  /** Rule F6. */
  static VimException noDeltaFormat(ManagedObjectReference datastore) {
    var fault = new DeltaDiskFormatNotSupported();
    fault.datastore = List.of(datastore);
    fault.deltaDiskFormat = "redoLogFormat";
    return new VimException(
        fault,
        "The delta disk format redoLogFormat is not supported on the datastore for a disk of 2 TB"
            + " or more.");
  }

  static VimException noSnapshot() {
    return new VimException(new NotFound(), "The virtual machine has no current snapshot.");
  }
}
