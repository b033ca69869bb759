package dev.vcsnap.inventory;

import dev.vcsnap.vim.AboutInfo;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which product the server says it is, and which its hosts say they are.
 *
 * @param service what {@code ServiceContent.about} shows
 * @param host what {@code HostSystem.config.product} shows
 */
public record Personality(AboutInfo service, AboutInfo host) {

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /**
   * A vCenter 8.0.3 that manages ESXi 8.0.3 hosts.
   *
   * @param instance the UUID of this server, or any text that is its own, of which a UUID is made
   */
  public static Personality vcenter(String instance) {
    AboutInfo service = product("VMware vCenter Server", "8.0.3", "24322831");
    service.productLineId = "vpx";
    service.osType = "linux-x64";
    service.apiType = "VirtualCenter";
    service.instanceUuid = uuid(instance);
    service.licenseProductName = "VMware VirtualCenter Server";
    AboutInfo host = product("VMware ESXi", "8.0.3", "24280767");
    host.productLineId = "embeddedEsx";
    host.osType = "vmnix-x86";
    host.apiType = "HostAgent";
    host.licenseProductName = "VMware ESX Server";
    return new Personality(service, host);
  }

  /** The id that tells this server from others; empty for a personality that has none. */
  public String instanceUuid() {
    return service.instanceUuid == null ? "" : service.instanceUuid;
  }

  private static String uuid(String instance) {
    return UUID_FORM.matcher(instance).matches()
        ? instance
        : UUID.nameUUIDFromBytes(instance.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static AboutInfo product(String name, String version, String build) {
    var about = new AboutInfo();
    about.name = name;
    about.fullName = name + " " + version + " build-" + build;
    about.vendor = "VMware, Inc.";
    about.version = version;
    about.build = build;
    about.localeVersion = "INTL";
    about.localeBuild = "000";
    about.apiVersion = "8.0.3.0";
    about.licenseProductVersion = "8.0";
    return about;
  }
}
