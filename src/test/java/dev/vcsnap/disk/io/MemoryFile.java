package dev.vcsnap.disk.io;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** A file in memory, to look at bytes that no file system should have to hold. */
public final class MemoryFile implements DiskFile {

  private final Path path;
  private byte[] content;

  public MemoryFile(Path path, byte[] content) {
    this.path = path;
    this.content = content;
  }

  /** What it holds now. */
  public byte[] content() {
    return content;
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public long size() {
    return content.length;
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    if (offset < 0) {
      throw new BlockError(Kind.IO, "cannot read at " + offset);
    }
    int there = (int) Math.clamp(content.length - offset, 0, target.remaining());
    boolean whole = there == target.remaining();
    target.put(content, there == 0 ? 0 : (int) offset, there);
    if (!whole) {
      throw new BlockError(Kind.CORRUPT, "'%s' ends at byte %d".formatted(path, content.length));
    }
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    int end = Math.toIntExact(offset + source.remaining());
    if (end > content.length) {
      content = Arrays.copyOf(content, end);
    }
    source.get(content, (int) offset, source.remaining());
  }

  @Override
  public void resize(long size) {
    content = Arrays.copyOf(content, Math.toIntExact(size));
  }

  @Override
  public void reserve(long offset, long length) {
    // Memory is there.
  }

  @Override
  public void punch(long offset, long length) {
    zero(offset, length);
  }

  @Override
  public void zero(long offset, long length) {
    Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
  }

  @Override
  public long nextData(long offset) {
    return Math.min(offset, content.length);
  }

  @Override
  public long nextHole(long offset) {
    return content.length;
  }

  @Override
  public void sync() {
    // Nothing survives a power loss.
  }

  @Override
  public void lock(Lock lock) {
    // Nobody else has it.
  }

  @Override
  public void close() {
    // There is nothing to give back.
  }
}
