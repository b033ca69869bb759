package dev.vcsnap.inventory;

import dev.vcsnap.vim.AboutInfo;
import dev.vcsnap.vim.Release;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Which product the server says it is, and which its hosts say they are.
 *
 * @param product what it is taken for
 * @param release the newest version of the interface that it speaks
 * @param instanceUuid tells this server from others
 * @param service what {@code ServiceContent.about} shows
 * @param host what {@code HostSystem.config.product} shows
 */
public record Personality(
    Product product, Release release, String instanceUuid, AboutInfo service, AboutInfo host) {

  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** A vCenter of the newest version that manages hosts of the same. */
  public static Personality vcenter(String instance) {
    return of(Product.VCENTER, ProductVersion.NEWEST, instance);
  }

  /**
   * A product in one of its versions.
   *
   * @param instance the UUID of this server, or any text that is its own, of which a UUID is made
   */
  public static Personality of(Product product, ProductVersion version, String instance) {
    AboutInfo host = about("VMware ESXi", version.hostBuild(), version);
    host.productLineId = "embeddedEsx";
    host.osType = "vmnix-x86";
    host.apiType = "HostAgent";
    host.licenseProductName = "VMware ESX Server";
    String uuid = uuid(instance);
    return new Personality(
        product,
        version.release(),
        uuid,
        product == Product.ESXI ? host : vcenter(version, uuid),
        host);
  }

  private static AboutInfo vcenter(ProductVersion version, String uuid) {
    AboutInfo service = about("VMware vCenter Server", version.serviceBuild(), version);
    service.productLineId = "vpx";
    service.osType = "linux-x64";
    service.apiType = "VirtualCenter";
    service.instanceUuid = uuid;
    service.licenseProductName = "VMware VirtualCenter Server";
    return service;
  }

  private static String uuid(String instance) {
    return UUID_FORM.matcher(instance).matches()
        ? instance
        : UUID.nameUUIDFromBytes(instance.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static AboutInfo about(String name, String build, ProductVersion version) {
    var about = new AboutInfo();
    about.name = name;
    about.fullName = name + " " + version.name() + " build-" + build;
    about.vendor = "VMware, Inc.";
    about.version = version.name();
    about.build = build;
    about.localeVersion = "INTL";
    about.localeBuild = "000";
    about.apiVersion = version.apiVersion();
    about.licenseProductVersion = version.license();
    return about;
  }
}
