package dev.vcsnap.tag;

import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.tag.KeptTags.Attachment;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.VimException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps categories, tags, and which objects have which tags.
 *
 * <p>A category decides which types its tags fit and how many of them one object may have; both can
 * be widened later and not narrowed.
 */
public final class TagService {

  private static final int NAME_CHARS_MAX = 256;
  private static final int DESCRIPTION_CHARS_MAX = 4_096;
  private static final int TYPES_MAX = 100;
  private static final int CATEGORIES_MAX = 1_000;
  private static final int TAGS_MAX = 20_000;
  private static final int ATTACHMENTS_MAX = 100_000;

  private static final Pattern TYPE = Pattern.compile("[\\w.:-]{1,256}");

  private final Ids ids;
  private final KeptTags kept;
  private final Map<String, Category> categories = new LinkedHashMap<>();
  private final Map<String, Tag> tags = new LinkedHashMap<>();
  private final Map<ManagedObjectReference, Set<String>> tagsByObject = new LinkedHashMap<>();
  private final Map<String, Set<ManagedObjectReference>> objectsByTag = new LinkedHashMap<>();
  private int attachments;

  /** Finds what was kept. */
  public TagService(Ids ids, KeptTags kept) {
    this.ids = ids;
    this.kept = kept;
    kept.categories().forEach(category -> categories.put(category.id(), category));
    kept.tags().forEach(tag -> tags.put(tag.id(), tag));
    kept.attachments().forEach(this::remember);
  }

  /**
   * Makes a category.
   *
   * @throws VimException AlreadyExists, InvalidArgument
   */
  public synchronized Category createCategory(
      @Nullable String name,
      @Nullable String description,
      @Nullable Cardinality cardinality,
      @Nullable Collection<String> associableTypes) {
    requireRoom(categories.size(), CATEGORIES_MAX, "categories");
    if (cardinality == null) {
      throw Faults.invalidArgument("cardinality");
    }
    var category =
        new Category(
            urn("InventoryServiceCategory"),
            newName(name, categories.values().stream().map(Category::name).toList()),
            description(description),
            cardinality,
            types(associableTypes));
    kept.put(category);
    categories.put(category.id(), category);
    return category;
  }

  public synchronized List<Category> categories() {
    return List.copyOf(categories.values());
  }

  /**
   * The category of that id.
   *
   * @throws VimException NotFound
   */
  public synchronized Category category(String id) {
    Category category = categories.get(id);
    if (category == null) {
      throw notFound("category", id);
    }
    return category;
  }

  /**
   * Changes what is not null.
   *
   * @throws VimException NotFound, AlreadyExists, or InvalidArgument if types or cardinality would
   *     become narrower
   */
  public synchronized void updateCategory(
      String id,
      @Nullable String name,
      @Nullable String description,
      @Nullable Cardinality cardinality,
      @Nullable Collection<String> associableTypes) {
    Category before = category(id);
    if (cardinality == Cardinality.SINGLE && before.cardinality() == Cardinality.MULTIPLE) {
      throw narrower("cardinality");
    }
    if (associableTypes != null && !isWider(before.associableTypes(), associableTypes)) {
      throw narrower("associable_types");
    }
    var changed =
        new Category(
            id,
            name == null || name.equals(before.name())
                ? before.name()
                : newName(name, categories.values().stream().map(Category::name).toList()),
            description == null ? before.description() : description(description),
            cardinality == null ? before.cardinality() : cardinality,
            associableTypes == null ? before.associableTypes() : types(associableTypes));
    kept.put(changed);
    categories.put(id, changed);
  }

  /**
   * Deletes a category, its tags, and their attachments.
   *
   * @throws VimException NotFound
   */
  public synchronized void deleteCategory(String id) {
    List<Tag> gone = tagsIn(id);
    kept.removeCategory(id);
    gone.forEach(tag -> forget(tag.id()));
    categories.remove(id);
  }

  /**
   * Makes a tag.
   *
   * @throws VimException NotFound for the category, AlreadyExists, InvalidArgument
   */
  public synchronized Tag createTag(
      @Nullable String categoryId, @Nullable String name, @Nullable String description) {
    requireRoom(tags.size(), TAGS_MAX, "tags");
    if (categoryId == null) {
      throw Faults.invalidArgument("category_id");
    }
    Category category = category(categoryId);
    var tag =
        new Tag(
            urn("InventoryServiceTag"),
            category.id(),
            newName(name, tagsIn(category.id()).stream().map(Tag::name).toList()),
            description(description));
    kept.put(tag);
    tags.put(tag.id(), tag);
    return tag;
  }

  public synchronized List<Tag> tags() {
    return List.copyOf(tags.values());
  }

  /**
   * The tags of a category.
   *
   * @throws VimException NotFound
   */
  public synchronized List<Tag> tagsIn(String categoryId) {
    category(categoryId);
    return tags.values().stream().filter(tag -> tag.categoryId().equals(categoryId)).toList();
  }

  /**
   * The tag of that id.
   *
   * @throws VimException NotFound
   */
  public synchronized Tag tag(String id) {
    Tag tag = tags.get(id);
    if (tag == null) {
      throw notFound("tag", id);
    }
    return tag;
  }

  /**
   * Changes what is not null.
   *
   * @throws VimException NotFound, AlreadyExists, InvalidArgument
   */
  public synchronized void updateTag(
      String id, @Nullable String name, @Nullable String description) {
    Tag before = tag(id);
    var changed =
        new Tag(
            id,
            before.categoryId(),
            name == null || name.equals(before.name())
                ? before.name()
                : newName(name, tagsIn(before.categoryId()).stream().map(Tag::name).toList()),
            description == null ? before.description() : description(description));
    kept.put(changed);
    tags.put(id, changed);
  }

