package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The file that tells a data directory of ours from any other folder: magic, format and product.
 */
final class DataMarker {

  static final String FILE_NAME = "vcsnap.data";

  private static final String MAGIC = "vcsnap data directory";
  private static final int FORMAT = 1;

  private DataMarker() {}

  static void write(Path marker) {
    Vmx content = new Vmx();
    content.put("magic", MAGIC);
    content.putNumber("format", FORMAT);
    content.put("product", "vcsnap");
    AtomicFile.replace(marker, content.bytes());
  }

  /** Refuses a marker that is not ours, damaged, or of a newer format. */
  static void check(Path marker) {
    Vmx content;
    long format;
    try {
      content = Vmx.parse(SmallFile.read(marker, 4096));
      format = content.number("format").orElse(0);
    } catch (BlockError e) {
      throw damaged(marker, e);
    }
    if (!content.get("magic").orElse("").equals(MAGIC)) {
      throw new BlockError(
          BlockError.Kind.NOT_THIS_FORMAT,
          "\""
              + marker
              + "\" is not the marker of a data directory; choose an empty or a new directory");
    }
    if (format > FORMAT) {
      throw new BlockError(
          BlockError.Kind.TOO_NEW,
          "\""
              + marker
              + "\" has format "
              + format
              + ", this program knows up to "
              + FORMAT
              + "; use the newer program that made it, or choose another directory");
    }
    if (format < 1) {
      throw damaged(marker, null);
    }
  }

  private static BlockError damaged(Path marker, @Nullable BlockError cause) {
    return new BlockError(
        BlockError.Kind.CORRUPT,
        "The marker \""
            + marker
            + "\" is damaged; restore it from a copy, or choose another directory",
        cause);
  }
}
