package dev.vcsnap.soap;

import dev.vcsnap.vim.Release;
import java.util.List;

/**
 * The list of interface versions that clients read to choose theirs; the same list, in the same
 * spelling, as a vCenter 8.0 Update 3 gives.
 */
final class ServiceVersions {

  private static final List<String> ALL =
      List.of(
          "8.0.2.0", "8.0.1.0", "8.0.0.2", "8.0.0.1", "8.0.0.0", "7.0.3.2", "7.0.3.1", "7.0.3.0",
          "7.0.2.1", "7.0.2.0", "7.0.1.1", "7.0.1.0", "7.0.0.2", "7.0.0.0", "6.9.1", "6.8.7",
          "6.7.3", "6.7.2", "6.7.1", "6.7", "6.5", "6.0", "5.5", "5.1", "5.0", "4.1", "4.0");

  private ServiceVersions() {}

  /** The list of a server whose newest version is that. */
  static XmlBuffer document(Release newest) {
    List<String> spoken =
        ALL.stream().filter(version -> newest.includes(Release.parse(version))).toList();
    var text = new StringBuilder();
    text.append(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><namespaces version=\"1.0\"><namespace>")
        .append("<name>urn:vim25</name><version>")
        .append(spoken.getFirst())
        .append("</version><priorVersions>");
    spoken.stream()
        .skip(1)
        .forEach(version -> text.append("<version>").append(version).append("</version>"));
    text.append("</priorVersions></namespace></namespaces>\n");
    return new XmlBuffer().raw(Markup.of(text.toString()));
  }
}
