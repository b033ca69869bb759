package dev.vcsnap.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A line that is drawn again and again while something takes long; silent without a terminal. */
final class ProgressLine {

  private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");
  private static final int COLUMNS = 40;

  private final PrintStream out;
  private final boolean shown;
  private long lastPerMille = -1;

  private ProgressLine(PrintStream out, boolean shown) {
    this.out = out;
    this.shown = shown;
  }

  /** On standard error, when that is a terminal. */
  static ProgressLine onErrorStream() {
    return new ProgressLine(System.err, errorStreamIsTerminal());
  }

  private static boolean errorStreamIsTerminal() {
    try {
      Path device = Files.readSymbolicLink(ERROR_STREAM);
      return device.startsWith("/dev/pts") || device.toString().startsWith("/dev/tty");
    } catch (IOException unknown) {
      // Without /proc nobody can tell; a log is better off without the line.
      return false;
    }
  }

  /** Draws the line when it would look different. */
  void show(long bytesDone, long bytesTotal) {
    long perMille = (long) (1000.0 * bytesDone / bytesTotal);
    if (!shown || perMille == lastPerMille) {
      return;
    }
    lastPerMille = perMille;
    int filled = (int) (perMille * COLUMNS / 1000);
    out.print(
        "\r[%s%s] %5.1f %%  %d of %d MiB"
            .formatted(
                "#".repeat(filled),
                ".".repeat(COLUMNS - filled),
                perMille / 10.0,
                bytesDone >> 20,
                bytesTotal >> 20));
    out.flush();
  }

  /** Takes the line away. */
  void clear() {
    if (lastPerMille >= 0) {
      out.print("\r" + " ".repeat(80) + "\r");
      out.flush();
      lastPerMille = -1;
    }
  }
}
