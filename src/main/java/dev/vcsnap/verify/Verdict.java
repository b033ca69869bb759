package dev.vcsnap.verify;

import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.verify.Finding.Weight;
import java.util.List;
import java.util.Optional;

/** What the bytes of all disks of one moment say together: the weakest of their places. */
public record Verdict(List<Finding> findings) {

  /** What the bytes say to a kind that somebody claims. */
  public enum Answer {
    /** They prove it, or a better one. */
    CONFIRMED,
    /** They allow it and do not prove it. */
    POSSIBLE,
    /** They exclude it. */
    REFUTED
  }

  public Verdict {
    findings = List.copyOf(findings);
  }

  /**
   * The kind that is proven; empty if the bytes do not decide. Where a file system was frozen and
   * nothing is known of applications, it is FILE_SYSTEM.
   */
  public Optional<Consistency> kind() {
    if (most() == Consistency.CRASH) {
      return Optional.of(Consistency.CRASH);
    }
    boolean decided = findings.stream().anyMatch(finding -> finding.weight() == Weight.DECIDED);
    boolean open = findings.stream().anyMatch(finding -> finding.weight() == Weight.UNDECIDED);
    return decided && !open ? Optional.of(least()) : Optional.empty();
  }

  /** The best kind that is not excluded. */
  public Consistency most() {
    return findings.stream().map(Finding::most).reduce(Consistency.APPLICATION, Verdict::weaker);
  }

  private Consistency least() {
    return findings.stream()
        .filter(finding -> finding.weight() != Weight.SILENT)
        .map(Finding::least)
        .reduce(Verdict::weaker)
        .orElse(Consistency.CRASH);
  }

  /** Holds a claim against the bytes. */
  public Answer to(Consistency claimed) {
    if (claimed.compareTo(most()) > 0) {
      return Answer.REFUTED;
    }
    return claimed.compareTo(least()) <= 0 ? Answer.CONFIRMED : Answer.POSSIBLE;
  }

  private static Consistency weaker(Consistency one, Consistency other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** The kind's word, or "unknown". */
  public String word() {
    return kind().map(Consistency::word).orElse("unknown");
  }
}
