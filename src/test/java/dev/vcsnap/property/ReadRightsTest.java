package dev.vcsnap.property;

import static dev.vcsnap.property.Server.DEFAULT;
import static dev.vcsnap.property.Specs.idsOf;
import static dev.vcsnap.property.Specs.linesOf;
import static dev.vcsnap.property.Specs.membersOf;
import static dev.vcsnap.property.Specs.of;
import static dev.vcsnap.property.Specs.properties;
import static dev.vcsnap.property.Specs.valuesOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.MissingProperty;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.UpdateSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody gets to read who may not read everything. */
class ReadRightsTest {

  private static final int READ_ONLY = -2;
  private static final int NO_ACCESS = -5;

  private final Server server = new Server();
  private final ManagedObject open = server.addVm("vm-20");
  private final ManagedObject closed = server.addVm("vm-21");
  private final Session guest = server.loginAsGuest();

  @Test
  @Rule(
      value = "E4",
      says =
          "A property that one may not read is named in missingSet, and is no fault of the call.",
      by = Witness.DOCUMENT)
  void what_one_may_not_read_is_missing_with_its_reason() {
    server.letGuest(open, READ_ONLY);
    ObjectContent content = read(of(server.vmFolder, "name", "overallStatus")).getFirst();
    assertThat(valuesOf(content)).containsOnlyKeys("name");
    assertThat(content.missingSet).hasSize(1);
    MissingProperty missing = content.missingSet.getFirst();
    assertThat(missing.path).isEqualTo("overallStatus");
    assertThat(missing.fault.localizedMessage)
        .isEqualTo("Permission to perform this operation was denied.");
    assertThat(missing.fault.fault)
        .isInstanceOfSatisfying(
            NoPermission.class,
            fault -> {
              assertThat(fault.object).isEqualTo(server.vmFolder.reference());
              assertThat(fault.privilegeId).isEqualTo("System.Read");
            });
  }

  @Test
  void what_one_may_not_see_is_not_found_on_the_way() {
    server.letGuest(open, READ_ONLY);
    var view =
        server.views.createContainerView(
            guest, server.root.reference(), List.of("VirtualMachine"), true);
    assertThat(idsOf(read(membersOf(view, properties("VirtualMachine", "name")))))
        .containsExactly("vm-20");
    var all =
        server.views.createContainerView(
            server.session, server.root.reference(), List.of("VirtualMachine"), true);
    assertThat(
            idsOf(
                server.collectors.retrieve(
                    server.session, List.of(membersOf(all, properties("VirtualMachine", "name"))))))
        .containsExactly("vm-20", "vm-21");
  }

  @Test
  void an_object_that_is_named_and_may_not_be_seen_shows_nothing() {
    server.letGuest(open, READ_ONLY);
    ObjectContent content = read(of(closed, "name", "config.name")).getFirst();
    assertThat(content.propSet).isEmpty();
    assertThat(content.missingSet)
        .extracting(missing -> ((NoPermission) missing.fault.fault).privilegeId)
        .containsExactly("System.View", "System.Read");
  }

  @Test
  void a_filter_tells_nothing_of_what_one_may_not_read() {
    server.letGuest(server.vmFolder, READ_ONLY);
    server.letGuest(closed, NO_ACCESS);
    server.collectors.createFilter(guest, DEFAULT, of(closed, "name"), false);
    UpdateSet first = server.collectors.checkForUpdates(guest, DEFAULT, "");
    assertThat(linesOf(first)).containsExactly("enter vm-21");
    server.set(closed, "name", "secret");
    assertThat(server.collectors.checkForUpdates(guest, DEFAULT, first.version)).isNull();
  }

  @Test
  void what_is_taken_from_one_leaves_the_filter_at_the_next_look() {
    server.letGuest(server.vmFolder, READ_ONLY);
    var view =
        server.views.createContainerView(
            guest, server.vmFolder.reference(), List.of("VirtualMachine"), true);
    server.collectors.createFilter(
        guest, DEFAULT, membersOf(view, properties("VirtualMachine", "name")), false);
    UpdateSet first = server.collectors.checkForUpdates(guest, DEFAULT, "");
    assertThat(linesOf(first)).hasSize(2);
    server.letGuest(closed, NO_ACCESS);
    UpdateSet second = server.collectors.checkForUpdates(guest, DEFAULT, first.version);
    assertThat(linesOf(second)).containsExactly("leave vm-21");
  }

  private List<ObjectContent> read(PropertyFilterSpec spec) {
    return server.collectors.retrieve(guest, List.of(spec));
  }
}
