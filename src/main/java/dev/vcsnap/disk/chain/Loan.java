package dev.vcsnap.disk.chain;

/** Links that are left as they are for a disk that is not open, until the loan is closed. */
public interface Loan extends AutoCloseable {

  /** Gives the links back; harmless when repeated. */
  @Override
  void close();
}
