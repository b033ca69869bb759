package dev.vcsnap.browse;

import dev.vcsnap.datastore.DatastoreEntry;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.inventory.InventoryTree;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Files and folders of datastores, for reading. */
@RestController
final class FolderController {

  private final InventoryTree tree;
  private final Admission admission;

  FolderController(InventoryTree tree, Admission admission) {
    this.tree = tree;
    this.admission = admission;
  }

  @RequestMapping(
      path = {FolderTarget.ROOT, FolderTarget.ROOT + "/**"},
      method = {RequestMethod.GET, RequestMethod.HEAD})
  void read(HttpServletRequest request, HttpServletResponse response) throws IOException {
    if (!admission.admits(request, response)) {
      PlainText.send(
          response, HttpServletResponse.SC_UNAUTHORIZED, "Log in to read datastore files");
      return;
    }
    FolderTarget target = FolderTarget.of(request.getRequestURI(), request.getQueryString());
    Place place =
        Place.find(tree, target)
            .orElseThrow(() -> new NothingThereException("There is no such datastore: " + target));
    DatastorePath path = place.pathOf(target.path());
    DatastoreEntry entry =
        place
            .datastore()
            .entry(path)
            .orElseThrow(() -> new NothingThereException("There is no file \"" + path + "\""));
    if (entry.directory()) {
      String page = new ListingPage(place, path).html(place.datastore().list(path));
      PlainText.send(response, HttpServletResponse.SC_OK, "text/html;charset=utf-8", page);
    } else {
      FileAnswer.send(place.datastore(), path, request, response);
    }
  }

  /** Every other method. */
  @RequestMapping({FolderTarget.ROOT, FolderTarget.ROOT + "/**"})
  void refuse(HttpServletResponse response) throws IOException {
    response.setHeader("Allow", "GET, HEAD");
    PlainText.send(
        response, HttpServletResponse.SC_METHOD_NOT_ALLOWED, "Datastore files can only be read");
  }
}
