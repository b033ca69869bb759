// What Terraform's vSphere provider does for a resource vsphere_virtual_machine_snapshot, by the same calls of govmomi: the
// provider itself is not to be had from the Go module proxy.
//
//	provider URL connect
//	provider URL create UUID NAME DESCRIPTION   prints the snapshot's id
//	provider URL read UUID ID                   prints its name and description; "gone" when it is not there
//	provider URL delete UUID ID
//
// And for a resource vsphere_virtual_machine with one disk and one adapter:
//
//	provider URL machine NAME                   makes it, reads it back and turns it on; prints its UUID
//	provider URL destroy UUID
package main

import (
	"context"
	"fmt"
	"net/url"
	"os"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/pbm"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

type provider struct {
	ctx  context.Context
	vim  *govmomi.Client
	rest *rest.Client
}

// connect fails as the provider's does when any of the three interfaces is missing.
func connect(ctx context.Context, address *url.URL) (*provider, error) {
	client, err := govmomi.NewClient(ctx, address, true)
	if err != nil {
		return nil, fmt.Errorf("login: %w", err)
	}
	automation := rest.NewClient(client.Client)
	if err := automation.Login(ctx, address.User); err != nil {
		return nil, fmt.Errorf("automation: %w", err)
	}
	if _, err := pbm.NewClient(ctx, client.Client); err != nil {
		return nil, fmt.Errorf("storage policies: %w", err)
	}
	return &provider{ctx, client, automation}, nil
}

func (p *provider) machine(uuid string) (*object.VirtualMachine, error) {
	found, err := object.NewSearchIndex(p.vim.Client).FindByUuid(p.ctx, nil, uuid, true, types.NewBool(false))
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, fmt.Errorf("virtual machine with UUID %q not found", uuid)
	}
	return object.NewVirtualMachine(p.vim.Client, found.Reference()), nil
}

func (p *provider) create(uuid, name, description string) error {
	machine, err := p.machine(uuid)
	if err != nil {
		return err
	}
	task, err := machine.CreateSnapshot(p.ctx, name, description, false, false)
	if err != nil {
		return err
	}
	info, err := task.WaitForResult(p.ctx, nil)
	if err != nil {
		return err
	}
	fmt.Println(info.Result.(types.ManagedObjectReference).Value)
	return nil
}

// defaults gives the devices that every machine has, and fails for a guest of no family, as the provider's checks do.
func (p *provider) defaults(pool *object.ResourcePool, guest string) (object.VirtualDeviceList, error) {
	owner, err := pool.Owner(p.ctx)
	if err != nil {
		return nil, err
	}
	var compute mo.ComputeResource
	collector := property.DefaultCollector(p.vim.Client)
	if err := collector.RetrieveOne(p.ctx, owner.Reference(), []string{"environmentBrowser"}, &compute); err != nil {
		return nil, err
	}
	asked := types.QueryConfigOptionEx{
		This: *compute.EnvironmentBrowser,
		Spec: &types.EnvironmentBrowserConfigOptionQuerySpec{GuestId: []string{guest}},
	}
	told, err := methods.QueryConfigOptionEx(p.ctx, p.vim.Client, &asked)
	if err != nil {
		return nil, err
	}
	if told.Returnval == nil || len(told.Returnval.GuestOSDescriptor) != 1 || told.Returnval.GuestOSDescriptor[0].Family == "" {
		return nil, fmt.Errorf("the family of %q is not told", guest)
	}
	return object.VirtualDeviceList(told.Returnval.DefaultDevice), nil
}

