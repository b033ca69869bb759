package dev.vcsnap.vim;

import java.util.List;

/**
 * An array where the interface declares {@code anyType}: the elements with the type that they are
 * declared with.
 *
 * @param element the declared type of one element
 * @param items the elements; empty is a value and differs from unset
 */
public record ArrayOf(TypeRef element, List<?> items) {}
