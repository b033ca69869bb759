package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.vim.FileInfo;
import dev.vcsnap.vim.FileQuery;
import dev.vcsnap.vim.FileQueryFlags;
import dev.vcsnap.vim.FolderFileInfo;
import dev.vcsnap.vim.HostDatastoreBrowserSearchSpec;
import dev.vcsnap.vim.VmConfigFileQuery;
import dev.vcsnap.vim.VmDiskFileInfo;
import dev.vcsnap.vim.VmDiskFileQuery;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One search as a client specified it: which files of a folder it wants, and what of each.
 *
 * <p>Names are compared as they are written unless the client asks otherwise, as on Linux.
 */
final class FileSearch {

  private static final Comparator<FileInfo> FOLDERS_FIRST =
      Comparator.comparing(info -> !(info instanceof FolderFileInfo));

  private final List<NamePattern> patterns;
  private final List<FileQuery> queries;
  private final FileQueryFlags details;
  private final boolean ignoreCase;
  private final boolean foldersFirst;

  FileSearch(@Nullable HostDatastoreBrowserSearchSpec wanted) {
    var spec = wanted == null ? new HostDatastoreBrowserSearchSpec() : wanted;
    this.ignoreCase = Boolean.TRUE.equals(spec.searchCaseInsensitive);
    this.foldersFirst = Boolean.TRUE.equals(spec.sortFoldersFirst);
    this.details = Objects.requireNonNullElseGet(spec.details, FileQueryFlags::new);
    this.queries = Objects.requireNonNullElse(spec.query, List.of());
    this.patterns =
        Objects.<List<String>>requireNonNullElse(spec.matchPattern, List.of()).stream()
            .map(pattern -> new NamePattern(pattern, ignoreCase))
            .toList();
  }

  /** The files of a folder that are wanted, in the order that is wanted. */
  List<FileInfo> of(StoredFile folder, List<DatastoreEntry> entries) {
    Set<String> names = entries.stream().map(DatastoreEntry::name).collect(Collectors.toSet());
    var found =
        entries.stream()
            .filter(entry ->
                patterns.isEmpty()
                    || patterns.stream().anyMatch(pattern -> pattern.matches(entry.name())))
            .flatMap(entry -> describe(folder, entry, names).stream());
    return foldersFirst ? found.sorted(FOLDERS_FIRST).toList() : found.toList();
  }

  private Optional<FileInfo> describe(StoredFile folder, DatastoreEntry entry, Set<String> names) {
    FileKind kind = FileKind.of(entry.name(), entry.directory(), names, ignoreCase);
    FileQuery query = null;
    if (!queries.isEmpty()) {
      query = queries.stream().filter(kind::isAskedBy).findFirst().orElse(null);
      if (query == null) {
        return Optional.empty();
      }
    }
    // The type is told where the client asked for it, or for nothing else; of folders always.
    boolean typed =
        details.fileType
            || kind == FileKind.FOLDER
            || (query != null && query.getClass() != FileQuery.class);
    FileInfo info = typed ? kind.newInfo() : new FileInfo();
    if (details.fileSize) {
      info.fileSize = entry.sizeBytes();
    }
    if (query instanceof VmDiskFileQuery disks) {
      if (!describeDisk(folder.resolve(entry.name()), disks, info)) {
        return Optional.empty();
      }
    } else if (query instanceof VmConfigFileQuery configs
        && configs.filter != null
        && Boolean.TRUE.equals(configs.filter.encrypted)) {
      return Optional.empty();
    }
    info.path = entry.name();
    if (details.modification) {
      info.modification = entry.modified();
    }
    if (details.fileOwner) {
      info.owner = DatastoreFiles.OWNER;
    }
    return Optional.of(info);
  }

  /** False when the query's filter wants none of the kind. */
  private boolean describeDisk(StoredFile file, VmDiskFileQuery query, FileInfo info) {
    Optional<DiskDetails> disk = StoredDisk.find(file).map(DiskDetails::new);
    if (disk.isEmpty()) {
      return query.filter == null;
    }
    if (query.filter != null && !disk.get().passes(query.filter)) {
      return false;
    }
    if (details.fileSize) {
      info.fileSize = disk.get().disk().storedBytes();
    }
    if (query.details != null && info instanceof VmDiskFileInfo described) {
      disk.get().fill(described, query.details);
    }
    return true;
  }
}
