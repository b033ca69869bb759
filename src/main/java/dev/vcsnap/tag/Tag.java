package dev.vcsnap.tag;

/**
 * A label that can be attached to objects.
 *
 * @param id a URN
 * @param categoryId the category that it belongs to
 * @param name unique within its category
 */
public record Tag(String id, String categoryId, String name, String description) {}
