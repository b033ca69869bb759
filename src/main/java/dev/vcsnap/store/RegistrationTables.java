package dev.vcsnap.store;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the registered machines and the added folders in the database. */
public final class RegistrationTables implements Registrations {

  private final Database database;
  private final String dataId;

  /**
   * Reads what is known.
   *
   * @param dataId tells the data directory from others
   * @throws BlockError if the database belongs to another data directory
   */
  public RegistrationTables(Database database, String dataId) {
    this.database = database;
    this.dataId = dataId;
    owner().ifPresent(this::requireOurs);
  }

  private Optional<String> owner() {
    return database.sql().sql("select data_id from installation").query(String.class).optional();
  }

  private void requireOurs(String owner) {
    if (!owner.equals(dataId)) {
      throw new BlockError(
          BlockError.Kind.LOCKED,
          "The database belongs to another data directory, the one with the datastore "
              + owner
              + "; this one's is "
              + dataId
              + ". Give each its own database.");
    }
  }

  @Override
  public boolean isNew() {
    return owner().isEmpty();
  }

  @Override
  public void begin(List<Machine> machines) {
    database.inTransaction(() -> {
      machines.forEach(this::put);
      return database
          .sql()
          .sql("insert into installation (data_id) values (?)")
          .param(dataId)
          .update();
    });
  }

  @Override
  public List<Machine> machines() {
    return database
        .sql()
        .sql("select id, config_path, power, folder_id, host_id from machine" + " order by number")
        .query((row, index) -> machine(row))
        .list();
  }

  private static Machine machine(ResultSet row) throws SQLException {
    return new Machine(
        row.getString(1),
        DatastorePath.parse(row.getString(2)),
        VirtualMachinePowerState.valueOf(row.getString(3)),
        row.getString(4),
        row.getString(5));
  }

  @Override
  public List<Folder> folders() {
    List<Folder> unordered =
        database
            .sql()
            .sql("select id, parent_id, name from vm_folder order by number")
            .query((row, index) -> new Folder(row.getString(1), row.getString(2), row.getString(3)))
            .list();
    return parentsFirst(unordered);
  }

  /** A folder may have been moved beneath a younger one. */
  private static List<Folder> parentsFirst(List<Folder> unordered) {
    Map<String, Folder> waiting = new LinkedHashMap<>();
    unordered.forEach(folder -> waiting.put(folder.id(), folder));
    List<Folder> ordered = new ArrayList<>();
    for (Folder folder : unordered) {
      Deque<Folder> upwards = new ArrayDeque<>();
      for (Folder at = waiting.remove(folder.id()); at != null; at = waiting.remove(at.parent())) {
        upwards.push(at);
      }
      ordered.addAll(upwards);
    }
    return ordered;
  }

  @Override
  public void put(Machine machine) {
    database
        .row("machine")
        .key("id", machine.id())
        .set("config_path", machine.configPath().toString())
        .set("power", machine.power().name())
        .set("folder_id", machine.folder())
        .set("host_id", machine.host())
        .put();
  }

  @Override
  public void put(Folder folder) {
    database
        .row("vm_folder")
        .key("id", folder.id())
        .set("parent_id", folder.parent())
        .set("name", folder.name())
        .put();
  }

  @Override
  public void removeMachine(String id) {
    database.sql().sql("delete from machine where id = ?").param(id).update();
  }

  @Override
  public void removeFolder(String id) {
    database.sql().sql("delete from vm_folder where id = ?").param(id).update();
  }
}
