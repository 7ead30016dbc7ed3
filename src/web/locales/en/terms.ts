import type { Texts } from '../texts.ts';

export default {
  title: 'Terms of service',
  lead: 'What you can rely on here, and what is up to you. In plain words, because they are meant to be read.',
  back: 'Back',
  sections: {
    what: {
      title: 'What this is',
      text: 'API Key Manager is open-source software under the MIT licence. The person or organisation that installed this copy, “the operator”, runs it for you. These terms are between you and the operator. The authors of the software are not involved in running it and give no warranty, as the licence says.',
    },
    data: {
      title: 'What is stored',
      text: 'Your e-mail address, name and settings; your password as a one-way hash; your sessions with address and browser; the keys you add, encrypted with AES-256-GCM; and a trail of what was done with each key, by whom and when. Key secrets and passwords are not written to logs.',
    },
    secrecy: {
      title: 'Who can read a key',
      text: 'The dashboard shows only a preview. A key leaves the server in two cases: when somebody with permission copies it, and when the server calls the provider with it on your behalf. Encryption protects a stolen database or backup. It does not protect you from whoever controls this server and its encryption key: the server must be able to decrypt in order to work. Only add keys whose use you would trust the operator with.',
    },
    you: {
      title: 'What is up to you',
      text: 'Add only keys that you are allowed to use, and keep to the terms of the provider that issued them; its charges are yours. Choose a password that you use nowhere else, and end sessions you do not recognise. Anything copied to the clipboard is in your hands: clearing it is a best effort that the browser may prevent.',
    },
    others: {
      title: 'Providers',
      text: 'Testing a key, reading its balance or its models sends that key to the provider you chose, or to the host you entered. No other third party receives your data; the dashboard loads nothing from foreign servers and contains no tracking.',
    },
    loss: {
      title: 'Availability and backups',
      text: 'The operator decides about backups, updates and hours. Keep every key recoverable elsewhere, at the provider or in a second safe place: without the encryption key, the data here cannot be read by anybody.',
    },
    end: {
      title: 'Leaving',
      text: 'You may stop at any time. Delete your keys, empty the trash, and ask the operator to remove your account. Deleted keys stay in the trash for 30 days; backups made by the operator live as long as the operator keeps them. After a suspected leak, revoke the key at the provider: that is the only place where it can be made worthless.',
    },
    changes: {
      title: 'The operator’s own rules',
      text: 'The operator may have rules that go beyond these, for example of your employer. Where they differ, the operator’s rules come first.',
    },
  },
} as const satisfies Texts;
