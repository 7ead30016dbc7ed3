import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { type Person, registerAccount, signIn } from './people.ts';

/** What a browser received: kept whole, so that a later search for a secret sees every byte. */
export interface CollectedResponse {
  method: string;
  url: string;
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

export interface ResponseCollector {
  /** Waits for bodies that are still arriving and returns everything since the journey began. */
  all(): Promise<CollectedResponse[]>;
  /** The responses whose headers or body hold `marker`. */
  holding(marker: string): Promise<CollectedResponse[]>;
}

export interface ComplaintList {
  /** Names a complaint that the journey provokes on purpose, e.g. the browser's line about an expected 401. */
  expect(pattern: RegExp): void;
  /** Holds the pages of a further browser to the same. Call it before they are opened. */
  watch(context: BrowserContext): Promise<void>;
}

export interface Fixtures {
  productUrl: string;
  /** The fake provider: the host to give to a custom provider or as a key's base URL. */
  fakeProviderUrl: string;
  /** Holds `data/` (the product's DATA_DIR) and `server.log`, for journeys that search what is on the disk. */
  directory: string;
  /** A new account whose browser is signed in. */
  person: Person;
  complaints: ComplaintList;
  responses: ResponseCollector;
}

/**
 * The `test` of every journey. It fails a journey on any console error, uncaught error in a page or violation of the
 * content security policy, unless the journey named it with `complaints.expect`.
 */
export const test = base.extend<Fixtures>({
  productUrl: ['', { option: true }],
  fakeProviderUrl: ['', { option: true }],
  directory: ['', { option: true }],
  complaints: [
    async ({ context }, use) => {
      const expected = [askedWhoIsSignedIn];
      const complaints: string[] = [];
      const watch = (watched: BrowserContext) => listenForComplaints(watched, complaints);
      await watch(context);
      await use({ expect: (pattern) => void expected.push(pattern), watch });
      const unexpected = complaints.filter((text) => !expected.some((pattern) => pattern.test(text)));
      expect(unexpected, 'console errors, page errors and CSP violations').toEqual([]);
    },
    { auto: true },
  ],
  person: async ({ context, productUrl }, use) => {
    await use(await signIn(context, productUrl, await registerAccount(productUrl, 'Robin')));
  },
  responses: async ({ context }, use) => {
    await use(collectResponses(context));
  },
});

export { expect };

/** The app asks who is signed in; where nobody is, the browser itself notes the answer as an error. */
const askedWhoIsSignedIn = /^console: Failed to load resource: .* status of 401 .*\/api\/me\)$/;

async function listenForComplaints(context: BrowserContext, complaints: string[]): Promise<void> {
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (webError) => complaints.push(`page: ${webError.error().message}`));
  await context.exposeBinding('reportCspViolation', (_source, text: string) => complaints.push(`csp: ${text}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const report: unknown = Reflect.get(window, 'reportCspViolation');
      if (typeof report === 'function') report(`${event.effectiveDirective} blocked ${event.blockedURI}`);
    });
  });
}

function collectResponses(context: BrowserContext): ResponseCollector {
  const pending: Promise<CollectedResponse>[] = [];
  context.on('response', (response) => {
    const collect = async (): Promise<CollectedResponse> => ({
      method: response.request().method(),
      url: response.url(),
      status: response.status(),
      // Those of a page that goes away at this moment are read no further.
      headers: await response.allHeaders().catch(() => response.headers()),
      // A redirect, a 204 and a cached copy have no body to read.
      body: await response.body().catch(() => Buffer.alloc(0)),
    });
    pending.push(collect());
  });
  const all = () => Promise.all(pending);
  return {
    all,
    holding: async (marker) =>
      (await all()).filter(
        (response) => response.body.includes(marker) || JSON.stringify(response.headers).includes(marker),
      ),
  };
}

/** Everything a page keeps: its HTML, the values of its fields, its storage and its cookies, as one text to search. */
export async function readTraces(page: Page): Promise<string> {
  const inPage = await page.evaluate(async () => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) =>
      field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : '',
    );
    const databases = await indexedDB.databases();
    return JSON.stringify([
      document.documentElement.outerHTML,
      fields,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      databases,
    ]);
  });
  return inPage + JSON.stringify(await page.context().cookies()) + page.url();
}
