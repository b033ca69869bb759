package dev.vcsnap.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.vim.FileInfo;
import dev.vcsnap.vim.FileQuery;
import dev.vcsnap.vim.FileQueryFlags;
import dev.vcsnap.vim.FolderFileInfo;
import dev.vcsnap.vim.FolderFileQuery;
import dev.vcsnap.vim.HostDatastoreBrowserSearchSpec;
import dev.vcsnap.vim.IsoImageFileInfo;
import dev.vcsnap.vim.IsoImageFileQuery;
import dev.vcsnap.vim.VmConfigFileInfo;
import dev.vcsnap.vim.VmConfigFileQuery;
import dev.vcsnap.vim.VmDiskFileInfo;
import dev.vcsnap.vim.VmDiskFileQuery;
import dev.vcsnap.vim.VmDiskFileQueryFilter;
import dev.vcsnap.vim.VmDiskFileQueryFlags;
import dev.vcsnap.vim.VmLogFileInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatastoreSearchTest {

  @TempDir Path root;
  private StorageLab lab;

  @BeforeEach
  void open() {
    lab = new StorageLab(root);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void without_a_specification_all_files_are_named_and_nothing_more() {
    lab.disk("VM/VM.vmdk");
    lab.write("VM/VM.vmx", "");
    var found = lab.search.folder(lab.located("VM"), null);
    assertThat(found.folderPath).isEqualTo("[ds] VM/");
    assertThat(found.datastore).isEqualTo(lab.located("").store().reference());
    assertThat(found.file)
        .extracting(info -> info.path)
        .containsExactly("VM-flat.vmdk", "VM.vmdk", "VM.vmx");
    assertThat(found.file)
        .allSatisfy(info -> {
          assertThat(info.getClass()).isEqualTo(FileInfo.class);
          assertThat(info.fileSize).isNull();
          assertThat(info.modification).isNull();
          assertThat(info.owner).isNull();
        });
  }

  @Test
  void details_are_given_as_asked() {
    lab.write("VM/VM.vmx", "12345");
    lab.write("VM/vmware.log", "1");
    lab.write("VM/boot.iso", "1");
    lab.write("VM/x/y", "1");
    var spec = new HostDatastoreBrowserSearchSpec();
    spec.details = everything();
    var found = lab.search.folder(lab.located("VM/"), spec).file;
    assertThat(found)
        .extracting(info -> (Object) info.getClass())
        .containsExactly(
            VmConfigFileInfo.class,
            IsoImageFileInfo.class,
            VmLogFileInfo.class,
            FolderFileInfo.class)
        .as("VM.vmx, boot.iso, vmware.log, x");
    assertThat(found.getFirst().fileSize).isEqualTo(5);
    assertThat(found.getFirst().modification).isNotNull();
    assertThat(found.getFirst().owner).isEqualTo("root");
  }

  @Test
  void names_are_matched_by_wildcards() {
    lab.write("govc-test-1", "");
    lab.write("govc-test-22", "");
    lab.write("other", "");
    assertThat(named("govc-test-*")).containsExactly("govc-test-1", "govc-test-22");
    assertThat(named("govc-test-?")).containsExactly("govc-test-1");
    assertThat(named("*-22", "oth*")).containsExactly("govc-test-22", "other");
    assertThat(named("GOVC*")).isEmpty();
    assertThat(named("*".repeat(200) + "!")).isEmpty();
    var spec = new HostDatastoreBrowserSearchSpec();
    spec.matchPattern = List.of("GOVC*");
    spec.searchCaseInsensitive = true;
    assertThat(lab.search.folder(lab.located("."), spec).file).hasSize(2);
  }

  @Test
  void a_query_for_disks_finds_descriptors_and_describes_them() {
    lab.disk("VM/VM.vmdk");
    lab.lab.factory.createFlat(lab.file("VM/thick.vmdk").file(), 2 << 20, false, "ide");
    lab.write("VM/VM.vmx", "");
    var query = new VmDiskFileQuery();
    query.details = new VmDiskFileQueryFlags();
    query.details.capacityKb = true;
    query.details.diskType = true;
    query.details.hardwareVersion = true;
    query.details.controllerType = true;
    query.details.diskExtents = true;
    query.details.thin = true;
    var spec = new HostDatastoreBrowserSearchSpec();
    spec.query = List.of(query);
    spec.details = everything();
    var found = lab.search.folder(lab.located("VM"), spec).file;
    assertThat(found).extracting(info -> info.path).containsExactly("VM.vmdk", "thick.vmdk");
    VmDiskFileInfo thin = (VmDiskFileInfo) found.get(0);
    assertThat(thin.capacityKb).isEqualTo(1024);
    assertThat(thin.diskType).isEqualTo("VirtualDiskFlatVer2BackingInfo");
    assertThat(thin.hardwareVersion).isEqualTo(19);
    assertThat(thin.controllerType).isEqualTo("VirtualLsiLogicController");
    assertThat(thin.diskExtents).containsExactly("[ds] VM/VM-flat.vmdk");
    assertThat(thin.thin).isTrue();
    assertThat(thin.fileSize).as("what is stored, not what the guest sees").isLessThan(64 << 10);
    VmDiskFileInfo thick = (VmDiskFileInfo) found.get(1);
    assertThat(thick.controllerType).isEqualTo("VirtualIDEController");
    assertThat(thick.thin).isFalse();
  }

  @Test
  void a_filter_leaves_disks_out() {
    lab.disk("VM/thin.vmdk");
    lab.lab.factory.createFlat(lab.file("VM/thick.vmdk").file(), 1 << 20, false);
    var query = new VmDiskFileQuery();
    query.filter = new VmDiskFileQueryFilter();
    query.filter.thin = true;
    var spec = new HostDatastoreBrowserSearchSpec();
    spec.query = List.of(query);
    assertThat(lab.search.folder(lab.located("VM"), spec).file)
        .extracting(info -> info.path)
        .containsExactly("thin.vmdk");
    query.filter.thin = null;
    query.filter.controllerType = List.of("VirtualIDEController");
    assertThat(lab.search.folder(lab.located("VM"), spec).file).isEmpty();
  }

  @Test
  void several_queries_add_up() {
    lab.write("a.iso", "");
    lab.write("B.ISO", "");
    lab.write("c.vmx", "");
    lab.write("d.txt", "");
    lab.write("e/f", "");
    var spec = new HostDatastoreBrowserSearchSpec();
    spec.query = List.of(new IsoImageFileQuery(), new VmConfigFileQuery());
    assertThat(paths(spec)).containsExactly("a.iso", "c.vmx");
    spec.searchCaseInsensitive = true;
    assertThat(paths(spec)).containsExactly("B.ISO", "a.iso", "c.vmx");
    spec.query = List.of(new FolderFileQuery());
    assertThat(paths(spec)).containsExactly("e");
    spec.query = List.of(new FileQuery());
    assertThat(paths(spec)).hasSize(5);
  }

  @Test
  void folders_come_first_when_asked() {
    lab.write("a", "");
    lab.write("z/b", "");
    var spec = new HostDatastoreBrowserSearchSpec();
    assertThat(paths(spec)).containsExactly("a", "z");
    spec.sortFoldersFirst = true;
    assertThat(paths(spec)).containsExactly("z", "a");
  }

  @Test
  void subfolders_are_searched_each_before_its_own() {
    lab.write("a/b/c.iso", "");
    lab.write("a/d.iso", "");
    lab.write("e.iso", "");
    var spec = new HostDatastoreBrowserSearchSpec();
    spec.query = List.of(new IsoImageFileQuery());
    var found = lab.search.subFolders(lab.located(""), spec, percent -> {});
    assertThat(found)
        .extracting(results -> results.folderPath)
        .containsExactly("[ds]", "[ds] a/", "[ds] a/b/");
    assertThat(found)
        .extracting(results -> results.file.getFirst().path)
        .containsExactly("e.iso", "d.iso", "c.iso");
  }

  @Test
  void what_is_no_folder_is_not_found() {
    lab.write("a", "");
    StorageLab.refuses(Kind.NOT_FOUND, () -> lab.search.folder(lab.located("a"), null));
    StorageLab.refuses(Kind.NOT_FOUND, () -> lab.search.folder(lab.located("b"), null));
  }

  private List<String> named(String... patterns) {
    var spec = new HostDatastoreBrowserSearchSpec();
    spec.matchPattern = List.of(patterns);
    return paths(spec);
  }

  private List<String> paths(HostDatastoreBrowserSearchSpec spec) {
    return lab.search.folder(lab.located(""), spec).file.stream().map(info -> info.path).toList();
  }

  private static FileQueryFlags everything() {
    var flags = new FileQueryFlags();
    flags.fileType = true;
    flags.fileSize = true;
    flags.modification = true;
    flags.fileOwner = true;
    return flags;
  }
}
