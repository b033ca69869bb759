package dev.vcsnap.guest.simulated;

import java.util.List;

/**
 * A VSS writer of a Windows guest.
 *
 * @param name as {@code vssadmin} shows it
 * @param id of the writer's class; Microsoft's own numbers
 * @param component what of it is backed up
 * @param application true for the one that stands for the guest's {@link Workload application}
 */
record VssWriter(String name, String id, String component, boolean application) {

  /** The writers of a server with an SQL server and an Exchange on it. */
  static final List<VssWriter> ALL =
      List.of(
          new VssWriter(
              "Task Scheduler Writer", "{d61d61c8-d73a-4eee-8cdd-f6f9786b7124}", "Tasks", false),
          new VssWriter(
              "VSS Metadata Store Writer",
              "{75dfb225-e2e4-4d39-9ac9-ffaff65ddf06}",
              "Metadata",
              false),
          new VssWriter(
              "System Writer", "{e8132975-6f93-4464-a53e-1050253ae220}", "System Files", false),
          new VssWriter(
              "SqlServerWriter", "{a65faa63-5ea8-4ebc-9dbd-a0c4db26912a}", "ledger", true),
          new VssWriter(
              "Microsoft Exchange Writer",
              "{76fe1ac4-15f7-4bcd-987e-8e1acb462fb7}",
              "Mailbox Database",
              false),
          new VssWriter(
              "Registry Writer", "{afbab4a2-367d-4d15-a586-71dbb18f8485}", "Registry", false),
          new VssWriter(
              "COM+ REGDB Writer", "{542da469-d3e1-473c-9f4f-7847f01fc64f}", "COM+ REGDB", false),
          new VssWriter("WMI Writer", "{a6ad56c2-b509-4e6c-bb19-49d8f43532f0}", "WMI", false));
}
