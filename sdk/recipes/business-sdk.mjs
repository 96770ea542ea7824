import { FacebookAdsApi } from 'facebook-nodejs-business-sdk';

// GRAPH is a getter of the class: it cannot be assigned to, and that of a
// subclass is not asked, so it is redefined. The last argument turns the SDK's
// crash reports off.
export function connect(url, accessToken) {
  Object.defineProperty(FacebookAdsApi, 'GRAPH', { get: () => url });
  return FacebookAdsApi.init(accessToken, 'en_US', false);
}
