package dev.vcsnap.ovf;

import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.VirtualBusLogicController;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualE1000;
import dev.vcsnap.vim.VirtualE1000e;
import dev.vcsnap.vim.VirtualEthernetCard;
import dev.vcsnap.vim.VirtualLsiLogicController;
import dev.vcsnap.vim.VirtualLsiLogicSASController;
import dev.vcsnap.vim.VirtualPCNet32;
import dev.vcsnap.vim.VirtualSCSIController;
import dev.vcsnap.vim.VirtualVmxnet2;
import dev.vcsnap.vim.VirtualVmxnet3;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What descriptors call the particular kinds of controllers and network adapters. */
final class DeviceNames {

  static final String SATA = "vmware.sata.ahci";
  static final String NVME = "vmware.nvme.controller";
  static final String EHCI = "vmware.usb.ehci";
  static final String XHCI = "vmware.usb.xhci";

  private record Kind(
      String name, Class<? extends VirtualDevice> type, Supplier<? extends VirtualDevice> make) {}

  private static final List<Kind> SCSI =
      List.of(
          new Kind("VirtualSCSI", ParaVirtualSCSIController.class, ParaVirtualSCSIController::new),
          new Kind(
              "lsilogicsas", VirtualLsiLogicSASController.class, VirtualLsiLogicSASController::new),
          new Kind("lsilogic", VirtualLsiLogicController.class, VirtualLsiLogicController::new),
          new Kind("buslogic", VirtualBusLogicController.class, VirtualBusLogicController::new));

  private static final List<Kind> NETWORK =
      List.of(
          new Kind("VmxNet3", VirtualVmxnet3.class, VirtualVmxnet3::new),
          new Kind("VmxNet2", VirtualVmxnet2.class, VirtualVmxnet2::new),
          new Kind("E1000e", VirtualE1000e.class, VirtualE1000e::new),
          new Kind("E1000", VirtualE1000.class, VirtualE1000::new),
          new Kind("PCNet32", VirtualPCNet32.class, VirtualPCNet32::new));

  private DeviceNames() {}

  static String ofScsi(VirtualDevice controller) {
    return nameOf(SCSI, controller).orElse("lsilogic");
  }

  static String ofNetworkCard(VirtualDevice card) {
    return nameOf(NETWORK, card).orElse("VmxNet3");
  }

  /** The one that is usual where none, or an unknown one, is named. */
  static VirtualSCSIController scsiNamed(@Nullable String name) {
    return named(SCSI, VirtualSCSIController.class, name, VirtualLsiLogicController::new);
  }

  /** The one that is usual where none, or an unknown one, is named. */
  static VirtualEthernetCard networkCardNamed(@Nullable String name) {
    return named(NETWORK, VirtualEthernetCard.class, name, VirtualVmxnet3::new);
  }

  private static <T> T named(
      List<Kind> kinds, Class<T> type, @Nullable String name, Supplier<T> usual) {
    return kinds.stream()
        .filter(kind -> kind.name.equalsIgnoreCase(name))
        .findFirst()
        .map(kind -> type.cast(kind.make.get()))
        .orElseGet(usual);
  }

  private static Optional<String> nameOf(List<Kind> kinds, VirtualDevice device) {
    return kinds.stream().filter(kind -> kind.type.isInstance(device)).map(Kind::name).findFirst();
  }
}
