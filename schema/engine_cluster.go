package schema

import (
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
)

// EngineCluster is the name of the cluster that ClusterEngines makes.
const EngineCluster = "orgheat"

// ClusterEngines makes the local engines of several data directories, none of which may run, the shards of one cluster on this machine, in
// that order, and returns the DSN that opens it once they run; it holds their password. It is how a cluster is tried and tested without
// servers: each engine still has to be started with StartEngine.
func ClusterEngines(dirs ...string) (dsn string, err error) {
	password, shards, hosts := rand.Text(), make([]int, len(dirs)), ""
	for i := range dirs {
		for shards[i] == 0 || slices.Contains(shards[:i], shards[i]) {
			if shards[i], err = enginePickPort(); err != nil {
				return "", err
			}
		}
		if i > 0 {
			hosts += ","
		}
		hosts += engineInfo{Port: shards[i]}.addr()
	}
	for i, dir := range dirs {
		engine := filepath.Join(dir, "engine")
		if err := os.MkdirAll(engine, 0o700); err != nil {
			return "", err
		}
		if engineAlive(engine) {
			return "", fmt.Errorf("data directory %s: its engine runs; close whatever uses it first", dir)
		}
		if err := engineWriteInfo(engine, engineInfo{Port: shards[i], Password: password, Shards: shards}); err != nil {
			return "", err
		}
	}
	u := url.URL{Scheme: "clickhouse", User: url.UserPassword(engineUser, password), Host: hosts, Path: "/orgheat", RawQuery: "cluster=" + EngineCluster}
	return u.String(), nil
}
