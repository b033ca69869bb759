package dev.vcsnap.disk.block;

import java.nio.file.Path;
import java.util.List;

/** A disk that is made of links and can tell which of them answers for a range. */
public interface Layered {

  /** The descriptors of the links that it reads from, the base first. */
  List<Path> links();

  /**
   * Describes the range: ascending, gapless, clipped to it, neighbours of one depth joined. A link
   * that says of a range that it is zero holds it.
   */
  List<BlockDepth> depthsOf(long offset, long length);
}
