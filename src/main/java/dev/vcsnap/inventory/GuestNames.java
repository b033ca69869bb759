package dev.vcsnap.inventory;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The names that people read for guest operating systems. */
final class GuestNames {

  private static final Map<String, String> FULL_NAMES =
      Map.of(
          "otherGuest", "Other (32-bit)",
          "otherGuest64", "Other (64-bit)",
          "debian12_64Guest", "Debian GNU/Linux 12 (64-bit)",
          "ubuntu64Guest", "Ubuntu Linux (64-bit)",
          "rhel9_64Guest", "Red Hat Enterprise Linux 9 (64-bit)",
          "otherLinux64Guest", "Other Linux (64-bit)",
          "windows2019srv_64Guest", "Microsoft Windows Server 2019 (64-bit)",
          "windows2019srvNext_64Guest", "Microsoft Windows Server 2022 (64-bit)");

  /** How ids begin of systems that belong to no family. */
  private static final Set<String> NEITHER =
      Set.of("dos", "ecomstation", "freebsd", "openserver", "os2", "other", "unixware", "vmkernel");

  private GuestNames() {}

  /** The family that a guest belongs to, as the interface names families. */
  static String family(String guestId) {
    String id = guestId.toLowerCase(Locale.ROOT);
    if (id.startsWith("win")) {
      return "windowsGuest";
    }
    if (id.startsWith("darwin")) {
      return "darwinGuestFamily";
    }
    if (id.startsWith("solaris")) {
      return "solarisGuest";
    }
    if (id.startsWith("netware")) {
      return "netwareGuest";
    }
    return NEITHER.stream().anyMatch(id::startsWith) && !id.contains("linux")
        ? "otherGuestFamily"
        : "linuxGuest";
  }

  /** The full name, or the id itself for a system that has none here. */
  static String fullName(String guestId) {
    return FULL_NAMES.getOrDefault(guestId, guestId);
  }
}
