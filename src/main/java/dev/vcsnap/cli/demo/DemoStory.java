package dev.vcsnap.cli.demo;

import dev.vcsnap.cli.demo.Machine.Snapshot;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Plays a whole backup against a server: a full copy of a machine that keeps running, copies of
 * what changed, a restore to another machine, and the comparison of every byte.
 */
public final class DemoStory {

  private static final String MACHINE = "DC0_H0_VM0";
  private static final String SPARE = "DC0_H0_VM1";
  private static final int WRITES_BETWEEN = 120;

  private final DemoServer server;
  private final DemoPlan plan;
  private final Clock clock;
  private final Narrator narrator;

  /**
   * Prepares a run.
   *
   * @param terminal true if a line of {@code out} can be rewritten
   */
  public DemoStory(
      DemoServer server, DemoPlan plan, Clock clock, PrintStream out, boolean terminal) {
    this.server = server;
    this.plan = plan;
    this.clock = clock;
    this.narrator = new Narrator(out, terminal);
  }

  /**
   * Tells the story to its end.
   *
   * @return true if the restored disk equals the disk that was backed up
   * @throws DemoFailure saying what went wrong
   */
  public boolean play() {
    long start = clock.nanoTime();
    try (var vim = new VimJsonClient(server.web(), server.sha256Thumbprint(), clock)) {
      vim.logIn("user", "pass");
      Machine machine = Machine.find(vim, MACHINE);
      Machine spare = Machine.find(vim, SPARE);
      if (machine.hasSnapshots() || spare.hasSnapshots()) {
        throw new DemoFailure(
            "%s and %s have to be without snapshots: remove them, or choose another data directory."
                .formatted(MACHINE, SPARE));
      }
      try (var image = BackupImage.create(plan.image(), machine.capacityBytes())) {
        boolean equal = play(machine, spare, image);
        narrator.say("All this took %s.".formatted(Quantity.time(since(start))));
        return equal;
      }
    }
  }

  private boolean play(Machine machine, Machine spare, BackupImage image) {
    narrator.chapter("A machine at work");
    machine.setPower(true);
    spare.setPower(true);
    machine.trackChanges();
    narrator.say(
        "%s is %s; its disk scsi0:0 has %s. Change tracking is asked for."
            .formatted(MACHINE, machine.id(), Quantity.bytes(machine.capacityBytes())));
    narrator.say("A guest writes pieces of 4 to 64 KiB through NBD from now on, all the time.");
    Snapshot last;
    var random = new Dice(plan.seed()).stream("guest");
    try (Guest guest = Guest.start(open(machine.runningDisk()), random, clock)) {
      guest.awaitWrites(WRITES_BETWEEN);
      narrator.draw(machine.drawing(), true);
      last = backUp(machine, guest, image);
      guest.awaitWrites(WRITES_BETWEEN);
      narrator.chapter("Restore to " + SPARE);
      guest.stop();
      narrator.say(
          "The guest stops after %s writes; the last of them came after the last backup."
              .formatted(Quantity.count(guest.writeCount())));
    }
    restore(machine, spare, image);
    boolean equal = compare(machine.frozenDisk(last), spare.runningDisk());
    cleanUp(machine, spare, last);
    return equal;
  }

  /** The full copy and the incremental ones; the last one's snapshot stays. */
  private Snapshot backUp(Machine machine, Guest guest, BackupImage image) {
    narrator.chapter("Full backup");
    Snapshot snapshot = snapshot(machine, guest, "full");
    List<Area> allocated = machine.changedAreas(snapshot, ChangedAreas.ALL_ALLOCATED);
    narrator.say("Allocated: " + sizeOf(allocated));
    copy(machine.frozenDisk(snapshot), allocated, image);
    narrator.say("Its change id is " + snapshot.changeId() + ": the next backup asks from there.");
    for (int i = 1; i <= plan.increments(); i++) {
      remove(machine, guest, snapshot);
      narrator.chapter("Incremental backup %d of %d".formatted(i, plan.increments()));
      guest.awaitWrites(WRITES_BETWEEN);
      Snapshot earlier = snapshot;
      snapshot = snapshot(machine, guest, "incremental-" + i);
      List<Area> changed = machine.changedAreas(snapshot, earlier.changeId());
      narrator.say(
          "From %s to %s: %s"
              .formatted(
                  sequenceOf(earlier.changeId()),
                  sequenceOf(snapshot.changeId()),
                  sizeOf(changed)));
      if (plan.ignoreLastChanges() && i == plan.increments()) {
        narrator.say("They are ignored, as a wrong backup would.");
        continue;
      }
      long different = copy(machine.frozenDisk(snapshot), changed, image);
      narrator.say(
          "A backup that ignored this query would be wrong in %s bytes."
              .formatted(Quantity.count(different)));
    }
    return snapshot;
  }

