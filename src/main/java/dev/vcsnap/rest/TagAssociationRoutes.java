package dev.vcsnap.rest;

import dev.vcsnap.tag.TagService;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NoPermission;
import dev.vcsnap.vim.VimException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which objects have which tags. Objects that are gone, or that the caller may not see, are left
 * out of answers.
 */
final class TagAssociationRoutes {

  private static final String PATH = "/cis/tagging/tag-association";
  private static final String ONE = PATH + "/{tag_id}";
  private static final int BATCH_MAX = 2_000;
  private static final String ATTACH = "AttachTag";

  /** An object as the Automation interface names it. */
  record ObjectId(@Nullable String id, @Nullable String type) {

    static ObjectId of(ManagedObjectReference object) {
      return new ObjectId(object.value(), object.type());
    }

    ManagedObjectReference reference() {
      if (id == null || type == null) {
        throw RestException.invalid("An object_id needs 'id' and 'type'", "object_id");
      }
      return new ManagedObjectReference(type, id);
    }
  }

  record OnObject(@Nullable ObjectId objectId) {

    ManagedObjectReference reference() {
      return Objects.requireNonNullElse(objectId, new ObjectId(null, null)).reference();
    }
  }

  record OnObjects(@Nullable List<ObjectId> objectIds) {}

  record OnTags(@Nullable List<String> tagIds) {}

  record TagsOnObject(@Nullable ObjectId objectId, @Nullable List<String> tagIds) {}

  record ObjectTags(ObjectId objectId, List<String> tagIds) {}

  record TagObjects(String tagId, List<ObjectId> objectIds) {}

  /** What a batch came to: it goes on after an item that is refused. */
  record BatchResult(boolean success, List<RestError.Message> errorMessages) {}

  private final TagService tags;

  TagAssociationRoutes(TagService tags) {
    this.tags = tags;
  }

  List<Route> routes() {
    return List.of(
        Route.post(
                ONE,
                "attach",
                "Attaches a tag to an object",
                Answer.NOTHING,
                request -> {
                  attach(request, request.id("tag_id"), request.body(OnObject.class).reference());
                  return null;
                })
            .taking(OnObject.class),
        Route.post(
                ONE,
                "detach",
                "Detaches a tag from an object",
                Answer.NOTHING,
                request -> {
                  detach(request, request.id("tag_id"), request.body(OnObject.class).reference());
                  return null;
                })
            .taking(OnObject.class),
        Route.post(
            ONE,
            "list-attached-objects",
            "The objects that have a tag",
            Answer.listOf(ObjectId.class),
            request -> objectsWith(request, request.id("tag_id"))),
        Route.post(
                ONE,
                "attach-tag-to-multiple-objects",
                "Attaches a tag to several objects",
                Answer.one(BatchResult.class),
                request -> overObjects(request, (id, object) -> attach(request, id, object)))
            .taking(OnObjects.class),
        Route.post(
                ONE,
                "detach-tag-from-multiple-objects",
                "Detaches a tag from several objects",
                Answer.one(BatchResult.class),
                request -> overObjects(request, (id, object) -> detach(request, id, object)))
            .taking(OnObjects.class),
        Route.post(
                PATH,
                "list-attached-tags",
                "The tags that an object has",
                Answer.listOf(String.class),
                request -> tagsOn(request, request.body(OnObject.class).reference()))
            .taking(OnObject.class),
        Route.post(
                PATH,
                "list-attachable-tags",
                "The tags that an object does not have and could get",
                Answer.listOf(String.class),
                request -> attachable(request, request.body(OnObject.class).reference()))
            .taking(OnObject.class),
        Route.post(
                PATH,
                "list-attached-tags-on-objects",
                "The tags of several objects; objects without any are left out",
                Answer.listOf(ObjectTags.class),
                this::tagsOnObjects)
            .taking(OnObjects.class),
        Route.post(
                PATH,
                "list-attached-objects-on-tags",
                "The objects of several tags",
                Answer.listOf(TagObjects.class),
                this::objectsOnTags)
            .taking(OnTags.class),
        Route.post(
                PATH,
                "attach-multiple-tags-to-object",
                "Attaches several tags to an object",
                Answer.one(BatchResult.class),
                request -> overTags(request, (id, object) -> attach(request, id, object)))
            .taking(TagsOnObject.class),
        Route.post(
                PATH,
                "detach-multiple-tags-from-object",
                "Detaches several tags from an object",
                Answer.one(BatchResult.class),
                request -> overTags(request, (id, object) -> detach(request, id, object)))
            .taking(TagsOnObject.class));
  }

