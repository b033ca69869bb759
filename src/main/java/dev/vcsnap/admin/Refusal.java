package dev.vcsnap.admin;

import org.springframework.http.HttpStatus;

/** A request that is not done: the status, and a sentence that says why. */
final class Refusal extends RuntimeException {

  private final HttpStatus status;

  Refusal(HttpStatus status, String sentence) {
    super(sentence);
    this.status = status;
  }

  static Refusal notFound(String sentence) {
    return new Refusal(HttpStatus.NOT_FOUND, sentence);
  }

  static Refusal invalid(String sentence) {
    return new Refusal(HttpStatus.BAD_REQUEST, sentence);
  }

  HttpStatus status() {
    return status;
  }
}