  /** The part of a change id that counts up. */
  private static String sequenceOf(String changeId) {
    return "change " + changeId.substring(changeId.indexOf('/') + 1);
  }

  private static String sizeOf(List<Area> areas) {
    return "%s in %s areas."
        .formatted(Quantity.bytes(Area.bytesOf(areas)), Quantity.count(areas.size()));
  }

  private Snapshot snapshot(Machine machine, Guest guest, String name) {
    guest.longestWait();
    long start = clock.nanoTime();
    Snapshot snapshot = machine.createSnapshot(name, "Made by vcsnap demo");
    Duration took = since(start);
    guest.awaitWrites(2);
    narrator.say(
        "Snapshot '%s' in %s; the guest's longest write meanwhile took %s."
            .formatted(name, Quantity.time(took), Quantity.time(guest.longestWait())));
    narrator.draw(machine.drawing(), true);
    return snapshot;
  }

  private long copy(String export, List<Area> areas, BackupImage image) {
    long start = clock.nanoTime();
    long different;
    try (NbdClient disk = open(export)) {
      different = image.copy(disk, areas, narrator.progress("reading", Area.bytesOf(areas)));
    }
    narrator.say("Read from %s in %s.".formatted(export, Quantity.time(since(start))));
    return different;
  }

  private void remove(Machine machine, Guest guest, Snapshot snapshot) {
    guest.longestWait();
    long writes = guest.writeCount();
    long start = clock.nanoTime();
    machine.remove(snapshot);
    Duration took = since(start);
    narrator.say(
        "Snapshot removed in %s: merged under the guest, which wrote %s times (longest %s)."
            .formatted(
                Quantity.time(took),
                Quantity.count(guest.writeCount() - writes),
                Quantity.time(guest.longestWait())));
    narrator.draw(machine.drawing(), true);
  }

  private void restore(Machine machine, Machine spare, BackupImage image) {
    machine.setPower(false);
    spare.setPower(false);
    long start = clock.nanoTime();
    try (NbdClient disk = open(spare.runningDisk())) {
      image.restoreTo(disk, narrator.progress("writing", disk.sizeBytes()));
    }
    narrator.say(
        "Both machines are off; backup.img is written over all of %s in %s."
            .formatted(spare.runningDisk(), Quantity.time(since(start))));
    narrator.draw(machine.drawing(), false);
  }

  private boolean compare(String frozen, String restored) {
    narrator.chapter("Compare every byte");
    try (NbdClient source = open(frozen);
        NbdClient target = open(restored)) {
      String wanted = checksum(frozen, source);
      String found = checksum(restored, target);
      if (wanted.equals(found)) {
        narrator.say("The backup restores byte for byte.");
        return true;
      }
      OptionalLong difference = WholeDisk.firstDifference(source, target);
      narrator.say(
          "The restored disk is WRONG: it differs first at offset "
              + (difference.isPresent() ? difference.getAsLong() : "unknown")
              + ".");
      return false;
    }
  }

  private String checksum(String name, NbdClient disk) {
    String sha256 = WholeDisk.sha256(disk, narrator.progress("reading " + name, disk.sizeBytes()));
    narrator.say("SHA-256 " + sha256 + "  " + name);
    return sha256;
  }

  /** Leaves the machines as they were found, for a data directory that is kept. */
  private static void cleanUp(Machine machine, Machine spare, Snapshot last) {
    machine.remove(last);
    machine.setPower(true);
    spare.setPower(true);
  }

  private NbdClient open(String export) {
    return NbdClient.open(server.nbd(), export);
  }

  private Duration since(long startNanos) {
    return Duration.ofNanos(clock.nanoTime() - startNanos);
  }
}
