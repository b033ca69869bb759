package dev.vcsnap.guest.workload;

import dev.vcsnap.guest.simulated.disk.SimulatedDisk;

/** What of a guest at work is frozen and thawed by itself. */
enum GuestPart {
  APPLICATION,
  FILE_SYSTEMS;

  void freeze(SimulatedDisk guest) {
    switch (this) {
      case APPLICATION -> guest.freezeApplication();
      case FILE_SYSTEMS -> guest.freezeFileSystem();
    }
  }

  void thaw(SimulatedDisk guest) {
    switch (this) {
      case APPLICATION -> guest.thawApplication();
      case FILE_SYSTEMS -> guest.thawFileSystem();
    }
  }
}
