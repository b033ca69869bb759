package dev.vcsnap.vim;

/**
 * A typed reference to an object on the server.
 *
 * @param type the managed type, e.g. {@code VirtualMachine}
 * @param value the id, e.g. {@code vm-62}
 */
public record ManagedObjectReference(String type, String value) {

  @Override
  public String toString() {
    return type + ":" + value;
  }
}
