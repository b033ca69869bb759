/**
 * VI/JSON: the same methods as SOAP, as JSON over plain paths, and the OpenAPI document that
 * describes them.
 *
 * <p>A request names release, type, object and method in its path and carries the arguments as one
 * JSON object. Encoding and decoding are driven by the interface's own type descriptions, so there
 * is no class here per method. Nothing is decided here: every call goes through {@link
 * dev.vcsnap.call.CallService}.
 */
@NullMarked
package dev.vcsnap.vijson;

import org.jspecify.annotations.NullMarked;
