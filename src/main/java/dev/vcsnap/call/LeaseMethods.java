package dev.vcsnap.call;

import dev.vcsnap.inventory.TaskLabels;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.inventory.VirtualMachines;
import dev.vcsnap.lease.LeaseRequest;
import dev.vcsnap.lease.LeaseService;
import dev.vcsnap.lease.PullService;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.provision.ProvisionService;
import dev.vcsnap.session.Session;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HttpNfcLeaseSourceFile;
import dev.vcsnap.vim.ImportSpec;
import dev.vcsnap.vim.KeyValue;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineImportSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Exports and imports by lease, and what clients do with a lease. */
public final class LeaseMethods implements MethodTable.Contributor {

  private static final String LEASE = "HttpNfcLease";
  private static final String PROBE = "HttpNfcLeaseProbeUrls";
  private static final String PULL = "HttpNfcLeasePullFromUrls_Task";

  private final VirtualMachines machines;
  private final LeaseService leases;
  private final PullService pulls;
  private final ProvisionService provision;
  private final DatastoreNames datastores;

  LeaseMethods(
      VirtualMachines machines,
      LeaseService leases,
      PullService pulls,
      ProvisionService provision,
      DatastoreNames datastores) {
    this.machines = machines;
    this.leases = leases;
    this.pulls = pulls;
    this.provision = provision;
    this.datastores = datastores;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on("VirtualMachine", "ExportVm", this::exportMachine)
        .on("VirtualMachineSnapshot", "ExportSnapshot", this::exportSnapshot)
        .on("ResourcePool", "ImportVApp", this::importMachine)
        .asks("ResourcePool", "ImportVApp", this::askForImport);
    onLease(table, "HttpNfcLeaseProgress", this::progress);
    onLease(table, "HttpNfcLeaseComplete", this::complete);
    onLease(table, "HttpNfcLeaseAbort", this::abort);
    onLease(table, "HttpNfcLeaseGetManifest", (context, self, arguments) -> leases.manifest(self));
    onLease(table, "HttpNfcLeaseSetManifestChecksumType", this::checksumTypes);
    onLease(table, PROBE, this::probe);
    onLease(table, PULL, this::pull);
    // Who asks whether a server answers learns as much of the network as who fetches from it.
    List.of(PROBE, PULL)
        .forEach(method ->
            table.asks(
                LEASE,
                method,
                (self, arguments, needs) -> {
                  needs.on(self, leases.privilegeFor(self));
                  needs.on(self, "VApp.PullFromUrls");
                }));
  }

  /** The interface names no privilege for these; they ask for what the lease itself did. */
  private void onLease(MethodTable table, String method, MethodHandler handler) {
    table
        .on(LEASE, method, handler)
        .asks(LEASE, method, (self, arguments, needs) -> needs.on(self, leases.privilegeFor(self)));
  }

  private Object exportMachine(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.of(self);
    return leases.exportMachine(machine, request(context, self, machine.object(), arguments));
  }

  private Object exportSnapshot(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachine machine = machines.ownerOf(self);
    int uid = machine.uidOf(self.id()).orElseThrow(() -> Faults.notFound(self.reference()));
    return leases.exportSnapshot(machine, uid, request(context, self, machine.object(), arguments));
  }

  private Object importMachine(CallContext context, ManagedObject self, Arguments arguments) {
    VirtualMachineConfigSpec spec = importSpec(arguments);
    if (spec == null) {
      throw Faults.notSupported("ImportVApp of anything but one machine");
    }
    var making =
        provision.beginImport(
            spec,
            self.reference(),
            arguments.optionalReference("folder"),
            arguments.optionalReference("host"));
    return leases.importMachine(making, request(context, self, self, arguments));
  }

  private static @Nullable VirtualMachineConfigSpec importSpec(Arguments arguments) {
    return arguments.optionalData("spec", ImportSpec.class)
            instanceof VirtualMachineImportSpec machine
        ? machine.configSpec
        : null;
  }

  /**
   * Beside what the interface names, what the machine would need that is made of the same
   * specification (assumed), in the folder that it comes into, or in the pool where none is named.
   */
  private void askForImport(ManagedObject self, Arguments arguments, Needs needs) {
    VirtualMachineConfigSpec spec = importSpec(arguments);
    if (spec != null) {
      ManagedObjectReference folder = arguments.optionalReference("folder");
      ManagedObject target = folder == null ? null : needs.find(folder);
      new ConfigSpecPrivileges(needs, datastores).askForNew(target == null ? self : target, spec);
    }
  }

  private static LeaseRequest request(
      CallContext context, ManagedObject self, ManagedObject entity, Arguments arguments) {
    Session session = context.requireSession();
    String method = arguments.method().name();
    return new LeaseRequest(
        session,
        context.serverAddress(),
        new TaskRequest(
            entity, method, TaskLabels.descriptionId(self.type(), method), session.userName()));
  }

  private @Nullable Object progress(CallContext context, ManagedObject self, Arguments arguments) {
    leases.progress(self, arguments.integer("percent"));
    return null;
  }

  private @Nullable Object complete(CallContext context, ManagedObject self, Arguments arguments) {
    leases.complete(self);
    return null;
  }

  private @Nullable Object abort(CallContext context, ManagedObject self, Arguments arguments) {
    leases.abort(self, arguments.optionalData("fault", LocalizedMethodFault.class));
    return null;
  }

  private @Nullable Object checksumTypes(
      CallContext context, ManagedObject self, Arguments arguments) {
    leases.checksumTypes(self, arguments.list("deviceUrlsToChecksumTypes", KeyValue.class));
    return null;
  }

  private Object probe(CallContext context, ManagedObject self, Arguments arguments) {
    return pulls.probe(
        self,
        arguments.list("files", HttpNfcLeaseSourceFile.class),
        arguments.optionalData("timeout", Integer.class));
  }

  private Object pull(CallContext context, ManagedObject self, Arguments arguments) {
    return pulls.pull(
        self,
        arguments.list("files", HttpNfcLeaseSourceFile.class),
        context.requireSession().userName());
  }
}
