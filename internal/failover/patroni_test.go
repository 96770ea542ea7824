//go:build unix

package failover

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kithgraph/kith/internal/store/pgtest"
)

// members is how many of etcd and of Patroni with its PostgreSQL there are.
const members = 3

// ttl is how long the leader's key lives without it, the least Patroni takes.
const ttl = 20 * time.Second

// A fleet is three etcd and three PostgreSQL under Patroni, synchronously
// replicated. Everything dies with the test.
type fleet struct {
	*testing.T
	bin, dir string
	etcd     []int // client ports
	peers    []int
	hosts    []*host
}

// A host is one PostgreSQL and the Patroni that minds it.
type host struct {
	name      string
	api, port int
	dir       string
	patroni   *child
}

// openFleet starts all and returns when there is a leader with two replicas,
// one of them synchronous.
func openFleet(t *testing.T) *fleet {
	t.Helper()
	bin, err := pgtest.Binaries()
	if err == nil {
		_, err = pgtest.Credential()
	}
	for _, name := range []string{"etcd", "patroni"} {
		if err == nil {
			_, err = exec.LookPath(name)
		}
	}
	if err != nil {
		t.Skipf("SKIPPED: %v (apt-get install postgresql patroni etcd-server)", err)
	}
	dir, lock, err := pgtest.NewFolder()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(os.RemoveAll(dir), lock.Close()); err != nil {
			t.Error(err)
		}
	})
	f := &fleet{T: t, bin: bin, dir: dir}
	for i := range members {
		f.etcd, f.peers = append(f.etcd, freePort(t)), append(f.peers, freePort(t))
		name := fmt.Sprintf("pg%d", i)
		f.hosts = append(f.hosts, &host{name: name, api: freePort(t), port: freePort(t), dir: filepath.Join(dir, name)})
	}
	f.startEtcd()
	for _, h := range f.hosts {
		f.configure(h)
		f.start(h)
	}
	begin := time.Now()
	f.await("a leader with a synchronous and another replica", 5*time.Minute, func() bool { return f.healthy(members) })
	t.Logf("three etcd and three PostgreSQL are up after %v", time.Since(begin).Round(time.Millisecond))
	return f
}

