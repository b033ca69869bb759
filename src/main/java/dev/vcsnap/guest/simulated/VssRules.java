package dev.vcsnap.guest.simulated;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.QuiesceOptions;
import dev.vcsnap.quiesce.VssOptions;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Which consistency VSS can reach in a machine (rule A50): applications need a server of 2008 or
 * later, disks that tell their UUIDs, and SCSI disks alone with a free place for each beside it.
 */
final class VssRules {

  private static final Pattern OLD_SERVER =
      Pattern.compile("win(Net|2000|XP|NT|95|98|Me|31).*", Pattern.CASE_INSENSITIVE);
  private static final Pattern DESKTOP =
      Pattern.compile("win(Vista|dows7|dows8|dows9|dows1[0-9])(_64)?Guest");

  /** A SCSI controller has 16 places, one of which is its own. */
  private static final int PLACES = 15;

  private VssRules() {}

  /** Why writers cannot take part; empty when they can. */
  static Optional<String> obstacle(VirtualMachine machine, QuiesceOptions options) {
    if (!options.quiesceApps()) {
      return Optional.of("applications were not asked for");
    }
    if (options.vss().map(VssOptions::context).orElse("").equals("ctx_file_share_backup")) {
      return Optional.of("the context is that of a file share backup");
    }
    String guest = machine.guestId();
    if (OLD_SERVER.matcher(guest).matches() || DESKTOP.matcher(guest).matches()) {
      return Optional.of("'" + guest + "' is no Windows Server 2008 or later");
    }
    Vmx vmx = machine.vmx();
    if (!vmx.flag("disk.EnableUUID")) {
      return Optional.of("disk.EnableUUID is not TRUE");
    }
    var disks = new TreeMap<String, Integer>();
    for (String node : machine.disks().keySet()) {
      if (!node.startsWith("scsi")) {
        return Optional.of("the disk '" + node + "' is not on a SCSI controller");
      }
      disks.merge(node.substring(0, node.indexOf(':')), 1, Integer::sum);
    }
    return disks.entrySet().stream()
        .filter(controller -> 2 * controller.getValue() > PLACES)
        .map(controller -> "'" + controller.getKey() + "' has not as many free places as disks")
        .findFirst();
  }
}
