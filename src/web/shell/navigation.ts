import {
  Blocks,
  ChartNoAxesCombined,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  MessagesSquare,
  Server,
  Settings,
  TicketCheck,
} from 'lucide-react';

export interface NavigationEntry {
  to: '/' | '/keys' | '/models' | '/providers' | '/virtual-keys' | '/usage' | '/playground' | '/settings/profile';
  /** Name of the word in the texts, `nav.<name>`. */
  name: 'overview' | 'keys' | 'models' | 'providers' | 'virtualKeys' | 'usage' | 'playground' | 'settings';
  icon: LucideIcon;
  /** Where the entry counts as the current place. */
  prefix: string;
  /** Entries of one group stand together. */
  group: 'work' | 'workspace';
}

/** The places of the sidebar and of the command palette, in order. A new noun adds one line. */
export const navigation: readonly NavigationEntry[] = [
  { to: '/', name: 'overview', icon: LayoutDashboard, prefix: '/', group: 'work' },
  { to: '/keys', name: 'keys', icon: KeyRound, prefix: '/keys', group: 'work' },
  { to: '/models', name: 'models', icon: Blocks, prefix: '/models', group: 'work' },
  { to: '/providers', name: 'providers', icon: Server, prefix: '/providers', group: 'work' },
  { to: '/virtual-keys', name: 'virtualKeys', icon: TicketCheck, prefix: '/virtual-keys', group: 'work' },
  { to: '/usage', name: 'usage', icon: ChartNoAxesCombined, prefix: '/usage', group: 'work' },
  { to: '/playground', name: 'playground', icon: MessagesSquare, prefix: '/playground', group: 'work' },
  { to: '/settings/profile', name: 'settings', icon: Settings, prefix: '/settings', group: 'workspace' },
];

export function isCurrent(entry: NavigationEntry, pathname: string): boolean {
  return entry.prefix === '/' ? pathname === '/' : pathname === entry.prefix || pathname.startsWith(`${entry.prefix}/`);
}
