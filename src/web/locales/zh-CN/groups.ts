import type english from '../en/groups.ts';
import type { Translation } from '../texts.ts';

export default {
  page: {
    title: '群组',
    lead: '把成员编成群组，统一授予密钥权限。',
    create: '新建群组',
    listName: '群组列表',
  },
  empty: {
    title: '一次授权给多人',
    text: '把需要相同密钥的成员放进一个群组。加入即获得群组的权限，退出即失去。',
  },
  column: { name: '群组', members: '成员', changed: '修改时间', actions: '操作' },
  row: {
    members_other: '{{count}} 位成员',
    nobody: '暂无成员',
    edit: '编辑 {{name}}',
    delete: '删除 {{name}}',
  },
  form: {
    create: '新建群组',
    edit: '编辑“{{name}}”',
    name: '名称',
    placeholder: '例如：数据组',
    nameMissing: '请填写名称。',
    members: '成员',
    choose: '选择成员',
    submit: '创建群组',
  },
  done: { created: '群组“{{name}}”已创建', saved: '“{{name}}”已保存', deleted: '“{{name}}”已删除' },
  delete: {
    title: '删除群组“{{name}}”？',
    text_other: '授予群组的权限会一并清除，其中 {{count}} 位成员仍留在工作区。',
    textEmpty: '授予群组的权限会一并清除。',
    confirm: '删除群组',
  },
} as const satisfies Translation<typeof english>;
