package dev.vcsnap.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What clients do most: look around, read one machine, take a snapshot, wait, remove it. */
final class Rehearsal {

  private static final Pattern VERSION = Pattern.compile("<version>([^<]*)</version>");

  private final SoapCaller caller;
  private final String root;
  private final String views;
  private final String collector;
  private final String sessions;

  /** Logs in. */
  Rehearsal(SoapCaller caller) {
    this.caller = caller;
    String content = caller.call("ServiceInstance ServiceInstance", "RetrieveServiceContent", "");
    this.root = SoapCaller.reference(content, "Folder");
    this.views = SoapCaller.reference(content, "ViewManager");
    this.collector = SoapCaller.reference(content, "PropertyCollector");
    this.sessions = SoapCaller.reference(content, "SessionManager");
    caller.call(sessions, "Login", "<userName>user</userName><password>pass</password>");
  }

  /** Lists all machines through a view of its own; returns the first. */
  String list() {
    String view =
        SoapCaller.reference(
            caller.call(
                views,
                "CreateContainerView",
                SoapCaller.element("container", root)
                    + "<type>VirtualMachine</type><recursive>true</recursive>"),
            "ContainerView");
    String found =
        caller.call(
            collector,
            "RetrievePropertiesEx",
            "<specSet><propSet><type>VirtualMachine</type><pathSet>name</pathSet>"
                + "<pathSet>snapshot</pathSet></propSet><objectSet>"
                + SoapCaller.element("obj", view)
                + "<skip>true</skip><selectSet xsi:type=\"TraversalSpec\">"
                + "<type>ContainerView</type><path>view</path></selectSet></objectSet></specSet>"
                + "<options/>");
    caller.call(view, "DestroyView", "");
    return SoapCaller.reference(found, "VirtualMachine");
  }

  /** Reads what most clients show of a machine. */
  void read(String machine) {
    caller.call(
        collector,
        "RetrievePropertiesEx",
        "<specSet><propSet><type>VirtualMachine</type><pathSet>name</pathSet>"
            + "<pathSet>snapshot</pathSet><pathSet>config.hardware.device</pathSet>"
            + "<pathSet>runtime</pathSet></propSet><objectSet>"
            + SoapCaller.element("obj", machine)
            + "<skip>false</skip></objectSet></specSet><options/>");
  }

  /** Takes a snapshot of a machine and removes it, waiting for both tasks. */
  void takeAndRemoveSnapshot(String machine) {
    String ended =
        await(
            caller.call(
                machine,
                "CreateSnapshot_Task",
                "<name>rehearsal</name><description/><memory>false</memory>"
                    + "<quiesce>false</quiesce>"));
    String snapshot = SoapCaller.reference(ended, "VirtualMachineSnapshot");
    await(caller.call(snapshot, "RemoveSnapshot_Task", "<removeChildren>false</removeChildren>"));
  }

  /** Waits for a task as govmomi does, through a collector of its own; returns the last update. */
  private String await(String started) {
    String task = SoapCaller.reference(started, "Task");
    String own =
        SoapCaller.reference(
            caller.call(collector, "CreatePropertyCollector", ""), "PropertyCollector");
    caller.call(
        own,
        "CreateFilter",
        "<spec><propSet><type>Task</type><pathSet>info</pathSet></propSet><objectSet>"
            + SoapCaller.element("obj", task)
            + "<skip>false</skip></objectSet></spec><partialUpdates>true</partialUpdates>");
    String version = "";
    while (true) {
      String update = caller.call(own, "WaitForUpdatesEx", "<version>" + version + "</version>");
      if (update.contains(">error<")) {
        throw new IllegalStateException("a task failed: " + update);
      }
      if (update.contains(">success<")) {
        caller.call(own, "DestroyPropertyCollector", "");
        return update;
      }
      Matcher next = VERSION.matcher(update);
      version = next.find() ? next.group(1) : "";
    }
  }

  void logOut() {
    caller.call(sessions, "Logout", "");
  }
}
