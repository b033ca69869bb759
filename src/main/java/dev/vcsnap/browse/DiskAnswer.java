package dev.vcsnap.browse;

import dev.vcsnap.disk.block.BlockDevice;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Answers with a disk's bytes or a part of them, as whoever reads the disk sees them. */
public final class DiskAnswer {

  private static final int BUFFER_BYTES = 128 * 1024;

  private DiskAnswer() {}

  /** Gives the answer; the disk stays open. */
  public static void send(
      BlockDevice disk, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    RangedAnswer.send(
        disk.sizeBytes(),
        request,
        response,
        (offset, length) -> copy(disk, offset, length, response.getOutputStream()));
  }

  private static void copy(BlockDevice disk, long offset, long length, ServletOutputStream sink)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, length));
    for (long done = 0; done < length; done += buffer.limit()) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), length - done));
      disk.readAt(offset + done, buffer);
      sink.write(buffer.array(), 0, buffer.limit());
    }
  }
}
