import type { UsageEventId, UserId, VirtualKeyId } from '../../contract/ids.ts';

const form = (prefix: string) => new RegExp(`^${prefix}[0-9a-hjkmnp-tv-z]{26}$`);
const virtualKeyForm = form('vk_');
const userForm = form('usr_');
const eventForm = form('use_');

/** Whether text from the address bar has the form of the id. */
export function isVirtualKeyId(text: string | undefined): text is VirtualKeyId {
  return text !== undefined && virtualKeyForm.test(text);
}

export function isUserId(text: string | undefined): text is UserId {
  return text !== undefined && userForm.test(text);
}

export function isUsageEventId(text: string | undefined): text is UsageEventId {
  return text !== undefined && eventForm.test(text);
}
