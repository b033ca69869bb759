package dev.vcsnap.bench;

import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.ForwardingFiles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Files in which one known content leaves holes instead of bytes; everything else is stored. What
 * is made here is made again after a crash, so nothing waits for the disk.
 */
final class HollowFiles extends ForwardingFiles {

  private static final long MARK = 0x686f6c6c6f772121L;

  HollowFiles(DiskFiles files) {
    super(files);
  }

  /** What is not stored. */
  static ByteBuffer piece(int bytes) {
    ByteBuffer piece = ByteBuffer.allocateDirect(bytes);
    while (piece.hasRemaining()) {
      piece.putLong(MARK);
    }
    return piece.flip();
  }

  @Override
  public DiskFile open(Path path, boolean writable) {
    return hollow(super.open(path, writable));
  }

  @Override
  public DiskFile create(Path path) {
    return hollow(super.create(path));
  }

  /** A proxy, because nearly everything goes through. */
  private static DiskFile hollow(DiskFile file) {
    return (DiskFile)
        Proxy.newProxyInstance(
            DiskFile.class.getClassLoader(),
            new Class<?>[] {DiskFile.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("writeAt") && isMarked((ByteBuffer) arguments[1])) {
                skip(file, (Long) arguments[0], (ByteBuffer) arguments[1]);
                return null;
              }
              if (method.getName().equals("sync")) {
                return null;
              }
              try {
                return method.invoke(file, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  private static boolean isMarked(ByteBuffer source) {
    return source.remaining() >= Long.BYTES && source.getLong(source.position()) == MARK;
  }

  private static void skip(DiskFile file, long offset, ByteBuffer source) {
    long end = offset + source.remaining();
    if (file.size() < end) {
      file.resize(end);
    }
    source.position(source.limit());
  }
}
