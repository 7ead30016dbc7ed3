import { marks } from './marks.ts';
import classes from './provider-mark.module.css';

interface ProviderMarkProps {
  providerId: string;
  /** Gives the letter where there is no mark. */
  name: string;
  /** Pixels. */
  size?: number;
}

/** The provider's mark, for the eye alone: the name always stands beside it. */
export function ProviderMark({ providerId, name, size = 20 }: ProviderMarkProps) {
  const mark = marks[providerId];
  const box = { width: size, height: size };
  if (mark === undefined) {
    const [letter = '?'] = Array.from(name.trim());
    return (
      <span className={classes.letter} style={{ ...box, fontSize: size * 0.55, borderRadius: size * 0.25 }} aria-hidden>
        {letter.toUpperCase()}
      </span>
    );
  }
  if (mark.look === 'drawn')
    return <span className={classes.drawn} style={{ ...box, maskImage: `url("${mark.url}")` }} aria-hidden />;
  return <img className={classes.coloured} data-look={mark.look} src={mark.url} width={size} height={size} alt="" />;
}
