import fb from 'fb';

// The host is fixed. With an appSecret every request carries an appsecret_proof.
export function connect({ accessToken, appSecret, version = 'v25.0' }) {
  return new fb.Facebook({ accessToken, appSecret, version });
}
