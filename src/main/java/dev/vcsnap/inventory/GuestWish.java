package dev.vcsnap.inventory;

/** What the operating system of a guest is asked to do with itself. */
public enum GuestWish {

  /** To end, and to turn its machine off. */
  SHUTDOWN,

  /** To start again; its machine stays on. */
  REBOOT,

  /** To sleep. */
  STANDBY;

  /** What comes of a wish. */
  public enum Answer {

    /** There is no operating system that could do it: the host does it in its stead. */
    NOBODY,

    /** The guest does it, and will be seen to go. */
    TAKEN,

    /** The guest does not do such a thing. */
    REFUSED,

    /** The guest does not answer. */
    LOST
  }
}
