package dev.vcsnap.property;

import static dev.vcsnap.property.Specs.all;
import static dev.vcsnap.property.Specs.filter;
import static dev.vcsnap.property.Specs.idsOf;
import static dev.vcsnap.property.Specs.object;
import static dev.vcsnap.property.Specs.of;
import static dev.vcsnap.property.Specs.properties;
import static dev.vcsnap.property.Specs.valuesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidProperty;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotAuthenticated;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.RetrieveOptions;
import dev.vcsnap.vim.RetrieveResult;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetrieveTest {

  private final Server server = new Server();
  private final ManagedObject vm = server.addVm("vm-20");

  @Test
  void aPropertySpecMatchesObjectsOfTypesThatExtendItsOwn() {
    ObjectContent content = one(filter(properties("ManagedEntity", "name"), object(vm)));
    assertThat(valuesOf(content)).containsExactly(java.util.Map.entry("name", "vm-20"));
  }

  @Test
  void aSpecificationForAnyManagedObjectMatchesAll() {
    assertThat(one(filter(properties("ManagedObject"), object(vm))).obj).isEqualTo(vm.reference());
  }

  @Test
  void severalSpecsForOneTypeAreMerged() {
    ObjectContent content =
        one(
            filter(
                List.of(
                    properties("VirtualMachine", "name"),
                    properties("VirtualMachine", "config.name", "name"),
                    properties("ManagedEntity", "parent")),
                object(vm)));
    assertThat(valuesOf(content).keySet()).containsExactly("name", "config.name", "parent");
  }

  @Test
  void anObjectThatNoSpecIsForIsLeftOut() {
    assertThat(retrieve(filter(properties("HostSystem", "name"), object(vm)))).isEmpty();
    assertThat(
            server.collectors.retrieveEx(
                server.session,
                List.of(filter(properties("HostSystem", "name"), object(vm))),
                new RetrieveOptions()))
        .isNull();
  }

  @Test
  void allGivesEverySetProperty() {
    assertThat(valuesOf(one(filter(all("VirtualMachine"), object(vm)))).keySet())
        .containsExactlyInAnyOrder("name", "parent", "config", "datastore");
  }

  @Test
  void anEmptyPathSetGivesTheObjectAlone() {
    ObjectContent content = one(of(vm));
    assertThat(content.obj).isEqualTo(vm.reference());
    assertThat(content.propSet).isEmpty();
  }

  @Test
  void nestedPathsLeadIntoDataObjects() {
    assertThat(valuesOf(one(of(vm, "config.name", "config.hardware.numCPU"))))
        .containsEntry("config.name", "vm-20")
        .containsEntry("config.hardware.numCPU", 1);
  }

  @Test
  void keysLeadToElementsOfArrays() {
    var values =
        valuesOf(
            one(
                of(
                    vm,
                    "config.hardware.device[2001].deviceInfo.label",
                    "config.hardware.device[2000].capacityInBytes",
                    "config.extraConfig[\"scsi0:0.ctkEnabled\"].value",
                    "config.extraConfig[\"none\"]",
                    "config.hardware.device[4711]")));
    assertThat(values)
        .containsEntry("config.hardware.device[2001].deviceInfo.label", "Hard disk 2")
        .containsEntry("config.hardware.device[2000].capacityInBytes", 1L)
        .containsEntry("config.extraConfig[\"scsi0:0.ctkEnabled\"].value", "FALSE")
        .hasSize(3);
  }

  @Test
  void anArrayComesWithItsDeclaredElementType() {
    var array = (ArrayOf) one(of(vm, "config.hardware.device")).propSet.getFirst().val;
    assertThat(array.element().name()).isEqualTo("VirtualDevice");
    assertThat(array.element().array()).isFalse();
    assertThat(array.items()).hasSize(2);
    assertThat(((ArrayOf) one(of(vm, "datastore")).propSet.getFirst().val).element().arrayName())
        .isEqualTo("ArrayOfManagedObjectReference");
  }

  @Test
  void theSnapshotTreeIsAnArrayOfItsRoots() {
    var snapshot = new VirtualMachineSnapshotInfo();
    var tree = new VirtualMachineSnapshotTree();
    tree.name = "before";
    snapshot.rootSnapshotList = List.of(tree);
    server.set(vm, "snapshot", snapshot);
    var array = (ArrayOf) one(of(vm, "snapshot.rootSnapshotList")).propSet.getFirst().val;
    assertThat(array.element().arrayName()).isEqualTo("ArrayOfVirtualMachineSnapshotTree");
    assertThat(array.items()).hasSize(1);
  }

  @Test
  void anEmptyArrayThatIsSetIsAnEmptyArrayAndAnUnsetOneIsAbsent() {
    assertThat(
            ((ArrayOf) one(of(server.vmFolder, "name", "childEntity")).propSet.get(1).val).items())
        .hasSize(1);
    server.set(server.vmFolder, "childEntity", List.of());
    assertThat(((ArrayOf) one(of(server.vmFolder, "childEntity")).propSet.getFirst().val).items())
        .isEmpty();
    server.set(server.vmFolder, "childEntity", null);
    assertThat(one(of(server.vmFolder, "childEntity")).propSet).isEmpty();
  }

  @Test
  void anUnsetPropertyIsAbsentAndNotMissing() {
    ObjectContent content = one(of(vm, "snapshot", "snapshot.rootSnapshotList", "name"));
    assertThat(valuesOf(content).keySet()).containsExactly("name");
    assertThat(content.missingSet).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "config.nonsense",
        "config.name.more",
        "config.hardware.device.key",
        "config.hardware[1]",
        "config.extraConfig[\"open",
        "config.",
        ".config",
        "config..name",
        "name[1]",
        "",
        "config.hardware.device[2000]x"
      })
  void anUnknownPathIsAnInvalidPropertyThatNamesIt(String path) {
    assertThatThrownBy(() -> retrieve(of(vm, path)))
        .isInstanceOfSatisfying(
            VimException.class,
            e ->
                assertThat(e.fault())
                    .isInstanceOfSatisfying(
                        InvalidProperty.class, fault -> assertThat(fault.name).isEqualTo(path)));
  }

  @Test
  void aMemberThatOnlyAnExtendingTypeHasCanBeNamed() {
    assertThat(valuesOf(one(of(vm, "config.hardware.device[2001].capacityInBytes")))).hasSize(1);
  }

  @Test
  void anUnknownTypeIsAnInvalidArgument() {
    assertFault(
        () -> retrieve(filter(properties("NoSuchType", "name"), object(vm))),
        InvalidArgument.class);
  }

  @Test
  void anUnknownObjectIsNotFoundUnlessMissingOnesAreReported() {
    var gone = new ManagedObjectReference("VirtualMachine", "vm-99");
    PropertyFilterSpec spec =
        filter(properties("VirtualMachine", "name"), object(gone), object(vm));
    assertFault(() -> retrieve(spec), ManagedObjectNotFound.class);
    spec.reportMissingObjectsInResults = true;
    assertThat(idsOf(retrieve(spec))).containsExactly("vm-20");
  }

  @Test
  void aReferenceOfTheWrongTypePointsToNothing() {
    PropertyFilterSpec spec =
        filter(
            properties("HostSystem", "name"),
            object(new ManagedObjectReference("HostSystem", "vm-20")));
    assertFault(() -> retrieve(spec), ManagedObjectNotFound.class);
  }

  @Test
  void aPathThatCannotBeReadIsMissingWithItsReason() {
    var broken =
        new ManagedObject("VirtualMachine", "vm-30")
            .computed(
                "layoutEx",
                sessionId -> {
                  throw Faults.invalidRequest("the folder is gone");
                });
    server.objects.change(tx -> tx.add(broken).set(broken, "name", "broken"));
    ObjectContent content = one(of(broken, "layoutEx", "name"));
    assertThat(valuesOf(content)).containsOnlyKeys("name");
    assertThat(content.missingSet).hasSize(1);
    assertThat(content.missingSet.getFirst().path).isEqualTo("layoutEx");
    assertThat(content.missingSet.getFirst().fault.localizedMessage)
        .isEqualTo("the folder is gone");
  }

  @Test
  void aComputedPropertyIsMadeForItsReader() {
    var manager =
        new ManagedObject("SessionManager", "SessionManager")
            .computed("defaultLocale", sessionId -> sessionId == null ? null : "of " + sessionId);
    server.objects.change(tx -> tx.add(manager));
    assertThat(valuesOf(one(of(manager, "defaultLocale"))))
        .containsEntry("defaultLocale", "of " + server.session.id());
  }

  @Test
  void beforeLoginOnlyPublicPropertiesCanBeRead() {
    assertFault(
        () -> server.collectors.retrieve(null, List.of(of(vm, "name"))), NotAuthenticated.class);
    var instance = new ManagedObject("ServiceInstance", "ServiceInstance");
    server.objects.change(
        tx -> tx.add(instance).set(instance, "content", new dev.vcsnap.vim.ServiceContent()));
    assertThat(
            server.collectors.retrieve(null, List.of(of(instance, "content"))).getFirst().propSet)
        .hasSize(1);
  }

  @Test
  void pagesAreHandedOutByToken() {
    for (int i = 0; i < 6; i++) {
      server.addVm("vm-10" + i);
    }
    ManagedObjectReference view =
        server.views.createContainerView(
            server.session, server.root.reference(), List.of("VirtualMachine"), true);
    var options = new RetrieveOptions();
    options.maxObjects = 3;
    PropertyFilterSpec spec = Specs.membersOf(view, properties("VirtualMachine", "name"));
    List<String> seen = new ArrayList<>();
    int pages = 0;
    RetrieveResult result = server.collectors.retrieveEx(server.session, List.of(spec), options);
    while (result != null) {
      pages++;
      assertThat(result.objects).hasSizeLessThanOrEqualTo(3);
      seen.addAll(idsOf(result.objects));
      result =
          result.token == null
              ? null
              : server.collectors.continueRetrieve(server.session, result.token);
    }
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(7).doesNotHaveDuplicates();
  }

  @Test
  void aTokenBelongsToItsSessionAndIsGoodOnce() {
    server.addVm("vm-21");
    var options = new RetrieveOptions();
    options.maxObjects = 1;
    PropertyFilterSpec spec =
        filter(properties("ManagedEntity", "name"), object(vm), object(server.host));
    String token = server.collectors.retrieveEx(server.session, List.of(spec), options).token;
    var other = server.login();
    assertFault(() -> server.collectors.continueRetrieve(other, token), InvalidArgument.class);
    assertThat(idsOf(server.collectors.continueRetrieve(server.session, token).objects))
        .containsExactly("host-8");
    assertFault(
        () -> server.collectors.continueRetrieve(server.session, token), InvalidArgument.class);
    String second = server.collectors.retrieveEx(server.session, List.of(spec), options).token;
    server.collectors.cancelRetrieve(server.session, second);
    assertFault(
        () -> server.collectors.continueRetrieve(server.session, second), InvalidArgument.class);
  }

  @Test
  void aPageSizeBelowOneIsRefused() {
    var options = new RetrieveOptions();
    options.maxObjects = 0;
    assertFault(
        () -> server.collectors.retrieveEx(server.session, List.of(of(vm, "name")), options),
        InvalidArgument.class);
  }

  private List<ObjectContent> retrieve(PropertyFilterSpec spec) {
    return server.collectors.retrieve(server.session, List.of(spec));
  }

  private ObjectContent one(PropertyFilterSpec spec) {
    List<ObjectContent> contents = retrieve(spec);
    assertThat(contents).hasSize(1);
    return contents.getFirst();
  }

  static void assertFault(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Class<?> fault) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VimException.class, e -> assertThat(e.fault()).isExactlyInstanceOf(fault));
  }
}
