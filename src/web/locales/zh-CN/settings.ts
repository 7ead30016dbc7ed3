import type english from '../en/settings.ts';
import type { Translation } from '../texts.ts';

export default {
  appearance: {
    title: '外观',
    lead: '设置保存在账号中，在所有设备上保持一致。',
    themeHint: '“跟随系统”会与当前设备的设置保持一致。',
    languageHint: '时间和数字的格式也会随之改变。',
  },
} as const satisfies Translation<typeof english>;
