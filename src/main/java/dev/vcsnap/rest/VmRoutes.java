package dev.vcsnap.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vcsnap.rest.InventoryScan.Branch;
import dev.vcsnap.rest.InventoryScan.Entry;
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Machines: lists, descriptions, power, hardware, removal. */
final class VmRoutes {

  private static final String PATH = "/vcenter/vm";
  private static final String ONE = PATH + "/{vm}";
  private static final String HARDWARE = ONE + "/hardware";
  private static final int LIST_MAX = 4_000;

  record Summary(
      String vm,
      String name,
      PowerState powerState,
      @Nullable Integer cpuCount,
      @JsonProperty("memory_size_MiB") @Nullable Long memoryMebibytes) {}

  record Power(PowerState state, @Nullable Boolean cleanPowerOff) {}

  record DiskSummary(String disk) {}

  record NicSummary(String nic) {}

  record CdromSummary(String cdrom) {}

  record AdapterSummary(String adapter) {}

  List<Route> routes() {
    List<Route> routes =
        new ArrayList<>(
            List.of(
                Route.get(PATH, "The machines that match", Answer.listOf(Summary.class), this::list)
                    .filteredBy(
                        "vms",
                        "names",
                        "folders",
                        "datacenters",
                        "hosts",
                        "clusters",
                        "resource_pools",
                        "power_states"),
                Route.get(
                    ONE,
                    "Everything about a machine",
                    Answer.one(VmInfo.class),
                    request -> describe(request).whole()),
                Route.delete(ONE, "Deletes a machine that is off, and its files", this::delete),
                Route.get(
                    ONE + "/power",
                    "A machine's power state",
                    Answer.one(Power.class),
                    VmRoutes::power),
                power("start", "PowerOnVM_Task", VirtualMachinePowerState.poweredOn),
                power("stop", "PowerOffVM_Task", VirtualMachinePowerState.poweredOff),
                power("suspend", "SuspendVM_Task", VirtualMachinePowerState.suspended),
                power("reset", "ResetVM_Task", null)));
    routes.addAll(hardware());
    return routes;
  }

  private List<Route> hardware() {
    return List.of(
        Route.get(
            HARDWARE,
            "A machine's virtual hardware",
            Answer.one(VmInfo.Hardware.class),
            request -> describe(request).hardware()),
        Route.get(
            HARDWARE + "/boot",
            "How a machine boots",
            Answer.one(VmInfo.Boot.class),
            request -> describe(request).boot()),
        Route.get(
            HARDWARE + "/cpu",
            "A machine's processors",
            Answer.one(VmInfo.Cpu.class),
            request -> describe(request).cpu()),
        Route.get(
            HARDWARE + "/memory",
            "A machine's memory",
            Answer.one(VmInfo.Memory.class),
            request -> describe(request).memory()),
        devices("disk", "disk", DiskSummary.class, DiskSummary::new, VmDescription::disks),
        device("disk", "disk", VmInfo.Disk.class, VmDescription::disks),
        devices("ethernet", "nic", NicSummary.class, NicSummary::new, VmDescription::nics),
        device("ethernet", "nic", VmInfo.Nic.class, VmDescription::nics),
        devices("cdrom", "cdrom", CdromSummary.class, CdromSummary::new, VmDescription::cdroms),
        device("cdrom", "cdrom", VmInfo.Cdrom.class, VmDescription::cdroms),
        devices(
            "adapter/scsi",
            "adapter",
            AdapterSummary.class,
            AdapterSummary::new,
            VmDescription::scsiAdapters),
        device("adapter/scsi", "adapter", VmInfo.ScsiAdapter.class, VmDescription::scsiAdapters));
  }

  private static <T> Route devices(
      String kind,
      String name,
      Class<T> summary,
      Function<String, T> summarise,
      Function<VmDescription, ? extends Map<String, ?>> devices) {
    return Route.get(
        HARDWARE + "/" + kind,
        "The devices of a machine, kind " + name,
        Answer.listOf(summary),
        request -> devices.apply(describe(request)).keySet().stream().map(summarise).toList());
  }

  private static Route device(
      String kind,
      String name,
      Class<?> type,
      Function<VmDescription, ? extends Map<String, ?>> devices) {
    return Route.get(
        HARDWARE + "/" + kind + "/{" + name + "}",
        "One device of a machine, kind " + name,
        Answer.one(type),
        request -> {
          Object device = devices.apply(describe(request)).get(request.id(name));
          if (device == null) {
            throw new RestException(
                ErrorType.NOT_FOUND,
                "com.vmware.api.vcenter.vm.hardware." + name + "_not_found",
                "The machine has no " + name + " '" + request.id(name) + "'",
                request.id(name));
          }
          return device;
        });
  }

