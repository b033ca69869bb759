package dev.vcsnap.disk.chain;

/** What an opening of a chain is for, which decides the locks it takes. */
public enum OpenMode {
  /** The leaf is locked against everybody else, the links below it against writers. */
  READ_WRITE,
  /** Every link is locked against writers. */
  READ_ONLY,
  /** Nothing is locked: for tools that look at a chain in use, and may see it a moment old. */
  INSPECT
}
