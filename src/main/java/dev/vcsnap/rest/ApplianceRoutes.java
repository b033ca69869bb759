package dev.vcsnap.rest;

import dev.vcsnap.vim.AboutInfo;
import java.util.List;

/** What the appliance says about itself. */
final class ApplianceRoutes {

  record Version(
      String version,
      String product,
      String build,
      String type,
      String summary,
      String releasedate,
      String installTime) {}

  List<Route> routes() {
    return List.of(
        Route.get(
            "/appliance/system/version",
            "The version of this server",
            Answer.one(Version.class),
            ApplianceRoutes::version));
  }

  private static Version version(RestRequest request) {
    AboutInfo about = request.vim().content().about;
    return new Version(
        about.version + ".00000",
        about.name,
        about.build,
        "vCenter Server with an embedded Platform Services Controller",
        "",
        "",
        "");
  }
}
