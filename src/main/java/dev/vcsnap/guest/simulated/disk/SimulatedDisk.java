package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.block.BlockStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * What a simulated guest does with its disk: a mounted volume, an application that writes its
 * ledger, and small files that come and go.
 *
 * <p>Only a disk that reads as zeros or holds such a volume is ever written, and only the volume's
 * own blocks. The same chance gives the same bytes. Each method is one step that no other one cuts.
 */
public final class SimulatedDisk {

  private static final int FILES_MIN = 8;
  private static final int FILES_MAX = 96;
  private static final int LOOKED_AT_MAX = 64 << 20;
  private static final int PIECE_BYTES = 1 << 16;

  private final Volume volume;
  private final LedgerApplication application;
  private final Random chance;
  private boolean applicationFrozen;
  private boolean fileSystemFrozen;
  private boolean ended;

  private SimulatedDisk(Volume volume, Random chance) {
    this.volume = volume;
    this.application = new LedgerApplication(volume);
    this.chance = chance;
    application.announce();
  }

  /**
   * Boots the guest from its disk: makes the volume on an empty disk, recovers one that was cut,
   * and starts the application.
   *
   * @param chance what the guest does with its files
   * @throws BlockError NOT_THIS_FORMAT for a disk that holds anything else, NO_SPACE for one that
   *     is too small, CORRUPT for a damaged volume
   */
  public static SimulatedDisk boot(BlockDevice device, Random chance) {
    Blocks blocks = new Blocks(device);
    if (!isVolume(device)) {
      requireEmpty(device);
      Volume.format(blocks, new UUID(chance.nextLong(), chance.nextLong()));
    }
    return new SimulatedDisk(Volume.mount(blocks), chance);
  }

  /** Whether the disk starts as a volume does. */
  public static boolean isVolume(BlockDevice device) {
    return device.sizeBytes() >= Blocks.BLOCK_BYTES
        && Superblock.startsLike(new Blocks(device).readSector(0));
  }

  private static void requireEmpty(BlockDevice device) {
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    long looked = 0;
    List<BlockStatus> stored =
        device.statusOf(0, device.sizeBytes()).stream()
            .filter(status -> status.kind() == BlockStatus.Kind.DATA)
            .toList();
    for (BlockStatus data : stored) {
      for (long done = 0; done < data.length(); done += PIECE_BYTES) {
        piece.clear().limit((int) Math.min(PIECE_BYTES, data.length() - done));
        looked += piece.limit();
        if (looked > LOOKED_AT_MAX) {
          throw notEmpty("more than " + LOOKED_AT_MAX + " bytes of it are stored");
        }
        device.readAt(data.offset() + done, piece);
        piece.flip();
        while (piece.hasRemaining()) {
          if (piece.get() != 0) {
            throw notEmpty(
                "byte " + (data.offset() + done + piece.position() - 1) + " is not zero");
          }
        }
      }
    }
  }

  private static BlockError notEmpty(String reason) {
    return new BlockError(
        Kind.NOT_THIS_FORMAT,
        "the disk holds something else than a simulated guest's volume, and is left alone: "
            + reason);
  }

  /**
   * Makes one write of the application, or one change of a file. What is frozen does nothing.
   *
   * @return whether anything was written
   * @throws BlockError CORRUPT once somebody else has written to the superblock
   */
  public synchronized boolean step() {
    if (ended || fileSystemFrozen) {
      return false;
    }
    volume.requireOurs();
    if (chance.nextInt(3) == 0) {
      changeFiles();
      return true;
    }
    if (applicationFrozen) {
      return false;
    }
    application.step();
    return true;
  }

  private void changeFiles() {
    List<FileEntry> files = volume.files();
    int choice = chance.nextInt(4);
    boolean more = files.size() < FILES_MIN || (choice < 2 && files.size() < FILES_MAX);
    if (more && volume.hasRoom()) {
      byte[] content = new byte[1 + chance.nextInt(Blocks.BLOCK_BYTES)];
      chance.nextBytes(content);
      volume.create(name(), content);
      return;
    }
    FileEntry file = files.get(chance.nextInt(files.size()));
    if (choice == 2) {
      volume.rename(file, name());
    } else {
      volume.delete(file);
    }
  }

  private String name() {
    return "file-%016x".formatted(chance.nextLong());
  }

  /**
   * Lets the application end its entry and announce no other one.
   *
   * @throws BlockError as {@link #step} does
   */
  public synchronized void freezeApplication() {
    if (!ended && !fileSystemFrozen && !applicationFrozen) {
      volume.requireOurs();
      application.settle();
      applicationFrozen = true;
    }
  }

  /**
   * Lets the application go on.
   *
   * @throws BlockError as {@link #step} does
   */
  public synchronized void thawApplication() {
    if (!ended && applicationFrozen) {
      applicationFrozen = false;
      if (!fileSystemFrozen) {
        volume.requireOurs();
        application.announce();
      }
    }
  }

  /**
   * Brings the file system to the disk, after which nothing is written.
   *
   * @throws BlockError as {@link #step} does
   */
  public synchronized void freezeFileSystem() {
    if (!ended && !fileSystemFrozen) {
      volume.requireOurs();
      volume.freeze();
      fileSystemFrozen = true;
    }
  }

  /**
   * Lets the file system be written again.
   *
   * @throws BlockError as {@link #step} does, which finds the same then
   */
  public synchronized void thawFileSystem() {
    if (!ended && fileSystemFrozen) {
      fileSystemFrozen = false;
      volume.requireOurs();
      volume.thaw();
      if (!applicationFrozen) {
        application.announce();
      }
    }
  }

  /**
   * Ends the application and unmounts; nothing is written afterwards. A file system that is frozen
   * is at rest already, and is left as it is.
   *
   * @throws BlockError as {@link #step} does
   */
  public synchronized void shutDown() {
    if (!ended) {
      freezeApplication();
      freezeFileSystem();
      ended = true;
    }
  }
}
