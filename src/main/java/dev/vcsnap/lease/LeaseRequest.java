package dev.vcsnap.lease;

import dev.vcsnap.session.Session;
import dev.vcsnap.task.TaskRequest;

/**
 * Who asks for a lease.
 *
 * @param session whose lease it will be
 * @param serverAddress how that client reaches the server, e.g. {@code https://vc.example:8989}
 * @param task what the task that runs for as long as the lease is about
 */
public record LeaseRequest(Session session, String serverAddress, TaskRequest task) {}
