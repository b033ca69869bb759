package dev.vcsnap.disk.convert;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.ExtentLine;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import dev.vcsnap.disk.vmdk.hosted.HostedSparseReader;
import dev.vcsnap.disk.vmdk.split.SplitDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * Opens for reading whatever is a disk: the descriptor of a chain, the descriptor of several
 * extents, or a file that has everything in it.
 */
public final class DiskOpener {

  private static final byte[] DESCRIPTOR_START =
      "# Disk DescriptorFile".getBytes(StandardCharsets.US_ASCII);

  private final DiskFiles files;
  private final DiskFactory factory;

  public DiskOpener(DiskFiles files, DiskFactory factory) {
    this.files = files;
    this.factory = factory;
  }

  /**
   * A disk that was found.
   *
   * @param device its bytes; a {@link dev.vcsnap.disk.chain.RunningDisk} when it is a chain
   * @param type the createType of its descriptor
   * @param ddb what its own descriptor says about adapter and geometry
   */
  public record OpenDisk(BlockDevice device, String type, Map<String, String> ddb)
      implements AutoCloseable {

    @Override
    public void close() {
      device.close();
    }
  }

  /** Opens the disk without locks: what a running machine writes may be seen a moment old. */
  public OpenDisk open(Path path) {
    return open(path, false);
  }

  /**
   * As {@link #open}; a file that is no disk by its beginning is taken for the bytes of one.
   *
   * @throws BlockError NOT_THIS_FORMAT also for one that begins as other products' disks or packed
   *     files do: its bytes are not those of the disk
   */
  public OpenDisk openOrRaw(Path path) {
    return open(path, true);
  }

  private OpenDisk open(Path path, boolean rawToo) {
    DiskFile file = files.open(path, false);
    try {
      ByteBuffer start = ByteBuffer.allocate((int) Math.min(file.size(), DESCRIPTOR_START.length));
      file.readAt(0, start);
      start.flip();
      if (HostedHeader.startsLike(start)) {
        HostedSparseReader reader = HostedSparseReader.open(file);
        return new OpenDisk(
            reader,
            reader.descriptor().map(Descriptor::createType).orElse("monolithicSparse"),
            reader.descriptor().map(Descriptor::ddb).orElse(Map.of()));
      }
      if (!start.equals(ByteBuffer.wrap(DESCRIPTOR_START))) {
        if (rawToo) {
          return new OpenDisk(RawDisk.open(file), "raw", Map.of());
        }
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
    Descriptor descriptor = factory.descriptorOf(path);
    if (!isLinkOfChain(descriptor)) {
      return new OpenDisk(
          SplitDisk.open(files, path, descriptor), descriptor.createType(), descriptor.ddb());
    }
    Path base = factory.linksOf(path).getFirst();
    return new OpenDisk(
        factory.open(path, OpenMode.INSPECT),
        descriptor.createType(),
        factory.descriptorOf(base).ddb());
  }

  private static boolean isLinkOfChain(Descriptor descriptor) {
    ExtentLine first = descriptor.extents().getFirst();
    boolean flat = first.type().equals("VMFS") || first.type().equals("FLAT");
    return descriptor.extents().size() == 1
        && !first.access().equals("NOACCESS")
        && (DeltaKind.ofExtentType(first.type()).isPresent()
            || (flat && first.offsetSectors() == 0));
  }
}
