package dev.vcsnap.lease;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.TaskLabels;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.task.TaskRequest;
import dev.vcsnap.task.TaskService;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HttpNfcLeaseProbeResult;
import dev.vcsnap.vim.HttpNfcLeaseSourceFile;
import dev.vcsnap.vim.ManagedObjectReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fills the disks of imports with files that it fetches from other servers, one after the other
 * (assumed), as the work of a task that clients can cancel.
 */
public final class PullService {

  private static final String PULL = "HttpNfcLeasePullFromUrls_Task";

  /** A machine has fewer disks. */
  private static final int FILES_MAX = 300;

  /** Calls at a time that ask servers; each holds up to as many connections as it names files. */
  private static final int PROBES_MAX = 4;

  private static final int PROBE_SECONDS_USUAL = 60;
  private static final int PROBE_SECONDS_MAX = 600;

  private final ObjectRegistry objects;
  private final Leases leases;
  private final TaskService tasks;
  private final FileServers servers;
  private final Clock clock;
  private final Duration most;
  private final Semaphore probing = new Semaphore(PROBES_MAX);

  /**
   * Makes the service.
   *
   * @param most how long the fetching of all files of a call may take
   */
  PullService(
      ObjectRegistry objects,
      Leases leases,
      TaskService tasks,
      FileServers servers,
      Clock clock,
      Duration most) {
    this.objects = objects;
    this.leases = leases;
    this.tasks = tasks;
    this.servers = servers;
    this.clock = clock;
    this.most = most;
  }

  /** A file and the disk that it goes to. */
  private record Delivery(SourceFile file, ImportedDisk disk) {}

  /**
   * Tells of each file (assumed) whether its server answers.
   *
   * @param timeoutSeconds how long it may take; a minute if none is given (assumed)
   * @throws dev.vcsnap.vim.VimException InvalidState unless the lease is ready and takes files, or
   *     while others are asked for, InvalidArgument
   */
  public List<HttpNfcLeaseProbeResult> probe(
      ManagedObject object, List<HttpNfcLeaseSourceFile> files, @Nullable Integer timeoutSeconds) {
    leases.require(object).requireImport();
    requireFew(files);
    int seconds = timeoutSeconds == null ? PROBE_SECONDS_USUAL : timeoutSeconds;
    if (seconds < 1) {
      throw Faults.invalidArgument("timeout");
    }
    List<SourceFile> sources = files.stream().map(SourceFile::of).toList();
    if (!probing.tryAcquire()) {
      throw Faults.invalidState("Too many servers are asked at this moment; try again.");
    }
    try {
      return probe(sources, Math.min(seconds, PROBE_SECONDS_MAX));
    } finally {
      probing.release();
    }
  }

  private List<HttpNfcLeaseProbeResult> probe(List<SourceFile> sources, int seconds) {
    List<Line> lines = new ArrayList<>();
    List<Callable<Boolean>> questions = new ArrayList<>();
    for (SourceFile file : sources) {
      var line = new Line();
      lines.add(line);
      questions.add(() -> servers.answers(file, line));
    }
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      return threads.invokeAll(questions, seconds, TimeUnit.SECONDS).stream()
          .map(PullService::result)
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LeaseFaults.canceled("The server stops.");
    } finally {
      lines.forEach(Line::close);
      threads.shutdown();
    }
  }

  /** One that was still waited for at the end of the time does not answer. */
  private static HttpNfcLeaseProbeResult result(Future<Boolean> answer) {
    var result = new HttpNfcLeaseProbeResult();
    result.serverAccessible =
        switch (answer.state()) {
          case SUCCESS -> answer.resultNow();
          case CANCELLED, RUNNING -> false;
          case FAILED ->
              throw new IllegalStateException("a server cannot be asked", answer.exceptionNow());
        };
    return result;
  }

  /**
   * Begins to fetch files.
   *
   * @return the task, which is about what the import's own task is about (assumed)
   * @throws dev.vcsnap.vim.VimException InvalidState unless the lease is ready and takes files,
   *     InvalidArgument for what it has no disk for, or none such as an address should be
   */
  public ManagedObjectReference pull(
      ManagedObject object, List<HttpNfcLeaseSourceFile> files, String userName) {
    Lease lease = leases.require(object);
    ManagedObject about = objects.require(lease.terms().about());
    var request =
        new TaskRequest(about, PULL, TaskLabels.descriptionId(object.type(), PULL), userName);
    lease.beginPull();
    boolean begun = false;
    try {
      List<Delivery> deliveries = deliveries(lease, files);
      ManagedObjectReference task =
          tasks.startCancelable(
              request,
              progress -> {
                try {
                  lease.showPull();
                  deliver(lease, deliveries, progress);
                } finally {
                  lease.endPull();
                }
                return null;
              });
      begun = true;
      return task;
    } finally {
      if (!begun) {
        lease.endPull();
      }
    }
  }

  private static List<Delivery> deliveries(Lease lease, List<HttpNfcLeaseSourceFile> files) {
    requireFew(files);
    List<Delivery> deliveries = new ArrayList<>();
    Set<ImportedDisk> filled = new HashSet<>();
    for (HttpNfcLeaseSourceFile file : files) {
      ImportedDisk disk =
          lease
              .target(String.valueOf(file.targetDeviceId))
              .filter(filled::add)
              .orElseThrow(() -> Faults.invalidArgument("files.targetDeviceId"));
      deliveries.add(new Delivery(SourceFile.of(file), disk));
    }
    return deliveries;
  }

  private static void requireFew(List<HttpNfcLeaseSourceFile> files) {
    if (files.isEmpty() || files.size() > FILES_MAX) {
      throw Faults.invalidArgument("files");
    }
  }

  private void deliver(Lease lease, List<Delivery> deliveries, TaskBody.Progress task) {
    var fetching = new Fetching(servers, lease, task, clock, most);
    for (int i = 0; i < deliveries.size(); i++) {
      Delivery delivery = deliveries.get(i);
      int before = i;
      fetching.fetch(
          delivery.file(),
          arriving -> {
            var meter =
                new MeteredInput(
                    arriving.content(),
                    arriving.sizeBytes(),
                    percent -> {
                      int all = (before * 100 + percent) / deliveries.size();
                      lease.pulled(all);
                      task.percent(all);
                    });
            new Reception(List.of(delivery.disk())).take(meter, arriving.sizeBytes());
          });
    }
    lease.pulled(100);
  }
}
