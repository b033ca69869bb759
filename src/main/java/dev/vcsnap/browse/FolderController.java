package dev.vcsnap.browse;

import dev.vcsnap.call.Privileges;
import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.lease.ComposedLinks;
import dev.vcsnap.session.Admission;
import dev.vcsnap.session.Session;
import dev.vcsnap.storage.DatastoreFiles;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Files and folders of datastores: to read, to upload and to delete. */
@RestController
final class FolderController {

  private static final String BROWSE = "Datastore.Browse";
  private static final String MANAGE = "Datastore.FileManagement";
  private static final String DISK = ".vmdk";
  private static final String FLAT = "-flat.vmdk";

  private final InventoryTree tree;
  private final Admission admission;
  private final Privileges privileges;
  private final DatastoreFiles files;
  private final ComposedLinks links;
  private final boolean composing;

  FolderController(
      InventoryTree tree,
      Admission admission,
      Privileges privileges,
      DatastoreFiles files,
      ComposedLinks links,
      @Value("${vcsnap.folder.composed-links:true}") boolean composing) {
    this.tree = tree;
    this.admission = admission;
    this.privileges = privileges;
    this.files = files;
    this.links = links;
    this.composing = composing;
  }

  @RequestMapping(
      path = {FolderTarget.ROOT, FolderTarget.ROOT + "/**"},
      method = {RequestMethod.GET, RequestMethod.HEAD})
  void read(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Optional<BrowsedStore> permitted = permitted(request, response, BROWSE);
    if (permitted.isEmpty()) {
      return;
    }
    BrowsedStore place = permitted.get();
    DatastorePath path = pathOf(place, request);
    Optional<DatastoreEntry> entry = place.datastore().entry(path);
    if (entry.isEmpty()) {
      readComposed(new StoredFile(place.datastore(), path), request, response);
    } else if (entry.get().directory()) {
      String page = new ListingPage(place, path).html(place.datastore().list(path));
      PlainText.send(response, HttpServletResponse.SC_OK, "text/html;charset=utf-8", page);
    } else {
      FileAnswer.send(place.datastore(), path, request, response);
    }
  }

  /**
   * Where there would be the bytes of a flat disk there may be a delta's descriptor: virt-v2v asks
   * for them, and would otherwise take the base without what was written since.
   */
  private void readComposed(
      StoredFile file, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String name = file.path().fileName();
    boolean shown =
        composing
            && name.endsWith(FLAT)
            && links.look(
                file.folder().resolve(name.substring(0, name.length() - FLAT.length()) + DISK),
                disk -> DiskAnswer.send(disk, request, response));
    if (!shown) {
      throw new NothingThereException("There is no file \"" + file + "\"");
    }
  }

  /** The name keeps what it had until all of the new content is there. */
  @RequestMapping(
      path = {FolderTarget.ROOT, FolderTarget.ROOT + "/**"},
      method = RequestMethod.PUT)
  void upload(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Optional<BrowsedStore> permitted = permitted(request, response, MANAGE);
    if (permitted.isEmpty()) {
      return;
    }
    StoredFile file = fileOf(permitted.get(), request);
    boolean isNew = files.upload(file, request.getInputStream(), request.getContentLengthLong());
    response.setStatus(isNew ? HttpServletResponse.SC_CREATED : HttpServletResponse.SC_OK);
    // libvirt has no place for a body here and crashes over one.
    response.setContentLength(0);
  }

  @RequestMapping(
      path = {FolderTarget.ROOT, FolderTarget.ROOT + "/**"},
      method = RequestMethod.DELETE)
  void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Optional<BrowsedStore> permitted = permitted(request, response, MANAGE);
    if (permitted.isPresent()) {
      StoredFile file = fileOf(permitted.get(), request);
      files.delete(file);
      PlainText.send(response, HttpServletResponse.SC_OK, "\"" + file + "\" was deleted");
    }
  }

  /** Every other method. */
  @RequestMapping({FolderTarget.ROOT, FolderTarget.ROOT + "/**"})
  void refuse(HttpServletResponse response) throws IOException {
    response.setHeader("Allow", "GET, HEAD, PUT, DELETE");
    PlainText.send(
        response,
        HttpServletResponse.SC_METHOD_NOT_ALLOWED,
        "Datastore files can be read, uploaded and deleted");
  }

  /** The datastore that is asked for; empty when the answer was given already. */
  private Optional<BrowsedStore> permitted(
      HttpServletRequest request, HttpServletResponse response, String privilegeId)
      throws IOException {
    Optional<Session> session = admission.sessionOf(request, response);
    if (session.isEmpty()) {
      PlainText.send(
          response, HttpServletResponse.SC_UNAUTHORIZED, "Log in to use datastore files");
      return Optional.empty();
    }
    FolderTarget target = target(request);
    BrowsedStore place =
        BrowsedStore.find(tree, target)
            .orElseThrow(() -> new NothingThereException("There is no such datastore: " + target));
    if (!privileges.has(session.get(), place.store().object(), privilegeId)) {
      PlainText.send(
          response, HttpServletResponse.SC_FORBIDDEN, "This needs the privilege " + privilegeId);
      return Optional.empty();
    }
    return Optional.of(place);
  }

  private static FolderTarget target(HttpServletRequest request) {
    return FolderTarget.of(request.getRequestURI(), request.getQueryString());
  }

  private static DatastorePath pathOf(BrowsedStore place, HttpServletRequest request) {
    return place.pathOf(target(request).path());
  }

  private static StoredFile fileOf(BrowsedStore place, HttpServletRequest request) {
    return new StoredFile(place.datastore(), pathOf(place, request));
  }
}