  private List<Summary> list(RestRequest request) {
    RestQuery query = request.query();
    var scan =
        InventoryScan.of(
            request.vim(),
            Branch.MACHINES,
            "VirtualMachine",
            "runtime.powerState",
            "runtime.host",
            "resourcePool",
            "config.hardware");
    Optional<InventoryScan> hosts =
        query.has("clusters")
            ? Optional.of(InventoryScan.of(request.vim(), Branch.HOSTS, "HostSystem"))
            : Optional.empty();
    List<Summary> found =
        scan.all("VirtualMachine")
            .filter(vm -> query.admits("vms", vm.id()) && query.admits("names", vm.name()))
            .filter(vm -> query.admits("folders", vm.idIn("parent")))
            .filter(vm -> query.admits("hosts", vm.idIn("runtime.host")))
            .filter(vm -> query.admits("resource_pools", vm.idIn("resourcePool")))
            .filter(vm -> query.admits("power_states", stateOf(vm)))
            .filter(vm -> query.admitsAny("datacenters", scan.ancestors(vm)))
            .filter(vm -> query.admitsAny("clusters", clusterOf(hosts, vm)))
            .map(VmRoutes::summary)
            .toList();
    return Limits.require(found, LIST_MAX, "virtual machines");
  }

  private static Stream<String> clusterOf(Optional<InventoryScan> hosts, Entry vm) {
    return hosts
        .map(scan -> scan.find(vm.idIn("runtime.host")))
        .map(host -> host.idIn("parent"))
        .stream();
  }

  private static PowerState stateOf(Entry vm) {
    return vm.get("runtime.powerState") instanceof VirtualMachinePowerState state
        ? PowerState.of(state)
        : PowerState.POWERED_OFF;
  }

  private static Summary summary(Entry vm) {
    var hardware = (VirtualHardware) vm.get("config.hardware");
    return new Summary(
        vm.id(),
        vm.name(),
        stateOf(vm),
        hardware == null ? null : Integer.valueOf(hardware.numCPU),
        hardware == null ? null : Long.valueOf(hardware.memoryMB));
  }

  private @Nullable Object delete(RestRequest request) {
    request.vim().perform(machine(request), "Destroy_Task");
    return null;
  }

  private static Power power(RestRequest request) {
    VirtualMachineRuntimeInfo runtime = runtime(request);
    PowerState state = PowerState.of(runtime.powerState);
    return new Power(
        state, state == PowerState.POWERED_OFF ? Boolean.TRUE.equals(runtime.cleanPowerOff) : null);
  }

  /** A change of the power state; {@code target} is null where none is reached. */
  private static Route power(
      String action, String method, @Nullable VirtualMachinePowerState target) {
    return Route.post(
        ONE + "/power",
        action,
        "Power: " + action,
        Answer.NOTHING,
        request -> {
          try {
            request.vim().perform(machine(request), method);
          } catch (VimException e) {
            throw powerProblem(e, target);
          }
          return null;
        });
  }

  private static RuntimeException powerProblem(
      VimException problem, @Nullable VirtualMachinePowerState target) {
    return problem.fault() instanceof InvalidPowerState state && state.existingState == target
        ? new RestException(
            ErrorType.ALREADY_IN_DESIRED_STATE,
            "com.vmware.api.vcenter.vm.power.already_"
                + PowerState.of(state.existingState).name().toLowerCase(java.util.Locale.ROOT),
            "Virtual machine is already "
                + PowerState.of(state.existingState)
                    .name()
                    .toLowerCase(java.util.Locale.ROOT)
                    .replace('_', ' ')
                + ".")
        : problem;
  }

  private static VmDescription describe(RestRequest request) {
    try {
      if (!(request.vim().read(machine(request), "config")
          instanceof VirtualMachineConfigInfo config)) {
        throw new RestException(
            ErrorType.RESOURCE_INACCESSIBLE,
            "com.vmware.api.vcenter.vm.inaccessible",
            "The configuration of the virtual machine '" + request.id("vm") + "' is inaccessible.",
            request.id("vm"));
      }
      return new VmDescription(config, runtime(request));
    } catch (VimException e) {
      throw missing(e, request.id("vm"));
    }
  }

  private static VirtualMachineRuntimeInfo runtime(RestRequest request) {
    return (VirtualMachineRuntimeInfo)
        Objects.requireNonNull(request.vim().read(machine(request), "runtime"));
  }

  private static RuntimeException missing(VimException problem, String id) {
    return problem.fault() instanceof ManagedObjectNotFound
        ? new RestException(
            ErrorType.NOT_FOUND,
            "com.vmware.api.vcenter.vm.not_found",
            "Virtual machine with identifier '" + id + "' does not exist.",
            id)
        : problem;
  }

  private static ManagedObjectReference machine(RestRequest request) {
    return new ManagedObjectReference("VirtualMachine", request.id("vm"));
  }
}
