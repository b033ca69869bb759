package dev.vcsnap.store;

import dev.vcsnap.rights.EntityPermission;
import dev.vcsnap.rights.RightsKeeper;
import dev.vcsnap.rights.Role;
import dev.vcsnap.session.Principal;
import dev.vcsnap.vim.ManagedObjectReference;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Keeps roles and permissions in the database. */
public final class RightsTables implements RightsKeeper {

  private static final int BATCH = 1_000;

  private final Database database;

  public RightsTables(Database database) {
    this.database = database;
  }

  @Override
  public Kept read() {
    List<Role> roles =
        database
            .sql()
            .sql("select id, name, label, summary, privileges from user_role order by id")
            .query((row, index) -> role(row))
            .list();
    List<EntityPermission> permissions =
        database
            .sql()
            .sql(
                "select entity_type, entity_id, principal, is_group, role_id, propagate"
                    + " from entity_permission order by number")
            .query((row, index) -> permission(row))
            .list();
    return new Kept(roles, permissions);
  }

  @Override
  public void keep(Kept rights) {
    database.inTransaction(() -> {
      database.sql().sql("delete from entity_permission").update();
      database.sql().sql("delete from user_role").update();
      database
          .batches()
          .batchUpdate(
              "insert into user_role (id, name, label, summary, privileges)"
                  + " values (?, ?, ?, ?, ?)",
              rights.roles(),
              BATCH,
              (row, role) -> {
                row.setInt(1, role.id());
                row.setString(2, role.name());
                row.setString(3, role.label());
                row.setString(4, role.summary());
                row.setString(5, String.join("\n", role.privileges().stream().sorted().toList()));
              });
      return database
          .batches()
          .batchUpdate(
              "insert into entity_permission"
                  + " (entity_type, entity_id, principal, is_group, role_id, propagate)"
                  + " values (?, ?, ?, ?, ?, ?)",
              rights.permissions(),
              BATCH,
              (row, permission) -> {
                row.setString(1, permission.entity().type());
                row.setString(2, permission.entity().value());
                row.setString(3, permission.principal().text());
                row.setBoolean(4, permission.group());
                row.setInt(5, permission.roleId());
                row.setBoolean(6, permission.propagate());
              });
    });
  }

  private static Role role(ResultSet row) throws SQLException {
    return new Role(
        row.getInt(1),
        false,
        row.getString(2),
        row.getString(3),
        row.getString(4),
        Role.Kind.LISTED,
        Set.of(row.getString(5).split("\n")));
  }

  private static EntityPermission permission(ResultSet row) throws SQLException {
    return new EntityPermission(
        new ManagedObjectReference(row.getString(1), row.getString(2)),
        Principal.parse(row.getString(3)),
        row.getBoolean(4),
        row.getInt(5),
        row.getBoolean(6));
  }
}
