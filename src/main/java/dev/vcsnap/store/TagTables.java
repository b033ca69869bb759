package dev.vcsnap.store;

import dev.vcsnap.tag.Cardinality;
import dev.vcsnap.tag.Category;
import dev.vcsnap.tag.KeptTags;
import dev.vcsnap.tag.Tag;
import dev.vcsnap.vim.ManagedObjectReference;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Keeps tags in the database. */
public final class TagTables implements KeptTags {

  /** No name of a type has it. */
  private static final String SEPARATOR = " ";

  private final Database database;

  public TagTables(Database database) {
    this.database = database;
  }

  @Override
  public List<Category> categories() {
    return database
        .sql()
        .sql(
            "select id, name, description, cardinality, associable_types from tag_category order by"
                + " number")
        .query((row, index) -> category(row))
        .list();
  }

  private static Category category(ResultSet row) throws SQLException {
    SortedSet<String> types = new TreeSet<>(List.of(row.getString(5).split(SEPARATOR)));
    types.remove("");
    return new Category(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        Cardinality.valueOf(row.getString(4)),
        Collections.unmodifiableSortedSet(types));
  }

  @Override
  public List<Tag> tags() {
    return database
        .sql()
        .sql("select id, category_id, name, description from tag order by number")
        .query((row, index) ->
            new Tag(row.getString(1), row.getString(2), row.getString(3), row.getString(4)))
        .list();
  }

  @Override
  public List<Attachment> attachments() {
    return database
        .sql()
        .sql("select tag_id, object_type, object_id from tag_attachment order by number")
        .query((row, index) ->
            new Attachment(
                row.getString(1), new ManagedObjectReference(row.getString(2), row.getString(3))))
        .list();
  }

  @Override
  public void put(Category category) {
    database
        .row("tag_category")
        .key("id", category.id())
        .set("name", category.name())
        .set("description", category.description())
        .set("cardinality", category.cardinality().name())
        .set("associable_types", String.join(SEPARATOR, category.associableTypes()))
        .put();
  }

  @Override
  public void put(Tag tag) {
    database
        .row("tag")
        .key("id", tag.id())
        .set("category_id", tag.categoryId())
        .set("name", tag.name())
        .set("description", tag.description())
        .put();
  }

  @Override
  public void add(Attachment attachment) {
    run(
        "insert into tag_attachment (tag_id, object_type, object_id) values (?, ?, ?)",
        values(attachment));
  }

  @Override
  public void remove(Attachment attachment) {
    run(
        "delete from tag_attachment where tag_id = ? and object_type = ? and object_id = ?",
        values(attachment));
  }

  @Override
  public void removeCategory(String id) {
    run("delete from tag_category where id = ?", List.of(id));
  }

  @Override
  public void removeTag(String id) {
    run("delete from tag where id = ?", List.of(id));
  }

  private int run(String statement, List<String> values) {
    return database.sql().sql(statement).params(values).update();
  }

  private static List<String> values(Attachment attachment) {
    return List.of(attachment.tagId(), attachment.object().type(), attachment.object().value());
  }
}
