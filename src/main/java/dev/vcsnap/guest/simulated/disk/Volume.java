package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The mounted file system: content first, then the directory's change into the journal, home only
 * later. While it is mounted the superblock says that it needs recovery; a freeze brings everything
 * home and takes the flag away. Used by one thread at a time.
 */
final class Volume {

  private final Blocks blocks;
  private final Journal journal;
  private final DirectoryBlock[] directory;
  private Superblock superblock;
  private ByteBuffer superblockBytes;
  private long transaction;

  private Volume(Blocks blocks, Superblock superblock, DirectoryBlock[] directory) {
    this.blocks = blocks;
    this.superblock = superblock;
    this.superblockBytes = superblock.bytes();
    this.directory = directory;
    this.transaction = superblock.checkpointed();
    this.journal = new Journal(blocks, superblock.layout(), superblock.tail());
  }

  /** Makes an empty file system with a ledger in which nothing was entered. */
  static void format(Blocks blocks, UUID id) {
    VolumeLayout layout = VolumeLayout.OF_NEW_VOLUMES;
    if (blocks.sizeBytes() / Blocks.BLOCK_BYTES < layout.end()) {
      throw new BlockError(
          Kind.NO_SPACE,
          "a disk of %d bytes is too small for a volume of %d"
              .formatted(blocks.sizeBytes(), layout.end() * Blocks.BLOCK_BYTES));
    }
    for (int i = 0; i < layout.directoryBlocks(); i++) {
      blocks.write(layout.directoryFirst() + i, new DirectoryBlock(i).bytes());
    }
    for (Ledger.Cell which : Ledger.Cell.values()) {
      blocks.write(which.blockIn(layout), Ledger.NEW.sectorOf(which));
    }
    blocks.flush();
    blocks.write(0, new Superblock(id, false, 0, layout, 0, 0).bytes());
    blocks.flush();
  }

  /**
   * Mounts what is there: first replays the journal, as after a crash.
   *
   * @throws BlockError what {@link Superblock#parse} throws; CORRUPT for a directory that is none
   */
  static Volume mount(Blocks blocks) {
    Superblock found = Superblock.parse(blocks.readSector(0), blocks.sizeBytes());
    List<Transaction> pending = pending(blocks, found);
    for (Transaction replayed : pending) {
      replayed.images().forEach(blocks::write);
    }
    Superblock superblock = found.mounted();
    if (!pending.isEmpty()) {
      blocks.flush();
      Transaction last = pending.getLast();
      superblock = superblock.withCheckpoint(last.number(), last.next());
    }
    VolumeLayout layout = superblock.layout();
    DirectoryBlock[] directory = new DirectoryBlock[layout.directoryBlocks()];
    for (int i = 0; i < directory.length; i++) {
      int index = i;
      directory[i] =
          DirectoryBlock.parse(blocks.read(layout.directoryFirst() + i), i, layout)
              .orElseThrow(() ->
                  new BlockError(Kind.CORRUPT, "block " + index + " of the directory is damaged"));
    }
    blocks.write(0, superblock.bytes());
    blocks.flush();
    return new Volume(blocks, superblock, directory);
  }

  /** The transactions that a recovery would replay, in their order. */
  static List<Transaction> pending(Blocks blocks, Superblock superblock) {
    List<Transaction> pending = new ArrayList<>();
    int at = superblock.tail();
    long number = superblock.checkpointed() + 1;
    int read = 0;
    while (read < superblock.layout().journalBlocks()) {
      var found = Journal.find(blocks, superblock.layout(), at, number);
      if (found.isEmpty()) {
        break;
      }
      pending.add(found.get());
      at = found.get().next();
      read += found.get().images().size() + 2;
      number++;
    }
    return pending;
  }

  /**
   * Refuses to write on where somebody else has written.
   *
   * @throws BlockError CORRUPT
   */
  void requireOurs() {
    if (!blocks.readSector(0).equals(superblockBytes.duplicate().clear())) {
      throw new BlockError(
          Kind.CORRUPT, "somebody else has written to the superblock of the mounted volume");
    }
  }

  // ---- files

  List<FileEntry> files() {
    return Arrays.stream(directory).flatMap(block -> block.files().stream()).toList();
  }

  /** Whether one more file fits. */
  boolean hasRoom() {
    return freeBlock() != 0 && Arrays.stream(directory).anyMatch(block -> !block.isFull());
  }

  /** Makes a file; the content is written before the directory names it. */
  void create(String name, byte[] content) {
    long block = freeBlock();
    DirectoryBlock place =
        Arrays.stream(directory).filter(part -> !part.isFull()).findFirst().orElseThrow();
    ByteBuffer bytes = ByteBuffer.wrap(content);
    begin();
    blocks.write(block, bytes);
    place.add(
        new FileEntry(name, block, content.length, Blocks.crc(bytes), transaction), transaction);
    commit(place);
  }

  void rename(FileEntry file, String name) {
    begin();
    change(file, file.renamed(name, transaction));
  }

  void delete(FileEntry file) {
    begin();
    change(file, null);
  }

  private void change(FileEntry file, @Nullable FileEntry other) {
    DirectoryBlock place =
        Arrays.stream(directory)
            .filter(part -> part.files().contains(file))
            .findFirst()
            .orElseThrow();
    place.replace(file, other, transaction);
    commit(place);
  }

  /** Gives the next transaction its number, and the journal room for it. */
  private void begin() {
    if (!journal.hasRoomFor(1)) {
      bringHome();
    }
    transaction++;
  }

  private void commit(DirectoryBlock changed) {
    SortedMap<Long, ByteBuffer> images = new TreeMap<>();
    images.put(superblock.layout().directoryFirst() + changed.index(), changed.bytes());
    journal.append(transaction, images);
  }

  private long freeBlock() {
    VolumeLayout layout = superblock.layout();
    BitSet used = new BitSet(layout.dataBlocks());
    files().forEach(file -> used.set((int) (file.block() - layout.dataFirst())));
    int free = used.nextClearBit(0);
    return free < layout.dataBlocks() ? layout.dataFirst() + free : 0;
  }

  // ---- the application's file

  Ledger ledger() {
    return Ledger.read(blocks, superblock.layout());
  }

  /** Overwrites one number of the ledger in place. */
  void write(Ledger ledger, Ledger.Cell which) {
    blocks.write(which.blockIn(superblock.layout()), ledger.sectorOf(which));
    blocks.flush();
  }

  // ---- freeze and thaw

  /** Brings everything home and takes the flag away; until {@link #thaw} nothing may be written. */
  void freeze() {
    blocks.flush();
    bringHome();
    write(superblock.withRecovery(false));
  }

  /** Sets the flag again. */
  void thaw() {
    write(superblock.withRecovery(true));
  }

  /** Writes the directory home; the journal holds nothing that is needed any more. */
  private void bringHome() {
    if (transaction == superblock.checkpointed()) {
      return;
    }
    for (DirectoryBlock part : directory) {
      if (part.transaction() > superblock.checkpointed()) {
        blocks.write(superblock.layout().directoryFirst() + part.index(), part.bytes());
      }
    }
    blocks.flush();
    write(superblock.withCheckpoint(transaction, journal.head()));
    journal.emptied();
  }

  private void write(Superblock changed) {
    blocks.write(0, changed.bytes());
    blocks.flush();
    superblock = changed;
    superblockBytes = changed.bytes();
  }
}
