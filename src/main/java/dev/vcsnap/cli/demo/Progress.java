package dev.vcsnap.cli.demo;

import java.io.PrintStream;

/**
 * Shows how far a long copy has come: one line that is rewritten on a terminal, a few lines in a
 * log, nothing when there is little to do.
 */
final class Progress {

  private static final long SHORT_BYTES = 64L << 20;
  private static final int STEPS_ON_TERMINAL = 40;
  private static final int STEPS_IN_LOG = 2;

  private final PrintStream out;
  private final boolean terminal;
  private final Glyphs glyphs;
  private final String what;
  private final long totalBytes;
  private final int steps;
  private long doneBytes;
  private int shown;

  Progress(PrintStream out, boolean terminal, Glyphs glyphs, String what, long totalBytes) {
    this.out = out;
    this.terminal = terminal;
    this.glyphs = glyphs;
    this.what = what;
    this.totalBytes = totalBytes;
    this.steps = totalBytes < SHORT_BYTES ? 0 : terminal ? STEPS_ON_TERMINAL : STEPS_IN_LOG;
  }

  void advance(long bytes) {
    doneBytes += bytes;
    int step = steps == 0 ? 0 : (int) (doneBytes * steps / totalBytes);
    if (step <= shown) {
      return;
    }
    shown = step;
    if (!terminal) {
      out.printf("     %s: %d %%%n", what, step * 100 / steps);
    } else if (step < steps) {
      String bar = glyphs.full().repeat(step) + glyphs.empty().repeat(steps - step);
      out.printf("\r     %s %s %3d %%", bar, what, step * 100 / steps);
    } else {
      // What is said next takes the bar's place.
      out.print("\r" + " ".repeat(steps + what.length() + 12) + "\r");
    }
    out.flush();
  }
}
