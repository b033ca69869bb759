package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Opens for reading whatever is a disk: the descriptor of a chain, or a file that has everything in
 * it.
 */
final class DiskOpener {

  private static final byte[] DESCRIPTOR_START =
      "# Disk DescriptorFile".getBytes(StandardCharsets.US_ASCII);

  private final DiskFiles files;
  private final DiskFactory factory;

  DiskOpener(DiskFiles files, DiskFactory factory) {
    this.files = files;
    this.factory = factory;
  }

  /**
   * A disk that was found.
   *
   * @param device its bytes
   * @param ddb what its own descriptor says about adapter and geometry
   */
  record OpenDisk(BlockDevice device, Map<String, String> ddb) implements AutoCloseable {

    @Override
    public void close() {
      device.close();
    }
  }

  /** Opens the disk without locks: what a running machine writes may be seen a moment old. */
  OpenDisk open(Path path) {
    DiskFile file = files.open(path, false);
    try {
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(file.size(), DESCRIPTOR_START.length));
      file.readAt(0, start);
      start.flip();
      if (HostedHeader.startsLike(start)) {
        HostedSparseReader reader = HostedSparseReader.open(file);
        return new OpenDisk(reader, reader.descriptor().map(Descriptor::ddb).orElse(Map.of()));
      }
      if (!start.equals(ByteBuffer.wrap(DESCRIPTOR_START))) {
        throw new BlockError(
            Kind.NOT_THIS_FORMAT,
            "'%s' is neither a descriptor nor a sparse or stream disk; an extent is opened by its"
                    .formatted(path)
                + " descriptor");
      }
    } catch (BlockError refused) {
      file.close();
      throw refused;
    }
    file.close();
    Path base = factory.linksOf(path).getFirst();
    return new OpenDisk(factory.open(path, OpenMode.INSPECT), factory.descriptorOf(base).ddb());
  }
}
