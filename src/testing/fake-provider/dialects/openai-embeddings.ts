import { createHash } from 'node:crypto';
import { type Answer, jsonAnswer, type ModelCall } from '../answer.ts';

const DIMENSIONS = 8;
const DIMENSIONS_MAX = 4_096;

/** POST {base}/embeddings for one or many inputs, as numbers or, as the official SDK asks, in base64. */
export function answerEmbeddings(call: ModelCall): Answer {
  const input = call.body.input;
  // A list of numbers is one input that is tokenised already.
  const inputs: readonly unknown[] = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
  const asked = call.body.dimensions;
  const dimensions =
    typeof asked === 'number' && asked >= 1 && asked <= DIMENSIONS_MAX ? Math.floor(asked) : DIMENSIONS;
  const data = inputs.map((one, index) => {
    const vector = vectorOf(JSON.stringify(one), dimensions);
    const embedding = call.body.encoding_format === 'base64' ? toBase64(vector) : vector;
    return { object: 'embedding', index, embedding };
  });
  const usage = { ...call.usage, outputTokens: 0, reasoningTokens: 0 };
  const told = { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens };
  const body = { object: 'list', data, model: call.model, ...(call.tellsUsage ? { usage: told } : {}) };
  return jsonAnswer(body, usage, call.tellsUsage);
}

/** The same text always gives the same vector. */
function vectorOf(text: string, dimensions: number): number[] {
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length: dimensions }, (_value, position) => ((digest[position % 32] ?? 0) - 128) / 128);
}

function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [position, value] of vector.entries()) bytes.writeFloatLE(value, position * 4);
  return bytes.toString('base64');
}
