package dev.vcsnap.fuzz;

import dev.vcsnap.disk.block.MemoryDisk;
import dev.vcsnap.disk.vmdk.hosted.HostedHeader;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;

/** Small good files of every format, to start fuzzing from. */
final class Seeds {

  private static final String DESCRIPTOR =
      """
      # Disk DescriptorFile
      version=3
      encoding="UTF-8"
      CID=22222222
      parentCID=%s
      isNativeSnapshot="no"
      createType="%s"
      parentFileNameHint="VM.vmdk"

      # Extent description
      %s

      # Change Tracking File
      changeTrackPath="VM-000001-ctk.vmdk"

      # The Disk Data Base
      #DDB

      ddb.longContentID = "741a56c9a09190258e814e7e22222222"
      ddb.uuid = "60 00 C2 90 6f ee 5b 7e-d5 51 99 ed 52 8e b8 b0"
      """;

  private Seeds() {}

  static byte[][] descriptors() {
    return new byte[][] {
      text("11111111", "vmfsSparse", "RW 131072 VMFSSPARSE \"VM-000001-delta.vmdk\""),
      text("11111111", "seSparse", "RW 131072 SESPARSE \"VM-000001-sesparse.vmdk\""),
      text("ffffffff", "vmfs", "RW 8 VMFS \"VM-flat.vmdk\""),
      text(
          "ffffffff",
          "twoGbMaxExtentFlat",
          "RW 3 FLAT \"a-f001.vmdk\" 0\nRDONLY 5 FLAT \"a-f002.vmdk\" 3\nRW 70 ZERO"),
      text("ffffffff", "twoGbMaxExtentSparse", "RW 70 SPARSE \"a-s001.vmdk\"\r\n"),
    };
  }

  private static byte[] text(String parentCid, String createType, String extents) {
    return DESCRIPTOR.formatted(parentCid, createType, extents).getBytes(StandardCharsets.UTF_8);
  }

  static byte[][] hosted() {
    return new byte[][] {sparse(), stream(1 << 20, 3), stream((33 << 20) + 512, 12)};
  }

  /** Grains of 4 KiB, two tables, a redundant directory. */
  private static byte[] sparse() {
    ByteBuffer file = ByteBuffer.allocate(64 * 512).order(ByteOrder.LITTLE_ENDIAN);
    long capacity = 512 * 8 + 9;
    HostedHeader header = new HostedHeader(2, 1 | 2 | 4, capacity, 8, 1, 2, 4, 24);
    file.put(0, header.encode().array()).putLong(48, 3);
    String text =
        """
        # Disk DescriptorFile
        version=1
        CID=12345678
        parentCID=ffffffff
        createType="monolithicSparse"
        RW %d SPARSE "disk.vmdk"
        """
            .formatted(capacity);
    file.put(512, text.getBytes(StandardCharsets.UTF_8));
    for (int directory = 3; directory <= 4; directory++) {
      int table = 5 + (directory - 3) * 8;
      file.putInt(directory * 512, table).putInt(directory * 512 + 4, table + 4);
      file.putInt(table * 512, 24).putInt(table * 512 + 4, 1).putInt(table * 512 + 8, 32);
      file.putInt((table + 4) * 512, 40);
    }
    return file.array();
  }

  private static byte[] stream(int sizeBytes, int extents) {
    try {
      MemoryDisk disk = MemoryDisk.random(sizeBytes, 0, new Random(1));
      for (int i = 0; i < extents; i++) {
        disk.writeAt((long) i * (sizeBytes / extents), ByteBuffer.wrap(new byte[] {1, 2, 3}));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      new StreamWriter()
          .write(
              disk,
              StreamWriter.descriptorFor(
                  sizeBytes, 7, "0".repeat(31) + "7", Map.of("ddb.adapterType", "ide")),
              out,
              _ -> {});
      return out.toByteArray();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Three regions, of which the first and the last have tables. */
  static byte[][] seSparse() {
    ByteBuffer file = ByteBuffer.allocate(152 * 512).order(ByteOrder.LITTLE_ENDIAN);
    long capacity = 2 * 32768 + 5;
    file.putLong(0, 0xCAFEBABEL).putLong(8, 0x200000001L).putLong(16, capacity).putLong(24, 8);
    file.putLong(32, 64);
    long[] areas = {1, 1, 2, 2, 4, 1, 5, 1, 6, 192, 134, 1, 135, 1, 136, capacity};
    for (int i = 0; i < areas.length; i++) {
      file.putLong(80 + 8 * i, areas[i]);
    }
    file.putLong(512, 0xCAFECAFEL).putLong(520, 2);
    file.putLong(5 * 512, 1L << 60 | 1).putLong(5 * 512 + 16, 1L << 60);
    file.putLong(6 * 512, 0x3001_0000_0000_0000L);
    file.putLong(70 * 512 + 8, 0x3000_0000_0000_0000L).putLong(70 * 512 + 16, 2L << 60);
    file.putLong(70 * 512 + 24, 1L << 60);
    // Found by fuzzing: as a number with a sign, this entry was less than the count of tables.
    byte[] negative = file.array().clone();
    ByteBuffer.wrap(negative).putLong(5 * 512, -1);
    return new byte[][] {file.array(), negative};
  }

  /** Three tables, of which the second is missing. */
  static byte[][] cowd() {
    ByteBuffer file = ByteBuffer.allocate(72 * 512).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0x44574F43).putInt(4, 1).putInt(8, 3).putInt(12, 2 * 4096 + 5).putInt(16, 1);
    file.putInt(20, 4).putInt(24, 3).putInt(28, 72).putInt(1648, 1);
    file.putInt(4 * 512, 5).putInt(4 * 512 + 8, 38);
    file.putInt(5 * 512, 37).putInt(5 * 512 + 4, 70).putInt(38 * 512 + 16, 71);
    return new byte[][] {file.array()};
  }

  static byte[][] changeMaps() {
    ByteBuffer file = ByteBuffer.allocate(512 + 4100).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0, 0xF61972A2).putInt(4, 1).putInt(12, 0x200);
    file.putLong(16, 2048).putLong(24, 128).putLong(44, 7).putLong(52, 9);
    file.put(64, "VCSNAPCT".getBytes(StandardCharsets.US_ASCII)).putInt(72, 1);
    file.putLong(80, 1 << 20).putLong(88, 64 << 10).putInt(96, 3).putInt(100, 1);
    file.putInt(516, 1).putInt(524, 3);
    byte[] clean = withChecksum(file.array());
    byte[] dirty = clean.clone();
    dirty[76] = 1;
    return new byte[][] {clean, dirty};
  }

  /** The same file with the checksum that it should have. */
  static byte[] withChecksum(byte[] file) {
    byte[] right = file.clone();
    if (right.length < 512) {
      return right;
    }
    ByteBuffer bytes = ByteBuffer.wrap(right).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(76, 0).putInt(104, 0);
    CRC32C crc = new CRC32C();
    crc.update(right);
    bytes.putInt(104, (int) crc.getValue());
    return right;
  }
}
