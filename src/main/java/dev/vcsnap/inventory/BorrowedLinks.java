package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.SnapshotDisk;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.VmDirectory;
import dev.vcsnap.datastore.VmFile;
import dev.vcsnap.datastore.VmFileType;
import dev.vcsnap.datastore.Vmx;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.Loan;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the links of other machines as they are that a registered machine is built on although it
 * cannot be opened: a linked clone has to read the same once it is mended. Which they are is told
 * by what can still be read in its folder.
 */
final class BorrowedLinks {

  private static final Logger LOG = LoggerFactory.getLogger(BorrowedLinks.class);

  private final InventoryTree tree;
  private final DiskFactory factory;
  private final Map<String, Loan> loans = new HashMap<>();

  BorrowedLinks(InventoryTree tree, DiskFactory factory) {
    this.tree = tree;
    this.factory = factory;
  }

  /** Looks at a machine's files, and keeps what it is built on instead of what was kept before. */
  void keep(String id, DatastorePath configPath) {
    var found = new Look();
    found.at(configPath);
    Loan fresh = factory.lend(found.links, found.all);
    Loan before;
    synchronized (loans) {
      before = loans.put(id, fresh);
    }
    if (before != null) {
      before.close();
    }
  }

  /** The machine is open, or none of the inventory any more. */
  void giveBack(String id) {
    Loan loan;
    synchronized (loans) {
      loan = loans.remove(id);
    }
    if (loan != null) {
      loan.close();
    }
  }

  /** One look at a folder: the links that were found, and whether those are all. */
  private final class Look {

    private final Set<Path> links = new HashSet<>();
    private boolean all = true;

    void at(DatastorePath configPath) {
      tryTo(() -> {
        VmDirectory files =
            VmDirectory.find(
                tree.datastoreNamed(configPath.datastore())
                    .orElseThrow(() ->
                        new BlockError(
                            BlockError.Kind.NOT_FOUND,
                            "No datastore is called '" + configPath.datastore() + "'"))
                    .datastore(),
                configPath);
        tryTo(() -> ofFolder(files));
        tryTo(() -> ofConfiguration(files));
        tryTo(() -> ofSnapshots(files));
      });
    }

    /** Also what nothing names; of what cannot be read it counts only whether something does. */
    private void ofFolder(VmDirectory files) {
      for (VmFile file : files.files()) {
        if (file.type() == VmFileType.DISK_DESCRIPTOR) {
          try {
            factory.borrowedBy(files.fileOf(file.path().fileName())).ifPresent(links::add);
          } catch (BlockError e) {
            LOG.debug("It is not known what {} is built on", file.path(), e);
          }
        }
      }
    }

    private void ofConfiguration(VmDirectory files) {
      Vmx vmx = files.readVmx();
      vmx.disks()
          .forEach((node, fileName) -> {
            of(files, fileName);
            vmx.get(VirtualMachine.redoKey(node))
                .filter(redo -> !redo.isBlank())
                .ifPresent(redo -> of(files, redo));
          });
    }

    private void ofSnapshots(VmDirectory files) {
      for (SnapshotEntry snapshot : files.readVmsd().snapshots()) {
        for (SnapshotDisk disk : snapshot.disks()) {
          of(files, disk.fileName());
        }
      }
    }

    private void of(VmDirectory files, String fileName) {
      tryTo(() -> factory.borrowedBy(files.fileOf(fileName)).ifPresent(links::add));
    }

    private void tryTo(Runnable look) {
      try {
        look.run();
      } catch (RuntimeException e) {
        LOG.debug("Not everything is known that a machine is built on", e);
        all = false;
      }
    }
  }
}
