package dev.vcsnap.guest.simulated;

import java.util.concurrent.CompletableFuture;

/** A freeze script of a guest. */
interface Script {

  /** By which scripts are ordered and known. */
  String name();

  /**
   * Begins to run it.
   *
   * @param verb {@code freeze}, {@code freezeFail} or {@code thaw}
   * @param argument the second argument; empty for none
   */
  Running run(String verb, String argument);

  /** A script that runs. */
  interface Running {

    /** Its exit status, once it has ended. */
    CompletableFuture<Integer> status();

    /** Kills it. */
    void kill();
  }
}
