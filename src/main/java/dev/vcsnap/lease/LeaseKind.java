package dev.vcsnap.lease;

/** Whether a lease gives files away or takes them. */
enum LeaseKind {
  EXPORT("VApp.Export"),
  IMPORT("VApp.Import");

  private final String privilegeId;

  LeaseKind(String privilegeId) {
    this.privilegeId = privilegeId;
  }

  /** What beginning such a lease and working with it asks for. */
  String privilegeId() {
    return privilegeId;
  }
}
