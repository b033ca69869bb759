package dev.vcsnap.quiesce;

import java.util.Optional;

/**
 * Where a handshake is, from the host's side, and what each event of the guest makes of it.
 *
 * <pre>
 * Freezing --commit--> Frozen --snapshotDone--> Thawing --done--> Over
 *     \                  |                        /
 *      `--error, abort---+------------------------
 *                        v
 *                     Failing --done--> Over(failure)
 * </pre>
 */
sealed interface Phase {

  /** What the guest's event leads to. */
  Phase after(BackupEvent event);

  /** A guest is told that it may hold the disks still only while it is awaited (rule A36). */
  default boolean takes(BackupEvent event) {
    return !event.name().equals(BackupEvent.COMMIT);
  }

  /** Leads to a failure, unless there was one before. */
  default Phase failed(Failure failure) {
    return new Failing(failure);
  }

  /** The guest was told to freeze. */
  record Freezing() implements Phase {

    @Override
    public boolean takes(BackupEvent event) {
      return true;
    }

    @Override
    public Phase after(BackupEvent event) {
      if (event.name().equals(BackupEvent.COMMIT) && event.code() == BackupEvent.SUCCESS) {
        return new Frozen();
      }
      return event.name().equals(BackupEvent.DONE)
          ? new Over(
              Optional.of(
                  new Failure.Reported(
                      BackupEvent.UNEXPECTED_ERROR, "The guest ended without having been frozen.")))
          : failingOn(event, this);
    }
  }

  /** The guest holds its disks still. */
  record Frozen() implements Phase {

    @Override
    public Phase after(BackupEvent event) {
      return switch (event.name()) {
        case BackupEvent.DONE -> over("The guest thawed by itself.");
        case BackupEvent.ABORTED -> new Failing(new Failure.NotFrozen(event.text()));
        default -> failingOn(event, this);
      };
    }
  }

  /** The guest was told that it may thaw. */
  record Thawing() implements Phase {

    @Override
    public Phase after(BackupEvent event) {
      return event.name().equals(BackupEvent.DONE)
          ? new Over(Optional.empty())
          : failingOn(event, this);
    }
  }

  /** Something failed, and the guest cleans up. */
  record Failing(Failure failure) implements Phase {

    @Override
    public Phase after(BackupEvent event) {
      return event.name().equals(BackupEvent.DONE) ? new Over(Optional.of(failure)) : this;
    }

    @Override
    public Phase failed(Failure later) {
      return this;
    }
  }

  /** Nothing more is to come. */
  record Over(Optional<Failure> failure) implements Phase {

    @Override
    public Phase after(BackupEvent event) {
      return this;
    }

    @Override
    public Phase failed(Failure later) {
      return this;
    }
  }

  private static Phase over(String text) {
    return new Over(Optional.of(new Failure.NotFrozen(text)));
  }

  private static Phase failingOn(BackupEvent event, Phase otherwise) {
    return switch (event.name()) {
      case BackupEvent.ERROR,
          BackupEvent.WRITER_ERROR,
          BackupEvent.ABORTED,
          BackupEvent.PROVIDER_ABORT,
          BackupEvent.COMMIT ->
          new Failing(new Failure.Reported(event.code(), event.text()));
      default -> otherwise;
    };
  }
}
