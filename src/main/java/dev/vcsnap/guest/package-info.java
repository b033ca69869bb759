/** The guests of the machines: who plays them, and which of them plays which machine's. */
@NullMarked
package dev.vcsnap.guest;

import org.jspecify.annotations.NullMarked;
