package dev.vcsnap.guest;

/** What a guest connects to. */
public enum GuestPort {

  /** Where the host asks VMware Tools: its port 975. */
  TCLO("975", 975),

  /** Where VMware Tools ask the host: its port 976. */
  RPCI("976", 976),

  /** Where a virtual machine monitor connects the QEMU guest agent. */
  QGA("qga", 977);

  private final String socket;
  private final int number;

  GuestPort(String socket, int number) {
    this.socket = socket;
    this.number = number;
  }

  /** The name of its UNIX socket. */
  String socket() {
    return socket;
  }

  /** What a base is added to for its TCP port. */
  int number() {
    return number;
  }
}
