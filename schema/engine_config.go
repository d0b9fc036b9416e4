package schema

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	mathrand "math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"text/template"
)

// engineInfo is DATA/engine/engine.json. Port and password outlive the engine,
// so that the pools of a long-running user reconnect to its successor.
type engineInfo struct {
	Port     int    `json:"port"`
	Password string `json:"password"`
	PID      int    `json:"pid"`              // of the last engine started; for people, not for checks
	Shards   []int  `json:"shards,omitempty"` // ports of the cluster that this engine belongs to, its own among them; see ClusterEngines
}

func (i engineInfo) addr() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(i.Port))
}

func engineReadInfo(dir string) (engineInfo, error) {
	var info engineInfo
	file := filepath.Join(dir, "engine.json")
	data, err := os.ReadFile(file)
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal(data, &info); err != nil {
		return info, fmt.Errorf("%s: %w; delete it when no orgheat is running, a new one is made", file, err)
	}
	return info, nil
}

// engineNextInfo returns the info for a new engine: the last one's port and
// password where they can be had, new ones otherwise. A damaged file only
// costs the old values.
func engineNextInfo(dir string) (engineInfo, error) {
	info, err := engineReadInfo(dir)
	if err != nil && errors.Is(err, fs.ErrPermission) {
		return info, err
	}
	if info.Password == "" {
		info.Password = rand.Text()
	}
	if info.Port == 0 || !enginePortFree(info.Port) {
		info.Port, err = enginePickPort()
		if err != nil {
			return info, err
		}
	}
	info.PID = 0
	return info, nil
}

func engineWriteInfo(dir string, info engineInfo) error {
	data, err := json.Marshal(info)
	if err != nil {
		return err
	}
	return engineWriteFile(filepath.Join(dir, "engine.json"), append(data, '\n'))
}

// engineWriteFile replaces file in one step, readable by its owner only.
func engineWriteFile(file string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

func enginePortFree(port int) bool {
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return false
	}
	l.Close()
	return true
}

// enginePickPort picks below the range from which kernels hand out ports to
// outgoing connections, so that the port is still free after a restart.
func enginePickPort() (int, error) {
	for range 200 {
		if port := 20000 + mathrand.IntN(12000); enginePortFree(port) {
			return port, nil
		}
	}
	return 0, errors.New("found no free port on 127.0.0.1 between 20000 and 32000")
}

// engineWriteConfig writes config.xml and users.xml for the engine of data
// directory dataDir and returns the path of the former.
func engineWriteConfig(dataDir string, info engineInfo) (string, error) {
	dir := filepath.Join(dataDir, "engine")
	sum := sha256.Sum256([]byte(info.Password))
	v := map[string]any{
		"Store": filepath.Join(dataDir, "store") + string(filepath.Separator),
		"Dir":   dir, "Port": info.Port,
		"PasswordHash": hex.EncodeToString(sum[:]), "User": engineUser, "Reader": engineReader,
		"Engines": engineTableEngines, "Shards": info.Shards, "Cluster": EngineCluster,
	}
	for name, t := range map[string]*template.Template{"users.xml": engineUsersXML, "config.xml": engineConfigXML} {
		var b bytes.Buffer
		if err := t.Execute(&b, v); err != nil {
			return "", err
		}
		if err := engineWriteFile(filepath.Join(dir, name), b.Bytes()); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "config.xml"), nil
}

func engineTemplate(text string) *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{"xml": func(s string) (string, error) {
		var b bytes.Buffer
		err := xml.EscapeText(&b, []byte(s))
		return b.String(), err
	}}).Option("missingkey=error").Parse(text))
}

// engineTableEngines are those that keep their data within the store.
var engineTableEngines = []string{
	"MergeTree", "ReplacingMergeTree", "SummingMergeTree", "AggregatingMergeTree",
	"CollapsingMergeTree", "VersionedCollapsingMergeTree", "CoalescingMergeTree",
	"Memory", "Null", "Log", "TinyLog", "StripeLog", "Join", "Set", "Buffer", "Merge", "Dictionary",
}

