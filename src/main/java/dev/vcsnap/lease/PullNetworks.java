package dev.vcsnap.lease;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From which addresses files are fetched. Whoever may import could otherwise use the server to
 * reach what only it reaches: its own machine, and what clouds tell their machines.
 *
 * <p>Written as a list with commas of networks, such as {@code 10.0.0.0/8} or {@code ::1/128}, of
 * single addresses, {@code remote} for everything but this machine, link-local and multicast
 * addresses, and {@code any}. An empty list allows nothing.
 */
final class PullNetworks {

  /** Where clouds answer their machines, beside the link-local address: AWS, Alibaba, Azure. */
  private static final Set<InetAddress> CLOUDS =
      Set.of(
          InetAddress.ofLiteral("fd00:ec2::254"),
          InetAddress.ofLiteral("100.100.100.200"),
          InetAddress.ofLiteral("168.63.129.16"));

  private static final Pattern NETWORK = Pattern.compile("([0-9A-Fa-f.:]+)(?:/(\\d{1,3}))?");

  private final boolean remote;
  private final boolean any;
  private final List<Network> networks;

  /** The addresses that begin with the same bits. */
  private static final class Network {

    private final byte[] prefix;
    private final int bits;

    Network(byte[] prefix, int bits) {
      this.prefix = prefix;
      this.bits = bits;
    }

    boolean has(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      int whole = bits / 8;
      int mask = 0xff00 >> (bits % 8) & 0xff;
      return Arrays.equals(address, 0, whole, prefix, 0, whole)
          && (mask == 0 || (address[whole] & mask) == (prefix[whole] & mask));
    }
  }

  private PullNetworks(boolean remote, boolean any, List<Network> networks) {
    this.remote = remote;
    this.any = any;
    this.networks = networks;
  }

  /**
   * Reads the list.
   *
   * @throws IllegalArgumentException naming the part that is none of these
   */
  static PullNetworks parse(String text) {
    boolean remote = false;
    boolean any = false;
    List<Network> networks = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String word = part.strip();
      switch (word) {
        case "" -> {}
        case "remote" -> remote = true;
        case "any" -> any = true;
        default -> networks.add(network(word));
      }
    }
    return new PullNetworks(remote, any, List.copyOf(networks));
  }

  private static Network network(String word) {
    Matcher form = NETWORK.matcher(word);
    if (form.matches()) {
      try {
        byte[] prefix = InetAddress.ofLiteral(form.group(1)).getAddress();
        int most = prefix.length * 8;
        int bits = form.group(2) == null ? most : Integer.parseInt(form.group(2));
        if (bits <= most) {
          return new Network(prefix, bits);
        }
      } catch (IllegalArgumentException e) {
        // Falls through: it is no address.
      }
    }
    throw new IllegalArgumentException(
        "vcsnap.lease-pull-from has '%s'; expected a network such as 10.0.0.0/8, 'remote' or 'any'"
            .formatted(word));
  }

  /** Whether every address of a host may be fetched from. */
  boolean permit(InetAddress... addresses) {
    return Arrays.stream(addresses).allMatch(this::permits);
  }

  private boolean permits(InetAddress address) {
    byte[] bytes = address.getAddress();
    return any
        || networks.stream().anyMatch(network -> network.has(bytes))
        || (remote && isRemote(address));
  }

  private static boolean isRemote(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isAnyLocalAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !CLOUDS.contains(address)
        && !isOwn(address);
  }

  private static boolean isOwn(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      // Nobody knows; an address of this machine would be one too many.
      return true;
    }
  }
}
