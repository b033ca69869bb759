package dev.vcsnap.guest.simulated.disk;

import dev.vcsnap.guest.simulated.disk.Ledger.Cell;

/**
 * The application: keeps two books that must agree, and has an entry announced whenever it runs.
 * Only told to freeze, it ends the entry and announces none. Used by one thread at a time.
 */
final class LedgerApplication {

  private final Volume volume;
  private Ledger ledger;

  /** Starts on what is there; an entry that was cut is made complete, as databases roll forward. */
  LedgerApplication(Volume volume) {
    this.volume = volume;
    this.ledger = volume.ledger();
    settle();
  }

  /** Makes its next write. */
  void step() {
    if (ledger.intent() == 0) {
      announce();
    } else if (ledger.a() < ledger.intent()) {
      write(Cell.A, ledger.intent());
    } else if (ledger.b() < ledger.intent()) {
      write(Cell.B, ledger.intent());
    } else {
      write(Cell.INTENT, ledger.intent() + 1);
    }
  }

  /** Announces the next entry, unless one is announced. */
  void announce() {
    if (ledger.intent() == 0) {
      write(Cell.INTENT, ledger.a() + 1);
    }
  }

  /** Ends the entry that is announced and announces none. */
  void settle() {
    if (ledger.intent() == 0) {
      return;
    }
    if (ledger.a() != ledger.intent()) {
      write(Cell.A, ledger.intent());
    }
    if (ledger.b() != ledger.intent()) {
      write(Cell.B, ledger.intent());
    }
    write(Cell.INTENT, 0);
  }

  private void write(Cell which, long value) {
    Ledger next = ledger.with(which, value);
    volume.write(next, which);
    ledger = next;
  }
}
