// A person at the login page, with a browser that knows neither scripts nor
// pictures: it reads forms and sends them.

const unescape = (s) => s.replace(/&#(\d+);/g, (_, n) => String.fromCharCode(n))
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#34;', '"').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const attribute = (tag, name) => unescape(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? '');

// press sends the form that has the button, but for the boxes that are unticked.
async function press(page, name, value, untick) {
  for (const [form] of page.text.matchAll(/<form method="post">.*?<\/form>/gs)) {
    const tags = [...form.matchAll(/<(?:input|button)[^>]*>/g)].map(([tag]) => tag);
    if (!tags.some((tag) => tag.startsWith('<button') && attribute(tag, 'name') === name && attribute(tag, 'value') === value)) continue;
    const body = new URLSearchParams({ [name]: value });
    for (const tag of tags) {
      if (tag.startsWith('<button') || / disabled/.test(tag) || untick.includes(attribute(tag, 'value'))) continue;
      body.append(attribute(tag, 'name'), attribute(tag, 'value'));
    }
    return open(page.url, { method: 'POST', body });
  }
  throw new Error(`no form sends ${name}=${value}:\n${page.text}`);
}

async function open(url, init) {
  const res = await fetch(url, { redirect: 'manual', ...init });
  return { url, text: await res.text(), status: res.status, location: res.headers.get('location') };
}

// logIn goes to the login page as a person and lets the app in. It gives back
// where the browser is sent.
export async function logIn(url, person, untick = []) {
  const asked = await press(await open(url), 'who', person, []);
  if (asked.location) return new URL(asked.location);
  return new URL((await press(asked, 'allow', '1', untick)).location);
}

export async function cancel(url) {
  return new URL((await press(await open(url), 'cancel', '1', [])).location);
}
