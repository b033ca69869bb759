package dev.vcsnap.ovf;

import dev.vcsnap.vim.VAppProductInfo;
import dev.vcsnap.vim.VAppPropertyInfo;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A product that a package has installed, and the properties that whoever deploys it may set.
 *
 * @param section where it stands
 */
record OvfProduct(XmlElement section, VAppProductInfo info, List<VAppPropertyInfo> properties) {

  private static final String REDUCED_INTEGER = "[us]int(8|16|32|64)";

  static List<OvfProduct> allOf(XmlElement system) throws OvfProblem {
    List<OvfProduct> products = new ArrayList<>();
    int properties = 0;
    for (XmlElement section : system.children("ProductSection")) {
      OvfProduct product = of(section, products.size(), properties);
      products.add(product);
      properties += product.properties.size();
    }
    return products;
  }

  private static OvfProduct of(XmlElement section, int key, int firstProperty) throws OvfProblem {
    var info = new VAppProductInfo();
    info.key = key;
    info.classId = section.attribute("class").orElse("");
    info.instanceId = section.attribute("instance").orElse("");
    info.name = section.textOf("Product");
    info.vendor = section.textOf("Vendor");
    info.version = section.textOf("Version");
    info.fullVersion = section.textOf("FullVersion");
    info.vendorUrl = section.textOf("VendorUrl");
    info.productUrl = section.textOf("ProductUrl");
    info.appUrl = section.textOf("AppUrl");
    List<VAppPropertyInfo> properties = new ArrayList<>();
    String category = "";
    for (XmlElement child : section.children()) {
      // A category is over those that follow it.
      if (child.name().equals("Category")) {
        category = child.text();
      } else if (child.name().equals("Property")) {
        VAppPropertyInfo property = property(child, info, category);
        property.key = firstProperty + properties.size();
        properties.add(property);
      }
    }
    return new OvfProduct(section, info, properties);
  }

  private static VAppPropertyInfo property(
      XmlElement element, VAppProductInfo product, String category) throws OvfProblem {
    var property = new VAppPropertyInfo();
    property.classId = product.classId;
    property.instanceId = product.instanceId;
    property.id = element.require("key");
    property.category = category;
    property.label = orEmpty(element.textOf("Label"));
    property.description = orEmpty(element.textOf("Description"));
    property.type = type(element);
    property.userConfigurable = element.flag("userConfigurable", false);
    property.defaultValue = element.attribute("value").orElse("");
    property.value = "";
    return property;
  }

  /** The names that vSphere has for the types of descriptors (assumed). */
  private static String type(XmlElement element) throws OvfProblem {
    String type = element.require("type");
    if (type.matches(REDUCED_INTEGER)) {
      return "int";
    }
    boolean secret = element.flag("password", false);
    return secret && type.equals("string") ? "password" : type;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
