package dev.vcsnap.hardware;

import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The disks that device changes bring: their files are made and opened, and all of it is taken back
 * at the end unless it was {@link #keep kept}.
 */
public final class NewDisks implements AutoCloseable {

  private final DiskFactory factory;
  private final VmDirectory files;
  private final Map<String, Path> links = new LinkedHashMap<>();
  private final Deque<Path> made = new ArrayDeque<>();
  private final Map<String, RunningDisk> opened = new LinkedHashMap<>();
  private boolean kept;

  private NewDisks(DiskFactory factory, VmDirectory files) {
    this.factory = factory;
    this.files = files;
  }

  /** Makes the files of the disks that are to be created. */
  public static NewDisks make(DiskFactory factory, VmDirectory files, List<DiskChange> changes) {
    var disks = new NewDisks(factory, files);
    boolean complete = false;
    try {
      changes.forEach(disks::make);
      complete = true;
      return disks;
    } finally {
      if (!complete) {
        disks.close();
      }
    }
  }

  /** Opens what was made or is to be attached, by node; the caller owns the disks once kept. */
  public Map<String, RunningDisk> open() {
    links.forEach((node, link) -> opened.put(node, factory.open(link, OpenMode.READ_WRITE)));
    return opened;
  }

  /** From here on the files stay and the disks are the caller's. */
  public void keep() {
    kept = true;
  }

  private void make(DiskChange change) {
    switch (change) {
      case DiskChange.Create create -> {
        Path link = files.datastore().fileOf(create.path());
        create(create, link);
        made.addFirst(link);
        links.put(create.node(), link);
      }
      case DiskChange.Attach attach ->
          links.put(attach.node(), files.datastore().fileOf(attach.path()));
      case DiskChange.Detach any -> {}
      case DiskChange.Destroy any -> {}
      case DiskChange.Grow any -> {}
    }
  }

  private void create(DiskChange.Create create, Path link) {
    if (create.parent().isEmpty()) {
      factory.createFlat(
          link,
          create.sizeBytes(),
          create.thin(),
          create.adapter(),
          create.uuid().orElseGet(factory::newUuid));
      return;
    }
    Path parent = files.datastore().fileOf(create.parent().get());
    factory.createDelta(link, parent, kindAbove(factory.descriptorOf(parent)));
  }

  private DeltaKind kindAbove(Descriptor parent) {
    FileSystemType volume = files.datastore().type();
    return FileSystemType.deltaKindOf(parent)
        .or(() -> volume.deltaFor(parent.sectors() * 512))
        .orElseThrow(() ->
            new BlockError(BlockError.Kind.UNSUPPORTED, "the volume takes no delta of that size"));
  }

  @Override
  public void close() {
    if (kept) {
      return;
    }
    try {
      closeAll(new ArrayDeque<>(opened.values()));
    } finally {
      deleteAll(made);
    }
  }

  private static void closeAll(Deque<RunningDisk> disks) {
    while (!disks.isEmpty()) {
      try {
        disks.removeFirst().close();
      } finally {
        closeAll(disks);
      }
    }
  }

  private void deleteAll(Deque<Path> links) {
    while (!links.isEmpty()) {
      try {
        factory.delete(links.removeFirst());
      } finally {
        deleteAll(links);
      }
    }
  }
}
