package dev.vcsnap.provision;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.NameClaims;
import dev.vcsnap.inventory.Registrations;
import dev.vcsnap.inventory.VirtualMachines;

/**
 * What every operation on the lives of machines works with.
 *
 * @param tree where machines are shown
 * @param machines those that are open
 * @param registrations those that will be there after a restart
 * @param names who has which name
 * @param factory makes and removes disks
 * @param clock the time
 */
record Machinery(
    InventoryTree tree,
    VirtualMachines machines,
    Registrations registrations,
    NameClaims names,
    DiskFactory factory,
    Clock clock) {}
