import { useCallback, useEffect, useRef, useState } from 'react';
import type { KeyWish } from './playground-key.ts';
import { streamAnswer } from './stream-answer.ts';
import type { ChatMessage, ChatRequest } from './wire.ts';

/** One question and what came of it. */
export interface Turn {
  id: number;
  model: string;
  question: string;
  answer: string;
  reasoning: string;
  state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  /** The longest length was reached. */
  isCut: boolean;
  error: unknown;
  requestId: string | null;
}

export type ChatSettings = Omit<ChatRequest, 'messages'>;

export interface Conversation {
  turns: readonly Turn[];
  isRunning: boolean;
  ask: (question: string, settings: ChatSettings, wish: KeyWish) => void;
  /** Asks the last question once more, in place of what came of it. */
  askAgain: (settings: ChatSettings, wish: KeyWish) => void;
  stop: () => void;
  reset: () => void;
}

/** What was said so far, as the model is told it; a turn without an answer would break the order of the speakers. */
export function messagesOf(turns: readonly Turn[], question: string): ChatMessage[] {
  const said = turns
    .filter(({ answer }) => answer !== '')
    .flatMap(({ question: text, answer }): ChatMessage[] => [
      { role: 'user', text },
      { role: 'assistant', text: answer },
    ]);
  return [...said, { role: 'user', text: question }];
}

/** A conversation of several turns. Leaving the page stops the answer that is arriving. */
export function useConversation(): Conversation {
  const [turns, setTurns] = useState<readonly Turn[]>([]);
  const running = useRef<AbortController | null>(null);
  const lastId = useRef(0);
  useEffect(() => () => running.current?.abort(), []);

  const change = useCallback((id: number, patch: (turn: Turn) => Partial<Turn>) => {
    setTurns((before) => before.map((turn) => (turn.id === id ? { ...turn, ...patch(turn) } : turn)));
  }, []);

  const run = async (before: readonly Turn[], question: string, settings: ChatSettings, wish: KeyWish) => {
    lastId.current += 1;
    const id = lastId.current;
    const turn = { id, model: settings.model, question, answer: '', reasoning: '' };
    setTurns([...before, { ...turn, state: 'waiting', isCut: false, error: null, requestId: null }]);
    const controller = new AbortController();
    running.current = controller;
    try {
      await streamAnswer({
        request: { ...settings, messages: messagesOf(before, question) },
        wish,
        signal: controller.signal,
        onRequestId: (requestId) => change(id, () => ({ requestId })),
        onDelta: (delta) =>
          change(id, ({ answer, reasoning, isCut }) => ({
            state: 'streaming',
            answer: answer + delta.text,
            reasoning: reasoning + delta.reasoning,
            isCut: isCut || delta.isCut,
          })),
      });
      change(id, () => ({ state: 'done' }));
    } catch (error) {
      change(id, () => (controller.signal.aborted ? { state: 'stopped' } : { state: 'failed', error }));
    } finally {
      if (running.current === controller) running.current = null;
    }
  };

  return {
    turns,
    isRunning: turns.some(({ state }) => state === 'waiting' || state === 'streaming'),
    ask: (question, settings, wish) => void run(turns, question, settings, wish),
    askAgain: (settings, wish) => {
      const last = turns.at(-1);
      if (last !== undefined) void run(turns.slice(0, -1), last.question, settings, wish);
    },
    stop: () => running.current?.abort(),
    reset: () => {
      running.current?.abort();
      setTurns([]);
    },
  };
}
