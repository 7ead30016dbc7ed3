import type { Texts } from '../texts.ts';

export default {
  appearance: {
    title: 'Appearance',
    lead: 'Kept with your account, so it is the same on every device.',
    themeHint: '“System” follows what this device is set to.',
    languageHint: 'Times and numbers follow it too.',
  },
  alerts: {
    title: 'Budget alerts',
    lead: 'When a budget passes 50, 80 or 100 percent, you see it on the page Virtual keys and, if you like, hear of it elsewhere.',
    webhook: 'Webhook',
    webhookLead:
      'Works with Slack, Feishu, DingTalk, WeCom and any address that takes JSON. The address is sealed; only its host is shown.',
    address: 'Address',
    addressPlaceholder: 'https://hooks.example.com/…',
    addressHint: 'The whole address, as the other side gave it to you.',
    addressMissing: 'Give an address that starts with https:// or http://.',
    set: 'Send alerts there',
    replace: 'Change',
    cancel: 'Cancel',
    test: 'Send a test',
    remove: 'Remove',
    removeTitle: 'Send alerts nowhere?',
    removeText: '{{host}} hears of no budget any more. Alerts still stand on the page Virtual keys.',
    removed: 'Alerts are sent nowhere now',
    saved: 'Alerts go to {{host}} now',
    host: 'Sent to',
    lastSent: 'Last message',
    never: 'None yet',
    failed: 'The last message did not arrive:',
    testOk: 'The test message arrived.',
    testFailed: 'The test message did not arrive.',
    secretTitle: 'The secret that signs the messages',
    secretText:
      'Each message carries x-akm-signature. Copy the secret now if you want to check it; it is not shown again.',
    secretCopy: 'Copy the signing secret',
    secretName: 'the signing secret',
    forbidden: 'Only owners and admins of the workspace decide where alerts are sent.',
  },
} as const satisfies Texts;
