import BootBot from 'bootbot';

// The host is fixed. graphApiVersion is "v2.12" unless it is given.
export function connect({ accessToken, appSecret, verifyToken, version }) {
  return new BootBot({ accessToken, appSecret, verifyToken, graphApiVersion: version });
}
