package dev.vcsnap.storage;

import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.vim.FileInfo;
import dev.vcsnap.vim.FileQuery;
import dev.vcsnap.vim.FloppyImageFileInfo;
import dev.vcsnap.vim.FloppyImageFileQuery;
import dev.vcsnap.vim.FolderFileInfo;
import dev.vcsnap.vim.FolderFileQuery;
import dev.vcsnap.vim.IsoImageFileInfo;
import dev.vcsnap.vim.IsoImageFileQuery;
import dev.vcsnap.vim.TemplateConfigFileInfo;
import dev.vcsnap.vim.TemplateConfigFileQuery;
import dev.vcsnap.vim.VmConfigFileInfo;
import dev.vcsnap.vim.VmConfigFileQuery;
import dev.vcsnap.vim.VmDiskFileInfo;
import dev.vcsnap.vim.VmDiskFileQuery;
import dev.vcsnap.vim.VmLogFileInfo;
import dev.vcsnap.vim.VmLogFileQuery;
import dev.vcsnap.vim.VmNvramFileInfo;
import dev.vcsnap.vim.VmNvramFileQuery;
import dev.vcsnap.vim.VmSnapshotFileInfo;
import dev.vcsnap.vim.VmSnapshotFileQuery;
import java.util.Locale;
import java.util.Set;

/**
 * What a datastore browser takes a file for, by its name: "the algorithm used to match file types
 * relies on file extensions" (API reference). A disk is its descriptor; its extents are files of no
 * kind.
 */
enum FileKind {
  FOLDER(FolderFileQuery.class),
  DISK(VmDiskFileQuery.class),
  TEMPLATE(TemplateConfigFileQuery.class),
  CONFIG(VmConfigFileQuery.class),
  SNAPSHOT(VmSnapshotFileQuery.class),
  NVRAM(VmNvramFileQuery.class),
  LOG(VmLogFileQuery.class),
  ISO(IsoImageFileQuery.class),
  FLOPPY(FloppyImageFileQuery.class),
  OTHER(FileQuery.class);

  private final Class<? extends FileQuery> query;

  FileKind(Class<? extends FileQuery> query) {
    this.query = query;
  }

  /**
   * The kind of a file.
   *
   * @param names the names in its folder
   * @param ignoreCase whether {@code X.ISO} is an ISO image
   */
  static FileKind of(String name, boolean directory, Set<String> names, boolean ignoreCase) {
    if (directory) {
      return FOLDER;
    }
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return switch (ignoreCase ? extension.toLowerCase(Locale.ROOT) : extension) {
      case "vmdk" -> DiskNames.isExtent(name, names) ? OTHER : DISK;
      case "vmtx" -> TEMPLATE;
      case "vmx" -> CONFIG;
      case "vmsn" -> SNAPSHOT;
      case "nvram" -> NVRAM;
      case "log" -> LOG;
      case "iso" -> ISO;
      case "flp", "img" -> FLOPPY;
      default -> OTHER;
    };
  }

  /** An empty description of a file of this kind. */
  FileInfo newInfo() {
    return switch (this) {
      case FOLDER -> new FolderFileInfo();
      case DISK -> new VmDiskFileInfo();
      case TEMPLATE -> new TemplateConfigFileInfo();
      case CONFIG -> new VmConfigFileInfo();
      case SNAPSHOT -> new VmSnapshotFileInfo();
      case NVRAM -> new VmNvramFileInfo();
      case LOG -> new VmLogFileInfo();
      case ISO -> new IsoImageFileInfo();
      case FLOPPY -> new FloppyImageFileInfo();
      case OTHER -> new FileInfo();
    };
  }

  /** Whether a query asks for files of this kind; a plain one asks for all. */
  boolean isAskedBy(FileQuery asked) {
    return asked.getClass() == FileQuery.class || asked.getClass() == query;
  }
}
