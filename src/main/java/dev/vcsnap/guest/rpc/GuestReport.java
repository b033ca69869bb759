package dev.vcsnap.guest.rpc;

import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestTools.Family;
import dev.vcsnap.inventory.GuestTools.State;
import dev.vcsnap.vim.GuestDiskInfo;
import dev.vcsnap.vim.GuestNicInfo;
import dev.vcsnap.vim.NetIpConfigInfo;
import dev.vcsnap.vim.NetIpConfigInfoIpAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What Tools said of themselves and of their guest, as open-vm-tools 12.2.0 sends it: {@code
 * SetGuestInfo TYPE VALUE}, {@code SetGuestDiskInfo JSON}, {@code tools.set.versiontype}. Values of
 * types that are not read are accepted and left out.
 */
final class GuestReport {

  private static final int HOST_NAME = 1;
  private static final int OS_FULL_NAME = 5;
  private static final int OS_SHORT_NAME = 6;
  private static final int UPTIME = 7;
  private static final int NETWORK = 10;
  private static final int OS_DETAILED = 11;

  /** Of names that a guest gives. */
  private static final int TEXT_MAX = 255;

  private static final int DISKS_MAX = 256;

  /** In front of the names of a detailed report stands a version. */
  private static final int DETAILED_HEAD_BYTES = 4;

  private static final JsonMapper JSON = new JsonMapper();

  private int version;
  private @Nullable String hostName;
  private @Nullable String ipAddress;
  private @Nullable String shortName;
  private @Nullable String fullName;
  private List<NicList.Nic> nics = List.of();
  private List<GuestDiskInfo> disks = List.of();

  /** The version of Tools, as they count it: 12.2.0 is 12352. */
  synchronized void version(String told) {
    version = (int) Math.min(Integer.MAX_VALUE, number(told));
  }

  /** The address that the guest takes for its own. */
  synchronized void address(String told) {
    ipAddress = told.isEmpty() ? null : cut(told);
  }

  /**
   * Takes a report in.
   *
   * @param type the number behind the command
   * @param value what follows it, as it came
   */
  synchronized void take(int type, byte[] value) throws MalformedPacketException {
    switch (type) {
      case HOST_NAME -> hostName = text(value);
      case OS_FULL_NAME -> fullName = text(value);
      case OS_SHORT_NAME -> shortName = text(value);
      case NETWORK -> nics = NicList.parse(value);
      case OS_DETAILED -> detailed(value);
      default -> {}
    }
  }

  /** Whether a report can change what clients see: the time since the guest's start cannot. */
  static boolean shows(int type) {
    return type != UPTIME;
  }

  /** Two texts, padded with zeros, and details of which nothing is taken. */
  private void detailed(byte[] value) {
    if (value.length > DETAILED_HEAD_BYTES) {
      String text =
          new String(
              value,
              DETAILED_HEAD_BYTES,
              value.length - DETAILED_HEAD_BYTES,
              StandardCharsets.UTF_8);
      String[] parts = text.split("\0+", 3);
      if (parts.length > 1) {
        shortName = cut(parts[0]);
        fullName = cut(parts[1]);
      }
    }
  }

  /** The file systems, as a list in JSON. */
  void fileSystems(byte[] json) throws MalformedPacketException {
    List<GuestDiskInfo> list = new ArrayList<>();
    try {
      for (JsonNode node : JSON.readTree(text(json, json.length)).path("disks")) {
        if (list.size() == DISKS_MAX) {
          break;
        }
        var disk = new GuestDiskInfo();
        disk.diskPath = cut(node.path("name").asString(""));
        disk.capacity = number(node.path("size").asString(""));
        disk.freeSpace = number(node.path("free").asString(""));
        disk.filesystemType = cut(node.path("fsType").asString(""));
        list.add(disk);
      }
    } catch (JacksonException e) {
      throw new MalformedPacketException("a list of file systems that is no JSON");
    }
    synchronized (this) {
      disks = List.copyOf(list);
    }
  }

  /** What is known by now. */
  synchronized GuestTools tools(boolean running) {
    return new GuestTools(
        running ? State.RUNNING : version == 0 ? State.NOT_INSTALLED : State.NOT_RUNNING,
        version,
        shortName == null ? Family.LINUX : Family.ofGuestId(shortName),
        shortName == null ? null : shortName.replace("-64", "_64") + "Guest",
        fullName,
        hostName,
        ipAddress,
        nics.stream().map(GuestReport::adapter).toList(),
        disks);
  }

  private static GuestNicInfo adapter(NicList.Nic nic) {
    var info = new GuestNicInfo();
    info.macAddress = nic.mac();
    info.connected = true;
    // Which device of the machine it is, is not known here.
    info.deviceConfigId = -1;
    info.ipAddress = nic.addresses().stream().map(NicList.Address::text).toList();
    info.ipConfig = new NetIpConfigInfo();
    info.ipConfig.ipAddress = nic.addresses().stream().map(GuestReport::address).toList();
    return info;
  }

  private static NetIpConfigInfoIpAddress address(NicList.Address address) {
    var info = new NetIpConfigInfoIpAddress();
    info.ipAddress = address.text();
    info.prefixLength = address.prefixLength();
    info.state = "preferred";
    return info;
  }

  /** Of a guest's bytes up to a zero, at most {@link #TEXT_MAX} characters, without controls. */
  static String text(byte[] value) {
    return cut(text(value, value.length));
  }

  private static String text(byte[] value, int length) {
    int end = 0;
    while (end < length && value[end] != 0) {
      end++;
    }
    return new String(value, 0, end, StandardCharsets.UTF_8);
  }

  /** A text of a guest that can be shown and logged: short, and without control characters. */
  static String cut(String text) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), TEXT_MAX));
    text.codePoints()
        .limit(TEXT_MAX)
        .map(c -> Character.isISOControl(c) || isLone(c) ? '?' : c)
        .forEach(shown::appendCodePoint);
    return shown.toString();
  }

  /** Half of a pair cannot be written in any encoding. */
  private static boolean isLone(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  /** A number that is not negative; 0 for what is none. */
  static long number(String text) {
    try {
      return Math.max(0, Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
