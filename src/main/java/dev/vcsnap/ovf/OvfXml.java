package dev.vcsnap.ovf;

import java.io.StringWriter;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes the elements of a descriptor, indented. Names have the prefix that descriptors use, {@code
 * rasd:Address}; one without is of the envelope's own namespace.
 */
final class OvfXml {

  static final String ENVELOPE = "http://schemas.dmtf.org/ovf/envelope/1";
  static final String ITEM =
      "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData";
  static final String SYSTEM =
      "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData";
  static final String VMWARE = "http://www.vmware.com/schema/ovf";

  private static final Map<String, String> NAMESPACES =
      Map.of("", ENVELOPE, "ovf", ENVELOPE, "rasd", ITEM, "vssd", SYSTEM, "vmw", VMWARE);

  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;
  private int depth;

  /** Opens the envelope. */
  OvfXml() {
    try {
      xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("", "Envelope", ENVELOPE);
      xml.writeDefaultNamespace(ENVELOPE);
      for (String prefix : new String[] {"ovf", "rasd", "vmw", "vssd"}) {
        xml.writeNamespace(prefix, NAMESPACES.get(prefix));
      }
      depth = 1;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Opens an element with attributes, each a name and its value. */
  OvfXml start(String name, String... attributes) {
    try {
      open(name, attributes);
      depth++;
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Closes the element that was opened last. */
  OvfXml end() {
    try {
      depth--;
      indent();
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** An element with text in it and nothing else. */
  OvfXml text(String name, Object content, String... attributes) {
    try {
      open(name, attributes);
      xml.writeCharacters(content.toString());
      xml.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** An element with attributes alone. */
  OvfXml empty(String name, String... attributes) {
    try {
      indent();
      int colon = name.indexOf(':');
      String prefix = colon < 0 ? "" : name.substring(0, colon);
      xml.writeEmptyElement(prefix, name.substring(colon + 1), namespace(prefix));
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  /** Closes the envelope. */
  String finish() {
    try {
      end();
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.close();
      return text.toString();
    } catch (XMLStreamException e) {
      throw failed(e);
    }
  }

  private void open(String name, String... attributes) throws XMLStreamException {
    indent();
    int colon = name.indexOf(':');
    String prefix = colon < 0 ? "" : name.substring(0, colon);
    xml.writeStartElement(prefix, name.substring(colon + 1), namespace(prefix));
    attributes(attributes);
  }

  private void attributes(String... attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      int colon = attributes[i].indexOf(':');
      String prefix = attributes[i].substring(0, colon);
      xml.writeAttribute(
          prefix, namespace(prefix), attributes[i].substring(colon + 1), attributes[i + 1]);
    }
  }

  private static String namespace(String prefix) {
    String namespace = NAMESPACES.get(prefix);
    if (namespace == null) {
      throw new IllegalArgumentException("there is no namespace '" + prefix + "'");
    }
    return namespace;
  }

  private void indent() throws XMLStreamException {
    xml.writeCharacters("\n" + "  ".repeat(depth));
  }

  private static IllegalStateException failed(XMLStreamException e) {
    return new IllegalStateException("writing to memory cannot fail", e);
  }
}
