package dev.vcsnap.provision;

import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.VmFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.inventory.VirtualMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The files that a machine alone has: all links of its disks and snapshots down to the first that
 * lies in another folder than its child, which belongs to the machine that this one is a linked
 * clone of; and what carries the machine's name.
 *
 * @param links descriptors, a parent before its children
 * @param elsewhere those of them outside the machine's folder
 * @param names the names in the machine's folder, extents and change maps included
 */
record OwnFiles(List<Path> links, List<Path> elsewhere, Set<String> names) {

  static OwnFiles of(VirtualMachine machine, DiskFactory factory) {
    return of(machine, ownLinks(machine, factory), factory);
  }

  /** The same without links that are to stay. */
  OwnFiles without(Set<Path> staying, VirtualMachine machine, DiskFactory factory) {
    return staying.isEmpty()
        ? this
        : of(machine, links.stream().filter(link -> !staying.contains(link)).toList(), factory);
  }

  private static List<Path> ownLinks(VirtualMachine machine, DiskFactory factory) {
    Set<Path> links = new LinkedHashSet<>();
    machine.disks().values().forEach(disk -> addOwn(links, disk.links()));
    for (SnapshotEntry snapshot : machine.snapshots().snapshots()) {
      for (SnapshotDisk disk : snapshot.disks()) {
        addOwn(links, factory.linksOf(machine.files().fileOf(disk.fileName())));
      }
    }
    addStrays(links, machine.files().folder(), machine.files().files(), factory);
    return List.copyOf(links);
  }

  private static OwnFiles of(VirtualMachine machine, List<Path> links, DiskFactory factory) {
    Path folder = machine.files().folder();
    List<VmFile> present = machine.files().files();
    Set<String> names = new HashSet<>();
    for (Path link : links) {
      if (folder.equals(link.getParent())) {
        names.addAll(filesOf(link, factory));
      }
    }
    Predicate<String> own =
        machine.files().ownAmong(present.stream().map(file -> file.path().fileName()).toList());
    for (VmFile file : present) {
      String name = file.path().fileName();
      if (!name.endsWith(".vmdk") && own.test(name)) {
        names.add(name);
      }
    }
    machine.vmx().get("nvram").ifPresent(names::add);
    return new OwnFiles(
        links,
        links.stream().filter(link -> !folder.equals(link.getParent())).toList(),
        Set.copyOf(names));
  }

  private static void addOwn(Set<Path> own, List<Path> chain) {
    int first = chain.size() - 1;
    while (first > 0
        && Objects.equals(chain.get(first).getParent(), chain.get(first - 1).getParent())) {
      first--;
    }
    own.addAll(chain.subList(first, chain.size()));
  }

  /** Links that no snapshot names any more, on branches of the machine's own disks. */
  private static void addStrays(
      Set<Path> own, Path folder, List<VmFile> present, DiskFactory factory) {
    for (VmFile file : present) {
      Path link = folder.resolve(file.path().fileName());
      if (link.toString().endsWith(".vmdk") && !own.contains(link)) {
        List<Path> chain = chainOf(link, factory);
        if (chain.stream().anyMatch(own::contains)) {
          addOwn(own, chain);
        }
      }
    }
  }

  /** Empty for what is no readable link, such as an extent. */
  private static List<Path> chainOf(Path link, DiskFactory factory) {
    try {
      return factory.linksOf(link);
    } catch (BlockError unreadable) {
      return List.of();
    }
  }

  private static List<String> filesOf(Path link, DiskFactory factory) {
    Descriptor descriptor = factory.descriptorOf(link);
    List<String> names = new ArrayList<>();
    names.add(DescriptorFiles.nameOf(link));
    descriptor.extents().forEach(extent -> names.add(extent.fileName()));
    Optional<String> map = descriptor.changeTrackPath();
    map.ifPresent(names::add);
    return names;
  }

  /**
   * Refuses with LOCKED while somebody reads one of the links through the machine's own open disks.
   */
  void requireUnread(VirtualMachine machine) {
    for (RunningDisk disk : machine.disks().values()) {
      disk.changeAside(links, () -> {});
    }
  }
}
