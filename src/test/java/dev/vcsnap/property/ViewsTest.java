package dev.vcsnap.property;

import static dev.vcsnap.property.RetrieveTest.assertFault;
import static dev.vcsnap.property.Server.DEFAULT;
import static dev.vcsnap.property.Specs.filter;
import static dev.vcsnap.property.Specs.linesOf;
import static dev.vcsnap.property.Specs.membersOf;
import static dev.vcsnap.property.Specs.object;
import static dev.vcsnap.property.Specs.properties;
import static dev.vcsnap.property.Specs.skipped;
import static dev.vcsnap.property.Specs.traverse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.UpdateSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewsTest {

  private final Server server = new Server();
  private final ManagedObject vm = server.addVm("vm-20");

  @Test
  void aContainerViewListsWhatIsBelow() {
    assertThat(members(view(server.root, true)))
        .containsExactlyInAnyOrder(
            "datacenter-2",
            "group-v3",
            "group-h4",
            "group-s5",
            "group-n6",
            "vm-20",
            "domain-c7",
            "host-8",
            "resgroup-9",
            "datastore-10");
  }

  @Test
  void aContainerViewThatIsNotRecursiveListsTheContentsAlone() {
    assertThat(members(view(server.datacenter, false)))
        .containsExactlyInAnyOrder("group-v3", "group-h4", "group-s5", "group-n6");
  }

  @Test
  void typesMatchWithTheirSubtypes() {
    assertThat(members(view(server.root, true, "ComputeResource", "Datastore")))
        .containsExactlyInAnyOrder("domain-c7", "datastore-10");
    assertThat(members(view(server.cluster, true, "VirtualMachine"))).containsExactly("vm-20");
    assertThat(members(view(server.host, true))).containsExactly("vm-20", "datastore-10");
    assertThat(members(view(server.pool, true, "ManagedEntity"))).containsExactly("vm-20");
  }

  @Test
  void aContainerViewListsWhatAppearsLater() {
    ManagedObjectReference view = view(server.root, true, "VirtualMachine");
    assertThat(members(view)).containsExactly("vm-20");
    server.addVm("vm-21");
    assertThat(members(view)).containsExactly("vm-20", "vm-21");
    server.removeVm(vm);
    assertThat(members(view)).containsExactly("vm-21");
  }

  @Test
  void aFilterThatTraversesAViewSeesObjectsComeAndGo() {
    ManagedObjectReference view = view(server.root, true, "VirtualMachine");
    server.collectors.createFilter(
        server.session, DEFAULT, membersOf(view, properties("VirtualMachine", "name")), false);
    UpdateSet first = check("");
    assertThat(linesOf(first)).containsExactly("enter vm-20 name assign=vm-20");
    server.addVm("vm-21");
    server.set(vm, "name", "old");
    UpdateSet second = check(first.version);
    assertThat(linesOf(second))
        .containsExactlyInAnyOrder("modify vm-20 name assign=old", "enter vm-21 name assign=vm-21");
    server.removeVm(vm);
    UpdateSet third = check(second.version);
    assertThat(linesOf(third)).containsExactly("leave vm-20");
    server.views.destroyView(server.session, view);
    assertThat(linesOf(check(third.version))).containsExactly("leave vm-21");
  }

  @Test
  void aContainerViewTellsHowItWasMade() {
    ManagedObject view = server.objects.find(view(server.root, true, "VirtualMachine"));
    assertThat(view.get("container")).isEqualTo(server.root.reference());
    assertThat(view.get("type")).isEqualTo(List.of("VirtualMachine"));
    assertThat(view.get("recursive")).isEqualTo(true);
  }

  @Test
  void onlyContainersAndKnownTypesMakeAContainerView() {
    assertFault(() -> view(vm, true), InvalidArgument.class);
    assertFault(() -> view(server.root, true, "Nonsense"), InvalidArgument.class);
    assertFault(
        () ->
            server.views.createContainerView(
                server.session, new ManagedObjectReference("Folder", "group-x"), List.of(), true),
        ManagedObjectNotFound.class);
  }

  @Test
  void aListViewIsChangedByItsOwner() {
    ManagedObjectReference view =
        server.views.createListView(server.session, Server.refs(vm, server.host, vm));
    assertThat(members(view)).containsExactly("vm-20", "host-8");
    var gone = new ManagedObjectReference("VirtualMachine", "vm-404");
    assertThat(
            server.views.modifyListView(
                server.session, view, List.of(server.pool.reference(), gone), Server.refs(vm)))
        .containsExactly(gone);
    assertThat(members(view)).containsExactly("host-8", "resgroup-9");
    assertThat(server.views.resetListView(server.session, view, Server.refs(vm))).isEmpty();
    assertThat(members(view)).containsExactly("vm-20");
    server.views.resetListViewFromView(server.session, view, view(server.root, true, "HostSystem"));
    assertThat(members(view)).containsExactly("host-8");
    assertThat(members(server.views.createListViewFromView(server.session, view)))
        .containsExactly("host-8");
    assertFault(
        () -> server.views.createListView(server.session, List.of(gone)),
        ManagedObjectNotFound.class);
  }

  @Test
  void aFilterThatTraversesAListViewFollowsItsChanges() {
    ManagedObjectReference view = server.views.createListView(server.session, Server.refs(vm));
    server.collectors.createFilter(
        server.session,
        DEFAULT,
        filter(
            properties("ManagedEntity", "name"),
            skipped(object(view, traverse("ListView", "view")))),
        false);
    UpdateSet first = check("");
    server.views.modifyListView(server.session, view, Server.refs(server.host), Server.refs(vm));
    assertThat(linesOf(check(first.version)))
        .containsExactly("leave vm-20", "enter host-8 name assign=host-8");
  }

  @Test
  void anInventoryViewBeginsWithTheRootFolder() {
    assertThat(members(inventoryView())).containsExactly("group-d1");
  }

  @Test
  void openingAContainerShowsWhatIsInItNowAndLater() {
    ManagedObjectReference view = inventoryView();
    assertThat(open(view, server.root, server.datacenter)).isEmpty();
    assertThat(members(view))
        .containsExactly(
            "group-d1", "datacenter-2", "group-v3", "group-h4", "group-s5", "group-n6");
    assertThat(open(view, server.vmFolder)).isEmpty();
    assertThat(members(view)).contains("vm-20").doesNotContain("domain-c7");
    server.addVm("vm-21");
    assertThat(members(view)).contains("vm-20", "vm-21");
  }

  @Test
  void closingAContainerHidesWhatIsBelowIt() {
    ManagedObjectReference view = inventoryView();
    open(view, server.root, server.datacenter, server.vmFolder);
    assertThat(server.views.closeFolders(server.session, view, Server.refs(server.datacenter)))
        .isEmpty();
    assertThat(members(view)).containsExactly("group-d1", "datacenter-2");
  }

  @Test
  void whatCannotBeOpenedIsGivenBack() {
    ManagedObjectReference view = inventoryView();
    var gone = new ManagedObjectReference("Folder", "group-404");
    assertThat(
            server.views.openFolders(
                server.session, view, List.of(gone, server.root.reference(), vm.reference())))
        .containsExactly(gone, vm.reference());
    assertThat(members(view)).containsExactly("group-d1", "datacenter-2");
    assertFault(
        () -> server.views.openFolders(server.session, view(server.root, true), List.of()),
        ManagedObjectNotFound.class);
  }

  @Test
  void aFilterThatTraversesAnInventoryViewSeesWhatIsOpenedAndClosed() {
    ManagedObjectReference view = inventoryView();
    server.collectors.createFilter(
        server.session,
        DEFAULT,
        filter(
            properties("ManagedEntity", "name"),
            skipped(object(view, traverse("InventoryView", "view")))),
        false);
    server.collectors.createFilter(
        server.session, DEFAULT, filter(properties("InventoryView", "view"), object(view)), true);
    UpdateSet first = check("");
    assertThat(linesOf(first))
        .containsExactly(
            "enter group-d1 name assign=group-d1",
            "enter " + view.value() + " view assign=" + Server.refs(server.root));
    open(view, server.root);
    UpdateSet second = check(first.version);
    assertThat(linesOf(second))
        .containsExactly(
            "enter datacenter-2 name assign=datacenter-2",
            "modify "
                + view.value()
                + " view assign="
                + Server.refs(server.root, server.datacenter));
    server.views.closeFolders(server.session, view, Server.refs(server.root));
    assertThat(linesOf(check(second.version))).contains("leave datacenter-2");
  }

  @Test
  void viewsAreListedForTheirSessionAndDoNotExistForOthers() {
    ManagedObjectReference view = view(server.root, true);
    var other = server.login();
    assertThat(server.views.viewList().valueFor(server.session.id())).isEqualTo(List.of(view));
    assertThat(server.views.viewList().valueFor(other.id())).isEqualTo(List.of());
    assertFault(() -> server.views.destroyView(other, view), ManagedObjectNotFound.class);
    server.views.destroyView(server.session, view);
    assertThat(server.objects.find(view)).isNull();
    assertFault(() -> server.views.destroyView(server.session, view), ManagedObjectNotFound.class);
  }

  private ManagedObjectReference view(ManagedObject container, boolean recursive, String... types) {
    return server.views.createContainerView(
        server.session, container.reference(), List.of(types), recursive);
  }

  private ManagedObjectReference inventoryView() {
    return server.views.createInventoryView(server.session, server.root.reference());
  }

  private List<ManagedObjectReference> open(
      ManagedObjectReference view, ManagedObject... containers) {
    return server.views.openFolders(server.session, view, Server.refs(containers));
  }

  private List<String> members(ManagedObjectReference view) {
    return ((List<?>) server.objects.find(view).get("view", server.session.id()))
        .stream().map(member -> ((ManagedObjectReference) member).value()).toList();
  }

  private UpdateSet check(String version) {
    return server.collectors.checkForUpdates(server.session, DEFAULT, version);
  }
}
