package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.field.FieldService;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.CustomFieldDef;
import dev.vcsnap.vim.CustomFieldStringValue;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.VimException;
import java.util.List;

class FieldTablesTest {

  private final ObjectRegistry objects = new ObjectRegistry();
  private final ManagedObject machine = new ManagedObject("VirtualMachine", "vm-21");
  private final ManagedObject host = new ManagedObject("HostSystem", "host-17");

  @EachDatabase
  void fields_and_what_is_in_them_are_there_after_a_restart(Database database) {
    var before = new FieldService(new ObjectRegistry(), new FieldTables(database));
    CustomFieldDef owner = before.add("owner", null);
    CustomFieldDef window = before.add("window", "VirtualMachine");
    CustomFieldDef gone = before.add("gone", null);
    before.set(machine, owner.key, "backup");
    before.set(machine, "window", "02:00");
    before.set(machine, window.key, "03:00");
    before.set(host, "gone", "1");
    before.set(host, owner.key, "1");
    before.set(host, owner.key, "");
    before.rename(owner.key, "team");
    before.remove(gone.key);

    var after = new FieldService(objects, new FieldTables(database));
    after.declareProperties();
    objects.change(tx -> tx.add(machine).add(host));

    assertThat(after.all()).extracting(field -> field.name).containsExactly("team", "window");
    assertThat(machine.get("availableField")).isEqualTo(after.all());
    assertThat(machine.get("customValue"))
        .isEqualTo(List.of(value(owner.key, "backup"), value(window.key, "03:00")))
        .isEqualTo(machine.get("value"));
    assertThat(host.get("availableField")).isEqualTo(List.of(after.all().getFirst()));
    assertThat(host.get("customValue")).isEqualTo(List.of());
    assertThat(after.add("next", null).key).isGreaterThan(window.key);
  }

  @EachDatabase
  void names_are_taken_once_for_a_type_and_fields_fit_their_type(Database database) {
    var fields = new FieldService(objects, new FieldTables(database));
    CustomFieldDef owner = fields.add("owner", "VirtualMachine");
    fields.add("owner", "HostSystem");
    assertThat(fault(() -> fields.add("owner", "HostSystem"))).isInstanceOf(DuplicateName.class);
    assertThat(fault(() -> fields.add("owner", "Toaster"))).isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> fields.add(" ", null))).isInstanceOf(InvalidArgument.class);
    fields.rename(owner.key, "owner");
    assertThat(fault(() -> fields.set(host, owner.key, "x"))).isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> fields.set(machine, 99, "x"))).isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> fields.set(machine, "nobody", "x"))).isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> fields.set(machine, owner.key, "x".repeat(5_000))))
        .isInstanceOf(InvalidArgument.class);
    assertThat(fault(() -> fields.remove(99))).isInstanceOf(InvalidArgument.class);
  }

  private static CustomFieldStringValue value(int key, String text) {
    var value = new CustomFieldStringValue();
    value.key = key;
    value.value = text;
    return value;
  }

  private static MethodFault fault(Runnable call) {
    return catchThrowableOfType(VimException.class, call::run).fault();
  }
}
