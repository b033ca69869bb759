package dev.vcsnap.extension;

import dev.vcsnap.vim.Extension;
import java.util.List;

/** Keeps extensions across restarts; what a call did is durable when it returns. */
public interface KeptExtensions {

  /** All of them, in the order in which they were registered. */
  List<Extension> all();

  /** Adds an extension, or replaces the one of the same key. */
  void put(Extension extension);

  void remove(String key);
}
