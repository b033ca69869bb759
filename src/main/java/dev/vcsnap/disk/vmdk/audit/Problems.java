package dev.vcsnap.disk.vmdk.audit;

import java.util.ArrayList;
import java.util.List;

/** Collects what an audit finds in one file; the first are told, the rest is counted. */
public final class Problems {

  private static final int TOLD = 20;

  private final List<String> sentences = new ArrayList<>();
  private long untold;

  /** Notes a problem. */
  public void add(String sentence) {
    if (sentences.size() < TOLD) {
      sentences.add(sentence);
    } else {
      untold++;
    }
  }

  /** The sentences in the order of their finding. */
  public List<String> sentences() {
    List<String> all = new ArrayList<>(sentences);
    if (untold > 0) {
      all.add("%d more problems of this kind".formatted(untold));
    }
    return all;
  }
}
