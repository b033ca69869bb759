package dev.vcsnap.guest.simulated.disk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One block of the directory: 62 slots for files.
 *
 * <pre>
 *     0  8  magic "VCSNAPDR"
 *     8  8  number of the transaction that wrote the block; 0 for a new volume
 *    16  4  which block of the directory it is, from 0
 *    64     62 slots of 64 bytes; block 0 means that the slot is free
 *             0 32  name, filled up with zeros
 *            32  8  block of the content
 *            40  4  bytes of content
 *            44  4  CRC-32C of the content
 *            48  8  number of the transaction that made or renamed the file
 *  4092  4  CRC-32C of bytes 0 to 4091
 * </pre>
 */
final class DirectoryBlock {

  static final int SLOTS = 62;
  private static final byte[] MAGIC = "VCSNAPDR".getBytes(StandardCharsets.US_ASCII);
  private static final int FIRST_SLOT = 64;
  private static final int SLOT_BYTES = 64;
  private static final int NAME_BYTES = 32;

  private final int index;
  private final @Nullable FileEntry[] slots;
  private long transaction;

  DirectoryBlock(int index) {
    this(index, 0, new FileEntry[SLOTS]);
  }

  private DirectoryBlock(int index, long transaction, @Nullable FileEntry[] slots) {
    this.index = index;
    this.transaction = transaction;
    this.slots = slots;
  }

  /** Reads a block; empty if its bytes are none, or name something outside of the volume. */
  static Optional<DirectoryBlock> parse(ByteBuffer block, int index, VolumeLayout layout) {
    if (!block.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
        || !Blocks.isSealed(block)
        || block.getInt(16) != index) {
      return Optional.empty();
    }
    @Nullable FileEntry[] slots = new FileEntry[SLOTS];
    for (int i = 0; i < SLOTS; i++) {
      int at = FIRST_SLOT + i * SLOT_BYTES;
      long content = block.getLong(at + 32);
      if (content == 0) {
        continue;
      }
      int length = block.getInt(at + 40);
      if (!layout.isData(content) || length < 1 || length > Blocks.BLOCK_BYTES) {
        return Optional.empty();
      }
      slots[i] =
          new FileEntry(
              nameAt(block, at), content, length, block.getInt(at + 44), block.getLong(at + 48));
    }
    return Optional.of(new DirectoryBlock(index, block.getLong(8), slots));
  }

  private static String nameAt(ByteBuffer block, int at) {
    byte[] name = new byte[NAME_BYTES];
    block.get(at, name);
    return new String(name, StandardCharsets.US_ASCII).replace("\0", "");
  }

  ByteBuffer bytes() {
    ByteBuffer block = Blocks.empty(Blocks.BLOCK_BYTES);
    block.put(0, MAGIC).putLong(8, transaction).putInt(16, index);
    for (int i = 0; i < SLOTS; i++) {
      FileEntry file = slots[i];
      if (file != null) {
        int at = FIRST_SLOT + i * SLOT_BYTES;
        block.put(at, file.name().getBytes(StandardCharsets.US_ASCII));
        block.putLong(at + 32, file.block()).putInt(at + 40, file.length());
        block.putInt(at + 44, file.crc()).putLong(at + 48, file.transaction());
      }
    }
    return Blocks.seal(block);
  }

  int index() {
    return index;
  }

  /** The transaction that wrote the block last. */
  long transaction() {
    return transaction;
  }

  List<FileEntry> files() {
    List<FileEntry> files = new ArrayList<>();
    for (FileEntry file : slots) {
      if (file != null) {
        files.add(file);
      }
    }
    return files;
  }

  boolean isFull() {
    return files().size() == SLOTS;
  }

  /** Puts a file into a free slot. */
  void add(FileEntry file, long by) {
    for (int i = 0; i < SLOTS; i++) {
      if (slots[i] == null) {
        slots[i] = file;
        transaction = by;
        return;
      }
    }
    throw new IllegalStateException("block " + index + " of the directory is full");
  }

  /** Puts another entry, or none, into a file's slot. */
  void replace(FileEntry file, @Nullable FileEntry other, long by) {
    for (int i = 0; i < SLOTS; i++) {
      if (file.equals(slots[i])) {
        slots[i] = other;
        transaction = by;
        return;
      }
    }
    throw new IllegalStateException("\"" + file.name() + "\" is not in block " + index);
  }
}
