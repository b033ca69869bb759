package dev.vcsnap.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class TarMemberTest {

  @Test
  void a_file_ends_where_its_header_says_and_not_with_the_archive() throws Exception {
    InputStream archive =
        archive(
            Tar.header("a", '0', 700), new byte[1024], Tar.header("b", '0', 3), "xyz!".getBytes());
    TarMember found = TarMember.find(archive, 2564, "./b");
    assertThat(found.sizeBytes()).isEqualTo(3);
    assertThat(found.readAllBytes()).asString().isEqualTo("xyz");
    assertThat(found.read()).isEqualTo(-1);
    assertThat(archive.read()).isEqualTo('!');
  }

  @Test
  void an_archive_ends_with_zeros_or_where_nothing_follows() throws Exception {
    byte[] header = Tar.header("a", '0', 0);
    assertThat(TarMember.find(archive(header), -1, "b")).isNull();
    assertThat(TarMember.find(archive(header, new byte[512], Tar.header("b", '0', 0)), -1, "b"))
        .isNull();
  }

  @Test
  void a_file_is_not_larger_than_its_archive_or_than_any_disk() {
    refused("700 bytes, and 699", archive(Tar.header("a", '0', 700)), 699, "b");
    refused("700 bytes, and 699", archive(Tar.header("a", '0', 700)), 699, "a");
    for (long size : new long[] {1L << 60, Long.MAX_VALUE >> 1}) {
      refused(size + " bytes", archive(Tar.header("a", '0', size)), -1, "b");
    }
    assertThatThrownBy(() -> TarMember.find(archive(Tar.header("a", '0', 1L << 40)), -1, "b"))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void names_and_numbers_of_files_are_bounded() {
    refused("has 65537 bytes", archive(Tar.header("@LongLink", 'L', (64 << 10) + 1)), -1, "b");
    refused("has 65537 bytes", archive(Tar.header("PaxHeaders", 'x', (64 << 10) + 1)), -1, "b");
    byte[] header = Tar.header("a", '0', 0);
    refused("more than 10000 files", new Endless(header), -1, "b");
  }

  @Test
  void what_is_no_archive_is_refused() {
    byte[] header = Tar.header("a", '0', 0);
    header[0]++;
    refused("no tar archive", archive(header), -1, "a");
    byte[] negative = Tar.header("a", '0', 0);
    negative[124] = '-';
    Tar.sum(negative);
    refused("no number at 124", archive(negative), -1, "b");
  }

  private static void refused(String words, InputStream archive, long bytes, String name) {
    assertThatThrownBy(() -> TarMember.find(archive, bytes, name))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(words);
  }

  private static InputStream archive(byte[]... parts) {
    int bytes = 0;
    for (byte[] part : parts) {
      bytes += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    for (byte[] part : parts) {
      all.put(part);
    }
    return new ByteArrayInputStream(all.array());
  }

  /** The same block again and again. */
  private static class Endless extends InputStream {

    private final byte[] block;
    private int at;

    Endless(byte[] block) {
      this.block = block;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      int count = Math.min(length, block.length - at);
      System.arraycopy(block, at, target, offset, count);
      at = (at + count) % block.length;
      return count;
    }
  }
}
