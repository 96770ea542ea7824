// The host is fixed unless an origin is given. skipLegacyProfile is on unless it is
// turned off: then a session has a user with a name.
module.exports = {
  channels: {
    messenger: {
      enabled: true,
      path: '/webhooks/messenger',
      accessToken: process.env.MESSENGER_ACCESS_TOKEN,
      appId: process.env.MESSENGER_APP_ID,
      appSecret: process.env.MESSENGER_APP_SECRET,
      verifyToken: process.env.MESSENGER_VERIFY_TOKEN,
      skipLegacyProfile: false,
    },
  },
};
