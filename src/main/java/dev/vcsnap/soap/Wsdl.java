package dev.vcsnap.soap;

import dev.vcsnap.call.MethodTable.Served;
import dev.vcsnap.vim.MethodType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The service's description for clients that build themselves from it: the methods that are served,
 * and every type of the interface, since a value may be of any. Made when it is first asked for.
 */
final class Wsdl {

  private static final String HEAD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <definitions targetNamespace="urn:vim25"
       xmlns="http://schemas.xmlsoap.org/wsdl/"
       xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
       xmlns:vim25="urn:vim25"
       xmlns:xsd="http://www.w3.org/2001/XMLSchema">
      <types>
      """;

  private static final String SERVICE =
      """
      <service name="VimService">
      <port binding="vim25:VimBinding" name="VimPort">
      <soap:address location="\
      """;

  private static final String TAIL =
      """
      "/>
      </port>
      </service>
      </definitions>
      """;

  private static final String ACTION = "urn:vim25/8.0.3.0";

  private final Supplier<List<Served>> served;
  private @Nullable Markup beforeAddress;

  Wsdl(Supplier<List<Served>> served) {
    this.served = served;
  }

  /** The description of the service at an address. */
  XmlBuffer at(String address) {
    return new XmlBuffer().raw(beforeAddress()).attribute(address).raw(Markup.of(TAIL));
  }

  private synchronized Markup beforeAddress() {
    Markup made = beforeAddress;
    if (made == null) {
      made = Markup.of(describe());
      beforeAddress = made;
    }
    return made;
  }

  private String describe() {
    // A method that two types serve is one operation.
    Map<String, MethodType> methods = new TreeMap<>();
    served.get().forEach(each -> methods.put(each.method().name(), each.method()));
    var faults = new TreeSet<String>();
    faults.add("RuntimeFault");
    methods.values().forEach(method -> faults.addAll(method.faults()));

    var text = new StringBuilder(HEAD);
    new WsdlSchema(text).write(methods.values(), faults);
    text.append("</types>\n");
    methods.keySet().forEach(method -> messages(text, method));
    faults.forEach(fault -> message(text, fault + "Fault", "fault", fault + "Fault"));
    text.append("<portType name=\"VimPortType\">\n");
    methods.values().forEach(method -> operation(text, method));
    text.append("</portType>\n<binding name=\"VimBinding\" type=\"vim25:VimPortType\">\n")
        .append("<soap:binding style=\"document\"")
        .append(" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n");
    methods.values().forEach(method -> binding(text, method));
    return text.append("</binding>\n").append(SERVICE).toString();
  }

  private static void messages(StringBuilder text, String method) {
    message(text, method + "RequestMsg", "parameters", method);
    message(text, method + "ResponseMsg", "parameters", method + "Response");
  }

  private static void message(StringBuilder text, String name, String part, String element) {
    text.append(
        "<message name=\"%s\"><part name=\"%s\" element=\"vim25:%s\"/></message>\n"
            .formatted(name, part, element));
  }

  private static void operation(StringBuilder text, MethodType method) {
    String name = method.name();
    text.append("<operation name=\"%s\">\n".formatted(name))
        .append("<input message=\"vim25:%sRequestMsg\"/>\n".formatted(name))
        .append("<output message=\"vim25:%sResponseMsg\"/>\n".formatted(name));
    for (String fault : faultsOf(method)) {
      text.append("<fault name=\"%1$s\" message=\"vim25:%1$sFault\"/>\n".formatted(fault));
    }
    text.append("</operation>\n");
  }

  private static void binding(StringBuilder text, MethodType method) {
    text.append("<operation name=\"%s\">\n".formatted(method.name()))
        .append("<soap:operation soapAction=\"%s\" style=\"document\"/>\n".formatted(ACTION))
        .append("<input><soap:body use=\"literal\"/></input>\n")
        .append("<output><soap:body use=\"literal\"/></output>\n");
    for (String fault : faultsOf(method)) {
      text.append(
          "<fault name=\"%1$s\"><soap:fault name=\"%1$s\" use=\"literal\"/></fault>\n"
              .formatted(fault));
    }
    text.append("</operation>\n");
  }

  private static TreeSet<String> faultsOf(MethodType method) {
    var faults = new TreeSet<>(method.faults());
    faults.add("RuntimeFault");
    return faults;
  }
}
