package dev.vcsnap.inventory;

import dev.vcsnap.vim.GuestDiskInfo;
import dev.vcsnap.vim.GuestNicInfo;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What VMware Tools in a machine's guest tell about it.
 *
 * @param state whether they are there and run
 * @param version as Tools number themselves, e.g. 12352 for 12.2.0; 0 when they are not there
 * @param family the kind of operating system
 * @param guestId the system in the words of {@code guestId}; null to go by the configuration
 * @param fullName the system's name for people; null to go by the configuration
 * @param hostName null when not known
 * @param ipAddress null when not known
 * @param nics the network adapters that the guest sees
 * @param disks the file systems that the guest has mounted
 */
public record GuestTools(
    State state,
    int version,
    Family family,
    @Nullable String guestId,
    @Nullable String fullName,
    @Nullable String hostName,
    @Nullable String ipAddress,
    List<GuestNicInfo> nics,
    List<GuestDiskInfo> disks) {

  /** A guest without Tools. */
  public static final GuestTools NONE =
      new GuestTools(State.NOT_INSTALLED, 0, Family.OTHER, null, null, null, null);

  /** Tools that tell nothing about adapters and file systems. */
  public GuestTools(
      State state,
      int version,
      Family family,
      @Nullable String guestId,
      @Nullable String fullName,
      @Nullable String hostName,
      @Nullable String ipAddress) {
    this(state, version, family, guestId, fullName, hostName, ipAddress, List.of(), List.of());
  }

  /** Whether Tools are there. */
  public enum State {
    NOT_INSTALLED,
    NOT_RUNNING,
    RUNNING
  }

  /** Kinds of operating systems that quiesce in different ways. */
  public enum Family {
    LINUX("linuxGuest"),
    WINDOWS("windowsGuest"),
    OTHER("otherGuestFamily");

    private final String wireName;

    Family(String wireName) {
      this.wireName = wireName;
    }

    /** As {@code guest.guestFamily} has it. */
    public String wireName() {
      return wireName;
    }

    /** The family of a system that is known by its {@code guestId}. */
    public static Family ofGuestId(String guestId) {
      String id = guestId.toLowerCase(Locale.ROOT);
      if (id.startsWith("win")) {
        return WINDOWS;
      }
      return id.matches(
              "(debian|ubuntu|rhel|centos|sles|suse|opensuse|fedora|oracle|asianux|amazon|rocky|alma"
                  + "|photon|vmwarephoton|coreos|crx|other.*linux|redhat|mandrake|mandriva|turbolinux"
                  + "|linux|genericlinux).*")
          ? LINUX
          : OTHER;
    }
  }

  public boolean running() {
    return state == State.RUNNING;
  }
}
