import type { Locale } from '../../contract/vocabulary.ts';

/** What is mailed about accounts, in both languages. */
export type LinkMail = 'reset' | 'resetByAdministrator' | 'verify' | 'changeEmail';

interface LinkText {
  readonly subject: string;
  readonly body: (url: string) => string;
}

export const linkMails: Readonly<Record<LinkMail, { path: string; text: Record<Locale, LinkText> }>> = {
  reset: {
    path: '/reset',
    text: {
      en: {
        subject: 'Choose a new password',
        body: (url) =>
          `Somebody, we hope you, asked to choose a new password for your account. Open this link within ten minutes:\n\n${url}\n\nIt works once. If it was not you, do nothing: your password stays as it is.\n`,
      },
      'zh-CN': {
        subject: '设置新密码',
        body: (url) =>
          `有人（希望是你本人）请求为你的账号设置新密码。请在十分钟内打开此链接：\n\n${url}\n\n链接只能使用一次。如果不是你本人操作，请忽略此邮件，密码不会改变。\n`,
      },
    },
  },
  resetByAdministrator: {
    path: '/reset',
    text: {
      en: {
        subject: 'Choose a new password',
        body: (url) =>
          `An administrator started the reset of your password. Open this link within ten minutes to choose a new one:\n\n${url}\n\nIt works once. If you want to keep your password, do nothing. If the time is over, ask for another link on the sign-in page.\n`,
      },
      'zh-CN': {
        subject: '设置新密码',
        body: (url) =>
          `管理员为你的账号发起了密码重置。请在十分钟内打开此链接设置新密码：\n\n${url}\n\n链接只能使用一次。如果你想保留原密码，请忽略此邮件。如果链接已过期，可在登录页面重新获取。\n`,
      },
    },
  },
  verify: {
    path: '/verify-email',
    text: {
      en: {
        subject: 'Verify your e-mail address',
        body: (url) =>
          `Open this link within ten minutes to verify that this address belongs to your account:\n\n${url}\n\nIf you have no account with us, do not open it.\n`,
      },
      'zh-CN': {
        subject: '验证你的邮箱',
        body: (url) =>
          `请在十分钟内打开此链接，验证该邮箱属于你的账号：\n\n${url}\n\n如果你没有注册账号，请不要打开。\n`,
      },
    },
  },
  changeEmail: {
    path: '/verify-email',
    text: {
      en: {
        subject: 'Confirm your new e-mail address',
        body: (url) =>
          `Open this link within ten minutes to sign in with this address from now on:\n\n${url}\n\nIf you did not ask for it, do nothing.\n`,
      },
      'zh-CN': {
        subject: '确认新的邮箱',
        body: (url) =>
          `请在十分钟内打开此链接，之后将使用此邮箱登录：\n\n${url}\n\n如果不是你本人操作，请忽略此邮件。\n`,
      },
    },
  },
};

const english = {
  passwordChanged: 'The password of your account was changed, and other sessions were ended.',
  passwordReset: 'A new password was chosen for your account by a reset link, and every session was ended.',
  resetStarted: 'An administrator made a link to choose a new password for your account.',
  emailChangeAsked:
    'Somebody, we hope you, asked to give your account another e-mail address. It changes when the new address confirms.',
  emailChanged: 'The e-mail address of your account was changed. This address no longer belongs to it.',
  totpConnected: 'An authenticator app was connected to your account.',
  totpDisconnected: 'The authenticator app was disconnected from your account.',
  passkeyAdded: 'A passkey was added to your account.',
  passkeyRemoved: 'A passkey was removed from your account.',
  recoveryCodesMade: 'New recovery codes were made for your account. The ones before no longer work.',
  recoveryCodeUsed: 'A recovery code was used for your account.',
  identityLinked: 'An identity of your organisation was connected to your account. It can sign in with it now.',
  identityUnlinked: 'An identity of your organisation was disconnected from your account.',
  secondFactorsRemoved: 'An administrator took every second factor from your account, and ended its sessions.',
};

export type Tidings = keyof typeof english;

interface TidingsText {
  readonly subject: string;
  readonly what: Readonly<Record<Tidings, string>>;
  readonly close: string;
}

export const tidings: Readonly<Record<Locale, TidingsText>> = {
  en: {
    subject: 'Your account was changed',
    what: english,
    close:
      'If this was not you, change your password, end all other sessions under Security, and tell an administrator.',
  },
  'zh-CN': {
    subject: '你的账号有变动',
    what: {
      passwordChanged: '你的账号密码已更改，其他会话已结束。',
      passwordReset: '已通过重置链接为你的账号设置新密码，所有会话已结束。',
      resetStarted: '管理员为你的账号创建了设置新密码的链接。',
      emailChangeAsked: '有人（希望是你本人）请求更改你的账号邮箱。新邮箱确认后才会更改。',
      emailChanged: '你的账号邮箱已更改，此邮箱不再属于该账号。',
      totpConnected: '你的账号已连接验证器应用。',
      totpDisconnected: '你的账号已断开验证器应用。',
      passkeyAdded: '你的账号已添加通行密钥。',
      passkeyRemoved: '你的账号已移除通行密钥。',
      recoveryCodesMade: '已为你的账号生成新的恢复码，之前的恢复码不再有效。',
      recoveryCodeUsed: '你的账号使用了一个恢复码。',
      identityLinked: '你的账号已关联组织身份，现在可以用它登录。',
      identityUnlinked: '你的账号已解除与组织身份的关联。',
      secondFactorsRemoved: '管理员移除了你账号的所有第二验证方式，并结束了所有会话。',
    },
    close: '如果不是你本人操作，请更改密码，在“安全”页面结束所有其他会话，并告知管理员。',
  },
};
