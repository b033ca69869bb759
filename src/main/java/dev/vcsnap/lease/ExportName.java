package dev.vcsnap.lease;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of an export, taken apart: {@code <machine>/<node>[@<snapshot id>][;rw|;ro][;since=
 * <moment>]}.
 *
 * @param machine its name
 * @param node the disk's place, e.g. {@code scsi0:0}
 * @param snapshot the id of the snapshot whose disk is meant; empty for the running disk
 * @param access what the client asks for; empty for what is usual
 * @param since from which moment on the client wants to know what changed
 */
record ExportName(
    String machine,
    String node,
    Optional<String> snapshot,
    Optional<Access> access,
    Optional<String> since) {

  /** What a client may want to do with a running disk. */
  enum Access {
    READ,
    WRITE
  }

  static final String FORM =
      "<machine>/<node>[@<snapshot id>][;rw|;ro][;since=<change id or snapshot id>]";

  // A machine's name may hold any of the marks; a node, which has its own form, none.
  private static final Pattern NAME =
      Pattern.compile(
          "(?<machine>.*)/(?<node>[a-z]+\\d{1,2}:\\d{1,2})(?:@(?<snapshot>[^/;@]+))?"
              + "(?:;(?<access>r[wo]))?(?:;since=(?<since>.+))?",
          Pattern.DOTALL);

  /** Empty for what cannot be a name. */
  static Optional<ExportName> parse(String name) {
    Matcher found = NAME.matcher(name);
    if (!found.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new ExportName(
            found.group("machine"),
            found.group("node"),
            Optional.ofNullable(found.group("snapshot")),
            Optional.ofNullable(found.group("access"))
                .map(text -> text.equals("rw") ? Access.WRITE : Access.READ),
            Optional.ofNullable(found.group("since"))));
  }

  boolean asksToWrite() {
    return access.filter(Access.WRITE::equals).isPresent();
  }
}
