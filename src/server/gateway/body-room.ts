import { totalmem } from 'node:os';

/** A body up to here counts as small: it finds room always. */
const SMALL_BYTES_MAX = 1024 * 1024;
const ROOM_BYTES_MAX = 512 * 1024 * 1024;
/** A body may be in memory three times for a moment: as it came, put together and edited. */
const MEMORY_SHARE = 8;

/** Room that all large bodies share, from their first byte until their call has ended. */
export interface BodyRoom {
  readonly bytesMax: number;
  enter: () => BodyShare;
}

/** What one body takes of it. */
export interface BodyShare {
  /** Whether a body that will have so many bytes in all finds room at this moment. */
  readonly fits: (bytes: number) => boolean;
  /** Takes room for more bytes; false: there is none, and none was taken. */
  readonly take: (bytes: number) => boolean;
  /** Gives everything back. May be called more than once. */
  readonly leave: () => void;
}

/** The bytes of large bodies that this computer, or what the process may have of it, can hold at once. */
export function roomOfMachine(): number {
  // 0 where nothing is known, and a number beyond all memory where nothing is limited.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(ROOM_BYTES_MAX, Math.floor(Math.min(totalmem(), constrained) / MEMORY_SHARE));
}

export function createBodyRoom(bytesMax: number): BodyRoom {
  let taken = 0;
  return {
    bytesMax,
    enter() {
      let bytes = 0;
      let counted = 0;
      const fits = (all: number): boolean => all <= SMALL_BYTES_MAX || taken - counted + all <= bytesMax;
      return {
        fits,
        take(more) {
          if (!fits(bytes + more)) return false;
          bytes += more;
          if (bytes <= SMALL_BYTES_MAX) return true;
          taken += bytes - counted;
          counted = bytes;
          return true;
        },
        leave() {
          taken -= counted;
          bytes = 0;
          counted = 0;
        },
      };
    },
  };
}
