package dev.vcsnap.disk.vmdk.hosted;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.vmdk.Descriptor;

/** The descriptor inside an extent: the text of a descriptor file, filled up with zeros. */
public final class EmbeddedDescriptor {

  private EmbeddedDescriptor() {}

  /**
   * Reads it, and refuses a delta.
   *
   * @param place the file and where in it, for people
   */
  public static Descriptor parse(String text, String place) {
    Descriptor descriptor;
    try {
      descriptor = Descriptor.parse(text);
    } catch (BlockError error) {
      // The header is right, so text that is no descriptor is damage.
      Kind kind = error.kind() == Kind.NOT_THIS_FORMAT ? Kind.CORRUPT : error.kind();
      throw new BlockError(kind, place + ": " + error.getMessage(), error);
    }
    if (descriptor.hasParent()) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "%s: a delta above '%s'; only disks without parent are read from such a file"
              .formatted(place, descriptor.parentFileNameHint().orElse("(unnamed)")));
    }
    return descriptor;
  }
}
