import {
  Blocks,
  ChartNoAxesCombined,
  History,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  MessagesSquare,
  Server,
  Settings,
  ShieldUser,
  TicketCheck,
  Users,
} from 'lucide-react';
import { isAllowed, type Permission, type Role } from '../../contract/permissions.ts';

export interface NavigationEntry {
  to:
    | '/'
    | '/keys'
    | '/models'
    | '/providers'
    | '/virtual-keys'
    | '/usage'
    | '/playground'
    | '/team'
    | '/audit'
    | '/settings/profile'
    | '/administration/users';
  /** Name of the word in the texts, `nav.<name>`. */
  name:
    | 'overview'
    | 'keys'
    | 'models'
    | 'providers'
    | 'virtualKeys'
    | 'usage'
    | 'playground'
    | 'team'
    | 'audit'
    | 'settings'
    | 'administration';
  icon: LucideIcon;
  /** Where the entry counts as the current place. */
  prefix: string;
  /** Entries of one group stand together; those of `instance` are for its administrators alone. */
  group: 'work' | 'workspace' | 'instance';
  /** What the page is of no use without. */
  permission?: Permission;
}

/** The places of the sidebar and of the command palette, in order. A new noun adds one line. */
const navigation: readonly NavigationEntry[] = [
  { to: '/', name: 'overview', icon: LayoutDashboard, prefix: '/', group: 'work' },
  { to: '/keys', name: 'keys', icon: KeyRound, prefix: '/keys', group: 'work' },
  { to: '/models', name: 'models', icon: Blocks, prefix: '/models', group: 'work' },
  { to: '/providers', name: 'providers', icon: Server, prefix: '/providers', group: 'work' },
  {
    to: '/virtual-keys',
    name: 'virtualKeys',
    icon: TicketCheck,
    prefix: '/virtual-keys',
    group: 'work',
    permission: 'virtual-key:see',
  },
  { to: '/usage', name: 'usage', icon: ChartNoAxesCombined, prefix: '/usage', group: 'work' },
  {
    to: '/playground',
    name: 'playground',
    icon: MessagesSquare,
    prefix: '/playground',
    group: 'work',
    permission: 'virtual-key:create',
  },
  { to: '/team', name: 'team', icon: Users, prefix: '/team', group: 'workspace' },
  { to: '/audit', name: 'audit', icon: History, prefix: '/audit', group: 'workspace', permission: 'audit:read' },
  { to: '/settings/profile', name: 'settings', icon: Settings, prefix: '/settings', group: 'workspace' },
  {
    to: '/administration/users',
    name: 'administration',
    icon: ShieldUser,
    prefix: '/administration',
    group: 'instance',
  },
];

/** The places that a person has, by their role in the active workspace and on the instance. */
export function placesOf({ isInstanceAdmin }: { isInstanceAdmin: boolean }, role: Role): readonly NavigationEntry[] {
  return navigation.filter(
    ({ group, permission }) =>
      (group !== 'instance' || isInstanceAdmin) && (permission === undefined || isAllowed(permission, role, null)),
  );
}

export function isCurrent(entry: NavigationEntry, pathname: string): boolean {
  return entry.prefix === '/' ? pathname === '/' : pathname === entry.prefix || pathname.startsWith(`${entry.prefix}/`);
}
