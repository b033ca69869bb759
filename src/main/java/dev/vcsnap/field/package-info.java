/** Custom fields: values that clients define for members of the inventory and give to them. */
@NullMarked
package dev.vcsnap.field;

import org.jspecify.annotations.NullMarked;
