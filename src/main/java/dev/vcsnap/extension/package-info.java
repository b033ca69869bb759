/** Programs that work with the vCenter and are registered with it. */
@NullMarked
package dev.vcsnap.extension;

import org.jspecify.annotations.NullMarked;
