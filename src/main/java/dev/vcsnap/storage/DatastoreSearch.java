package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.HostDatastoreBrowserSearchResults;
import dev.vcsnap.vim.HostDatastoreBrowserSearchSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Searches folders of datastores: what the {@code HostDatastoreBrowser} does. */
public final class DatastoreSearch {

  private static final int DEPTH_MAX = 64;
  private static final int FILES_MAX = 500_000;

  /**
   * The files of one folder that match.
   *
   * @throws BlockError NOT_FOUND when there is no such folder
   */
  public HostDatastoreBrowserSearchResults folder(
      Located folder, @Nullable HostDatastoreBrowserSearchSpec spec) {
    List<DatastoreEntry> entries = list(folder.file());
    return results(folder, folder.file(), new FileSearch(spec), entries);
  }

  /** The files that match of a folder and of every folder in it, each folder before its own. */
  public List<HostDatastoreBrowserSearchResults> subFolders(
      Located top, @Nullable HostDatastoreBrowserSearchSpec spec, TaskBody.Progress progress) {
    List<HostDatastoreBrowserSearchResults> found = new ArrayList<>();
    new Descent(top, new FileSearch(spec), progress, found).into(top.file(), 0);
    return found;
  }

  private static List<DatastoreEntry> list(StoredFile folder) {
    try {
      return folder.datastore().list(folder.path());
    } catch (BlockError e) {
      // Of a file the host says something else; clients look for the one answer to both.
      throw e.kind() == BlockError.Kind.NOT_FOUND
          ? new BlockError(e.kind(), folder.file(), "There is no folder \"" + folder + "\"", e)
          : e;
    }
  }

  private static HostDatastoreBrowserSearchResults results(
      Located top, StoredFile folder, FileSearch search, List<DatastoreEntry> entries) {
    var results = new HostDatastoreBrowserSearchResults();
    results.datastore = top.store().reference();
    results.folderPath = folderPath(folder.path());
    results.file = search.of(folder, entries);
    return results;
  }

  /** So that a client that appends a file's name gets its path. */
  private static String folderPath(DatastorePath path) {
    return path.isRoot() ? path.toString() : path + "/";
  }

  /** A walk through the folders, which ends at bounds that no sensible datastore reaches. */
  private static final class Descent {

    private final Located top;
    private final FileSearch search;
    private final TaskBody.Progress progress;
    private final List<HostDatastoreBrowserSearchResults> found;
    private int files;

    Descent(
        Located top,
        FileSearch search,
        TaskBody.Progress progress,
        List<HostDatastoreBrowserSearchResults> found) {
      this.top = top;
      this.search = search;
      this.progress = progress;
      this.found = found;
    }

    void into(StoredFile folder, int depth) {
      if (progress.cancelled()) {
        throw new CancellationException("the search was cancelled");
      }
      List<DatastoreEntry> entries = list(folder);
      files += entries.size();
      if (depth > DEPTH_MAX || files > FILES_MAX) {
        throw new BlockError(
            BlockError.Kind.UNSUPPORTED,
            "\"%s\" is too much to search: at most %d folders deep and %d files"
                .formatted(top.file(), DEPTH_MAX, FILES_MAX));
      }
      found.add(results(top, folder, search, entries));
      for (DatastoreEntry entry : entries) {
        if (entry.directory()) {
          into(folder.resolve(entry.name()), depth + 1);
        }
      }
    }
  }
}
