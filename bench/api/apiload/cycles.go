package main

import (
	"context"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// snapshotCycle: create a snapshot, wait for the task, remove it, wait. Each worker has its own session and machine.
func snapshotCycle(ctx context.Context, t target, n int) (result, error) {
	clients, end, err := sessions(ctx, t, n)
	if err != nil {
		return result{}, err
	}
	defer end()
	vms, err := someMachines(ctx, clients[0], n)
	if err != nil {
		return result{}, err
	}
	var operations []func() error
	for i, client := range clients {
		operations = append(operations, func() error { return cycle(ctx, client, vms[i]) })
	}
	return drive(t, operations), nil
}

func cycle(ctx context.Context, client *vim25.Client, vm types.ManagedObjectReference) error {
	task, err := object.NewVirtualMachine(client, vm).CreateSnapshot(ctx, "load", "", false, false)
	if err != nil {
		return err
	}
	info, err := task.WaitForResult(ctx)
	if err != nil {
		return err
	}
	removal, err := methods.RemoveSnapshot_Task(ctx, client,
		&types.RemoveSnapshot_Task{This: info.Result.(types.ManagedObjectReference)})
	if err != nil {
		return err
	}
	return object.NewTask(client, removal.Returnval).Wait(ctx)
}

// manyCalls: what a client does in its life, n times: log in, list the machines through a view, make and remove a snapshot,
// log out. About 20 calls each time, by two clients.
func manyCalls(ctx context.Context, t target, n int) (result, error) {
	vms, err := func() ([]types.ManagedObjectReference, error) {
		client, err := login(ctx, t)
		if err != nil {
			return nil, err
		}
		defer logout(client)
		return someMachines(ctx, client, 2)
	}()
	if err != nil {
		return result{}, err
	}
	r := result{Workers: len(vms)}
	before, begun := cpuMs(t.pid), time.Now()
	lives := make(chan error)
	for _, vm := range vms {
		go func() {
			for range n / len(vms) {
				lives <- life(ctx, t, vm)
			}
		}()
	}
	for range n / len(vms) * len(vms) {
		if err := <-lives; err != nil {
			return r, err
		}
		r.Ops++
	}
	r.PerSecond = float64(r.Ops) / time.Since(begun).Seconds()
	r.ServerCPUMs = (cpuMs(t.pid) - before) / float64(r.Ops)
	return r, nil
}

func life(ctx context.Context, t target, vm types.ManagedObjectReference) error {
	client, err := login(ctx, t)
	if err != nil {
		return err
	}
	defer client.CloseIdleConnections()
	defer logout(client)
	if _, err = machines(ctx, client, "name", "snapshot"); err != nil {
		return err
	}
	return cycle(ctx, client, vm)
}
