package dev.vcsnap.vijson;

import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.Release;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.springframework.web.util.UriUtils;

/**
 * What the path of a VI/JSON request says.
 *
 * <p>It is taken from the raw request line, since an id such as {@code session[52..]52..} holds
 * characters that a servlet container decodes, cuts at or refuses in its own way.
 *
 * @param release the release to answer for
 * @param type the managed type, as the client gave it
 * @param id the object's id
 * @param member the method or the property
 */
record VimJsonPath(Release release, String type, String id, String member) {

  /** Where all paths of this binding begin. */
  static final String PREFIX = "/sdk/vim25/";

  private static final Pattern RELEASE = Pattern.compile("\\d{1,2}(\\.\\d{1,2}){1,3}");

  /**
   * Reads a request URI.
   *
   * @throws dev.vcsnap.vim.VimException InvalidRequest if it has too few or too many parts
   */
  static VimJsonPath parse(String uri) {
    String[] part =
        uri.startsWith(PREFIX) ? uri.substring(PREFIX.length()).split("/", -1) : new String[0];
    if (part.length != 4 || part[3].isEmpty()) {
      throw Faults.invalidRequest(
          "The path '" + uri + "' is not " + PREFIX + "{release}/{type}/{moId}/{member}");
    }
    String type = decode(part[1]);
    String member = decode(part[3]);
    return new VimJsonPath(releaseOf(uri), type, decode(part[2]), wireName(type, member));
  }

  /**
   * The release that a URI asks for. One that this server does not know is answered as the newest:
   * clients put their own newest there before they know the server.
   */
  static Release releaseOf(String uri) {
    if (!uri.startsWith(PREFIX)) {
      return Release.NEWEST;
    }
    int end = uri.indexOf('/', PREFIX.length());
    String text = uri.substring(PREFIX.length(), end < 0 ? uri.length() : end);
    if (!RELEASE.matcher(text).matches()) {
      return Release.NEWEST;
    }
    Release release = Release.parse(text);
    boolean known = release.includes(Release.OLDEST) && Release.NEWEST.includes(release);
    return known ? release : Release.NEWEST;
  }

  /** The vendor's guide spells this one method by its other name. */
  private static String wireName(String type, String member) {
    return type.equals("Task") && member.equals("Cancel") ? "CancelTask" : member;
  }

  private static String decode(String part) {
    try {
      return UriUtils.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw Faults.invalidRequest("The path has a broken escape: '" + part + "'");
    }
  }
}
