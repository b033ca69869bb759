package dev.vcsnap.lease;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One file of a tar archive, such as a disk of an OVA; read as it comes, so that nothing of the
 * archive is kept. The forms are those of POSIX: ustar with prefix, pax with {@code path} and
 * {@code size}, and GNU's long names and sizes beyond 8 GiB.
 */
final class TarMember extends FilterInputStream {

  private static final int BLOCK_BYTES = 512;
  private static final int MEMBERS_MAX = 10_000;
  private static final int EXTENSION_BYTES_MAX = 64 << 10;

  /** No disk is larger, whatever form it has. */
  private static final long MEMBER_BYTES_MAX = 64L << 40;

  private final long sizeBytes;
  private long leftBytes;

  private TarMember(InputStream archive, long sizeBytes) {
    super(archive);
    this.sizeBytes = sizeBytes;
    this.leftBytes = sizeBytes;
  }

  /** How large the file is. */
  long sizeBytes() {
    return sizeBytes;
  }

  /**
   * Reads an archive up to the beginning of a file.
   *
   * @param archiveBytes how large the archive is; -1 if nobody knows
   * @param name as it stands in the archive; a leading {@code ./} makes no difference
   * @return null if there is no such file
   * @throws IOException also for what is no tar archive
   */
  static @Nullable TarMember find(InputStream archive, long archiveBytes, String name)
      throws IOException {
    long most = archiveBytes < 0 ? MEMBER_BYTES_MAX : Math.min(archiveBytes, MEMBER_BYTES_MAX);
    String longName = null;
    long longSize = -1;
    for (int members = 0; members < MEMBERS_MAX; members++) {
      byte[] header = archive.readNBytes(BLOCK_BYTES);
      if (header.length < BLOCK_BYTES || isZero(header)) {
        return null;
      }
      requireChecksum(header);
      long size = longSize >= 0 ? longSize : number(header, 124, 12);
      if (size > most) {
        throw new IOException(
            "a file of the archive has %d bytes, and %d are the most".formatted(size, most));
      }
      switch (header[156]) {
        case 'L' -> longName = text(extension(archive, size));
        case 'x' -> {
          String records = new String(extension(archive, size), StandardCharsets.UTF_8);
          longName = pax(records, "path");
          String told = pax(records, "size");
          longSize = told != null && told.matches("\\d{1,18}") ? Long.parseLong(told) : -1;
        }
        default -> {
          boolean plain = header[156] == '0' || header[156] == 0 || header[156] == '7';
          if (plain && same(longName == null ? nameIn(header) : longName, name)) {
            return new TarMember(archive, size);
          }
          archive.skipNBytes(padded(size));
          longName = null;
          longSize = -1;
        }
      }
    }
    throw new IOException("the archive has more than " + MEMBERS_MAX + " files");
  }

  private static byte[] extension(InputStream archive, long size) throws IOException {
    if (size > EXTENSION_BYTES_MAX) {
      throw new IOException("a name in the archive has " + size + " bytes");
    }
    byte[] content = archive.readNBytes((int) size);
    archive.skipNBytes(padded(size) - content.length);
    return content;
  }

  /** A record is its own length, a blank, a key, an equals sign, a value and a line feed. */
  private static @Nullable String pax(String records, String key) {
    return records
        .lines()
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  private static boolean same(String found, String wanted) {
    return plain(found).equals(plain(wanted));
  }

  private static String plain(String name) {
    return name.startsWith("./") ? name.substring(2) : name;
  }

  private static String nameIn(byte[] header) {
    String name = text(Arrays.copyOfRange(header, 0, 100));
    boolean ustar = text(Arrays.copyOfRange(header, 257, 263)).startsWith("ustar");
    String prefix = ustar ? text(Arrays.copyOfRange(header, 345, 500)) : "";
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static String text(byte[] field) {
    String text = new String(field, StandardCharsets.UTF_8);
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }

  private static long number(byte[] header, int start, int length) throws IOException {
    byte[] field = Arrays.copyOfRange(header, start, start + length);
    if (field[0] < 0) {
      field[0] &= 0x7f;
      BigInteger value = new BigInteger(1, field);
      if (value.bitLength() < Long.SIZE - 1) {
        return value.longValue();
      }
    } else {
      String digits = text(field).strip();
      if (digits.matches("[0-7]{1,12}")) {
        return Long.parseLong(digits, 8);
      }
    }
    throw new IOException("a header of the archive has no number at " + start);
  }

  /** Which also tells an archive from everything else. */
  private static void requireChecksum(byte[] header) throws IOException {
    int sum = 0;
    for (int i = 0; i < BLOCK_BYTES; i++) {
      sum += i >= 148 && i < 156 ? ' ' : header[i] & 0xff;
    }
    if (sum != number(header, 148, 8)) {
      throw new IOException(
          String.format(Locale.ROOT, "what comes is no tar archive (checksum %o)", sum));
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte value : block) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private static long padded(long size) {
    return Math.ceilDiv(size, BLOCK_BYTES) * BLOCK_BYTES;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (leftBytes == 0 && length > 0) {
      return -1;
    }
    int count = super.read(target, offset, (int) Math.min(length, leftBytes));
    if (count > 0) {
      leftBytes -= count;
    }
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long skipped = super.skip(Math.min(count, leftBytes));
    leftBytes -= skipped;
    return skipped;
  }

  @Override
  public int available() throws IOException {
    return (int) Math.min(super.available(), leftBytes);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
