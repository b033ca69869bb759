package dev.vcsnap.rest;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an operation gets to work with.
 *
 * @param vim the vSphere interface, in the caller's name
 * @param ids the ids of the path by name
 * @param body the decoded body; null where the operation takes none
 */
record RestRequest(VimCalls vim, Map<String, String> ids, RestQuery query, @Nullable Record body) {

  String id(String name) {
    return Objects.requireNonNull(ids.get(name), name);
  }

  <T extends Record> T body(Class<T> type) {
    return type.cast(Objects.requireNonNull(body));
  }
}
