/** Chance: seeded streams of numbers. */
@NullMarked
package dev.vcsnap.ground.dice;

import org.jspecify.annotations.NullMarked;
