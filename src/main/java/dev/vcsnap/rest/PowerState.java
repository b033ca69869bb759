package dev.vcsnap.rest;

import dev.vcsnap.vim.VirtualMachinePowerState;

/** The power state of a machine in the words of the Automation interface. */
enum PowerState {
  POWERED_OFF,
  POWERED_ON,
  SUSPENDED;

  static PowerState of(VirtualMachinePowerState state) {
    return switch (state) {
      case poweredOff -> POWERED_OFF;
      case poweredOn -> POWERED_ON;
      case suspended -> SUSPENDED;
    };
  }
}
