// What Terraform's vSphere provider does for a resource vsphere_virtual_machine_snapshot, by the same calls of govmomi: the
// provider itself is not to be had from the Go module proxy.
//
//	provider URL connect
//	provider URL create UUID NAME DESCRIPTION   prints the snapshot's id
//	provider URL read UUID ID                   prints its name and description; "gone" when it is not there
//	provider URL delete UUID ID
package main

import (
	"context"
	"fmt"
	"net/url"
	"os"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/pbm"
	"github.com/vmware/govmomi/property"
	"github.com/vmware/govmomi/vapi/rest"
	"github.com/vmware/govmomi/vapi/tags"
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
		if node := find(properties.Snapshot.RootSnapshotList, id); node != nil {
			fmt.Printf("%s: %s\n", node.Name, node.Description)
			return nil
		}
	}
	fmt.Println("gone")
	return nil
}

func find(nodes []types.VirtualMachineSnapshotTree, id string) *types.VirtualMachineSnapshotTree {
	for i := range nodes {
		if nodes[i].Snapshot.Value == id {
			return &nodes[i]
		}
		if node := find(nodes[i].ChildSnapshotList, id); node != nil {
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
