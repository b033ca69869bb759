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
    return new ExtentLine(
        matcher.group(1),
        Long.parseLong(matcher.group(2)),
        matcher.group(3),
        fileName == null ? "" : fileName,
        offset == null ? 0 : Long.parseLong(offset));
  }

  String text() {
    String row = access + " " + sectors + " " + type;
    if (!fileName.isEmpty()) {
      row += " \"" + fileName + "\"";
    }
    return type.equals("FLAT") ? row + " " + offsetSectors : row;
  }
}
