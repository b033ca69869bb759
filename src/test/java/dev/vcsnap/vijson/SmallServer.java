package dev.vcsnap.vijson;

import dev.vcsnap.call.CallService;
import dev.vcsnap.call.MethodTable;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.AboutInfo;
import dev.vcsnap.vim.DiskChangeExtent;
import dev.vcsnap.vim.DiskChangeInfo;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ServiceContent;
import dev.vcsnap.vim.UserSession;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A server with one machine and a handful of methods, enough to drive the binding. */
final class SmallServer {

  static final String ODD_ID = "session[52de-01]52/a b;c+d%";

  final SessionService sessions =
      new SessionService(
          new SystemClock(),
          new Ids(new Dice(1)),
          List.of(new Account("user", "pass")),
          Duration.ofMinutes(30));
  final ObjectRegistry objects = new ObjectRegistry();
  final MethodTable table = new MethodTable(List.of(this::contribute));
  final CallService calls =
      new CallService(
          objects,
          sessions,
          table,
          (session, object, privilege) -> true,
          new SimpleMeterRegistry());

  SmallServer() {
    var root = new ManagedObject("ServiceInstance", "ServiceInstance");
    var manager =
        new ManagedObject("SessionManager", "SessionManager")
            .computed(
                "currentSession",
                id ->
                    id == null ? null : sessions.find(id).map(s -> describe(s.key())).orElse(null));
    var machine = new ManagedObject("VirtualMachine", "vm-62");
    var task = new ManagedObject("Task", "task-7");
    var view = new ManagedObject("ContainerView", ODD_ID);
    objects.change(tx -> {
      tx.add(root).add(manager).add(machine).add(task).add(view);
      tx.set(root, "content", content());
      tx.set(machine, "name", "DC0_H0_VM0");
      tx.set(machine, "network", List.of(new ManagedObjectReference("Network", "network-7")));
      tx.set(view, "type", List.of("VirtualMachine"));
    });
  }

  private void contribute(MethodTable methods) {
    methods
        .on("ServiceInstance", "RetrieveServiceContent", (context, self, arguments) -> content())
        .on("ServiceInstance", "CurrentTime", (context, self, arguments) -> Instant.EPOCH)
        .on(
            "SessionManager",
            "Login",
            (context, self, arguments) -> {
              var session =
                  sessions
                      .login(
                          arguments.string("userName"),
                          arguments.string("password"),
                          "en",
                          context.ipAddress(),
                          context.userAgent())
                      .orElseThrow(Faults::invalidLogin);
              context.issue(session);
              return describe(session.key());
            })
        .on(
            "SessionManager",
            "Logout",
            (context, self, arguments) -> {
              sessions.end(context.requireSession());
              return null;
            })
        .on("Task", "CancelTask", (context, self, arguments) -> null)
        .on("View", "DestroyView", (context, self, arguments) -> null)
        .on("VirtualMachineSnapshot", "RemoveSnapshot_Task", (context, self, arguments) -> null)
        .on("VirtualMachineSnapshot", "RevertToSnapshot_Task", (context, self, arguments) -> null)
        .on("VirtualMachine", "CreateSnapshot_Task", (context, self, arguments) -> null)
        .on(
            "VirtualMachine",
            "CreateSnapshotEx_Task",
            (context, self, arguments) -> new ManagedObjectReference("Task", "task-7"))
        .on("SearchIndex", "FindByUuid", (context, self, arguments) -> null)
        .on(
            "VirtualMachine",
            "PowerOnVM_Task",
            (context, self, arguments) -> {
              throw new IllegalStateException("the machine is on fire");
            })
        .on(
            "VirtualMachine",
            "QueryChangedDiskAreas",
            (context, self, arguments) -> changes(arguments.longInteger("startOffset")));
  }

  private static DiskChangeInfo changes(long startOffset) {
    var extent = new DiskChangeExtent();
    extent.start = startOffset;
    extent.length = 65536;
    var info = new DiskChangeInfo();
    info.startOffset = startOffset;
    info.length = 1L << 32;
    info.changedArea = List.of(extent);
    return info;
  }

  private static ServiceContent content() {
    var about = new AboutInfo();
    about.name = "VMware vCenter Server";
    about.fullName = "VMware vCenter Server 8.0.3 build-1";
    about.vendor = "VMware, Inc.";
    about.version = "8.0.3";
    about.patchLevel = "00100";
    about.build = "1";
    about.osType = "linux-x64";
    about.productLineId = "vpx";
    about.apiType = "VirtualCenter";
    about.apiVersion = "8.0.3.0";
    var content = new ServiceContent();
    content.rootFolder = new ManagedObjectReference("Folder", "group-d1");
    content.propertyCollector =
        new ManagedObjectReference("PropertyCollector", "propertyCollector");
    content.about = about;
    return content;
  }

  private static UserSession describe(String key) {
    var session = new UserSession();
    session.key = key;
    session.userName = "user";
    session.fullName = "user";
    session.loginTime = Instant.EPOCH;
    session.lastActiveTime = Instant.EPOCH;
    session.locale = "en";
    session.messageLocale = "en";
    return session;
  }
}
