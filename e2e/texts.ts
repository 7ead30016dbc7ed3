// The words on the screen come from the dashboard's own tables, so that a better wording breaks no journey.
import english from '../src/web/locales/en/index.ts';
import chinese from '../src/web/locales/zh-CN/index.ts';

export { chinese, english };

export const texts = { en: english, 'zh-CN': chinese } as const;

const value = /\{\{(\w+)\}\}/g;

/** A sentence with its `{{values}}` filled in. Throws when a value is missing, so that no journey looks for braces. */
export function fill(sentence: string, values: Readonly<Record<string, string | number>>): string {
  return sentence.replace(value, (_whole, name: string) => {
    const filled = values[name];
    if (filled === undefined) throw new Error(`no value for {{${name}}} in: ${sentence}`);
    return String(filled);
  });
}

/** The same sentence whatever its values are. */
export function like(sentence: string): RegExp {
  const parts = sentence.split(/\{\{\w+\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(parts.join('.+'));
}

/** Labels of fields that must be filled in end in an asterisk, so a label is found by how it begins. */
export function label(words: string): RegExp {
  return new RegExp(`^${words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?: \\*)?$`);
}
