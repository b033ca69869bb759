package dev.vcsnap.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.LeaseLab;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.ProvisionLab;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.AuthorizationService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualAppImportSpec;
import dev.vcsnap.vim.VirtualMachineImportSpec;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseMethodsTest {

  @TempDir Path root;
  @TempDir Path other;
  private LeaseLab leases;
  private ProvisionLab provision;
  private CallService calls;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    leases = new LeaseLab(root);
    provision = new ProvisionLab(other);
    machine = leases.machineOff("VM");
    var objects = leases.lab.objects;
    var access =
        new AccessService(
            objects, new AuthorizationService(leases.sessions.accounts(), new PrivilegeCatalog()));
    var methods =
        new LeaseMethods(
            leases.lab.machines,
            leases.leases,
            leases.pulls,
            provision.provision,
            new DatastoreNames(leases.lab.tree));
    calls =
        new CallService(
            objects,
            leases.sessions,
            new MethodTable(List.of(methods)),
            access::has,
            new SimpleMeterRegistry());
  }

  @AfterEach
  void close() {
    leases.close();
    provision.close();
  }

  @Test
  void the_addresses_of_a_lease_begin_as_the_client_reaches_the_server() throws Exception {
    ManagedObject lease = exported();
    String url = ((HttpNfcLeaseInfo) lease.get("info")).deviceUrl.getFirst().url;
    assertThat(url).startsWith("https://vc.example:4443/nfc/").endsWith("/disk-0.vmdk");
    call(leases.session, lease, "HttpNfcLeaseComplete", Map.of());
    assertThat(lease.get("state")).isEqualTo(HttpNfcLeaseState.done);
  }

  @Test
  @Rule(
      value = "E4",
      says = "What is done with a lease asks for the privilege of the export itself.",
      by = Witness.ASSUMED)
  void who_may_not_export_may_not_touch_a_lease() throws Exception {
    Session viewer = leases.login("viewer");
    assertThat(refused(viewer, machine.object(), "ExportVm", Map.of())).isEqualTo("VApp.Export");
    ManagedObject lease = exported();
    assertThat(refused(viewer, lease, "HttpNfcLeaseProgress", Map.of("percent", 1)))
        .isEqualTo("VApp.Export");
    assertThat(refused(viewer, lease, "HttpNfcLeaseAbort", Map.of())).isEqualTo("VApp.Export");
  }

  @Test
  void collections_of_machines_are_not_imported() {
    ManagedObject pool = leases.lab.tree.poolOf(leases.lab.tree.defaultHost());
    VimException refused =
        catchThrowableOfType(
            VimException.class,
            () ->
                call(
                    leases.session,
                    pool,
                    "ImportVApp",
                    Map.of("spec", new VirtualAppImportSpec())));
    assertThat(refused.fault()).isInstanceOf(NotSupported.class);
  }

  @Test
  void an_import_asks_for_what_the_same_machine_asks_when_it_is_made() {
    ManagedObject pool = leases.lab.tree.poolOf(leases.lab.tree.defaultHost());
    var spec = new VirtualMachineImportSpec();
    spec.configSpec = ProvisionLab.spec("new", "[" + machine.files().datastore().name() + "]", 1);
    spec.configSpec.deviceChange.getLast().fileOperation = null;
    spec.configSpec.extraConfig = List.of(new OptionValue());
    VimException refused =
        catchThrowableOfType(
            VimException.class,
            () -> call(leases.login("viewer"), pool, "ImportVApp", Map.of("spec", spec)));
    assertThat(((NoPermission) refused.fault()).missingPrivileges)
        .filteredOn(missing -> missing.entity.equals(pool.reference()))
        .flatExtracting(missing -> missing.privilegeIds)
        .contains(
            "VApp.Import",
            "VirtualMachine.Config.AddExistingDisk",
            "VirtualMachine.Config.AdvancedConfig");
  }

  private ManagedObject exported() throws Exception {
    var reference =
        (ManagedObjectReference) call(leases.session, machine.object(), "ExportVm", Map.of());
    leases.awaitState(reference, HttpNfcLeaseState.ready);
    return leases.lab.objects.require(reference);
  }

  private String refused(
      Session session, ManagedObject self, String method, Map<String, Object> values) {
    VimException thrown =
        catchThrowableOfType(VimException.class, () -> call(session, self, method, values));
    var fault = (NoPermission) thrown.fault();
    assertThat(fault.object).isEqualTo(machine.reference());
    return fault.privilegeId;
  }

  private Object call(
      Session session, ManagedObject self, String method, Map<String, Object> values) {
    CallContext context =
        calls
            .open(session.id(), Release.NEWEST, "127.0.0.1", "test")
            .reachedAt("https://vc.example:4443");
    Target target = calls.resolve(context, null, self.id(), method);
    var arguments = new Arguments(target.method());
    values.forEach(arguments::with);
    return calls.call(context, target, arguments);
  }
}
