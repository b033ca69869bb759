package dev.vcsnap.event;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.quiesce.QuiesceMessages;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventEx;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.SnapshotFault;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import dev.vcsnap.vim.VmBeingCreatedEvent;
import dev.vcsnap.vim.VmClonedEvent;
import dev.vcsnap.vim.VmCreatedEvent;
import dev.vcsnap.vim.VmEvent;
import dev.vcsnap.vim.VmFailedToPowerOffEvent;
import dev.vcsnap.vim.VmFailedToPowerOnEvent;
import dev.vcsnap.vim.VmFailedToResetEvent;
import dev.vcsnap.vim.VmFailedToSuspendEvent;
import dev.vcsnap.vim.VmGuestRebootEvent;
import dev.vcsnap.vim.VmGuestShutdownEvent;
import dev.vcsnap.vim.VmGuestStandbyEvent;
import dev.vcsnap.vim.VmInstanceUuidAssignedEvent;
import dev.vcsnap.vim.VmMessageWarningEvent;
import dev.vcsnap.vim.VmPoweredOffEvent;
import dev.vcsnap.vim.VmPoweredOnEvent;
import dev.vcsnap.vim.VmReconfiguredEvent;
import dev.vcsnap.vim.VmRegisteredEvent;
import dev.vcsnap.vim.VmRelocatedEvent;
import dev.vcsnap.vim.VmRenamedEvent;
import dev.vcsnap.vim.VmResettingEvent;
import dev.vcsnap.vim.VmStartingEvent;
import dev.vcsnap.vim.VmStoppingEvent;
import dev.vcsnap.vim.VmSuspendedEvent;
import dev.vcsnap.vim.VmSuspendingEvent;
import dev.vcsnap.vim.VmUuidAssignedEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events in a machine's life, read off what an operation was and what clients see of the
 * machine before and after it.
 */
final class MachineEvents {

  private static final String CONSOLIDATION_NEEDED = "com.vmware.vc.VmDiskConsolidationNeeded";
  private static final String CONSOLIDATION_NOT_NEEDED =
      "com.vmware.vc.VmDiskConsolidationNoLongerNeeded";
  private static final String CONSOLIDATED = "com.vmware.vc.VmDiskConsolidatedEvent";
  private static final String CONSOLIDATION_FAILED = "com.vmware.vc.VmDiskFailedToConsolidateEvent";

  private final EventSubjects subjects;

  MachineEvents(EventSubjects subjects) {
    this.subjects = subjects;
  }

  /** What is told when an operation begins; null for nothing. */
  static @Nullable Event beginning(String method) {
    return switch (method) {
      case "PowerOnVM_Task" -> new VmStartingEvent();
      case "PowerOffVM_Task" -> new VmStoppingEvent();
      case "SuspendVM_Task" -> new VmSuspendingEvent();
      case "ResetVM_Task" -> new VmResettingEvent();
      case "ShutdownGuest" -> new VmGuestShutdownEvent();
      case "RebootGuest" -> new VmGuestRebootEvent();
      case "StandbyGuest" -> new VmGuestStandbyEvent();
      default -> null;
    };
  }

  /** What is told when an operation fails; null for nothing. */
  static @Nullable Event failure(String method, LocalizedMethodFault reason) {
    return switch (method) {
      case "PowerOnVM_Task" -> {
        var event = new VmFailedToPowerOnEvent();
        event.reason = reason;
        yield event;
      }
      case "PowerOffVM_Task" -> {
        var event = new VmFailedToPowerOffEvent();
        event.reason = reason;
        yield event;
      }
      case "SuspendVM_Task" -> {
        var event = new VmFailedToSuspendEvent();
        event.reason = reason;
        yield event;
      }
      case "ResetVM_Task" -> {
        var event = new VmFailedToResetEvent();
        event.reason = reason;
        yield event;
      }
      case "CreateSnapshot_Task", "CreateSnapshotEx_Task" -> guestError(reason);
      case "ConsolidateVMDisks_Task" -> {
        EventEx event = extended(CONSOLIDATION_FAILED, "error");
        event.fault = reason;
        yield event;
      }
      default -> null;
    };
  }

  /** Rule A40: what the guest said of why it could not be quiesced. The event's type is assumed. */
  private static @Nullable Event guestError(LocalizedMethodFault reason) {
    if (!(reason.fault instanceof SnapshotFault fault) || fault.faultMessage == null) {
      return null;
    }
    for (LocalizableMessage message : fault.faultMessage) {
      if (QuiesceMessages.REPORTED.equals(message.key)) {
        var event = new VmMessageWarningEvent();
        event.message = message.message;
        return event;
      }
    }
    return null;
  }

