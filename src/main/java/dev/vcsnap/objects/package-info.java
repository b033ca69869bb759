/**
 * The objects that clients can refer to, with their properties and what changed in them when.
 *
 * <p>Values are immutable once published: a change replaces the value, in a transaction that every
 * reader sees as one step. Features publish here; the property collector reads here; nothing here
 * knows what a property means.
 */
@NullMarked
package dev.vcsnap.objects;

import org.jspecify.annotations.NullMarked;
