package dev.vcsnap.quiesce;

/** The guest is left alone. */
final class NotQuiesced implements Quiescing {

  @Override
  public boolean isWanted() {
    return false;
  }

  @Override
  public void freeze() {}

  @Override
  public void thaw() {}

  @Override
  public QuiesceResult finish() {
    return QuiesceResult.NOTHING;
  }

  @Override
  public void close() {}
}
