package dev.vcsnap.verify;

import java.util.Optional;

/** Knows one kind of content, and what its bytes say. */
interface Recogniser {

  /** What is said by an area that holds that content; empty for one that does not. */
  Optional<Finding> look(Area area);
}
