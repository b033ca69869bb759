package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VmsnTest {

  private static final Vmsn VMSN =
      new Vmsn(
          "displayName = \"größer 雪\"\n".repeat(50),
          "poweredOn",
          true,
          false,
          Map.of("createdBy", "user", "consistency", "application", "empty", ""));

  @Test
  void readsWhatItWrites() {
    assertThat(Vmsn.parse(VMSN.bytes())).isEqualTo(VMSN);
    Vmsn small = new Vmsn("", "poweredOff", false, true, Map.of());
    assertThat(Vmsn.parse(small.bytes())).isEqualTo(small);
  }

  @Test
  void theFileHasTheShapeThatMemoryReadersExpect() {
    byte[] file = VMSN.bytes();
    ByteBuffer header = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(Arrays.copyOf(file, 4)).containsExactly(0xd2, 0xbe, 0xd2, 0xbe);
    assertThat(header.getInt(8)).isEqualTo(1);
    assertThat(new String(file, 12, 9, StandardCharsets.US_ASCII)).isEqualTo("Snapshot\0");
    assertThat(header.getLong(12 + 64)).isEqualTo(92);
    assertThat(header.getLong(12 + 72)).isEqualTo(file.length - 92);
    assertThat(Arrays.copyOfRange(file, file.length - 2, file.length)).containsOnly(0);
    assertThat(StateFile.read(file).get("Snapshot"))
        .extracting(StateFile.Tag::name)
        .startsWith("format", "cfgFile", "powerState")
        .endsWith("check");
  }

  @Test
  void aForeignMagicATooNewOneAndDamageHaveTheirOwnNames() {
    assertKind(BlockError.Kind.NOT_THIS_FORMAT, new byte[0]);
    assertKind(
        BlockError.Kind.NOT_THIS_FORMAT,
        "# Disk DescriptorFile".getBytes(StandardCharsets.US_ASCII));
    assertKind(BlockError.Kind.TOO_NEW, with(VMSN.bytes(), 0, 0xd4, 0xbe, 0xd4, 0xbe));
    assertKind(BlockError.Kind.CORRUPT, Arrays.copyOf(VMSN.bytes(), 8));
    assertKind(BlockError.Kind.CORRUPT, with(VMSN.bytes(), 8, 0xff, 0xff, 0xff, 0x7f));
    assertKind(
        BlockError.Kind.CORRUPT, with(VMSN.bytes(), 12 + 64, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0));
    assertKind(BlockError.Kind.UNSUPPORTED, new byte[Vmsn.BYTES_MAX + 1]);
  }

  @Test
  void aNewerContentIsNamedAndAForeignOneToo() {
    byte[] newer = StateFile.write("Snapshot", List.of(StateFile.Tag.ofInt("format", 2)));
    byte[] foreign = StateFile.write("memory", List.of(StateFile.Tag.ofInt("regionsCount", 2)));

    assertKind(BlockError.Kind.TOO_NEW, newer);
    assertKind(BlockError.Kind.UNSUPPORTED, foreign);
  }

  @Test
  void everyCutIsRefused() {
    byte[] file = VMSN.bytes();
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Vmsn.parse(cut)).isInstanceOf(BlockError.class);
    }
  }

  @Test
  void everyChangedByteOfTheContentIsNoticed() {
    byte[] file = VMSN.bytes();
    for (int at = 12 + 80; at < file.length; at++) {
      byte[] damaged = file.clone();
      damaged[at] ^= 0x20;
      try {
        // Bytes without a meaning, such as the size in memory, may change; the content may not.
        assertThat(Vmsn.parse(damaged)).as("byte " + at).isEqualTo(VMSN);
      } catch (BlockError e) {
        assertThat(e.kind()).isNotEqualTo(BlockError.Kind.IO);
      }
    }
  }

  @Test
  void randomDamageNeverEscapesTheNamedFailures() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] file = VMSN.bytes();
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = file.clone();
      for (int i = 0; i <= random.nextInt(8); i++) {
        damaged[random.nextInt(random.nextBoolean() ? 110 : damaged.length)] =
            (byte) random.nextInt();
      }
      try {
        Vmsn.parse(damaged);
      } catch (BlockError e) {
        assertThat(e.kind())
            .as("seed " + seed)
            .isIn(
                BlockError.Kind.CORRUPT,
                BlockError.Kind.NOT_THIS_FORMAT,
                BlockError.Kind.TOO_NEW,
                BlockError.Kind.UNSUPPORTED);
      }
    }
  }

  @Test
  void longDataWithPaddingAndOlderSizesAreRead() {
    ByteBuffer file = ByteBuffer.allocate(200).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xBED2BED0).putInt(8).putInt(1).put("g".getBytes(StandardCharsets.US_ASCII));
    file.position(12 + 64).putLong(92).putLong(0);
    file.put((byte) 62).put((byte) 1).put((byte) 't');
    file.putInt(3).putInt(3).putShort((short) 4).putInt(0).put(new byte[] {1, 2, 3});
    file.put((byte) 0).put((byte) 0);

    ByteBuffer data = StateFile.read(file.array()).get("g").get(0).data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    assertThat(bytes).containsExactly(1, 2, 3);
  }

  private static byte[] with(byte[] file, int at, int... bytes) {
    byte[] changed = file.clone();
    for (int i = 0; i < bytes.length; i++) {
      changed[at + i] = (byte) bytes[i];
    }
    return changed;
  }

  private static void assertKind(BlockError.Kind kind, byte[] file) {
    assertThatThrownBy(() -> Vmsn.parse(file))
        .isInstanceOfSatisfying(BlockError.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }
}
