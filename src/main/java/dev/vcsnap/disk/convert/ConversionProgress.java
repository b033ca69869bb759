package dev.vcsnap.disk.convert;

/** Watches a conversion and may end it. */
public interface ConversionProgress {

  /** Called now and then, with bytes of the disk. */
  void converted(long bytesDone, long bytesTotal);

  /** Asked as often; when true, the conversion ends and its target is removed. */
  default boolean cancelled() {
    return false;
  }

  /** Nobody watches. */
  static ConversionProgress unwatched() {
    return (done, total) -> {};
  }
}
