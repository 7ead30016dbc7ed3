import { anthropicCases } from './anthropic-cases.ts';
import type { Case } from './case.ts';
import { geminiCases } from './gemini-cases.ts';
import { openaiCases } from './openai-cases.ts';
import { otherShapeCases } from './other-shape-cases.ts';
import { refusalCases } from './refusal-cases.ts';
import { responsesCases } from './responses-cases.ts';
import { trapCases } from './trap-cases.ts';

export const cases: readonly Case[] = [
  ...openaiCases,
  ...responsesCases,
  ...anthropicCases,
  ...geminiCases,
  ...trapCases,
  ...otherShapeCases,
  ...refusalCases,
];
