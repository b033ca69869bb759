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

  /** All file systems of the guest, frozen last and thawed first. */
  Freezable fileSystems();

  /** The application on them, which a freeze script or a writer freezes. */
  Freezable application();
}
