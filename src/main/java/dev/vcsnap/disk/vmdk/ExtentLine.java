package dev.vcsnap.disk.vmdk;

import dev.vcsnap.disk.block.BlockError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One row of a descriptor's extent description: {@code RW 131072 SESPARSE
 * "VM-000001-sesparse.vmdk"}.
 *
 * @param access RW, RDONLY or NOACCESS
 * @param sectors length in sectors of 512 bytes
 * @param type FLAT, VMFS, SPARSE, VMFSSPARSE, SESPARSE, ZERO, ...
 * @param fileName the extent's file, empty for ZERO
 * @param offsetSectors where the extent starts in its file; only FLAT may have one
 */
public record ExtentLine(
    String access, long sectors, String type, String fileName, long offsetSectors) {

  /** 64 TiB, the longest that any format of an extent can describe. */
  public static final long MAXIMUM_SECTORS = 64L << (40 - 9);

  private static final Pattern FORM =
      Pattern.compile(
          "(RW|RDONLY|NOACCESS)\\s+(\\d{1,18})\\s+([A-Z]{1,16})(?:\\s+\"([^\"]{1,511})\"(?:\\s+(\\d{1,18}))?)?");

  static boolean looksLike(String line) {
    return line.startsWith("RW ") || line.startsWith("RDONLY ") || line.startsWith("NOACCESS ");
  }

  static ExtentLine parse(String line) {
    Matcher matcher = FORM.matcher(line);
    if (!matcher.matches()) {
      throw new BlockError(
          BlockError.Kind.CORRUPT, "the extent line '%s' is not understood".formatted(line));
    }
    String fileName = matcher.group(4);
    String offset = matcher.group(5);
    if (fileName == null && !matcher.group(3).equals("ZERO")) {
      throw new BlockError(
          BlockError.Kind.CORRUPT, "the extent line '%s' names no file".formatted(line));
    }
    return new ExtentLine(
        matcher.group(1),
        bounded(matcher.group(2), line),
        matcher.group(3),
        fileName == null ? "" : fileName,
        offset == null ? 0 : bounded(offset, line));
  }

  private static long bounded(String digits, String line) {
    long sectors = Long.parseLong(digits);
    if (sectors > MAXIMUM_SECTORS) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          "the extent line '%s' passes the %d sectors that are read"
              .formatted(line, MAXIMUM_SECTORS));
    }
    return sectors;
  }

  String text() {
    String row = access + " " + sectors + " " + type;
    if (!fileName.isEmpty()) {
      row += " \"" + fileName + "\"";
    }
    return type.equals("FLAT") || offsetSectors != 0 ? row + " " + offsetSectors : row;
  }
}
