package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.property.Views;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Views: lists of objects that a client makes once and traverses often. */
public final class ViewMethods implements MethodTable.Contributor {

  private static final String MANAGER = "ViewManager";
  private static final String LIST = "ListView";
  private static final String INVENTORY = "InventoryView";

  private final Views views;
  private final Supplier<ManagedObjectReference> rootFolder;

  /**
   * Makes the methods.
   *
   * @param rootFolder where views of the whole inventory begin
   */
  public ViewMethods(Views views, Supplier<ManagedObjectReference> rootFolder) {
    this.views = views;
    this.rootFolder = rootFolder;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(MANAGER, "CreateContainerView", this::createContainerView)
        .on(
            MANAGER,
            "CreateListView",
            (context, self, arguments) ->
                views.createListView(context.requireSession(), references(arguments, "obj")))
        .on(
            MANAGER,
            "CreateListViewFromView",
            (context, self, arguments) ->
                views.createListViewFromView(context.requireSession(), arguments.reference("view")))
        .on(LIST, "ModifyListView", this::modifyListView)
        .on(
            LIST,
            "ResetListView",
            (context, self, arguments) ->
                views.resetListView(
                    context.requireSession(), self.reference(), references(arguments, "obj")))
        .on(LIST, "ResetListViewFromView", this::resetListViewFromView)
        .on(
            MANAGER,
            "CreateInventoryView",
            (context, self, arguments) ->
                views.createInventoryView(context.requireSession(), rootFolder.get()))
        .on(
            INVENTORY,
            "OpenInventoryViewFolder",
            (context, self, arguments) ->
                views.openFolders(
                    context.requireSession(), self.reference(), references(arguments, "entity")))
        .on(
            INVENTORY,
            "CloseInventoryViewFolder",
            (context, self, arguments) ->
                views.closeFolders(
                    context.requireSession(), self.reference(), references(arguments, "entity")))
        .on("View", "DestroyView", this::destroyView);
  }

  private @Nullable Object createContainerView(
      CallContext context, ManagedObject self, Arguments arguments) {
    return views.createContainerView(
        context.requireSession(),
        arguments.reference("container"),
        arguments.list("type", String.class),
        arguments.bool("recursive"));
  }

  private @Nullable Object modifyListView(
      CallContext context, ManagedObject self, Arguments arguments) {
    return views.modifyListView(
        context.requireSession(),
        self.reference(),
        references(arguments, "add"),
        references(arguments, "remove"));
  }

  private @Nullable Object resetListViewFromView(
      CallContext context, ManagedObject self, Arguments arguments) {
    views.resetListViewFromView(
        context.requireSession(), self.reference(), arguments.reference("view"));
    return null;
  }

  private @Nullable Object destroyView(
      CallContext context, ManagedObject self, Arguments arguments) {
    views.destroyView(context.requireSession(), self.reference());
    return null;
  }

  private static List<ManagedObjectReference> references(Arguments arguments, String name) {
    return arguments.list(name, ManagedObjectReference.class);
  }
}
