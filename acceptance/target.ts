import { type FakeProvider, startFakeProvider } from '../src/testing/fake-provider/fake-provider.ts';

/** Tokens as the product counts them: all input, all billed output. */
export interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A call as the usage log has it. */
export interface UsageRow extends Tokens {
  /** What the provider calls the request. */
  readonly upstreamRequestId: string | null;
  readonly usageState: string;
}

/** What the clients are pointed at. */
export interface Target {
  readonly kind: 'gateway' | 'fake';
  /** `http://127.0.0.1:<port>`; clients append /v1 or /v1beta as they are used to. */
  readonly root: string;
  /** What a client sends as its API key. */
  readonly secret: string;
  /** The provider behind it all. */
  readonly fake: FakeProvider;
  /** The providers' own keys; the fake must see these and nothing else. */
  readonly providerSecrets: readonly string[];
  /** Every row of the usage log; null where nobody keeps the books. */
  readUsage(): Promise<readonly UsageRow[] | null>;
  close(): Promise<void>;
}

/** The gateway, or with ACCEPTANCE_TARGET=fake the provider itself, which shows that the clients are used rightly. */
export async function startTarget(): Promise<Target> {
  if (process.env.ACCEPTANCE_TARGET === 'fake') return startFakeTarget();
  // Loaded only when it is wanted, so that a product that does not start says nothing about the clients.
  const { startGatewayTarget } = await import('./gateway-target.ts');
  return startGatewayTarget();
}

async function startFakeTarget(): Promise<Target> {
  const fake = await startFakeProvider();
  const secret = fake.secret('valid', 'acceptance');
  return {
    kind: 'fake',
    root: fake.url,
    secret,
    fake,
    providerSecrets: [secret],
    readUsage: async () => null,
    close: () => fake.close(),
  };
}
