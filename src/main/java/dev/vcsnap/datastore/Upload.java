package dev.vcsnap.datastore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file on its way in: trouble with our disk is a BlockError here, so that an IOException is the
 * sender's.
 */
final class Upload implements AutoCloseable {

  private final Path file;
  private final AtomicFile.Temporary temporary;

  Upload(Path folder, Path file) {
    this.file = file;
    try {
      this.temporary = AtomicFile.Temporary.in(folder);
    } catch (IOException e) {
      throw IoFailure.of("write", file, e);
    }
  }

  void write(ByteBuffer bytes) {
    try {
      temporary.write(bytes);
    } catch (IOException e) {
      throw IoFailure.of("write", file, e);
    }
  }

  void finish() {
    try {
      temporary.become(file);
    } catch (IOException e) {
      throw IoFailure.of("write", file, e);
    }
  }

  @Override
  public void close() {
    try {
      temporary.close();
    } catch (IOException e) {
      throw IoFailure.of("clean up after writing", file, e);
    }
  }
}
