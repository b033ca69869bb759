package dev.vcsnap.soap;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the replies in the exact text of a real server: its prefixes, its line ends, no header,
 * and nothing between the elements of the body.
 */
final class SoapWriter {

  private static final Markup BEFORE =
      Markup.of(
          """
          <?xml version="1.0" encoding="UTF-8"?>
          <soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"
           xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
           xmlns:xsd="http://www.w3.org/2001/XMLSchema"
           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
          <soapenv:Body>
          """);
  private static final Markup AFTER = Markup.of("\n</soapenv:Body>\n</soapenv:Envelope>");
  private static final Markup NAMESPACE = Markup.of(" xmlns=\"urn:vim25\"");
  private static final Markup FAULT_CODE = Markup.of("<soapenv:Fault><faultcode>");
  private static final Markup FAULT_STRING = Markup.of("</faultcode><faultstring>");
  private static final Markup DETAIL = Markup.of("</faultstring><detail>");
  private static final Markup FAULT_END = Markup.of("</detail></soapenv:Fault>");
  private static final ElementName RETURN_VALUE = ElementName.of("returnval");

  private final Layouts layouts = new Layouts();

  /** The reply to a call; null writes an empty response. */
  XmlBuffer response(MethodType method, @Nullable Object result, Release release) {
    var out = new XmlBuffer();
    ElementName response = layouts.element(method.name() + "Response");
    out.raw(BEFORE).raw(response.open()).raw(NAMESPACE).raw('>');
    if (result != null) {
      new ValueWriter(out, layouts, release).value(RETURN_VALUE, method.result(), result);
    }
    return out.raw(response.end()).raw(AFTER);
  }

  /** The reply to {@code Fetch}: the value of one property, with its type. */
  XmlBuffer fetched(TypeRef declared, @Nullable Object value, Release release) {
    var out = new XmlBuffer();
    ElementName response = layouts.element("FetchResponse");
    out.raw(BEFORE).raw(response.open()).raw(NAMESPACE).raw('>');
    if (value != null) {
      Object typed =
          declared.array() && value instanceof List<?> items
              ? new ArrayOf(declared.element(), items)
              : value;
      new ValueWriter(out, layouts, release).any(RETURN_VALUE, typed);
    }
    return out.raw(response.end()).raw(AFTER);
  }

  /** A fault reply; the fault object is the very first node of the detail. */
  XmlBuffer fault(FaultCode code, String text, MethodFault fault, Release release) {
    var out = new XmlBuffer();
    DataType shown = fault.vimType().at(release);
    ElementName element = layouts.element(shown.name() + "Fault");
    out.raw(BEFORE).raw(FAULT_CODE).text(code.text()).raw(FAULT_STRING).text(text).raw(DETAIL);
    out.raw(element.open()).raw(NAMESPACE).raw(layouts.of(shown).typeAttribute()).raw('>');
    new ValueWriter(out, layouts, release).members(fault, shown);
    return out.raw(element.end()).raw(FAULT_END).raw(AFTER);
  }
}
