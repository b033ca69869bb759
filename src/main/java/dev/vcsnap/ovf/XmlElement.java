package dev.vcsnap.ovf;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * An element of a descriptor that came from outside, by local names: the prefixes and versions of
 * namespaces differ between those who write descriptors.
 *
 * <p>Document types are refused, so no entity is ever expanded; size, number and depth are bounded.
 */
final class XmlElement {

  private static final int CHARS_MAX = 4 << 20;
  private static final int ELEMENTS_MAX = 50_000;
  private static final int DEPTH_MAX = 40;

  private final String name;
  private final int line;
  private final Map<String, String> attributes = new HashMap<>();
  private final List<XmlElement> children = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private XmlElement(XMLStreamReader xml) {
    name = xml.getLocalName();
    line = xml.getLocation().getLineNumber();
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      attributes.put(xml.getAttributeLocalName(i), xml.getAttributeValue(i));
    }
  }

  /**
   * Reads a document.
   *
   * @return its outermost element
   */
  static XmlElement parse(String document) throws OvfProblem {
    if (document.length() > CHARS_MAX) {
      throw OvfProblem.notXml(
          1, "it has %d characters; %d are the most".formatted(document.length(), CHARS_MAX));
    }
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(document));
      try {
        return read(xml);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNumber();
      throw OvfProblem.notXml(line, String.valueOf(e.getMessage()));
    }
  }

  private static XmlElement read(XMLStreamReader xml) throws XMLStreamException, OvfProblem {
    Deque<XmlElement> open = new ArrayDeque<>();
    XmlElement root = null;
    int count = 0;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.DTD ->
            throw OvfProblem.notXml(
                xml.getLocation().getLineNumber(), "a document type is not allowed");
        case XMLStreamConstants.START_ELEMENT -> {
          var element = new XmlElement(xml);
          if (++count > ELEMENTS_MAX || open.size() >= DEPTH_MAX) {
            throw OvfProblem.notXml(
                element.line,
                "there are more than %d elements, or deeper ones than %d"
                    .formatted(ELEMENTS_MAX, DEPTH_MAX));
          }
          if (open.isEmpty()) {
            root = element;
          } else {
            open.peek().children.add(element);
          }
          open.push(element);
        }
        case XMLStreamConstants.END_ELEMENT -> open.pop();
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (!open.isEmpty()) {
            open.peek().text.append(xml.getText());
          }
        }
        default -> {}
      }
    }
    if (root == null) {
      throw OvfProblem.notXml(1, "there is no element");
    }
    return root;
  }

  String name() {
    return name;
  }

  /** Where it begins in the document. */
  int line() {
    return line;
  }

  Optional<String> attribute(String attribute) {
    return Optional.ofNullable(attributes.get(attribute));
  }

  /** An attribute that may not be missing. */
  String require(String attribute) throws OvfProblem {
    String value = attributes.get(attribute);
    if (value == null) {
      throw OvfProblem.missingAttribute(line, name, attribute);
    }
    return value;
  }

  /**
   * An attribute of the type xs:boolean, which has two words for either value.
   *
   * @param missing what it is if it is not there
   */
  boolean flag(String attribute, boolean missing) throws OvfProblem {
    String value = attributes.get(attribute);
    return value == null ? missing : flagIn(attribute, value);
  }

  private boolean flagIn(String part, String value) throws OvfProblem {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default -> throw OvfProblem.invalidValue(this, part, value, "true, false, 1 or 0");
    };
  }

  List<XmlElement> children() {
    return children;
  }

  List<XmlElement> children(String child) {
    return children.stream().filter(each -> each.name.equals(child)).toList();
  }

  Optional<XmlElement> child(String child) {
    return children.stream().filter(each -> each.name.equals(child)).findFirst();
  }

  /** The text of a child; null if there is no such child. */
  @Nullable String textOf(String child) {
    return child(child).map(XmlElement::text).orElse(null);
  }

  /** The same of the text of a child; null if there is no such child. */
  @Nullable Boolean flagOf(String child) throws OvfProblem {
    String value = textOf(child);
    return (value == null || value.isBlank()) ? null : Boolean.valueOf(flagIn(child, value));
  }

  String text() {
    return text.toString().strip();
  }
}
