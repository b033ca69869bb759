package dev.vcsnap.guest.rpc;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the network adapters of a guest, as Tools describe them in the third version of their
 * format (nicinfo.x of open-vm-tools): the addresses are taken, the name servers checked for their
 * form and left out, the routes behind them not read.
 */
final class NicList {

  private static final int VERSION = 3;
  private static final int NICS_MAX = 16;
  private static final int ADDRESSES_MAX = 2048;
  private static final int TEXT_MAX = 255;
  private static final Pattern MAC = Pattern.compile("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}");

  private final XdrReader in;

  private NicList(XdrReader in) {
    this.in = in;
  }

  /**
   * An address.
   *
   * @param text as people write it
   * @param prefixLength bits
   */
  record Address(String text, int prefixLength) {}

  /**
   * An adapter.
   *
   * @param mac six pairs of digits with colons
   */
  record Nic(String mac, List<Address> addresses) {}

  static List<Nic> parse(byte[] xdr) throws MalformedPacketException {
    return new NicList(new XdrReader(ByteBuffer.wrap(xdr))).read();
  }

  private List<Nic> read() throws MalformedPacketException {
    int version = in.unsignedInt();
    if (version != VERSION || !in.bool()) {
      throw new MalformedPacketException("network adapters in the unknown version " + version);
    }
    int count = in.count(NICS_MAX);
    List<Nic> nics = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nics.add(nic());
    }
    return nics;
  }

  private Nic nic() throws MalformedPacketException {
    String mac = new String(in.bytes(TEXT_MAX), StandardCharsets.US_ASCII);
    if (!MAC.matcher(mac).matches()) {
      throw new MalformedPacketException("a hardware address that is none");
    }
    int count = in.count(ADDRESSES_MAX);
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = typedAddress();
      int prefix = in.count(128);
      skipOptionalInt();
      skipOptionalInt();
      if (!text.isEmpty()) {
        addresses.add(new Address(text, prefix));
      }
    }
    if (in.bool()) {
      skipNameService();
    }
    if (in.bool()) {
      typedAddress();
      typedAddress();
    }
    skipDhcp();
    skipDhcp();
    return new Nic(mac, List.copyOf(addresses));
  }

  /** An address as text; empty for one that is neither of IPv4 nor of IPv6. */
  private String typedAddress() throws MalformedPacketException {
    in.unsignedInt();
    byte[] bytes = in.bytes(TEXT_MAX);
    if (bytes.length != 4 && bytes.length != 16) {
      return "";
    }
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException e) {
      throw new MalformedPacketException("an address of " + bytes.length + " bytes");
    }
  }

  private void skipOptionalInt() throws MalformedPacketException {
    if (in.bool()) {
      in.unsignedInt();
    }
  }

  private void skipNameService() throws MalformedPacketException {
    for (int i = 0; i < 2; i++) {
      if (in.bool()) {
        in.bytes(TEXT_MAX);
      }
    }
    int servers = in.count(ADDRESSES_MAX);
    for (int i = 0; i < servers; i++) {
      typedAddress();
    }
    int suffixes = in.count(ADDRESSES_MAX);
    for (int i = 0; i < suffixes; i++) {
      in.bytes(TEXT_MAX);
    }
  }

  private void skipDhcp() throws MalformedPacketException {
    if (in.bool()) {
      in.bool();
      in.bytes(1 << 14);
    }
  }
}
