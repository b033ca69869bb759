package dev.vcsnap.cli.demo;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Tells the story on standard output, in the characters that the terminal has. */
final class Narrator {

  private final PrintStream out;
  private final boolean terminal;
  private final Glyphs glyphs;
  private int chapters;

  Narrator(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
    this.glyphs = out.charset().equals(StandardCharsets.UTF_8) ? Glyphs.UNICODE : Glyphs.ASCII;
  }

  void chapter(String title) {
    out.println();
    out.println(++chapters + ". " + title);
  }

  void say(String sentence) {
    out.println("   " + sentence);
  }

  void draw(Drawing drawing, boolean guestWrites) {
    drawing.lines(glyphs, guestWrites).forEach(line -> out.println("     " + line));
  }

  Progress progress(String what, long totalBytes) {
    return new Progress(out, terminal, glyphs, what, totalBytes);
  }
}
