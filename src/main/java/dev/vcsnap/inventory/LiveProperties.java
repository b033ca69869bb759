package dev.vcsnap.inventory;

import dev.vcsnap.objects.ComputedProperty;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The properties of the service's objects that other features know the value of, by object id.
 *
 * <p>They are handed over before the objects are published, since a property cannot become computed
 * afterwards.
 */
public final class LiveProperties {

  /** One property and where its value comes from. */
  record Live(String objectId, String property, ComputedProperty value) {}

  private final Map<String, Live> byName = new HashMap<>();

  /** Nothing but the defaults: no tasks, views, filters or events. */
  public LiveProperties() {
    with("TaskManager", "recentTask", session -> List.of())
        .with("ViewManager", "viewList", session -> List.of())
        .with("propertyCollector", "filter", session -> List.of());
  }

  /** Takes the value of a property from elsewhere, e.g. {@code TaskManager}, {@code recentTask}. */
  public LiveProperties with(String objectId, String property, ComputedProperty value) {
    byName.put(objectId + " " + property, new Live(objectId, property, value));
    return this;
  }

  List<Live> all() {
    return List.copyOf(byName.values());
  }
}
