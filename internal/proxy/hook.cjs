// Leads the connections of this process to the hosts of the Graph to a kith on
// this machine, for clients that know nothing of proxies, and refuses what the
// proxy refuses. Names, certificates and requests stay as they are.
'use strict';
const net = require('node:net');

const { hosts, metas, offline, port } = KITH;
const spared = (process.env.NO_PROXY ?? '').split(/[,\s]+/).filter(Boolean);
const within = (host, domain) => host === domain || host.endsWith(`.${domain.replace(/^\*?\./, '')}`);
const connect = net.Socket.prototype.connect;

// led are the options of a connection that is to go elsewhere, or nothing.
function led(options) {
  const host = String(options?.host ?? '').toLowerCase().replace(/\.$/, '');
  const to = Number(options?.port);
  if (to !== 443 && to !== 80) return undefined;
  if (hosts.includes(host)) return { ...options, host: '127.0.0.1', port, localAddress: undefined, family: 4 };
  const here = host === '' || host.startsWith('127.') || spared.some((entry) => within(host, entry));
  if (!here && (offline || metas.some((domain) => within(host, domain)))) {
    throw new Error(`kith exec refuses this host: ${host}`);
  }
  return undefined;
}

// instead changes the arguments of connect: (options, ...), (port, host, ...), or
// the list that net.connect has made of either.
function instead(args) {
  const [first, second] = args;
  if (Array.isArray(first)) first[0] = led(first[0]) ?? first[0];
  else if (typeof first === 'object' && first !== null) args[0] = led(first) ?? first;
  else if (typeof second === 'string') {
    const other = led({ port: first, host: second });
    if (other) args.splice(0, 2, other);
  }
}

net.Socket.prototype.connect = function (...args) {
  try {
    instead(args);
  } catch (err) {
    process.nextTick(() => this.destroy(err));
    return this;
  }
  return connect.apply(this, args);
};
