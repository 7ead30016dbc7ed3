import type { IncomingHttpHeaders } from 'node:http';
import { type FakeBehaviour, type FakeSettingsChange, fakeBehaviours } from './settings.ts';

/** What the fake knows about one key. Absent fields follow from the marker in the key itself. */
export interface FakeAccount {
  readonly behaviour?: FakeBehaviour | undefined;
  /** In the provider's main currency. */
  readonly balance?: number | undefined;
  /** The ids that the key's model list holds. */
  readonly models?: readonly string[] | undefined;
  /** Laid over the settings of the whole server. */
  readonly settings?: FakeSettingsChange | undefined;
}

const MARKER = new RegExp(`fake-(${fakeBehaviours.join('|')})(?:-|$)`);

/** A key whose text says what it does. Any process can make one; nothing has to be registered. */
export function fakeSecret(behaviour: FakeBehaviour, label: string): string {
  return `sk-fake-${behaviour}-${label}`;
}

/** The behaviour marked in a key; keys that were not made for the fake are invalid. */
export function behaviourOf(secret: string): FakeBehaviour {
  const marked = MARKER.exec(secret)?.[1];
  return fakeBehaviours.find((behaviour) => behaviour === marked) ?? 'invalid';
}

/** The key of a request from any place where a provider accepts one, or null. */
export function secretOf(headers: IncomingHttpHeaders, url: URL): string | null {
  const bearer = /^bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1];
  const named = ['x-api-key', 'x-goog-api-key', 'api-key', 'xi-api-key'].map((name) => headers[name]);
  const found = [bearer, ...named].find((value) => typeof value === 'string' && value !== '');
  return (
    (typeof found === 'string' ? found.trim() : null) ?? url.searchParams.get('key') ?? url.searchParams.get('api_key')
  );
}
