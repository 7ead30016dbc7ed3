import { rmSync } from 'node:fs';
import { journeyEnvironment } from './environment.ts';

/** Runs after the last journey, when the product has been stopped. */
export default async function removeData(): Promise<void> {
  const { directory } = await journeyEnvironment();
  rmSync(directory, { recursive: true, force: true });
}
