/** Who vouches for what: tests carry the numbers of the rules that they show. */
@NullMarked
package dev.vcsnap.evidence;

import org.jspecify.annotations.NullMarked;
