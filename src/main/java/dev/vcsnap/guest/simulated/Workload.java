package dev.vcsnap.guest.simulated;

/** What runs in a simulated guest and writes its disks. */
public interface Workload {

  /** A guest that writes nothing. */
  Workload IDLE =
      new Workload() {
        @Override
        public Freezable fileSystems() {
          return Freezable.NOTHING;
        }

        @Override
        public Freezable application() {
          return Freezable.NOTHING;
        }
      };

  /**
   * All file systems of the guest, frozen last and thawed first, as one operation has them: it
   * thaws what itself has frozen, not what another one froze later.
   */
  Freezable fileSystems();

  /** The application on them, likewise, which a freeze script or a writer freezes. */
  Freezable application();
}
