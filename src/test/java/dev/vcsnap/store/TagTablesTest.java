package dev.vcsnap.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.tag.Cardinality;
import dev.vcsnap.tag.Category;
import dev.vcsnap.tag.Tag;
import dev.vcsnap.tag.TagService;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;

class TagTablesTest {

  private static final ManagedObjectReference VM =
      new ManagedObjectReference("VirtualMachine", "vm-21");

  @EachDatabase
  void tags_and_what_they_are_attached_to_are_there_after_a_restart(Database database) {
    TagService before = service(database);
    Category kind =
        before.createCategory(
            "kind", "what it is", Cardinality.SINGLE, List.of("VirtualMachine", "HostSystem"));
    Category any = before.createCategory("any", null, Cardinality.MULTIPLE, List.of());
    Tag web = before.createTag(kind.id(), "web", "serves pages");
    Tag old = before.createTag(any.id(), "old", null);
    before.attach(web.id(), VM);
    before.attach(old.id(), VM);
    before.updateTag(old.id(), "older", null);
    before.updateCategory(any.id(), null, "anything", null, null);

    TagService after = service(database);

    assertThat(after.categories()).containsExactlyElementsOf(before.categories());
    assertThat(after.tags()).containsExactlyElementsOf(before.tags());
    assertThat(after.tagsOn(VM)).containsExactly(web.id(), old.id());
    assertThat(after.objectsWith(web.id())).containsExactly(VM);
  }

  @EachDatabase
  void what_was_deleted_or_detached_stays_gone(Database database) {
    TagService before = service(database);
    Category category = before.createCategory("c", "", Cardinality.MULTIPLE, List.of());
    Tag first = before.createTag(category.id(), "first", "");
    Tag second = before.createTag(category.id(), "second", "");
    Tag third = before.createTag(category.id(), "third", "");
    List.of(first, second, third).forEach(tag -> before.attach(tag.id(), VM));
    before.detach(first.id(), VM);
    before.deleteTag(second.id());

    assertThat(service(database).tagsOn(VM)).containsExactly(third.id());
    before.deleteCategory(category.id());
    assertThat(service(database).tags()).isEmpty();
    assertThat(service(database).tagsOn(VM)).isEmpty();
  }

  private static TagService service(Database database) {
    return new TagService(new Ids(new Dice(1)), new TagTables(database));
  }
}
