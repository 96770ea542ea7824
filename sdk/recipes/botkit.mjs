import { Botkit } from 'botkit';
import { FacebookAdapter, FacebookEventTypeMiddleware } from 'botbuilder-adapter-facebook';

// api_host is graph.facebook.com unless it is given, and always asked over https;
// api_version is "v3.2". PORT of the environment says where the bot listens.
export function connect({ accessToken, appSecret, verifyToken, version = 'v25.0' }) {
  const adapter = new FacebookAdapter({
    access_token: accessToken, app_secret: appSecret, verify_token: verifyToken, api_version: version,
  });
  adapter.use(new FacebookEventTypeMiddleware());
  return new Botkit({ adapter, webhook_uri: '/api/messages', disable_console: true });
}
