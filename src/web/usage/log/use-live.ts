import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useState } from 'react';
import { type EventQuery, PAGE_SIZE, readEvents, type UsageEvent } from './log-queries.ts';
import { mergeEvents } from './merge-events.ts';

const EVERY_MS = 4000;
/** Further down than this, somebody reads; what is new then waits above. */
const AT_TOP_PX = 120;

interface LiveQuestion {
  query: EventQuery;
  loaded: readonly UsageEvent[];
  isLive: boolean;
  /** Reads the list anew, where more came at once than one question tells. */
  onReload: () => void;
}

export interface Live {
  /** What the list shows: the loaded pages and what came since. */
  shown: UsageEvent[];
  /** The calls that came while the page was open, to be brought in with a movement. */
  fresh: ReadonlySet<string>;
  /** How many wait above because the person has scrolled down. */
  waiting: number;
  showWaiting: () => void;
}

/** Asks for the newest calls again and again. At the top of the page they slide in; further down nothing moves. */
export function useLive({ query, loaded, isLive, onReload }: LiveQuestion): Live {
  const newest = useQuery({
    queryKey: ['GET /api/usage/events', 'newest', { query }],
    queryFn: () => readEvents(query, null),
    enabled: isLive,
    refetchInterval: EVERY_MS,
    staleTime: 0,
  });
  const question = JSON.stringify(query);
  const [accepted, setAccepted] = useState<{ question: string; events: UsageEvent[] }>({ question, events: [] });
  const isAtTop = useAtTop();
  const events = accepted.question === question ? accepted.events : [];
  const known = new Set([...loaded, ...events].map(({ id }) => id));
  const oldest = loaded.at(-1)?.time ?? '';
  const incoming = (newest.data?.items ?? []).filter(({ id, time }) => !known.has(id) && time >= oldest);
  // When nothing of a full page is known, calls between it and the list would be missing.
  const hasGap = incoming.length >= PAGE_SIZE;
  const reload = useEffectEvent(onReload);
  useEffect(() => {
    if (hasGap && isAtTop) reload();
  }, [hasGap, isAtTop]);
  const accept = () => setAccepted({ question, events: mergeEvents(incoming, events) });
  // Adjusted while rendering, as React advises for state that follows from what was just received.
  if (incoming.length > 0 && isAtTop && !hasGap) accept();
  return {
    shown: mergeEvents(loaded, events),
    fresh: new Set(events.map(({ id }) => id)),
    waiting: isAtTop ? 0 : incoming.length,
    showWaiting: () => {
      if (hasGap) onReload();
      else accept();
      window.scrollTo({ top: 0 });
    },
  };
}

function useAtTop(): boolean {
  const [isAtTop, setIsAtTop] = useState(() => window.scrollY <= AT_TOP_PX);
  useEffect(() => {
    const look = () => setIsAtTop(window.scrollY <= AT_TOP_PX);
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, []);
  return isAtTop;
}
