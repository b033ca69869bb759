package dev.vcsnap.event;

import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.VmDiscoveredEvent;

/**
 * Tells the machines that were there when a server began to log: as a vCenter does when it is given
 * a host with machines.
 */
final class DiscoveredMachines {

  /** A large inventory is not told one by one. */
  private static final int TOLD_MAX = 1_000;

  private DiscoveredMachines() {}

  /** Posts one event a machine, unless something was logged before. */
  static void tell(ObjectRegistry objects, EventService events, EventSubjects subjects) {
    if (events.latest() == null) {
      objects.all().stream()
          .filter(object -> object.type().isA("VirtualMachine"))
          .limit(TOLD_MAX)
          .forEach(
              machine -> events.post(subjects.about(new VmDiscoveredEvent(), machine.reference())));
    }
  }
}
