package dev.vcsnap.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.UnopenedMachine;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.Admission;
import dev.vcsnap.session.PasswordSessions;
import dev.vcsnap.session.Session;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.session.Tickets;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminDoorTest {

  @TempDir Path root;

  private final Set<String> given = new HashSet<>();
  private MachineLab lab;
  private AdminDoor door;
  private Session session;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    var ids = new Ids(new Dice(1));
    var sessions =
        new SessionService(
            lab.clock, ids, List.of(new Account("ann", "x")), Duration.ofMinutes(30));
    session = sessions.login("ann", "x", "en", "", "").orElseThrow();
    door =
        new AdminDoor(
            new Admission(
                sessions, new PasswordSessions(sessions), new Tickets(sessions, lab.clock, ids)),
            (who, object, privilegeId) -> given.contains(privilegeId),
            lab.machines);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_machine_is_found_by_id_or_name() {
    given.addAll(Set.of(PrivilegeCatalog.VIEW, AdminDoor.READ));
    assertThat(door.machine(session, machine.object().id(), AdminDoor.READ)).isSameAs(machine);
    assertThat(door.machine(session, "VM", AdminDoor.READ)).isSameAs(machine);
  }

  @Test
  void a_machine_that_one_may_not_see_is_as_little_there_as_one_that_is_not() {
    Refusal hidden = refusal("VM");
    Refusal absent = refusal("VN");
    assertThat(hidden.status().value()).isEqualTo(404);
    assertThat(hidden).hasMessage("There is no virtual machine 'VM'");
    assertThat(absent.status().value()).isEqualTo(404);
    assertThat(absent).hasMessage("There is no virtual machine 'VN'");
  }

  @Test
  void who_sees_a_machine_is_told_which_privilege_is_missing() {
    given.add(PrivilegeCatalog.VIEW);
    Refusal refusal = refusal("VM");
    assertThat(refusal.status().value()).isEqualTo(403);
    assertThat(refusal).hasMessageContaining(AdminDoor.READ);
  }

  @Test
  void a_machine_whose_files_cannot_be_used_is_refused_with_the_reason() {
    var object = new ManagedObject("VirtualMachine", "vm-77");
    lab.machines.showUnopened(
        new UnopenedMachine(
            object,
            new DatastorePath("ds", "broken/broken.vmx"),
            lab.tree.placementOn(lab.tree.defaultHost()),
            VirtualMachinePowerState.poweredOff,
            "broken",
            new BlockError(BlockError.Kind.CORRUPT, "the header is torn")));
    assertThat(refusal("broken").status().value()).isEqualTo(404);
    given.addAll(Set.of(PrivilegeCatalog.VIEW, AdminDoor.READ));
    for (String name : List.of("vm-77", "broken")) {
      assertThat(refusal(name).status().value()).isEqualTo(409);
      assertThat(refusal(name)).hasMessageContaining("the header is torn");
    }
  }

  private Refusal refusal(String idOrName) {
    return catchThrowableOfType(
        Refusal.class, () -> door.machine(session, idOrName, AdminDoor.READ));
  }
}
