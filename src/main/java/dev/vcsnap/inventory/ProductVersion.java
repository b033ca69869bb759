package dev.vcsnap.inventory;

import dev.vcsnap.vim.Release;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A version that the server can be taken for: what it says of itself, and the newest version of the
 * interface that it speaks.
 *
 * @param name e.g. {@code 8.0.3}
 * @param serviceBuild the build of vCenter
 * @param hostBuild the build of ESXi
 * @param apiVersion what {@code about.apiVersion} says
 * @param license what {@code about.licenseProductVersion} says
 */
public record ProductVersion(
    String name, String serviceBuild, String hostBuild, String apiVersion, String license) {

  private static final List<ProductVersion> ALL =
      List.of(
          new ProductVersion("8.0.3", "24322831", "24280767", "8.0.3.0", "8.0"),
          new ProductVersion("8.0.2", "22385739", "22380479", "8.0.2.0", "8.0"),
          new ProductVersion("8.0.1", "21560480", "21495797", "8.0.1.0", "8.0"),
          new ProductVersion("8.0.0", "20519528", "20513097", "8.0.0.1", "8.0"),
          new ProductVersion("7.0.3", "18700403", "18644231", "7.0.3.0", "7.0"));

  /** The one that a server is taken for unless told otherwise. */
  public static final ProductVersion NEWEST = ALL.getFirst();

  /**
   * The version of that name.
   *
   * @throws IllegalArgumentException naming the versions that there are
   */
  public static ProductVersion of(String name) {
    return ALL.stream()
        .filter(version -> version.name.equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "'"
                    + name
                    + "' is not one of the versions "
                    + ALL.stream().map(ProductVersion::name).collect(Collectors.joining(", "))));
  }

  /** The newest version of the interface that is spoken. */
  public Release release() {
    return Release.parse(apiVersion);
  }
}
