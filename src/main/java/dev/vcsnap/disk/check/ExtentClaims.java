package dev.vcsnap.disk.check;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.disk.vmdk.ExtentLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which descriptor has which files, to find those of nobody and those of two. */
final class ExtentClaims {

  /** A part of a file in sectors, and the descriptor that names it. */
  private record Claim(Path descriptor, long first, long end) {}

  private final Map<Path, List<Claim>> claims = new HashMap<>();

  /** Notes what a descriptor names, and says what somebody else named before. */
  void add(Path path, Descriptor descriptor, List<Finding> findings) {
    for (ExtentLine line : descriptor.extents()) {
      if (!line.fileName().isEmpty()) {
        boolean flat = line.type().equals("FLAT") || line.type().equals("VMFS");
        long first = flat ? line.offsetSectors() : 0;
        long end = flat ? first + line.sectors() : Long.MAX_VALUE;
        claim(path, line.fileName(), "extent", first, end, findings);
      }
    }
    Optional<String> map = descriptor.changeTrackPath();
    if (map.isPresent()) {
      claim(path, map.get(), "change map", 0, Long.MAX_VALUE, findings);
    }
  }

  private void claim(
      Path path, String name, String what, long first, long end, List<Finding> findings) {
    Path file;
    try {
      file = DescriptorFiles.sibling(path, name).normalize();
    } catch (BlockError refused) {
      // The check of the link itself tells it.
      return;
    }
    List<Claim> others = claims.computeIfAbsent(file, _ -> new ArrayList<>());
    for (Claim other : others) {
      if (other.first < end && first < other.end) {
        String owner =
            other.descriptor.equals(path)
                ? "named by another line of it"
                : "named by '" + DescriptorFiles.nameOf(other.descriptor) + "'";
        findings.add(
            new Finding(
                path, "its %s '%s', or part of it, is also %s".formatted(what, name, owner)));
        break;
      }
    }
    others.add(new Claim(path, first, end));
  }

  /** Whether any descriptor names the file. */
  boolean has(Path file) {
    return claims.containsKey(file);
  }
}
