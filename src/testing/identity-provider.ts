import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { startLoopbackServer } from './loopback-server.ts';

/** Somebody at the organisation. */
export interface OrganisationPerson {
  subject: string;
  email?: string;
  emailVerified?: boolean;
  name?: string;
  /** How they sign in there, as `amr` and `acr` tell it. */
  amr?: string[];
  acr?: string;
}

/** Makes another ID token of the true one. `sign` signs as the provider does. */
type Forgery = (
  claims: JWTPayload,
  tools: { sign: (claims: JWTPayload) => Promise<string>; original: string },
) => Promise<string> | string;

export interface IdentityProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Goes through the provider's pages as this person; gives the query that the browser comes back with. */
  authorize(url: string, person: OrganisationPerson): Promise<string>;
  /** What happens to ID tokens from now on. Null: nothing. */
  forge(forgery: Forgery | null): void;
  /** Requests for tokens so far. */
  tokenRequests(): number;
  close(): Promise<void>;
  /** Lets the process end although it listens. */
  unref(): void;
}

/** `oidc-provider`, a certified implementation, on the loopback address. Its pages say yes at once. */
export async function startIdentityProvider(redirectUris: readonly string[]): Promise<IdentityProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: randomBytes(6).toString('hex'), alg: 'RS256', use: 'sig' };
  void publicKey;
  const clientId = `client-${randomBytes(4).toString('hex')}`;
  const clientSecret = randomBytes(24).toString('base64url');
  const people = new Map<string, OrganisationPerson>();
  let present: OrganisationPerson = { subject: 'nobody' };
  let forgery: Forgery | null = null;
  let tokenRequests = 0;
  let answer = (_request: IncomingMessage, response: ServerResponse): unknown => response.end();
  const server = await startLoopbackServer((request, response) => answer(request, response));
  const issuer = `http://127.0.0.1:${server.port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [...redirectUris] }],
    jwks: { keys: [jwk] },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    claims: { openid: ['sub', 'amr', 'acr'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, subject) => ({
      accountId: subject,
      claims: () => {
        const { email, emailVerified = true, name } = people.get(subject) ?? {};
        return {
          sub: subject,
          ...(email === undefined ? {} : { email, email_verified: emailVerified }),
          ...(name === undefined ? {} : { name }),
        };
      },
    }),
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  const callback = provider.callback();
  const sign = (claims: JWTPayload) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: jwk.kid }).sign(privateKey);

  /** Asks itself for the true tokens, and hands out others. */
  async function answerForged(request: IncomingMessage, response: ServerResponse, change: Forgery): Promise<void> {
    const headers = { ...request.headers, untouched: 'yes' };
    const { authorization = '', 'content-type': type = '' } = request.headers;
    const body = await text(request);
    const reply = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization, 'content-type': type, untouched: headers.untouched },
      body,
    });
    const tokens: { id_token: string } = JSON.parse(await reply.text());
    const claims: JWTPayload = JSON.parse(
      Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    );
    const idToken = await change(claims, { sign, original: tokens.id_token });
    response.writeHead(reply.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...tokens, id_token: idToken }));
  }

  answer = (request, response) => {
    const path = request.url ?? '';
    if (path.startsWith('/interaction/')) {
      const { subject, amr, acr } = present;
      const login = {
        accountId: subject,
        ...(amr === undefined ? {} : { amr }),
        ...(acr === undefined ? {} : { acr }),
      };
      return provider.interactionFinished(request, response, { login });
    }
    if (path === '/token') {
      const isOwn = request.headers['untouched'] !== undefined;
      if (!isOwn) tokenRequests += 1;
      if (!isOwn && forgery !== null) return answerForged(request, response, forgery);
    }
    return callback(request, response);
  };

  return {
    issuer,
    clientId,
    clientSecret,
    async authorize(url, person) {
      present = person;
      people.set(person.subject, person);
      const cookies = new Map<string, string>();
      let next = new URL(url);
      for (let step = 0; step < 10; step += 1) {
        if (next.origin !== issuer) return next.search;
        const reply = await fetch(next, {
          redirect: 'manual',
          headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        });
        for (const cookie of reply.headers.getSetCookie()) {
          const [name = '', value = ''] = cookie.split(';')[0]?.split(/=(.*)/s) ?? [];
          cookies.set(name, value);
        }
        const location = reply.headers.get('location');
        if (location === null) throw new Error(`the provider stopped at ${next.pathname}: ${await reply.text()}`);
        next = new URL(location, next);
      }
      throw new Error('the provider redirects without end');
    },
    forge(next) {
      forgery = next;
    },
    tokenRequests: () => tokenRequests,
    close: () => server.close(),
    unref: () => server.unref(),
  };
}
