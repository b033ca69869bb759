package dev.vcsnap.guest.simulated.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * The ring of blocks that a transaction is written to before its blocks go home: a head, the images
 * of the blocks, and an end, without which it never happened.
 *
 * <pre>
 *   head     0  8  magic "VCSNAPJH"      8  8  number of the transaction
 *           16  4  how many images follow, 1 to 32
 *           24  8  home of each image, one after the other
 *          508  4  CRC-32C of bytes 0 to 507
 *   images  a whole block each
 *   end      0  8  magic "VCSNAPJE"      8  8  number of the transaction
 *           16  4  CRC-32C of the images, one after the other
 *          508  4  CRC-32C of bytes 0 to 507
 * </pre>
 */
final class Journal {

  private static final byte[] HEAD = "VCSNAPJH".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "VCSNAPJE".getBytes(StandardCharsets.US_ASCII);
  private static final int IMAGES_MAX = 32;
  private static final int HOMES = 24;

  private final Blocks blocks;
  private final VolumeLayout layout;
  private int head;
  private int used;

  /** A journal that holds nothing and goes on at {@code head}. */
  Journal(Blocks blocks, VolumeLayout layout, int head) {
    this.blocks = blocks;
    this.layout = layout;
    this.head = head;
  }

  int head() {
    return head;
  }

  /** Whether so many images still fit, with room to spare. */
  boolean hasRoomFor(int images) {
    return used + images + 2 <= layout.journalBlocks() / 2;
  }

  /** Writes a transaction; when this returns it has happened, also after a power cut. */
  void append(long number, SortedMap<Long, ByteBuffer> images) {
    ByteBuffer start = Blocks.empty(Blocks.SECTOR_BYTES);
    start.put(0, HEAD).putLong(8, number).putInt(16, images.size());
    int home = HOMES;
    for (long block : images.keySet()) {
      start.putLong(home, block);
      home += Long.BYTES;
    }
    int at = head;
    CRC32C crc = new CRC32C();
    blocks.write(place(at++), Blocks.seal(start));
    for (ByteBuffer image : images.values()) {
      crc.update(image.duplicate().clear());
      blocks.write(place(at++), image);
    }
    blocks.flush();
    ByteBuffer end = Blocks.empty(Blocks.SECTOR_BYTES);
    end.put(0, END).putLong(8, number).putInt(16, (int) crc.getValue());
    blocks.write(place(at++), Blocks.seal(end));
    blocks.flush();
    used += at - head;
    head = at % layout.journalBlocks();
  }

  /** Notes that everything in it is at home. */
  void emptied() {
    used = 0;
  }

  /** The transaction of that number, if it lies complete at that place. */
  static Optional<Transaction> find(Blocks blocks, VolumeLayout layout, int at, long number) {
    ByteBuffer start = blocks.readSector(place(layout, at));
    int count = start.getInt(16);
    if (!is(start, HEAD, number)
        || count < 1
        || count > Math.min(IMAGES_MAX, layout.journalBlocks() - 2)) {
      return Optional.empty();
    }
    CRC32C crc = new CRC32C();
    Map<Long, ByteBuffer> images = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      long home = start.getLong(HOMES + i * Long.BYTES);
      if (!layout.isDirectory(home)) {
        return Optional.empty();
      }
      ByteBuffer image = blocks.read(place(layout, at + 1 + i));
      crc.update(image.duplicate());
      images.put(home, image);
    }
    ByteBuffer end = blocks.readSector(place(layout, at + 1 + count));
    if (!is(end, END, number) || end.getInt(16) != (int) crc.getValue()) {
      return Optional.empty();
    }
    return Optional.of(new Transaction(number, images, (at + count + 2) % layout.journalBlocks()));
  }

  private static boolean is(ByteBuffer sector, byte[] magic, long number) {
    return sector.slice(0, magic.length).equals(ByteBuffer.wrap(magic))
        && Blocks.isSealed(sector)
        && sector.getLong(8) == number;
  }

  private long place(int at) {
    return place(layout, at);
  }

  private static long place(VolumeLayout layout, int at) {
    return layout.journalFirst() + at % layout.journalBlocks();
  }
}
