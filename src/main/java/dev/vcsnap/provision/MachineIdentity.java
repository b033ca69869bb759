package dev.vcsnap.provision;

import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.HardwareVersion;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives a new machine its identity and the hardware that it has before any device is added. */
final class MachineIdentity {

  private final Clock clock;
  private final Ids ids;

  MachineIdentity(Clock clock, Ids ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /** The configuration of a machine without devices, from what only its creation can set. */
  Vmx of(String name, String baseName, VirtualMachineConfigSpec spec) {
    var vmx = new Vmx();
    vmx.put(".encoding", "UTF-8");
    vmx.put("config.version", "8");
    vmx.put("virtualHW.version", version(spec.version));
    vmx.put("displayName", name);
    vmx.put("guestOS", "other");
    vmx.put("numvcpus", "1");
    vmx.put("memSize", "32");
    vmx.put("nvram", baseName + ".nvram");
    identify(vmx, spec);
    return vmx;
  }

  /** A new identity, or the one that the specification gives. */
  void identify(Vmx vmx, @Nullable VirtualMachineConfigSpec spec) {
    vmx.put("uuid.bios", uuid(spec == null ? null : spec.uuid, "configSpec.uuid"));
    vmx.put("uuid.location", uuid(spec == null ? null : spec.locationId, "configSpec.locationId"));
    vmx.put("vc.uuid", uuid(spec == null ? null : spec.instanceUuid, "configSpec.instanceUuid"));
    vmx.put("vm.createDate", clock.now().toString());
  }

  /** An address from the range in which a vCenter chooses. */
  String macAddress() {
    UUID random = ids.uuid();
    long bits = random.getLeastSignificantBits();
    return String.format(
        Locale.ROOT,
        "00:50:56:%02x:%02x:%02x",
        0x80 | (bits & 0x3f),
        (bits >> 8) & 0xff,
        (bits >> 16) & 0xff);
  }

  private String uuid(@Nullable String wanted, String property) {
    if (wanted == null || wanted.isEmpty()) {
      return Ids.spaced(ids.uuid());
    }
    return Ids.spaced(Ids.parse(wanted).orElseThrow(() -> Faults.invalidArgument(property)));
  }

  private static String version(@Nullable String wanted) {
    if (wanted == null || wanted.isEmpty()) {
      return Integer.toString(HardwareVersion.USUAL);
    }
    return Integer.toString(
        HardwareVersion.parse(wanted)
            .orElseThrow(() -> Faults.invalidArgument("configSpec.version")));
  }
}
