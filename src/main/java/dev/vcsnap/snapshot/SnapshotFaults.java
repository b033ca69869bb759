package dev.vcsnap.snapshot;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.vim.DeltaDiskFormatNotSupported;
import dev.vcsnap.vim.GenericVmConfigFault;
import dev.vcsnap.vim.InvalidDiskFormat;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MemorySnapshotOnIndependentDisk;
import dev.vcsnap.vim.MultiWriterNotSupported;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.SharedBusControllerNotSupported;
import dev.vcsnap.vim.SnapshotDisabled;
import dev.vcsnap.vim.SnapshotIncompatibleDeviceInVm;
import dev.vcsnap.vim.SnapshotLocked;
import dev.vcsnap.vim.SnapshotNoChange;
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

  /** Rule A14. */
  static VimException noChange() {
    return new VimException(
        new SnapshotNoChange(),
        "An error occurred while taking a snapshot: The state of the virtual machine has not"
            + " changed since the last snapshot operation.");
  }

  /** Rule A16: the bus of a controller is shared with other machines. */
  static VimException sharedBus(String controller) {
    var cause = new SharedBusControllerNotSupported();
    cause.device = controller;
    return incompatible(
        new VimException(
            cause, "The controller '" + controller + "' shares its bus with other machines."));
  }

  /** Rule A16: other machines may write the disk. */
  static VimException multiWriter(String disk) {
    var cause = new MultiWriterNotSupported();
    cause.device = disk;
    return incompatible(
        new VimException(cause, "The disk '" + disk + "' is shared by several writers."));
  }

  private static VimException incompatible(VimException cause) {
    var fault = new SnapshotIncompatibleDeviceInVm();
    fault.fault = cause.localized();
    return new VimException(
        fault,
        "The virtual machine has a device that no snapshot can be taken of: " + cause.getMessage());
  }

  static VimException noSnapshot() {
    return new VimException(new NotFound(), "The virtual machine has no current snapshot.");
  }
}
