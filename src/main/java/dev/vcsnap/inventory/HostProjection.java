package dev.vcsnap.inventory;

import dev.vcsnap.vim.HostConfigManager;
import dev.vcsnap.vim.HostConfigSummary;
import dev.vcsnap.vim.HostCpuIdInfo;
import dev.vcsnap.vim.HostCpuInfo;
import dev.vcsnap.vim.HostCpuPackage;
import dev.vcsnap.vim.HostHardwareInfo;
import dev.vcsnap.vim.HostHardwareSummary;
import dev.vcsnap.vim.HostLicensableResourceInfo;
import dev.vcsnap.vim.HostListSummary;
import dev.vcsnap.vim.HostListSummaryQuickStats;
import dev.vcsnap.vim.HostNumaInfo;
import dev.vcsnap.vim.HostNumaNode;
import dev.vcsnap.vim.HostRuntimeInfo;
import dev.vcsnap.vim.HostSystemConnectionState;
import dev.vcsnap.vim.HostSystemInfo;
import dev.vcsnap.vim.HostSystemPowerState;
import dev.vcsnap.vim.KeyAnyValue;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectReference;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Shows a host: the machine that it claims to be, and how it is reached.
 *
 * <p>A host's UUID follows from the server's and the host's name, so that it survives a restart.
 */
final class HostProjection {

  private static final String VENDOR = "vcsnap";
  private static final String MODEL = "Emulated host";
  private static final String CPU_VENDOR = "intel";
  private static final int HTTPS_PORT = 443;

  /** The CPUID leaf whose EDX bit 29 says "64 bit", where libvirt looks for it. */
  private static final int EXTENDED_FEATURES = 0x80000001;

  private static final long DISK_BYTES_MAX = 62L << 40;

  private final Personality personality;
  private final HostIdentity identity;
  private final HostHardware hardware;
  private final Instant bootTime;

  HostProjection(
      Personality personality, HostIdentity identity, HostHardware hardware, Instant bootTime) {
    this.personality = personality;
    this.identity = identity;
    this.hardware = hardware;
    this.bootTime = bootTime;
  }

  /** Fills in everything but what the host shares with others: its lists. */
  void fill(Draft host, String name) {
    HostRuntimeInfo runtime = runtime();
    host.set("runtime", runtime)
        .set("summary", summary(host.reference(), name, runtime))
        .set("hardware", hardwareInfo(name))
        .set("capability", HostCapabilities.capability(hardware))
        .set(
            "config",
            new HostConfigProjection(personality, identity).config(host.reference(), name))
        .set("configManager", new HostConfigManager())
        .set("licensableResource", licensableResource());
  }

  private HostRuntimeInfo runtime() {
    var runtime = new HostRuntimeInfo();
    runtime.connectionState = HostSystemConnectionState.connected;
    runtime.powerState = HostSystemPowerState.poweredOn;
    runtime.standbyMode = "none";
    runtime.inMaintenanceMode = false;
    runtime.inQuarantineMode = false;
    runtime.bootTime = bootTime;
    runtime.hostMaxVirtualDiskCapacity = DISK_BYTES_MAX;
    runtime.cryptoState = "incapable";
    return runtime;
  }

  private HostListSummary summary(
      ManagedObjectReference host, String name, HostRuntimeInfo runtime) {
    var summary = new HostListSummary();
    summary.host = host;
    summary.hardware = hardwareSummary(name);
    summary.runtime = runtime;
    summary.config = configSummary(name);
    summary.quickStats = new HostListSummaryQuickStats();
    summary.quickStats.overallCpuUsage = 0;
    summary.quickStats.overallMemoryUsage = 0;
    summary.overallStatus = ManagedEntityStatus.green;
    summary.customValue = List.of();
    summary.managementServerIp = identity.address();
    return summary;
  }

  private HostHardwareSummary hardwareSummary(String name) {
    var summary = new HostHardwareSummary();
    summary.vendor = VENDOR;
    summary.model = MODEL;
    summary.uuid = uuid(name);
    summary.memorySize = hardware.memoryBytes();
    summary.cpuModel = HostHardware.CPU_MODEL;
    summary.cpuMhz = hardware.megahertz();
    summary.numCpuPkgs = (short) hardware.packages();
    summary.numCpuCores = (short) hardware.cores();
    summary.numCpuThreads = (short) hardware.threads();
    summary.numNics = 1;
    summary.numHBAs = 1;
    return summary;
  }

