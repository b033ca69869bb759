package dev.vcsnap.browse;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriUtils;

/**
 * What a request names: {@code /folder/VM/VM.vmx?dcPath=DC0&dsName=LocalDS_0}.
 *
 * <p>It is read from the request as it was sent, because clients escape slashes and underscores,
 * leave brackets as they are, and encode the query's values once or twice.
 *
 * @param path inside the datastore, without slashes in front
 * @param datacenters readings of the datacenter's path, the likeliest first; empty if not given
 * @param datastores readings of the datastore's name, the likeliest first; empty if not given
 */
record FolderTarget(String path, List<String> datacenters, List<String> datastores) {

  static final String ROOT = "/folder";

  static FolderTarget of(String requestUri, @Nullable String query) {
    String path = UriUtils.decode(requestUri.substring(ROOT.length()), StandardCharsets.UTF_8);
    List<String> datacenters = values(query, "dcPath");
    return new FolderTarget(
        path.replaceFirst("^/+", ""),
        // The Proxmox importer has its own name for it.
        datacenters.isEmpty() ? values(query, "dcName") : datacenters,
        values(query, "dsName"));
  }

  private static List<String> values(@Nullable String query, String name) {
    if (query != null) {
      for (String pair : query.split("&")) {
        if (pair.startsWith(name + "=")) {
          return readings(pair.substring(name.length() + 1));
        }
      }
    }
    return List.of();
  }

  private static List<String> readings(String raw) {
    List<String> readings = new ArrayList<>();
    String once = decoded(raw);
    if (!once.isEmpty()) {
      readings.add(once);
      readings.add(decoded(raw.replace("+", "%2B")));
      readings.add(decoded(once));
    }
    return readings.stream().distinct().toList();
  }

  /** A value that is not encoded, such as {@code 100%}, means itself. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
