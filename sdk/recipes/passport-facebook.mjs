import { Strategy } from 'passport-facebook';

// callbackURL is one of redirect_uris of the app, or any address of this machine
// if the app names none. enableProof adds an appsecret_proof to the profile call.
export function strategy(url, { clientID, clientSecret, callbackURL }) {
  return new Strategy({
    clientID, clientSecret, callbackURL, enableProof: true,
    authorizationURL: `${url}/v25.0/dialog/oauth`,
    tokenURL: `${url}/v25.0/oauth/access_token`,
    profileURL: `${url}/v25.0/me`,
    profileFields: ['id', 'displayName', 'email'],
  }, (accessToken, refreshToken, profile, done) => done(null, { accessToken, profile }));
}
