package dev.vcsnap.store;

import java.util.UUID;

/** Databases for tests: empty, with the present schema, and gone when they are closed. */
public final class TestDatabase {

  private TestDatabase() {}

  /** A database of its own in memory. */
  public static Database inMemory() {
    return Database.open(DatabaseAddress.inMemory(UUID.randomUUID().toString()));
  }
}
