package dev.vcsnap.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.CustomFieldStringValue;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What members have in their custom fields, while members come and go. */
class FieldServiceTest {

  private final ObjectRegistry objects = new ObjectRegistry();
  private final ManagedObject machine = new ManagedObject("VirtualMachine", "vm-21");
  private final ManagedObject other = new ManagedObject("VirtualMachine", "vm-22");

  private FieldService fields(Remembered kept) {
    var fields = new FieldService(objects, kept);
    fields.declareProperties();
    fields.follow(new Followers<>(Runnable::run));
    objects.change(tx -> tx.add(machine).add(other));
    return fields;
  }

  @Test
  void what_a_machine_had_goes_with_it_and_makes_room() {
    var kept = new Remembered();
    kept.values.add(value(machine, 1));
    kept.values.add(value(other, 1));
    IntStream.range(2, 200_000)
        .mapToObj(number -> new ManagedObjectReference("VirtualMachine", "vm-1" + number))
        .forEach(full -> kept.values.add(new KeptFields.Value(full, 1, "x")));
    FieldService fields = fields(kept);
    fields.set(machine, 1, "again");
    assertThat(((CustomFieldStringValue) first(machine)).value).isEqualTo("again");
    assertThatThrownBy(() -> fields.set(other, 2, "new")).isInstanceOf(VimException.class);

    objects.change(tx -> tx.remove(machine.reference()));

    assertThat(kept.forgotten).containsExactly(machine.reference());
    fields.set(other, 2, "new");
    assertThatThrownBy(() -> fields.set(machine, 1, "late")).isInstanceOf(VimException.class);
  }

  @Test
  void a_start_forgets_what_those_had_that_are_not_there() {
    var kept = new Remembered();
    var gone = new ManagedObject("VirtualMachine", "vm-20");
    kept.values.add(value(gone, 1));
    kept.values.add(value(machine, 1));
    fields(kept).forgetAbsent();
    assertThat(kept.forgotten).containsExactly(gone.reference());
    assertThat(first(machine)).isNotNull();
  }

  @Test
  void only_members_of_the_inventory_have_fields() {
    FieldService fields = fields(new Remembered());
    var task = new ManagedObject("Task", "task-1");
    objects.change(tx -> tx.add(task));
    assertThatThrownBy(() -> fields.set(task, 1, "x")).isInstanceOf(VimException.class);
  }

  @Test
  void who_reads_does_not_wait_for_the_database() {
    var kept = new Remembered();
    FieldService fields = fields(kept);
    List<@Nullable Object> read = new ArrayList<>();
    kept.whileWriting =
        () -> {
          for (String property : List.of("customValue", "value", "availableField")) {
            read.add(
                CompletableFuture.supplyAsync(() -> machine.get(property))
                    .orTimeout(10, TimeUnit.SECONDS)
                    .join());
          }
          read.add(
              CompletableFuture.supplyAsync(fields::all).orTimeout(10, TimeUnit.SECONDS).join());
        };
    fields.set(machine, 1, "x");
    assertThat(read).containsExactly(List.of(), List.of(), fields.all(), fields.all());
    assertThat(first(machine)).isNotNull();
  }

  private static Object first(ManagedObject object) {
    return ((List<?>) object.get("customValue")).getFirst();
  }

  private static KeptFields.Value value(ManagedObject object, int key) {
    return new KeptFields.Value(object.reference(), key, "x");
  }

  /** Two fields, and what is put into them. */
  private static final class Remembered implements KeptFields {

    private final List<Value> values = new ArrayList<>();
    private final List<ManagedObjectReference> forgotten = new ArrayList<>();
    private Runnable whileWriting = () -> {};

    @Override
    public List<Field> fields() {
      return List.of(new Field(1, "owner", null), new Field(2, "window", null));
    }

    @Override
    public List<Value> values() {
      return values;
    }

    @Override
    public void put(Field field) {}

    @Override
    public void removeField(int key) {}

    @Override
    public void put(Value value) {
      whileWriting.run();
    }

    @Override
    public void removeValue(ManagedObjectReference object, int key) {}

    @Override
    public void removeValues(ManagedObjectReference object) {
      forgotten.add(object);
    }
  }
}
