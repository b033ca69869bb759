package dev.vcsnap.vijson;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The {@code _typeName} of every object of a document, in the order in which the objects begin;
 * null for an object without one.
 *
 * <p>Collecting them reads the document to its end, so a syntax error anywhere is found before
 * anything is decoded.
 */
final class TypeNames {

  private final Iterator<@Nullable String> names;

  private TypeNames(List<@Nullable String> names) {
    this.names = names.iterator();
  }

  static TypeNames collect(JsonParser in) {
    List<@Nullable String> names = new ArrayList<>();
    Deque<Integer> open = new ArrayDeque<>();
    int depth = 0;
    boolean complete = false;
    for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
      if (complete) {
        throw new Scalars(in).problem("The body must be one JSON value, not several");
      }
      switch (token) {
        case START_OBJECT -> {
          open.push(names.size());
          names.add(null);
        }
        case END_OBJECT -> open.pop();
        case PROPERTY_NAME -> {
          if (in.currentName().equals(VimJsonWriter.TYPE_NAME)) {
            if (in.nextToken() != JsonToken.VALUE_STRING) {
              throw new Scalars(in).problem("A '_typeName' must be a string");
            }
            names.set(open.element(), in.getString());
          }
        }
        default -> {}
      }
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      complete = depth == 0;
    }
    return new TypeNames(names);
  }

  /** The name of the object that begins now. */
  @Nullable String next() {
    return names.next();
  }
}