func (p *provider) plan(name string) error {
	inventory := find.NewFinder(p.vim.Client)
	datacenter, err := inventory.DefaultDatacenter(p.ctx)
	if err != nil {
		return err
	}
	inventory.SetDatacenter(datacenter)
	folders, err := datacenter.Folders(p.ctx)
	if err != nil {
		return err
	}
	pool, err := inventory.ResourcePool(p.ctx, "DC0_C0/Resources")
	if err != nil {
		return err
	}
	network, err := inventory.Network(p.ctx, "DC0_DVPG0")
	if err != nil {
		return err
	}
	guest := "ubuntu64Guest"
	devices, err := p.defaults(pool, guest)
	if err != nil {
		return err
	}
	var changes object.VirtualDeviceList
	controller, err := devices.CreateSCSIController("pvscsi")
	if err != nil {
		return err
	}
	devices, changes = append(devices, controller), append(changes, controller)
	disk := devices.CreateDisk(controller.(types.BaseVirtualController), types.ManagedObjectReference{}, "")
	disk.CapacityInBytes = 64 << 20
	disk.CapacityInKB = 64 << 10
	flat := disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo)
	flat.Datastore = nil
	flat.ThinProvisioned, flat.EagerlyScrub, flat.WriteThrough = types.NewBool(true), types.NewBool(false), types.NewBool(false)
	backing, err := network.EthernetCardBackingInfo(p.ctx)
	if err != nil {
		return err
	}
	card, err := devices.CreateEthernetCard("vmxnet3", backing)
	if err != nil {
		return err
	}
	changes = append(changes, disk, card)
	change, err := changes.ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd)
	if err != nil {
		return err
	}
	yes, no := types.NewBool(true), types.NewBool(false)
	shares := &types.SharesInfo{Level: types.SharesLevelNormal}
	unlimited, none := int64(-1), int64(0)
	spec := types.VirtualMachineConfigSpec{
		Name: name, GuestId: guest, Annotation: "planned", NumCPUs: 2, NumCoresPerSocket: types.NewInt32(1), MemoryMB: 1024,
		AlternateGuestName:  "",
		MemoryHotAddEnabled: no, CpuHotAddEnabled: no, CpuHotRemoveEnabled: no, NestedHVEnabled: no, VPMCEnabled: no,
		Files:         &types.VirtualMachineFileInfo{VmPathName: "[LocalDS_0]"},
		Tools:         &types.ToolsConfigInfo{AfterPowerOn: yes, AfterResume: yes, BeforeGuestStandby: yes, BeforeGuestShutdown: yes, BeforeGuestReboot: no, SyncTimeWithHost: no, SyncTimeWithHostAllowed: yes, ToolsUpgradePolicy: "manual"},
		Flags:         &types.VirtualMachineFlagInfo{DiskUuidEnabled: yes, VirtualExecUsage: "hvAuto", VirtualMmuUsage: "automatic", EnableLogging: yes, VvtdEnabled: no, VbsEnabled: no},
		BootOptions:   &types.VirtualMachineBootOptions{BootDelay: 0, BootRetryEnabled: no, BootRetryDelay: 10000, EfiSecureBootEnabled: no},
		CpuAllocation: &types.ResourceAllocationInfo{Limit: &unlimited, Reservation: &none, Shares: shares},
		MemoryAllocation: &types.ResourceAllocationInfo{
			Limit: &unlimited, Reservation: &none, Shares: shares,
		},
		MemoryReservationLockedToMax: no,
		SwapPlacement:                "inherit", Firmware: "bios",
		LatencySensitivity: &types.LatencySensitivity{Level: types.LatencySensitivitySensitivityLevelNormal},
		ExtraConfig:        []types.BaseOptionValue{&types.OptionValue{Key: "guestinfo.planned", Value: "yes"}},
		DeviceChange:       change,
	}
	task, err := folders.VmFolder.CreateVM(p.ctx, spec, pool, nil)
	if err != nil {
		return err
	}
	info, err := task.WaitForResult(p.ctx, nil)
	if err != nil {
		return err
	}
	machine := object.NewVirtualMachine(p.vim.Client, info.Result.(types.ManagedObjectReference))
	var made mo.VirtualMachine
	if err := machine.Properties(p.ctx, machine.Reference(), []string{"config"}, &made); err != nil {
		return err
	}
	if !*made.Config.Flags.DiskUuidEnabled || made.Config.Hardware.NumCPU != 2 {
		return fmt.Errorf("%s was made as %+v", name, made.Config)
	}
	if task, err = machine.PowerOn(p.ctx); err != nil {
		return err
	}
	if err := task.Wait(p.ctx); err != nil {
		return err
	}
	fmt.Println(made.Config.Uuid)
	return nil
}

