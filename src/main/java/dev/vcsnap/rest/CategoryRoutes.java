package dev.vcsnap.rest;

import dev.vcsnap.tag.Cardinality;
import dev.vcsnap.tag.Category;
import dev.vcsnap.tag.TagService;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Categories of tags. */
final class CategoryRoutes {

  private static final String PATH = "/cis/tagging/category";
  private static final String ONE = PATH + "/{category_id}";

  record CreateSpec(
      @Nullable String name,
      @Nullable String description,
      @Nullable Cardinality cardinality,
      @Nullable List<String> associableTypes,
      @Nullable String categoryId) {}

  record UpdateSpec(
      @Nullable String name,
      @Nullable String description,
      @Nullable Cardinality cardinality,
      @Nullable List<String> associableTypes) {}

  record Model(
      String id,
      String name,
      String description,
      Cardinality cardinality,
      List<String> associableTypes,
      List<String> usedBy) {

    static Model of(Category category) {
      return new Model(
          category.id(),
          category.name(),
          category.description(),
          category.cardinality(),
          List.copyOf(category.associableTypes()),
          List.of());
    }
  }

  private final TagService tags;

  CategoryRoutes(TagService tags) {
    this.tags = tags;
  }

  List<Route> routes() {
    return List.of(
        Route.post(PATH, "", "Makes a category", Answer.created(), this::create)
            .taking(CreateSpec.class, "create_spec"),
        Route.get(
            PATH,
            "The ids of all categories",
            Answer.listOf(String.class),
            request -> tags.categories().stream().map(Category::id).toList()),
        Route.get(
            ONE,
            "One category",
            Answer.one(Model.class),
            request -> Model.of(tags.category(request.id("category_id")))),
        Route.patch(ONE, "Changes a category; it can only become wider", this::update)
            .taking(UpdateSpec.class, "update_spec"),
        Route.delete(
            ONE,
            "Deletes a category and its tags",
            request -> {
              request.vim().requireTagging(null, "DeleteCategory");
              tags.deleteCategory(request.id("category_id"));
              return null;
            }));
  }

  private String create(RestRequest request) {
    request.vim().requireTagging(null, "CreateCategory");
    CreateSpec spec = request.body(CreateSpec.class);
    return tags.createCategory(spec.name, spec.description, spec.cardinality, spec.associableTypes)
        .id();
  }

  private @Nullable Object update(RestRequest request) {
    request.vim().requireTagging(null, "EditCategory");
    UpdateSpec spec = request.body(UpdateSpec.class);
    tags.updateCategory(
        request.id("category_id"),
        spec.name,
        spec.description,
        spec.cardinality,
        spec.associableTypes);
    return null;
  }
}
