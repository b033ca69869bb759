package dev.vcsnap.browse;

import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.DatastorePath;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.springframework.web.util.HtmlUtils;
import org.springframework.web.util.UriUtils;

/**
 * A folder's content as a page for people, and for the client that cuts names out of it.
 *
 * <p>CloudStack takes what stands before {@code </a></td><td } as a name: every entry has that, the
 * link to the folder above must not.
 */
final class ListingPage {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final BrowsedStore place;
  private final DatastorePath folder;

  ListingPage(BrowsedStore place, DatastorePath folder) {
    this.place = place;
    this.folder = folder;
  }

  String html(List<DatastoreEntry> entries) {
    String title =
        HtmlUtils.htmlEscape(
            "Index of "
                + (folder.isRoot() ? "/" : folder.path())
                + " on datastore "
                + folder.datastore()
                + " in datacenter "
                + place.datacenter(),
            "UTF-8");
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
        .append(title)
        .append("</title>\n</head>\n<body>\n<h1>")
        .append(title)
        .append("</h1>\n<table>\n<tr><th>Name</th><th>Last modified</th><th>Size</th></tr>\n");
    if (!folder.isRoot()) {
      page.append("<tr><td><a href=\"")
          .append(link(folder.folder()))
          .append("\">Parent Directory</a></td><td></td><td align=\"right\">-</td></tr>\n");
    }
    entries.forEach(entry -> append(page, entry));
    return page.append("</table>\n</body>\n</html>\n").toString();
  }

  private void append(StringBuilder page, DatastoreEntry entry) {
    page.append("<tr><td><a href=\"")
        .append(link(folder.resolve(entry.name())))
        .append("\">")
        .append(HtmlUtils.htmlEscape(entry.name(), "UTF-8"))
        .append(entry.directory() ? "/" : "")
        .append("</a></td><td align=\"right\">")
        .append(TIME.format(entry.modified()))
        .append("</td><td align=\"right\">")
        .append(entry.directory() ? "-" : Long.toString(entry.sizeBytes()))
        .append("</td></tr>\n");
  }

  private String link(DatastorePath target) {
    StringBuilder link = new StringBuilder(FolderTarget.ROOT);
    if (!target.isRoot()) {
      for (String name : target.path().split("/")) {
        link.append('/').append(encoded(name));
      }
    }
    return link.append("?dcPath=")
        .append(encoded(place.datacenter()))
        .append("&amp;dsName=")
        .append(encoded(folder.datastore()))
        .toString();
  }

  private static String encoded(String text) {
    return UriUtils.encode(text, StandardCharsets.UTF_8);
  }
}
