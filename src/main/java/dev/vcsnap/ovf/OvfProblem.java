package dev.vcsnap.ovf;

import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.OvfInvalidValue;
import dev.vcsnap.vim.OvfInvalidValueReference;
import dev.vcsnap.vim.OvfMissingAttribute;
import dev.vcsnap.vim.OvfMissingElement;
import dev.vcsnap.vim.OvfNoSupportedHardwareFamily;
import dev.vcsnap.vim.OvfUnsupportedAttributeValue;
import dev.vcsnap.vim.OvfUnsupportedDiskProvisioning;
import dev.vcsnap.vim.OvfUnsupportedElement;
import dev.vcsnap.vim.OvfUnsupportedSection;
import dev.vcsnap.vim.OvfUnsupportedType;
import dev.vcsnap.vim.OvfXmlFormat;
import dev.vcsnap.vim.VimException;

/** What is wrong with a descriptor: a fault that clients get as part of an answer. */
final class OvfProblem extends Exception {

  private static final long serialVersionUID = 1;

  private final transient MethodFault fault;

  private OvfProblem(MethodFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  LocalizedMethodFault localized() {
    return new VimException(fault, String.valueOf(getMessage())).localized();
  }

  static OvfProblem notXml(int line, String description) {
    var fault = new OvfXmlFormat();
    fault.lineNumber = line;
    fault.description = description;
    return new OvfProblem(
        fault, "The descriptor is no proper XML, line " + line + ": " + description);
  }

  static OvfProblem missingElement(int line, String name) {
    var fault = new OvfMissingElement();
    fault.lineNumber = line;
    fault.name = name;
    return new OvfProblem(fault, "Line " + line + ": the element '" + name + "' is missing.");
  }

  static OvfProblem missingAttribute(int line, String element, String attribute) {
    var fault = new OvfMissingAttribute();
    fault.lineNumber = line;
    fault.elementName = element;
    fault.attributeName = attribute;
    return new OvfProblem(
        fault, "Line " + line + ": '" + element + "' has no attribute '" + attribute + "'.");
  }

  static OvfProblem invalidValue(XmlElement element, String part, String value, String expected) {
    var fault = new OvfInvalidValue();
    fault.lineNumber = element.line();
    fault.elementName = element.name();
    fault.attributeName = part;
    fault.value = value;
    return new OvfProblem(
        fault,
        "Line "
            + element.line()
            + ": "
            + part
            + " of '"
            + element.name()
            + "' is '"
            + value
            + "', which is not "
            + expected
            + ".");
  }

  static OvfProblem unsupported(XmlElement element, String why) {
    var fault = new OvfUnsupportedElement();
    fault.lineNumber = element.line();
    fault.name = element.name();
    return new OvfProblem(fault, "Line " + element.line() + ": " + why);
  }

  /** A value that is proper, and not served. */
  static OvfProblem unsupportedValue(XmlElement element, String attribute, String value) {
    var fault = new OvfUnsupportedAttributeValue();
    fault.lineNumber = element.line();
    fault.elementName = element.name();
    fault.attributeName = attribute;
    fault.value = value;
    return new OvfProblem(
        fault,
        "Line %d: %s of '%s' is '%s', which is not served."
            .formatted(element.line(), attribute, element.name(), value));
  }

  /** A section that has no meaning here. */
  static OvfProblem section(XmlElement section, String why) {
    var fault = new OvfUnsupportedSection();
    fault.lineNumber = section.line();
    fault.name = section.name();
    fault.info = String.valueOf(section.textOf("Info"));
    return new OvfProblem(
        fault, "Line %d: the section '%s' %s.".formatted(section.line(), section.name(), why));
  }

  /** Hardware of a hypervisor that is not ours; the text is that of real servers. */
  static OvfProblem family(XmlElement hardware, String version) {
    var fault = new OvfNoSupportedHardwareFamily();
    fault.lineNumber = hardware.line();
    fault.version = version;
    return new OvfProblem(
        fault, "Line %d: Unsupported hardware family '%s'.".formatted(hardware.line(), version));
  }

  static OvfProblem tooMany(int items, int most) {
    var fault = new OvfUnsupportedElement();
    fault.name = "Item";
    return new OvfProblem(
        fault, "There are %d items of hardware; %d are the most.".formatted(items, most));
  }

  static OvfProblem provisioning(String wanted) {
    var fault = new OvfUnsupportedDiskProvisioning();
    fault.diskProvisioning = wanted;
    fault.supportedDiskProvisioning = "thin";
    return new OvfProblem(fault, "Disks cannot be provisioned as '" + wanted + "'.");
  }

  /** An item that names something which is not there. */
  static OvfProblem reference(RasdItem item, String expected, String value) {
    var fault = new OvfInvalidValueReference();
    fault.elementName = "Item";
    fault.attributeName = "InstanceID " + item.instanceId();
    fault.value = value;
    return new OvfProblem(
        fault,
        "The item %s (%s) names '%s', which is not %s."
            .formatted(item.instanceId(), item.elementName(), value, expected));
  }

  /** An item that the machine is made without. */
  static OvfProblem leftOut(RasdItem item) {
    var fault = new OvfUnsupportedType();
    fault.name = item.elementName();
    fault.instanceId = item.instanceId();
    fault.deviceType = item.type();
    return new OvfProblem(
        fault, "The item %s (%s) is left out.".formatted(item.instanceId(), item.elementName()));
  }
}
