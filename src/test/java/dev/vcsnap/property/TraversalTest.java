package dev.vcsnap.property;

import static dev.vcsnap.property.RetrieveTest.assertFault;
import static dev.vcsnap.property.Specs.byName;
import static dev.vcsnap.property.Specs.filter;
import static dev.vcsnap.property.Specs.idsOf;
import static dev.vcsnap.property.Specs.named;
import static dev.vcsnap.property.Specs.object;
import static dev.vcsnap.property.Specs.properties;
import static dev.vcsnap.property.Specs.skipped;
import static dev.vcsnap.property.Specs.traverse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidProperty;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.TraversalSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraversalTest {

  private final Server server = new Server();
  private final ManagedObject vm = server.addVm("vm-20");

  @Test
  void followsASingleReferenceAndAList() {
    assertThat(
            select(
                object(
                    server.datacenter,
                    traverse("Datacenter", "vmFolder", traverse("Folder", "childEntity")))))
        .containsExactly("datacenter-2", "group-v3", "vm-20");
  }

  @Test
  void aNamedTraversalMayRecurse() {
    TraversalSpec folders =
        named(
            "visitFolders",
            traverse(
                "Folder",
                "childEntity",
                byName("visitFolders"),
                traverse("Datacenter", "vmFolder", byName("visitFolders")),
                traverse("Datacenter", "hostFolder", byName("visitFolders")),
                traverse("ComputeResource", "host")));
    assertThat(select(object(server.root, folders)))
        .containsExactlyInAnyOrder(
            "group-d1", "datacenter-2", "group-v3", "group-h4", "vm-20", "domain-c7", "host-8");
  }

  @Test
  void theTypeOfATraversalMayBeAnAncestor() {
    assertThat(select(object(vm, traverse("ManagedEntity", "parent"))))
        .containsExactly("vm-20", "group-v3");
  }

  @Test
  void aTraversalOfAnotherTypeLeadsNowhere() {
    assertThat(select(object(vm, traverse("HostSystem", "datastore")))).containsExactly("vm-20");
  }

  @Test
  void skippedObjectsArePassedThroughButNotReported() {
    TraversalSpec toFolder = traverse("Datacenter", "vmFolder", traverse("Folder", "childEntity"));
    toFolder.skip = true;
    assertThat(select(skipped(object(server.datacenter, toFolder)))).containsExactly("vm-20");
  }

  @Test
  void anObjectThatIsReachedTwiceIsReportedOnce() {
    assertThat(
            select(
                skipped(
                    object(
                        server.cluster,
                        traverse("ComputeResource", "host", traverse("HostSystem", "vm")),
                        traverse(
                            "ComputeResource", "resourcePool", traverse("ResourcePool", "vm"))))))
        .containsExactly("host-8", "resgroup-9", "vm-20");
  }

  @Test
  void aCycleComesToAnEnd() {
    TraversalSpec up = named("up", traverse("ManagedEntity", "parent", byName("down")));
    TraversalSpec down = named("down", traverse("Folder", "childEntity", byName("up")));
    assertThat(select(object(vm, up, down))).containsExactly("vm-20", "group-v3");
  }

  @Test
  void aChainOfAThousandParentsIsFollowedToItsEnd() {
    ManagedObject above = server.vmFolder;
    for (int i = 0; i < 1_000; i++) {
      var folder = new ManagedObject("Folder", "group-v1" + i);
      ManagedObjectReference parent = above.reference();
      server.objects.change(tx -> tx.add(folder).set(folder, "parent", parent));
      above = folder;
    }
    assertThat(
            select(object(above, named("up", traverse("ManagedEntity", "parent", byName("up"))))))
        .hasSize(1_003);
  }

  @Test
  void aStaleReferenceIsPassedOver() {
    server.set(
        server.vmFolder,
        "childEntity",
        List.of(new ManagedObjectReference("VirtualMachine", "vm-404"), vm.reference()));
    assertThat(select(skipped(object(server.vmFolder, traverse("Folder", "childEntity")))))
        .containsExactly("vm-20");
  }

  @Test
  void anUnknownNamePathOrTypeIsRefused() {
    assertFault(() -> select(object(vm, byName("nobody"))), InvalidArgument.class);
    assertFault(
        () -> select(object(vm, traverse("VirtualMachine", "nonsense"))), InvalidProperty.class);
    assertFault(() -> select(object(vm, traverse("Nonsense", "parent"))), InvalidArgument.class);
  }

  private List<String> select(dev.vcsnap.vim.ObjectSpec spec) {
    PropertyFilterSpec filter = filter(properties("ManagedObject"), spec);
    return idsOf(server.collectors.retrieve(server.session, List.of(filter)));
  }
}
