package dev.vcsnap.disk.block;

import java.util.List;

/** A disk that is made of links and can tell which of them answers for a range. */
public interface Layered {

  /**
   * Describes the range: ascending, gapless, clipped to it, neighbours of one depth joined. A link
   * that says of a range that it is zero holds it.
   */
  List<BlockDepth> depthsOf(long offset, long length);
}
