package dev.vcsnap.disk.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.check.ChainMap.Kind;
import dev.vcsnap.disk.check.ChainMap.LinkRuns;
import dev.vcsnap.disk.check.ChainMap.OwnerRun;
import dev.vcsnap.disk.check.ChainMap.Run;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainMapTest {

  private static final int MIB = 1 << 20;
  private static final long SIZE = 32 * MIB;

  @TempDir Path directory;
  private final DiskFactory factory = new DiskFactory(new Ids(new Dice(1)), new SystemClock());

  /** A MiB at the start in the base; above it 8 MiB of data, and a MiB of zeros at the start. */
  private ChainMap chain() {
    Path base = directory.resolve("VM.vmdk");
    factory.createFlat(base, SIZE, true);
    try (RunningDisk disk = factory.open(base, OpenMode.READ_WRITE)) {
      disk.writeAt(0, ByteBuffer.wrap(bytes(2 * MIB)));
      PreparedFork fork = disk.prepareFork(directory.resolve("VM-000001.vmdk"));
      fork.closeGate();
      fork.commit();
      fork.openGate();
      disk.writeAt(8 * MIB, ByteBuffer.wrap(bytes(8 * MIB)));
      disk.writeZeroesAt(0, MIB);
      return ChainMap.of(disk);
    }
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(5).nextBytes(bytes);
    return bytes;
  }

  private static List<OwnerRun> ownersOf(ChainMap map) {
    List<OwnerRun> owners = new ArrayList<>();
    map.owners(owners::add);
    return owners;
  }

  @Test
  void tells_what_each_link_holds_and_which_one_answers() {
    ChainMap map = chain();
    assertThat(map.links()).hasSize(2);
    LinkRuns base = map.links().getFirst();
    assertThat(base.type()).isEqualTo("vmfs");
    assertThat(base.grainBytes()).isEqualTo(512);
    assertThat(base.runs()).containsExactly(new Run(0, 2 * MIB, Kind.DATA));
    LinkRuns delta = map.links().getLast();
    assertThat(delta.type()).isEqualTo("seSparse");
    assertThat(delta.grainBytes()).isEqualTo(4096);
    assertThat(delta.runs())
        .containsExactly(new Run(0, MIB, Kind.ZERO), new Run(8 * MIB, 8 * MIB, Kind.DATA));
    assertThat(delta.zeroBytes()).isEqualTo(MIB);
    assertThat(ownersOf(map))
        .containsExactly(
            new OwnerRun(0, MIB, 1, Kind.ZERO),
            new OwnerRun(MIB, MIB, 0, Kind.DATA),
            new OwnerRun(2 * MIB, 6 * MIB, 0, Kind.HOLE),
            new OwnerRun(8 * MIB, 8 * MIB, 1, Kind.DATA),
            new OwnerRun(16 * MIB, 16 * MIB, 0, Kind.HOLE));
  }

  @Test
  void the_topmost_link_answers_whatever_lies_below() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(60);
      int links = 1 + random.nextInt(5);
      int[] owner = new int[size];
      Kind[] kind = new Kind[size];
      Arrays.fill(kind, Kind.HOLE);
      List<LinkRuns> all = new ArrayList<>();
      for (int link = 0; link < links; link++) {
        List<Run> runs = new ArrayList<>();
        for (int at = random.nextInt(8); at < size; at += random.nextInt(8)) {
          int length = Math.min(1 + random.nextInt(9), size - at);
          Run run = new Run(at, length, random.nextBoolean() ? Kind.DATA : Kind.ZERO);
          runs.add(run);
          for (int i = at; i < at + length; i++) {
            owner[i] = link;
            kind[i] = run.kind();
          }
          at += length;
        }
        all.add(new LinkRuns(Path.of("l" + link), "seSparse", 1, runs));
      }
      int at = 0;
      OwnerRun last = null;
      for (OwnerRun run : ownersOf(new ChainMap(size, all))) {
        assertThat(run.offset()).isEqualTo(at);
        assertThat(last == null || last.link() != run.link() || last.kind() != run.kind()).isTrue();
        for (; at < run.offset() + run.length(); at++) {
          assertThat(run.link()).isEqualTo(owner[at]);
          assertThat(run.kind()).isEqualTo(kind[at]);
        }
        last = run;
      }
      assertThat(at).isEqualTo(size);
    }
  }

  @Test
  void the_picture_has_the_newest_link_on_top_and_explains_itself() {
    assertThat(new ChainPicture(chain()).text())
        .isEqualTo(
            """
            VM-000001.vmdk: a disk of 32.0 MiB (33554432 bytes) in 2 links; one character is 512 KiB

            link            type       0                                                       32.0 MiB       stored  answers
            VM-000001.vmdk  seSparse  |00..............################................................|     8.0 MiB   28.1 %
            VM.vmdk         vmfs      |####............................................................|     2.0 MiB    3.1 %

            # all stored here   + partly   0 zeros, recorded here   . nothing here: the link below answers
            A read takes each piece from the topmost link that has it; "answers" is that link's share.
            """);
  }

  @Test
  void the_picture_of_the_largest_disk_has_a_place_for_its_last_byte() {
    long size = 64L << 40;
    List<Run> runs = List.of(new Run(0, 1, Kind.DATA), new Run(size - 512, 512, Kind.ZERO));
    ChainMap map = new ChainMap(size, List.of(new LinkRuns(Path.of("x.vmdk"), "vmfs", 512, runs)));
    assertThat(new ChainPicture(map).row(runs)).startsWith("+.").hasSize(64).endsWith(".0");
    assertThat(new ChainPicture(map).text()).contains("< 0.1 %");
  }
}
