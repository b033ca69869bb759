package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Vmx;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/** The keys of a .vmx that the machine itself is made of, and the readings of their values. */
final class VmxKeys {

  static final String CHANGE_TRACKING = "ctkEnabled";
  static final String SNAPSHOT_DISABLED = "snapshot.disabled";
  static final String SNAPSHOT_LOCKED = "snapshot.locked";

  /**
   * Which extension looks after the machine: keys of ours, as nothing is known of the real ones.
   */
  static final String MANAGED_BY = "managedBy.extensionKey";

  static final String MANAGED_TYPE = "managedBy.type";

  static final String VERSION = "virtualHW.version";

  /** What machines without a word of it have. */
  static final int HARDWARE_VERSION = 13;

  static final int MEMORY_MB = 32;
  static final String CREATE_DATE = "vm.createDate";

  /** The one system whose name in the API does not end in {@code Guest}. */
  private static final String OTHER_64_ID = "otherGuest64";

  private static final String OTHER_64 = "other-64";

  /**
   * What {@code extraConfig} does not repeat because the configuration has a member of its own for
   * it.
   */
  private static final Set<String> MODELLED =
      Set.of(
          ".encoding",
          "annotation",
          "checkpoint.vmstate",
          "config.version",
          "cpuid.corespersocket",
          "displayname",
          "firmware",
          "guestos",
          "guestosaltname",
          "managedby.extensionkey",
          "managedby.type",
          "memsize",
          "numvcpus",
          "snapshot.action",
          "snapshot.disabled",
          "snapshot.locked",
          "uuid.bios",
          "uuid.location",
          "vc.uuid",
          "virtualhw.version",
          "vm.createdate");

  private static final Pattern DEVICE =
      Pattern.compile(
          "((scsi|sata|ide|nvme)\\d+(:\\d+)?\\.(present|virtualDev|sharedBus|deviceType|fileName|mode|redo"
              + "|writeThrough|sharing|clientDevice|autodetect|startConnected|connected"
              + "|allowGuestConnectionControl)|sched\\.[a-z]+\\d+:\\d+\\.(shares|throughputCap)"
              + "|(usb|ehci|usb_xhci)\\.present|(ethernet|floppy|serial)\\d+\\..*)",
          Pattern.CASE_INSENSITIVE);

  private VmxKeys() {}

  static boolean isExtra(String key) {
    return !MODELLED.contains(key.toLowerCase(Locale.ROOT)) && !DEVICE.matcher(key).matches();
  }

  /** The key by which one disk is tracked or not. */
  static String changeTrackingOf(String node) {
    return node + ".ctkEnabled";
  }

  static boolean changeTracking(Vmx vmx) {
    return vmx.flag(CHANGE_TRACKING);
  }

  /** A number, or {@code fallback} where the key is missing or no number. */
  static int integer(Vmx vmx, String key, int fallback) {
    try {
      return Integer.parseInt(vmx.get(key).orElse("").trim());
    } catch (NumberFormatException e) {
      return fallback;
    }
  }

  static UUID uuid(Vmx vmx, String key) {
    String digits = vmx.get(key).orElse("").replaceAll("[^0-9a-fA-F]", "");
    if (digits.length() != 32) {
      return new UUID(0, 0);
    }
    return new UUID(
        Long.parseUnsignedLong(digits.substring(0, 16), 16),
        Long.parseUnsignedLong(digits.substring(16), 16));
  }

  static String displayName(Vmx vmx) {
    return vmx.get("displayName").orElse("");
  }

  /**
   * The API's name of the guest operating system: {@code otherGuest} where the file says {@code
   * other}.
   */
  static String guestId(Vmx vmx) {
    String guest = vmx.get("guestOS").orElse("other");
    if (guest.equals(OTHER_64)) {
      return OTHER_64_ID;
    }
    return guest.endsWith("-64")
        ? guest.substring(0, guest.length() - 3) + "64Guest"
        : guest + "Guest";
  }

  /** The file's name of the guest operating system that the API calls {@code guestId}. */
  static String guestOs(String guestId) {
    if (guestId.equals(OTHER_64_ID)) {
      return OTHER_64;
    }
    String guest = guestId.endsWith("Guest") ? guestId.substring(0, guestId.length() - 5) : guestId;
    return guest.endsWith("64") ? guest.substring(0, guest.length() - 2) + "-64" : guest;
  }
}
