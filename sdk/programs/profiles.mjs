// A program for kith exec: it reads profiles through an SDK whose host is
// facebook.com, and knows nothing of kith. The name of the SDK is its argument,
// a list of { id, token, fields, version } its input; what came of each is one
// line of JSON.
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

// An SDK gives the Graph's answer, or throws, or answers with { error }.
const sdks = {
  'messenger-node': async () => {
    const { connect } = await import('../recipes/messenger-node.mjs');
    return ({ id, token, fields, version }) => connect({ accessToken: token, version }).getUserProfile(id, fields);
  },
  bootbot: async () => {
    const { connect } = await import('../recipes/bootbot.mjs');
    return ({ id, token, version }) =>
      connect({ accessToken: token, appSecret: 'none', verifyToken: 'none', version }).getUserProfile(id);
  },
  fb: async () => {
    const { connect } = await import('../recipes/fb.mjs');
    return ({ id, token, fields, version }) =>
      new Promise((done) => connect({ accessToken: token, version }).api(`/${id}`, { fields }, done));
  },
  'messaging-api-messenger': async () => {
    const { default: messaging } = await import('messaging-api-messenger');
    return ({ id, token, fields }) => new messaging.MessengerClient({ accessToken: token, version: '25.0' }).getUserProfile(id, { fields });
  },
  'business-sdk': async () => {
    const { FacebookAdsApi, User } = await import('facebook-nodejs-business-sdk');
    return async ({ id, token, fields }) => {
      FacebookAdsApi.init(token, 'en_US', false);
      return (await new User(id).read(fields)).exportAllData();
    };
  },
  fbgraph: async () => {
    const { default: graph } = await import('fbgraph');
    return ({ id, token, fields }) => promisify(graph.get.bind(graph))(id, { fields: fields.join(), access_token: token });
  },
  fetch: async () => async ({ id, token, fields }) =>
    (await fetch(`https://graph.facebook.com/v25.0/${id}?fields=${fields}&access_token=${token}`)).json(),
};

const read = await sdks[process.argv[2]]();
for (const call of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    console.log(JSON.stringify(await read(call)));
  } catch (err) {
    console.log(JSON.stringify(err.error ? { error: err.error } : err.code ? { error: err } : { thrown: String(err) }));
  }
}
process.exit();
