package dev.vcsnap.alarm;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.ManagedEntityStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The part of an alarm's expression that is read off an entity's properties. */
sealed interface AlarmCondition {

  /** How the entity is by this condition; gray where it cannot be told. */
  ManagedEntityStatus of(ManagedObject entity);

  /** True if the condition says something about entities of that kind. */
  boolean concerns(ManagedObject entity);

  /** One property, compared with the value that means yellow and the one that means red. */
  record State(
      String type, String path, boolean equal, @Nullable String yellow, @Nullable String red)
      implements AlarmCondition {

    @Override
    public ManagedEntityStatus of(ManagedObject entity) {
      String value = valueOf(entity);
      if (value == null) {
        return ManagedEntityStatus.gray;
      }
      if (red != null && value.equals(red) == equal) {
        return ManagedEntityStatus.red;
      }
      return yellow != null && value.equals(yellow) == equal
          ? ManagedEntityStatus.yellow
          : ManagedEntityStatus.green;
    }

    @Override
    public boolean concerns(ManagedObject entity) {
      return entity.type().isA(type);
    }

    private @Nullable String valueOf(ManagedObject entity) {
      String[] members = path.split("\\.", -1);
      Object value =
          entity.type().properties().containsKey(members[0]) ? entity.get(members[0]) : null;
      for (int i = 1; i < members.length && value != null; i++) {
        int index = value instanceof DataObject data ? data.vimType().indexOf(members[i]) : -1;
        value = index < 0 ? null : ((DataObject) value).get(index);
      }
      return value == null ? null : value.toString();
    }
  }

  /** The worst of several. */
  record Any(List<AlarmCondition> parts) implements AlarmCondition {

    @Override
    public ManagedEntityStatus of(ManagedObject entity) {
      return statuses(parts, entity).max(SEVERITY).orElse(ManagedEntityStatus.gray);
    }

    @Override
    public boolean concerns(ManagedObject entity) {
      return parts.stream().anyMatch(part -> part.concerns(entity));
    }
  }

  /** The mildest of several: none holds unless all do. */
  record All(List<AlarmCondition> parts) implements AlarmCondition {

    @Override
    public ManagedEntityStatus of(ManagedObject entity) {
      return statuses(parts, entity).min(SEVERITY).orElse(ManagedEntityStatus.gray);
    }

    @Override
    public boolean concerns(ManagedObject entity) {
      return parts.stream().allMatch(part -> part.concerns(entity));
    }
  }

  /** Gray, green, yellow, red. */
  Comparator<ManagedEntityStatus> SEVERITY = Comparator.comparingInt(Enum::ordinal);

  private static Stream<ManagedEntityStatus> statuses(
      List<AlarmCondition> parts, ManagedObject entity) {
    return parts.stream()
        .filter(part -> part.concerns(entity))
        .map(part -> part.of(entity))
        .filter(Objects::nonNull);
  }
}
