package dev.vcsnap.disk.io;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Passes every call on to another file; who does something else at some of them overrides those.
 */
public abstract class ForwardingFile implements DiskFile {

  private final DiskFile file;

  protected ForwardingFile(DiskFile file) {
    this.file = file;
  }

  @Override
  public Path path() {
    return file.path();
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public void readAt(long offset, ByteBuffer target) {
    file.readAt(offset, target);
  }

  @Override
  public void writeAt(long offset, ByteBuffer source) {
    file.writeAt(offset, source);
  }

  @Override
  public void resize(long size) {
    file.resize(size);
  }

  @Override
  public void reserve(long offset, long length) {
    file.reserve(offset, length);
  }

  @Override
  public void punch(long offset, long length) {
    file.punch(offset, length);
  }

  @Override
  public void zero(long offset, long length) {
    file.zero(offset, length);
  }

  @Override
  public long nextData(long offset) {
    return file.nextData(offset);
  }

  @Override
  public long nextHole(long offset) {
    return file.nextHole(offset);
  }

  @Override
  public long allocatedBytes() {
    return file.allocatedBytes();
  }

  @Override
  public void beginWriteBack() {
    file.beginWriteBack();
  }

  @Override
  public void sync() {
    file.sync();
  }

  @Override
  public void lock(Lock lock) {
    file.lock(lock);
  }

  @Override
  public void close() {
    file.close();
  }
}
