package dev.vcsnap.ovf;

/**
 * The numbers that CIM gives to operating systems, for the guests that vSphere knows. Only a few
 * are told apart: vSphere's own id, which stands beside the number, says it exactly.
 */
final class OperatingSystems {

  private static final int OTHER = 1;
  private static final int LINUX = 36;
  private static final int LINUX_64 = 101;
  private static final int OTHER_64 = 102;
  private static final int WINDOWS_SERVER = 112;
  private static final int WINDOWS = 69;

  private OperatingSystems() {}

  static int numberOf(String guestId) {
    boolean is64 = guestId.contains("64");
    if (guestId.startsWith("windows") || guestId.startsWith("win")) {
      return guestId.contains("srv") || guestId.contains("Net") ? WINDOWS_SERVER : WINDOWS;
    }
    if (guestId.startsWith("otherGuest")) {
      return is64 ? OTHER_64 : OTHER;
    }
    return isUnix(guestId) ? OTHER : is64 ? LINUX_64 : LINUX;
  }

  private static boolean isUnix(String guestId) {
    return guestId.startsWith("darwin")
        || guestId.startsWith("freebsd")
        || guestId.startsWith("solaris")
        || guestId.startsWith("vmkernel");
  }
}
