package dev.vcsnap.tag;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;

/** Keeps tags across restarts; what a call did is durable when it returns. */
public interface KeptTags {

  /** A tag on an object. */
  record Attachment(String tagId, ManagedObjectReference object) {}

  /** All categories, in the order in which they were made. */
  List<Category> categories();

  /** All tags, in the order in which they were made. */
  List<Tag> tags();

  /** All attachments, in the order in which they were made. */
  List<Attachment> attachments();

  /** Adds a category, or replaces what is kept of it. */
  void put(Category category);

  /** Adds a tag, or replaces what is kept of it. */
  void put(Tag tag);

  void add(Attachment attachment);

  void remove(Attachment attachment);

  /** Forgets a category with its tags and their attachments. */
  void removeCategory(String id);

  /** Forgets a tag with its attachments. */
  void removeTag(String id);
}
