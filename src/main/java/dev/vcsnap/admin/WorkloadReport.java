package dev.vcsnap.admin;

import dev.vcsnap.guest.workload.WorkloadState;
import org.jspecify.annotations.Nullable;

/**
 * What a guest's workload does.
 *
 * @param node the disk that it writes; absent if there is no workload
 * @param stepsPerSecond 0 if there is none
 * @param activity "none", "waiting", "running" or "ended"
 * @param steps made since it was started
 * @param problem why it does not go on; empty if it does
 */
record WorkloadReport(
    @Nullable String node, int stepsPerSecond, String activity, long steps, String problem) {

  static final WorkloadReport NONE = new WorkloadReport(null, 0, "none", 0, "");

  static WorkloadReport of(WorkloadState state) {
    return new WorkloadReport(
        state.node(),
        state.stepsPerSecond(),
        ConsistencyReport.word(state.activity()),
        state.steps(),
        state.problem());
  }
}
