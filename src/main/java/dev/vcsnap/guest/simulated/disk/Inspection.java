package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the bytes of a volume say about the moment at which they were taken; nothing is written.
 *
 * @param needsRecovery the superblock's flag
 * @param toReplay how many transactions are in the journal only
 * @param files how many files there are once the journal is replayed
 * @param intent what the application has announced; 0 for nothing
 * @param a the number in the first book
 * @param b the number in the second book
 * @param contradictions sentences: what cannot be on a disk that was cut at one moment, or, of a
 *     volume that says it is frozen, what was written since
 */
public record Inspection(
    boolean needsRecovery,
    int toReplay,
    int files,
    long intent,
    long a,
    long b,
    List<String> contradictions) {

  private static final int CONTRADICTIONS_MAX = 16;

  /**
   * Reads a volume.
   *
   * @throws BlockError NOT_THIS_FORMAT, TOO_NEW, CORRUPT
   */
  public static Inspection of(BlockDevice device) {
    Blocks blocks = new Blocks(device);
    Superblock superblock = Superblock.parse(blocks.readSector(0), device.sizeBytes());
    List<Transaction> pending = Volume.pending(blocks, superblock);
    Map<Long, ByteBuffer> replayed = new HashMap<>();
    pending.forEach(transaction -> replayed.putAll(transaction.images()));
    List<String> contradictions = new ArrayList<>();
    if (!superblock.needsRecovery() && !pending.isEmpty()) {
      contradictions.add(
          "it says that it needs no recovery, but its journal holds transaction "
              + pending.getFirst().number()
              + " which is not at home");
    }
    int files = 0;
    for (int i = 0; i < superblock.layout().directoryBlocks(); i++) {
      long home = superblock.layout().directoryFirst() + i;
      ByteBuffer image = replayed.containsKey(home) ? replayed.get(home) : blocks.read(home);
      Optional<DirectoryBlock> part = DirectoryBlock.parse(image, i, superblock.layout());
      if (part.isEmpty()) {
        contradictions.add("block " + i + " of its directory is damaged");
        continue;
      }
      long last = superblock.checkpointed() + pending.size();
      if (part.get().transaction() > last) {
        contradictions.add(
            "block %d of its directory is of transaction %d, after the last one, %d"
                .formatted(i, part.get().transaction(), last));
      }
      part.get().files().stream()
          .filter(file -> !isWhole(blocks, file))
          .forEach(file ->
              contradictions.add("the content of \"" + file.name() + "\" is not what was written"));
      files += part.get().files().size();
    }
    Ledger ledger = Ledger.read(blocks, superblock.layout());
    if (!ledger.isPossible()) {
      contradictions.add(
          "no application leaves a ledger with intent %d, a %d and b %d"
              .formatted(ledger.intent(), ledger.a(), ledger.b()));
    }
    return new Inspection(
        superblock.needsRecovery(),
        pending.size(),
        files,
        ledger.intent(),
        ledger.a(),
        ledger.b(),
        contradictions.stream().limit(CONTRADICTIONS_MAX).toList());
  }

  private static boolean isWhole(Blocks blocks, FileEntry file) {
    return Blocks.crc(blocks.read(file.block()).limit(file.length())) == file.crc();
  }

  /** Whether the application was at rest: nothing announced, and both books agree. */
  public boolean isSettled() {
    return new Ledger(intent, a, b).isSettled();
  }
}
