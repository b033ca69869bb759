package main

import (
	"context"
	"fmt"
	"sort"

	"github.com/vmware/govmomi/session"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

func login(ctx context.Context, t target) (*vim25.Client, error) {
	client, err := vim25.NewClient(ctx, soap.NewClient(t.url, true))
	if err != nil {
		return nil, err
	}
	return client, session.NewManager(client).Login(ctx, t.url.User)
}

func logout(client *vim25.Client) { _ = session.NewManager(client).Logout(context.Background()) }

// sessions logs in n times; the second result logs them all out.
func sessions(ctx context.Context, t target, n int) ([]*vim25.Client, func(), error) {
	var clients []*vim25.Client
	end := func() {
		for _, client := range clients {
			logout(client)
		}
	}
	for range n {
		client, err := login(ctx, t)
		if err != nil {
			end()
			return nil, nil, err
		}
		clients = append(clients, client)
	}
	return clients, end, nil
}

// machines lists all of them through a view of its own.
func machines(ctx context.Context, client *vim25.Client, properties ...string) ([]mo.VirtualMachine, error) {
	all, err := view.NewManager(client).CreateContainerView(ctx, client.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	if err != nil {
		return nil, err
	}
	defer func() { _ = all.Destroy(ctx) }()
	var found []mo.VirtualMachine
	return found, all.Retrieve(ctx, []string{"VirtualMachine"}, properties, &found)
}

// someMachines gives the first n by name.
func someMachines(ctx context.Context, client *vim25.Client, n int) ([]types.ManagedObjectReference, error) {
	found, err := machines(ctx, client, "name")
	if err != nil {
		return nil, err
	}
	if len(found) < n {
		return nil, fmt.Errorf("%d machines are needed, there are %d", n, len(found))
	}
	sort.Slice(found, func(i, k int) bool { return found[i].Name < found[k].Name })
	var references []types.ManagedObjectReference
	for _, machine := range found[:n] {
		references = append(references, machine.Self)
	}
	return references, nil
}
