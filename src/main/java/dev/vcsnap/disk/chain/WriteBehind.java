package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.io.DiskFile;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Lets the storage work on what a merge has copied while the merge goes on copying, so that the
 * flush at its end finds little left. Handing pages to the storage costs the processor as much as a
 * third of the copying, so a thread of its own does it.
 *
 * <p>It is used by one thread.
 */
final class WriteBehind implements AutoCloseable {

  private static final long STEP_BYTES = 8 << 20;

  private final DiskFile file;
  private long waitingBytes;
  private @Nullable ExecutorService writer;

  WriteBehind(DiskFile file) {
    this.file = file;
  }

  /** So much more has been written. */
  void wrote(long bytes) {
    waitingBytes += bytes;
    if (waitingBytes >= STEP_BYTES) {
      waitingBytes = 0;
      if (writer == null) {
        writer =
            Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("merge-write-behind").factory());
      }
      writer.execute(file::beginWriteBack);
    }
  }

  @Override
  public void close() {
    if (writer != null) {
      writer.close();
    }
  }
}
