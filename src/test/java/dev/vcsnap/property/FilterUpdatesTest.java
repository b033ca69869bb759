package dev.vcsnap.property;

import static dev.vcsnap.property.RetrieveTest.assertFault;
import static dev.vcsnap.property.Server.DEFAULT;
import static dev.vcsnap.property.Server.config;
import static dev.vcsnap.property.Server.disk;
import static dev.vcsnap.property.Specs.all;
import static dev.vcsnap.property.Specs.filter;
import static dev.vcsnap.property.Specs.linesOf;
import static dev.vcsnap.property.Specs.object;
import static dev.vcsnap.property.Specs.of;
import static dev.vcsnap.property.Specs.options;
import static dev.vcsnap.property.Specs.properties;
import static dev.vcsnap.property.Specs.skipped;
import static dev.vcsnap.property.Specs.traverse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidCollectorVersion;
import dev.vcsnap.vim.InvalidProperty;
import dev.vcsnap.vim.InvalidState;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.UpdateSet;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterUpdatesTest {

  private final Server server = new Server();
  private final ManagedObject vm = server.addVm("vm-20");

  @Test
  void theFirstCheckTellsEverythingAtOnce() {
    watch(of(vm, "name", "config.name"), false);
    UpdateSet set = check("");
    assertThat(linesOf(set))
        .containsExactly("enter vm-20 name assign=vm-20 config.name assign=vm-20");
    assertThat(set.truncated).isNull();
  }

  @Test
  void laterChecksTellOnlyWhatChanged() {
    watch(of(vm, "name", "config.name"), false);
    String version = check(null).version;
    assertThat(check(version)).isNull();
    server.set(vm, "name", "renamed");
    UpdateSet set = check(version);
    assertThat(linesOf(set)).containsExactly("modify vm-20 name assign=renamed");
    assertThat(set.version).isNotEqualTo(version);
    assertThat(check(set.version)).isNull();
  }

  @Test
  void anEmptyVersionTellsEverythingAgain() {
    watch(of(vm, "name"), false);
    check("");
    server.set(vm, "name", "renamed");
    assertThat(linesOf(check(""))).containsExactly("enter vm-20 name assign=renamed");
  }

  @Test
  void aValueThatCameBackToWhatItWasIsNoChange() {
    watch(of(vm, "name"), false);
    String version = check("").version;
    server.set(vm, "name", "other");
    server.set(vm, "name", "vm-20");
    assertThat(check(version)).isNull();
  }

  @Test
  void aPropertyThatIsUnsetIsAssignedNothing() {
    watch(of(vm, "name"), false);
    String version = check("").version;
    server.set(vm, "name", null);
    assertThat(linesOf(check(version))).containsExactly("modify vm-20 name assign");
  }

  @Test
  void atEntryUnsetPartsAreToldAndUnsetPropertiesAreNot() {
    ManagedObject task = server.addTask("task-1");
    watch(of(task, "info.state", "info.error"), false);
    watch(of(vm, "snapshot", "snapshot.rootSnapshotList"), false);
    assertThat(linesOf(check("")))
        .containsExactly(
            "enter task-1 info.state assign=queued info.error assign",
            "enter vm-20 snapshot.rootSnapshotList assign");
  }

  @Test
  void aWholeUpdateHasTheNameInTheFilterAndTheWholeValue() {
    ManagedObject task = server.addTask("task-1");
    watch(of(task, "info"), false);
    String version = check("").version;
    TaskInfo done = Server.taskInfo(TaskInfoState.success);
    server.set(task, "info", done);
    assertThat(linesOf(check(version))).containsExactly("modify task-1 info assign=" + done);
  }

  @Test
  void aPartialUpdateNamesTheMembersThatChanged() {
    ManagedObject task = server.addTask("task-1");
    watch(of(task, "info"), true);
    String version = check("").version;
    TaskInfo running = Server.taskInfo(TaskInfoState.running);
    running.progress = 40;
    server.set(task, "info", running);
    UpdateSet set = check(version);
    assertThat(linesOf(set))
        .containsExactly("modify task-1 info.state assign=running info.progress assign=40");
    TaskInfo done = Server.taskInfo(TaskInfoState.success);
    done.result = vm.reference();
    server.set(task, "info", done);
    assertThat(linesOf(check(set.version)))
        .containsExactly(
            "modify task-1 info.state assign=success info.result assign=VirtualMachine:vm-20"
                + " info.progress assign");
  }

  @Test
  void aFilterOnPartsSendsExactlyTheirNames() {
    ManagedObject task = server.addTask("task-1");
    for (boolean partial : new boolean[] {false, true}) {
      watch(of(task, "info.state", "info.error", "info.result"), partial);
    }
    String version = check("").version;
    TaskInfo done = Server.taskInfo(TaskInfoState.success);
    done.progress = 100;
    done.result = vm.reference();
    server.set(task, "info", done);
    assertThat(linesOf(check(version)))
        .hasSize(2)
        .containsOnly(
            "modify task-1 info.state assign=success info.result assign=VirtualMachine:vm-20");
  }

  @Test
  void aFilterOnAllPropertiesNamesThePropertyThatChanged() {
    ManagedObject task = server.addTask("task-1");
    watch(filter(all("Task"), object(task)), true);
    String version = check("").version;
    server.set(task, "info", Server.taskInfo(TaskInfoState.running));
    assertThat(linesOf(check(version))).containsExactly("modify task-1 info.state assign=running");
  }

  @Test
  void elementsWithKeysAreAddedRemovedAndChangedByKey() {
    watch(of(vm, "config.hardware.device"), true);
    String version = check("").version;
    server.set(vm, "config", config("vm-20", disk(2001, 7), disk(2002, 3)));
    assertThat(linesOf(check(version)))
        .containsExactly(
            "modify vm-20 config.hardware.device[2000] remove"
                + " config.hardware.device[2001].capacityInBytes assign=7"
                + " config.hardware.device[2002] add="
                + disk(2002, 3));
  }

  @Test
  void elementsWithTextKeysAreNamedInQuotes() {
    watch(of(vm, "config"), true);
    String version = check("").version;
    VirtualMachineConfigInfo now = config("vm-20", disk(2000, 1), disk(2001, 2));
    now.extraConfig = List.of(Server.option("disk.EnableUUID", "FALSE"));
    server.set(vm, "config", now);
    assertThat(linesOf(check(version)))
        .containsExactly(
            "modify vm-20 config.extraConfig[\"scsi0:0.ctkEnabled\"] remove"
                + " config.extraConfig[\"disk.EnableUUID\"].value assign=FALSE");
  }

  @Test
  void anArrayInAnotherOrderIsSentWhole() {
    watch(of(vm, "config.hardware.device"), true);
    String version = check("").version;
    server.set(vm, "config", config("vm-20", disk(2001, 2), disk(2000, 1)));
    assertThat(linesOf(check(version)))
        .containsExactly(
            "modify vm-20 config.hardware.device assign=" + List.of(disk(2001, 2), disk(2000, 1)));
  }

  @Test
  void anArrayWithoutKeysIsSentWhole() {
    watch(of(server.vmFolder, "childEntity"), true);
    String version = check("").version;
    ManagedObject second = server.addVm("vm-21");
    assertThat(linesOf(check(version)))
        .containsExactly("modify group-v3 childEntity assign=" + Server.refs(vm, second));
  }

  @Test
  void objectsEnterAndLeaveWithTheTraversal() {
    watch(
        filter(
            properties("VirtualMachine", "name"),
            skipped(object(server.vmFolder, traverse("Folder", "childEntity")))),
        true);
    UpdateSet first = check("");
    assertThat(linesOf(first)).containsExactly("enter vm-20 name assign=vm-20");
    server.addVm("vm-21");
    UpdateSet second = check(first.version);
    assertThat(linesOf(second)).containsExactly("enter vm-21 name assign=vm-21");
    server.removeVm(vm);
    assertThat(linesOf(check(second.version))).containsExactly("leave vm-20");
  }

  @Test
  void anObjectThatIsRemovedLeaves() {
    ManagedObject task = server.addTask("task-1");
    watch(of(task, "info.state"), false);
    String version = check("").version;
    server.objects.change(tx -> tx.remove(task.reference()));
    assertThat(linesOf(check(version))).containsExactly("leave task-1");
  }

  @Test
  @Rule(
      value = "D11",
      says = "State, result and error of a task that ends change in one update.",
      by = Witness.ASSUMED)
  void theEndOfATaskIsOneUpdate() {
    ManagedObject task = server.addTask("task-1");
    watch(of(task, "info.state", "info.result", "info.error"), false);
    String version = check("").version;
    TaskInfo ended = Server.taskInfo(TaskInfoState.success);
    ended.result = vm.reference();
    server.set(task, "info", ended);
    assertThat(linesOf(check(version)))
        .containsExactly(
            "modify task-1 info.state assign=success info.result assign=" + vm.reference());
  }

  @Test
  void changesOfOneTransactionComeInOneSet() {
    ManagedObject task = server.addTask("task-1");
    watch(of(task, "info.state"), false);
    watch(of(vm, "name"), false);
    String version = check("").version;
    server.objects.change(
        tx -> tx.set(task, "info", Server.taskInfo(TaskInfoState.success)).set(vm, "name", "new"));
    UpdateSet set = check(version);
    assertThat(linesOf(set))
        .containsExactly("modify task-1 info.state assign=success", "modify vm-20 name assign=new");
    assertThat(set.filterSet).hasSize(2);
  }

  @Test
  void theVersionBeforeMayBeAskedAgain() {
    watch(of(vm, "name"), false);
    String first = check("").version;
    server.set(vm, "name", "a");
    UpdateSet lost = check(first);
    server.set(vm, "name", "b");
    UpdateSet again = check(first);
    assertThat(again).isEqualTo(lost);
    assertThat(linesOf(check(again.version))).containsExactly("modify vm-20 name assign=b");
  }

  @Test
  void aVersionThatWasNotGivenOutOrIsTooOldIsRefused() {
    watch(of(vm, "name"), false);
    String first = check("").version;
    server.set(vm, "name", "a");
    String second = check(first).version;
    server.set(vm, "name", "b");
    check(second);
    for (String version : List.of(first, "4711", "-1", "x", " ")) {
      assertFault(() -> check(version), InvalidCollectorVersion.class);
    }
  }

  @Test
  void manyUpdatesComeInPartsThatSayThatTheyAreTruncated() {
    for (int i = 1; i < 5; i++) {
      server.addVm("vm-2" + i);
    }
    watch(
        filter(
            properties("VirtualMachine", "name"),
            skipped(object(server.vmFolder, traverse("Folder", "childEntity")))),
        false);
    List<String> lines = new ArrayList<>();
    List<Boolean> truncated = new ArrayList<>();
    String version = "";
    for (int i = 0; i < 3; i++) {
      UpdateSet set =
          server.collectors.waitForUpdatesEx(server.session, DEFAULT, version, options(0, 2));
      version = set.version;
      lines.addAll(linesOf(set));
      truncated.add(Boolean.TRUE.equals(set.truncated));
    }
    assertThat(truncated).containsExactly(true, true, false);
    assertThat(lines).hasSize(5).doesNotHaveDuplicates();
    assertThat(check(version)).isNull();
  }

  @Test
  void aMissingObjectIsReportedOnceWhereTheFilterWantsThat() {
    var reference = new ManagedObjectReference("Task", "task-9");
    PropertyFilterSpec spec = filter(properties("Task", "info.state"), object(reference));
    assertFault(() -> watch(spec, false), ManagedObjectNotFound.class);
    spec.reportMissingObjectsInResults = true;
    watch(spec, false);
    UpdateSet first = check("");
    assertThat(first.filterSet.getFirst().missingSet).hasSize(1);
    assertThat(first.filterSet.getFirst().missingSet.getFirst().fault.fault)
        .isInstanceOf(ManagedObjectNotFound.class);
    assertThat(check(first.version)).isNull();
    ManagedObject task = server.addTask("task-9");
    UpdateSet second = check(first.version);
    assertThat(linesOf(second)).containsExactly("enter task-9 info.state assign=queued");
    server.objects.change(tx -> tx.remove(task.reference()));
    UpdateSet third = check(second.version);
    assertThat(linesOf(third)).containsExactly("leave task-9");
    assertThat(third.filterSet.getFirst().missingSet).hasSize(1);
  }

  @Test
  void aComputedPropertyIsToldAtEntryOnly() {
    int[] reads = {0};
    var object =
        new ManagedObject("VirtualMachine", "vm-30")
            .computed("layoutEx", sessionId -> new dev.vcsnap.vim.VirtualMachineFileLayoutEx())
            .computed(
                "summary",
                sessionId -> {
                  reads[0]++;
                  return null;
                });
    server.objects.change(tx -> tx.add(object).set(object, "name", "a"));
    watch(of(object, "name", "layoutEx", "summary"), false);
    UpdateSet set = check("");
    assertThat(set.filterSet.getFirst().objectSet.getFirst().changeSet).hasSize(2);
    server.set(object, "name", "b");
    assertThat(linesOf(check(set.version))).containsExactly("modify vm-30 name assign=b");
    assertThat(reads[0]).isEqualTo(1);
  }

  @Test
  void aFilterThatSelectsNothingStillAnswersTheFirstCheck() {
    watch(
        filter(
            properties("HostSystem", "name"),
            skipped(object(server.vmFolder, traverse("Folder", "childEntity")))),
        false);
    UpdateSet set = check("");
    assertThat(set.filterSet).hasSize(1);
    assertThat(set.filterSet.getFirst().objectSet).isEmpty();
    assertThat(check(set.version)).isNull();
  }

  @Test
  void aFilterIsAnObjectWithItsSpecification() {
    PropertyFilterSpec spec = of(vm, "name");
    ManagedObjectReference filter = watch(spec, true);
    ManagedObject object = server.objects.find(filter);
    assertThat(object.get("spec")).isEqualTo(spec);
    assertThat(object.get("partialUpdates")).isEqualTo(true);
    assertThat(filter.value()).startsWith("session[" + server.session.key() + "]");
    ManagedObject collector = server.objects.find("propertyCollector");
    assertThat(collector.get("filter", server.session.id())).isEqualTo(List.of(filter));
    assertThat(collector.get("filter", server.login().id())).isEqualTo(List.of());
    server.collectors.destroyFilter(server.session, filter);
    assertThat(server.objects.find(filter)).isNull();
    assertFault(
        () -> server.collectors.destroyFilter(server.session, filter), ManagedObjectNotFound.class);
  }

  @Test
  void aDestroyedFilterTellsNothingMore() {
    ManagedObjectReference filter = watch(of(vm, "name"), false);
    watch(of(vm, "config.name"), false);
    String version = check("").version;
    server.collectors.destroyFilter(server.session, filter);
    server.set(vm, "name", "other");
    assertThat(check(version)).isNull();
  }

  @Test
  void aWrongSpecificationIsRefusedWhenTheFilterIsMade() {
    assertFault(() -> watch(of(vm, "nonsense"), false), InvalidProperty.class);
    assertFault(() -> watch(new PropertyFilterSpec(), false), InvalidArgument.class);
  }

  @Test
  void whatASessionMadeDoesNotExistForOthers() {
    Session other = server.login();
    ManagedObjectReference filter = watch(of(vm, "name"), false);
    ManagedObjectReference collector = server.collectors.createCollector(server.session);
    assertFault(() -> server.collectors.destroyFilter(other, filter), ManagedObjectNotFound.class);
    assertFault(
        () -> server.collectors.createFilter(other, collector, of(vm, "name"), false),
        ManagedObjectNotFound.class);
    assertFault(
        () -> server.collectors.checkForUpdates(other, collector, ""), ManagedObjectNotFound.class);
    assertThat(server.collectors.checkForUpdates(other, DEFAULT, "")).isNull();
  }

  @Test
  void collectorsOfOneSessionHaveFiltersAndVersionsOfTheirOwn() {
    ManagedObjectReference own = server.collectors.createCollector(server.session);
    assertThat(server.objects.find(own)).isNotNull();
    ManagedObjectReference filter =
        server.collectors.createFilter(server.session, own, of(vm, "name"), false);
    assertThat(check("")).isNull();
    assertThat(server.objects.find(own).get("filter")).isEqualTo(List.of(filter));
    assertThat(linesOf(server.collectors.checkForUpdates(server.session, own, ""))).hasSize(1);
    server.collectors.destroyCollector(server.session, own);
    assertThat(server.objects.find(own)).isNull();
    assertThat(server.objects.find(filter)).isNull();
    assertFault(
        () -> server.collectors.destroyFilter(server.session, filter), ManagedObjectNotFound.class);
  }

  @Test
  void theEndOfASessionTakesItsObjectsAway() {
    int before = server.objects.all().size();
    Session guest = server.login();
    ManagedObjectReference own = server.collectors.createCollector(guest);
    server.collectors.createFilter(guest, own, of(vm, "name"), false);
    server.collectors.createFilter(guest, DEFAULT, of(vm, "name"), false);
    server.views.createContainerView(guest, server.root.reference(), List.of(), true);
    assertThat(server.objects.all()).hasSize(before + 4);
    server.sessions.end(guest);
    assertThat(server.objects.all()).hasSize(before);
    assertFault(
        () -> server.collectors.createCollector(guest), dev.vcsnap.vim.NotAuthenticated.class);
  }

  @Test
  void aSessionHasALimitOfFiltersCollectorsAndViews() {
    PropertyFilterSpec spec = of(vm, "name");
    for (int i = 0; i < 1_000; i++) {
      watch(spec, false);
    }
    assertFault(() -> watch(spec, false), InvalidState.class);
    for (int i = 0; i < 200; i++) {
      server.collectors.createCollector(server.session);
      server.views.createListView(server.session, List.of());
    }
    assertFault(() -> server.collectors.createCollector(server.session), InvalidState.class);
    assertFault(() -> server.views.createListView(server.session, List.of()), InvalidState.class);
    assertThat(server.collectors.createCollector(server.login())).isNotNull();
  }

  private ManagedObjectReference watch(PropertyFilterSpec spec, boolean partial) {
    return server.collectors.createFilter(server.session, DEFAULT, spec, partial);
  }

  private UpdateSet check(String version) {
    return server.collectors.checkForUpdates(server.session, DEFAULT, version);
  }
}
