package dev.vcsnap.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.inventory.HostIdentity;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStartTest {

  @TempDir Path root;

  private final List<Registrations.Folder> folders = new ArrayList<>();
  private final List<Registrations.Machine> machines = new ArrayList<>();
  private InventoryTree tree;
  private ObjectRegistry objects;

  @BeforeEach
  void makeTree() {
    objects = new ObjectRegistry();
    tree =
        new InventoryTree(
            objects,
            new SystemClock(),
            Personality.vcenter("lab"),
            new HostIdentity("127.0.0.1", ""),
            List.of(new Datastore("LocalDS_0", root)));
  }

  @Test
  void a_folder_whose_parent_is_gone_comes_up_at_the_top_with_all_that_is_in_it() {
    folders.add(new Registrations.Folder("group-v900", "group-v666", "lost"));
    folders.add(new Registrations.Folder("group-v901", "group-v900", "inner"));
    machines.add(
        new Registrations.Machine(
            "vm-902",
            DatastorePath.parse("[LocalDS_0] a/a.vmx"),
            VirtualMachinePowerState.poweredOff,
            "group-v901",
            tree.defaultHost().id()));

    start();

    assertThat(nameOf("group-v900")).isEqualTo("lost (group-v900)");
    assertThat(objects.find("group-v900").get("parent")).isEqualTo(tree.vmFolder().reference());
    assertThat(nameOf("group-v901")).isEqualTo("inner");
    assertThat(folders)
        .contains(
            new Registrations.Folder("group-v900", tree.vmFolder().id(), "lost (group-v900)"));
  }

  @Test
  void an_empty_one_whose_parent_is_gone_is_dropped() {
    folders.add(new Registrations.Folder("group-v900", "group-v666", "lost"));
    folders.add(new Registrations.Folder("group-v901", tree.vmFolder().id(), "kept"));

    start();

    assertThat(objects.find("group-v900")).isNull();
    assertThat(nameOf("group-v901")).isEqualTo("kept");
    assertThat(folders).extracting(Registrations.Folder::id).containsExactly("group-v901");
  }

  private void start() {
    new FolderStart(new Rows(), tree).start();
  }

  private Object nameOf(String folder) {
    var found = objects.find(new ManagedObjectReference("Folder", folder));
    return found == null ? "(gone)" : found.get("name");
  }

  /** The lists of this test as a database would have them. */
  private final class Rows implements Registrations {

    @Override
    public boolean isNew() {
      return false;
    }

    @Override
    public void begin(List<Machine> first) {
      machines.addAll(first);
    }

    @Override
    public List<Machine> machines() {
      return machines;
    }

    @Override
    public List<Folder> folders() {
      return List.copyOf(folders);
    }

    @Override
    public void put(Machine machine) {
      machines.add(machine);
    }

    @Override
    public void removeMachine(String id) {
      machines.removeIf(machine -> machine.id().equals(id));
    }

    @Override
    public void put(Folder folder) {
      removeFolder(folder.id());
      folders.add(folder);
    }

    @Override
    public void removeFolder(String id) {
      folders.removeIf(folder -> folder.id().equals(id));
    }
  }
}
