import messaging from 'messaging-api-messenger';

// With an appSecret every request carries an appsecret_proof; without one
// none does. version is "6.0" unless it is given.
export function connect(url, { accessToken, appSecret, version }) {
  return new messaging.MessengerClient({ origin: url, accessToken, appSecret, version });
}
