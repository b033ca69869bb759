/** What the audits of the formats share: they walk every entry of a file in bounded memory. */
@NullMarked
package dev.vcsnap.disk.vmdk.audit;

import org.jspecify.annotations.NullMarked;
