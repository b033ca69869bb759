package dev.vcsnap.inventory;

import dev.vcsnap.datastore.VmFile;
import dev.vcsnap.datastore.VmFileType;
import dev.vcsnap.datastore.Vmsn;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What keeps a suspended machine: {@code VM-<id>.vmss} with its state and {@code VM-<id>.vmem} with
 * its memory, which count as long as the configuration names them.
 *
 * <p>Each suspension has an id of its own. A snapshot that was taken of it has the same id, so that
 * a machine that did not run since is known to have nothing new to keep (rule A14).
 */
public final class Suspension {

  /** The configuration's key that names the state file. */
  static final String KEY = "checkpoint.vmState";

  /** Under which a snapshot's state file says which suspension it was taken of. */
  public static final String DETAIL = "suspension";

  private static final Pattern STATE_FILE = Pattern.compile(".*-([0-9a-f]{8})\\.vmss");

  private Suspension() {}

  /** A fresh id. */
  static String newId(Instant now) {
    return "%08x".formatted((int) ChronoUnit.MICROS.between(Instant.EPOCH, now));
  }

  /** Whether the configuration says anything of a suspension. */
  public static boolean isNoted(VirtualMachine machine) {
    return machine.vmx().get(KEY).isPresent();
  }

  /** The id of the suspension that the machine is in; empty if it is in none. */
  public static Optional<String> idOf(VirtualMachine machine) {
    return machine
        .vmx()
        .get(KEY)
        .map(STATE_FILE::matcher)
        .filter(Matcher::matches)
        .map(match -> match.group(1));
  }

  /** Takes the word for a suspended state out of a configuration. */
  public static void forget(Vmx vmx) {
    vmx.remove(KEY);
  }

  /** Keeps the machine's state; the files of an earlier one go. */
  static void enter(VirtualMachine machine, String id, Instant now) {
    String name = machine.files().baseName() + "-" + id;
    Vmx vmx = machine.vmx();
    boolean kept = false;
    try {
      machine
          .files()
          .writeVmsn(
              name + ".vmss",
              new Vmsn(
                  vmx.text(),
                  VirtualMachinePowerState.suspended.name(),
                  false,
                  true,
                  Map.of(DETAIL, id)));
      machine.files().writeMemory(name + ".vmem", machine.memoryBytes());
      vmx.put(KEY, name + ".vmss");
      machine.save(vmx, now);
      kept = true;
    } finally {
      if (!kept) {
        machine.files().deleteFile(name + ".vmss");
        machine.files().deleteFile(name + ".vmem");
      }
    }
    sweep(machine);
  }

  /** Drops what was kept, if anything was. */
  static void leave(VirtualMachine machine, Instant now) {
    Vmx vmx = machine.vmx();
    if (vmx.remove(KEY)) {
      machine.save(vmx, now);
      sweep(machine);
    }
  }

  /**
   * Brings files and power state into agreement after an interruption: what the configuration does
   * not name goes, and a machine that is not suspended names nothing.
   */
  public static void recover(VirtualMachine machine, Instant now) {
    if (machine.power() != VirtualMachinePowerState.suspended) {
      leave(machine, now);
    }
    sweep(machine);
  }

  /** Deletes the state and memory files of suspensions that the configuration does not name. */
  public static void sweep(VirtualMachine machine) {
    boolean any =
        machine.files().names().existing().stream()
            .anyMatch(name -> name.endsWith(".vmss") || name.endsWith(".vmem"));
    if (!any) {
      return;
    }
    String named = machine.vmx().get(KEY).orElse("").replaceFirst("\\.vmss$", "");
    for (VmFile file : machine.files().files()) {
      String name = file.path().fileName();
      boolean ofSuspension =
          file.type() == VmFileType.SUSPEND || file.type() == VmFileType.SUSPEND_MEMORY;
      if (ofSuspension && !name.replaceFirst("\\.vm(ss|em)$", "").equals(named)) {
        machine.files().deleteFile(name);
      }
    }
  }
}
