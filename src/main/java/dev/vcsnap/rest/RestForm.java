package dev.vcsnap.rest;

/**
 * The two spellings of the Automation interface: bare values under {@code /api}, and for older
 * clients every value in an envelope under {@code /rest}.
 */
enum RestForm {
  API("/api/"),
  REST("/rest/");

  private final String prefix;

  RestForm(String prefix) {
    this.prefix = prefix;
  }

  /** The form that a request's path is in. */
  static RestForm of(String uri) {
    return uri.startsWith(REST.prefix) ? REST : API;
  }

  /** What its paths begin with. */
  String prefix() {
    return prefix;
  }
}
