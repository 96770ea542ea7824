import { FacebookAdsApi } from 'facebook-nodejs-business-sdk';

// GRAPH is a getter of the class itself, so it is redefined: assigning to it
// does nothing, and a subclass is not asked. The last argument turns the
// SDK's crash reports off.
export function connect(url, accessToken) {
  Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => url });
  return FacebookAdsApi.init(accessToken, 'en_US', false);
}
