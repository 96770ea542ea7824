package postgres

import (
	"errors"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// errDSN says nothing of the text: what cannot be read may hold a password
// anywhere.
var errDSN = errors.New("not a PostgreSQL connection string (postgres://user:password@host:5432/database)")

// connectWait bounds one attempt to reach a host, and what is set up there, unless
// the DSN does.
const connectWait = 3 * time.Second

// unsafe is the parameter of a DSN that is Options.Unsafe, with the value
// "allow". PostgreSQL takes it from other programs for a setting of somebody's.
const unsafe = "kith.unsafe"

// parse reads a DSN. Parameters that a pooler would refuse are taken out.
func parse(o *Options) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(o.DSN)
	if err != nil {
		return nil, errDSN
	}
	c := &cfg.ConnConfig.Config
	if o.Schema == "" {
		first, _, _ := strings.Cut(c.RuntimeParams["search_path"], ",")
		o.Schema = strings.Trim(strings.TrimSpace(first), `"`)
	}
	delete(c.RuntimeParams, "search_path")
	o.Unsafe = o.Unsafe || c.RuntimeParams[unsafe] == "allow"
	delete(c.RuntimeParams, unsafe)
	if o.Schema == "" {
		o.Schema = "public"
	}
	switch cfg.ConnConfig.DefaultQueryExecMode {
	case pgx.QueryExecModeCacheStatement:
	default: // any other was chosen because statements cannot be kept
		o.Simple = true
	}
	if strings.Contains(o.DSN, "pool_max_conns") {
		rest := int(cfg.MaxConns) - lanes - 1 - beatConns
		o.ReadConns = max(1, rest/2)
		o.WriteConns = max(1, rest-o.ReadConns)
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectWait
	}
	// Whatever the DSN says: a standby may be behind what was acknowledged.
	c.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	return cfg, nil
}

// Address names the hosts and the database of a DSN, without any secret.
func Address(dsn string) string {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return "postgres"
	}
	c := &cfg.ConnConfig.Config
	hosts := []string{hostPort(c.Host, c.Port)}
	for _, f := range c.Fallbacks { // TLS makes two of each host
		if h := hostPort(f.Host, f.Port); h != hosts[len(hosts)-1] {
			hosts = append(hosts, h)
		}
	}
	return "postgres://" + strings.Join(hosts, ",") + "/" + c.Database
}

func hostPort(host string, port uint16) string {
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
