/** Names kept; the usual ones are a few dozen, and whoever makes up others only has them judged each time. */
const NAMES_MAX = 500;
const NAME_CHARACTERS_MAX = 64;

/** Judges header names by their lower-case form and remembers the verdicts: the same few names come with every call. */
export function judgeNames<Verdict>(judge: (lower: string) => Verdict): (name: string) => Verdict {
  const verdicts = new Map<string, Verdict>();
  return (name) => {
    const known = verdicts.get(name);
    if (known !== undefined) return known;
    const verdict = judge(name.toLowerCase());
    if (verdicts.size < NAMES_MAX && name.length <= NAME_CHARACTERS_MAX) verdicts.set(name, verdict);
    return verdict;
  };
}
