package dev.vcsnap.objects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadPointTest {

  private final ObjectRegistry objects = new ObjectRegistry();
  private final ManagedObject vm = add("vm-1");

  @Test
  void valuesAreThoseOfTheTimeItWasOpened() {
    objects.change(tx -> tx.set(vm, "name", "a"));
    try (ReadPoint point = objects.readPoint()) {
      for (String name : List.of("b", "c", "d")) {
        objects.change(tx -> tx.set(vm, "name", name));
      }
      assertThat(point.stateOf(vm).get("name")).isEqualTo("a");
      try (ReadPoint later = objects.readPoint()) {
        assertThat(later.stateOf(vm).get("name")).isEqualTo("d");
      }
    }
    assertThat(vm.get("name")).isEqualTo("d");
  }

  @Test
  void objectsComeAndGoWithTheTransaction() {
    try (ReadPoint point = objects.readPoint()) {
      ManagedObject later = add("vm-2");
      objects.change(tx -> tx.remove(vm.reference()));
      assertThat(point.find(later.reference())).isNull();
      assertThat(point.find(vm.reference())).isSameAs(vm);
      assertThat(point.contains(vm)).isTrue();
      assertThat(objects.find("vm-1")).isNull();
      try (ReadPoint now = objects.readPoint()) {
        assertThat(now.find(later.reference())).isSameAs(later);
        assertThat(now.find(vm.reference())).isNull();
      }
    }
    assertThat(vm.isRemoved()).isTrue();
  }

  @Test
  void aReferenceMayNameAnAncestor() {
    try (ReadPoint point = objects.readPoint()) {
      assertThat(point.find(new ManagedObjectReference("ManagedEntity", "vm-1"))).isSameAs(vm);
      assertThat(point.find(new ManagedObjectReference("HostSystem", "vm-1"))).isNull();
    }
  }

  @Test
  void whatChangedSinceAnEarlierVersionIsKnown() {
    ManagedObject other = add("vm-2");
    long before = objects.version();
    assertThat(changedSince(before)).isEmpty();
    objects.change(tx -> tx.set(vm, "name", "a").set(other, "name", null));
    assertThat(changedSince(before)).containsExactly(vm);
    ManagedObject added = add("vm-3");
    objects.change(tx -> tx.remove(other.reference()));
    objects.change(tx -> tx.set(vm, "name", "b"));
    assertThat(changedSince(before)).containsExactlyInAnyOrder(vm, added, other);
    try (ReadPoint point = objects.readPoint()) {
      objects.change(tx -> tx.set(added, "name", "later"));
      assertThat(point.changedSince(objects.version() - 2)).containsExactly(vm);
    }
  }

  @Test
  void whatChangedTooLongAgoIsNotKnown() {
    long before = objects.version();
    for (int i = 0; i < 5_000; i++) {
      int value = i;
      objects.change(tx -> tx.set(vm, "name", "n" + value));
    }
    assertThat(changedSince(before)).isNull();
    assertThat(changedSince(objects.version() - 4_000)).containsExactly(vm);
  }

  @Test
  void aListenerIsToldWhatAChangeWasAbout() {
    List<Changes> told = new ArrayList<>();
    objects.onChange((Changes changes) -> told.add(changes));
    objects.change(tx -> tx.set(vm, "name", "a"));
    objects.change(tx -> tx.set(vm, "name", "a"));
    objects.change(tx -> tx.set(vm, "name", "b").remove(vm.reference()));
    assertThat(told)
        .containsExactly(new Changes(List.of(vm), false), new Changes(List.of(vm), true));
  }

  private Set<ManagedObject> changedSince(long version) {
    try (ReadPoint point = objects.readPoint()) {
      return point.changedSince(version);
    }
  }

  @Test
  void theSameStateMeansThatNothingChanged() {
    ObjectState before = vm.state();
    objects.change(tx -> tx.set(vm, "name", null));
    assertThat(vm.state()).isSameAs(before);
    objects.change(tx -> tx.set(vm, "name", "a"));
    assertThat(vm.state()).isNotSameAs(before);
    assertThat(vm.state().changedAt("name")).isEqualTo(objects.version());
    assertThat(vm.state().changedAt("config")).isZero();
  }

  private ManagedObject add(String id) {
    var object = new ManagedObject("VirtualMachine", id);
    objects.change(tx -> tx.add(object));
    return object;
  }
}
