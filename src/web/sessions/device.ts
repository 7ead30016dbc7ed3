const browsers = [
  ['Edge', /\bEdgA?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /SamsungBrowser/],
  ['Firefox', /Firefox|FxiOS/],
  ['Chrome', /Chrome|CriOS|Chromium/],
  ['Safari', /Safari/],
  ['akm', /^akm\b/],
  ['curl', /^curl\b/],
] as const;

const systems = [
  ['Android', /Android/],
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux|X11/],
] as const;

/** What a User-Agent header says about the device, as far as a person needs it to recognise their own. */
export function describeDevice(userAgent: string): { browser: string | null; system: string | null; isPhone: boolean } {
  const browser = browsers.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
  const system = systems.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? null;
  return { browser, system, isPhone: system === 'Android' || system === 'iPhone' };
}
