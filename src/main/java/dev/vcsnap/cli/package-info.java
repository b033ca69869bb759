/** The commands of the program. */
@NullMarked
package dev.vcsnap.cli;

import org.jspecify.annotations.NullMarked;
