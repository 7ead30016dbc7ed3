import type { Texts } from '../texts.ts';

export default {
  appearance: {
    title: 'Appearance',
    lead: 'Kept with your account, so it is the same on every device.',
    themeHint: '“System” follows what this device is set to.',
    languageHint: 'Times and numbers follow it too.',
  },
} as const satisfies Texts;
