package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

// waiter is a session that waits for changes of every machine.
type waiter struct {
	client    *vim25.Client
	collector types.ManagedObjectReference
	version   string
}

// waiters opens n sessions, each with a filter on the name and the annotation of every machine, and reads the first answer.
func waiters(ctx context.Context, t target, n int) ([]*waiter, func(), error) {
	clients, end, err := sessions(ctx, t, n)
	if err != nil {
		return nil, nil, err
	}
	all := make([]*waiter, n)
	for i, client := range clients {
		if all[i], err = newWaiter(ctx, client); err != nil {
			end()
			return nil, nil, err
		}
	}
	return all, end, nil
}

func newWaiter(ctx context.Context, client *vim25.Client) (*waiter, error) {
	all, err := view.NewManager(client).CreateContainerView(ctx, client.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	if err != nil {
		return nil, err
	}
	w := &waiter{client: client, collector: client.ServiceContent.PropertyCollector}
	_, err = methods.CreateFilter(ctx, client, &types.CreateFilter{This: w.collector, Spec: types.PropertyFilterSpec{
		ObjectSet: []types.ObjectSpec{{Obj: all.Reference(), Skip: types.NewBool(true), SelectSet: []types.BaseSelectionSpec{
			&types.TraversalSpec{Type: "ContainerView", Path: "view"}}}},
		PropSet: []types.PropertySpec{{Type: "VirtualMachine", PathSet: []string{"name", "config.annotation"}}},
	}})
	if err != nil {
		return nil, err
	}
	_, err = w.wait(ctx)
	return w, err
}

// wait returns what changed since the last answer, however long that takes.
func (w *waiter) wait(ctx context.Context) (*types.UpdateSet, error) {
	for {
		answer, err := methods.WaitForUpdatesEx(ctx, w.client, &types.WaitForUpdatesEx{This: w.collector, Version: w.version})
		if err != nil {
			return nil, err
		}
		if set := answer.Returnval; set != nil {
			w.version = set.Version
			return set, nil
		}
	}
}

// readsWhileOthersWait: rawRetrieve by 8 sessions while n others wait for changes that do not come.
func readsWhileOthersWait(ctx context.Context, t target, n int) (result, error) {
	all, end, err := waiters(ctx, t, n)
	if err != nil {
		return result{}, err
	}
	waiting, cancel := context.WithCancel(ctx)
	var waits sync.WaitGroup
	for _, w := range all {
		waits.Go(func() { _, _ = w.wait(waiting) })
	}
	r, err := rawRetrieve(ctx, t, 8)
	cancel()
	waits.Wait()
	end()
	return r, err
}

// allWaitersAreTold: one machine is given another annotation; an operation is over when all n sessions that wait for changes
// of any machine have been told.
func allWaitersAreTold(ctx context.Context, t target, n int) (result, error) {
	all, end, err := waiters(ctx, t, n)
	if err != nil {
		return result{}, err
	}
	defer end()
	client, err := login(ctx, t)
	if err != nil {
		return result{}, err
	}
	defer logout(client)
	vms, err := someMachines(ctx, client, 1)
	if err != nil {
		return result{}, err
	}
	vm, count := object.NewVirtualMachine(client, vms[0]), 0
	return drive(t, []func() error{func() error {
		count++
		told := make(chan error, n)
		for _, w := range all {
			go func() { _, err := w.wait(ctx); told <- err }()
		}
		task, err := vm.Reconfigure(ctx, types.VirtualMachineConfigSpec{Annotation: fmt.Sprint("change ", count, time.Now())})
		if err == nil {
			err = task.Wait(ctx)
		}
		for range all {
			if failure := <-told; failure != nil {
				err = failure
			}
		}
		return err
	}}), nil
}
