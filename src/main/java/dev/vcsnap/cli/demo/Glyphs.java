package dev.vcsnap.cli.demo;

/**
 * The characters that drawings are made of: a terminal that is not UTF-8 gets plain ASCII.
 *
 * @param line from a snapshot to what follows
 * @param first where a tree branches, the first branch
 * @param middle another branch
 * @param last the last branch
 * @param past beside the branches that follow
 * @param parent from a link to its parent
 * @param full a done part of a progress bar
 * @param empty a part to be done
 */
record Glyphs(
    String line,
    String first,
    String middle,
    String last,
    String past,
    String parent,
    String full,
    String empty) {

  static final Glyphs UNICODE =
      new Glyphs(" ── ", " ─┬─ ", "  ├─ ", "  └─ ", "  │  ", " ◄── ", "█", "░");

  static final Glyphs ASCII =
      new Glyphs(" -- ", " -+- ", "  |- ", "  `- ", "  |  ", " <-- ", "#", ".");
}