func freePort(t *testing.T) int {
	t.Helper()
	port, err := pgtest.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func (f *fleet) startEtcd() {
	var all []string
	for i, port := range f.peers {
		all = append(all, fmt.Sprintf("e%d=http://127.0.0.1:%d", i, port))
	}
	for i := range members {
		client, peer := fmt.Sprintf("http://127.0.0.1:%d", f.etcd[i]), fmt.Sprintf("http://127.0.0.1:%d", f.peers[i])
		f.spawn(filepath.Join(f.dir, fmt.Sprintf("etcd%d.log", i)), exec.Command("etcd",
			"--name", fmt.Sprintf("e%d", i), "--data-dir", filepath.Join(f.dir, fmt.Sprintf("etcd%d", i)),
			"--listen-client-urls", client, "--advertise-client-urls", client,
			"--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
			"--initial-cluster", strings.Join(all, ","), "--initial-cluster-state", "new",
			"--heartbeat-interval", "300", "--election-timeout", "3000", "--enable-v2=true"))
	}
}

// configure writes the settings of a host. There is no watchdog: a host that
// stands still and goes on is what the tests are about. The key of the leader is
// kept through etcd's older interface, which replaces it only where it names the
// same host. Through the newer one Patroni before 3.0.3 writes it whoever holds
// it now, and a host that went on becomes leader again with a history of its
// own: writes that another acknowledged meanwhile are lost. [seen patroni#2689,
// and here with 3.0.2]
func (f *fleet) configure(h *host) {
	if err := os.MkdirAll(h.dir, 0o700); err != nil {
		f.Fatal(err)
	}
	etcd := make([]string, members)
	for i, port := range f.etcd {
		etcd[i] = fmt.Sprintf("127.0.0.1:%d", port)
	}
	text := fmt.Sprintf(`scope: kith
name: %[1]s
restapi: {listen: '127.0.0.1:%[2]d', connect_address: '127.0.0.1:%[2]d'}
etcd: {hosts: [%[3]s]}
watchdog: {mode: 'off'}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 5
    retry_timeout: 5
    maximum_lag_on_failover: 1048576
    synchronous_mode: true
    postgresql:
      use_pg_rewind: true
      parameters: {max_connections: 100, shared_buffers: 32MB, wal_keep_size: 128MB, synchronous_commit: 'on', idle_in_transaction_session_timeout: 10s}
  initdb: [{encoding: UTF8}, {locale: C}, data-checksums]
postgresql:
  listen: 127.0.0.1:%[4]d
  connect_address: 127.0.0.1:%[4]d
  data_dir: %[5]s/data
  bin_dir: %[6]s
  pgpass: %[5]s/pgpass
  authentication:
    superuser: {username: postgres, password: none}
    replication: {username: replicator, password: none}
    rewind: {username: rewinder, password: none}
  parameters: {unix_socket_directories: '%[5]s'}
  pg_hba: [host all all 127.0.0.1/32 trust, host replication all 127.0.0.1/32 trust]
`, h.name, h.api, strings.Join(etcd, ", "), h.port, h.dir, f.bin)
	err := os.WriteFile(filepath.Join(h.dir, "patroni.yml"), []byte(text), 0o600)
	if who, _ := pgtest.Credential(); err == nil && who != nil {
		err = errors.Join(os.Chown(h.dir, int(who.Uid), int(who.Gid)), os.Chown(filepath.Join(h.dir, "patroni.yml"), int(who.Uid), int(who.Gid)))
	}
	if err != nil {
		f.Fatal(err)
	}
}

// start starts the Patroni of a host, which starts its PostgreSQL.
func (f *fleet) start(h *host) {
	h.patroni = f.spawn(filepath.Join(f.dir, h.name+".log"), exec.Command("patroni", filepath.Join(h.dir, "patroni.yml")))
	// What Patroni starts outlives it, so it is ended apart.
	f.Cleanup(func() { signalAll(h.postgres(), syscall.SIGCONT, syscall.SIGKILL) })
}

// postgres are the processes of the server of a host; none if it is down.
func (h *host) postgres() []int {
	text, err := os.ReadFile(filepath.Join(h.dir, "data", "postmaster.pid"))
	if err != nil {
		return nil
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid := 0
	if _, err := fmt.Sscan(first, &pid); err != nil || pid <= 1 || !runs(pid, "postgres") {
		return nil
	}
	return append([]int{pid}, pgtest.Children(pid)...)
}

// processes are Patroni, what it has started of its own, and PostgreSQL.
func (h *host) processes() []int {
	pid := h.patroni.cmd.Process.Pid
	return append(append([]int{pid}, pgtest.Children(pid)...), h.postgres()...)
}

// A member is what Patroni says about a host.
type member struct {
	Name  string
	Role  string // leader, sync_standby, replica
	State string
	Lag   json.RawMessage
}

// cluster is what the first host that answers believes.
func (f *fleet) cluster() []member {
	client := http.Client{Timeout: 2 * time.Second}
	for _, h := range f.hosts {
		var answer struct{ Members []member }
		resp, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/cluster", h.api))
		if err != nil {
			continue
		}
		err = json.NewDecoder(resp.Body).Decode(&answer)
		_ = resp.Body.Close()
		if err == nil {
			return answer.Members
		}
	}
	return nil
}

// healthy is true with a leader, a synchronous standby and n hosts that run.
func (f *fleet) healthy(n int) bool {
	roles, running := map[string]int{}, 0
	for _, m := range f.cluster() {
		if roles[m.Role]++; m.State == "running" || m.State == "streaming" {
			running++
		}
	}
	return roles["leader"] == 1 && roles["sync_standby"] == 1 && running >= n
}

// leader is the host that answers as primary with the key in its hand; nil if
// there is none.
func (f *fleet) leader() *host {
	client := http.Client{Timeout: time.Second}
	for _, h := range f.hosts {
		resp, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/primary", h.api))
		if err != nil {
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return h
		}
	}
	return nil
}

// anyLeader waits for a leader.
func (f *fleet) anyLeader() *host {
	f.Helper()
	return f.awaitLeader(nil, moveWithin)
}

// awaitLeader waits for a leader other than the one before.
func (f *fleet) awaitLeader(before *host, limit time.Duration) *host {
	f.Helper()
	var now *host
	f.await("a new leader", limit, func() bool { now = f.leader(); return now != nil && now != before })
	return now
}

// dsn leads to all hosts, beginning with the n-th.
func (f *fleet) dsn(n int, database string) string {
	var hosts []string
	for i := range members {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", f.hosts[(n+i)%members].port))
	}
	return "postgres://postgres@" + strings.Join(hosts, ",") + "/" + database + "?sslmode=disable&target_session_attrs=read-write"
}

// createDB makes a database on the leader.
func (f *fleet) createDB(name string) {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(f.bin, "psql"), "-h", "127.0.0.1", "-p", fmt.Sprint(f.anyLeader().port),
		"-U", "postgres", "-c", "CREATE DATABASE "+name).CombinedOutput()
	if err != nil {
		f.Fatalf("create database: %v\n%s", err, out)
	}
}

// await polls until cond holds; what it waits for happens in other processes.
func (f *fleet) await(what string, limit time.Duration, cond func() bool) {
	f.Helper()
	await(f.T, what, limit, cond)
}
