package dev.vcsnap.snapshot;

/** What a merge does when it meets a file that somebody reads. */
enum LockedDisk {
  /** The task ends with FileLocked, and the machine needs consolidation. */
  FAIL,
  /** The task waits for the reader, and ends like that only when it waited too long. */
  WAIT
}
