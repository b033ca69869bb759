package dev.vcsnap.event;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.ComputeResourceEventArgument;
import dev.vcsnap.vim.DatacenterEventArgument;
import dev.vcsnap.vim.DatastoreEventArgument;
import dev.vcsnap.vim.DvsEventArgument;
import dev.vcsnap.vim.EntityEventArgument;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventEx;
import dev.vcsnap.vim.HostEventArgument;
import dev.vcsnap.vim.ManagedEntityEventArgument;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NetworkEventArgument;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import dev.vcsnap.vim.VmEvent;
import dev.vcsnap.vim.VmEventArgument;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes into an event what it is about, with the names that things have at that moment, and reads
 * it back.
 */
public final class EventSubjects {

  private static final int LEVELS_MAX = 100;

  private final ObjectRegistry objects;

  public EventSubjects(ObjectRegistry objects) {
    this.objects = objects;
  }

  /**
   * Makes the event be about an entity, and about what the entity lies in: a machine's host, its
   * compute resource, its datacenter. Nothing happens for one that is gone.
   */
  public <E extends Event> E about(E event, @Nullable ManagedObjectReference entity) {
    ManagedObject object = entity == null ? null : objects.find(entity.value());
    if (object == null) {
      return event;
    }
    String type = object.type().name();
    if (event instanceof EventEx extended) {
      extended.objectId = object.id();
      extended.objectType = type;
      extended.objectName = object.get("name") instanceof String name ? name : "";
    }
    if (object.type().isA("VirtualMachine")) {
      event.vm = machine(object);
      if (event instanceof VmEvent about
          && object.get("config") instanceof VirtualMachineConfigInfo config) {
        about.template = config.template;
      }
      if (object.get("runtime") instanceof VirtualMachineRuntimeInfo runtime
          && runtime.host != null) {
        ManagedObject host = objects.find(runtime.host.value());
        if (host != null) {
          onHost(event, host);
        }
      }
    } else if (object.type().isA("HostSystem")) {
      onHost(event, object);
    } else if (object.type().isA("ComputeResource")) {
      event.computeResource = computeResource(object);
    } else if (type.equals("Datastore")) {
      event.ds = named(new DatastoreEventArgument(), object);
      event.ds.datastore = object.reference();
    } else if (object.type().isA("DistributedVirtualSwitch")) {
      event.dvs = named(new DvsEventArgument(), object);
      event.dvs.dvs = object.reference();
    } else if (object.type().isA("Network")) {
      event.net = named(new NetworkEventArgument(), object);
      event.net.network = object.reference();
    }
    event.datacenter = datacenter(object);
    return event;
  }

  @Nullable ManagedObject find(ManagedObjectReference reference) {
    return objects.find(reference.value());
  }

  /** An entity of any type. */
  public ManagedEntityEventArgument entity(ManagedObject object) {
    ManagedEntityEventArgument argument = named(new ManagedEntityEventArgument(), object);
    argument.entity = object.reference();
    return argument;
  }

  /** A machine. */
  VmEventArgument machine(ManagedObject object) {
    VmEventArgument argument = named(new VmEventArgument(), object);
    argument.vm = object.reference();
    return argument;
  }

  /** What an event is about, the most particular first; empty for one that is about no entity. */
  public static List<ManagedObjectReference> of(Event event) {
    List<ManagedObjectReference> subjects = new ArrayList<>();
    if (event instanceof EventEx other && other.objectId != null && other.objectType != null) {
      subjects.add(new ManagedObjectReference(other.objectType, other.objectId));
    }
    int entity = event.vimType().indexOf("entity");
    if (entity >= 0 && event.get(entity) instanceof ManagedEntityEventArgument argument) {
      subjects.add(argument.entity);
    }
    Stream.of(
            event.vm == null ? null : event.vm.vm,
            event.host == null ? null : event.host.host,
            event.computeResource == null ? null : event.computeResource.computeResource,
            event.ds == null ? null : event.ds.datastore,
            event.net == null ? null : event.net.network,
            event.dvs == null ? null : event.dvs.dvs,
            event.datacenter == null ? null : event.datacenter.datacenter)
        .filter(Objects::nonNull)
        .forEach(subjects::add);
    return subjects;
  }

  private void onHost(Event event, ManagedObject host) {
    event.host = named(new HostEventArgument(), host);
    event.host.host = host.reference();
    if (host.get("parent") instanceof ManagedObjectReference parent) {
      ManagedObject owner = objects.find(parent.value());
      if (owner != null && owner.type().isA("ComputeResource")) {
        event.computeResource = computeResource(owner);
      }
    }
  }

  private static ComputeResourceEventArgument computeResource(ManagedObject object) {
    ComputeResourceEventArgument argument = named(new ComputeResourceEventArgument(), object);
    argument.computeResource = object.reference();
    return argument;
  }

  private @Nullable DatacenterEventArgument datacenter(ManagedObject object) {
    ManagedObject at = object;
    for (int level = 0; at != null && level < LEVELS_MAX; level++) {
      if (at.type().name().equals("Datacenter")) {
        DatacenterEventArgument argument = named(new DatacenterEventArgument(), at);
        argument.datacenter = at.reference();
        return argument;
      }
      at =
          at.type().properties().containsKey("parent")
                  && at.get("parent") instanceof ManagedObjectReference parent
              ? objects.find(parent.value())
              : null;
    }
    return null;
  }

  private static <A extends EntityEventArgument> A named(A argument, ManagedObject object) {
    argument.name = object.get("name") instanceof String name ? name : "";
    return argument;
  }
}
