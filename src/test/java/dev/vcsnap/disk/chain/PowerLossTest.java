package dev.vcsnap.disk.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.cbt.Range;
import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.disk.check.Finding;
import dev.vcsnap.disk.crash.CrashStates;
import dev.vcsnap.disk.crash.FileChange;
import dev.vcsnap.disk.crash.FileTree;
import dev.vcsnap.disk.crash.MemoryFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Takes the power away after each change of a recorded run, in every way that {@link CrashStates}
 * knows, and looks at what is left: it opens, {@code check} finds nothing but what a start removes,
 * and every flushed byte is there.
 */
class PowerLossTest {

  /** States a point besides the plain prefix and the one without anything unsynced. */
  private static final int STATES = Integer.getInteger("vcsnap.crash.states", 2);

  private static final long SEED = Long.getLong("vcsnap.crash.seed", System.nanoTime());

  static IntStream numbers() {
    return IntStream.range(0, Integer.getInteger("vcsnap.crash.scripts", 24));
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void every_power_loss_of_a_random_script_keeps_every_flushed_byte(int number) {
    long seed = SEED + number;
    Random random = new Random(seed);
    int[] sectors = {1, 9, 129, 1000, 2049, 4100};
    DeltaKind kind = DeltaKind.values()[number % 2];
    RecordedDisk disk = new RecordedDisk(512 * sectors[random.nextInt(sectors.length)], kind);
    for (int i = 0; i < 25; i++) {
      perform(disk, random);
    }
    disk.tell("close");
    disk.close();
    lookAtEveryPoint(disk, seed);
  }

  @ParameterizedTest
  @EnumSource(DeltaKind.class)
  void a_table_that_no_directory_named_yet_is_not_taken_for_a_new_one(DeltaKind kind) {
    // Some regions, so that a table's place may go to another region after the start.
    RecordedDisk disk = new RecordedDisk(kind == DeltaKind.SE_SPARSE ? 40 << 20 : 5 << 20, kind);
    disk.fork(() -> {});
    int begun = disk.files.length();
    disk.write(0, RecordedDisk.randomBytes(new Random(1), 4096));
    disk.flush();
    CrashStates states = new CrashStates(disk.files.start(), disk.files.log());
    while (!states.atEnd()) {
      states.advance();
      FileTree left = states.everything();
      if (states.point() > begun) {
        Aftermath aftermath = new Aftermath(disk, states.point(), left);
        aftermath.goOn(disk.disk().leaf(), new Random(2));
      }
    }
  }

  @Test
  void a_merge_off_the_chain_leaves_no_child_with_a_wrong_parent() {
    RecordedDisk disk = new RecordedDisk(1 << 16, DeltaKind.SE_SPARSE);
    for (int i = 0; i < 3; i++) {
      disk.fork(() -> {});
      disk.write(4096 * i, RecordedDisk.randomBytes(new Random(i), 4096));
    }
    assertThat(disk.revert(0)).isTrue();
    assertThat(disk.commitClosed()).isTrue();
    lookAtEveryPoint(disk, SEED);
  }

  private static void perform(RecordedDisk disk, Random random) {
    int size = disk.sizeBytes();
    int links = disk.disk().links().size();
    int at = random.nextInt(links);
    switch (random.nextInt(18)) {
      case 0, 1, 2 -> write(disk, random, 30_000);
      case 3 -> write(disk, random, 300);
      case 4 -> {
        int offset = random.nextInt(size);
        int length = 1 + random.nextInt(Math.min(size - offset, 40_000));
        boolean discard = random.nextBoolean();
        disk.tell((discard ? "discard " : "zero ") + offset + "+" + length);
        disk.zero(offset, length, discard);
      }
      case 5 -> {
        disk.tell("flush");
        disk.flush();
      }
      case 6 -> flushUnderWrites(disk, random);
      case 7, 8, 9 -> {
        if (links < 7) {
          disk.tell("fork");
          disk.fork(() -> {
            maybeWrite(disk, random);
            if (random.nextInt(3) == 0) {
              // Between the flush and the closing of the gate.
              write(disk, random, 9000);
              disk.duringNextSync(() -> write(disk, random, 9000));
            }
          });
        }
      }
      case 10 -> {
        disk.tell("abandon fork");
        disk.abandonFork(random.nextBoolean());
      }
      case 11 -> {
        if (at > 0 && disk.mergeable(at - 1, at)) {
          disk.tell("commit " + at + " of " + links);
          disk.commit(at, () -> maybeWrite(disk, random));
        }
      }
      case 12 -> {
        if (disk.mergeable(at, links - 1)) {
          disk.tell("commit into " + at + " of " + links);
          disk.commitInto(at, () -> maybeWrite(disk, random));
        }
      }
      case 13 -> {
        if (at < links - 1) {
          disk.tell("revert to " + at);
          disk.revert(at);
        }
      }
      case 14 -> {
        disk.tell("track " + !disk.disk().tracked());
        disk.track(!disk.disk().tracked());
      }
      case 16 -> {
        int more = 512 * (1 + random.nextInt(300));
        disk.tell("grow by " + more);
        disk.grow(more);
      }
      case 15 -> {
        disk.tell("commit off the chain");
        disk.commitClosed();
      }
      default -> {
        disk.tell("reopen");
        disk.reopen();
      }
    }
  }

  private static void flushUnderWrites(RecordedDisk disk, Random random) {
    write(disk, random, 9000);
    disk.duringNextSync(() -> write(disk, random, 9000));
    disk.tell("flush");
    disk.flush();
  }

  private static void maybeWrite(RecordedDisk disk, Random random) {
    switch (random.nextInt(4)) {
      case 0 -> write(disk, random, 20_000);
      case 1 -> {
        write(disk, random, 2000);
        disk.tell("flush");
        disk.flush();
      }
      default -> {}
    }
  }

  private static void write(RecordedDisk disk, Random random, int most) {
    int offset = random.nextInt(disk.sizeBytes());
    if (random.nextInt(3) == 0) {
      offset = offset / 4096 * 4096;
    }
    int length = 1 + random.nextInt(Math.min(disk.sizeBytes() - offset, most));
    disk.tell("write " + offset + "+" + length);
    disk.write(offset, RecordedDisk.randomBytes(random, length));
  }

  // ---- looking

  private static void lookAtEveryPoint(RecordedDisk disk, long seed) {
    CrashStates states = new CrashStates(disk.files.start(), disk.files.log());
    FileChange last = null;
    int looked = 0;
    while (true) {
      int point = states.point();
      for (int variant = -2; variant < STATES; variant++) {
        if (variant > -2 && !states.anythingPending()) {
          break;
        }
        Random random = new Random(seed * 1_000_003 + point * 1009L + variant);
        FileTree left =
            switch (variant) {
              case -2 -> states.everything();
              case -1 -> states.durable();
              default -> states.random(random);
            };
        try {
          new Aftermath(disk, point, left.copy()).look(random);
          looked++;
        } catch (RuntimeException | AssertionError failure) {
          throw new AssertionError(
              "seed %d, state %d after change %d of %d (%s): %s; the story: %s"
                  .formatted(
                      seed,
                      variant,
                      point,
                      disk.files.length(),
                      last,
                      failure.getMessage(),
                      disk.storyUpTo(point)),
              failure);
        }
      }
      if (states.atEnd()) {
        assertThat(looked).isGreaterThan(point);
        return;
      }
      last = states.advance();
    }
  }

  /** What somebody finds who starts again. */
  private static final class Aftermath {

    private final RecordedDisk disk;
    private final int point;
    private final MemoryFiles files;
    private final DiskFactory factory;

    Aftermath(RecordedDisk disk, int point, FileTree left) {
      this.disk = disk;
      this.point = point;
      this.files = new MemoryFiles(left);
      this.factory = new DiskFactory(new Ids(new Dice(7)), new SystemClock(), files);
    }

    void look(Random random) {
      if (!files.exists(RecordedDisk.RUNNING)) {
        require(point <= firstNamed(), "the configuration is gone");
        return;
      }
      String text = textOf(RecordedDisk.RUNNING);
      RecordedDisk.Running running = named(text);
      Path leaf = RecordedDisk.DIRECTORY.resolve(text);
      check(leaf, running.timeline());
      byte[] found;
      try (RunningDisk opened = factory.open(leaf, OpenMode.READ_WRITE)) {
        found = DiskBench.contentOf(opened);
        complain(
            "the running disk",
            running.timeline().complaint(found, point, running.timeline().writeCount()));
        lookAtSnapshots(opened, running);
        if (opened.tracked()) {
          noMissedChange(opened.changes(opened.leaf()), found, Long.MAX_VALUE);
        }
      }
      if (random.nextInt(4) == 0) {
        goOn(leaf, random);
      }
    }

    private int firstNamed() {
      // The first replacement takes five steps at most.
      return disk.running.getFirst().begun() + 5;
    }

    /**
     * The version of the configuration that was found: the last that was surely there, or the next.
     */
    private RecordedDisk.Running named(String text) {
      int last = 0;
      while (last + 1 < disk.running.size() && disk.running.get(last + 1).begun() < point) {
        last++;
      }
      for (int i = last; i >= Math.max(0, last - 1); i--) {
        if (disk.running.get(i).text().equals(text)) {
          return disk.running.get(i);
        }
      }
      throw new AssertionError("the configuration names " + text);
    }

    private void check(Path leaf, Timeline timeline) {
      Set<Path> needed = new HashSet<>(factory.linksOf(leaf));
      snapshots().forEach(line -> needed.addAll(factory.linksOf(linkOf(line))));
      for (Finding finding : new DiskCheck(files).check(RecordedDisk.DIRECTORY)) {
        boolean growing = timeline.growing(point) && isTooLong(finding);
        require(growing || isLeftover(finding, needed), "check: " + finding);
      }
    }

    private static boolean isTooLong(Finding finding) {
      Matcher sizes =
          Pattern.compile("it has (\\d+) bytes; its descriptor says (\\d+)")
              .matcher(finding.problem());
      return finding.file().getFileName().toString().endsWith("-flat.vmdk")
          && sizes.matches()
          && Long.parseLong(sizes.group(1)) > Long.parseLong(sizes.group(2));
    }

    /** Whether this is of an operation that did not end, and what a start removes. */
    private boolean isLeftover(Finding finding, Set<Path> needed) {
      String name = finding.file().getFileName().toString();
      if (name.endsWith(".tmp")) {
        return true;
      }
      if (finding.problem().contains("an interrupted growth leaves that")) {
        return name.endsWith("-flat.vmdk");
      }
      if (finding.problem().equals("no descriptor names it")) {
        return name.matches(".+-(sesparse|delta|ctk)\\.vmdk");
      }
      // A link that nobody needs and that was never closed after a write.
      if (needed.contains(finding.file()) || !finding.problem().startsWith("its parentCID")) {
        return false;
      }
      Descriptor link = factory.descriptorOf(finding.file());
      return link.cid() == link.parentCid();
    }

    private List<String> snapshots() {
      return textOf(RecordedDisk.SNAPSHOTS).lines().toList();
    }

    private static Path linkOf(String line) {
      return RecordedDisk.DIRECTORY.resolve(line.split(" ")[1]);
    }

    private void lookAtSnapshots(RunningDisk opened, RecordedDisk.Running running) {
      for (String line : snapshots()) {
        Path link = linkOf(line);
        if (link.equals(opened.leaf())) {
          continue;
        }
        RecordedDisk.Frozen frozen = disk.frozen.get(line.split(" ")[0]);
        byte[] found;
        try (BlockDevice view = opened.openFrozen(link)) {
          found = DiskBench.contentOf(view);
        }
        if (frozen.complete() <= point) {
          require(Arrays.equals(found, frozen.content()), "snapshot " + line + " has changed");
        } else {
          complain("snapshot " + line, frozen.timeline().complaint(found, point, frozen.writes()));
        }
        opened
            .changeIdOf(link)
            .ifPresent(id -> noMissedChange(opened.changes(link), found, id.sequence()));
      }
    }

    private void noMissedChange(ChangeMap map, byte[] now, long upTo) {
      for (RecordedDisk.Moment moment : disk.moments) {
        ChangeId id = moment.id();
        if (moment.complete() <= point && id.epoch().equals(map.epoch()) && id.sequence() <= upTo) {
          byte[] patched = Arrays.copyOf(moment.content(), now.length);
          for (Range area : map.changedSince(id, 0, Integer.MAX_VALUE)) {
            int offset = (int) area.offset();
            System.arraycopy(now, offset, patched, offset, (int) area.length());
          }
          require(Arrays.equals(patched, now), "the change map misses a change since " + id);
        }
      }
    }

    /** Writes on after the start, loses the process, and looks again. */
    private void goOn(Path leaf, Random random) {
      RunningDisk opened = factory.open(leaf, OpenMode.READ_WRITE);
      byte[] expected = DiskBench.contentOf(opened);
      for (int i = 0; i < 4; i++) {
        int offset = random.nextInt(expected.length);
        int length = 1 + random.nextInt(Math.min(expected.length - offset, 20_000));
        byte[] bytes = RecordedDisk.randomBytes(random, length);
        opened.writeAt(offset, ByteBuffer.wrap(bytes));
        System.arraycopy(bytes, 0, expected, offset, length);
      }
      opened.flush();
      MemoryFiles again = new MemoryFiles(files.tree().copy());
      DiskFactory later = new DiskFactory(new Ids(new Dice(8)), new SystemClock(), again);
      try (RunningDisk reopened = later.open(leaf, OpenMode.READ_WRITE)) {
        require(
            Arrays.equals(DiskBench.contentOf(reopened), expected),
            "what was flushed after the start is lost with the next crash: sectors "
                + differing(DiskBench.contentOf(reopened), expected));
        reopened.commitInto(reopened.links().getFirst(), DiskBench.unwatched());
        require(
            Arrays.equals(DiskBench.contentOf(reopened), expected),
            "merging everything after the start changes bytes");
      }
    }

    private static List<Integer> differing(byte[] one, byte[] other) {
      List<Integer> sectors = new ArrayList<>();
      IntStream.range(0, one.length / 512)
          .filter(s -> !Arrays.equals(one, s * 512, s * 512 + 512, other, s * 512, s * 512 + 512))
          .forEach(sectors::add);
      return sectors;
    }

    private String textOf(Path file) {
      return new String(files.read(file, 100_000), StandardCharsets.UTF_8);
    }

    private static void complain(String what, String complaint) {
      require(complaint == null, what + ": " + complaint);
    }

    private static void require(boolean holds, String otherwise) {
      if (!holds) {
        throw new AssertionError(otherwise);
      }
    }
  }
}
