package dev.vcsnap.call;

import dev.vcsnap.field.FieldService;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;

/** The custom fields manager, and the fields of members of the inventory. */
final class FieldMethods implements MethodTable.Contributor {

  private static final String MANAGER = "CustomFieldsManager";
  private static final String BY_NAME = "setCustomValue";

  private final ObjectRegistry objects;
  private final FieldService fields;

  FieldMethods(ObjectRegistry objects, FieldService fields) {
    this.objects = objects;
    this.fields = fields;
  }

  @Override
  public void contribute(MethodTable table) {
    table
        .on(
            MANAGER,
            "AddCustomFieldDef",
            (context, self, arguments) ->
                fields.add(arguments.string("name"), arguments.optionalString("moType")))
        .on(
            MANAGER,
            "RenameCustomFieldDef",
            (context, self, arguments) -> {
              fields.rename(arguments.integer("key"), arguments.string("name"));
              return null;
            })
        .on(
            MANAGER,
            "RemoveCustomFieldDef",
            (context, self, arguments) -> {
              fields.remove(arguments.integer("key"));
              return null;
            })
        .on(
            MANAGER,
            "SetField",
            (context, self, arguments) -> {
              ManagedObject object = objects.require(arguments.reference("entity"));
              fields.set(object, arguments.integer("key"), arguments.string("value"));
              return null;
            })
        .on(
            "ExtensibleManagedObject",
            BY_NAME,
            (context, self, arguments) -> {
              fields.set(self, arguments.string("key"), arguments.string("value"));
              return null;
            })
        .asks(
            "ExtensibleManagedObject",
            BY_NAME,
            (self, arguments, needs) -> needs.on(self, "Global.SetCustomField"));
  }
}