  /**
   * Deletes a tag and its attachments.
   *
   * @throws VimException NotFound
   */
  public synchronized void deleteTag(String id) {
    tag(id);
    kept.removeTag(id);
    forget(id);
  }

  private void forget(String tagId) {
    objectsWith(tagId).forEach(object -> forget(tagId, object));
    objectsByTag.remove(tagId);
    tags.remove(tagId);
  }

  /**
   * Attaches a tag; one that is attached already stays so.
   *
   * @throws VimException NotFound for the tag, InvalidArgument if it does not fit the object's type
   *     or the object has another of a category that allows one
   */
  public synchronized void attach(String tagId, ManagedObjectReference object) {
    Category category = category(tag(tagId).categoryId());
    Set<String> present = tagsByObject.getOrDefault(object, Set.of());
    if (present.contains(tagId)) {
      return;
    }
    if (!fitsType(category, object)) {
      throw refused(
          "object_id",
          "Tags of the category '"
              + category.name()
              + "' do not fit a "
              + object.type()
              + ", only "
              + category.associableTypes());
    }
    if (!fitsAnother(category, present)) {
      throw refused(
          "tag_id",
          object.value()
              + " has a tag of the category '"
              + category.name()
              + "', which allows one");
    }
    requireRoom(attachments, ATTACHMENTS_MAX, "attached tags");
    var attachment = new Attachment(tagId, object);
    kept.add(attachment);
    remember(attachment);
  }

  private void remember(Attachment attachment) {
    tagsByObject
        .computeIfAbsent(attachment.object(), o -> new LinkedHashSet<>())
        .add(attachment.tagId());
    objectsByTag
        .computeIfAbsent(attachment.tagId(), id -> new LinkedHashSet<>())
        .add(attachment.object());
    attachments++;
  }

  /**
   * True if a tag that the object does not have could be attached to it.
   *
   * @throws VimException NotFound for the tag
   */
  public synchronized boolean fits(String tagId, ManagedObjectReference object) {
    Category category = category(tag(tagId).categoryId());
    return fitsType(category, object)
        && fitsAnother(category, tagsByObject.getOrDefault(object, Set.of()));
  }

  /**
   * Detaches a tag; one that is not attached stays so.
   *
   * @throws VimException NotFound for the tag
   */
  public synchronized void detach(String tagId, ManagedObjectReference object) {
    tag(tagId);
    if (tagsByObject.getOrDefault(object, Set.of()).contains(tagId)) {
      kept.remove(new Attachment(tagId, object));
      forget(tagId, object);
    }
  }

  private void forget(String tagId, ManagedObjectReference object) {
    Set<String> present = tagsByObject.getOrDefault(object, new LinkedHashSet<>());
    present.remove(tagId);
    if (present.isEmpty()) {
      tagsByObject.remove(object);
    }
    objectsByTag.getOrDefault(tagId, new LinkedHashSet<>()).remove(object);
    attachments--;
  }

  /** The ids of the tags that an object has. */
  public synchronized List<String> tagsOn(ManagedObjectReference object) {
    return List.copyOf(tagsByObject.getOrDefault(object, Set.of()));
  }

  /**
   * The objects that have a tag.
   *
   * @throws VimException NotFound
   */
  public synchronized List<ManagedObjectReference> objectsWith(String tagId) {
    tag(tagId);
    return List.copyOf(objectsByTag.getOrDefault(tagId, Set.of()));
  }

  private static boolean fitsType(Category category, ManagedObjectReference object) {
    return category.associableTypes().isEmpty()
        || category.associableTypes().contains(object.type());
  }

  private boolean fitsAnother(Category category, Set<String> present) {
    return category.cardinality() == Cardinality.MULTIPLE
        || present.stream().noneMatch(id -> tag(id).categoryId().equals(category.id()));
  }

  private String urn(String kind) {
    return "urn:vmomi:" + kind + ":" + ids.uuid() + ":GLOBAL";
  }

  private static String newName(@Nullable String name, Collection<String> taken) {
    if (name == null || name.isBlank() || name.length() > NAME_CHARS_MAX) {
      throw Faults.invalidArgument("name");
    }
    if (taken.stream().anyMatch(Predicate.isEqual(name))) {
      throw Faults.alreadyExists(name, "The name '" + name + "' already exists.");
    }
    return name;
  }

  private static String description(@Nullable String text) {
    if (text != null && text.length() > DESCRIPTION_CHARS_MAX) {
      throw Faults.invalidArgument("description");
    }
    return text == null ? "" : text;
  }

  private static SortedSet<String> types(@Nullable Collection<String> types) {
    if (types == null) {
      throw Faults.invalidArgument("associable_types");
    }
    if (types.size() > TYPES_MAX
        || !types.stream().allMatch(type -> TYPE.matcher(type).matches())) {
      throw Faults.invalidArgument("associable_types");
    }
    return Collections.unmodifiableSortedSet(new TreeSet<>(types));
  }

  /** No types at all means all types. */
  private static boolean isWider(Set<String> before, Collection<String> after) {
    return after.isEmpty() || (!before.isEmpty() && after.containsAll(before));
  }

  private static void requireRoom(int present, int max, String what) {
    if (present >= max) {
      throw refused("spec", "There are " + max + " " + what + " already, and no more are kept.");
    }
  }

  private static VimException narrower(String property) {
    return refused(property, "The " + property + " of a category can only become wider.");
  }

  private static VimException refused(String property, String text) {
    var fault = new InvalidArgument();
    fault.invalidProperty = property;
    return new VimException(fault, text);
  }

  private static VimException notFound(String what, String id) {
    return new VimException(new NotFound(), "There is no " + what + " '" + id + "'.");
  }
}
