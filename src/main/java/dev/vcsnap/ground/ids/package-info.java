/** Identifiers, seeded. */
@NullMarked
package dev.vcsnap.ground.ids;

import org.jspecify.annotations.NullMarked;