// No system log tables: clickhouse-local creates only those configured. Half
// of the memory is the engine's, the rest the loaders' and the page cache's.
var engineConfigXML = engineTemplate(`<?xml version="1.0"?>
<!-- Generated at every start of the engine; changes are lost. -->
<clickhouse>
    <path>{{xml .Store}}</path>
    <users_config>{{xml .Dir}}/users.xml</users_config>
    <listen_host>127.0.0.1</listen_host>
    <tcp_port>{{.Port}}</tcp_port>
    <timezone>UTC</timezone>
    <log-level>warning</log-level>
    <logger>
        <log>{{xml .Dir}}/server.log</log>
        <size>4M</size>
        <count>1</count>
    </logger>
    <history_file>/dev/null</history_file>
    <disable_suggestion>true</disable_suggestion>
    <max_server_memory_usage_to_ram_ratio>0.5</max_server_memory_usage_to_ram_ratio>
    <mark_cache_size>134217728</mark_cache_size>
    <primary_index_cache_size>134217728</primary_index_cache_size>
    <uncompressed_cache_size>0</uncompressed_cache_size>
    <mmap_cache_size>0</mmap_cache_size>
{{- if .Shards}}
    <remote_servers><{{.Cluster}}>
        <secret>{{.PasswordHash}}</secret>
        {{range .Shards}}<shard><replica><host>127.0.0.1</host><port>{{.}}</port></replica></shard>
        {{end}}</{{.Cluster}}></remote_servers>
{{- end}}
</clickhouse>
`)

// Table engines are granted one by one: a grant on File, URL or the like would
// be one to read files and URLs. Only an engine that is a shard reaches other
// servers, those of its cluster; they let each other in by a shared secret, and
// whoever asked on one is the asker on all.
//
// The default user's one session is the engine's own, so that nobody can log in
// as default over the port.
//
// Explicit grants, because a user without any has all of them. Nobody may
// read files, URLs or other servers through the engine: it runs with the
// rights of whoever started it.
//
// The reader's questions are short and many: compiling one costs a tenth of a second and saves a few milliseconds.
//
// The reader's settings are readonly=2, not 1, since the driver sends
// max_execution_time with a query whose context has a deadline; the
// constraints keep it from lifting its limits.
var engineUsersXML = engineTemplate(`<?xml version="1.0"?>
<!-- Generated at every start of the engine; changes are lost. -->
<clickhouse>
    <profiles>
        <default>
            <async_insert>0</async_insert>
        </default>
        <session>
            <max_sessions_for_user>1</max_sessions_for_user>
        </session>
        <reader>
            <readonly>2</readonly>
            <max_execution_time>30</max_execution_time>
            <max_memory_usage>2147483648</max_memory_usage>
            <max_result_rows>5000000</max_result_rows>
            <compile_expressions>0</compile_expressions>
            <compile_aggregate_expressions>0</compile_aggregate_expressions>
            <compile_sort_description>0</compile_sort_description>
            <constraints>
                <max_execution_time><min>1</min><max>300</max></max_execution_time>
                <max_memory_usage><min>1</min><max>2147483648</max></max_memory_usage>
            </constraints>
        </reader>
    </profiles>
    <quotas><default/></quotas>
    <users>
        <default>
            <password></password>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>session</profile>
            <quota>default</quota>
            <grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants>
        </default>
        <{{.User}}>
            <password_sha256_hex>{{.PasswordHash}}</password_sha256_hex>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>default</profile>
            <quota>default</quota>
            <grants>
                <query>GRANT SHOW, SELECT, INSERT, ALTER, CREATE, DROP, UNDROP TABLE, TRUNCATE, OPTIMIZE, CHECK, KILL QUERY, dictGet ON *.*</query>
                {{range .Engines}}<query>GRANT TABLE ENGINE ON {{.}}</query>
                {{end}}                <query>GRANT SYSTEM MERGES, SYSTEM FLUSH, SYSTEM DROP CACHE ON *.*</query>
                {{if .Shards}}<query>GRANT REMOTE, CREATE TEMPORARY TABLE ON *.*</query>
                <query>GRANT TABLE ENGINE ON Distributed</query>{{end}}
            </grants>
        </{{.User}}>
        <{{.Reader}}>
            <password_sha256_hex>{{.PasswordHash}}</password_sha256_hex>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>reader</profile>
            <quota>default</quota>
            <grants><query>GRANT SELECT, dictGet ON *.*</query></grants>
        </{{.Reader}}>
    </users>
</clickhouse>
`)
