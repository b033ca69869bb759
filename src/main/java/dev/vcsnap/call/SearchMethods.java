package dev.vcsnap.call;

import dev.vcsnap.inventory.SearchIndexService;
import dev.vcsnap.objects.ManagedObject;
import org.jspecify.annotations.Nullable;

/** Look-ups by identity, path and address; nothing found is an unset result, not a fault. */
public final class SearchMethods implements MethodTable.Contributor {

  private static final String TYPE = "SearchIndex";

  private final SearchIndexService index;

  public SearchMethods(SearchIndexService index) {
    this.index = index;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(TYPE, "FindByUuid", this::findByUuid)
        .on(TYPE, "FindAllByUuid", this::findAllByUuid)
        .on(
            TYPE,
            "FindByInventoryPath",
            (context, self, arguments) ->
                index.findByInventoryPath(arguments.string("inventoryPath")))
        .on(
            TYPE,
            "FindChild",
            (context, self, arguments) ->
                index.findChild(arguments.reference("entity"), arguments.string("name")))
        .on(
            TYPE,
            "FindByDnsName",
            (context, self, arguments) ->
                index.findByDnsName(
                    arguments.optionalReference("datacenter"),
                    arguments.string("dnsName"),
                    arguments.bool("vmSearch")))
        .on(
            TYPE,
            "FindByIp",
            (context, self, arguments) ->
                index.findByIp(
                    arguments.optionalReference("datacenter"),
                    arguments.string("ip"),
                    arguments.bool("vmSearch")))
        .on(
            TYPE,
            "FindByDatastorePath",
            (context, self, arguments) ->
                index.findByDatastorePath(
                    arguments.reference("datacenter"), arguments.string("path")));
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
