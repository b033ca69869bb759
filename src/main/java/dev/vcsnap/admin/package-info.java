/**
 * {@code /_vcsnap}: what no vCenter has and testers need. Its OpenAPI document, which springdoc
 * makes of the controllers, is at {@code /v3/api-docs}.
 */
@NullMarked
package dev.vcsnap.admin;

import org.jspecify.annotations.NullMarked;
