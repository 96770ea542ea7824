import graph from 'fbgraph';

// The settings are the module's, not a client's. With an appSecret every request
// carries an appsecret_proof. version is "2.9" unless it is given.
export function connect(url, { accessToken, appSecret, version }) {
  graph.setGraphUrl(url);
  graph.setAccessToken(accessToken);
  graph.setAppSecret(appSecret);
  if (version) graph.setVersion(version);
  return graph;
}
