import type { signUpModes } from '../../contract/vocabulary.ts';
import type { DatabaseHandle } from '../database/open.ts';
import type { Services } from '../services.ts';
import { readSettingValue } from './settings.ts';

export type SignUpMode = (typeof signUpModes)[number];

/** Who may create an account: what an administrator set, else `SIGNUP`. Reads by the handle that is given. */
export async function signUpMode({ config }: Pick<Services, 'config'>, database: DatabaseHandle): Promise<SignUpMode> {
  return (await readSettingValue(database, 'signUp'))?.mode ?? config.signUp;
}
