package dev.vcsnap.rest;

/**
 * What an operation answers.
 *
 * @param type the class of the value, or of each value of a list; {@code Void} for nothing
 * @param list true for a list of them
 * @param status the HTTP status under {@code /api}; under {@code /rest} it is always 200
 */
record Answer(Class<?> type, boolean list, int status) {

  static final Answer NOTHING = new Answer(Void.class, false, 204);

  static Answer one(Class<?> type) {
    return new Answer(type, false, 200);
  }

  static Answer listOf(Class<?> type) {
    return new Answer(type, true, 200);
  }

  /** The id of what was made. */
  static Answer created() {
    return new Answer(String.class, false, 201);
  }
}
