package dev.vcsnap.disk.vmdk.hosted;

import static dev.vcsnap.disk.vmdk.hosted.HostedHeader.SECTOR_BYTES;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a hosted file says about itself before its tables: the header, or where the header says so
 * the footer, and the descriptor inside.
 *
 * <pre>
 * end - 1536  footer marker: u64 1, u32 0, u32 3, zeros
 * end - 1024  footer: the header, with the directory's place
 * end -  512  end-of-stream marker: zeros
 * </pre>
 *
 * @param header the one that names the directory
 * @param footed whether it stands at the end
 */
record HostedFront(HostedHeader header, boolean footed) {

  private static final int FOOTER_MARKER = 3;
  private static final int TAIL_BYTES = 3 * SECTOR_BYTES;

  static HostedFront read(DiskFile file) {
    long fileBytes = file.size();
    if (fileBytes < SECTOR_BYTES) {
      throw new BlockError(
          Kind.NOT_THIS_FORMAT, "'%s' has %d bytes: no header".formatted(file.path(), fileBytes));
    }
    HostedHeader front =
        HostedHeader.parse(bytes(file, 0, SECTOR_BYTES), "'%s', header".formatted(file.path()));
    boolean footed = front.directoryOffset() == HostedHeader.DIRECTORY_AT_END;
    return new HostedFront(footed ? footer(file, fileBytes, front) : front, footed);
  }

  private static ByteBuffer bytes(DiskFile file, long at, int count) {
    ByteBuffer content = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    file.readAt(at, content);
    return content.flip();
  }

  private static HostedHeader footer(DiskFile file, long fileBytes, HostedHeader front) {
    long at = fileBytes - TAIL_BYTES;
    if (at < SECTOR_BYTES) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' is cut short at byte %d: no footer".formatted(file.path(), fileBytes));
    }
    ByteBuffer tail = bytes(file, at, TAIL_BYTES);
    boolean marked =
        tail.getLong(0) == 1 && tail.getInt(8) == 0 && tail.getInt(12) == FOOTER_MARKER;
    boolean ended = true;
    for (int i = 2 * SECTOR_BYTES; i < TAIL_BYTES; i += Long.BYTES) {
      ended &= tail.getLong(i) == 0;
    }
    if (!marked || !ended) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has no footer at byte %d: it is cut short, or something follows its end"
              .formatted(file.path(), at));
    }
    String place = "'%s', footer at byte %d".formatted(file.path(), at + SECTOR_BYTES);
    HostedHeader footer;
    try {
      footer = HostedHeader.parse(tail.slice(SECTOR_BYTES, SECTOR_BYTES), place);
    } catch (BlockError error) {
      // The front said what the format is; a footer that is something else is damage.
      Kind kind = error.kind() == Kind.NOT_THIS_FORMAT ? Kind.CORRUPT : error.kind();
      throw new BlockError(kind, String.valueOf(error.getMessage()), error);
    }
    if (footer.capacitySectors() != front.capacitySectors()
        || footer.grainSectors() != front.grainSectors()
        || footer.compressed() != front.compressed()) {
      throw new BlockError(Kind.CORRUPT, place + ": it contradicts the header");
    }
    if (footer.directoryOffset() == HostedHeader.DIRECTORY_AT_END) {
      throw new BlockError(Kind.CORRUPT, place + ": it does not name the directory");
    }
    return footer;
  }

  /** Reads the descriptor inside the file, if there is one, and refuses a delta's. */
  Optional<Descriptor> descriptor(DiskFile file) {
    if (header.descriptorSectors() == 0 || header.descriptorOffset() == 0) {
      return Optional.empty();
    }
    long fileBytes = file.size();
    long at = header.descriptorOffset() * SECTOR_BYTES;
    int length = header.descriptorSectors() * SECTOR_BYTES;
    if (at > fileBytes - length) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has %d bytes; its descriptor of %d bytes at byte %d leaves it"
              .formatted(file.path(), fileBytes, length, at));
    }
    String text = StandardCharsets.UTF_8.decode(bytes(file, at, length)).toString();
    return Optional.of(
        EmbeddedDescriptor.parse(text, "'%s', descriptor at byte %d".formatted(file.path(), at)));
  }

  /** Refuses a file of another length than its descriptor says. */
  void requireSectors(DiskFile file, long sectors) {
    if (header.capacitySectors() != sectors) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' says %d sectors, its descriptor %d"
              .formatted(file.path(), header.capacitySectors(), sectors));
    }
  }
}
