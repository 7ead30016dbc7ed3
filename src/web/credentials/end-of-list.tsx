import { Button } from '@mantine/core';
import { useEffect, useEffectEvent, useRef } from 'react';
import classes from './end-of-list.module.css';

interface EndOfListProps {
  hasMore: boolean;
  isLoading: boolean;
  onMore: () => void;
  moreLabel: string;
  loadingLabel: string;
}

/** How far below the window the end may be when the next page is asked for. */
const AHEAD = '600px';

/** Asks for the next page when the end of the list comes near; the button is for those who do not scroll. */
export function EndOfList({ hasMore, isLoading, onMore, moreLabel, loadingLabel }: EndOfListProps) {
  const end = useRef<HTMLDivElement>(null);
  const more = useEffectEvent(onMore);
  useEffect(() => {
    if (end.current === null || !hasMore || isLoading) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) more();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [hasMore, isLoading]);
  if (!hasMore) return null;
  return (
    <div ref={end} className={classes.end}>
      <Button variant="default" loading={isLoading} aria-label={isLoading ? loadingLabel : moreLabel} onClick={onMore}>
        {moreLabel}
      </Button>
    </div>
  );
}
