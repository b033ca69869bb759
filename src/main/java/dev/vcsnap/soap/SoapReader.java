package dev.vcsnap.soap;

import com.ctc.wstx.api.WstxInputProperties;
import dev.vcsnap.call.Arguments;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Release;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLInputFactory2;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request from front to back: header, method, receiver, arguments; each part is read when
 * it is asked for, in this order, because the arguments cannot be decoded before the receiver is
 * known.
 *
 * <p>A body is hostile until it is read: its size, depth, attributes and texts are bounded, and a
 * document type is refused before anything in it is looked at.
 */
final class SoapReader implements AutoCloseable {

  private static final long BODY_MAX_BYTES = 16L << 20;
  private static final int DEPTH_MAX = 100;
  private static final int TEXT_MAX_CHARS = 8 << 20;
  private static final int ATTRIBUTES_MAX = 100;
  private static final int ATTRIBUTE_MAX_CHARS = 64 << 10;

  private static final XMLInputFactory FACTORY = factory();

  private final XMLStreamReader xml;
  private final ValueReader values;
  private @Nullable String sessionCookie;
  private String method = "";
  private @Nullable String receiverType;
  private String receiverId = "";

  private SoapReader(XMLStreamReader xml, Release known) {
    this.xml = xml;
    this.values = new ValueReader(xml, known);
  }

  /**
   * Opens a body and reads as far as the method's element.
   *
   * @param known the version of the interface that the client knows at least
   * @throws SoapRequestException if it is not a SOAP 1.1 call of this interface
   * @throws IOException if the client does not send it all
   */
  static SoapReader open(InputStream body, Release known) throws IOException {
    XMLStreamReader xml;
    try {
      xml = FACTORY.createXMLStreamReader(new BoundedInputStream(body, BODY_MAX_BYTES));
    } catch (XMLStreamException e) {
      throw malformed(e, null);
    }
    var reader = new SoapReader(xml, known);
    reader.decode(reader::readToMethod);
    return reader;
  }

  /** The session that the header names, or null. */
  @Nullable String sessionCookie() {
    return sessionCookie;
  }

  /** The name of the method's element. */
  String method() {
    return method;
  }

  /** The type that the client gave the receiver; null if none, or before it was read. */
  @Nullable String receiverType() {
    return receiverType;
  }

  /** The receiver's id. */
  String receiverId() {
    return receiverId;
  }

  /** Reads {@code _this}, which comes first. */
  void readReceiver() throws IOException {
    decode(() -> {
      if (!values.nextChild() || !values.childName().equals("_this")) {
        throw values.refused("The first element of " + method + " is not _this");
      }
      receiverType = values.referencedType();
      ManagedObjectReference receiver = values.reference("ManagedObject");
      receiverId = receiver.value();
    });
  }

  /** Reads the arguments, and makes sure that the document ends as it should. */
  Arguments readArguments(MethodType type) throws IOException {
    var arguments = new Arguments(type);
    decode(() -> {
      while (values.nextChild()) {
        Property parameter = type.parameter(values.childName());
        if (parameter == null) {
          throw values.unexpected("the call of method " + type.name());
        }
        Object before = arguments.get(parameter.name());
        if (before != null && !parameter.type().array()) {
          throw values.unexpected("the call of method " + type.name() + ", which has it");
        }
        Object value = values.value(parameter.type());
        if (value != null) {
          arguments.with(
              parameter.name(),
              parameter.type().array() ? ValueReader.appended(before, value) : value);
        }
      }
      readToEnd();
    });
    return arguments;
  }

  /** Reads the one argument of {@code Fetch}: a property's name. */
  String readProperty() throws IOException {
    String[] property = {""};
    decode(() -> {
      while (values.nextChild()) {
        if (!values.childName().equals("prop")) {
          throw values.unexpected("the call of method " + method);
        }
        property[0] = values.text().strip();
      }
      readToEnd();
    });
    return property[0];
  }

  @Override
  public void close() throws IOException {
    decode(xml::close);
  }

