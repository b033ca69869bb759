//go:build tools

// Names the programs whose version go.mod fixes: the last release of govmomi whose Go module carries its functional tests.
package main

import _ "github.com/vmware/govmomi/govc"
