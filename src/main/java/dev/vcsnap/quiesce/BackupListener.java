package dev.vcsnap.quiesce;

/** The host's ear: takes the events of one operation, on whatever thread the agent has. */
public interface BackupListener {

  /**
   * Takes an event. Returns at once.
   *
   * @return false to refuse it; an agent whose {@link BackupEvent#COMMIT} is refused thaws by
   *     itself (rule A36)
   */
  boolean accept(BackupEvent event);

  /** There will be no more events: the connection to the agent is gone. */
  void lost(String reason);
}
