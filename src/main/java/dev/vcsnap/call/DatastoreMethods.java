package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.storage.DatastoreFiles;
import dev.vcsnap.storage.DatastoreSearch;
import dev.vcsnap.storage.FileNames;
import dev.vcsnap.storage.Located;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.HostDatastoreBrowserSearchSpec;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.TypeRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datastores, and the browsers that look into them. */
final class DatastoreMethods implements MethodTable.Contributor {

  private static final String BROWSER = "HostDatastoreBrowser";
  private static final String DATASTORE = "Datastore";

  private static final TypeRef RESULTS =
      new TypeRef(TypeRef.Kind.DATA, "HostDatastoreBrowserSearchResults", false);

  private final StorageCalls calls;
  private final DatastoreSearch search;
  private final DatastoreFiles files;

  DatastoreMethods(StorageCalls calls, DatastoreSearch search, DatastoreFiles files) {
    this.calls = calls;
    this.search = search;
    this.files = files;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(BROWSER, "SearchDatastore_Task", this::search)
        .on(BROWSER, "SearchDatastoreSubFolders_Task", this::searchSubFolders)
        .on(BROWSER, "DeleteFile", this::deleteFile)
        // Sizes are read at each request: there is nothing to be refreshed.
        .on(DATASTORE, "RefreshDatastore", (context, self, arguments) -> null)
        .on(DATASTORE, "RefreshDatastoreStorageInfo", (context, self, arguments) -> null)
        .on(DATASTORE, "IsClusteredVmdkEnabled", (context, self, arguments) -> false);
  }

  private ManagedObjectReference search(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located folder = locate(self, arguments);
    var spec = arguments.optionalData("searchSpec", HostDatastoreBrowserSearchSpec.class);
    return calls.start(context, self, arguments, folder, progress -> search.folder(folder, spec));
  }

  private ManagedObjectReference searchSubFolders(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located folder = locate(self, arguments);
    var spec = arguments.optionalData("searchSpec", HostDatastoreBrowserSearchSpec.class);
    return calls.start(
        context,
        self,
        arguments,
        folder,
        progress -> new ArrayOf(RESULTS, search.subFolders(folder, spec, progress)));
  }

  private @Nullable Object deleteFile(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located file = locate(self, arguments);
    return StorageCalls.naming(
        file,
        () -> {
          files.delete(file.file());
          return null;
        });
  }

  /** A browser looks into the datastores of its owner only. */
  private Located locate(ManagedObject self, Arguments arguments) {
    Located located = calls.locate(arguments.string("datastorePath"));
    if (self.get("datastore") instanceof List<?> own
        && !own.contains(located.store().reference())) {
      throw FileNames.invalidDatastore(located.file().path().datastore());
    }
    return located;
  }
}
