package dev.vcsnap.rest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/**
 * What the path of a request says, in the spelling of {@code /api} whichever form it came in.
 *
 * @param form how it was spelled
 * @param segments the parts after {@code /api}
 */
record RestPath(RestForm form, List<String> segments) {

  private static final String ID = "id:";

  /**
   * Reads a request URI.
   *
   * @throws RestException INVALID_REQUEST for a broken escape
   */
  static RestPath parse(String uri) {
    RestForm form = RestForm.of(uri);
    List<String> segments = new ArrayList<>();
    for (String part : uri.substring(form.prefix().length()).split("/")) {
      segments.add(decode(part));
    }
    if (form == RestForm.REST) {
      older(segments);
    }
    return new RestPath(form, List.copyOf(segments));
  }

  /** The older form puts two names in front of the infrastructure's paths and marks ids. */
  private static void older(List<String> segments) {
    if (segments.size() > 2 && segments.subList(0, 2).equals(List.of("com", "vmware"))) {
      segments.subList(0, 2).clear();
    }
    segments.replaceAll(
        part -> part.startsWith(ID) && part.length() > ID.length() ? part.substring(3) : part);
  }

  static String decode(@Nullable String part) {
    try {
      return part == null ? "" : UriUtils.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RestException(
          ErrorType.INVALID_REQUEST,
          "dev.vcsnap.invalid_request",
          "There is a broken escape in '" + part + "'");
    }
  }
}
