package dev.vcsnap.guest.rpc;

import dev.vcsnap.quiesce.QuiesceOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Spells the request {@code vmbackup.startWithOpts} in XDR (RFC 4506), in its first version, which
 * Tools on Linux and on Windows understand. What only VSS knows has no place in it.
 */
final class StartOptions {

  private static final byte[] COMMAND =
      "vmbackup.startWithOpts ".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int SCRIPT_ARG_BYTES_MAX = 256;
  private static final int VOLUMES_BYTES_MAX = 3200;
  private static final int UNIT_BYTES = 4;
  private static final int NUMBERS = 8;

  private StartOptions() {}

  /** The whole request. */
  static byte[] request(QuiesceOptions options) {
    byte[] argument = bytes("scriptArg", options.scriptArg(), SCRIPT_ARG_BYTES_MAX);
    byte[] disks = bytes("diskUuids", String.join(" ", options.diskUuids()), VOLUMES_BYTES_MAX);
    ByteBuffer out =
        ByteBuffer.allocate(
            COMMAND.length + NUMBERS * UNIT_BYTES + sizeOf(argument) + sizeOf(disks));
    out.put(COMMAND).putInt(VERSION).putInt(1);
    put(out, options.createManifest());
    put(out, options.quiesceApps());
    put(out, options.quiesceFs());
    put(out, options.writableSnapshot());
    put(out, options.execScripts());
    put(out, argument);
    out.putInt(Math.toIntExact(options.timeout().toSeconds()));
    put(out, disks);
    return out.array();
  }

  private static byte[] bytes(String name, String text, int max) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > max) {
      throw new IllegalArgumentException(
          "%s has %d bytes; at most %d are taken".formatted(name, bytes.length, max));
    }
    return bytes;
  }

  private static int sizeOf(byte[] bytes) {
    return UNIT_BYTES + bytes.length + padding(bytes);
  }

  private static int padding(byte[] bytes) {
    return -bytes.length & (UNIT_BYTES - 1);
  }

  private static void put(ByteBuffer out, boolean value) {
    out.putInt(value ? 1 : 0);
  }

  private static void put(ByteBuffer out, byte[] bytes) {
    out.putInt(bytes.length).put(bytes);
    out.position(out.position() + padding(bytes));
  }
}
