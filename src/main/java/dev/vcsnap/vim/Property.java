package dev.vcsnap.vim;

/**
 * A member of a data object, a property of a managed object, or a parameter of a method.
 *
 * @param name the name on the wire
 * @param type its declared type
 * @param optional true if it may be unset
 * @param since the first version that knows it
 * @param privilege what a caller needs to read it; empty if nothing beyond reading the object
 */
public record Property(
    String name, TypeRef type, boolean optional, Release since, String privilege) {

  /** Reads the generator's short form {@code name:type?@since#privilege}. */
  static Property parse(String text, Release owner) {
    int colon = text.indexOf(':');
    String rest = text.substring(colon + 1);
    String privilege = "";
    int hash = rest.indexOf('#');
    if (hash >= 0) {
      privilege = rest.substring(hash + 1);
      rest = rest.substring(0, hash);
    }
    Release since = owner;
    int at = rest.indexOf('@');
    if (at >= 0) {
      since = Release.parse(rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    boolean optional = rest.endsWith("?");
    if (optional) {
      rest = rest.substring(0, rest.length() - 1);
    }
    return new Property(text.substring(0, colon), TypeRef.parse(rest), optional, since, privilege);
  }
}
