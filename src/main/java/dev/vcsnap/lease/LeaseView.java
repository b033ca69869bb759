package dev.vcsnap.lease;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.HttpNfcLeaseCapabilities;
import dev.vcsnap.vim.HttpNfcLeaseInfo;
import dev.vcsnap.vim.HttpNfcLeaseMode;
import dev.vcsnap.vim.HttpNfcLeaseState;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import org.jspecify.annotations.Nullable;

/** What clients see of a lease: its properties. */
final class LeaseView {

  private final ObjectRegistry objects;
  private final ManagedObject object;

  LeaseView(ObjectRegistry objects, ManagedObject object) {
    this.objects = objects;
    this.object = object;
  }

  ManagedObjectReference reference() {
    return object.reference();
  }

  /**
   * Shows a lease that begins.
   *
   * @param kind files are fetched only into an import
   */
  void begin(LeaseKind kind) {
    var capabilities = new HttpNfcLeaseCapabilities();
    capabilities.pullModeSupported = kind == LeaseKind.IMPORT;
    capabilities.corsSupported = false;
    objects.change(tx ->
        tx.add(object)
            .set(object, "state", HttpNfcLeaseState.initializing)
            .set(object, "initializeProgress", 0)
            .set(object, "transferProgress", 0)
            .set(object, "mode", HttpNfcLeaseMode.pushOrGet.name())
            .set(object, "capabilities", capabilities));
  }

  void ready(HttpNfcLeaseInfo info) {
    objects.change(tx ->
        tx.set(object, "info", info)
            .set(object, "initializeProgress", 100)
            .set(object, "state", HttpNfcLeaseState.ready));
  }

  void progress(int percent) {
    objects.change(tx -> tx.set(object, "transferProgress", percent));
  }

  void mode(HttpNfcLeaseMode mode) {
    objects.change(tx -> tx.set(object, "mode", mode.name()));
  }

  void end(HttpNfcLeaseState state, @Nullable VimException error) {
    objects.change(tx ->
        tx.set(object, "state", state)
            .set(object, "error", error == null ? null : error.localized()));
  }
}
