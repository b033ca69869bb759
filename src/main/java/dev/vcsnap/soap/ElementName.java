package dev.vcsnap.soap;

/**
 * An element's name in the three forms that markup needs, made once because replies repeat them by
 * the thousand.
 *
 * @param open the start tag without its end, for attributes to follow
 * @param start the start tag
 * @param end the end tag
 */
record ElementName(Markup open, Markup start, Markup end) {

  static ElementName of(String name) {
    return new ElementName(
        Markup.of("<" + name), Markup.of("<" + name + ">"), Markup.of("</" + name + ">"));
  }
}
