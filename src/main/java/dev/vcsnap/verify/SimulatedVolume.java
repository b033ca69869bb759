package dev.vcsnap.verify;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.guest.simulated.disk.Inspection;
import dev.vcsnap.guest.simulated.disk.SimulatedDisk;
import dev.vcsnap.quiesce.Consistency;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The volume of a simulated guest, whose bytes tell all three kinds apart. */
final class SimulatedVolume implements Recogniser {

  private static final String CONTENT = "simulated guest";

  @Override
  public Optional<Finding> look(Area area) {
    if (!SimulatedDisk.isVolume(area)) {
      return Optional.empty();
    }
    try {
      return Optional.of(judge(area.name(), Inspection.of(area)));
    } catch (BlockError damaged) {
      return Optional.of(
          Finding.undecided(area.name(), CONTENT, String.valueOf(damaged.getMessage())));
    }
  }

  private static Finding judge(String place, Inspection seen) {
    List<String> reasons = new ArrayList<>();
    reasons.add(
        seen.needsRecovery()
            ? "its superblock says that it needs recovery, and %d transactions are to be replayed"
                .formatted(seen.toReplay())
            : "its superblock says that it needs no recovery: it was frozen, or not mounted");
    reasons.add(
        (seen.isSettled()
                ? "its ledger is settled: intent %d, a %d, b %d"
                : "its ledger is not settled: intent %d, a %d, b %d")
            .formatted(seen.intent(), seen.a(), seen.b()));
    reasons.addAll(seen.contradictions());
    boolean frozen = !seen.needsRecovery() && seen.contradictions().isEmpty();
    Consistency kind =
        !frozen
            ? Consistency.CRASH
            : seen.isSettled() ? Consistency.APPLICATION : Consistency.FILE_SYSTEM;
    return Finding.decided(place, CONTENT, kind, kind, reasons);
  }
}
