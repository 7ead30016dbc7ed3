import type { Texts } from '../texts.ts';

export default {
  page: {
    title: 'Groups',
    lead: 'Members who are given levels on keys together.',
    create: 'New group',
    listName: 'Groups',
  },
  empty: {
    title: 'Give a level to many at once',
    text: 'Put people who need the same keys into a group. Who joins it gets its levels, who leaves it loses them.',
  },
  column: { name: 'Group', members: 'Members', changed: 'Changed', actions: 'Actions' },
  row: {
    members_one: '{{count}} member',
    members_other: '{{count}} members',
    nobody: 'Nobody yet',
    edit: 'Edit {{name}}',
    delete: 'Delete {{name}}',
  },
  form: {
    create: 'New group',
    edit: 'Edit “{{name}}”',
    name: 'Name',
    placeholder: 'Data science',
    nameMissing: 'Give it a name.',
    members: 'Members',
    choose: 'Choose members',
    submit: 'Create group',
  },
  done: { created: 'The group “{{name}}” is made', saved: '“{{name}}” is saved', deleted: '“{{name}}” is deleted' },
  delete: {
    title: 'Delete the group “{{name}}”?',
    text_one: 'What was granted to the group is gone. Its one member stays in the workspace.',
    text_other: 'What was granted to the group is gone. Its {{count}} members stay in the workspace.',
    textEmpty: 'What was granted to the group is gone.',
    confirm: 'Delete the group',
  },
} as const satisfies Texts;
