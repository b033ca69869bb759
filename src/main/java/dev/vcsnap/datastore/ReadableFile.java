package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/**
 * A datastore file open for reading at any offset, so that a binding can answer ranges without
 * knowing files.
 *
 * <p>The size is that of the moment of opening: an answer announced with it stays whole while a
 * delta grows.
 */
public final class ReadableFile implements Closeable {

  private static final int BUFFER_BYTES = 128 * 1024;

  private final Path path;
  private final FileChannel channel;
  private final long sizeBytes;
  private final Instant modified;

  private ReadableFile(Path path, FileChannel channel, long sizeBytes, Instant modified) {
    this.path = path;
    this.channel = channel;
    this.sizeBytes = sizeBytes;
    this.modified = modified;
  }

  static ReadableFile open(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      // Opening a pipe would wait for a writer, reading a folder fails late.
      if (!attributes.isRegularFile()) {
        throw new NoSuchFileException(path.toString());
      }
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new ReadableFile(
          path, channel, attributes.size(), attributes.lastModifiedTime().toInstant());
    } catch (IOException e) {
      throw IoFailure.of("open", path, e);
    }
  }

  public long size() {
    return sizeBytes;
  }

  public Instant modified() {
    return modified;
  }

  /**
   * Reads into {@code target} from {@code offset}; the number of bytes, or -1 at or past the end.
   */
  public int readAt(long offset, ByteBuffer target) {
    if (offset < 0) {
      throw new BlockError(
          BlockError.Kind.OUT_OF_BOUNDS, "Offset " + offset + " in \"" + path + "\" is negative");
    }
    try {
      return channel.read(target, offset);
    } catch (IOException e) {
      throw IoFailure.of("read", path, e);
    }
  }

  /**
   * Copies a range to {@code sink}.
   *
   * @throws IOException when the sink fails; trouble with the file itself is a {@link BlockError}
   */
  public void copyTo(long offset, long length, OutputStream sink) throws IOException {
    if (offset < 0 || length < 0 || length > sizeBytes - offset) {
      throw new BlockError(
          BlockError.Kind.OUT_OF_BOUNDS,
          "Range of "
              + length
              + " bytes at "
              + offset
              + " leaves \""
              + path
              + "\" of "
              + sizeBytes
              + " bytes");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, length));
    long done = 0;
    while (done < length) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      int count = readAt(offset + done, buffer);
      if (count < 0) {
        throw new BlockError(
            BlockError.Kind.IO,
            "\"" + path + "\" was cut to " + (offset + done) + " bytes while it was read");
      }
      sink.write(buffer.array(), 0, count);
      done += count;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw IoFailure.of("close", path, e);
    }
  }
}
