package dev.vcsnap.inventory;

import dev.vcsnap.vim.HostBlockHba;
import dev.vcsnap.vim.HostConfigInfo;
import dev.vcsnap.vim.HostDnsConfig;
import dev.vcsnap.vim.HostFileSystemVolumeInfo;
import dev.vcsnap.vim.HostHyperThreadScheduleInfo;
import dev.vcsnap.vim.HostIpConfig;
import dev.vcsnap.vim.HostNetworkInfo;
import dev.vcsnap.vim.HostStorageDeviceInfo;
import dev.vcsnap.vim.HostVirtualNic;
import dev.vcsnap.vim.HostVirtualNicSpec;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.List;
import java.util.Locale;

/** Shows how a host is set up: one management adapter, one local disk controller. */
final class HostConfigProjection {

  private static final String DOMAIN = "localdomain";

  private final Personality personality;
  private final HostIdentity identity;

  HostConfigProjection(Personality personality, HostIdentity identity) {
    this.personality = personality;
    this.identity = identity;
  }

  HostConfigInfo config(ManagedObjectReference host, String name) {
    var config = new HostConfigInfo();
    config.host = host;
    config.product = personality.host();
    config.hyperThread = new HostHyperThreadScheduleInfo();
    config.hyperThread.available = true;
    config.hyperThread.active = true;
    config.hyperThread.config = true;
    config.storageDevice = storage();
    config.fileSystemVolume = new HostFileSystemVolumeInfo();
    config.fileSystemVolume.volumeTypeList = List.of("VMFS");
    config.network = network(name);
    config.adminDisabled = false;
    return config;
  }

  private static HostStorageDeviceInfo storage() {
    var adapter = new HostBlockHba();
    adapter.key = "key-vim.host.BlockHba-vmhba0";
    adapter.device = "vmhba0";
    adapter.bus = 0;
    adapter.status = "unknown";
    adapter.model = "Local disk controller";
    adapter.driver = "vmkata";
    adapter.storageProtocol = "scsi";
    var storage = new HostStorageDeviceInfo();
    storage.hostBusAdapter = List.of(adapter);
    storage.softwareInternetScsiEnabled = false;
    return storage;
  }

  private HostNetworkInfo network(String name) {
    var dns = new HostDnsConfig();
    dns.dhcp = false;
    dns.hostName = hostName(name);
    dns.domainName = DOMAIN;
    dns.searchDomain = List.of(DOMAIN);
    var network = new HostNetworkInfo();
    network.vnic = List.of(managementAdapter());
    network.dnsConfig = dns;
    network.ipV6Enabled = false;
    return network;
  }

  private HostVirtualNic managementAdapter() {
    var ip = new HostIpConfig();
    ip.dhcp = false;
    ip.ipAddress = identity.address();
    ip.subnetMask = "255.0.0.0";
    var adapter = new HostVirtualNic();
    adapter.device = "vmk0";
    adapter.key = "key-vim.host.VirtualNic-vmk0";
    adapter.portgroup = "Management Network";
    adapter.spec = new HostVirtualNicSpec();
    adapter.spec.ip = ip;
    adapter.spec.mtu = 1500;
    adapter.spec.netStackInstanceKey = "defaultTcpipStack";
    return adapter;
  }

  /** A name that DNS allows. */
  private static String hostName(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
  }
}
