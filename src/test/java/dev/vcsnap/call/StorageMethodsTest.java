package dev.vcsnap.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Account;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.storage.FileNames;
import dev.vcsnap.storage.StorageServices;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.FileAlreadyExists;
import dev.vcsnap.vim.FileNotFound;
import dev.vcsnap.vim.HostDatastoreBrowserSearchResults;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidDatastore;
import dev.vcsnap.vim.InvalidDatastorePath;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.VimException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageMethodsTest {

  @TempDir Path root;
  private MachineLab lab;
  private SessionService sessions;
  private CallService calls;
  private Set<String> missing = Set.of();

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    lab.objects.change(tx -> tx.add(new ManagedObject("FileManager", "FileManager")));
    sessions =
        new SessionService(
            lab.clock,
            new Ids(new Dice(1)),
            List.of(Account.administrator("user", "pass")),
            Duration.ofMinutes(30));
    Privileges privileges = (session, object, privilege) -> !missing.contains(privilege);
    var storage = new StorageCalls(new FileNames(lab.tree, true), lab.tasks);
    var files = StorageServices.files(lab);
    calls =
        new CallService(
            lab.objects,
            sessions,
            new MethodTable(
                List.of(
                    new FilePrivileges(new DatastoreNames(lab.tree)),
                    new FileMethods(storage, files),
                    new DatastoreMethods(storage, StorageServices.search(), files))),
            privileges,
            new SimpleMeterRegistry());
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_path_needs_its_datacenter_and_a_datastore_of_it() {
    assertThat(fault(() -> call("FileManager", "MakeDirectory", "name", "[ds] a")))
        .isInstanceOfSatisfying(
            InvalidArgument.class,
            fault -> assertThat(fault.invalidProperty).isEqualTo("datacenter"));
    assertThat(fault(() -> makeDirectory("[other] a")))
        .isInstanceOfSatisfying(
            InvalidDatastore.class, fault -> assertThat(fault.name).isEqualTo("other"));
    assertThat(fault(() -> makeDirectory("a"))).isInstanceOf(InvalidDatastorePath.class);
    assertThat(fault(() -> makeDirectory("[ds] ../a"))).isInstanceOf(InvalidDatastorePath.class);
    makeDirectory("[ds] a");
    assertThat(fault(() -> makeDirectory("[ds] a")))
        .isInstanceOfSatisfying(
            FileAlreadyExists.class, fault -> assertThat(fault.file).isEqualTo("[ds] a"));
  }

  @Test
  @Rule(
      value = "E4",
      says = "What one may not do to a datastore's files is refused at the call.",
      by = Witness.DOCUMENT)
  void files_need_their_privilege_on_the_datastore() {
    missing = Set.of("Datastore.FileManagement");
    assertThat(fault(() -> makeDirectory("[ds] a")))
        .isInstanceOfSatisfying(
            NoPermission.class,
            fault -> {
              assertThat(fault.object).isEqualTo(datastore());
              assertThat(fault.privilegeId).isEqualTo("Datastore.FileManagement");
            });
    missing = Set.of("Datastore.Browse");
    makeDirectory("[ds] a");
    assertThat(fault(() -> call(browser(), "SearchDatastore_Task", "datastorePath", "[ds]")))
        .isInstanceOf(NoPermission.class);
  }

  @Test
  void work_on_files_is_a_task_of_the_datastore_that_says_what_failed() {
    TaskInfo info =
        ended(
            call(
                "FileManager",
                "DeleteDatastoreFile_Task",
                "name",
                "[ds] nothing",
                "datacenter",
                datacenter()));
    assertThat(info.entity).isEqualTo(datastore());
    assertThat(info.entityName).isEqualTo("ds");
    assertThat(info.descriptionId).isEqualTo("FileManager.deleteFile");
    assertThat(info.state).isEqualTo(TaskInfoState.error);
    assertThat(info.error.fault)
        .isInstanceOfSatisfying(
            FileNotFound.class, fault -> assertThat(fault.file).isEqualTo("[ds] nothing"));
  }

  @Test
  void a_destination_is_in_the_datacenter_of_its_source() throws Exception {
    Files.writeString(root.resolve("a"), "1");
    TaskInfo info =
        ended(
            call(
                "FileManager",
                "CopyDatastoreFile_Task",
                "sourceName",
                "[ds] a",
                "sourceDatacenter",
                datacenter(),
                "destinationName",
                "[ds] b"));
    assertThat(info.state).isEqualTo(TaskInfoState.success);
    assertThat(Files.readString(root.resolve("b"))).isEqualTo("1");
  }

  @Test
  void a_search_returns_its_results_in_the_task() throws Exception {
    Files.createDirectories(root.resolve("a/b"));
    TaskInfo one = ended(call(browser(), "SearchDatastore_Task", "datastorePath", "[ds] a"));
    assertThat(one.result)
        .isInstanceOfSatisfying(
            HostDatastoreBrowserSearchResults.class,
            results -> assertThat(results.file).hasSize(1));
    TaskInfo all =
        ended(call(browser(), "SearchDatastoreSubFolders_Task", "datastorePath", "[ds]"));
    assertThat(all.result)
        .isInstanceOfSatisfying(ArrayOf.class, results -> assertThat(results.items()).hasSize(3));
    assertThat(all.descriptionId).isEqualTo("host.DatastoreBrowser.searchSubFolders");
  }

  @Test
  void a_browser_deletes_a_file_at_once() throws Exception {
    Files.writeString(root.resolve("a"), "1");
    call(browser(), "DeleteFile", "datastorePath", "[ds] a");
    assertThat(root.resolve("a")).doesNotExist();
  }

  private void makeDirectory(String name) {
    call("FileManager", "MakeDirectory", "name", name, "datacenter", datacenter());
  }

  private ManagedObjectReference datacenter() {
    return lab.tree.datacenter().reference();
  }

  private ManagedObjectReference datastore() {
    return lab.tree.defaultDatastore().reference();
  }

  private String browser() {
    return ((ManagedObjectReference)
            Objects.requireNonNull(lab.tree.defaultDatastore().object().get("browser")))
        .value();
  }

  private @Nullable Object call(String object, String method, Object... namesAndValues) {
    var session = sessions.login("user", "pass", "en", "10.0.0.1", "test").orElseThrow();
    CallContext context = calls.open(session.id(), Release.parse("8.0.3.0"), "10.0.0.1", "test");
    Target target = calls.resolve(context, null, object, method);
    var arguments = new Arguments(target.method());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      arguments.with((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return calls.call(context, target, arguments);
  }

  private TaskInfo ended(@Nullable Object task) {
    ManagedObject object =
        Objects.requireNonNull(
            lab.objects.find((ManagedObjectReference) Objects.requireNonNull(task)));
    while (TaskService.info(object).completeTime == null) {
      Thread.onSpinWait();
    }
    return TaskService.info(object);
  }

  private static @Nullable Object fault(Runnable action) {
    VimException thrown = catchThrowableOfType(VimException.class, action::run);
    return thrown == null ? null : thrown.fault();
  }
}
