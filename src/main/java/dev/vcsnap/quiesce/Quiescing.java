package dev.vcsnap.quiesce;

/**
 * One guest that is made consistent for one snapshot: {@link #freeze}, then the disks are switched,
 * then {@link #thaw} and {@link #finish}. Closing it thaws the guest whatever happened before.
 */
public interface Quiescing extends AutoCloseable {

  /** A snapshot that asks nothing of the guest. */
  Quiescing NONE = new NotQuiesced();

  /** False when there is nothing to freeze, and every step does nothing. */
  boolean isWanted();

  /**
   * Freezes the guest and returns once its disks stand still.
   *
   * @throws dev.vcsnap.vim.VimException {@code ApplicationQuiesceFault} when it could not be
   *     frozen; it goes on as before then
   */
  void freeze();

  /** Tells the guest that the disks are switched. Does not fail: {@link #finish} says what came. */
  void thaw();

  /**
   * Waits for the guest's last word.
   *
   * @throws dev.vcsnap.vim.VimException when the snapshot cannot count as consistent and is to be
   *     taken back (rules A38 to A41)
   */
  QuiesceResult finish();

  /** Thaws what is still frozen; never fails. */
  @Override
  void close();
}