  private void attach(RestRequest request, String tagId, ManagedObjectReference object) {
    request.vim().read(object, "name");
    request.vim().requireTagging(object, ATTACH);
    tags.attach(tagId, object);
  }

  private void detach(RestRequest request, String tagId, ManagedObjectReference object) {
    request.vim().requireTagging(object, ATTACH);
    tags.detach(tagId, object);
  }

  private List<String> tagsOn(RestRequest request, ManagedObjectReference object) {
    request.vim().read(object, "name");
    return tags.tagsOn(object);
  }

  private List<String> attachable(RestRequest request, ManagedObjectReference object) {
    List<String> present = tagsOn(request, object);
    return tags.tags().stream()
        .filter(tag -> !present.contains(tag.id()) && tags.fits(tag.id(), object))
        .map(tag -> tag.id())
        .toList();
  }

  private List<ObjectId> objectsWith(RestRequest request, String tagId) {
    return tags.objectsWith(tagId).stream()
        .filter(object -> isVisible(request, object))
        .map(ObjectId::of)
        .toList();
  }

  private List<ObjectTags> tagsOnObjects(RestRequest request) {
    return bounded(request.body(OnObjects.class).objectIds, "object_ids").stream()
        .map(ObjectId::reference)
        .filter(object -> isVisible(request, object))
        .map(object -> new ObjectTags(ObjectId.of(object), tags.tagsOn(object)))
        .filter(found -> !found.tagIds.isEmpty())
        .toList();
  }

  private List<TagObjects> objectsOnTags(RestRequest request) {
    return bounded(request.body(OnTags.class).tagIds, "tag_ids").stream()
        .map(id -> new TagObjects(id, objectsWith(request, id)))
        .toList();
  }

  private BatchResult overObjects(
      RestRequest request, BiConsumer<String, ManagedObjectReference> work) {
    String tagId = request.id("tag_id");
    tags.tag(tagId);
    List<RestError.Message> problems = new ArrayList<>();
    for (ObjectId object : bounded(request.body(OnObjects.class).objectIds, "object_ids")) {
      attempt(problems, () -> work.accept(tagId, object.reference()));
    }
    return new BatchResult(problems.isEmpty(), problems);
  }

  private BatchResult overTags(
      RestRequest request, BiConsumer<String, ManagedObjectReference> work) {
    TagsOnObject body = request.body(TagsOnObject.class);
    ManagedObjectReference object = new OnObject(body.objectId).reference();
    List<RestError.Message> problems = new ArrayList<>();
    for (String tagId : bounded(body.tagIds, "tag_ids")) {
      attempt(problems, () -> work.accept(tagId, object));
    }
    return new BatchResult(problems.isEmpty(), problems);
  }

  private static void attempt(List<RestError.Message> problems, Runnable work) {
    try {
      work.run();
    } catch (VimException e) {
      problems.addAll(FaultTranslation.of(e).body().messages());
    } catch (RestException e) {
      problems.addAll(e.body().messages());
    }
  }

  private static boolean isVisible(RestRequest request, ManagedObjectReference object) {
    try {
      request.vim().read(object, "name");
      return true;
    } catch (VimException e) {
      if (e.fault() instanceof ManagedObjectNotFound || e.fault() instanceof NoPermission) {
        return false;
      }
      throw e;
    }
  }

  private static <T> List<T> bounded(@Nullable List<T> items, String name) {
    if (items == null || items.size() > BATCH_MAX) {
      throw RestException.invalid(
          "'" + name + "' must be a list of at most " + BATCH_MAX + " items", name);
    }
    return items;
  }
}
