// The people of the demo world and what is documented for each of them: a
// profile, the empty answer of those who did not opt in, or a refusal. Both
// SDKs read them all.
import * as errors from './errors.mjs';

const messenger = ['id', 'name', 'first_name', 'last_name', 'profile_pic', 'locale', 'timezone', 'gender'];
const instagram = ['id', 'name', 'username', 'profile_pic', 'is_verified_user', 'follower_count',
  'is_user_follow_business', 'is_business_follow_user'];

// A picture URL has the parameters that clients take apart. [seen Yoctol/bottender]
const picture = (query) =>
  new RegExp(`^http://127\\.0\\.0\\.1:\\d+/platform/profilepic/\\?(eai=[\\w-]+&)?${query}=\\d+&.*ext=\\d+&hash=[\\w-]+$`);
const pic = picture('psid');

// Hours from GMT, in winter and in summer.
const hours = (...any) => (got) => any.includes(got);

// on makes an entry: somebody, what they did, and the Page that asks.
const on = (page) => (person, what, outcome) => ({
  person, what, outcome, fields: messenger,
  call: (kith) => ({ id: kith.psid(page, person), token: kith.page(page).token }),
});
const shop = on('shop');

// An outcome is a profile, or refused with an error, be it from a version on
// that an SDK does not ask for by itself.
const refused = (error, version) => ({ refused: error, version });
const answers = (profile) => ({ profile });
const empty = answers({});

const profile = (first_name, last_name, more) =>
  answers({ name: `${first_name} ${last_name}`, first_name, last_name, profile_pic: pic, ...more });

export const contacts = [
  shop('alice', 'opted in', profile('Alice', 'Moreau', { locale: 'fr_FR', timezone: hours(1, 2), gender: 'female' })),
  shop('bao', 'has an account made with a phone number', refused(errors.phoneOnly)),
  shop('carl', 'was matched by phone number and never replied', empty),
  shop('dina', 'came through a Conversation Ad and never replied', empty),

  shop('full', 'has every field', profile('Fulvia', 'Conti', { locale: 'it_IT', timezone: hours(1, 2), gender: 'female' })),
  shop('single_name', 'has one name',
    answers({ name: 'Prince', first_name: 'Prince', profile_pic: pic, locale: 'en_US', timezone: hours(-6, -5), gender: 'male' })),
  shop('name_id_only', 'is as any other when fields are named', profile('Nadia', 'Idris', { locale: 'en_GB' })),
  shop('eu', 'lives in Europe', profile('Eva', 'Urban', { locale: 'cs_CZ', timezone: hours(1, 2), gender: 'female' })),
  shop('fractional_tz', 'lives between two hours', profile('Farid', 'Tandon', { locale: 'hi_IN', timezone: 5.5, gender: 'male' })),
  shop('neutral_gender', 'says no gender', profile('Noa', 'Gray', { locale: 'en_US', timezone: hours(-7, -6) })),
  shop('pirate_locale', 'speaks as pirates do', profile('Pip', 'Locke', { locale: 'en_PI', timezone: -5, gender: 'male' })),
  shop('private', 'shows little', answers({ name: 'Priya', first_name: 'Priya', timezone: hours(-5, -4) })),

  shop('phone_only', 'has an account made with a phone number', refused(errors.phoneOnly)),
  shop('blocked_page', 'blocked the Page', empty),
  shop('deleted', 'left', refused(errors.noNode)),
  shop('guest_chat_plugin', 'is a guest of the chat plugin', refused(errors.noNode)),
  shop('commented_only', 'commented only', empty),
  shop('checkbox_only', 'ticked a checkbox only', empty),
  shop('ctm_ad_no_reply', 'opened an ad only', empty),
  shop('revoked', 'took the consent back', empty),
  shop('web_plugin', 'used a web plugin, which grants nothing today', empty),
  on('retro_shop')('web_plugin', 'used a web plugin, which granted in 2016',
    profile('Wendy', 'Plug', { locale: 'en_US' })),

  on('sketch_shop')('app_role_admin', 'has a role in an app in development', profile('Ada', 'Roll')),
  on('sketch_shop')('app_role_none', 'has none', refused(errors.noNode)),
  on('arcade_game')('instant_games', 'plays', refused(errors.instantGames)),
  on('featureless_shop')('alice', 'writes to an app without the profile feature', refused(errors.noNode, '24.0')),
  on('unapproved_shop')('alice', 'writes to an app without the permissions', refused(errors.unapprovedField)),
];

const shopIG = (person, what, outcome) => ({
  person, what, outcome, fields: instagram,
  call: (kith) => ({ id: kith.igsid('shop_ig', person), token: kith.page('shop').token }),
});

const account = (username, name, more) => answers({
  name, username, profile_pic: picture('[a-z]+'), is_verified_user: false, follower_count: 0,
  is_user_follow_business: false, is_business_follow_user: false, ...more,
});

export const accounts = [
  shopIG('alice', 'wrote, and follows', account('alice.bakes', 'Alice Moreau',
    { follower_count: 1234, is_user_follow_business: true, is_business_follow_user: true })),
  shopIG('ines', 'commented only', refused(errors.noConsent)),
  shopIG('ig_null_name', 'has no name', account('nameless', null)),
  shopIG('ig_null_pic', 'has no picture', account('faceless', 'Face Less', { profile_pic: null })),
  shopIG('ig_verified', 'replied to a story', account('really.me', 'Really Me',
    { is_verified_user: true, follower_count: 250000, is_business_follow_user: true })),
  shopIG('ig_comment_only', 'got a private reply and did not answer', refused(errors.noConsent)),
  shopIG('ig_blocked_business', 'blocked the account', refused(errors.noConsent)),
  shopIG('ig_review_bot', 'is the review bot', refused(errors.noInstagramUser)),
  {
    ...shopIG('ig_verified', 'is asked for with Instagram Login', account('really.me', 'Really Me',
      { is_verified_user: true, follower_count: 250000, is_business_follow_user: true })),
    call: (kith) => ({ id: kith.igsid('shop_ig', 'ig_verified'), token: kith.instagram('shop_ig').token }),
  },
];

// Those who use the app demo, with their first names.
export const users = { alice: 'Alice', carl: 'Carl', olga: 'Olga', max: 'Max', private: 'Priya' };
