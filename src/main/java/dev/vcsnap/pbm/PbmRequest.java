package dev.vcsnap.pbm;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A call of the storage policy service.
 *
 * @param method the name of the element in the body
 * @param session what the header {@code vcSessionCookie} holds, or null
 * @param profileIds the ids of the policies that the call names
 * @param hubs the datastores that it names
 */
record PbmRequest(
    String method, @Nullable String session, List<String> profileIds, List<Hub> hubs) {

  /** A place for disks; its type is a managed type. */
  record Hub(String type, String id) {}

  private static final int TEXT_CHARS_MAX = 1_000;
  private static final XMLInputFactory FACTORY = factory();

  /**
   * Reads an envelope.
   *
   * @throws XMLStreamException if it is none
   */
  static PbmRequest parse(byte[] envelope) throws XMLStreamException {
    XMLStreamReader xml = FACTORY.createXMLStreamReader(new ByteArrayInputStream(envelope));
    String method = "";
    String session = null;
    String hubType = "";
    boolean inBody = false;
    List<String> profileIds = new ArrayList<>();
    List<Hub> hubs = new ArrayList<>();
    while (xml.hasNext()) {
      if (xml.next() != XMLStreamConstants.START_ELEMENT) {
        continue;
      }
      String name = xml.getLocalName();
      if (inBody && method.isEmpty()) {
        method = name;
        continue;
      }
      switch (name) {
        case "Body" -> inBody = true;
        case "vcSessionCookie" -> session = text(xml);
        case "uniqueId" -> profileIds.add(text(xml));
        case "hubType" -> hubType = text(xml);
        case "hubId" -> hubs.add(new Hub(hubType, text(xml)));
        default -> {}
      }
    }
    if (method.isEmpty()) {
      throw new XMLStreamException("There is no call in the envelope");
    }
    return new PbmRequest(method, session, profileIds, hubs);
  }

  private static String text(XMLStreamReader xml) throws XMLStreamException {
    String text = xml.getElementText().strip();
    if (text.length() > TEXT_CHARS_MAX) {
      throw new XMLStreamException("A value is longer than " + TEXT_CHARS_MAX + " characters");
    }
    return text;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }
}