  private void readToMethod() throws XMLStreamException {
    int event = xml.next();
    while (event != XMLStreamConstants.START_ELEMENT) {
      if (event == XMLStreamConstants.DTD) {
        throw new SoapRequestException(
            FaultCode.CLIENT, "A document type is not allowed in a request" + at(xml));
      }
      event = xml.next();
    }
    requireEnvelope("Envelope");
    while (values.nextChild()) {
      if (isEnvelope("Header")) {
        readHeader();
      } else {
        requireEnvelope("Body");
        if (!values.nextChild()) {
          throw new SoapRequestException(FaultCode.CLIENT, "The SOAP body is empty" + at(xml));
        }
        requireInterface();
        method = xml.getLocalName();
        return;
      }
    }
    throw new SoapRequestException(FaultCode.CLIENT, "The SOAP envelope has no body" + at(xml));
  }

  /** Keeps the session cookie, whatever its namespace; everything else may stand there. */
  private void readHeader() throws XMLStreamException {
    while (values.nextChild()) {
      if (xml.getLocalName().equals("vcSessionCookie")) {
        sessionCookie = values.text();
      } else {
        values.skip();
      }
    }
  }

  private void readToEnd() throws XMLStreamException {
    while (xml.hasNext()) {
      xml.next();
    }
  }

  private void requireInterface() {
    String namespace = xml.getNamespaceURI();
    if (namespace == null || !Namespaces.isVim(namespace)) {
      throw new SoapRequestException(
          FaultCode.VERSION_MISMATCH,
          "Unsupported version URI \""
              + (namespace == null ? "" : Scalars.quoted(namespace))
              + "\"\n\nwhile parsing SOAP body"
              + at(xml)
              + "\n\nwhile parsing SOAP envelope\nat line 1, column 0");
    }
  }

  private void requireEnvelope(String name) {
    if (!isEnvelope(name)) {
      throw new SoapRequestException(
          FaultCode.CLIENT,
          "The element \""
              + Scalars.quoted(xml.getLocalName())
              + "\" stands where the SOAP 1.1 "
              + name
              + " is expected"
              + at(xml));
    }
  }

  private boolean isEnvelope(String name) {
    return xml.getLocalName().equals(name) && Namespaces.ENVELOPE.equals(xml.getNamespaceURI());
  }

  /** A step of reading. */
  private interface Step {
    void run() throws XMLStreamException;
  }

  private void decode(Step step) throws IOException {
    try {
      step.run();
    } catch (XMLStreamException e) {
      throw malformed(e, xml.getLocation());
    }
  }

  /** What a failure of the XML reader means: the connection broke, or the text is bad. */
  private static SoapRequestException malformed(XMLStreamException e, @Nullable Location current)
      throws IOException {
    Throwable cause = e.getNestedException();
    if (cause instanceof BoundedInputStream.TooLargeException) {
      return new SoapRequestException(
          FaultCode.CLIENT, "The request is larger than " + BODY_MAX_BYTES + " bytes", e);
    }
    if (cause instanceof IOException broken && !(broken instanceof CharConversionException)) {
      throw broken;
    }
    Location location = e.getLocation() == null ? current : e.getLocation();
    String place =
        location == null
            ? ""
            : "\nat line " + location.getLineNumber() + ", column " + location.getColumnNumber();
    String problem = e.getMessage() == null ? "" : e.getMessage().lines().findFirst().orElse("");
    return new SoapRequestException(
        FaultCode.CLIENT, "The request cannot be read as XML: " + problem + place, e);
  }

  private static String at(XMLStreamReader xml) {
    Location location = xml.getLocation();
    return "\nat line " + location.getLineNumber() + ", column " + location.getColumnNumber();
  }

  private static XMLInputFactory factory() {
    // Woodstox; any other refuses the properties below.
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, DEPTH_MAX);
    factory.setProperty(WstxInputProperties.P_MAX_TEXT_LENGTH, TEXT_MAX_CHARS);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, ATTRIBUTES_MAX);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, ATTRIBUTE_MAX_CHARS);
    return factory;
  }
}
