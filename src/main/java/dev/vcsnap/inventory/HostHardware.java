package dev.vcsnap.inventory;

/**
 * The machine that each host claims to be.
 *
 * @param packages processor sockets
 * @param coresPerPackage cores in a socket
 * @param threadsPerCore hardware threads in a core
 * @param hertz clock rate of a core
 * @param memoryBytes installed memory
 */
record HostHardware(
    int packages, int coresPerPackage, int threadsPerCore, long hertz, long memoryBytes) {

  static final String CPU_MODEL = "Intel(R) Xeon(R) Gold 6148 CPU @ 2.40GHz";

  /** Large enough for any machine of the default inventory. */
  static HostHardware standard() {
    return new HostHardware(2, 8, 2, 2_400_000_000L, 128L << 30);
  }

  int cores() {
    return packages * coresPerPackage;
  }

  int threads() {
    return cores() * threadsPerCore;
  }

  int megahertz() {
    return (int) (hertz / 1_000_000);
  }

  long memoryMegabytes() {
    return memoryBytes >> 20;
  }
}
