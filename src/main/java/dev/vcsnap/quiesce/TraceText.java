package dev.vcsnap.quiesce;

import dev.vcsnap.quiesce.Trace.Speaker;
import dev.vcsnap.quiesce.Trace.Step;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * A handshake as text, which is kept with the snapshot: a line for each step, with the time, who
 * spoke, what, the code and the text between tabs.
 */
public final class TraceText {

  private static final int FIELDS = 5;

  private TraceText() {}

  static String of(List<Step> steps) {
    var text = new StringBuilder();
    for (Step step : steps) {
      text.append(step.at())
          .append('\t')
          .append(step.by())
          .append('\t')
          .append(plain(step.what()))
          .append('\t')
          .append(step.code())
          .append('\t')
          .append(plain(step.text()))
          .append('\n');
    }
    return text.toString();
  }

  /** What a guest says may hold anything. */
  private static String plain(String said) {
    return said.replaceAll("\\p{Cntrl}", " ");
  }

  /** Reads the text; lines that are none are left out. */
  public static List<Step> parse(String text) {
    List<Step> steps = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split("\t", FIELDS);
      if (fields.length == FIELDS) {
        try {
          steps.add(
              new Step(
                  Instant.parse(fields[0]),
                  Speaker.valueOf(fields[1]),
                  fields[2],
                  Integer.parseInt(fields[3]),
                  fields[4]));
        } catch (DateTimeParseException | IllegalArgumentException damaged) {
          // The rest is of use without it.
        }
      }
    }
    return steps;
  }
}