  private HostConfigSummary configSummary(String name) {
    var summary = new HostConfigSummary();
    summary.name = name;
    summary.port = HTTPS_PORT;
    if (!identity.sslThumbprint().isEmpty()) {
      summary.sslThumbprint = identity.sslThumbprint();
    }
    summary.product = personality.host();
    return summary;
  }

  private HostHardwareInfo hardwareInfo(String name) {
    var info = new HostHardwareInfo();
    info.systemInfo = new HostSystemInfo();
    info.systemInfo.vendor = VENDOR;
    info.systemInfo.model = MODEL;
    info.systemInfo.uuid = uuid(name);
    info.cpuInfo = new HostCpuInfo();
    info.cpuInfo.numCpuPackages = (short) hardware.packages();
    info.cpuInfo.numCpuCores = (short) hardware.cores();
    info.cpuInfo.numCpuThreads = (short) hardware.threads();
    info.cpuInfo.hz = hardware.hertz();
    info.cpuPkg = IntStream.range(0, hardware.packages()).mapToObj(this::cpuPackage).toList();
    info.memorySize = hardware.memoryBytes();
    info.numaInfo = numa();
    info.cpuFeature = cpuFeatures();
    return info;
  }

  private HostCpuPackage cpuPackage(int index) {
    var cpu = new HostCpuPackage();
    cpu.index = (short) index;
    cpu.vendor = CPU_VENDOR;
    cpu.hz = hardware.hertz();
    cpu.busHz = 100_000_000;
    cpu.description = HostHardware.CPU_MODEL;
    cpu.threadId = threadsOf(index);
    cpu.cpuFeature = cpuFeatures();
    return cpu;
  }

  private List<Short> threadsOf(int index) {
    int each = hardware.threads() / hardware.packages();
    return IntStream.range(index * each, (index + 1) * each)
        .mapToObj(thread -> (short) thread)
        .toList();
  }

  /** One node a socket, each with its share of the memory. */
  private HostNumaInfo numa() {
    long share = hardware.memoryBytes() / hardware.packages();
    var numa = new HostNumaInfo();
    numa.type = "NUMA";
    numa.numNodes = hardware.packages();
    numa.numaNode =
        IntStream.range(0, hardware.packages())
            .mapToObj(index -> {
              var node = new HostNumaNode();
              node.typeId = (byte) index;
              node.cpuID = threadsOf(index);
              node.memorySize = share;
              node.memoryRangeBegin = index * share;
              node.memoryRangeLength = share;
              return node;
            })
            .toList();
    return numa;
  }

  private static List<HostCpuIdInfo> cpuFeatures() {
    return List.of(
        cpuFeature(0, 0x16, 0x756e6547, 0x6c65746e, 0x49656e69),
        cpuFeature(1, 0x00050654, 0x00100800, 0xfefa3203, 0x1fabfbff),
        cpuFeature(EXTENDED_FEATURES, 0, 0, 0x00000121, 0x2c100800));
  }

  private static HostCpuIdInfo cpuFeature(int level, int eax, int ebx, int ecx, int edx) {
    var feature = new HostCpuIdInfo();
    feature.level = level;
    feature.eax = bits(eax);
    feature.ebx = bits(ebx);
    feature.ecx = bits(ecx);
    feature.edx = bits(edx);
    return feature;
  }

  /** 32 binary digits in groups of four, the highest bit first: {@code 0010:1100:…}. */
  private static String bits(int register) {
    String digits = Integer.toBinaryString(register);
    return ("0".repeat(32 - digits.length()) + digits).replaceAll("(.{4})(?!$)", "$1:");
  }

  private HostLicensableResourceInfo licensableResource() {
    var licensable = new HostLicensableResourceInfo();
    licensable.resource =
        List.of(
            resource("numCpuPackages", hardware.packages()),
            resource("numCpuCores", hardware.cores()));
    return licensable;
  }

  private static KeyAnyValue resource(String key, int count) {
    var resource = new KeyAnyValue();
    resource.key = key;
    resource.value = count;
    return resource;
  }

  private String uuid(String name) {
    String text = personality.instanceUuid() + " host " + name;
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
