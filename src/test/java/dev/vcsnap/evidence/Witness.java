package dev.vcsnap.evidence;

/** Where a rule of vSphere's behaviour is known from, the strongest first. */
public enum Witness {
  /** The interface's documentation, or its type definitions. */
  DOCUMENT,
  /** The source text of the real component. */
  SOURCE,
  /** The vendor's knowledge base or manuals. */
  KNOWLEDGE_BASE,
  /** Somebody observed it on a real system and published it. */
  OBSERVED,
  /** A client's source relies on it. */
  CLIENT,
  /** Nobody; it is assumed, and open to correction. */
  ASSUMED
}
