package dev.vcsnap.inventory;

import dev.vcsnap.vim.BoolPolicy;
import dev.vcsnap.vim.DVPortSetting;
import dev.vcsnap.vim.DVPortgroupConfigInfo;
import dev.vcsnap.vim.DVSCapability;
import dev.vcsnap.vim.DVSContactInfo;
import dev.vcsnap.vim.DVSNameArrayUplinkPortPolicy;
import dev.vcsnap.vim.DVSSummary;
import dev.vcsnap.vim.DistributedVirtualSwitchHostMember;
import dev.vcsnap.vim.DistributedVirtualSwitchHostMemberConfigInfo;
import dev.vcsnap.vim.DistributedVirtualSwitchHostMemberPnicBacking;
import dev.vcsnap.vim.DistributedVirtualSwitchProductSpec;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NetworkSummary;
import dev.vcsnap.vim.NumericRange;
import dev.vcsnap.vim.VMwareDVSConfigInfo;
import dev.vcsnap.vim.VMwareDVSPortSetting;
import dev.vcsnap.vim.VMwareDVSPortgroupPolicy;
import dev.vcsnap.vim.VmwareDistributedVirtualSwitchTrunkVlanSpec;
import dev.vcsnap.vim.VmwareDistributedVirtualSwitchVlanIdSpec;
import dev.vcsnap.vim.VmwareDistributedVirtualSwitchVlanSpec;
import java.time.Instant;
import java.util.List;

/**
 * Shows networks: a standard one, and a distributed switch with its portgroups. No packet moves.
 */
final class NetworkProjection {

  private static final String UPLINK = "uplink1";
  private static final int VLAN_MAX = 4094;
  private static final int HOST_PORTS_MAX = 512;

  private final List<ManagedObjectReference> hosts;

  /** For networks that are on all of these hosts. */
  NetworkProjection(List<ManagedObjectReference> hosts) {
    this.hosts = List.copyOf(hosts);
  }

  void fillNetwork(Draft network, String name) {
    var summary = new NetworkSummary();
    summary.network = network.reference();
    summary.name = name;
    summary.accessible = true;
    summary.ipPoolName = "";
    network.set("summary", summary).set("host", hosts).set("vm", List.of());
  }

  void fillSwitch(
      Draft dvs,
      String name,
      String uuid,
      Instant created,
      ManagedObjectReference uplinks,
      List<ManagedObjectReference> portgroups,
      List<String> portgroupNames) {
    var summary = new DVSSummary();
    summary.name = name;
    summary.uuid = uuid;
    summary.numPorts = portgroups.size();
    summary.productInfo = product();
    summary.hostMember = hosts;
    summary.host = hosts;
    summary.portgroupName = portgroupNames;
    summary.numHosts = hosts.size();
    var capability = new DVSCapability();
    capability.dvsOperationSupported = false;
    capability.dvPortGroupOperationSupported = false;
    capability.dvPortOperationSupported = false;
    dvs.set("summary", summary)
        .set("capability", capability)
        .set("config", switchConfig(name, uuid, created, uplinks, portgroups.size()))
        .set("uuid", uuid)
        .set("portgroup", portgroups)
        .set("networkResourcePool", List.of());
  }

  void fillPortgroup(Draft portgroup, String name, ManagedObjectReference dvs, boolean uplink) {
    fillNetwork(portgroup, name);
    var config = new DVPortgroupConfigInfo();
    config.key = portgroup.reference().value();
    config.name = name;
    config.numPorts = 1;
    config.distributedVirtualSwitch = dvs;
    config.defaultPortConfig = portSetting(uplink ? trunk() : untagged());
    config.type = "earlyBinding";
    config.backingType = "standard";
    config.policy = new VMwareDVSPortgroupPolicy();
    config.policy.blockOverrideAllowed = true;
    config.policy.livePortMovingAllowed = true;
    config.policy.portConfigResetAtDisconnect = true;
    config.configVersion = "1";
    config.autoExpand = true;
    config.uplink = uplink;
    portgroup
        .set("key", portgroup.reference().value())
        .set("config", config)
        .set("portKeys", List.of(uplink ? "0" : "1"));
  }

  private VMwareDVSConfigInfo switchConfig(
      String name, String uuid, Instant created, ManagedObjectReference uplinks, int ports) {
    var config = new VMwareDVSConfigInfo();
    config.uuid = uuid;
    config.name = name;
    config.numPorts = ports;
    config.maxPorts = Integer.MAX_VALUE;
    var uplinkPolicy = new DVSNameArrayUplinkPortPolicy();
    uplinkPolicy.uplinkPortName = List.of(UPLINK);
    config.uplinkPortPolicy = uplinkPolicy;
    config.uplinkPortgroup = List.of(uplinks);
    config.defaultPortConfig = portSetting(untagged());
    config.host = hosts.stream().map(NetworkProjection::member).toList();
    config.productInfo = product();
    config.configVersion = "1";
    config.contact = new DVSContactInfo();
    config.createTime = created;
    config.networkResourceManagementEnabled = false;
    config.maxMtu = 1500;
    return config;
  }

  private static DistributedVirtualSwitchHostMember member(ManagedObjectReference host) {
    var member = new DistributedVirtualSwitchHostMember();
    member.config = new DistributedVirtualSwitchHostMemberConfigInfo();
    member.config.host = host;
    member.config.maxProxySwitchPorts = HOST_PORTS_MAX;
    member.config.backing = new DistributedVirtualSwitchHostMemberPnicBacking();
    member.productInfo = product();
    member.status = "up";
    return member;
  }

  private static DistributedVirtualSwitchProductSpec product() {
    var product = new DistributedVirtualSwitchProductSpec();
    product.name = "DVS";
    product.vendor = "VMware, Inc.";
    product.version = "8.0.3";
    product.forwardingClass = "etherswitch";
    return product;
  }

  private static DVPortSetting portSetting(VmwareDistributedVirtualSwitchVlanSpec vlan) {
    var setting = new VMwareDVSPortSetting();
    setting.blocked = new BoolPolicy();
    setting.blocked.value = false;
    setting.vlan = vlan;
    return setting;
  }

  private static VmwareDistributedVirtualSwitchVlanSpec untagged() {
    return new VmwareDistributedVirtualSwitchVlanIdSpec();
  }

  private static VmwareDistributedVirtualSwitchVlanSpec trunk() {
    var all = new NumericRange();
    all.start = 0;
    all.end = VLAN_MAX;
    var trunk = new VmwareDistributedVirtualSwitchTrunkVlanSpec();
    trunk.vlanId = List.of(all);
    return trunk;
  }
}
