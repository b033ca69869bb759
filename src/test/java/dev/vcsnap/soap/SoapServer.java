package dev.vcsnap.soap;

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import dev.vcsnap.call.CallService;
import dev.vcsnap.call.MethodTable;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.AboutInfo;
import dev.vcsnap.vim.DynamicProperty;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.RetrieveResult;
import dev.vcsnap.vim.ServiceContent;
import dev.vcsnap.vim.UserSession;
import dev.vcsnap.vim.Vim25;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;

/** A small server behind the real binding: enough methods to see every way a request can take. */
final class SoapServer {

  static final String ENVELOPE =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <soapenv:Envelope xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"
       xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
       xmlns:xsd="http://www.w3.org/2001/XMLSchema"
       xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
      <soapenv:Body>%s</soapenv:Body>
      </soapenv:Envelope>\
      """;

  static final Instant NOW = Instant.parse("2024-06-07T08:09:10.120450Z");

  static final List<MethodTable.Served> SERVED =
      List.of(
          served("PropertyCollector", "RetrievePropertiesEx"),
          served("SessionManager", "Login"),
          served("VirtualMachine", "CreateSnapshot_Task"),
          served("Folder", "Destroy_Task"),
          served("VirtualMachine", "Destroy_Task"));

  final ObjectRegistry objects = new ObjectRegistry();
  final List<Object> lastArguments = new ArrayList<>();
  private final SessionService sessions =
      new SessionService(
          new StoppedClock(),
          new Ids(new Dice(1)),
          List.of(new Account("user", "pass")),
          Duration.ofHours(1));
  final CallService calls;
  final MockMvc http;

  SoapServer() {
    objects.change(tx -> {
      tx.add(
          new ManagedObject("ServiceInstance", "ServiceInstance")
              .computed("content", session -> content()));
      add(tx, "SessionManager", "SessionManager");
      add(tx, "PropertyCollector", "propertyCollector");
      add(tx, "Folder", "group-d1");
      var machine = new ManagedObject("VirtualMachine", "vm-62");
      tx.add(machine).set(machine, "name", "DC0_H0_VM0");
      tx.set(
          machine,
          "datastore",
          List.of(
              new ManagedObjectReference("Datastore", "datastore-52"),
              new ManagedObjectReference("Datastore", "datastore-53")));
      tx.set(machine, "parent", new ManagedObjectReference("Folder", "group-v3"));
      tx.set(machine, "network", List.of());
    });
    var table = new MethodTable(List.of(this::contribute));
    calls =
        new CallService(
            objects,
            sessions,
            table,
            (session, object, privilege) -> true,
            new SimpleMeterRegistry());
    var writer = new SoapWriter();
    http =
        MockMvcBuilders.standaloneSetup(
                new SoapController(
                    new SoapDispatcher(calls, writer), new Wsdl(calls::served), calls))
            .setControllerAdvice(new SoapAdvice(writer, new Ids(new Dice(2)), calls))
            .build();
  }

  /** Opens a session and gives its id. */
  String login() {
    return sessions.login("user", "pass", "en", "127.0.0.1", "test").orElseThrow().id();
  }

  /** Sends what stands in the body of an envelope, logged in. */
  MockHttpServletResponse call(String body) throws Exception {
    return send(ENVELOPE.formatted(body), r -> r.header("Cookie", cookie(login())));
  }

  /** Sends a whole request. */
  MockHttpServletResponse send(String request, UnaryOperator<MockHttpServletRequestBuilder> more)
      throws Exception {
    return send(request.getBytes(StandardCharsets.UTF_8), more);
  }

  MockHttpServletResponse send(byte[] request, UnaryOperator<MockHttpServletRequestBuilder> more)
      throws Exception {
    return http.perform(more.apply(post("/sdk").content(request))).andReturn().getResponse();
  }

  static String cookie(String id) {
    return "vmware_soap_session=\"" + id + "\"";
  }

  private void contribute(MethodTable table) {
    table
        .on("ServiceInstance", "RetrieveServiceContent", (context, self, arguments) -> content())
        .on(
            "SessionManager",
            "Login",
            (context, self, arguments) -> {
              Session session =
                  sessions
                      .login(
                          arguments.string("userName"),
                          arguments.string("password"),
                          "en",
                          context.ipAddress(),
                          context.userAgent())
                      .orElseThrow(Faults::invalidLogin);
              context.issue(session);
              return userSession(session);
            })
        .on(
            "SessionManager",
            "Logout",
            (context, self, arguments) -> {
              sessions.end(context.requireSession());
              context.drop();
              return null;
            })
        .on(
            "VirtualMachine",
            "CreateSnapshot_Task",
            (context, self, arguments) -> {
              lastArguments.clear();
              lastArguments.add(arguments.string("name"));
              lastArguments.add(arguments.bool("memory"));
              return new ManagedObjectReference("Task", "task-42");
            })
        .on(
            "VirtualMachine",
            "ReconfigVM_Task",
            (context, self, arguments) -> {
              lastArguments.clear();
              lastArguments.add(arguments.get("spec"));
              return new ManagedObjectReference("Task", "task-43");
            })
        .on(
            "VirtualMachine",
            "RevertToCurrentSnapshot_Task",
            (context, self, arguments) -> {
              throw new IllegalStateException("the disk is on fire");
            })
        .on(
            "PropertyCollector",
            "RetrievePropertiesEx",
            (context, self, arguments) -> {
              lastArguments.clear();
              lastArguments.addAll(arguments.list("specSet", Object.class));
              return machineName();
            });
  }

  private static ServiceContent content() {
    var about = new AboutInfo();
    about.name = "VMware vCenter Server";
    about.fullName = "VMware vCenter Server 8.0.3 build-24022515";
    about.vendor = "VMware, Inc.";
    about.version = "8.0.3";
    about.patchLevel = "00000";
    about.build = "24022515";
    about.osType = "linux-x64";
    about.productLineId = "vpx";
    about.apiType = "VirtualCenter";
    about.apiVersion = "8.0.2.0";
    var content = new ServiceContent();
    content.rootFolder = new ManagedObjectReference("Folder", "group-d1");
    content.propertyCollector =
        new ManagedObjectReference("PropertyCollector", "propertyCollector");
    content.viewManager = new ManagedObjectReference("ViewManager", "ViewManager");
    content.about = about;
    content.sessionManager = new ManagedObjectReference("SessionManager", "SessionManager");
    content.guestCustomizationManager =
        new ManagedObjectReference("VirtualMachineGuestCustomizationManager", "GuestCustomization");
    return content;
  }

  private static UserSession userSession(Session session) {
    var user = new UserSession();
    user.key = "52e6ecdc-512d-b041-aea8-efa4a4f168e2";
    user.userName = session.userName();
    user.fullName = session.userName();
    user.loginTime = session.loginTime();
    user.lastActiveTime = session.lastActiveTime();
    user.locale = "en";
    user.messageLocale = "en";
    user.extensionSession = false;
    user.ipAddress = "10.20.125.215";
    user.userAgent = "";
    user.callCount = 0L;
    return user;
  }

  private static RetrieveResult machineName() {
    var name = new DynamicProperty();
    name.name = "name";
    name.val = "DC0_H0_VM0";
    var content = new ObjectContent();
    content.obj = new ManagedObjectReference("VirtualMachine", "vm-62");
    content.propSet = List.of(name);
    var result = new RetrieveResult();
    result.objects = List.of(content);
    return result;
  }

  private static void add(dev.vcsnap.objects.Transaction tx, String type, String id) {
    tx.add(new ManagedObject(type, id));
  }

  private static MethodTable.Served served(String type, String method) {
    MethodType description = Vim25.managed(type).methods().get(method);
    return new MethodTable.Served(Vim25.managed(type), description);
  }

  private static final class StoppedClock implements Clock {
    @Override
    public Instant now() {
      return NOW;
    }

    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public void sleep(Duration duration) {
      throw new UnsupportedOperationException();
    }
  }
}
