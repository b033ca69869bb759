package dev.vcsnap.seed;

import dev.vcsnap.datastore.AtomicFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.VirtualMachine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The list of machines that belong to the inventory, kept in one text file of the data directory:
 * what no file of a machine's folder can say. Its grammar: a first line with format and version,
 * then one machine a line, fields separated by tabs.
 */
final class MachineRegister {

  private static final String HEADER = "vcsnap machines 1";
  private static final int BYTES_MAX = 16 << 20;

  private final Path file;
  private final Map<String, RegisteredMachine> machines = new LinkedHashMap<>();

  /**
   * Opens the register, empty if there is none yet.
   *
   * @throws BlockError if the file is there and cannot be understood
   */
  MachineRegister(Path file) {
    this.file = file;
    for (String line : read()) {
      try {
        RegisteredMachine machine = RegisteredMachine.parse(line);
        machines.put(machine.id(), machine);
      } catch (IllegalArgumentException e) {
        throw new BlockError(
            BlockError.Kind.CORRUPT,
            "'" + file + "' is damaged: " + e.getMessage() + ". Restore the file from a copy.",
            e);
      }
    }
  }

  /** True until machines were registered for the first time, also if an earlier start was cut. */
  synchronized boolean isNew() {
    return !Files.exists(file);
  }

  synchronized List<RegisteredMachine> all() {
    return new ArrayList<>(machines.values());
  }

  /** Adds machines or replaces what is known of them, durably and in one step. */
  synchronized void put(List<RegisteredMachine> added) {
    added.forEach(machine -> machines.put(machine.id(), machine));
    save();
  }

  /** Notes the power state of a machine that is registered. */
  synchronized void notePower(VirtualMachine machine) {
    machines.computeIfPresent(
        machine.object().id(),
        (id, known) ->
            new RegisteredMachine(id, machine.power(), known.host(), known.configPath()));
    save();
  }

  private void save() {
    var text = new StringBuilder(HEADER).append('\n');
    machines.values().forEach(machine -> text.append(machine.line()).append('\n'));
    AtomicFile.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private List<String> read() {
    try {
      if (!Files.exists(file)) {
        return List.of();
      }
      if (Files.size(file) > BYTES_MAX) {
        throw new BlockError(BlockError.Kind.CORRUPT, "'" + file + "' is larger than 16 MiB");
      }
      List<String> lines = Files.readAllLines(file);
      if (lines.isEmpty() || !lines.getFirst().equals(HEADER)) {
        throw new BlockError(
            BlockError.Kind.NOT_THIS_FORMAT,
            "'" + file + "' does not begin with \"" + HEADER + "\"");
      }
      return lines.subList(1, lines.size());
    } catch (IOException e) {
      throw new BlockError(BlockError.Kind.IO, "Cannot read '" + file + "'", e);
    }
  }
}
