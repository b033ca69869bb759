package dev.vcsnap.bench;

import java.nio.file.Path;

/** Makes an empty flat disk: {@code MakeBase DESCRIPTOR BYTES}. */
final class MakeBase {

  private MakeBase() {}

  public static void main(String[] arguments) {
    Engine.disks().createFlat(Path.of(arguments[0]), Long.parseLong(arguments[1]), true);
  }
}
