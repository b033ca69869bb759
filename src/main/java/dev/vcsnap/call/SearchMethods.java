package dev.vcsnap.call;

import dev.vcsnap.inventory.SearchIndexService;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.rights.Access;
import dev.vcsnap.rights.AccessService;
import dev.vcsnap.rights.PrivilegeCatalog;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Look-ups by identity, path and address; nothing found is an unset result, not a fault. */
public final class SearchMethods implements MethodTable.Contributor {

  private static final String TYPE = "SearchIndex";

  private final SearchIndexService index;
  private final ObjectRegistry objects;
  private final AccessService access;

  public SearchMethods(SearchIndexService index, ObjectRegistry objects, AccessService access) {
    this.index = index;
    this.objects = objects;
    this.access = access;
  }

  @Override
  public void contribute(MethodTable table) {
    serve(table, "FindByUuid", this::findByUuid);
    serve(table, "FindAllByUuid", this::findAllByUuid);
    serve(
        table,
        "FindByInventoryPath",
        (context, self, arguments) -> index.findByInventoryPath(arguments.string("inventoryPath")));
    serve(
        table,
        "FindChild",
        (context, self, arguments) ->
            index.findChild(arguments.reference("entity"), arguments.string("name")));
    serve(
        table,
        "FindByDnsName",
        (context, self, arguments) ->
            index.findByDnsName(
                arguments.optionalReference("datacenter"),
                arguments.string("dnsName"),
                arguments.bool("vmSearch")));
    serve(
        table,
        "FindAllByDnsName",
        (context, self, arguments) ->
            index.findAllByDnsName(
                arguments.optionalReference("datacenter"),
                arguments.string("dnsName"),
                arguments.bool("vmSearch")));
    serve(
        table,
        "FindByIp",
        (context, self, arguments) ->
            index.findByIp(
                arguments.optionalReference("datacenter"),
                arguments.string("ip"),
                arguments.bool("vmSearch")));
    serve(
        table,
        "FindAllByIp",
        (context, self, arguments) ->
            index.findAllByIp(
                arguments.optionalReference("datacenter"),
                arguments.string("ip"),
                arguments.bool("vmSearch")));
    serve(
        table,
        "FindByDatastorePath",
        (context, self, arguments) ->
            index.findByDatastorePath(arguments.reference("datacenter"), arguments.string("path")));
  }

  /** What the caller may not see is not found. */
  private void serve(MethodTable table, String method, MethodHandler search) {
    table.on(
        TYPE,
        method,
        (context, self, arguments) -> {
          Object found = search.invoke(context, self, arguments);
          Access caller = access.of(context.requireSession());
          if (found instanceof List<?> list) {
            return list.stream().filter(one -> sees(caller, one)).toList();
          }
          return found == null || !sees(caller, found) ? null : found;
        });
  }

  private boolean sees(Access caller, Object reference) {
    ManagedObject object = objects.find((ManagedObjectReference) reference);
    return object != null && caller.has(object, PrivilegeCatalog.VIEW);
  }

  private @Nullable Object findByUuid(
      CallContext context, ManagedObject self, Arguments arguments) {
    return index.findByUuid(
        arguments.optionalReference("datacenter"),
        arguments.string("uuid"),
        arguments.bool("vmSearch"),
        arguments.boolOr("instanceUuid", false));
  }

  private @Nullable Object findAllByUuid(
      CallContext context, ManagedObject self, Arguments arguments) {
    return index.findAllByUuid(
        arguments.optionalReference("datacenter"),
        arguments.string("uuid"),
        arguments.bool("vmSearch"),
        arguments.boolOr("instanceUuid", false));
  }
}
