package dev.vcsnap.cli.demo;

/** Ends the demonstration with a sentence for whoever watches it. */
public final class DemoFailure extends RuntimeException {

  DemoFailure(String sentence) {
    super(sentence);
  }

  DemoFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
