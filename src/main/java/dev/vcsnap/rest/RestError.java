package dev.vcsnap.rest;

import java.util.List;

/**
 * A refusal as clients read it.
 *
 * @param errorType which of the standard errors it is
 * @param messages what happened, the most specific first
 */
record RestError(ErrorType errorType, List<Message> messages) {

  /**
   * One text.
   *
   * @param id names it for programs
   * @param defaultMessage the text in English
   * @param args what was put into it
   */
  record Message(String id, String defaultMessage, List<String> args) {}

  /**
   * The same in the older form.
   *
   * @param type the error's full name
   */
  record Wrapped(String type, RestError value) {

    static Wrapped of(RestError error) {
      return new Wrapped(error.errorType.typeName(), error);
    }
  }
}
