/**
 * Long operations as vCenter reports them: queued, running, success or error, with progress, one at
 * a time a machine.
 */
@NullMarked
package dev.vcsnap.task;

import org.jspecify.annotations.NullMarked;
