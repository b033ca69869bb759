package dev.vcsnap.lease;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import java.io.IOException;
import java.io.OutputStream;

/** What a file of an export consists of, which is the same at each reading. */
sealed interface FileContent {

  /** Writes all of it; returns how many bytes of what it stands for were in use. */
  long writeTo(OutputStream out) throws IOException;

  /** Gives back what it is read from; readings that are under way fail. */
  default void close() {}

  /**
   * A disk as a streamOptimized VMDK, made while it is read.
   *
   * @param device the bytes
   * @param descriptor names the stream: made once, so that each reading gives the same
   * @param streams packs the grains
   * @param letGo gives the disk back
   */
  record Disk(BlockDevice device, Descriptor descriptor, StreamWriter streams, Runnable letGo)
      implements FileContent {

    @Override
    public long writeTo(OutputStream out) throws IOException {
      return streams.write(device, descriptor, out, done -> {});
    }

    @Override
    public void close() {
      letGo.run();
    }
  }

  /** A small file as it is. */
  final class Bytes implements FileContent {

    private final byte[] content;

    Bytes(byte[] content) {
      this.content = content.clone();
    }

    long size() {
      return content.length;
    }

    @Override
    public long writeTo(OutputStream out) throws IOException {
      out.write(content);
      return content.length;
    }
  }
}
