package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The links that are a disk's own: those in the folder of its running link that have its name and a
 * number. What lies below them in the chain is the parent of a linked clone and belongs to another.
 */
public final class DiskFamily {

  private static final Pattern NUMBERED = Pattern.compile("(-\\d{6})?\\.vmdk$");

  private final List<Path> links;
  private final String baseName;

  private DiskFamily(List<Path> links) {
    this.links = links;
    this.baseName = DiskNames.baseName(DescriptorFiles.nameOf(links.getLast()));
  }

  public static DiskFamily of(RunningDisk disk) {
    return of(disk.links());
  }

  /** The family of the last link of a chain, base first. */
  public static DiskFamily of(List<Path> chain) {
    Path leaf = chain.getLast();
    String stem = NUMBERED.matcher(DescriptorFiles.nameOf(leaf)).replaceFirst("");
    Pattern family = pattern(stem);
    List<Path> links = new ArrayList<>();
    for (Path link : chain.reversed()) {
      if (!family.matcher(DescriptorFiles.nameOf(link)).matches()
          || !Objects.equals(link.getParent(), leaf.getParent())) {
        break;
      }
      links.add(link);
    }
    return new DiskFamily(links);
  }

  /** The disk's own links of the running chain, the leaf first. */
  public List<Path> links() {
    return links;
  }

  /** What the disk's deltas are named after. */
  public String baseName() {
    return baseName;
  }

  /** Whether a link is one of the family, by its name. */
  public boolean has(Path link) {
    return folder().equals(link.getParent())
        && pattern(baseName).matcher(DescriptorFiles.nameOf(link)).matches();
  }

  /** The names in the disk's folder at this moment. */
  public DiskNames names() {
    return DiskNames.in(folder());
  }

  /** A file of the disk's folder. */
  public Path fileOf(String name) {
    return folder().resolve(name);
  }

  /** Every descriptor of the family in the folder, also off the running chain. */
  public List<Path> descriptors() {
    Pattern family = pattern(baseName);
    return names().existing().stream()
        .filter(name -> family.matcher(name).matches())
        .sorted()
        .map(this::fileOf)
        .toList();
  }

  private Path folder() {
    return Objects.requireNonNull(links.getFirst().getParent(), "a link lies in a folder");
  }

  private static Pattern pattern(String stem) {
    return Pattern.compile(Pattern.quote(stem) + "(-\\d{6})?\\.vmdk");
  }
}