  /** What an operation made of its machine, also where it failed half-way. */
  List<Event> changes(MachineBefore was, TaskRequest request, TaskInfo info) {
    if (was.machine().isRemoved()) {
      return List.of(was.removal());
    }
    List<Event> events = new ArrayList<>();
    if (was.machine().get("config") instanceof VirtualMachineConfigInfo now
        && was.config() != null) {
      configured(was.config(), now, request.method(), info.error == null, events);
    }
    if (was.machine().get("runtime") instanceof VirtualMachineRuntimeInfo now
        && was.runtime() != null) {
      if (now.powerState != was.runtime().powerState) {
        events.add(powered(now.powerState));
      }
      consolidation(was.runtime(), now, request.method(), info.error == null, events);
    }
    if (info.error == null && request.method().equals("RelocateVM_Task")) {
      var relocated = new VmRelocatedEvent();
      relocated.sourceHost = was.removal().host;
      relocated.sourceDatacenter = was.removal().datacenter;
      events.add(relocated);
    }
    events.forEach(event -> subjects.about(event, was.machine().reference()));
    return events;
  }

  /** A new machine, and how it came to be. A machine has no id before it is there. */
  List<Event> births(TaskRequest request, ManagedObjectReference made) {
    List<Event> events = new ArrayList<>();
    switch (request.method()) {
      case "CreateVM_Task" -> {
        events.add(new VmBeingCreatedEvent());
        assigned(request.entity().type().isA("Folder") ? made : null, events);
        events.add(new VmCreatedEvent());
      }
      case "RegisterVM_Task" -> events.add(new VmRegisteredEvent());
      case "CloneVM_Task" -> {
        var cloned = new VmClonedEvent();
        cloned.sourceVm = subjects.machine(request.entity());
        assigned(made, events);
        events.add(cloned);
      }
      default -> {
        // Other operations name a machine without making one.
      }
    }
    events.forEach(event -> subjects.about(event, made));
    return events;
  }

  private void assigned(@Nullable ManagedObjectReference made, List<Event> events) {
    ManagedObject machine = made == null ? null : subjects.find(made);
    if (machine != null && machine.get("config") instanceof VirtualMachineConfigInfo config) {
      if (config.instanceUuid != null) {
        var instance = new VmInstanceUuidAssignedEvent();
        instance.instanceUuid = config.instanceUuid;
        events.add(instance);
      }
      var uuid = new VmUuidAssignedEvent();
      uuid.uuid = config.uuid;
      events.add(uuid);
    }
  }

  private static void configured(
      VirtualMachineConfigInfo was,
      VirtualMachineConfigInfo now,
      String method,
      boolean succeeded,
      List<Event> events) {
    if (method.equals("ReconfigVM_Task") && succeeded) {
      var changes = ConfigChanges.between(was, now);
      var event = new VmReconfiguredEvent();
      event.configSpec = changes.spec();
      event.configChanges = changes.text();
      events.add(event);
    }
    if (!was.name.equals(now.name)) {
      var event = new VmRenamedEvent();
      event.oldName = was.name;
      event.newName = now.name;
      events.add(event);
    }
  }

  private static void consolidation(
      VirtualMachineRuntimeInfo was,
      VirtualMachineRuntimeInfo now,
      String method,
      boolean succeeded,
      List<Event> events) {
    if (method.equals("ConsolidateVMDisks_Task") && succeeded) {
      events.add(extended(CONSOLIDATED, "info"));
    }
    boolean neededBefore = Boolean.TRUE.equals(was.consolidationNeeded);
    boolean neededNow = Boolean.TRUE.equals(now.consolidationNeeded);
    if (neededNow && !neededBefore) {
      events.add(extended(CONSOLIDATION_NEEDED, "warning"));
    } else if (neededBefore && !neededNow) {
      events.add(extended(CONSOLIDATION_NOT_NEEDED, "info"));
    }
  }

  private static VmEvent powered(VirtualMachinePowerState state) {
    return switch (state) {
      case poweredOn -> new VmPoweredOnEvent();
      case poweredOff -> new VmPoweredOffEvent();
      case suspended -> new VmSuspendedEvent();
    };
  }

  private static EventEx extended(String id, String severity) {
    var event = new EventEx();
    event.eventTypeId = id;
    event.severity = severity;
    return event;
  }
}