func (p *provider) destroy(uuid string) error {
	machine, err := p.machine(uuid)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) (*object.Task, error){machine.PowerOff, machine.Destroy} {
		task, err := step(p.ctx)
		if err != nil {
			return err
		}
		if err := task.Wait(p.ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *provider) read(uuid, id string) error {
	machine, err := p.machine(uuid)
	if err != nil {
		return err
	}
	var properties mo.VirtualMachine
	collector := property.DefaultCollector(p.vim.Client)
	if err := collector.RetrieveOne(p.ctx, machine.Reference(), []string{"snapshot"}, &properties); err != nil {
		return err
	}
	if properties.Snapshot != nil {
		if node := snapshotOf(properties.Snapshot.RootSnapshotList, id); node != nil {
			fmt.Printf("%s: %s\n", node.Name, node.Description)
			return nil
		}
	}
	fmt.Println("gone")
	return nil
}

func snapshotOf(nodes []types.VirtualMachineSnapshotTree, id string) *types.VirtualMachineSnapshotTree {
	for i := range nodes {
		if nodes[i].Snapshot.Value == id {
			return &nodes[i]
		}
		if node := snapshotOf(nodes[i].ChildSnapshotList, id); node != nil {
			return node
		}
	}
	return nil
}

func (p *provider) delete(uuid, id string) error {
	machine, err := p.machine(uuid)
	if err != nil {
		return err
	}
	consolidate := true
	task, err := machine.RemoveSnapshot(p.ctx, id, false, &consolidate)
	if err != nil {
		return err
	}
	return task.Wait(p.ctx)
}

// tagged makes a category and a tag, puts it on the machine, and prints what is on the machine.
func (p *provider) tagged(uuid, category, name string) error {
	machine, err := p.machine(uuid)
	if err != nil {
		return err
	}
	manager := tags.NewManager(p.rest)
	inCategory, err := manager.CreateCategory(p.ctx, &tags.Category{
		Name: category, Cardinality: "SINGLE", AssociableTypes: []string{"VirtualMachine"},
	})
	if err != nil {
		return err
	}
	tag, err := manager.CreateTag(p.ctx, &tags.Tag{Name: name, CategoryID: inCategory})
	if err != nil {
		return err
	}
	if err := manager.AttachTag(p.ctx, tag, machine.Reference()); err != nil {
		return err
	}
	attached, err := manager.GetAttachedTags(p.ctx, machine.Reference())
	if err != nil {
		return err
	}
	for _, one := range attached {
		fmt.Println(one.Name)
	}
	return nil
}

func run(arguments []string) error {
	address, err := url.Parse(arguments[0])
	if err != nil {
		return err
	}
	p, err := connect(context.Background(), address)
	if err != nil {
		return err
	}
	switch rest := arguments[2:]; arguments[1] {
	case "connect":
		fmt.Println(p.vim.ServiceContent.About.Name)
		return nil
	case "create":
		return p.create(rest[0], rest[1], rest[2])
	case "read":
		return p.read(rest[0], rest[1])
	case "delete":
		return p.delete(rest[0], rest[1])
	case "machine":
		return p.plan(rest[0])
	case "destroy":
		return p.destroy(rest[0])
	case "tagged":
		return p.tagged(rest[0], rest[1], rest[2])
	}
	return fmt.Errorf("what is %q", arguments[1])
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
