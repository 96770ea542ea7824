import { Client } from 'messenger-node';

// The host is fixed. Without graph_api_version paths have none.
export function connect({ accessToken, version }) {
  return new Client({ page_token: accessToken, graph_api_version: version });
}
