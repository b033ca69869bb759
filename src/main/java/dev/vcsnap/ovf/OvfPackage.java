package dev.vcsnap.ovf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a descriptor of one machine says, as far as a machine can be made of it.
 *
 * @param name what the machine is to be called
 * @param annotation for people; may be empty
 * @param osType vSphere's id of the guest, if it is given
 * @param version the virtual hardware, e.g. {@code vmx-19}; null if none is known
 * @param firmware {@code bios} or {@code efi}, if it is given
 * @param files by their ids
 * @param disks by their ids
 * @param networks the names of the logical networks
 * @param items the hardware, of all configurations
 * @param options the configurations that can be chosen from
 * @param eulas what is to be agreed to
 * @param products what is installed, and the properties that it can be given
 */
record OvfPackage(
    String name,
    String annotation,
    @Nullable String osType,
    @Nullable String version,
    @Nullable String firmware,
    Map<String, FileReference> files,
    Map<String, Disk> disks,
    Map<String, String> networks,
    List<Hardware> items,
    List<Option> options,
    List<String> eulas,
    List<OvfProduct> products) {

  /**
   * A file of the package.
   *
   * @param sizeBytes 0 if it is not told
   * @param compression {@code gzip}, or empty
   * @param chunkBytes how large the pieces are that it comes in; 0 if it comes in one
   */
  record FileReference(
      String id, String href, long sizeBytes, String compression, long chunkBytes) {}

  /** A disk; the file is null for an empty one. */
  record Disk(String id, long capacityBytes, @Nullable FileReference file, long populatedBytes) {}

  /** A configuration to choose. */
  record Option(String key, String label, String description) {}

  /** An item, and the configurations that have it; none for all. */
  record Hardware(RasdItem item, List<String> configurations, boolean required) {}

  private static final long MAXIMUM_BYTES = 62L << 40;

  /** What is read, or says nothing to the one machine. */
  private static final Set<String> SECTIONS =
      Set.of(
          "AnnotationSection",
          "DeploymentOptionSection",
          "DiskSection",
          "EulaSection",
          "InstallSection",
          "NetworkSection",
          "OperatingSystemSection",
          "ProductSection",
          "ResourceAllocationSection",
          "StartupSection",
          "VirtualHardwareSection");

  /** Newer descriptors have own names for some of them, with the same parts. */
  private static final Set<String> ITEMS = Set.of("Item", "StorageItem", "EthernetPortItem");

  /** Reads a descriptor. */
  static OvfPackage parse(String descriptor) throws OvfProblem {
    XmlElement envelope = XmlElement.parse(descriptor);
    if (!envelope.name().equals("Envelope")) {
      throw OvfProblem.missingElement(envelope.line(), "Envelope");
    }
    Optional<XmlElement> collection = envelope.child("VirtualSystemCollection");
    if (collection.isPresent()) {
      throw OvfProblem.unsupported(
          collection.get(), "collections of machines (vApps) are not served.");
    }
    XmlElement system =
        envelope
            .child("VirtualSystem")
            .orElseThrow(() -> OvfProblem.missingElement(envelope.line(), "VirtualSystem"));
    requireKnown(envelope);
    requireKnown(system);
    XmlElement hardware = hardware(system);
    Map<String, FileReference> files = files(envelope);
    String name = system.textOf("Name");
    String annotation =
        system.child("AnnotationSection").map(section -> section.textOf("Annotation")).orElse(null);
    return new OvfPackage(
        name == null || name.isEmpty() ? system.require("id") : name,
        annotation == null ? "" : annotation,
        system.child("OperatingSystemSection").flatMap(os -> os.attribute("osType")).orElse(null),
        version(hardware),
        config(hardware, "firmware"),
        files,
        disks(envelope, files),
        networks(envelope),
        items(hardware),
        options(envelope),
        system.children("EulaSection").stream()
            .map(section -> String.valueOf(section.textOf("License")))
            .toList(),
        OvfProduct.allOf(system));
  }

  /** A section that must be understood, and is not, makes a package that cannot be deployed. */
  private static void requireKnown(XmlElement parent) throws OvfProblem {
    for (XmlElement child : parent.children()) {
      if (child.name().endsWith("Section")
          && !SECTIONS.contains(child.name())
          && child.flag("required", true)) {
        throw OvfProblem.section(child, "is not understood");
      }
    }
  }

  /** The first that is of a family that machines have here, or that names none. */
  private static XmlElement hardware(XmlElement system) throws OvfProblem {
    List<XmlElement> sections = system.children("VirtualHardwareSection");
    if (sections.isEmpty()) {
      throw OvfProblem.missingElement(system.line(), "VirtualHardwareSection");
    }
    for (XmlElement section : sections) {
      if (families(section).isEmpty() || version(section) != null) {
        return section;
      }
    }
    throw OvfProblem.family(sections.getFirst(), families(sections.getFirst()));
  }

  private static String families(XmlElement hardware) {
    String types =
        hardware.child("System").map(system -> system.textOf("VirtualSystemType")).orElse(null);
    return types == null ? "" : types;
  }

  private static Map<String, FileReference> files(XmlElement envelope) throws OvfProblem {
    Map<String, FileReference> files = new LinkedHashMap<>();
    for (XmlElement references : envelope.children("References")) {
      for (XmlElement file : references.children("File")) {
        String id = file.require("id");
        String size = file.attribute("size").orElse("0");
        files.put(
            id,
            new FileReference(
                id,
                file.require("href"),
                number(file, "size", size, Long.MAX_VALUE),
                compression(file),
                number(
                    file, "chunkSize", file.attribute("chunkSize").orElse("0"), Long.MAX_VALUE)));
      }
    }
    return files;
  }

  private static String compression(XmlElement file) throws OvfProblem {
    String compression = file.attribute("compression").orElse("identity");
    return switch (compression) {
      case "", "identity" -> "";
      case "gzip" -> "gzip";
      default -> throw OvfProblem.unsupportedValue(file, "compression", compression);
    };
  }

  private static Map<String, Disk> disks(XmlElement envelope, Map<String, FileReference> files)
      throws OvfProblem {
    Map<String, Disk> disks = new LinkedHashMap<>();
    for (XmlElement section : envelope.children("DiskSection")) {
      for (XmlElement disk : section.children("Disk")) {
        String id = disk.require("diskId");
        String units = disk.attribute("capacityAllocationUnits").orElse("byte");
        long capacity = number(disk, "capacity", disk.require("capacity"), MAXIMUM_BYTES);
        long unit =
            AllocationUnits.bytesIn(units)
                .orElseThrow(() ->
                    OvfProblem.invalidValue(
                        disk, "capacityAllocationUnits", units, "a unit of bytes"));
        if (capacity == 0 || capacity > MAXIMUM_BYTES / unit) {
          throw OvfProblem.invalidValue(
              disk, "capacity", capacity + " " + units, "between 1 byte and 62 TiB");
        }
        String reference = disk.attribute("fileRef").orElse(null);
        FileReference file = reference == null ? null : files.get(reference);
        if (reference != null && file == null) {
          throw OvfProblem.invalidValue(disk, "fileRef", reference, "the id of a file");
        }
        long populated =
            number(
                disk, "populatedSize", disk.attribute("populatedSize").orElse("0"), Long.MAX_VALUE);
        disks.put(id, new Disk(id, capacity * unit, file, populated));
      }
    }
    return disks;
  }

  private static Map<String, String> networks(XmlElement envelope) throws OvfProblem {
    Map<String, String> networks = new LinkedHashMap<>();
    for (XmlElement section : envelope.children("NetworkSection")) {
      for (XmlElement network : section.children("Network")) {
        String description = network.textOf("Description");
        networks.put(network.require("name"), description == null ? "" : description);
      }
    }
    return networks;
  }

  private static List<Option> options(XmlElement envelope) throws OvfProblem {
    List<Option> options = new ArrayList<>();
    for (XmlElement section : envelope.children("DeploymentOptionSection")) {
      for (XmlElement option : section.children("Configuration")) {
        String id = option.require("id");
        String label = option.textOf("Label");
        String description = option.textOf("Description");
        options.add(
            new Option(id, label == null ? id : label, description == null ? "" : description));
      }
    }
    return options;
  }

  /** The newest that is offered; the text is a list with blanks or commas. */
  private static @Nullable String version(XmlElement hardware) {
    String newest = null;
    int number = 0;
    for (String type : families(hardware).split("[\\s,;]+")) {
      if (type.matches("vmx-\\d{1,2}") && Integer.parseInt(type.substring(4)) > number) {
        newest = type;
        number = Integer.parseInt(type.substring(4));
      }
    }
    return newest;
  }

  private static @Nullable String config(XmlElement hardware, String key) {
    return hardware.children("Config").stream()
        .filter(config -> config.attribute("key").orElse("").equals(key))
        .findFirst()
        .flatMap(config -> config.attribute("value"))
        .orElse(null);
  }

  private static List<Hardware> items(XmlElement hardware) throws OvfProblem {
    List<Hardware> items = new ArrayList<>();
    for (XmlElement item : hardware.children()) {
      if (!ITEMS.contains(item.name())) {
        continue;
      }
      String configuration = item.attribute("configuration").orElse("");
      items.add(
          new Hardware(
              item(item),
              configuration.isBlank() ? List.of() : List.of(configuration.strip().split("\\s+")),
              item.flag("required", true)));
    }
    return items;
  }

  private static RasdItem item(XmlElement item) throws OvfProblem {
    String type = item.textOf("ResourceType");
    String id = item.textOf("InstanceID");
    if (type == null || id == null) {
      throw OvfProblem.missingElement(item.line(), type == null ? "ResourceType" : "InstanceID");
    }
    String quantity = item.textOf("VirtualQuantity");
    String name = item.textOf("ElementName");
    return new RasdItem(
        id,
        (int) number(item, "ResourceType", type, Integer.MAX_VALUE),
        item.textOf("ResourceSubType"),
        name == null ? "" : name,
        item.textOf("Address"),
        item.textOf("Parent"),
        item.textOf("AddressOnParent"),
        item.textOf("HostResource"),
        item.textOf("Connection"),
        quantity == null
            ? null
            : Long.valueOf(number(item, "VirtualQuantity", quantity, Long.MAX_VALUE)),
        item.textOf("AllocationUnits"),
        item.flagOf("AutomaticAllocation"));
  }

  private static long number(XmlElement element, String part, String text, long most)
      throws OvfProblem {
    String digits = text.strip();
    if (digits.matches("\\d{1,18}") && Long.parseLong(digits) <= most) {
      return Long.parseLong(digits);
    }
    // What is a place-holder for the time of the deployment, for one.
    throw OvfProblem.invalidValue(element, part, text, "a number up to " + most);
  }
}
