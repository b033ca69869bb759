package dev.vcsnap.hardware;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a disk or a drive hangs.
 *
 * @param bus the kind of bus
 * @param number which of the machine's buses of that kind
 * @param unit the place on it
 */
public record Place(Bus bus, int number, int unit) {

  private static final Pattern NODE = Pattern.compile("([a-z]+)(\\d{1,2}):(\\d{1,2})");

  /** Reads a node as .vmx keys spell it, e.g. {@code scsi0:0}; empty if no machine has it. */
  public static Optional<Place> find(String node) {
    Matcher match = NODE.matcher(node);
    if (!match.matches()) {
      return Optional.empty();
    }
    return Bus.named(match.group(1))
        .map(bus ->
            new Place(bus, Integer.parseInt(match.group(2)), Integer.parseInt(match.group(3))))
        .filter(place -> place.number < place.bus.buses() && place.bus.takes(place.unit));
  }

  /** As {@link #find}, for a node that is known to be right. */
  public static Place of(String node) {
    return find(node)
        .orElseThrow(() -> new IllegalArgumentException("'" + node + "' is no node of a machine"));
  }

  /** The spelling in .vmx keys. */
  public String node() {
    return bus.name(number) + ":" + unit;
  }

  /** The device's key, e.g. 2000 for {@code scsi0:0}. */
  public int key() {
    return bus.deviceKey(number, unit);
  }

  int controllerKey() {
    return bus.controllerKey(number);
  }
}
