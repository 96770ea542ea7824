import { Client, Constants } from 'instagram-graph-api';

// The address is a static of the module. account is the ID of a professional
// account; version is v18.0 where a request is made without one.
export function connect(url, { accessToken, account, version = 'v25.0' }) {
  Constants.API_URL = url;
  return new Client(accessToken, account, version);
}
