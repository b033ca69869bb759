package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/types"
)

var read = []string{"name", "snapshot", "config.hardware.device", "runtime"}

// retrieve: RetrievePropertiesEx of one machine, decoded by the client library.
func retrieve(ctx context.Context, t target, n int) (result, error) {
	clients, end, err := sessions(ctx, t, n)
	if err != nil {
		return result{}, err
	}
	defer end()
	vms, err := someMachines(ctx, clients[0], 1)
	if err != nil {
		return result{}, err
	}
	var operations []func() error
	for _, client := range clients {
		request := types.RetrievePropertiesEx{
			This: client.ServiceContent.PropertyCollector,
			SpecSet: []types.PropertyFilterSpec{{
				ObjectSet: []types.ObjectSpec{{Obj: vms[0]}},
				PropSet:   []types.PropertySpec{{Type: "VirtualMachine", PathSet: read}},
			}},
		}
		operations = append(operations, func() error {
			answer, err := methods.RetrievePropertiesEx(ctx, client, &request)
			if err == nil && (answer.Returnval == nil || len(answer.Returnval.Objects) != 1 || len(answer.Returnval.Objects[0].PropSet) < 3) {
				err = errors.New("the answer lacks properties")
			}
			return err
		})
	}
	return drive(t, operations), nil
}

// rawRetrieve: the same request as ready text, the answer only drained: the client costs little, so this shows the server.
func rawRetrieve(ctx context.Context, t target, n int) (result, error) {
	clients, end, err := sessions(ctx, t, n)
	if err != nil {
		return result{}, err
	}
	defer end()
	operations, err := rawReads(ctx, t, clients)
	if err != nil {
		return result{}, err
	}
	return drive(t, operations), nil
}

func rawReads(ctx context.Context, t target, clients []*vim25.Client) ([]func() error, error) {
	const envelope = `<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><RetrievePropertiesEx xmlns="urn:vim25"><_this type="PropertyCollector">%s</_this><specSet><propSet><type>VirtualMachine</type><pathSet>%s</pathSet></propSet><objectSet><obj type="VirtualMachine">%s</obj></objectSet></specSet><options></options></RetrievePropertiesEx></Body></Envelope>`
	vms, err := someMachines(ctx, clients[0], 1)
	if err != nil {
		return nil, err
	}
	address := *t.url
	address.User = nil
	var operations []func() error
	for _, client := range clients {
		text := fmt.Sprintf(envelope, client.ServiceContent.PropertyCollector.Value, strings.Join(read, "</pathSet><pathSet>"), vms[0].Value)
		http := &http.Client{Jar: client.Client.Jar, Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 1}}
		action, buffer := "urn:vim25/"+client.Version, make([]byte, 64<<10)
		operations = append(operations, func() error { return post(ctx, http, address.String(), action, text, buffer) })
	}
	return operations, nil
}

func post(ctx context.Context, client *http.Client, address, action, text string, buffer []byte) error {
	request, err := http.NewRequestWithContext(ctx, "POST", address, strings.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("SOAPAction", action)
	request.Header.Set("Content-Type", "text/xml; charset=utf-8")
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, answer.Body, buffer)
	_ = answer.Body.Close()
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("HTTP %d", answer.StatusCode)
	}
	return err
}

// list: a new view of all machines, name and snapshots of each in one call, the view destroyed; one client, n times.
func list(ctx context.Context, t target, n int) (result, error) {
	client, err := login(ctx, t)
	if err != nil {
		return result{}, err
	}
	defer logout(client)
	r := result{Workers: 1}
	var latencies []float64
	var before float64
	var begun time.Time
	for i := -2; i < n; i++ {
		if i == 0 {
			before, begun = cpuMs(t.pid), time.Now()
		}
		start := time.Now()
		found, err := machines(ctx, client, "name", "snapshot")
		if err != nil {
			return r, err
		}
		if r.Objects = len(found); i >= 0 {
			latencies = append(latencies, milliseconds(time.Since(start)))
		}
	}
	return r.sum(latencies, time.Since(begun), cpuMs(t.pid)-before), nil
}
