package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a whole file that has a greatest sensible size. */
final class SmallFile {

  private SmallFile() {}

  /** The first bytes of a file, all of it if it is not longer. */
  static byte[] start(Path file, int bytesMax) {
    try {
      return Uninterrupted.call(() -> {
        try (InputStream stream = Files.newInputStream(file)) {
          return stream.readNBytes(bytesMax);
        }
      });
    } catch (IOException e) {
      throw IoFailure.of("read", file, e);
    }
  }

  /** The content; a longer file is refused before memory is taken for it. */
  static byte[] read(Path file, int bytesMax) {
    try {
      byte[] content =
          Uninterrupted.call(() -> {
            try (InputStream stream = Files.newInputStream(file)) {
              return stream.readNBytes(bytesMax + 1);
            }
          });
      if (content.length > bytesMax) {
        throw new BlockError(
            BlockError.Kind.UNSUPPORTED,
            "\""
                + file
                + "\" is larger than "
                + bytesMax
                + " bytes, the most that such a file may have");
      }
      return content;
    } catch (IOException e) {
      throw IoFailure.of("read", file, e);
    }
  }
}
