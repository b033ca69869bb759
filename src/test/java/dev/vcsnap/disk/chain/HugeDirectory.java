package dev.vcsnap.disk.chain;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory whose files may be as big as the biggest disk, which ext4's may not. */
final class HugeDirectory implements AutoCloseable {

  private static final Path MEMORY = Path.of("/dev/shm");

  final Path path;

  HugeDirectory(long sizeBytes) throws IOException {
    assumeTrue(Files.isWritable(MEMORY), "no memory file system: huge disks are not tried");
    path = Files.createTempDirectory(MEMORY, "vcsnap-huge");
    Path probe = path.resolve("probe");
    boolean huge;
    try (RandomAccessFile file = new RandomAccessFile(probe.toFile(), "rw")) {
      file.setLength(sizeBytes);
      huge = true;
    } catch (IOException tooBig) {
      huge = false;
    }
    Files.deleteIfExists(probe);
    if (!huge) {
      close();
    }
    assumeTrue(huge, "no file system takes " + sizeBytes + " bytes: huge disks are not tried");
  }

  @Override
  public void close() {
    DiskBench.deleteTree(path);
  }
}
