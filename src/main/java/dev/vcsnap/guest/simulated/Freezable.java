package dev.vcsnap.guest.simulated;

/** A part of a simulated guest that can stop to write: its file systems, or an application. */
public interface Freezable {

  /** Has nothing to freeze. */
  Freezable NOTHING =
      new Freezable() {
        @Override
        public void freeze() {}

        @Override
        public void thaw() {}
      };

  /**
   * Brings what is on the disks into a consistent state and writes nothing more until it thaws.
   *
   * @throws RuntimeException when that is not possible; it is not frozen then
   */
  void freeze();

  /** Goes on; nothing to do when it is not frozen. */
  void thaw();
}
