package dev.vcsnap.store;

import dev.vcsnap.vim.DataObject;

/** Spells data objects of the interface as text, with all their members, and reads them again. */
public interface DataText {

  String write(DataObject object);

  /**
   * Reads what {@link #write} wrote.
   *
   * @param type the object's type or one that it extends
   */
  <T extends DataObject> T read(Class<T> type, String text);
}
