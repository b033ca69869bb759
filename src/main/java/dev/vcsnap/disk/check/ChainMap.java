package dev.vcsnap.disk.check;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockStatus;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which link of a chain holds which parts of the disk.
 *
 * @param sizeBytes size of the disk
 * @param links the base first
 */
public record ChainMap(long sizeBytes, List<LinkRuns> links) {

  private static final int SECTOR_BYTES = 512;

  /** Status is asked for in such pieces, so that a reader's list stays small on any disk. */
  private static final long WINDOW_BYTES = 1L << 30;

  /** What a run of a link or of the disk is. */
  public enum Kind {
    /** Bytes are stored. */
    DATA,
    /** The link itself says that it reads as zeros. */
    ZERO,
    /** No link says anything: it reads as zeros. */
    HOLE
  }

  /**
   * A piece of the disk in one link.
   *
   * @param kind DATA or ZERO
   */
  public record Run(long offset, long length, Kind kind) {

    long end() {
      return offset + length;
    }
  }

  /**
   * What one link holds itself.
   *
   * @param descriptor the descriptor's file
   * @param type the descriptor's createType
   * @param grainBytes the smallest piece that the link can hold
   * @param runs ascending
   */
  public record LinkRuns(Path descriptor, String type, int grainBytes, List<Run> runs) {

    /** Bytes that are stored. */
    public long dataBytes() {
      return bytes(Kind.DATA);
    }

    /** Bytes that the link says are zeros. */
    public long zeroBytes() {
      return bytes(Kind.ZERO);
    }

    private long bytes(Kind kind) {
      return runs.stream().filter(run -> run.kind == kind).mapToLong(Run::length).sum();
    }
  }

  /**
   * A piece of the disk and the link that answers for it.
   *
   * @param link index into {@link #links}
   * @param kind HOLE where no link holds anything; the base answers then
   */
  public record OwnerRun(long offset, long length, int link, Kind kind) {}

  /** Reads the map of an open chain. */
  public static ChainMap of(RunningDisk disk) {
    return new ChainMap(
        disk.sizeBytes(),
        disk.links().stream()
            .map(link -> {
              Descriptor descriptor = disk.descriptorOf(link);
              return new LinkRuns(
                  link,
                  descriptor.createType(),
                  grainBytesOf(descriptor),
                  disk.heldBy(link).stream().map(ChainMap::run).toList());
            })
            .toList());
  }

  /**
   * Reads the map of a disk that is no chain.
   *
   * @param path its descriptor, or the file that has everything in it
   * @param type the descriptor's createType
   */
  public static ChainMap of(Path path, String type, BlockDevice disk) {
    RunJoiner runs = new RunJoiner();
    for (long at = 0; at < disk.sizeBytes(); at += WINDOW_BYTES) {
      for (BlockStatus piece : disk.statusOf(at, Math.min(WINDOW_BYTES, disk.sizeBytes() - at))) {
        if (piece.kind() != BlockStatus.Kind.HOLE) {
          runs.add(run(piece));
        }
      }
    }
    int grain = disk instanceof HostedSparseReader hosted ? hosted.grainBytes() : SECTOR_BYTES;
    return new ChainMap(disk.sizeBytes(), List.of(new LinkRuns(path, type, grain, runs.list())));
  }

  private static Run run(BlockStatus piece) {
    boolean data = piece.kind() == BlockStatus.Kind.DATA;
    return new Run(piece.offset(), piece.length(), data ? Kind.DATA : Kind.ZERO);
  }

  private static int grainBytesOf(Descriptor descriptor) {
    String type = descriptor.extents().getFirst().type();
    return DeltaKind.ofExtentType(type).equals(Optional.of(DeltaKind.SE_SPARSE))
        ? 8 * SECTOR_BYTES
        : SECTOR_BYTES;
  }

  /** Describes the whole disk, ascending and gapless: for each run the link that a read reaches. */
  public void owners(Consumer<OwnerRun> sink) {
    int[] next = new int[links.size()];
    OwnerRun open = null;
    long at = 0;
    while (at < sizeBytes) {
      int owner = 0;
      Kind kind = Kind.HOLE;
      long end = sizeBytes;
      // A link above hides what is below it, so only the borders down to the owner matter.
      for (int link = links.size() - 1; link >= 0; link--) {
        List<Run> runs = links.get(link).runs;
        while (next[link] < runs.size() && runs.get(next[link]).end() <= at) {
          next[link]++;
        }
        if (next[link] == runs.size()) {
          continue;
        }
        Run run = runs.get(next[link]);
        if (run.offset <= at) {
          owner = link;
          kind = run.kind;
          end = Math.min(end, run.end());
          break;
        }
        end = Math.min(end, run.offset);
      }
      if (open != null && open.link == owner && open.kind == kind) {
        open = new OwnerRun(open.offset, end - open.offset, owner, kind);
      } else {
        if (open != null) {
          sink.accept(open);
        }
        open = new OwnerRun(at, end - at, owner, kind);
      }
      at = end;
    }
    if (open != null) {
      sink.accept(open);
    }
  }
}
