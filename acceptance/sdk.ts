import type { Target, Tokens } from './target.ts';

export interface Answered {
  readonly text: string;
  /** As the SDK tells it; `not asked` where the call asks for none and is told none. */
  readonly usage: Tokens | null | 'not asked';
}

export interface CalledTools extends Answered {
  /** The input of each call that the model made before its answer. */
  readonly inputs: readonly unknown[];
}

type Calls<Result> = Readonly<Record<string, (target: Target) => Promise<Result>>>;

/** One SDK and what it is asked to do, by the name of the call. */
export interface Sdk {
  readonly name: string;
  readonly answers: Calls<Answered>;
  /** Offers a tool, answers the calls with `weatherReport`, and returns what the model says then. */
  readonly toolRoundTrips: Calls<CalledTools>;
  /** The ids of the models. */
  readonly modelLists?: Calls<readonly string[]>;
  /** The vectors of the two texts in `texts`. */
  readonly embeddings?: Calls<readonly (readonly number[])[]>;
  /** The tokens of the question. */
  readonly counts?: Calls<number>;
}

export const question = 'What is the weather in Paris?';
export const texts = ['first text', 'second text'] as const;
export const weatherReport = '21 °C and sunny';

/** The tool that is offered, in JSON Schema. */
export const weather = {
  name: 'get_weather',
  description: 'The weather of a city.',
  schema: {
    type: 'object' as const,
    properties: { city: { type: 'string' as const }, days: { type: 'integer' as const } },
    required: ['city', 'days'],
  },
};

export const models = {
  openai: 'gpt-4o',
  anthropic: 'claude-haiku-4-5',
  google: 'gemini-2.5-flash',
  openaiEmbedding: 'text-embedding-3-small',
  googleEmbedding: 'gemini-embedding-001',
} as const;
