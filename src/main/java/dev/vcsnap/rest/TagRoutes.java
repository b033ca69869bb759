package dev.vcsnap.rest;

import dev.vcsnap.tag.Tag;
import dev.vcsnap.tag.TagService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tags. */
final class TagRoutes {

  private static final String PATH = "/cis/tagging/tag";
  private static final String ONE = PATH + "/{tag_id}";
  private static final String OF_CATEGORY = "list-tags-for-category";

  record CreateSpec(
      @Nullable String name,
      @Nullable String description,
      @Nullable String categoryId,
      @Nullable String tagId) {}

  record UpdateSpec(@Nullable String name, @Nullable String description) {}

  record OfCategory(@Nullable String categoryId) {}

  record Model(String id, String categoryId, String name, String description, List<String> usedBy) {

    static Model of(Tag tag) {
      return new Model(tag.id(), tag.categoryId(), tag.name(), tag.description(), List.of());
    }
  }

  private final TagService tags;

  TagRoutes(TagService tags) {
    this.tags = tags;
  }

  List<Route> routes() {
    return List.of(
        Route.post(PATH, "", "Makes a tag", Answer.created(), this::create)
            .taking(CreateSpec.class, "create_spec"),
        Route.get(
            PATH,
            "The ids of all tags",
            Answer.listOf(String.class),
            request -> tags.tags().stream().map(Tag::id).toList()),
        Route.post(
                PATH,
                OF_CATEGORY,
                "The ids of the tags of a category",
                Answer.listOf(String.class),
                request -> ofCategory(required(request.body(OfCategory.class).categoryId)))
            .taking(OfCategory.class),
        // The older form has the category in the path, where a tag stands otherwise.
        Route.post(
            ONE,
            OF_CATEGORY,
            "The same with the category in the path",
            Answer.listOf(String.class),
            request -> ofCategory(request.id("tag_id"))),
        Route.get(
            ONE,
            "One tag",
            Answer.one(Model.class),
            request -> Model.of(tags.tag(request.id("tag_id")))),
        Route.patch(ONE, "Changes a tag", this::update).taking(UpdateSpec.class, "update_spec"),
        Route.delete(
            ONE,
            "Deletes a tag; objects lose it",
            request -> {
              request.vim().requireTagging(null, "DeleteTag");
              tags.deleteTag(request.id("tag_id"));
              return null;
            }));
  }

  private String create(RestRequest request) {
    request.vim().requireTagging(null, "CreateTag");
    CreateSpec spec = request.body(CreateSpec.class);
    return tags.createTag(spec.categoryId, spec.name, spec.description).id();
  }

  private @Nullable Object update(RestRequest request) {
    request.vim().requireTagging(null, "EditTag");
    UpdateSpec spec = request.body(UpdateSpec.class);
    tags.updateTag(request.id("tag_id"), spec.name, spec.description);
    return null;
  }

  private List<String> ofCategory(String categoryId) {
    return tags.tagsIn(categoryId).stream().map(Tag::id).toList();
  }

  private static String required(@Nullable String categoryId) {
    if (categoryId == null) {
      throw RestException.invalid("'category_id' is missing", "category_id");
    }
    return categoryId;
  }
}
