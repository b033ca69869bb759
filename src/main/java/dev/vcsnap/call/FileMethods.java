package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.storage.DatastoreFiles;
import dev.vcsnap.storage.Located;
import dev.vcsnap.vim.ManagedObjectReference;
import org.jspecify.annotations.Nullable;

/** Files and folders of datastores, by their paths. */
final class FileMethods implements MethodTable.Contributor {

  private static final String TYPE = "FileManager";

  private final StorageCalls calls;
  private final DatastoreFiles files;

  FileMethods(StorageCalls calls, DatastoreFiles files) {
    this.calls = calls;
    this.files = files;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "MakeDirectory", this::makeDirectory)
        .on(TYPE, "DeleteDatastoreFile_Task", this::delete)
        .on(TYPE, "MoveDatastoreFile_Task", this::move)
        .on(TYPE, "CopyDatastoreFile_Task", this::copy)
        .on(TYPE, "ChangeOwner", this::changeOwner);
  }

  private @Nullable Object makeDirectory(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located folder = calls.locate(arguments, "name", "datacenter");
    boolean parents = arguments.boolOr("createParentDirectories", false);
    return StorageCalls.naming(
        folder,
        () -> {
          files.makeDirectory(folder.file(), parents);
          return null;
        });
  }

  private ManagedObjectReference delete(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located file = calls.locate(arguments, "name", "datacenter");
    return calls.start(
        context,
        self,
        arguments,
        file,
        progress -> {
          files.delete(file.file());
          return null;
        });
  }

  private ManagedObjectReference move(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located source = source(arguments);
    Located target = target(arguments);
    boolean force = arguments.boolOr("force", false);
    return calls.start(
        context,
        self,
        arguments,
        source,
        progress -> {
          files.move(source.file(), target.file(), force, progress);
          return null;
        });
  }

  private ManagedObjectReference copy(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located source = source(arguments);
    Located target = target(arguments);
    boolean force = arguments.boolOr("force", false);
    return calls.start(
        context,
        self,
        arguments,
        target,
        progress -> {
          files.copy(source.file(), target.file(), force, progress);
          return null;
        });
  }

  private Located source(Arguments arguments) {
    return calls.locate(arguments, "sourceName", "sourceDatacenter");
  }

  private Located target(Arguments arguments) {
    return calls.locateDestination(
        arguments, "destinationName", "destinationDatacenter", "sourceDatacenter");
  }

  private @Nullable Object changeOwner(
      CallContext context, ManagedObject self, Arguments arguments) {
    Located file = calls.locate(arguments, "name", "datacenter");
    String owner = arguments.string("owner");
    return StorageCalls.naming(
        file,
        () -> {
          files.changeOwner(file.file(), owner);
          return null;
        });
  }
}
